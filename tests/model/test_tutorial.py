import subprocess
import sys

import pytest
import typer

from crossover.model.tutorial import tutorial


def test_the_tutorial_trains_saves_loads_and_predicts(tmp_path, pytestconfig):
    """The first loss and the form of the lines are the published ones; everything printed is its own work."""
    path = tmp_path / "trained.pth"
    command = [sys.executable, "-m", "crossover.model.tutorial", "--checkpoint", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=pytestconfig.rootpath, check=False)

    assert 0 == run.returncode, run.stderr
    lines = run.stdout.splitlines()
    assert "Epoch: 01/03 | Batch: 01/02 | Train Loss: 0.75" == lines[0]
    assert lines[5].startswith("Epoch: 03/03 | Batch: 02/02 | Train Loss: ")
    assert ["Eval Accuracy: 1.00", f"Saved: {path}", "Predictions: [0, 1]"] == lines[6:]
    assert path.is_file()


def test_a_checkpoint_that_cannot_be_written_is_one_line(tmp_path, capsys):
    with pytest.raises(typer.Exit) as end:
        tutorial(tmp_path / "no" / "model.pth")
    said = capsys.readouterr().err

    assert 2 == end.value.exit_code
    assert 1 == len(said.splitlines())
    assert said.startswith("--checkpoint: ")
