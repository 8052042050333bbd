"""A side that does 11 batches' work for 10: what a comparison must find. Only the calibration starts it."""

import torch

from crossover.benchmarks.ab.worker import serve
from crossover.benchmarks.kinds.training import Training
from crossover.model.data import Data, LabelledSamples


class ExtraWork(Training):
    """A tenth more samples to train on and to be tested on, so that all of an epoch is a tenth more work."""

    def predict(self) -> float:
        turn_s = super().predict()
        self.data = Data(grown(self.data.train), grown(self.data.test))
        return turn_s


def grown(samples: LabelledSamples) -> LabelledSamples:
    """The samples, and the first tenth of them once more."""
    again = samples.first(len(samples) // 10)
    return LabelledSamples(torch.cat([samples.features, again.features]), torch.cat([samples.labels, again.labels]))


if __name__ == "__main__":
    serve(ExtraWork)
