"""What the values of options may be: each parser returns a value, or raises ArgumentTypeError with the reason."""

import math
import re
from argparse import ArgumentTypeError

__all__ = [
    "MOST_THREADS",
    "parse_batch_sizes",
    "parse_devices",
    "parse_machine",
    "parse_positive",
    "parse_recipes",
    "parse_scales",
    "parse_seconds",
    "parse_threads",
]

LARGEST_SCALE = 10**6
"""Its network has 9e16 parameters, more than any machine holds; much larger numbers overflow in torch."""

LONGEST_S = 1e9
"""Thirty years, the longest time that a saved run may hold."""

MOST_THREADS = 4096
"""More threads than any machine has cores: they could hardly be started."""

MOST_SCALES = 1000
"""A longer list is a slip of the finger, such as `1-50000` for `1-5,000`."""


def parse_scales(text: str) -> list[int]:
    """`1-3,10` → `[1, 2, 3, 10]`, in rising order; raises ArgumentTypeError for anything else."""
    scales: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        is_range = 1 <= first <= last <= LARGEST_SCALE and last - first < MOST_SCALES
        scales.update(range(first, last + 1) if is_range else ())
        if not is_range or len(scales) > MOST_SCALES:
            raise ArgumentTypeError(
                f"{text!r} is no list of scales; it takes positive integers and ranges of them, "
                f"such as 1-5,10 (at most {MOST_SCALES} scales, up to {LARGEST_SCALE:,})"
            )
    return sorted(scales)


def parse_batch_sizes(text: str) -> list[int]:
    """`10,64` → `[10, 64]`, in rising order; raises ArgumentTypeError for anything else."""
    from crossover.model.workload import MOST_SAMPLES  # imports torch too

    parts = [part.strip() for part in text.split(",")]
    sizes = {int(part) for part in parts if re.fullmatch(r"\d{1,9}", part)}
    if len(sizes) < len(parts) or not all(1 <= size <= MOST_SAMPLES for size in sizes):
        raise ArgumentTypeError(
            f"{text!r} is no list of batch sizes; it takes different positive integers, such as 10,64,512 "
            f"(up to {MOST_SAMPLES:,})"
        )
    return sorted(sizes)


def parse_threads(text: str) -> list[int]:
    """`1,2` → `[1, 2]`, in the order given; raises ArgumentTypeError for anything else."""
    parts = [part.strip() for part in text.split(",")]
    counts = list(dict.fromkeys(int(part) for part in parts if re.fullmatch(r"\d{1,9}", part)))
    if len(counts) < len(parts) or not all(1 <= count <= MOST_THREADS for count in counts):
        raise ArgumentTypeError(
            f"{text!r} is no list of numbers of threads; it takes different positive integers, such as 1,2 "
            f"(up to {MOST_THREADS:,})"
        )
    return counts


def parse_devices(text: str) -> list[str]:
    """`cpu,cuda:1` → `["cpu", "cuda:1"]`; `auto` for the usual ones; raises ArgumentTypeError for an unknown one."""
    from crossover.benchmarks.machine import devices  # torch takes seconds to import, and `--help` needs none of it

    try:
        names = [name.strip().lower() for name in text.split(",")]
        listed = devices.default_devices() if names == ["auto"] else [devices.check_device(name) for name in names]
    except devices.UnknownDeviceError as error:
        raise ArgumentTypeError(str(error)) from error
    return list(dict.fromkeys(listed))


def parse_recipes(text: str) -> list[str]:
    """`article,fused` → `["article", "fused"]`; `all` for every one; raises ArgumentTypeError for an unknown one."""
    from crossover.model.recipes import RECIPES, UnknownRecipeError, recipe  # imports torch too

    names = [name.strip() for name in text.split(",")]
    if names == ["all"]:
        return list(RECIPES)
    try:
        return list(dict.fromkeys(recipe(name).name for name in names))
    except UnknownRecipeError as error:
        raise ArgumentTypeError(f"{error.args[0]}; it takes all or a list of these") from error


def parse_positive(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is out of range; it takes a positive integer")
    return int(text)


def parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_S:
        raise ArgumentTypeError(f"{text!r} is out of range; it takes seconds, such as 120, or 0 for no limit")
    return seconds


def parse_machine(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text):
        raise ArgumentTypeError(
            f"{text!r} is no name for a folder; it takes letters, digits, '.', '_' and '-', such as my-laptop"
        )
    return text
