"""Decodes JSON from a file that may come from anyone: anything but a plain file of plain JSON is refused."""

import json
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["LARGEST_BYTES", "LoadError", "decode"]

LARGEST_BYTES = 16 * 2**20
"""No run is larger.

A measured cell takes about 2 KB, and a run of a thousand scales on two devices has 2000 cells. Decoded, a file of this
size takes a few hundred MB of memory at worst.
"""


class LoadError(Exception):
    """A run cannot be read; the message says which and why, in one line."""


def decode(path: Path) -> object:
    """Returns the JSON of a file; raises LoadError for a device or a pipe, for one too large, and for invalid JSON."""
    content = read_plain(path)
    try:
        document: object = msgspec.json.decode(content)
        json.loads(content, object_pairs_hook=unique)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        what = "is empty" if not content.strip() else f"is no JSON, or only a part of one ({error})"
        raise LoadError(f"{path}: {what}") from error
    return document


def read_plain(path: Path) -> bytes:
    """Returns all bytes of a regular file; raises LoadError for anything else, which might never open or never end."""
    try:
        if not path.is_file():
            path.stat()  # says what is wrong where it is missing
            raise LoadError(f"{path}: is no plain file")
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise LoadError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > LARGEST_BYTES:
        raise LoadError(f"{path}: is larger than {LARGEST_BYTES // 2**20} MB, and no run is")
    return content


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Returns a JSON object; raises ValueError for a repeated key, as readers differ in which value they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r:.50} stands twice in one object")
    return found
