"""Work: what something must at least compute, move and launch."""

from dataclasses import dataclass

__all__ = ["BYTES_PER_NUMBER", "Cost"]

BYTES_PER_NUMBER = 4  # float32


@dataclass(frozen=True)
class Cost:
    """The least work of something: arithmetic, bytes moved to or from memory, and operations launched."""

    flop: int
    moved_bytes: int
    operations: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.flop + other.flop, self.moved_bytes + other.moved_bytes, self.operations + other.operations)

    def times(self, count: int) -> "Cost":
        return Cost(self.flop * count, self.moved_bytes * count, self.operations * count)
