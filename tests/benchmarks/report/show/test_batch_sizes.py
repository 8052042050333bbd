"""What is said of several batch sizes of a run. What the whole table looks like: golden/batches."""

import pytest

FASTER, SLOWER, UNSURE = [1.0, 1.01, 1.02], [4.0, 4.01, 4.02], [1.6, 2.0, 2.4]
CPU = [2.0, 2.01, 2.02]
OPEN = "the interval of a speedup contains 1; more rounds may tell (--rounds)"


@pytest.fixture
def beside(answers):
    """The table of batch sizes side by side: of one scale, with the rounds of cuda by batch size and 2 s of the CPU."""

    def make(cuda, cpu=CPU, **facts):
        rounds = {size: {"cpu": {"rounds": cpu, **facts}, "cuda": cuda_s} for size, cuda_s in cuda.items()}
        *_, last = answers(rounds, by="batch device")
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


@pytest.mark.parametrize(("rounds", "leader"), [(FASTER, "cuda"), (SLOWER, "cpu")])
def test_a_winner_that_stays_is_said_once_unless_others_disturbed_it(beside, rounds, leader):
    found, busy = beside({10: rounds, 1000: rounds}), beside({10: rounds, 1000: rounds}, disturbed=[True, False, False])

    assert [] == found.sentences
    assert "at each scale the same device is ahead in every batch size" == found.sheet.notes[0]
    assert f"at 1,000 parameters {leader} is ahead of " in busy.sentences[0]
    assert busy.sentences[0].endswith(" from batches of 10 to 1,000")


def test_batch_sizes_compare_by_samples_a_second(beside):
    """Both take 2 s a round, but one of 1000 samples, the other of twenty times as many, and that for ten epochs."""
    found = beside({10: [4.0], 1000: [1.0]}, [2.0])
    rates = {(cell["device"], cell["batch_size"]): cell["samples_per_s"] for cell in found.content["cells"]}

    assert {("cpu", 10): 5000, ("cpu", 1000): 100_000, ("cuda", 10): 2500, ("cuda", 1000): 200_000} == rates


def test_one_batch_size_of_a_device_is_not_its_best(beside):
    notes = beside({10: SLOWER, 1000: "too big: 9 GB"}).sheet.notes

    assert ["cpu"] == [line.split()[0] for line in notes if " trains most samples a second " in line]


def test_a_run_of_one_other_batch_size_names_it_and_one_of_the_usual_does_not(answer, cell):
    other, usual = answer([cell([1.0], batch=64)]), answer([cell([1.0], batch=10)])

    title = "Training, batches of 64, 10 epochs, on test-machine"
    assert (title, 64) == (other.sheet.title, other.content["batch_size"])
    assert answer([cell([1.0])]) == usual


def test_recipes_have_a_table_for_each_batch_size(answers):
    recipes = {"article": [2.0], "fused": [1.0]}
    ten, more = answers({10: recipes, 64: recipes}, by="batch recipe", each={"benchmark": "recipes"})

    assert ["10", "64"] == [each.sheet.title.split()[3].strip(",") for each in (ten, more)]
    assert [None, 2.0] == [cell["gain"] for cell in more.content["cells"]]
    assert ["in batches of 64, on cpu, the fastest is fused at scale 1 (2.00x faster)"] == more.best


def test_the_title_of_all_says_what_the_titles_of_each_say(answers, cell):
    cells = [cell([1.0], batch=10, disturbed=[True]), cell([1.0], batch=64, finished=False)]

    title = "Training by batch size, 10 epochs, on test-machine (busy machine) (unfinished)"
    assert title == answers(cells)[-1].sheet.title
