"""The command that measures in rounds what a search has measured, where there is one."""

import shlex

import pytest

from crossover.benchmarks.cli import bench
from crossover.benchmarks.find.choice import Choice
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.sweep import sweep
from crossover.benchmarks.kinds import KINDS
from crossover.benchmarks.runs.schema import Machine

BY_SCALE, BY_BATCH, IN_BATCHES = Dial(), Dial(scale=2), Dial(batch_size=64)
TRAINING, RECIPES = "crossover bench training --devices", "crossover bench recipes --devices"
FOUR_THREADS = "OMP_NUM_THREADS=4 MKL_NUM_THREADS=4"
COMMANDS = [
    (Choice(("cpu", "cuda")), BY_SCALE, f"{TRAINING} cpu,cuda --scales 10,20"),
    (Choice(("cuda", "cpu"), (4,)), BY_SCALE, f"{FOUR_THREADS} {TRAINING} cuda,cpu --scales 10,20"),
    (Choice(("cpu", "mps")), IN_BATCHES, f"{TRAINING} cpu,mps --scales 10,20 --batch-sizes 64"),
    (Choice(("cpu", "mps")), BY_BATCH, f"{TRAINING} cpu,mps --scales 2 --batch-sizes 10,20"),
    (Choice(threads=(1, 2)), BY_SCALE, f"{TRAINING} cpu --threads 1,2 --scales 10,20"),
    (
        Choice((), (4,), ("native", "fused")),
        BY_BATCH,
        f"{FOUR_THREADS} {RECIPES} cpu --recipes article,native,fused --scales 2 --batch-sizes 10,20",
    ),
    (
        Choice(("cuda",), (), ("article", "graphed")),
        BY_SCALE,
        f"{RECIPES} cuda --recipes article,graphed --scales 10,20",
    ),
    (Choice(("cpu", "cuda"), (), ("fused",)), BY_SCALE, f"{RECIPES} cpu,cuda --recipes article,fused --scales 10,20"),
]


def result(choice, dial, named=None):
    """A search over scales or batch sizes 10 and 20 by some sides."""
    points = [MeasuredSize(each, each, [([1.0], [2.0])]) for each in (10, 20)]
    return SearchResult(
        Machine("m"), choice, ("a", "b"), "mlp", dial, points, [10, 20], 0.1, 60.0, "settled", named=named
    )


@pytest.mark.parametrize(("choice", "dial", "expected"), COMMANDS)
def test_it_measures_the_same_sides_at_the_same_sizes(choice, dial, expected):
    assert expected == sweep(result(choice, dial))


@pytest.mark.parametrize("command", [command for *_, command in COMMANDS])
def test_bench_takes_what_it_names(command):
    program, _, kind, *words = [word for word in shlex.split(command) if "=" not in word]
    known = {name.split()[0] for name, _ in bench.options()}

    assert "crossover" == program
    assert kind in KINDS
    assert set(words[::2]) <= known


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(("cuda:0", "cuda:1")),
        Choice(("cuda",), (1, 2)),
        Choice((), (1, 2), ("native",)),
    ],
)
def test_there_is_none_where_no_benchmark_compares_these_sides(choice):
    assert sweep(result(choice, BY_SCALE)) is None


@pytest.mark.parametrize(
    ("named", "expected"),
    [("lstm", "lstm"), ("models/mine.py", "models/mine.py"), ("my models/a;b.py:Net", "'my models/a;b.py:Net'")],
)
def test_a_workload_is_named_as_it_was_named_to_the_search(named, expected):
    assert f" --workload {expected} --scales " in sweep(result(Choice(("cpu", "cuda")), BY_SCALE, named))
