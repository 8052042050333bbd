"""The `crossover` command itself; each subcommand is a module beside this one."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def crossover() -> None:
    """At which model size does your GPU pay off, and did your training get slower?

    Runs are made by `pytest benchmarks --benchmark-autosave`.
    """
