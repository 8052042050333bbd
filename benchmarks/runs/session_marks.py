"""Marks that tell what the pytest sessions that measured a run did to the numbers of its cells."""

from crossover.benchmarks.runs.schema import Session

__all__ = ["DISTURBED", "busy_words", "is_busy", "marks"]

DIFFERENT = {"commit": "commit", "power": "power source", "environment": "environment"}
"""What may change between the sessions of a run and change its times."""

DISTURBED = "another session measured on this machine at the same time (--alongside)"


def marks(sessions: list[Session], rounds: list[int]) -> list[str]:
    """Returns what a reader must know of a cell; `rounds` is how many rounds it had in each session."""
    numbers = [number for number, count in enumerate(rounds[: len(sessions)]) if count]
    lines = [resumed(sessions, numbers)] if len(sessions) > 1 and numbers else []
    if any(sessions[number].alongside for number in numbers):
        lines.append(DISTURBED)
    if busy := [session for number, session in enumerate(sessions) if number in numbers and session.busy]:
        lines.append(busy_words(max(busy, key=others)))
    return lines


def is_busy(sessions: list[Session], rounds: list[int]) -> bool:
    """Whether other processes used the machine in a session that took rounds of a cell."""
    return any(session.busy and count for session, count in zip(sessions, rounds, strict=False))


def others(session: Session) -> float:
    """Returns how many cores other processes and the host used on average in a session."""
    return (session.other_cores or 0.0) + (session.stolen_cores or 0.0)


def busy_words(session: Session) -> str:
    """Returns words such as `busy machine: other processes used 0.9 cores on average`."""
    words = f"busy machine: other processes used {session.other_cores or 0.0:.1f} cores on average"
    return words + (f", the host {session.stolen_cores:.1f}" if (session.stolen_cores or 0.0) >= 0.05 else "")


def resumed(sessions: list[Session], numbers: list[int]) -> str:
    """Returns words such as `resumed run: session 1 of 2, begun 2026-11-25 14:30 UTC`."""
    begun = " and ".join(f"{sessions[number].started:%Y-%m-%d %H:%M %Z}".strip() for number in numbers)
    names = " and ".join(str(number + 1) for number in numbers)
    differing = [
        word
        for key, word in DIFFERENT.items()
        if (known := [value for session in sessions if (value := getattr(session, key)) is not None])
        if any(value != known[0] for value in known)
    ]
    of_others = f", of another {' and '.join(differing)} than the rest" if differing else ""
    return f"resumed run: session{'s' if len(numbers) > 1 else ''} {names} of {len(sessions)}, begun {begun}{of_others}"
