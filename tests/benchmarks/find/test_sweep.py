"""The command that measures in rounds what a search has measured, where there is one."""

import pytest

from crossover.benchmarks.find.choice import Choice
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.sweep import sweep


@pytest.fixture
def found():
    """Makes a search over scales or batch sizes 20 and 10 by some sides."""

    def make(choice, dial, workload="mlp"):
        points = [MeasuredSize(each, each, [([1.0], [2.0])]) for each in (20, 10)]
        return SearchResult("m", choice, ("a", "b"), workload, dial, points, [10, 20], 0.1, 60.0, "settled")

    return make


TRAINING, RECIPES = "crossover bench training", "crossover bench recipes"
ONE_THREAD = "OMP_NUM_THREADS=1 MKL_NUM_THREADS=1"


@pytest.mark.parametrize(
    ("choice", "dial", "workload", "expected"),
    [
        (Choice(("cpu", "cuda")), Dial(), "mlp", f"{TRAINING} --devices cpu,cuda --scales 10,20"),
        (Choice(threads=(1, 2)), Dial(), "lstm", f"{TRAINING} --threads 1,2 --workload lstm --scales 10,20"),
        (
            Choice(("cpu", "mps"), (4,)),
            Dial(batch_size=64),
            "mlp",
            f"{TRAINING} --devices cpu,mps --threads 4 --scales 10,20 --batch-sizes 64",
        ),
        (
            Choice((), (1,), ("native", "fused")),
            Dial(scale=2),
            "mlp",
            f"{ONE_THREAD} {RECIPES} --recipes article,native,fused --scales 2 --batch-sizes 10,20",
        ),
        (
            Choice(("cuda",), (), ("article", "graphed")),
            Dial(),
            "mlp",
            f"{RECIPES} --devices cuda --recipes article,graphed --scales 10,20",
        ),
        (
            Choice(("cpu", "cuda"), (), ("native",)),
            Dial(),
            "mlp",
            f"{RECIPES} --devices cpu,cuda --recipes article,native --scales 10,20",
        ),
        (Choice((), (1, 2), ("native",)), Dial(), "mlp", None),
        (Choice(("cuda",), (1, 2)), Dial(), "mlp", None),
        (Choice(), Dial(), "mlp", None),
    ],
)
def test_it_measures_the_same_sides_at_the_same_sizes(found, choice, dial, workload, expected):
    assert expected == sweep(found(choice, dial, workload))
