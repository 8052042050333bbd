"""A search as a file under results/, and back again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from crossover.benchmarks.find.choice import Choice
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.machine.environment import shareable
from crossover.benchmarks.runs.plain import plain
from crossover.benchmarks.runs.schema import SCHEMA, Session
from crossover.benchmarks.runs.search_schema import Found, FoundSize
from crossover.benchmarks.runs.searches import SavedSearch
from crossover.benchmarks.storage.autosave import write_whole
from crossover.benchmarks.storage.readable import fitting

__all__ = ["document", "result_of", "save"]


def save(found: SearchResult, session: dict[str, Any], results: Path) -> Path:
    """Save a search in the folder of its machine, and return the file; raises OSError where that cannot be written."""
    now = datetime.now(UTC)
    folder = results / found.facts.name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"find_{now:%Y%m%d_%H%M%S}.json"
    number = 1
    while path.exists():
        number += 1
        path = path.with_stem(f"find_{now:%Y%m%d_%H%M%S}_{number}")
    write_whole(path, msgspec.json.encode(document(found, session, now)))
    return path


def document(found: SearchResult, session: dict[str, Any], taken: datetime) -> dict[str, Any]:
    """Returns a search as it is saved: no benchmarks of rounds, which pytest-benchmark would compare."""
    sizes = [FoundSize(point.dial, point.size, point.turns_s, cut(point.remarks)) for point in found.points]
    content = Found(
        devices=list(found.choice.devices),
        threads=list(found.choice.threads),
        recipes=list(found.choice.recipes),
        baseline=found.labels[0],
        contender=found.labels[1],
        workload=found.workload,
        named=found.named and shareable(found.named)[:1000],
        scale=found.dial.scale,
        batch_size=found.dial.batch_size,
        dials=list(found.dials),
        within=found.within,
        elapsed_s=found.elapsed_s,
        stopped=found.stopped,
        left_out=found.left_out,
        failure=found.failure and found.failure[:1000],
        busy=found.is_busy,
        remarks=cut(found.remarks),
        sizes=sizes,
    )
    stamp = {"schema": SCHEMA, "source": "measured", "find": content, "sessions": [fitting(Session, session)]}
    return {
        "machine_info": {"crossover": found.facts},
        "benchmarks": [],
        "datetime": taken.isoformat(timespec="seconds"),
        "crossover": stamp,
    }


def cut(remarks: list[str]) -> list[str]:
    """Remarks no longer than readers take."""
    return [line[:1000] for line in remarks]


def result_of(saved: SavedSearch) -> SearchResult:
    """Returns a search that was saved, with texts that can be shown anywhere."""
    found = saved.found
    return SearchResult(
        saved.machine,
        Choice(tuple(map(plain, found.devices)), tuple(found.threads), tuple(map(plain, found.recipes))),
        (plain(found.baseline), plain(found.contender)),
        plain(found.workload),
        Dial(found.scale, found.batch_size),
        [MeasuredSize(each.dial, each.size, each.turns_s, list(map(plain, each.remarks))) for each in found.sizes],
        found.dials,
        found.within,
        found.elapsed_s,
        plain(found.stopped),
        found.left_out and plain(found.left_out),
        found.busy,
        found.failure and plain(found.failure),
        list(map(plain, found.remarks)),
        found.named and plain(found.named),
    )
