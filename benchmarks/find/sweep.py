"""The command that measures in rounds what a search has measured in turns."""

import shlex
from collections.abc import Iterable

from crossover.benchmarks.find.choice import CPU, Choice
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.machine.environment import by_threads

__all__ = ["sweep"]

ARTICLE = "article"
"""The recipe that `crossover bench recipes` compares all others with."""


def sweep(found: SearchResult) -> str | None:
    """Returns the command for the sizes of a search; None where no benchmark compares its two sides."""
    sides = command_of(found.choice)
    if not sides:
        return None
    sizes, dial = comma_list(point.dial for point in found.answer.points), found.dial
    scales, batches = (str(dial.scale), sizes) if dial.is_batch else (sizes, str(dial.batch_size or ""))
    named = ["--workload", found.named] if found.named else []
    return shlex.join([*sides, *named, "--scales", scales, *["--batch-sizes", batches] * bool(batches)])


def command_of(choice: Choice) -> list[str] | None:
    """The words of the command without its sizes; None where no benchmark compares these sides."""
    devices, threads = choice.devices or (CPU,), choice.threads
    needs_cpu = len(devices) > 1 or len(threads) > 1  # devices are compared with the CPU, and only it has threads
    if choice == Choice() or (needs_cpu and CPU not in devices) or (choice.recipes and len(threads) > 1):
        return None
    kind, asked = "training", ["--devices", comma_list(devices)]
    if choice.recipes:
        kind, asked = "recipes", [*asked, "--recipes", comma_list(dict.fromkeys([ARTICLE, *choice.recipes]))]
    if len(threads) > 1:
        return ["crossover", "bench", kind, *asked, "--threads", comma_list(threads)]
    one_number = [f"{name}={value}" for count in threads for name, value in by_threads(count).items()]
    return [*one_number, "crossover", "bench", kind, *asked]


def comma_list(values: Iterable[object]) -> str:
    return ",".join(map(str, values))
