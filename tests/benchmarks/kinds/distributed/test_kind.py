"""What the table of distributed training says of a few cells. What it looks like: golden/distributed."""

import json

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.report.analysis.run_results import results

PLAIN, DDP, FSDP = ("plain", "strong", 1, 1), ("ddp", "strong", 2, 1), ("fsdp", "strong", 2, 1)


WAY = "strategy,scaling,world_size,nodes"
EACH = {"benchmark": "distributed"}


@pytest.fixture
def table(answer):
    """The table of some ways at some scales: `{DDP: {1: [0.5]}}` gives `ddp` on two processes one round at scale 1."""
    return lambda rounds: answer(rounds, by=f"{WAY} scale", each=EACH)


def told(fact, **of_ways):
    """A round of each way at scale 1, with a fact of each."""
    ways = {"plain": PLAIN, "ddp": DDP, "fsdp": FSDP}
    return {ways[name]: {1: {"rounds": [1.0], fact: value}} for name, value in of_ways.items()}


@pytest.mark.parametrize(
    ("plain", "fsdp", "expected"),
    [
        ([200e6], [90e6, 110e6], (110e6, 0.55)),
        ([], [90e6, 110e6], (110e6, None)),
        ([200e6], [90e6, None], (None, None)),
    ],
)
def test_memory_is_that_of_the_rank_that_needed_most(table, plain, fsdp, expected):
    """Unknown where one rank does not know its own."""
    found = table(told("rank_peak_bytes", plain=plain, fsdp=fsdp))
    _, cell = found.content["cells"]

    assert expected == (cell["peak_bytes"], cell["peak_share"])
    assert (expected == (110e6, 0.55)) == ("110 MB (55%)" in found.sheet.rows[1])


AT = "ddp on 2 processes, scale 1"
ALWAYS = {
    "no speedup: no run of one process is beside it: the same command with --nproc-per-node 1",
    f"{AT}: one round: no interval",
}
STRAGGLER = [[0.010, 0.030], [0.011, 0.021], [0.010, 0.012]]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"rank_threads": [1, 2]}, ["threads of a process: ddp on 2 processes: 1 to 2"]),
        (
            {"rank_paces_s": STRAGGLER},
            [f"{AT}: by itself rank 1 was 2.1x slower than rank 0: in a round all wait for it"],
        ),
        ({"rank_paces_s": [[0.010, 0.012]] * 3}, []),
        ({"rank_paces_s": STRAGGLER[:2]}, []),
        ({"rank_paces_s": [[0.1, 0.2, 0.3], [0.1], []]}, []),
    ],
    ids=["nothing else", "threads", "a straggler", "none", "too seldom one", "ranks of another number in each round"],
)
def test_what_must_be_known_of_a_run_is_said(table, facts, expected):
    notes = table({DDP: {1: {"rounds": [1.0]} | facts}}).sheet.notes

    assert {*expected, *ALWAYS} == set(notes)


def test_ways_with_as_many_threads_share_a_clause(table):
    found = table(told("rank_threads", plain=[2], ddp=[1, 1], fsdp=[1, 1]))

    assert "threads of a process: one process: 2; ddp on 2 processes, fsdp on 2 processes: 1" in found.sheet.notes


def test_lines_name_their_device_where_there_are_several(answer):
    """A device that ran nothing has no row."""
    missing = {1: "no device: it finds no MPS"}
    on_cpu = {PLAIN: {1: [3.0], 2: [3.0]}, DDP: {1: [4.0], 2: [2.0]}}
    on_mps = {PLAIN: missing, DDP: missing}
    found = answer({"cpu": on_cpu, "mps": on_mps}, by=f"device {WAY} scale", each=EACH)

    assert {"cpu", ""} == {row[0] for row in found.sheet.rows}
    assert found.sentences[0].startswith("cpu: ddp on 2 processes overtakes one process at about")
    assert {
        "cpu: every cell: one round: no interval",
        "mps: every cell: no device: it finds no MPS",
    } <= set(found.sheet.notes)


def test_of_a_cell_in_several_runs_the_last_counts_that_measured_it(run):
    """A run that was killed holds cells that it never reached."""
    rounds = {"1": [1.0], "2": [2.0], "3": "not reached: the run ended before it"}
    runs = [run({DDP: of_run}, label, by=WAY, each=EACH) for label, of_run in rounds.items()]
    (found,) = kinds.answers(results(runs))

    assert [2.0] == [cell["median_s"] for cell in found.content["cells"]]


@pytest.fixture
def saved(document, tmp_path):
    """Saves a run of one day, of some number of epochs."""

    def save(day, rounds, epochs=10):
        workload = {"version": 1, "epochs": epochs, "batch_size": 10, "samples": 1000}
        taken = f"2026-01-0{day}T00:00:00+00:00"
        made = document(rounds, by=f"{WAY} scale", each=EACH, taken=taken, workload=workload)
        path = tmp_path / f"{day}.json"
        path.write_text(json.dumps(made))
        return path

    return save


def test_runs_of_different_numbers_of_processes_are_joined(crossover, saved, tmp_path):
    """Those that are named, or all of a folder that trained the same as the newest. So does the page."""
    saved(1, {PLAIN: {1: [9.0]}}, epochs=1)
    named = saved(2, {PLAIN: {1: [3.0]}}), saved(3, {DDP: {1: [2.0]}})

    for places in ([tmp_path], named):
        assert "1.50x faster" in crossover("table", "--benchmark", "distributed", *places).stdout

    assert 0 == crossover("report", *named, "-o", "page.html").returncode
    page = (tmp_path / "page.html").read_text()
    assert "How many devices are worth it?" in page
    assert "ddp on 2 processes is already faster than one process" in page
    assert 1 == page.count("1.50x faster")


def test_runs_that_trained_something_else_are_not_joined(crossover, saved):
    paths = saved(1, {PLAIN: {1: [9.0]}}, epochs=1), saved(2, {DDP: {1: [3.0]}})
    ended = crossover("table", "--benchmark", "distributed", *paths)

    assert 2 == ended.returncode
    assert "these runs must not be joined: epochs differs" in ended.stderr
