"""What a kind of benchmark gives to be timed."""

from typing import Any, Protocol, runtime_checkable

from crossover.benchmarks.harness.round_notes import Control

__all__ = ["Probing", "Timed"]


class Timed(Protocol):
    """What a round times: `setup`, `work` and `check` are called in this order, and only `work` is on the clock."""

    figures: dict[str, Any]
    """Saved beside the times; set by `check`."""

    failure: str | None
    """Why the result of the round cannot be right, or None; set by `check`."""

    def unavailable(self) -> str | None:
        """Returns why it cannot run on its device, or None where it can."""

    def needed_bytes(self) -> dict[str, int]:
        """Returns the bytes of memory that `setup` and `work` need, by device."""

    def predict(self) -> float:
        """Prepare, warm up, and return how many seconds `work` will take."""

    def setup(self) -> None:
        """Make everything fresh, so that each round does the same."""

    def work(self) -> None:
        """Run the round; return when the device has finished."""

    def check(self) -> None:
        """Check the result of the round."""

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Continue an earlier session: keep what its `figures` hold for each of the first `rounds` rounds."""

    def control(self) -> Control | None:
        """Make the control that is timed beside each round; None where none is known to serve."""

    def release(self) -> None:
        """Release what `setup` makes anew: other cells may need its memory before the next round."""


@runtime_checkable
class Probing(Protocol):
    """What is timed by something with limits of its own, such as a process with other threads."""

    def probe(self) -> dict[str, Any]:
        """Measure these limits, as `machine.probe` does those of a device."""
