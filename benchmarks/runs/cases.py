"""Turns the parts of a case into columns."""

import pandas as pd

from crossover.benchmarks.runs.schema import CASES


def parts_of(benchmark: str) -> tuple[str, ...]:
    """Returns the names of the parts in a benchmark's cases; raises KeyError for one that is not in CASES."""
    return CASES[benchmark].__struct_fields__


def with_parts(frame: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """Returns the cells of a benchmark with each part of their case as a column."""
    return frame.assign(**{part: [case[part] for case in frame["case"]] for part in parts_of(benchmark)})
