"""Which two sides a search compares: two devices, two numbers of threads, or two recipes."""

import contextlib
import re
from argparse import ArgumentTypeError
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.selection import side_here
from crossover.benchmarks.ab.side_process import Side, SideProcess, started
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.harness.option_types import MOST_THREADS, parse_positive
from crossover.benchmarks.machine import environment
from crossover.benchmarks.runs import units

__all__ = ["Choice", "check_threads", "processes_of", "sweep"]

CPU = "cpu"

Value = TypeVar("Value")


@dataclass(frozen=True)
class Choice:
    """What was asked for: one of the three has two values, and the others have one or none."""

    devices: tuple[str, ...] = ()
    threads: tuple[int, ...] = ()
    recipes: tuple[str, ...] = ()

    @classmethod
    def of(cls, devices: str | None, threads: str | None, recipes: str | None) -> "Choice":
        """Returns the choice that three options make; raises CannotCompareError where they do not name two sides."""
        words = {
            "--devices": listed("--devices", devices, r"[a-z]+(:\d+)?", "devices, such as cpu,cuda"),
            "--threads": listed("--threads", threads, r"\d{1,4}", "numbers of threads, such as 1,2"),
            "--recipes": listed("--recipes", recipes, r"[a-z]+", "recipes, such as article,native"),
        }
        counts = [threads_of(word) for word in words["--threads"]]
        twofold = [name for name, values in words.items() if len(values) == 2]
        given = [name for name, values in words.items() if values]
        if len(twofold) > 1:
            raise CannotCompareError(
                f"{' and '.join(twofold)} both name two: a search has two sides that differ in one"
            )
        if given and not twofold:
            name = given[0]
            raise CannotCompareError(f"{name}: {words[name][0]} alone is one side; name two, such as {EXAMPLES[name]}")
        return cls(words["--devices"], tuple(counts), words["--recipes"])

    @property
    def device(self) -> str:
        """The device of both sides; each may have its own."""
        return self.devices[0] if self.devices else CPU

    @property
    def words(self) -> str:
        """The options that name these sides."""
        named = {"--devices": self.devices, "--threads": self.threads, "--recipes": self.recipes}
        return " ".join(f"{name} {','.join(map(str, values))}" for name, values in named.items() if values)

    def sides(self, workload: str | None) -> tuple[Side, Side]:
        """Returns the baseline and the contender."""
        one, other = (self.side(number, workload) for number in range(2))
        return one, other

    def side(self, number: int, workload: str | None) -> Side:
        device, count, recipe = (nth(self.devices, number), nth(self.threads, number), nth(self.recipes, number))
        labels = [(self.devices, device), (self.threads, count and units.threads(count)), (self.recipes, recipe)]
        label = next(str(label) for values, label in labels if len(values) > 1)
        variables = environment.by_threads(count) if count else {}
        return replace(side_here(label, workload), device=device, recipe=recipe, variables=variables)


def nth(values: Sequence[Value], number: int) -> Value | None:
    """The value of a side; both sides have the only one."""
    return values[min(number, len(values) - 1)] if values else None


EXAMPLES = {"--devices": "cpu,cuda", "--threads": "1,2", "--recipes": "article,native"}


def listed(option: str, text: str | None, form: str, what: str) -> tuple[str, ...]:
    """The different words of a list of one or two; raises CannotCompareError for anything else."""
    if text is None:
        return ()
    words = [word.strip().lower() for word in text.split(",")]
    if not all(re.fullmatch(form, word) for word in words):
        raise CannotCompareError(f"{option}: {text!r} is no list of {what}")
    different = tuple(dict.fromkeys(words))
    if len(different) < len(words):
        raise CannotCompareError(
            f"{option}: {text!r} names a side twice; name two that differ, such as {EXAMPLES[option]}"
        )
    if len(different) > 2:
        raise CannotCompareError(
            f"{option}: {text!r} names {len(different)} sides; a search has two: `crossover bench` takes more"
        )
    return different


def threads_of(word: str) -> int:
    try:
        return min(parse_positive(word), MOST_THREADS)
    except ArgumentTypeError as error:
        raise CannotCompareError(f"--threads: {error}") from error


Processes = tuple[list[SideProcess], list[SideProcess]]


def processes_of(
    choice: Choice, workload: str | None, count: int, stack: contextlib.ExitStack
) -> tuple[Processes, Choice, str | None]:
    """Start the processes of both sides, which end with the stack; returns them, what they compare, and why that.

    Where nothing was asked for, one side has started before it is known what the other is: only torch knows which
    accelerator is here.
    """
    if choice != Choice():
        one, other = choice.sides(workload)
        return (stack.enter_context(started(one, count)), stack.enter_context(started(other, count))), choice, None
    known = stack.enter_context(started(side_here("this machine", workload), count))
    choice, why = usual(known[0])
    one, other = choice.sides(workload)
    for process in known:
        process.side = other
    return (stack.enter_context(started(one, count)), known), choice, why


def usual(process: SideProcess) -> tuple[Choice, str | None]:
    """Returns what is compared where nothing was asked for: the CPU with the accelerator, or else 1 thread with all."""
    hello = process.hello()
    reasons = []
    for device in hello["devices"]:
        if device != CPU:
            answer = process.ask(do="size", scale=1, device=device)
            if "parameters" in answer:
                return Choice(devices=(CPU, device)), None
            reasons.append(answer["left_out"])
    count = hello["threads"]
    why = "; ".join(reasons) or "torch finds no accelerator here"
    if count == 1:
        raise CannotCompareError(
            f"nothing to compare: {why}, and it uses one thread; name two sides, such as --threads 1,2"
        )
    return Choice(threads=(1, count)), f"{why}: 1 thread is compared with all {count}"


def sweep(choice: Choice, workload: str | None, dial: Dial) -> str:
    """Returns the command that measures all sizes."""
    trained = f" --workload {workload}" if workload else ""
    if dial.is_batch:
        trained += f" --scales {dial.scale} --batch-sizes 10,64,512"
    elif dial.batch_size:
        trained += f" --batch-sizes {dial.batch_size}"
    kind = "recipes" if len(choice.recipes) > 1 else "training"
    return f"crossover bench {kind} {choice.words}{trained}"


def check_threads(choice: Choice, hellos: Sequence[Mapping[str, Any]]) -> None:
    """Raises CannotCompareError where torch does not use as many threads as it was told to."""
    for number, hello in enumerate(hellos if choice.threads else []):
        asked = choice.threads[min(number, len(choice.threads) - 1)]
        if hello["threads"] != asked:
            raise CannotCompareError(
                f"--threads: torch uses {units.threads(hello['threads'])} here in place of {asked}"
            )
