"""Numbers as people read them; everywhere else times are seconds and memory is bytes."""

import math
import re

__all__ = ["count", "duration", "flop", "magnitude", "memory", "rate", "roughly", "significant", "threads"]

UNITS_S = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")]


def duration(seconds: float) -> str:
    """A measured time in the unit that fits: `575.2 s`, `3.40 s`, `362 ms`, `4.20 µs`."""
    if seconds >= 9.995:
        return f"{seconds:,.1f} s"
    unit_s, unit = next(((size, name) for size, name in UNITS_S if seconds >= 0.9995 * size), UNITS_S[-1])
    return f"{significant(seconds / unit_s)} {unit}"


def roughly(seconds: float) -> str:
    """A duration that was only predicted: `11 min`, `35 s`, `0.4 s`."""
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} h"
    if seconds >= 90:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.0f} s" if seconds >= 9.5 else f"{seconds:.1f} s" if seconds >= 0.095 else f"{seconds:.3f} s"


def memory(size_bytes: float) -> str:
    """Memory in decimal units: `7.4 GB`, `312 MB`."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:,.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB"


def rate(per_second: float) -> str:
    """How many a second: `0.31/s`, `73.5/s`, `3,400/s`."""
    if per_second < 99.95:
        return f"{significant(per_second)}/s"
    return f"{float(f'{per_second:.3g}'):,.0f}/s"


def count(number: float, digits: int = 2) -> str:
    """A number of parameters in words: `2.6 million`, `900 million`, `85,000`; whole from a hundred on."""
    for size, name in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]:
        if number >= 0.9995 * size:
            return f"{number / size:.{digits}g} {name}" if number < 99.5 * size else f"{number / size:.0f} {name}"
    return f"{float(f'{number:.{digits}g}'):,.0f}"


def flop(number: float, digits: int = 3) -> str:
    """Arithmetic in the unit that fits: `1.32 GFLOP`, `54 MFLOP` in two digits, `820 FLOP`."""
    rounded = float(f"{number:.{digits}g}")
    size, prefix = next((each for each in PREFIXES if rounded >= each[0]), PREFIXES[-1])
    return f"{rounded / size:,.12g} {prefix}FLOP"


PREFIXES = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, "")]


def threads(count: int) -> str:
    """`1 thread`, `2 threads`."""
    return f"{count:,} thread{'s' * (count > 1)}"


def significant(number: float) -> str:
    """Three significant digits without an exponent: `0.19`, `1.66`, `57.7`, `148`."""
    decimals = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:.{decimals}f}"


WORTH = {"µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "MB": 1e6, "GB": 1e9, "x": 1, "%": 0.01}
WORTH |= {"million": 1e6, "billion": 1e9, "trillion": 1e12}
WORTH |= {f"{prefix}FLOP": size for size, prefix in PREFIXES}
NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?)(?: ?({'|'.join(WORTH)}))?(?![\w.-])(?:.*\b(slower))?")


def magnitude(text: str) -> float:
    """Returns the number that a table's text begins with, to sort by: 0.459 for `459 ms [438 ms, 576 ms]`.

    `1.25x slower` counts as 0.8, so that ratios sort from slow to fast however they are worded. NaN for other text.
    """
    match = NUMBER.match(text)
    if not match:
        return math.nan
    number = float(match[1].replace(",", "")) * WORTH.get(match[2], 1)
    return 1 / number if match[3] and number > 1 else number
