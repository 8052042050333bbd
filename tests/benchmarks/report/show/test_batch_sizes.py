"""What is said of several batch sizes of a run: samples a second, crossovers, and the table that has them together."""

import pytest

from crossover.benchmarks import kinds

FASTER, SLOWER, UNSURE = [1.0, 1.01, 1.02], [4.0, 4.01, 4.02], [1.6, 2.0, 2.4]
CPU = [2.0, 2.01, 2.02]
OPEN = "the interval of a speedup contains 1; more rounds may tell (--rounds)"


@pytest.fixture
def beside(results, cell):
    """The table of batch sizes side by side: of one scale, with the rounds of cuda by batch size and 2 s of the CPU."""

    def make(cuda, cpu=CPU, **facts):
        cells = []
        for size, rounds in cuda.items():
            more = {"batch": size, "samples": max(1000, 20 * size), "parameters": 1000}
            cells += [cell(cpu, **more, **facts), cell(rounds, device="cuda", **more)]
        *_, last = kinds.answers(results(cells))
        return last

    return make


@pytest.mark.parametrize(
    ("cuda", "expected"),
    [
        ({10: [4.0], 1000: [1.0]}, "cuda overtakes cpu from batches of about 100 on, between 10 and 1,000 "
         "(one round: no interval)"),
        ({10: SLOWER, 1000: FASTER}, "cuda overtakes cpu from batches of about 100 on, between 10 and 1,000 "
         "(95% interval 96 to 110)"),
        ({10: FASTER, 1000: SLOWER}, "cuda is faster than cpu in small batches only: cpu is ahead from about 100 on "
         "(95% interval 95 to 100)"),
        ({10: SLOWER, 100: FASTER, 1000: SLOWER}, "cuda overtakes cpu from batches of about 32 on, between 10 and 100 "
         "(95% interval 31 to 32); cpu is ahead again from about 320 on (95% interval 310 to 320)"),
        ({10: UNSURE, 1000: SLOWER}, "it is undecided whether cuda overtakes cpu between "
         f"batches of 10 and 1,000: {OPEN}"),
    ],
)  # fmt: skip
def test_where_the_winner_changes_with_the_batch_size_is_said(beside, cuda, expected):
    cpu = CPU if len(cuda[10]) > 1 else [2.0]

    assert [f"at 1,000 parameters {expected}"] == beside(cuda, cpu).sentences


def test_what_others_disturbed_is_undecided(beside):
    (sentence,) = beside({10: SLOWER, 1000: FASTER}, disturbed=[True, False, False]).sentences

    assert sentence.startswith("undecided, on a busy machine: at 1,000 parameters cuda overtakes cpu from batches of ")


@pytest.mark.parametrize("rounds", [FASTER, SLOWER])
def test_a_winner_that_stays_is_said_once(beside, rounds):
    found = beside({10: rounds, 1000: rounds})

    assert [] == found.sentences
    assert "at each scale the same device is ahead in every batch size" == found.sheet.notes[0]


def test_a_crossover_is_told_to_programs_in_samples_of_a_batch(beside):
    (found,) = beside({10: [4.0], 1000: [1.0]}, [2.0]).content["crossovers"]

    expected = {"scale": 1, "parameters": 1000, "device": "cuda", "outcome": "between two batch sizes"}
    assert expected == {key: found[key] for key in expected}
    assert 100 == pytest.approx(found["batch_size"])
    assert (10, 1000) == tuple(found["between"])
    assert "parameters" not in found["crossings"][0]


def test_batch_sizes_compare_by_samples_a_second(beside):
    """Both take 2 s a round, but one of 1000 samples, the other of twenty times as many, and that for ten epochs."""
    found = beside({10: [4.0], 1000: [1.0]}, [2.0])
    rates = {(cell["device"], cell["batch_size"]): cell["samples_per_s"] for cell in found.content["cells"]}

    assert {("cpu", 10): 5000, ("cpu", 1000): 100_000, ("cuda", 10): 2500, ("cuda", 1000): 200_000} == rates
    assert "cpu trains most samples a second in batches of 1,000 at scale 1" in found.sheet.notes


def test_a_cell_that_was_left_out_says_why(beside):
    found = beside({10: SLOWER, 1000: "too big: 9 GB"})

    assert "too big" in found.sheet.rows[1]
    assert [] == found.sentences
    assert not [line for line in found.sheet.notes if line.startswith("cuda trains most")]  # of one batch size


def test_each_batch_size_has_a_table_whose_title_names_it(results, cell):
    cells = [cell([1.0], batch=size, samples=1000) for size in (10, 64)]
    titles = [answer.sheet.title for answer in kinds.answers(results(cells))]

    assert [
        "Training, batches of 10, 10 epochs, on test-machine",
        "Training, batches of 64, 10 epochs, on test-machine",
        "Training by batch size, 10 epochs, on test-machine",
    ] == titles


def test_a_run_of_one_other_batch_size_names_it_and_one_of_the_usual_does_not(results, cell):
    (other,) = kinds.answers(results([cell([1.0], batch=64, samples=1280)]))
    (usual,) = kinds.answers(results([cell([1.0], batch=10, samples=1000)]))

    assert ("Training, batches of 64, 10 epochs, on test-machine", 64) == (
        other.sheet.title,
        other.content["batch_size"],
    )
    assert "Training, 10 epochs, on test-machine" == usual.sheet.title
    assert usual.content == kinds.answers(results([cell([1.0])]))[0].content


def test_recipes_have_a_table_for_each_batch_size(results, cell):
    cells = [
        cell(rounds, benchmark="recipes", recipe=recipe, batch=size, samples=1000)
        for size in (10, 64)
        for recipe, rounds in {"article": [2.0], "fused": [1.0]}.items()
    ]
    ten, more = kinds.answers(results(cells))

    assert [("10",), ("64",)] == [(each.sheet.title.split()[3].strip(","),) for each in (ten, more)]
    assert [None, 2.0] == [cell["gain"] for cell in more.content["cells"]]
    assert ["in batches of 64, on cpu, the fastest is fused at scale 1 (2.00x faster)"] == more.best


def test_the_title_of_all_says_what_the_titles_of_each_say(results, cell):
    cells = [cell([1.0], batch=10, disturbed=[True]), cell([1.0], batch=64, finished=False)]
    titles = [answer.sheet.title for answer in kinds.answers(results(cells))]

    assert "Training by batch size, 10 epochs, on test-machine (busy machine) (unfinished)" == titles[-1]
