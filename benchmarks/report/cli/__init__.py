"""The `crossover` command: answers from saved runs. Data goes to stdout, remarks to stderr."""

import sys

from benchmarks.report import baseline, load
from benchmarks.report.cli import ab, check, machines, pin, plot, report, table  # noqa: F401  (each adds its command)
from benchmarks.report.cli.app import app
from benchmarks.report.cli.output import fail


def main() -> None:
    """Run the command; whatever is wrong with its input ends in one line and exit code 2."""
    try:
        app()
    except (load.LoadError, baseline.BaselineError) as error:
        fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()  # `crossover table | head`
