"""Find the subcommand that a command line names, and run it."""

import typer

from crossover.benchmarks.cli import (  # noqa: F401  (each adds its command)
    ab,
    bench,
    check,
    find,
    machines,
    noise,
    pin,
    plot,
    report,
    table,
)
from crossover.benchmarks.cli.app import NAME, app
from crossover.benchmarks.cli.exit_codes import CANNOT_BE_DONE
from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.usage_errors import UsageError, sentence
from crossover.benchmarks.report.analysis import baseline
from crossover.benchmarks.runs import load


def run(words: list[str]) -> int:
    """Run the subcommand and return its exit code. An error in the input prints one line and raises SystemExit.

    Without words it shows the help and returns `CANNOT_BE_DONE`. typer's own way to run is not used, because it ends
    with 1 when the reader has gone.
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
