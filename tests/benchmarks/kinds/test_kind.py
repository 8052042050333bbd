"""Which tables a run has: by kind, or else by what tells its cells apart."""

import json

import pytest

from crossover.benchmarks import kinds


@pytest.fixture
def tables(results, cell):
    """The tables of a run of cells of some benchmark, which differ in what is named."""

    def make(benchmark, *others):
        return kinds.answers(results([cell([1.0], benchmark=benchmark, **other) for other in others]))

    return make


@pytest.mark.parametrize(
    ("others", "titles", "columns"),
    [
        ([{}], ["Other, 10 epochs"], ["scale", "parameters", "cpu"]),
        ([{"case": {"workers": 0}}, {"case": {"workers": 2}}], ["Other, 0, 10 epochs", "Other, 2, 10 epochs"], None),
        (
            [{"recipe": "article"}, {"recipe": "fused"}],
            ["Other, 10 epochs"],
            ["device", "scale", "parameters", "recipe"],
        ),
    ],
    ids=["by device", "one for each case", "by recipe if there are several"],
)
def test_a_benchmark_that_is_of_no_kind_has_a_table_all_the_same(tables, others, titles, columns):
    found = tables("other", *others)

    assert [f"{title}, on test-machine" for title in titles] == [answer.sheet.title for answer in found]
    assert columns is None or columns == found[0].sheet.header[: len(columns)]


DISTRIBUTED = {"strategy": "ddp", "scaling": "strong", "world_size": 2, "nodes": 1}
LOADING = {"dataset": "memory", "workers": 0, "loader": "samples", "use": "alone"}


@pytest.mark.parametrize(
    ("kind", "case", "others"),
    [
        ("loading", LOADING, [{"use": None}, {"use": "sale"}, {"workers": "few"}]),
        ("inference", {"task": "load"}, [{"task": None}, {"task": 1}]),
        ("distributed", DISTRIBUTED, [{"world_size": None}, {"world_size": 0}]),
    ],
)
def test_a_cell_whose_case_is_not_as_declared_is_left_out_of_the_table(tables, kind, case, others):
    """A missing part, a value of another type, or one out of range: no table can be made of those."""
    strange = [{name: value for name, value in (case | other).items() if value is not None} for other in others]
    (found,) = tables(kind, {"case": case}, *({"case": each} for each in strange))

    assert 1 == len(found.content["cells"])
    assert (
        f"{len(strange)} of {len(strange) + 1} cells left out: their case is not that of {kind}"
        in found.content["notes"]
    )
    assert [] == tables(kind, *({"case": each} for each in strange))


def test_a_run_without_any_such_cell_is_refused(crossover, document, cell, tmp_path):
    (tmp_path / "x.json").write_text(json.dumps(document([cell([1.0], benchmark="inference", case={"tusk": "load"})])))
    ended = crossover("table", "--benchmark", "inference", "x.json")

    assert 2 == ended.returncode
    assert "no table can be made of these cells: the parts of their case are not as" in ended.stderr
