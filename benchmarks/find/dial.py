"""What a search varies, the scale or the batch size, and what stays as it is."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Dial"]


@dataclass(frozen=True)
class Dial:
    """The scale is varied where none is given, and else the batch size."""

    scale: int | None = None
    batch_size: int | None = None
    """None for that of the workload, or where it is varied."""

    @property
    def is_batch(self) -> bool:
        return self.scale is not None

    @property
    def unit(self) -> str:
        """What sizes are counted in."""
        return "samples a batch" if self.is_batch else "parameters"

    def named(self, value: int) -> str:
        return f"batch size {value}" if self.is_batch else f"scale {value}"

    def request(self, value: int) -> dict[str, int]:
        """What a side must be told of a size; earlier revisions know no batch size."""
        if self.scale is not None:
            return {"scale": self.scale, "batch_size": value}
        return {"scale": value} | ({"batch_size": self.batch_size} if self.batch_size else {})

    def size(self, value: int, parameters: int) -> int:
        return value if self.is_batch else parameters

    def whole(self, share: float, facts: dict[str, Any]) -> float:
        """By what the time of a part of an epoch is divided: that part, or the samples in it where batches differ."""
        if not self.is_batch:
            return share
        batches = max(1, round(share * facts["samples"] / facts["batch_size"]))
        return float(batches * facts["batch_size"] if share < 1 else facts["samples"])
