"""Puts the files of a git revision into a temporary worktree, and removes it afterwards."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crossover import signals
from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.git import GitError, git
from crossover.benchmarks.machine.environment import unwritable

__all__ = ["checkout", "commit_of"]


def commit_of(folder: Path, revision: str) -> str:
    """Returns the full name of a revision's commit; raises CannotCompareError where there is none."""
    try:
        git(folder, "rev-parse", "--git-dir")
    except GitError as error:
        raise CannotCompareError(f"{folder} has no revision {revision!r}: {error}") from error
    try:
        return git(folder, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        words = f" ({error})" if str(error) else ""
        is_shallow = git(folder, "rev-parse", "--is-shallow-repository") == "true"
        hint = "`git fetch --unshallow` brings those that it lacks" if is_shallow else "`git log --oneline` lists some"
        raise CannotCompareError(f"{revision!r} is no revision of this repository{words}; {hint}") from error


@contextlib.contextmanager
def checkout(folder: Path, commit: str) -> Iterator[Path]:
    """Yields a folder with what `folder` held at a commit, which exists during the block."""
    try:
        temporary = tempfile.TemporaryDirectory(prefix="crossover-ab-", ignore_cleanup_errors=True)
    except OSError as error:
        raise CannotCompareError(unwritable(error)) from error
    with temporary as place:
        tree = Path(place) / "tree"
        try:
            yield added(folder, commit, tree)
        finally:
            with signals.held_back(), contextlib.suppress(GitError):  # it refuses where there is none to remove
                git(folder, "worktree", "remove", "--force", str(tree))


def added(folder: Path, commit: str, tree: Path) -> Path:
    """Make a worktree; returns where in it the files of `folder` are."""
    try:
        inside = git(folder, "rev-parse", "--show-prefix")
        with signals.held_back():  # half a worktree is hard to remove
            git(folder, "worktree", "add", "--detach", str(tree), commit)
    except GitError as error:
        raise CannotCompareError(f"git cannot check {commit} out in {tree.parent}: {error}") from error
    return tree / inside
