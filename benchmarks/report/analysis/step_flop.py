"""The FLOP of a training step in runs that saved only those of whole rounds."""

from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.load import SavedRun
from crossover.benchmarks.runs.schema import MOST_FLOP

__all__ = ["from_rounds"]

LOOP = "article"
"""The recipe that does a step's work as it is counted; some others do more arithmetic to launch less."""

FORWARD_SHARE = 0.354
"""The FLOP of a batch's forward pass / those of its training step, midway between 1/3 and 3/8.

Backward, a layer takes a product for its weights and one for its inputs; the first layer needs none for its inputs. So
the share is 3/8 for the MLP, and 0.333 to 0.339 for the other built-in workloads (counted). As there are five steps to
a test, a round's FLOP give a step's to 0.4%.
"""


def from_rounds(run: SavedRun) -> dict[int, int]:
    """The FLOP of a step by scale, to 0.5%, from rounds of a built-in workload's plain loop; nothing for a user's own.

    A user's network may train only some of its layers, or compute some twice.
    """
    workload = run.saved.crossover.workload
    if workload.hash or not workload.test_samples or not workload.batch_size or not workload.epochs:
        return {}
    steps, tests = (count // workload.batch_size for count in (workload.samples, workload.test_samples))
    if not steps:
        return {}
    timed = {bench.name: bench.extra_info.work for bench in run.saved.benchmarks}
    rounds = {
        cell.scale: work.flop
        for cell in run.saved.crossover.cells
        if cell.status == Status.MEASURED and cell.recipe == LOOP and not cell.case and not cell.batch_size
        if (work := timed[cell.name])
    }
    of_steps = {
        scale: round(flop / workload.epochs / (steps + FORWARD_SHARE * tests)) for scale, flop in rounds.items()
    }
    return {scale: flop for scale, flop in of_steps.items() if flop <= MOST_FLOP}
