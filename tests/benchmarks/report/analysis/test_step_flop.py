"""What a run that saved no FLOP of a step still says of them."""

from dataclasses import asdict

import pytest

from crossover.benchmarks.report.analysis.axis import FLOP
from crossover.model.recipes import ARTICLE
from crossover.model.workloads import BUILT_IN, find


@pytest.fixture
def earlier(results, cell):
    """The results of a run that saved only the work of its rounds, with that of a workload as it is counted."""

    def make(workload, scale=1, epochs=10, hash="", **changed):
        work = asdict(ARTICLE.cost(workload, scale, epochs))
        facts = {"version": 1, "name": workload.name, "hash": hash, "epochs": epochs, "batch_size": workload.batch_size}
        facts |= {"samples": workload.train_samples, "test_samples": workload.test_samples}
        cells = [cell([1.0], scale=scale, work=work, **changed), cell("too big: x", scale=scale, device="mps")]
        return results(cells, workload=facts)

    return make


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("scale", [1, 3])
def test_those_of_a_round_give_them_to_half_a_percent(earlier, name, scale):
    """Also those of a cell of the same scale that was not measured."""
    workload = find(name)
    found = earlier(workload, scale)

    assert [workload.size(scale).counts.step.flop] * 2 == pytest.approx([each.step_flop for each in found], rel=0.005)
    assert ["FLOP a step: from those of a round, to 0.5%; the run saved no others"] == FLOP.notes(found)


@pytest.mark.parametrize(
    "changed",
    [{"hash": "abc"}, {"recipe": "native"}, {"benchmark": "inference", "case": {"task": "load"}}],
    ids=["a user's network", "another amount of arithmetic", "no training"],
)
def test_of_what_may_be_other_work_they_are_unknown(earlier, changed):
    found = earlier(find("mlp"), **changed)

    assert [0, 0] == [each.step_flop for each in found]


def test_those_that_were_saved_are_taken_as_they_are(earlier):
    saved, other = earlier(find("mlp"), step_flop=5)

    assert (5, False) == (saved.step_flop, saved.is_step_flop_derived)
    assert other.is_step_flop_derived
