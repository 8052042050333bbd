"""A table ready to be shown, as text only."""

from dataclasses import dataclass, field
from enum import IntEnum

__all__ = ["Rank", "Sheet"]


class Rank(IntEnum):
    """How much a column matters where a screen is too narrow for all of them."""

    KEY = 0
    """Tells the rows apart, and stands beside every part of a table that is cut in parts; left out only where it is the
    same in all rows and no part would fit."""

    MAIN = 1
    """What the table is for; never left out."""

    DETAIL = 2
    EXTRA = 3
    """Left out before details are."""


@dataclass(frozen=True)
class Sheet:
    """A title, a table of text, and what must be said below it."""

    title: str
    header: list[str]
    rows: list[list[str]]
    """A row whose first column is empty is a mark between two others."""

    notes: list[str]
    ranks: list[Rank] = field(default_factory=list)
    """One for each column; without any, all are `MAIN`."""

    def rank(self, place: int) -> Rank:
        return self.ranks[place] if self.ranks else Rank.MAIN

    def only(self, places: list[int]) -> "Sheet":
        """The sheet with these of its columns alone."""
        return Sheet(
            self.title,
            [self.header[place] for place in places],
            [[row[place] for place in places] for row in self.rows],
            self.notes,
            [self.rank(place) for place in places],
        )

    def filled(self) -> "Sheet":
        """The sheet without the columns that are empty in every row; all columns if there are no rows."""
        return self.only(
            [place for place in range(len(self.header)) if not self.rows or any(row[place] for row in self.rows)]
        )
