"""What the harness asks of the kinds of benchmarks, which are declared under kinds/."""

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Catalogue", "Kind"]


class Kind(Protocol):
    """What is known of a benchmark before a run; `kinds.kind.Kind` says more."""

    @property
    def name(self) -> str: ...
    @property
    def scales(self) -> str: ...
    @property
    def duration(self) -> str: ...
    @property
    def is_usual(self) -> bool: ...
    @property
    def file(self) -> str: ...


Catalogue = Mapping[str, Kind]
"""The kinds by name, in the order in which they run; the first is the main one."""
