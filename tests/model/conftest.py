"""A network with a layer more than the one that is timed."""

import pytest
import torch

from crossover.model import network


@pytest.fixture
def other_network(monkeypatch):
    """Puts a linear layer between the first two, or another layer with as many inputs as outputs."""
    init = network.NeuralNetwork.__init__
    more = [torch.nn.Linear]

    def deeper(self, inputs, hidden, outputs):
        init(self, inputs, hidden, outputs)
        self.layers.insert(2, more[0](hidden[0], hidden[0]))

    def forget():
        network.layers.cache_clear()
        network.parameter_count.cache_clear()

    monkeypatch.setattr(network.NeuralNetwork, "__init__", deeper)
    forget()
    yield more
    forget()
