"""Whatever repository a comparison is started in or for, only the one of its own folder is asked, and none is changed.

git tells hooks by its variables which repository and which index a commit is made from.
"""

import os
import shlex
import subprocess
import sys

import pytest

from crossover.benchmarks.ab import CannotCompareError, git, revision, side_process
from crossover.benchmarks.machine import environment

CHECK_OUT = """
from pathlib import Path
from crossover.benchmarks.ab import revision
here = Path.cwd()
with revision.checkout(here, revision.commit_of(here, "HEAD~1")) as tree:
    assert "old" == (tree / "file").read_text()
"""

COMPARE = """
import sys
from crossover.benchmarks.cli import main
sys.argv = ["crossover", "ab", "HEAD~1", "--scales", "1", "--processes", "3"]
main()
"""


AFTERWARDS = {"pre-commit": "", "pre-push": 'read -r ref rest && test "$ref" = HEAD\n'}
"""What follows in a hook: what is pushed stands on its standard input."""


@pytest.fixture
def hook(project, pytestconfig):
    """Has a repository run a script before each commit or push, in the place that git names for its hooks."""

    def install(folder, code, name="pre-commit"):
        command = f"PYTHONPATH={shlex.quote(str(pytestconfig.rootpath))} {sys.executable} -P -c {shlex.quote(code)}"
        path = folder / project.git("-C", str(folder), "rev-parse", "--git-path", f"hooks/{name}").strip()
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{command} >> {project.folder}.hook\n{AFTERWARDS[name]}")
        path.chmod(0o755)

    return install


def write_two_commits(project, folder):
    """Two commits of which the second changes one file and adds another, and a third version of the first."""
    for version in ("old", "new"):
        (folder / "file").write_text(version)
        (folder / version).touch()
        project.git("-C", str(folder), "add", "-A")
        project.git("-C", str(folder), "commit", "-qm", version)
    (folder / "file").write_text("newest")


def changed(project, folder):
    return project.git("-C", str(folder), "show", "--name-status", "--format=%s", "HEAD").split()


def test_a_comparison_in_a_hook_leaves_the_commit_alone(project, hook):
    write_two_commits(project, project.folder)
    hook(project.folder, COMPARE)
    project.git("commit", "-qam", "one-file")

    assert ["one-file", "M", "file"] == changed(project, project.folder)
    assert "overall: unchanged" in project.folder.with_name("project.hook").read_text()
    assert "" == project.git("status", "--porcelain")
    assert 1 == project.worktrees()


@pytest.mark.parametrize("how", [["-a"], ["file"], ["--amend", "-a"], ["--include", "file"]])
def test_however_the_commit_is_made(project, hook, how):
    write_two_commits(project, project.folder)
    project.git("commit", "-qm", "before", "--allow-empty")
    project.git("commit", "-qm", "before", "--allow-empty")
    hook(project.folder, CHECK_OUT.replace('"old"', '"new"'))
    project.git("commit", "-qm", "one-file", *how)

    assert ["one-file", "M", "file"] == changed(project, project.folder)
    assert "" == project.git("status", "--porcelain")


def test_in_a_linked_worktree(project, hook):
    linked = project.folder / "linked"
    project.git("worktree", "add", "-q", str(linked))
    write_two_commits(project, linked)
    hook(linked, CHECK_OUT)
    project.git("-C", str(linked), "commit", "-qam", "one-file")

    assert ["one-file", "M", "file"] == changed(project, linked)
    assert 2 == project.worktrees()


def test_in_a_worktree_of_a_bare_repository(project, hook):
    bare, linked = project.folder / "bare.git", project.folder / "linked"
    project.git("clone", "-q", "--bare", str(project.folder), str(bare))
    project.git("-C", str(bare), "worktree", "add", "-q", str(linked))
    write_two_commits(project, linked)
    hook(linked, CHECK_OUT)
    project.git("-C", str(linked), "commit", "-qam", "one-file")

    assert ["one-file", "M", "file"] == changed(project, linked)


@pytest.fixture
def submodule(project, tmp_path):
    """A submodule of the project, in which a commit can be made."""
    origin = tmp_path / "origin"
    project.git("init", "-q", str(origin))
    write_two_commits(project, origin)
    project.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin), "inner")
    project.commit()
    return project.folder / "inner"


def test_in_a_submodule(project, submodule, hook):
    (submodule / "file").write_text("newest")
    hook(submodule, CHECK_OUT)
    project.git("-C", str(submodule), "commit", "-qam", "one-file")

    assert ["one-file", "M", "file"] == changed(project, submodule)
    assert 1 == len(project.git("-C", str(submodule), "worktree", "list").splitlines())


@pytest.mark.usefixtures("submodule")
def test_beside_a_submodule(project):
    write_two_commits(project, project.folder)

    with revision.checkout(project.folder, revision.commit_of(project.folder, "HEAD~1")) as tree:
        assert "old" == (tree / "file").read_text()
    assert 1 == project.worktrees()


def test_before_a_push(project, hook, tmp_path):
    """Nothing reads what the hook is to read."""
    project.git("clone", "-q", "--bare", str(project.folder), str(tmp_path / "elsewhere.git"))
    write_two_commits(project, project.folder)
    hook(project.folder, COMPARE, "pre-push")
    project.git("push", "-q", str(tmp_path / "elsewhere.git"), "HEAD:refs/heads/pushed")

    assert "overall: unchanged" in project.folder.with_name("project.hook").read_text()
    assert "refs/heads/pushed" in project.git("ls-remote", str(tmp_path / "elsewhere.git"))
    assert ["M", "file"] == project.git("status", "--porcelain").split()
    assert 1 == project.worktrees()


def test_at_each_step_of_a_rebase(project, pytestconfig, monkeypatch):
    write_two_commits(project, project.folder)
    project.git("commit", "-qam", "newest")
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    check = CHECK_OUT.replace('assert "old" ==', "print(").replace(".read_text()", ".read_text())")
    before = project.git("log", "--format=%s %T")
    project.git("rebase", "-q", "--force", "-x", shlex.join([sys.executable, "-P", "-c", f"exec({check!r})"]), "HEAD~2")

    assert before == project.git("log", "--format=%s %T")
    assert "" == project.git("status", "--porcelain")
    assert 1 == project.worktrees()


@pytest.fixture
def bound(project, tmp_path, monkeypatch):
    """A process that is bound to another repository by all that git may set."""
    other = tmp_path / "other"
    project.git("init", "-q", str(other))
    write_two_commits(project, other)
    index = (other / ".git" / "index").read_bytes()
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_PREFIX", "inner/")
    yield
    assert index == (other / ".git" / "index").read_bytes()


def this_tree(project):
    return side_process.Side("this tree", project.folder, sys.executable)


@pytest.mark.usefixtures("bound")
def test_the_repository_of_the_folder_is_asked_and_not_the_one_that_variables_name(project):
    with revision.checkout(project.folder, revision.commit_of(project.folder, "HEAD")) as tree:
        assert (tree / "side.json").is_file()
        assert not (tree / "file").exists()


@pytest.mark.usefixtures("bound")
def test_the_sides_are_not_bound_to_it_either(project):
    variables = side_process.environment(this_tree(project))
    asked = ["git", "-C", str(project.folder), "rev-parse", "--show-toplevel"]
    run = subprocess.run(asked, env=variables, capture_output=True, text=True, check=True)

    assert f"{project.folder}\n" == run.stdout
    assert os.environ["PATH"] == variables["PATH"]


def test_a_bare_repository_holds_no_code_to_compare(project, start, monkeypatch):
    bare = project.folder / "bare.git"
    project.git("clone", "-q", "--bare", str(project.folder), str(bare))
    monkeypatch.chdir(bare.rename(project.folder.parent / "bare.git"))
    run = start("HEAD")
    out, errors = run.communicate(timeout=30)

    assert (2, "", 1) == (run.returncode, out, len(errors.splitlines()))
    assert "run this where the code to compare is" in errors


def test_a_clone_may_lack_the_revision(project, tmp_path):
    """As those of CI do."""
    project.commit()
    project.git("clone", "-q", "--depth", "1", f"file://{project.folder}", str(tmp_path / "shallow"))

    with pytest.raises(CannotCompareError, match=r"'HEAD~1' is no revision .*; `git fetch --unshallow` brings those"):
        revision.commit_of(tmp_path / "shallow", "HEAD~1")


def test_git_s_own_words_say_why_it_refuses(project):
    commit = project.git("rev-parse", "HEAD").strip()
    kept = project.folder / ".git" / "worktrees"
    kept.write_text("no folder")

    with pytest.raises(
        CannotCompareError, match=f"git cannot check {commit} out in .*crossover-ab-.*worktrees"
    ) as refused:
        revision.checkout(project.folder, commit).__enter__()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ("Preparing worktree\nfatal: no space\n", "no space"),
        ("fatal: of others\nTo trust it, call:\n\n\tgit config x\n", "of others To trust it, call: git config x"),
        (
            "error: unable to write a\nerror: unable to write b: No space left\nfatal: Could not reset\n",
            "Could not reset (unable to write b: No space left)",
        ),
        ("Schwerwiegend: kein Platz\n", "Schwerwiegend: kein Platz"),
        ("", ""),
    ],
)
def test_of_what_git_writes_the_reason_and_its_remedy_are_shown(errors, expected):
    assert expected == git.reason(errors)


def test_without_git_there_are_no_revisions_but_other_interpreters(project, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(environment, "bound_to_a_repository", environment.bound_to_a_repository.__wrapped__)

    with pytest.raises(CannotCompareError, match="git cannot be run"):
        revision.commit_of(project.folder, "HEAD")
    assert "PATH" in side_process.environment(this_tree(project))
