import pickle
import sys

import pytest
import torch

from crossover.model import checkpoint
from crossover.model.network import NeuralNetwork


class Evil:
    def __reduce__(self):
        return (print, ("code of a stranger ran",))


def test_a_loaded_network_predicts_what_the_saved_one_did(tmp_path):
    network, fresh = NeuralNetwork(2, (30, 20), 2), NeuralNetwork(2, (30, 20), 2)
    features = torch.randn(50, 2)
    checkpoint.save(network, tmp_path / "model.pth")
    checkpoint.load(fresh, tmp_path / "model.pth")

    assert torch.equal(checkpoint.predict(network, features), checkpoint.predict(fresh, features))


def test_a_checkpoint_holds_parameters_only(tmp_path):
    checkpoint.save(NeuralNetwork(2, (3, 4), 2), tmp_path / "model.pth")
    saved = torch.load(tmp_path / "model.pth", weights_only=True)

    assert ["layers.0.weight", "layers.0.bias", "layers.2.weight"] == list(saved)[:3]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(checkpoint.CheckpointError, match=r"nowhere\.pth: cannot be read: No such file"):
        checkpoint.load(NeuralNetwork.scaled(1), tmp_path / "nowhere.pth")


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(checkpoint.CheckpointError, match="cannot be read"):
        checkpoint.load(NeuralNetwork.scaled(1), tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no checkpoint at all",
        pickle.dumps([1, 2], protocol=2),
        pickle.dumps({"layers": 3}, protocol=2),
        b"PK\x03\x04 cut off",
    ],
    ids=["empty", "text", "a list", "no tensors", "truncated archive"],
)
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "model.pth"
    path.write_bytes(content)

    with pytest.raises(checkpoint.CheckpointError, match="not a checkpoint of network parameters"):
        checkpoint.load(NeuralNetwork.scaled(1), path)


def test_a_truncated_checkpoint_is_refused(tmp_path):
    path = tmp_path / "model.pth"
    checkpoint.save(NeuralNetwork.scaled(1), path)
    path.write_bytes(path.read_bytes()[:1000])

    with pytest.raises(checkpoint.CheckpointError, match="not a checkpoint"):
        checkpoint.load(NeuralNetwork.scaled(1), path)


def test_code_in_a_checkpoint_is_not_run(tmp_path, capsys):
    path = tmp_path / "model.pth"
    torch.save({"layers.0.weight": Evil()}, path)

    with pytest.raises(checkpoint.CheckpointError, match="not a checkpoint"):
        checkpoint.load(NeuralNetwork.scaled(1), path)
    assert "" == capsys.readouterr().out


def test_a_network_of_another_shape_is_refused_and_left_as_it_was(tmp_path):
    checkpoint.save(NeuralNetwork(2, (30, 20), 2), tmp_path / "model.pth")
    network = NeuralNetwork.scaled(1)
    before = network.layers[0].weight.clone()

    with pytest.raises(checkpoint.CheckpointError, match=r"another network: .*30x2.* expected .*300x100"):
        checkpoint.load(network, tmp_path / "model.pth")
    assert torch.equal(before, network.layers[0].weight)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(checkpoint.CheckpointError, match="cannot be written"):
        checkpoint.save(NeuralNetwork.scaled(1), tmp_path / "nowhere" / "model.pth")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX's")
def test_a_disk_that_gets_full_is_said(tmp_path, file_limit):
    with file_limit(10_000), pytest.raises(checkpoint.CheckpointError, match=r"pth: cannot be written: File too large"):
        checkpoint.save(NeuralNetwork.scaled(1), tmp_path / "model.pth")
