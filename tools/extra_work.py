"""A side that does 21 batches' work for 20, which a comparison must find. Only the calibration starts it."""

import torch

from crossover.benchmarks.ab.worker import serve
from crossover.benchmarks.kinds.training.timed import Training
from crossover.model.data import Data, Samples


class ExtraWork(Training):
    """Training with a twentieth more training and test samples, so that every part of an epoch is 5% more work."""

    def predict(self) -> float:
        turn_s = super().predict()
        self.data = Data(grown(self.data.train), grown(self.data.test))
        return turn_s


def grown(samples: Samples) -> Samples:
    """The samples, followed by the first twentieth of them again."""
    again = samples.first(len(samples) // 20)
    return Samples(torch.cat([samples.features, again.features]), torch.cat([samples.targets, again.targets]))


if __name__ == "__main__":
    serve(ExtraWork)
