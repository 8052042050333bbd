"""How the numbers of a result read: times, ratios and shares, each with its interval."""

from collections.abc import Callable

from crossover.benchmarks.report.analysis.result import MOST_SHARE, Result
from crossover.benchmarks.report.analysis.stats import Estimate
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.schema import MLP


def estimate_text(found: Estimate, form: Callable[[float], str]) -> str:
    """`3.40 s [3.31 s, 3.62 s]`, or nothing for what is unknown."""
    return form(found.value) + interval_text(found, form) if found.is_known else ""


def interval_text(found: Estimate, form: Callable[[float], str]) -> str:
    return f" [{form(found.low)}, {form(found.high)}]" if found.has_interval else ""


def duration_text(found: Estimate) -> str:
    return estimate_text(found, units.duration)


def time_text(result: Result) -> str:
    """The median time of a round, marked where others disturbed it, or the status of a cell that was not measured."""
    return duration_text(result.time) + busy_mark(result) if result.is_measured else result.status


def busy_mark(result: Result) -> str:
    return " (busy)" if result.is_busy else ""


def speedup_text(found: Estimate) -> str:
    """`1.67x [1.58, 1.70] faster`"""
    if not found.is_known:
        return ""
    brackets = interval_text(found, units.significant)
    return f"{units.significant(found.value)}x{brackets} {direction(found.value)}"


def direction(speedup: float) -> str:
    return "faster" if speedup > 1 else "slower" if speedup < 1 else "equal"


def slowdown_text(found: Estimate) -> str:
    """A ratio of times as a change: `1.20x slower [1.10x slower to 1.31x slower]`."""
    return change(found.value) + (f" [{change(found.low)} to {change(found.high)}]" if found.has_interval else "")


def change(ratio: float) -> str:
    """`1.20x slower` for 1.2, `1.25x faster` for 0.8."""
    size = f"{max(ratio, 1 / ratio):.2f}x"
    return f"{size} {direction(1 / ratio)}" if size != "1.00x" else "1.00x"


def share_text(found: Estimate) -> str:
    """`62% [58%, 65%]`"""
    return estimate_text(found, percent)


def percent(share: float) -> str:
    return f"{share:.0%}"


def limit_text(result: Result) -> str:
    """`38% of memory`: how close a cell came to what binds it. A share above what is possible is marked as doubtful."""
    if not result.limit.bound:
        return ""
    doubt = " (probe disturbed)" if result.limit.share > MOST_SHARE else ""
    return f"{percent(result.limit.share)} of {result.limit.bound}{doubt}"


PLURAL = {"is": "are", "does": "do", "leads": "lead", "overtakes": "overtake"}


def verb(side: str, word: str) -> str:
    """The word as it follows a side: `2 threads overtake`, `cuda overtakes`."""
    return PLURAL[word] if side.endswith("threads") else word


def epochs_text(epochs: int) -> str:
    return "1 epoch" if epochs == 1 else f"{epochs} epochs"


def subject(benchmark: str, workload: str) -> str:
    """`Training`, or `Training of lstm` where the workload is not the usual one."""
    return benchmark.capitalize() + ("" if workload == MLP else f" of {workload}")
