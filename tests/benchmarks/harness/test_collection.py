"""Which items a run has: their names, and their order."""

import types

import pytest

from crossover.benchmarks.harness.collection import require_batch_sizes, require_benchmarks
from crossover.benchmarks.harness.items import part_of
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.harness.parametrization import parametrize
from crossover.benchmarks.harness.time_budget import Budget
from crossover.benchmarks.kinds import KINDS
from crossover.benchmarks.runs.cells import Cell, Outcome, Status, name_of, record
from crossover.model.workloads import MLP


class Metafunc:
    """What pytest hands out for a test function: here it keeps the ids it is given."""

    def __init__(self, name, *fixturenames):
        self.function = types.SimpleNamespace(__name__=name)
        self.fixturenames = fixturenames
        self.ids = []

    def parametrize(self, names, cells, ids, scope):
        assert all(len(names) == len(cell) for cell in cells)
        self.ids = ids


def options_of(scales=None, workload=MLP, batch_sizes=None, threads=None):
    return Options(
        KINDS, workload, scales, ["cpu", "mps"], ["article", "fused"], epochs=1, budget=Budget(0, 1), machine=None,
        batch_sizes=batch_sizes, threads=threads,
    )  # fmt: skip


def ids(metafunc, *asked, **more):
    parametrize(metafunc, options_of(*asked, **more), share_cases=lambda place, scaling: [])
    return metafunc.ids


def test_training_has_an_item_for_each_scale_and_device():
    training = Metafunc("test_training", "cell", "device", "scale")

    assert ["cpu-1", "mps-1", "cpu-10", "mps-10"] == ids(training, [1, 10])


def test_recipes_of_a_scale_and_device_are_next_to_each_other():
    recipes = Metafunc("test_recipes", "cell", "device", "scale", "recipe")
    expected = "cpu-1-article cpu-1-fused mps-1-article mps-1-fused cpu-2-article cpu-2-fused mps-2-article mps-2-fused"

    assert expected == " ".join(ids(recipes, [1, 2]))


def test_batch_sizes_of_a_scale_follow_each_other_with_the_devices_of_each_side_by_side():
    training = Metafunc("test_training", "device", "scale", "batch_size")
    expected = "cpu-1-batch10 mps-1-batch10 cpu-1-batch64 mps-1-batch64"
    assert expected == " ".join(ids(training, [1], batch_sizes=[10, 64]))

    recipes = Metafunc("test_recipes", "device", "scale", "batch_size", "recipe")
    expected = "cpu-1-batch64-article cpu-1-batch64-fused mps-1-batch64-article mps-1-batch64-fused"
    assert expected == " ".join(ids(recipes, [1], batch_sizes=[64]))


def test_without_the_option_no_name_has_a_batch_size():
    assert ["cpu-1", "mps-1"] == ids(Metafunc("test_training", "device", "scale", "batch_size"), [1])


def test_a_benchmark_that_takes_no_batch_size_is_refused_where_some_are_asked_for():
    cells = [Cell("training", 1, "cpu", batch_size=64), Cell("loading", 1, "cpu")]
    require_batch_sizes(cells[:1], options_of(batch_sizes=[64]))
    require_batch_sizes(cells[1:], options_of())

    with pytest.raises(pytest.UsageError, match=r"^--batch-sizes: loading is not measured .* benchmarks/test_training"):
        require_batch_sizes(cells, options_of(batch_sizes=[64]))


def test_only_the_cpu_has_an_item_for_each_number_of_threads():
    training = Metafunc("test_training", "device", "scale", "batch_size", "threads")
    recipes = Metafunc("test_recipes", "device", "scale", "recipe")

    assert "cpu-1-2threads cpu-1-1thread mps-1" == " ".join(ids(training, [1], threads=[2, 1]))
    assert "cpu-1-batch64-8threads mps-1-batch64" == " ".join(ids(training, [1], batch_sizes=[64], threads=[8]))
    assert ["cpu-1", "mps-1"] == ids(training, [1])
    assert ["cpu-1-article", "cpu-1-fused"] == ids(recipes, [1], threads=[1, 2])[:2]


@pytest.mark.runs
@pytest.mark.parametrize("arguments", [["benchmarks/test_loading.py"], ["benchmarks", "--all"]])
def test_a_benchmark_that_takes_no_threads_is_refused_where_it_is_named(collected, arguments):
    _, shown = collected(*arguments, "--threads", "1,2")

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode
    assert "is not measured by threads; leave the option out, or name what is: pytest benchmarks/tes" in shown.stderr


def test_where_no_scales_are_given_each_benchmark_has_its_usual_ones():
    assert 2 * 9 == len(ids(Metafunc("test_training", "device", "scale")))
    assert 2 * 2 * 2 == len(ids(Metafunc("test_recipes", "device", "scale", "recipe")))


def test_a_test_without_a_cell_is_left_alone():
    assert [] == ids(Metafunc("test_other"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell("training", 5, "cpu"), "training[cpu-5]"),
        (Cell("recipes", 5, "cpu", "article"), "recipes[cpu-5-article]"),
        (Cell("recipes", 5, "cuda:1", "fused"), "recipes[cuda:1-5-fused]"),
        (Cell("training", 5, "cpu", batch_size=64), "training[cpu-5-batch64]"),
        (Cell("recipes", 5, "cpu", "fused", batch_size=64), "recipes[cpu-5-batch64-fused]"),
        (Cell("training", 5, "cpu", threads=1), "training[cpu-5-1thread]"),
        (Cell("training", 5, "cpu", batch_size=64, threads=2), "training[cpu-5-batch64-2threads]"),
        (Cell("loading", 5, "cpu", case=(("dataset", "memory"), ("workers", 2))), "loading[cpu-5-memory-2]"),
    ],
)
def test_a_cell_is_called_like_its_item(cell, expected):
    assert expected == str(cell)


def test_a_group_shares_those_parts_of_a_case_that_it_is_taken_within():
    cell = Cell("loading", 5, "cpu", case=(("dataset", "memory"), ("workers", 2)))

    assert ("loading", "cpu", 5) == cell.group()
    assert ("loading", "cpu", 5, "memory") == cell.group(("device", "dataset"))
    assert ("loading", 5, "memory") == cell.group(("dataset",))
    assert "loading[cpu-5-memory]" == name_of(cell.group(("device", "dataset")))


def test_cells_of_another_batch_size_are_of_another_group_and_series():
    ten, more = (Cell("training", 5, "cpu", batch_size=size) for size in (10, 64))

    assert "training[5-batch64]" == name_of(more.group(()))
    assert ten.group(()) != more.group(())
    assert ten.series != more.series


def test_numbers_of_threads_take_turns_in_one_group_and_are_series_of_their_own():
    one, two = (Cell("training", 5, "cpu", threads=count) for count in (1, 2))

    assert Cell("training", 5, "cuda").group(()) == one.group(()) == two.group(())
    assert one.series != two.series
    assert 2 == record("x", two, {"parameters": 7}, Outcome(Status.MEASURED))["threads"]
    assert "threads" not in record("x", Cell("training", 5, "cpu"), {"parameters": 7}, Outcome(Status.MEASURED))


def test_a_batch_size_is_saved_where_one_was_asked_for():
    asked, own = (Cell("training", 5, "cpu", batch_size=size) for size in (64, None))

    assert 64 == record("x", asked, {"parameters": 7}, Outcome(Status.MEASURED))["batch_size"]
    assert "batch_size" not in record("x", own, {"parameters": 7}, Outcome(Status.MEASURED))


def test_the_parts_of_a_case_are_saved_by_name():
    saved = record("x", Cell("loading", 5, "cpu", case=(("workers", 2),)), {"parameters": 7}, Outcome(Status.MEASURED))

    assert {"workers": 2} == saved["case"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("memory", "memory"), (2, 2), (-2, "-2"), (True, "True"), (None, "None"), (0.5, "0.5"), ([1], "[1]"),
     (2**60, str(2**60)), (max, "max")],
)  # fmt: skip
def test_parameters_of_any_kind_are_parts_that_can_be_saved(value, expected):
    assert expected == part_of(value)


@pytest.mark.runs
def test_a_cell_that_stands_in_two_files_is_refused_with_both(collected, tmp_path, pytestconfig):
    """The times of the one would be taken for those of the other."""
    text = (pytestconfig.rootpath / "benchmarks" / "test_training.py").read_text()
    places = [tmp_path / folder / "test_training.py" for folder in ("one", "other")]
    for place in places:
        place.parent.mkdir()
        place.write_text(text)
    _, shown = collected(*places, "-p", "conftest", "-c", "pyproject.toml", "--rootdir=.")

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode, shown.stdout
    assert f"test_training[cpu-1] stands in {places[0]} and in {places[1]}: name one of them" in shown.stderr


@pytest.fixture
def collected(run_pytest):
    """What a run would measure, cell by cell in its order, and what it prints."""

    def collect(*arguments):
        shown = run_pytest("--collect-only", "-q", "--devices", "cpu", "--scales", "1,2", *arguments)
        lines = [line.rpartition("::test_")[2] for line in shown.stdout.splitlines() if "::test_" in line]
        return lines, shown

    return collect


def kinds(lines):
    return list(dict.fromkeys(line.partition("[")[0] for line in lines))


def test_a_run_of_the_folder_begins_with_training_and_leaves_out_what_takes_long(collected):
    lines, _ = collected("benchmarks")

    assert ["training", "recipes", "distributed"] == kinds(lines)
    assert ["training[cpu-1]", "training[cpu-2]"] == lines[:2]


@pytest.mark.runs
def test_all_adds_the_rest_behind_it(collected):
    assert ["training", "recipes", "inference", "loading", "distributed"] == kinds(collected("benchmarks", "--all")[0])


@pytest.mark.runs
@pytest.mark.parametrize("arguments", [["benchmarks/test_loading.py"], ["benchmarks", "-k", "loading"]])
def test_who_names_a_kind_has_it(collected, arguments):
    assert ["loading"] == kinds(collected(*arguments)[0])


@pytest.mark.runs
def test_a_module_that_is_no_benchmark_names_the_one_that_is(collected):
    _, shown = collected("benchmarks/kinds/training/timed.py")

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode
    assert "timed.py holds no benchmark: name benchmarks/test_training.py" in shown.stderr


def test_a_module_beside_benchmarks_of_other_names_lists_them(tmp_path):
    for name in ("budget.py", "test_b.py", "test_a.py"):
        (tmp_path / name).touch()

    with pytest.raises(pytest.UsageError, match=r"budget.py holds no benchmark: name one of .*test_a.py, .*test_b.py$"):
        require_benchmarks([f"{tmp_path}/budget.py::x"], 0)
    require_benchmarks([f"{tmp_path}/budget.py"], 1)
