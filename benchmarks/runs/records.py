"""The rows of a frame as dictionaries."""

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Returns each row by the names of the columns; pandas' own `to_dict("records")` takes many times as long."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in frame.to_numpy(dtype=object).tolist()]
