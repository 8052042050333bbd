"""What the table of loading says of a few cells. What it looks like: golden/loading."""

import pytest

NONE, FOUR, READY = "memory-0-samples-training", "memory-4-samples-training", "memory-0-ready-training"


@pytest.fixture
def table(answer, cell):
    """The table of cells by the names of their cases; `samples` and others are facts of the cells with that loader."""

    def make(cells, **facts):
        made = []
        for name, rounds in cells.items():
            dataset, workers, loader, use = name.split("-")
            case = {"dataset": dataset, "workers": int(workers), "loader": loader, "use": use}
            made.append(cell(rounds, benchmark="loading", case=case, in_turn=True, **facts.get(loader, {})))
        return answer(made)

    return make


def rising(seconds):
    """Five rounds on a machine that gets slower and slower."""
    return [seconds * (1 + place / 10) for place in range(5)]


def names(cells, key):
    return ["{dataset}-{workers}-{loader}-{use}".format(**cell) for cell in cells if cell[key]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({FOUR: rising(0.5), "memory-2-samples-training": rising(0.9)}, "holds for memory (2.00x [2.00, 2.00] faster)"),
        (
            {FOUR: rising(0.5), "memory-2-samples-training": rising(0.4)},
            "pays, but not most, for memory (2.00x [2.00, 2.00] faster)",
        ),
        ({FOUR: rising(2.0)}, "costs time for memory (0.50x [0.50, 0.50] slower)"),
        ({FOUR: [0.9, 1.2, 1.2, 1.1, 1.4]}, "makes no sure difference for memory (1.00x [0.80, 1.25] equal)"),
        ({FOUR: [0.5]}, "takes more rounds to be judged for memory (2.40x faster)"),
    ],
)
def test_whether_the_advice_holds(table, cells, expected):
    """By paired rounds it is as sure as can be, whatever the machine did meanwhile."""
    notes = table({NONE: rising(1.0)} | cells).sheet.notes

    assert f"num_workers=4, the article's advice, on cpu at scale 1: {expected}" in notes


@pytest.mark.parametrize(
    ("cells", "best", "as_good", "sentence"),
    [
        (
            {NONE: rising(1.0), "memory-0-batches-training": rising(0.5), FOUR: rising(2.0)},
            "memory-0-batches-training", [],
            "memory: best with no workers and whole batches, 2.00x [2.00, 2.00] faster than without",
        ),
        (
            {NONE: rising(1.0), "memory-1-samples-training": rising(0.5)},
            "memory-1-samples-training", [],
            "memory: best with 1 worker, 2.00x [2.00, 2.00] faster than without",
        ),
        (
            {NONE: [1.0, 1.1, 1.0, 1.1, 1.0], FOUR: [1.1, 1.0, 1.1, 1.0, 1.1]},
            NONE, [FOUR],
            "memory: best with no workers (0 to 4 cannot be told apart)",
        ),
        ({NONE: [1.0], FOUR: [0.9], READY: [0.1]}, FOUR, [], "memory: best with 4 workers, 1.11x faster than without"),
        (
            {NONE: "too slow: hours", FOUR: [0.9], "memory-2-samples-training": [0.8]},
            "memory-2-samples-training", [],
            "memory: best with 2 workers",
        ),
    ],
    ids=["whole batches", "a worker", "one of two", "never ready batches", "without the baseline the least time"],
)  # fmt: skip
def test_the_best_trains_fastest(table, cells, best, as_good, sentence):
    found = table(cells)

    assert [best] == names(found.content["cells"], "best")
    assert {best, *as_good} == set(names(found.content["cells"], "as_good"))
    assert f"cpu, scale 1, {sentence}" in found.sheet.notes


def test_datasets_are_judged_apart(table):
    waiting = {"waiting-0-samples-training": rising(1.0), "waiting-1-samples-training": rising(0.5)}
    found = table({NONE: rising(1.0), FOUR: rising(2.0)} | waiting)

    assert [NONE, "waiting-1-samples-training"] == names(found.content["cells"], "best")


def test_alone_is_compared_with_alone(table):
    found = table({"memory-0-samples-alone": [1.0], "memory-4-samples-alone": [0.5], NONE: [8.0], FOUR: [2.0]})

    assert [None, 2.0, None, 4.0] == [cell["gain"] for cell in found.content["cells"]]
    assert ["4.00x faster"] == [row[-1] for row in found.sheet.rows if row[-1]]


@pytest.mark.parametrize(("waits_s", "expected"), [([0.5, 1.0, 2.0], 0.5), ([0.5], None), ([], None)])
def test_a_share_of_waiting_is_that_of_the_same_rounds(table, waits_s, expected):
    """Waits of another number of rounds tell nothing."""
    (cell,) = table({NONE: [1.0, 2.0, 4.0]}, samples={"waits_s": waits_s}).content["cells"]

    assert [expected] * 3 == pytest.approx([cell["waiting"], cell["waiting_low"], cell["waiting_high"]])


@pytest.mark.parametrize(("on_cpu", "devices"), [([1.0], ["cpu"]), ("too slow: hours", ["cpu", "mps"])])
def test_what_a_device_never_ran_has_no_row_unless_nothing_ran_at_all(answer, cell, on_cpu, devices):
    case = dict(zip(["dataset", "workers", "loader", "use"], ["memory", 0, "samples", "training"], strict=True))
    rounds = {"cpu": on_cpu, "mps": "no device: none here"}
    found = answer([cell(rounds[device], benchmark="loading", device=device, case=case) for device in rounds])

    assert devices == [row[0] for row in found.sheet.rows]
    assert "mps, scale 1: no device: none here" in found.sheet.notes
    assert list(rounds) == [each["device"] for each in found.content["cells"]]


def test_how_workers_were_started_is_said(table):
    facts = {"start_method": "fork", "pin_memory": True, "prepare_s": 0.05}
    notes = table({NONE: [1.0], FOUR: [1.0]}, samples=facts).sheet.notes

    assert "workers of cpu: started by fork, in 50.0 ms to 50.0 ms, off the clock unless restarted" in notes
    assert "batches of cpu that workers made were pinned in memory" in notes
