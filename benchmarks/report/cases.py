"""The parts of a case as columns."""

from collections.abc import Mapping

import pandas as pd

from benchmarks.report.load import LoadError, plain
from benchmarks.report.records import records


def with_parts(frame: pd.DataFrame, parts: Mapping[str, type]) -> pd.DataFrame:
    """Cells with these parts of their case, each of its type, as columns.

    Raises LoadError for a cell that lacks one: what a benchmark's own table is made of must be there.
    """
    for cell in records(frame):
        if lacking := [part for part, kind in parts.items() if not isinstance(cell["case"].get(part), kind)]:
            words = f"a cell of {cell['benchmark']} has no {', '.join(lacking)} in its case"
            raise LoadError(plain(f"{cell['run']}: {words}"))
    return frame.assign(**{part: [case[part] for case in frame["case"]] for part in parts})
