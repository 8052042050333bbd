from types import SimpleNamespace

from crossover.benchmarks.harness import probing
from crossover.benchmarks.machine import facts
from crossover.benchmarks.runs.cells import Cell


def test_a_device_that_cannot_be_probed_again_at_the_end_costs_nothing_that_was_measured(monkeypatch):
    def fail(device):
        raise RuntimeError(f"{device} was lost")

    monkeypatch.setattr(facts, "unread", {})
    monkeypatch.setattr(probing, "beating", lambda run: [Cell("training", 1, "cuda:1")])
    monkeypatch.setattr(probing.limits, "probe", fail)
    run = SimpleNamespace(terminal=SimpleNamespace(show=lambda line: None), probes={"cuda:1": {"flop_s": 1.0}})
    probing.probe_again(run)

    assert {"cuda:1": {"flop_s": 1.0}} == run.probes
    assert ["limits of cuda:1 once more could not be read: RuntimeError: cuda:1 was lost"] == facts.remarks()


def test_threads_have_limits_of_their_own_found_by_what_has_them_once(monkeypatch):
    monkeypatch.setattr(probing.limits, "probe", lambda device: {"of": device})
    run = SimpleNamespace(terminal=SimpleNamespace(show=lambda line: None), probes={})
    two, own = Cell("training", 1, "cpu", threads=2), Cell("training", 1, "cpu")
    probing.probe(run, two, SimpleNamespace(probe=lambda: {"of": "its process"}))
    probing.probe(run, own, SimpleNamespace())
    probing.probe(run, two, SimpleNamespace(probe=lambda: {"of": "another"}))

    assert {"cpu-2threads": {"of": "its process"}, "cpu": {"of": "cpu"}} == run.probes
