"""Sources and the loaders over them: the same samples in the same order, whoever fetches them, and no worker left."""

import errno
import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess

import psutil
import pytest
import torch
from torch.utils.data import DataLoader
from torch.utils.data._utils import signal_handling

from crossover.model import worker_loader
from crossover.model.data import Data, Loaders, Samples
from crossover.model.sample_sources import SOURCES, WAITING_S, WaitingSamples, WholeBatches
from crossover.model.worker_loader import WorkerLoader
from crossover.model.workloads import MLP

SAMPLES = Data.of(MLP, 1).train.first(50)


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

    def make(source=Samples, **options):
        loaders.append(WorkerLoader(source(SAMPLES.features, SAMPLES.targets), 10, generator(), **options))
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


class Deadly(Samples):
    """Samples that send the worker which fetches them a signal."""

    signal = signal.SIGKILL

    def __getitem__(self, index):
        os.kill(os.getpid(), self.signal)
        return super().__getitem__(index)


class Stopping(Deadly):
    signal = signal.SIGSTOP


class WithoutRoom(Deadly):
    """As the kernel does where a worker writes to shared memory that has no page left."""

    signal = signal.SIGBUS


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(worker_loader, "LOOK_S", 0.2)
    monkeypatch.setattr(worker_loader, "STUCK_S", 0.5)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        (Deadly, RuntimeError, "a DataLoader worker was killed by SIGKILL, as the system does where memory runs out"),
        (WithoutRoom, MemoryError, "workers find no room in /dev/shm: docker run --shm-size"),
        (Stopping, RuntimeError, "no DataLoader worker had a batch for 0.5 s"),
    ],
)
@pytest.mark.parametrize("persistent", [True, False])
def test_workers_that_are_dead_or_stuck_are_an_error_that_says_so(opened, source, error, words, persistent):
    loader = opened(source, workers=2, persistent=persistent)
    with pytest.raises(error, match=words):
        loader.start() if persistent else batches(loader)
    loader.close()

    assert [] == workers()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), MemoryError),
        (RuntimeError("unable to allocate shared memory(shm) for file </torch_7_8>: No space left on device"),
         MemoryError),
        (RuntimeError("Caught RuntimeError in DataLoader worker process 0.\nRuntimeError: no such picture"),
         RuntimeError),
    ],
)  # fmt: skip
def test_no_room_for_what_workers_share_is_told_from_other_faults(opened, fault, error):
    assert error is type(opened(workers=2).fault(fault))


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_waits_for_room_in_shared_memory_is_stuck_for_want_of_it(opened, monkeypatch):
    """It only prints what goes wrong where it sends whole batches, and goes on."""
    loader = opened(Stopping, workers=1)
    usage = worker_loader.shutil.disk_usage("/")
    monkeypatch.setattr(worker_loader, "SHARED", worker_loader.Path("/"))
    monkeypatch.setattr(worker_loader.shutil, "disk_usage", lambda _: usage._replace(free=4096))

    with pytest.raises(MemoryError, match="workers find no room"):
        loader.start()


def test_workers_that_stay_may_take_their_time_to_begin_the_next_epoch(opened, monkeypatch):
    """On a machine that is short of memory or cores, longer than a look at whether they are alive."""
    monkeypatch.setattr(worker_loader, "LOOK_S", 0.3)
    loader = opened(workers=1)
    loader.start()
    (process,) = workers()
    process.suspend()
    threading.Timer(1.0, process.resume).start()

    assert 5 == len(batches(loader))


def test_workers_beside_one_that_cannot_be_started_are_ended(opened, monkeypatch):
    started = BaseProcess.start

    def start(process):
        if multiprocessing.active_children():
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started(process)

    monkeypatch.setattr(BaseProcess, "start", start)
    loader = opened(workers=2)
    with pytest.raises(BlockingIOError):
        loader.start()
    assert 1 == len(workers())
    loader.close()

    assert [] == workers()


def test_the_end_of_a_worker_interrupts_nothing(opened, monkeypatch):
    """Torch has it raise an error wherever this process is."""
    monkeypatch.setattr(signal_handling, "_SIGCHLD_handler_set", False)
    list(DataLoader(SAMPLES, 10, num_workers=1))
    assert signal.SIG_DFL != signal.getsignal(signal.SIGCHLD)
    loader = opened(workers=2)
    loader.start()
    for process in workers():
        process.kill()
        process.wait()
    loader.close()

    assert signal.SIG_DFL == signal.getsignal(signal.SIGCHLD)
    assert [] == workers()


def test_a_sample_that_waits_takes_its_time():
    start = time.perf_counter()
    WaitingSamples(SAMPLES.features, SAMPLES.targets)[3]

    assert time.perf_counter() - start >= WAITING_S
