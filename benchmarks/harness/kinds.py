"""The kinds of benchmarks: which come first, at which scales, and how long they usually take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a run knows of a benchmark before it begins."""

    name: str
    scales: str
    """Where none are asked for."""

    duration: str = ""
    """How long it usually takes at these scales on two cores without an accelerator; measured."""

    is_usual: bool = True
    """Whether a run of the whole folder has it, or only one that names its file or says --all."""

    @property
    def file(self) -> str:
        return f"benchmarks/test_{self.name}.py"


TRAINING = Kind("training", "1-5,10,50,75,100", "5 min")
"""At the scales of the published measurements. It comes first: it answers the question that the suite is for."""

KINDS = {
    kind.name: kind
    for kind in (
        TRAINING,
        Kind("recipes", "1,5", "4 min"),  # a small and a middling one: a round of scale 10 takes half a minute there
        Kind("inference", "1,3,5,10", "1 min", is_usual=False),
        Kind("loading", "1", "2 min", is_usual=False),  # where training takes least, what loading costs weighs most
        Kind("distributed", "1,5,10,20"),  # more devices pay off, if ever, where a model is large
    )
}
"""By name, in the order in which they are run."""


def kind_of(benchmark: str) -> Kind:
    """The kind of a benchmark; one that is not listed has the scales of training."""
    return KINDS.get(benchmark, Kind(benchmark, TRAINING.scales))
