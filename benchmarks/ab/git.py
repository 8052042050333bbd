"""Runs git in the repository of a folder, whichever one this process was started for."""

import subprocess
from pathlib import Path

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.machine.environment import for_children

__all__ = ["GitError", "git"]


class GitError(CannotCompareError):
    """git refused; the message is the reason it gave, in one line, or empty."""


def git(folder: Path, *arguments: str) -> str:
    """Returns what git answers in a folder; raises GitError where it refuses, CannotCompareError where it is missing.

    It runs no hook of the repository.
    """
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null", *arguments],
            env=for_children(),
            stdin=subprocess.DEVNULL,  # that of a hook holds what the hook is to read
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise CannotCompareError(f"git cannot be run ({error.strerror}), so no revision can be compared") from error
    if run.returncode:
        raise GitError(reason(run.stderr))
    return run.stdout.strip()


def reason(errors: str) -> str:
    """Returns an error of git in one line: from its last `fatal:` on, with any advice below it, or its last line.

    The last `error:` before that often has the cause, such as a full disk.
    """
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    begin = max((number for number, line in enumerate(lines) if line.startswith("fatal: ")), default=len(lines) - 1)
    causes = [f"({line.removeprefix('error: ')})" for line in lines[: max(begin, 0)] if line.startswith("error: ")]
    return " ".join([*lines[max(begin, 0) :], *causes[-1:]]).removeprefix("fatal: ")
