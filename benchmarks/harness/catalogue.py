"""The kinds of benchmarks: their order, their usual scales, and how long they usually take."""

from dataclasses import dataclass

__all__ = ["KINDS", "TRAINING", "kind_of"]


@dataclass(frozen=True)
class Kind:
    """What is known of a benchmark before a run."""

    name: str
    scales: str
    """The scales where none are asked for."""

    duration: str = ""
    """How long it usually takes at these scales, measured on two cores without an accelerator."""

    is_usual: bool = True
    """Whether a run of the whole folder includes it; if not, name it by its file or -k, or pass --all."""

    @property
    def file(self) -> str:
        return f"benchmarks/test_{self.name}.py"


TRAINING = Kind("training", "1-5,10,50,75,100", "5 min")
"""Has the scales of the published measurements, and comes first because it answers the suite's main question."""

KINDS = {
    kind.name: kind
    for kind in (
        TRAINING,
        Kind("recipes", "1,5", "4 min"),  # a small and a medium one: a round of scale 10 takes half a minute on 2 cores
        Kind("inference", "1,3,5,10", "1 min", is_usual=False),
        Kind("loading", "1", "2 min", is_usual=False),  # the cost of loading weighs most where training is short
        Kind("distributed", "1,5,10,20"),  # more devices pay off, if at all, for a large model
    )
}
"""The kinds by name, in the order in which they run."""


def kind_of(benchmark: str) -> Kind:
    """Returns the kind of a benchmark; one that is not listed has the scales of training."""
    return KINDS.get(benchmark, Kind(benchmark, TRAINING.scales))
