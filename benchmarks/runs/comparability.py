"""What makes two runs hard to compare: what must not be mixed is refused, the rest becomes remarks."""

from typing import Any

from crossover.benchmarks.runs import session_marks
from crossover.benchmarks.runs.load import SavedRun
from crossover.benchmarks.runs.schema import Machine

__all__ = [
    "all_remarks",
    "disturbances",
    "environment_differences",
    "is_this_machine",
    "machine_differences",
    "obstacle",
    "other_machine",
    "refusals",
    "remarks",
    "weaknesses",
]

MUST_AGREE = (
    "version",
    "epochs",
    "batch_size",
    "samples",
    "test_samples",
    "seed",
    "computed_rounds",
    "waiting_s",
)
"""Facts of the workload; where one differs, the times are of another computation. Earlier runs do not tell them all."""

MUST_AGREE_TO_JUDGE = (*MUST_AGREE, "learning_rate")
"""What also must agree where a run is judged. The published figures were trained at another learning rate, and stand
beside others all the same: it changes what is computed, not how long that takes."""

REMARKED = {
    "torch": "torch",
    "threads": "threads",
    "matmul_precision": "precision of float32 products",
    "deterministic": "use of deterministic algorithms",
    "cpu_quota": "CPU quota",
    "pytest_benchmark": "pytest-benchmark",
    "power": "power",
}
"""Facts that may change on one machine and change its times."""


IDENTIFYING = ("id", "cpu_model", "cores", "memory_gib", "accelerators")
"""Facts that, taken together, identify a machine. Only an id that lasts is saved; containers have none."""


def refusals(baseline: SavedRun, contender: SavedRun, keys: tuple[str, ...] = MUST_AGREE) -> list[str]:
    """Returns why two runs must not be compared, a line each; empty where they may be."""
    lines = []
    before, now = baseline.saved.crossover.workload, contender.saved.crossover.workload
    if before.name != now.name:
        lines.append(f"{contender.label} trained {now.name}, {baseline.label} {before.name}")
    elif before.hash != now.hash:
        lines.append(
            f"{now.name} is another version in {contender.label} than in {baseline.label}; `crossover ab` compares them"
        )
    elif before.network != now.network:
        lines.append(f"{contender.label} trained another network than {baseline.label}")
    for key in keys:
        one, other = (getattr(run.saved.crossover.workload, key) for run in (baseline, contender))
        if one is not None and other is not None and one != other:
            name = "workload version" if key == "version" else key.replace("_", " ")
            lines.append(f"{name} differs: {one} in {baseline.label}, {other} in {contender.label}")
    return lines


def other_machine(baseline: SavedRun, contender: SavedRun) -> str | None:
    """Returns why two runs are not of one machine, or None where they are: same name, and no hardware that differs."""
    one, other = baseline.machine, contender.machine
    if one.name != other.name:
        return f"the baseline is of {one.name}, the run of {other.name}; see `crossover machines`"
    if not is_same_machine(baseline.machine_facts(), contender.machine_facts()):
        return f"both are called {one.name}, but are of other hardware; --machine names each machine"
    return None


def is_same_machine(facts: dict[str, Any], saved: dict[str, Any]) -> bool:
    """Whether two descriptions can be of one machine; facts that one of them lacks are not compared."""
    return all(agree(key, facts.get(key), saved.get(key)) for key in IDENTIFYING)


def agree(key: str, one: Any, other: Any) -> bool:
    """Whether two values of a fact can be of one machine.

    A new kernel or driver keeps a little more or less memory for itself, which may change the GiB it is rounded to.
    """
    if one is None or other is None:
        return True
    if key == "accelerators":
        pairs = list(zip(one, other, strict=False))
        names = ("device", "name", "memory_gib")
        return len(one) == len(other) and all(agree(name, a.get(name), b.get(name)) for a, b in pairs for name in names)
    if key == "memory_gib" and isinstance(one, int) and isinstance(other, int):
        return abs(one - other) <= 1
    return bool(one == other)


def is_this_machine(facts: dict[str, Any], saved: dict[str, Any]) -> bool:
    """Whether a saved description is of the machine with these facts: its hardware, and its id if it has one.

    Machines of one model look alike in everything else, and a run that came from elsewhere may lack its id. Where this
    machine has no id, as in a container, nothing can be told from that of a run.
    """
    return facts.get("id") in (None, saved.get("id")) and is_same_machine(facts, saved)


def obstacle(baseline: SavedRun, contender: SavedRun) -> str | None:
    """Returns in one line why a run cannot be judged by a baseline; None where it can."""
    return "; ".join(refusals(baseline, contender, MUST_AGREE_TO_JUDGE)) or other_machine(baseline, contender)


def remarks(baseline: SavedRun, contender: SavedRun) -> list[str]:
    """Returns what a reader must know of two runs that may be compared, a line each."""
    one_name, other_name = baseline.machine.name, contender.machine.name
    if one_name == other_name:
        one_name, other_name = "the baseline", "now"
    lines = machine_differences(baseline.machine, contender.machine, one_name, other_name)
    lines += [
        f"{name} differs: {one or 'not set'} on {one_name}, {other or 'not set'} on {other_name}"
        for name, one, other in environment_differences(baseline, contender)
    ]
    if baseline.machine.name == contender.machine.name:  # else each machine's own remarks have it
        lines += [f"the baseline: {line}" for line in weaknesses(baseline)]
        lines += [f"now: {line}" for line in disturbances(contender)]
    return lines


def machine_differences(one: Machine, other: Machine, one_name: str, other_name: str) -> list[str]:
    """Returns which facts that change times differ between two descriptions of machines, a line each."""
    known = [(name, getattr(one, key), getattr(other, key)) for key, name in REMARKED.items()]
    return [
        f"{name} differs: {here} on {one_name}, {there} on {other_name}"
        for name, here, there in known
        if here is not None and there is not None and here != there
    ]


def environment_differences(baseline: SavedRun, contender: SavedRun) -> list[tuple[str, str | None, str | None]]:
    """Returns the variables that may change the times and differ, with both values; none where a run saved none."""
    one, other = (
        next((session.environment for session in reversed(run.saved.crossover.sessions)), None)
        for run in (baseline, contender)
    )
    if one is None or other is None:
        return []
    return [(name, one.get(name), other.get(name)) for name in sorted(one | other) if one.get(name) != other.get(name)]


def disturbances(run: SavedRun) -> list[str]:
    """Returns what about a run's sessions sets it apart from an undisturbed one, a line each."""
    taken = run.saved.crossover.sessions
    left = sum(not cell.finished for cell in run.saved.crossover.cells)
    lines = [f"unfinished, {left} of {len(run.saved.crossover.cells)} cells are to come"] if left else []
    if len(taken) > 1:
        lines.append(f"resumed, measured in {len(taken)} sessions")
    if any(session.alongside for session in taken):
        lines.append("measured while another session ran on the machine")
    return lines + [f"measured on a {session_marks.busy_words(session)}" for session in taken if session.busy]


def weaknesses(baseline: SavedRun) -> list[str]:
    """Returns what makes a run a doubtful baseline, a line each."""
    dirty = ["taken with changes that were not committed, so its code cannot be had again"] if baseline.is_dirty else []
    return disturbances(baseline) + dirty


def own_remarks(run: SavedRun) -> list[str]:
    """Returns what makes one run hard to compare with any other, a line each."""
    lines = []
    if run.saved.crossover.source != "measured":
        lines.append(f"{run.machine.name} is {run.saved.crossover.source}, not measured by this suite")
    if run.machine.power == "battery":
        lines.append(f"{run.machine.name} ran on battery")
    unread = {name: why for session in run.saved.crossover.sessions for name, why in session.unread.items()}
    lines += [f"{run.machine.name}: {name} could not be read: {why}" for name, why in unread.items()]
    lines += [f"{run.machine.name}: {line}" for line in disturbances(run)]
    return lines


def all_remarks(base: SavedRun, others: list[SavedRun]) -> list[str]:
    """Returns what a reader must know of each of several runs, and of each beside the first."""
    lines = [line for run in [base, *others] for line in own_remarks(run)]
    return lines + [line for run in others for line in remarks(base, run)]
