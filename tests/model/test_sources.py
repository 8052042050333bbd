"""Sources and the loaders over them: the same samples in the same order, whoever fetches them, and no worker left."""

import time

import psutil
import pytest
import torch

from crossover.model import workload
from crossover.model.data import Data, LabelledSamples, Loaders
from crossover.model.sources import SOURCES, WaitingSamples, WholeBatches, WorkerLoader

SAMPLES = Data.random(1).train.first(50)


def generator():
    return torch.Generator().manual_seed(7)


def batches(loader):
    return [(features.clone(), labels.clone()) for features, labels in loader]


def workers():
    return psutil.Process().children(recursive=True)


@pytest.fixture
def opened():
    """Makes loaders, and closes them whatever comes."""
    loaders = []

    def make(source=LabelledSamples, **options):
        loaders.append(WorkerLoader(source(SAMPLES.features, SAMPLES.labels), 10, generator(), **options))
        return loaders[-1]

    yield make
    for loader in loaders:
        loader.close()


@pytest.mark.parametrize("source", [*SOURCES.values(), WholeBatches])
@pytest.mark.parametrize("workers", [0, 2])
def test_every_source_and_number_of_workers_gives_the_same_batches(opened, source, workers):
    """Those of the article's loader, epoch by epoch, though workers were started by other batches before."""
    expected = Loaders.over(Data(SAMPLES, SAMPLES), 10, generator()).train
    loader = opened(source, workers=workers)
    loader.start()

    for _ in range(2):
        for (features, labels), (other_features, other_labels) in zip(expected, batches(loader), strict=True):
            assert torch.equal(features, other_features)
            assert torch.equal(labels, other_labels)


def test_workers_are_started_beforehand_stay_and_end_with_close(opened):
    loader = opened(workers=2)
    loader.start()
    first = workers()
    batches(loader)
    second = workers()
    loader.close()

    assert 2 == len(first)
    assert first == second
    assert [] == workers()


def test_workers_that_are_not_persistent_come_with_each_epoch(opened):
    loader = opened(workers=2, persistent=False)
    loader.start()

    assert [] == workers()
    assert 5 == len(batches(loader))
    assert [] == workers()


@pytest.mark.parametrize("persistent", [True, False])
def test_closing_ends_workers_in_the_middle_of_an_epoch(opened, persistent):
    """Even where somebody still holds the iterator, as the traceback of an error does."""
    loader = opened(workers=2, persistent=persistent)
    loader.start()
    held = iter(loader)
    next(held)
    loader.close()

    assert [] == workers()


class Deadly(LabelledSamples):
    """Samples that kill the worker which fetches them."""

    def __getitem__(self, index):
        psutil.Process().kill()


def test_a_worker_that_is_killed_is_an_error_that_says_so(opened):
    loader = opened(Deadly, workers=2, persistent=False)
    with pytest.raises(RuntimeError, match="DataLoader worker"):
        batches(loader)
    loader.close()

    assert [] == workers()


def test_a_sample_that_waits_takes_its_time():
    start = time.perf_counter()
    WaitingSamples(SAMPLES.features, SAMPLES.labels)[3]

    assert time.perf_counter() - start >= workload.WAITING_S
