"""Saved runs in a folder of the test's own, and what the command says of them to programs."""

import json
import signal

import pytest

from crossover.benchmarks.machine import host


@pytest.fixture
def save(tmp_path, document):
    """Saves a run, from what `document` takes, and returns its path: `save("a.json", {"cpu": {1: [0.5]}})`."""

    def make(name, cells, **facts):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document(cells, **facts)))
        return path

    return make


@pytest.fixture
def save_here(save):
    """Saves runs of this very machine under results/here, a day apart: of given cells, or of the rounds of one."""

    def make(*runs, name="here", under="results", commit=None, source="measured", **facts):
        return [
            save(
                f"{under}/{name}/000{number}_run.json",
                made if isinstance(made[0], tuple) else {"cpu": {1: made}},
                machine=name,
                taken=f"2026-01-0{number}T00:00:00+00:00",
                facts=host.hardware() | facts,
                commit=commit,
                source=source,
            )
            for number, made in enumerate(runs, start=1)
        ]

    return make


@pytest.fixture
def tables(crossover):
    """What `crossover table` tells programs."""
    return lambda *words: json.loads(crossover("table", *words, "--format", "json").stdout)["tables"]


@pytest.fixture
def medians_s(tables):
    """The median times of the cells of each table: what tells which run was taken."""

    def taken(*words):
        nested = [[cell for row in table["rows"] for cell in row["cells"]] if "rows" in table else table["cells"]
                  for table in tables(*words)]  # fmt: skip
        return [[cell["median_s"] for cell in cells] for cells in nested]

    return taken


@pytest.fixture
def heeded():
    """Gives the signals their meaning back, to which a command that was stopped is deaf."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # they may be ignored around the tests
    before = [signal.signal(number, signal.SIG_DFL) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
