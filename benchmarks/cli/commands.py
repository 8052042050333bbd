"""From the words of a command line to the subcommand that they name."""

import typer

from crossover.benchmarks.cli import ab, check, machines, pin, plot, report, table  # noqa: F401  (each adds its command)
from crossover.benchmarks.cli.app import NAME, app
from crossover.benchmarks.cli.exits import CANNOT_BE_DONE
from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.usage import UsageError, sentence
from crossover.benchmarks.report.analysis import baseline
from crossover.benchmarks.runs import load


def run(words: list[str]) -> int:
    """Do what is asked and return its exit code; what is wrong with the input raises SystemExit after its one line.

    Without words it shows the help, but has done nothing. In typer's own way to run, whose reader has gone ends with 1.
    """
    command = typer.main.get_command(app)
    try:
        with command.make_context(NAME, list(words or ["--help"])) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code if words else CANNOT_BE_DONE
    except UsageError as error:
        fail(sentence(error))
    except (load.LoadError, baseline.BaselineError) as error:
        fail(str(error))
    return 0
