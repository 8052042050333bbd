"""What a search compares: two devices, two numbers of threads, or two recipes."""

import re
from argparse import ArgumentTypeError
from dataclasses import dataclass

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.harness.option_types import MOST_THREADS, parse_positive

__all__ = ["CPU", "Choice"]

CPU = "cpu"


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
