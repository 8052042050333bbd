"""The parts of a case as columns."""

from collections.abc import Mapping

import pandas as pd

from benchmarks.report.load import LoadError, plain
from benchmarks.report.records import records

Kind = type | tuple[str, ...]
"""The type of a part, or all that it may be."""


def with_parts(frame: pd.DataFrame, parts: Mapping[str, Kind]) -> pd.DataFrame:
    """Cells with these parts of their case, each of its kind, as columns.

    Raises LoadError for a cell that lacks one: what a benchmark's own table is made of must be there.
    """
    for cell in records(frame):
        if lacking := [part for part, kind in parts.items() if not is_of(kind, cell["case"].get(part))]:
            words = f"a cell of {cell['benchmark']} has no {', '.join(lacking)} in its case, or none that is known"
            raise LoadError(plain(f"{cell['run']}: {words}"))
    return frame.assign(**{part: [case[part] for case in frame["case"]] for part in parts})


def is_of(kind: Kind, value: object) -> bool:
    return value in kind if isinstance(kind, tuple) else isinstance(value, kind)
