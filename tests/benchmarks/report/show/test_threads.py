"""What a run with several numbers of threads says: which is faster from where on, and if the CPU is at its best."""

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.report.analysis import regression, run_results
from crossover.benchmarks.report.analysis.noise import History
from crossover.benchmarks.report.figures import figure
from crossover.benchmarks.report.show.series import Quantity
from crossover.benchmarks.runs import load

ONE = {1: [0.5, 0.52, 0.51], 2: [1.0, 1.02, 1.01], 5: [4.4, 4.5, 4.3]}
TWO = {1: [0.7, 0.72, 0.71], 2: [1.1, 1.12, 1.11], 5: [3.0, 3.1, 2.9]}
CUDA = {1: [0.6, 0.62, 0.61], 2: [0.9, 0.92, 0.91], 5: [0.6, 0.62, 0.61]}
AHEAD = "2 threads overtake 1 thread at about 2,400 parameters, between 2,000 and 5,000 (95% interval 2,300 to 2,500)"


@pytest.fixture
def cells(cell):
    """Cells of several scales by their number of threads; None stands for cuda."""

    def make(numbers, **facts):
        return [
            cell(rounds, scale=scale, threads=count, device="cpu" if count else "cuda", **facts)
            for count, scales in numbers.items()
            for scale, rounds in scales.items()
        ]

    return make


@pytest.fixture
def shown(results, cells):
    """The tables of a run on a machine where torch uses 2 threads by itself."""
    return lambda numbers, **facts: kinds.answers(results(cells(numbers, **facts), facts={"threads": 2}))


def test_the_first_number_is_the_baseline(shown):
    (rising,) = shown({1: ONE, 2: TWO})
    (falling,) = shown({2: TWO, 1: ONE})

    assert [AHEAD] == rising.sentences
    assert falling.sentences[0].startswith("1 thread is faster than 2 threads for small models only: 2 threads are ")
    assert ["1 thread", "2 threads", "2 threads speedup"] == rising.sheet.header[2:]


def test_no_crossing_is_said_in_the_plural_too(shown):
    (found,) = shown({1: {1: [1.0], 2: [1.0]}, 4: {1: [2.0], 2: [1.5]}})
    (better,) = shown({1: {1: [1.0], 2: [1.0]}, 4: {1: [0.5], 2: [0.6]}})
    (alone,) = shown({1: ONE})

    assert found.sentences[0].startswith("4 threads do not overtake 1 thread up to the largest model measured on both")
    assert better.sentences[0].startswith("4 threads are already faster than 1 thread at the smallest model ")
    assert "no speedup: no other number than 1 thread was asked for (--threads)" in alone.sheet.notes


def test_on_a_busy_machine_nothing_is_decided(shown):
    (found,) = shown({1: ONE, 2: TWO}, disturbed=[True, False, False])

    assert [f"undecided, on a busy machine: {AHEAD}"] == found.sentences
    assert found.sheet.title.endswith(" (busy machine)")
    assert found.sheet.rows[0][2].endswith("(busy)")


def test_limits_are_those_of_as_many_threads(document, cells):
    made = document(cells({1: {1: [1.0]}, 2: {1: [1.0]}}, work={"flop": 1e9, "moved_bytes": 1e6, "operations": 10}))
    rates = {"read_bytes_s": {"1000": 1e12}, "copy_bytes_s": {"1000": 1e12}, "launch_s": 1e-9}
    made["crossover"]["probe"] = {"cpu": {"flop_s": 4e9, **rates}, "cpu-2threads": {"flop_s": 2e10, **rates}}
    one, two = run_results.results([load.parse(made, "made up")])

    assert ("", 0.05) == (one.limit.bound, two.limit.share)


def test_devices_are_compared_with_torchs_own_number_and_the_better_one_is_named(shown):
    devices, threads = shown({1: ONE, 2: TWO, None: CUDA})
    *_, own, faster, best = devices.sheet.notes

    assert devices.sentences[0].startswith("cuda is already faster than cpu at the smallest model")
    assert "cpu: with 2 threads, torch's own number" == own
    assert (
        "cpu is faster with 1 thread than with its 2 at scales 1-2: 1.39x [1.33, 1.46] at 1, 1.10x [1.07, 1.13] at 2"
        == faster
    )
    assert best.startswith("with the CPU's fastest number of threads at each scale, cuda overtakes cpu at about 1,500 ")
    assert [own, faster, best] == devices.reasons
    assert [AHEAD] == threads.sentences


def test_where_torchs_own_number_is_the_best_no_other_is_named(shown):
    slow = {scale: [3 * each for each in rounds] for scale, rounds in ONE.items()}
    devices, _ = shown({1: slow, 2: TWO, None: CUDA})

    assert "cpu: with 2 threads, torch's own number" == devices.sheet.notes[-1]


def test_a_picture_draws_what_two_tables_share_once(shown):
    drawn = figure.of(shown({1: ONE, 2: TWO, None: CUDA}), [Quantity.THREADS, Quantity.TIME])
    threads, times = drawn.curves

    assert ["cpu with 2 threads"] == threads.points["series"].unique().tolist() == threads.crossings["series"].tolist()
    counts = times.points["series"].value_counts()
    assert {"cpu with 2 threads": 3, "cuda": 3, "cpu with 1 thread": 3} == counts.to_dict()
    assert figure.most_telling({Quantity.THREADS, Quantity.TIME}) == [Quantity.THREADS, Quantity.TIME]


def test_cells_with_torchs_own_number_compare_whether_it_was_asked_for_or_not(run, cell):
    before = run([cell([1.0, 1.02, 1.01])], "before", facts={"threads": 2})
    now = run(
        [cell([1.0, 1.02, 1.01], threads=2), cell([9.0], threads=1)], "now", facts={"threads": 2},
        taken="2026-01-02T00:00:00+00:00",
    )  # fmt: skip
    found = regression.judge_run(before, now, History(), 0.1)

    assert [2] == [each.result.threads for each in found.judgements]
