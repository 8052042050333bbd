import runpy
import sys

import pytest


@pytest.fixture
def tutorial(monkeypatch, capsys):
    """Runs `python -m crossover.model.tutorial`, but in this process; returns its exit code, stdout and stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["tutorial", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            runpy.run_module("crossover.model.tutorial", run_name="__main__")
        return end.value.code, *capsys.readouterr()

    return run


def test_the_tutorial_trains_saves_loads_and_predicts(tutorial, tmp_path):
    """The first loss and the form of the lines are the published ones; everything printed is its own work."""
    path = tmp_path / "trained.pth"
    code, shown, remarks = tutorial("--checkpoint", path)

    assert 0 == code, remarks
    lines = shown.splitlines()
    assert "Epoch: 01/03 | Batch: 01/02 | Train Loss: 0.75" == lines[0]
    assert lines[5].startswith("Epoch: 03/03 | Batch: 02/02 | Train Loss: ")
    assert ["Eval Accuracy: 1.00", f"Saved: {path}", "Predictions: [0, 1]"] == lines[6:]
    assert path.is_file()


def test_a_checkpoint_that_cannot_be_written_is_one_line(tutorial, tmp_path):
    code, _, remarks = tutorial("--checkpoint", tmp_path / "no" / "model.pth")

    assert 2 == code
    assert 1 == len(remarks.splitlines())
    assert remarks.startswith("--checkpoint: ")
