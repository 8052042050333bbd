"""The `crossover` command itself; each subcommand is a module beside this one."""

from importlib import metadata
from typing import Annotated

import typer

__all__ = ["NAME", "app"]

NAME = "crossover"

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def show_version(asked: bool) -> None:
    if asked:
        try:
            print(NAME, metadata.version(NAME))
        except metadata.PackageNotFoundError:
            print(f"{NAME} of a folder in which it was not installed")
        raise typer.Exit


@app.callback()
def crossover(
    _: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """At which model size does your GPU pay off, and did your training get slower?

    Runs are made by `crossover bench`, or from a checkout by `pytest benchmarks --benchmark-autosave`.

    Example: crossover table --format markdown
    """
