"""What a run makes of the items that are collected, and what it refuses."""

import pytest

from crossover.benchmarks.harness.collection import require_batch_sizes, require_benchmarks
from crossover.benchmarks.runs.cells import Cell


def test_a_benchmark_that_takes_no_batch_size_is_refused_where_some_are_asked_for(options_of):
    cells = [Cell("training", 1, "cpu", batch_size=64), Cell("loading", 1, "cpu")]
    require_batch_sizes(cells[:1], options_of(batch_sizes=[64]))
    require_batch_sizes(cells[1:], options_of())

    with pytest.raises(pytest.UsageError, match=r"^--batch-sizes: loading is not measured .* benchmarks/test_training"):
        require_batch_sizes(cells, options_of(batch_sizes=[64]))


@pytest.mark.runs
@pytest.mark.parametrize("arguments", [["benchmarks/test_loading.py"], ["benchmarks", "--all"]])
def test_a_benchmark_that_takes_no_threads_is_refused_where_it_is_named(collected, arguments):
    _, shown = collected(*arguments, "--threads", "1,2")

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode
    assert "is not measured by threads; leave the option out, or name what is: pytest benchmarks/tes" in shown.stderr


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
