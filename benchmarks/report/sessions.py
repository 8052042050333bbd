"""What the sessions of pytest that measured a run did to its numbers: remarks on its cells."""

from benchmarks.report.schema import Session

DIFFERENT = {"commit": "commit", "power": "power source"}
"""What may change between the sessions of a run, and change its times."""

DISTURBED = "another session measured on this machine at the same time (--alongside)"


def remarks(sessions: list[Session], rounds: list[int]) -> list[str]:
    """What a reader must know of a cell that had so many rounds in each session of its run."""
    numbers = [number for number, count in enumerate(rounds[: len(sessions)]) if count]
    lines = [resumed(sessions, numbers)] if len(sessions) > 1 and numbers else []
    if any(sessions[number].alongside for number in numbers):
        lines.append(DISTURBED)
    return lines


def resumed(sessions: list[Session], numbers: list[int]) -> str:
    """`resumed run: session 1 of 2, begun 2026-11-25 14:30 UTC`"""
    begun = " and ".join(f"{sessions[number].started:%Y-%m-%d %H:%M %Z}".strip() for number in numbers)
    names = " and ".join(str(number + 1) for number in numbers)
    differing = [
        word for key, word in DIFFERENT.items() if len({getattr(session, key) for session in sessions} - {None}) > 1
    ]
    of_others = f", of another {' and '.join(differing)} than the rest" if differing else ""
    return f"resumed run: session{'s' if len(numbers) > 1 else ''} {names} of {len(sessions)}, begun {begun}{of_others}"
