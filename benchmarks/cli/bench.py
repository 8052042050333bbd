from typing import Any

import typer
from typer.core import TyperCommand

from crossover.benchmarks.cli.app import app
from crossover.benchmarks.kinds import KINDS


class Measuring(TyperCommand):
    """A command that leaves its words to pytest as they are, and is shown with the suite's own options."""

    def parse_args(self, context: Any, words: list[str]) -> list[str]:
        if asked := {*words} & {*context.help_option_names}:
            return super().parse_args(context, [*asked])
        context.args = words
        return words

    def format_options(self, context: Any, formatter: Any) -> None:
        super().format_options(context, formatter)
        with formatter.section("Options for what is measured"):
            formatter.write_dl(options())


class Rows(list[tuple[str, str]]):
    """Takes options as pytest's parser does, for a list of them with their help."""

    def getgroup(self, *_: str) -> "Rows":
        return self

    def addoption(self, name: str, *, help: str, default: Any = None, **how: Any) -> None:
        value = how.get("metavar") or "|".join(how.get("choices", ()))
        self.append((f"{name} {value}".strip(), help % {"default": default}))


def options() -> list[tuple[str, str]]:
    """Returns the suite's own options with what they do."""
    from crossover.benchmarks.harness.option_group import add_options

    rows: Any = Rows()
    add_options(rows, KINDS)
    return list(rows)


@app.command(cls=Measuring, options_metavar="[KIND]... [OPTIONS]")
def bench(context: typer.Context) -> None:
    """Measure here, and save the run under results/ of this folder.

    Runs the suite's benchmarks in pytest, with none of your own settings, conftest.py or tests. A KIND is training,
    recipes, inference, loading or distributed; without one, training comes first and what takes long is left out. The
    run is saved as by --benchmark-autosave, unless another option of pytest-benchmark says where, or that nothing is
    to be timed.

    All options of pytest and pytest-benchmark work too: `pytest --help` lists them. The exit code is pytest's.

    Example: crossover bench training --scales 1-3
    """
    from crossover.benchmarks.harness.bench import run

    raise typer.Exit(run(context.args, KINDS))
