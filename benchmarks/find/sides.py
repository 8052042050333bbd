"""Starts the processes of the two sides of a search."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.selection import side_here
from crossover.benchmarks.ab.side_process import Side, SideProcess, started
from crossover.benchmarks.find.choice import CPU, Choice
from crossover.benchmarks.machine import environment
from crossover.benchmarks.runs import units

__all__ = ["check_threads", "processes_of"]

Value = TypeVar("Value")


def sides(choice: Choice, workload: str | None) -> tuple[Side, Side]:
    """Returns the baseline and the contender."""
    return side(choice, 0, workload), side(choice, 1, workload)


def side(choice: Choice, number: int, workload: str | None) -> Side:
    device, count, recipe = nth(choice.devices, number), nth(choice.threads, number), nth(choice.recipes, number)
    labels = [(choice.devices, device), (choice.threads, count and units.threads(count)), (choice.recipes, recipe)]
    label = next(str(label) for values, label in labels if len(values) > 1)
    variables = environment.by_threads(count) if count else {}
    return replace(side_here(label, workload), device=device, recipe=recipe, variables=variables)


def nth(values: Sequence[Value], number: int) -> Value | None:
    """The value of a side; both sides have the only one."""
    return values[min(number, len(values) - 1)] if values else None


Processes = tuple[list[SideProcess], list[SideProcess]]


def processes_of(
    choice: Choice, workload: str | None, count: int, stack: contextlib.ExitStack
) -> tuple[Processes, Choice, str | None]:
    """Start the processes of both sides, which end with the stack; returns them, what they compare, and why that.

    Where nothing was asked for, one side has started before it is known what the other is: only torch knows which
    accelerator is here.
    """
    if choice != Choice():
        one, other = sides(choice, workload)
        return (stack.enter_context(started(one, count)), stack.enter_context(started(other, count))), choice, None
    known = stack.enter_context(started(side_here("this machine", workload), count))
    choice, why = usual(known[0])
    one, other = sides(choice, workload)
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


def check_threads(choice: Choice, hellos: Sequence[Mapping[str, Any]]) -> None:
    """Raises CannotCompareError where torch does not use as many threads as it was told to."""
    for number, hello in enumerate(hellos):
        asked = nth(choice.threads, number)
        if asked and hello["threads"] != asked:
            raise CannotCompareError(
                f"--threads: torch uses {units.threads(hello['threads'])} here in place of {asked}"
            )
