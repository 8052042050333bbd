"""The files of a git revision in a temporary worktree, which is gone afterwards."""

import contextlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.ab import CannotCompareError


def git(folder: Path, *arguments: str) -> str | None:
    """What git answers, or None where it refuses."""
    try:
        run = subprocess.run(
            ["git", "-C", str(folder), "-c", "core.hooksPath=/dev/null", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise CannotCompareError("git is not installed: a revision cannot be compared") from error
    return None if run.returncode else run.stdout.strip()


def commit_of(folder: Path, revision: str) -> str:
    """The full name of a revision's commit."""
    if git(folder, "rev-parse", "--git-dir") is None:
        raise CannotCompareError(f"{folder} is in no git repository, so there is no revision {revision!r}")
    commit = git(folder, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if not commit:
        raise CannotCompareError(f"{revision!r} is no revision of this repository; `git log --oneline` lists some")
    return commit


@contextlib.contextmanager
def checkout(folder: Path, commit: str) -> Iterator[Path]:
    """What `folder` held at a commit."""
    inside = git(folder, "rev-parse", "--show-prefix") or ""
    with tempfile.TemporaryDirectory(prefix="crossover-ab-") as temporary:
        tree = Path(temporary) / "tree"
        try:
            with uninterrupted():
                added = git(folder, "worktree", "add", "--detach", str(tree), commit)
            if added is None:
                raise CannotCompareError(f"git cannot check {commit} out into {tree}")
            yield tree / inside
        finally:
            with uninterrupted():
                git(folder, "worktree", "remove", "--force", str(tree))
                git(folder, "worktree", "prune")


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that would end the comparison wait until git is done: half a worktree is hard to remove."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
