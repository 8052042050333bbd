"""Runs git in the repository of a folder, whichever one this process was started for."""

import functools
import os
import subprocess
from pathlib import Path

from crossover.benchmarks.ab import CannotCompareError

__all__ = ["GitError", "git", "unbound_environment"]


class GitError(CannotCompareError):
    """git refused; the message is the reason it gave, in one line, or empty."""


def git(folder: Path, *arguments: str) -> str:
    """Returns what git answers in a folder; raises GitError where it refuses, CannotCompareError where it is missing.

    It runs no hook of the repository.
    """
    run = started("-C", str(folder), "-c", "core.hooksPath=/dev/null", *arguments, environment=unbound_environment())
    if run.returncode:
        raise GitError(reason(run.stderr))
    return run.stdout.strip()


def unbound_environment() -> dict[str, str]:
    """Returns the variables of this process without those that bind git to one repository.

    git sets them for the hooks that it starts and for its aliases. With the GIT_INDEX_FILE of a hook, adding a worktree
    would write into the commit that is being made.
    """
    return {name: value for name, value in os.environ.items() if name not in binding_variables()}


@functools.cache
def binding_variables() -> frozenset[str]:
    """Returns the names of those variables, as git lists them; empty where git cannot be run."""
    try:
        return frozenset(started("rev-parse", "--local-env-vars").stdout.split())
    except CannotCompareError:
        return frozenset()


def started(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise CannotCompareError(f"git cannot be run ({error.strerror}), so no revision can be compared") from error


def reason(errors: str) -> str:
    """Returns an error of git in one line: from its last `fatal:` on, with any advice below it, or its last line."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    begin = max((number for number, line in enumerate(lines) if line.startswith("fatal: ")), default=len(lines) - 1)
    return " ".join(lines[max(begin, 0) :]).removeprefix("fatal: ")
