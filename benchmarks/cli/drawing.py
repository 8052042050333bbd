"""What the commands that draw share: their optional libraries, and writing the file."""

from pathlib import Path
from types import ModuleType

from crossover.benchmarks.cli.output import fail


def charts() -> ModuleType:
    """The package that draws. If its libraries are missing, end the command with what to install."""
    try:
        from crossover.benchmarks.report.figures import charts
    except ImportError as error:
        fail(f"pictures need altair and vl-convert-python ({error}): pip install altair vl-convert-python")
    return charts


def save(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        fail(f"--output: {path} cannot be written: {error.strerror}")
