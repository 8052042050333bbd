"""A file of the user's, compared with what it was in a revision of the user's own repository."""

import json
import subprocess
import sys

import pytest

FILE = """
import torch

def network(scale):
    return torch.nn.Sequential(*(torch.nn.Linear(10 * scale, 10 * scale) for _ in range(LAYERS)))

def samples(scale, count, generator):
    return torch.randn(count, 10 * scale, generator=generator), torch.randint(10, (count,), generator=generator)
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository of the user's, which has a `model.py` and a `benchmarks/` too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "mine.py").write_text(FILE.replace("LAYERS", "1"))
    (tmp_path / "model.py").write_text("raise SystemExit('theirs')")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("raise SystemExit('theirs')")
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a", "commit", "-qm", "one"]):
        subprocess.run(["git", *command], check=True)
    return tmp_path


def compared(*arguments):
    command = [
        sys.executable,
        "-c",
        "from crossover.benchmarks.cli import main; main()",
        "ab",
        *arguments,
        "--alongside",
        "--format",
        "json",
    ]
    return subprocess.run(
        [*command, "--processes", "3", "--cell-seconds", "0", "--rounds", "48"], capture_output=True, text=True
    )


@pytest.mark.runs
def test_a_file_is_compared_with_what_it_was(repository):
    (repository / "mine.py").write_text(FILE.replace("LAYERS", "30"))
    found = compared("HEAD", "--workload", "mine.py", "--scales", "1")
    answer = json.loads(found.stdout)

    assert 1 == found.returncode
    assert ("mine.py", "regression") == (answer["workload"], answer["verdict"])
    assert answer["cells"][0]["found"]["ratio"] > 2
    assert "parameters is 110 in HEAD and 3300 in this tree" in answer["cells"][0]["remarks"]
    assert "" == subprocess.run(["git", "status", "--short", "-uno"], capture_output=True, text=True).stdout.replace(
        " M mine.py\n", ""
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["HEAD", "--workload", "none.py"], "none.py: there is no such file", marks=pytest.mark.runs),
        (["HEAD", "--workload", "new.py"], "HEAD has no new.py: name a revision that has it"),
        (["HEAD"], "or name a file of yours with --workload"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(repository, arguments, expected):
    (repository / "new.py").write_text(FILE)
    found = compared(*arguments)

    assert 2 == found.returncode
    assert expected in found.stderr
    assert "Traceback" not in found.stderr
