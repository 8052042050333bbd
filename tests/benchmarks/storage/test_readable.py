"""Whatever was found and measured: what is saved of it can be read."""

import json
import math
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_benchmark import plugin
from pytest_benchmark.stats import Metadata
from pytest_benchmark.utils import safe_dumps

from crossover.benchmarks.harness.items import part_of
from crossover.benchmarks.harness.option_types import LARGEST_SCALE, LONGEST_S
from crossover.benchmarks.harness.rounds import Rounds
from crossover.benchmarks.machine import host
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.cells import Cell, Outcome, Status
from crossover.benchmarks.runs.json_file import LARGEST_BYTES
from crossover.benchmarks.runs.schema import Commit, ExtraInfo, Machine, Options, Session
from crossover.benchmarks.storage import size_limit
from crossover.benchmarks.storage.autosave import content_of
from crossover.benchmarks.storage.document import document
from crossover.benchmarks.storage.earlier_sessions import Earlier
from crossover.benchmarks.storage.readable import MOST_CALL_TIMES, plain
from crossover.model.workload import Size
from crossover.model.workloads import MLP

CIRCLE = []
CIRCLE.append(CIRCLE)

any_text = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    ["", "\ud800", "caf\udce9", "a\nb", "\x00", "x" * 20_000, "\udce9" * 5000]
)
any_number = (
    st.floats()
    | st.integers()
    | st.sampled_from([math.nan, math.inf, -1, 0, 0.0, 2**63, 10**400, 1e-300, 5e-324, 1e308])
)
anything = st.recursive(
    st.none()
    | st.booleans()
    | any_number
    | any_text
    | st.binary(max_size=3)
    | st.sampled_from([CIRCLE, {1, 2}, object]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.none() | st.integers() | any_text, inner, max_size=3)
    ),
    max_leaves=4,
)


def facts_of(kind, **known):
    """Facts of which any may be missing, or be anything."""
    names = [name for name in kind.__struct_fields__ if name not in known]
    optional = dict.fromkeys([*names, "of another plugin"], anything)
    return st.fixed_dictionaries(known, optional=optional)


def outcome_of(status, reason):
    return Outcome(status) if status is Status.MEASURED else CellEndedError(status, reason).outcome


outcomes = st.just(Outcome(Status.MEASURED)) | st.builds(outcome_of, st.sampled_from(Status), any_text)
parts = anything.map(part_of).filter(lambda part: len(str(part)) <= 1000)
cells = st.builds(
    Cell,
    st.sampled_from(["training", "mine"]),
    st.integers(1, LARGEST_SCALE),
    st.sampled_from(["cpu", "cuda:1"]),
    st.just("article"),
    st.dictionaries(st.sampled_from(["flag", "rate"]), parts).map(lambda case: tuple(case.items())),
)
names = st.builds(host.default_name, any_text, st.integers(), st.none() | any_text)
started = st.just(datetime.now(UTC).isoformat(timespec="seconds"))
rates = st.dictionaries(any_text, any_number)
limits = {"flop_s": any_number, "launch_s": any_number, "read_bytes_s": rates, "copy_bytes_s": rates}
probes = st.dictionaries(st.sampled_from(["cpu", "cuda:1"]), anything | st.fixed_dictionaries(limits))


def timed(run, cell, times_s, extra_info):
    """A benchmark as its rounds leave it: one of a time that cannot be ends the cell, and is not saved."""
    name = run.names[cell]
    of = dict.fromkeys(["group", "param", "cprofile_stats"])
    fixture = SimpleNamespace(name=name, fullname=name, params={"x": CIRCLE}, extra_info=extra_info, **of)
    fixture.has_error = False
    made = Metadata(fixture, 1, {"max_time": math.nan, "timer": max})
    for round_s in times_s:
        try:
            Rounds.require_time(SimpleNamespace(benchmark=fixture), round_s)
        except CellEndedError as end:
            run.outcomes[cell] = end.outcome
        made.stats.data.append(round_s)
    return made


def size(scale):
    """That of the MLP, also at scales for which nobody draws samples."""
    return Size(90_000 * scale**2 + 900 * scale + 2, 0, 0, None)


@st.composite
def runs(draw):
    """Runs as far as they have come, with facts, texts and times that nobody would expect."""
    asked = draw(st.lists(cells, min_size=1, max_size=3, unique_by=str))
    run = SimpleNamespace(
        config=SimpleNamespace(hook=plugin),
        names={cell: f"{number}-{cell}" for number, cell in enumerate(asked)},
        outcomes={cell: outcome for cell in asked if (outcome := draw(st.none() | outcomes))},
        stats={},
        is_ending=draw(st.booleans()),
        earlier=Earlier(),
        probes=draw(probes),
        workload=MLP,
        epochs=draw(st.integers(1, 10**9)),
        asked=draw(facts_of(Options, rounds=st.integers(1, 10**9), cell_seconds=st.floats(0, LONGEST_S))),
        size=lambda cell: size(cell.scale),
        machine_info={"crossover": draw(facts_of(Machine, name=names)), "cpu": draw(anything)},
        commit_info=draw(facts_of(Commit)),
        session_facts=lambda: session,
    )
    session = draw(facts_of(Session, started=started))
    times = st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=4) | st.lists(st.floats(), min_size=1, max_size=4)
    run.timed = [
        timed(run, cell, draw(times), draw(facts_of(ExtraInfo)))
        for cell, outcome in list(run.outcomes.items())
        if outcome.status is Status.MEASURED
    ]
    return run


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("saved") / "0001.json"


def in_utf_8(name):
    """The name as UTF-8 holds it: half of a surrogate pair is written out."""
    return name.encode(errors="backslashreplace").decode()


@pytest.mark.parametrize(
    "written",
    [content_of, lambda made: safe_dumps(made, ensure_ascii=True, indent=4).encode()],
    ids=["each cell", "end"],
)
@given(run=runs())
def test_what_is_saved_can_be_read(path, written, run):
    path.write_bytes(written(document(run)))
    found = load.read(path)

    assert "" == found.remark
    assert [run.outcomes[cell].status if cell in run.outcomes else "not reached" for cell in run.names] == [
        cell.status for cell in found.saved.crossover.cells
    ]
    assert {in_utf_8(made.name): made.stats.data for made in run.timed if not made.has_error} == {
        in_utf_8(bench.name): bench.stats.data for bench in found.saved.benchmarks
    }
    assert len(run.names) == len(results([found]))


@given(anything)
def test_plain_values_are_json_as_all_readers_take_it(value):
    made = plain({"": value})

    assert made == json.loads(json.dumps(made, allow_nan=False)) == json.loads(content_of(made))


def test_only_what_cannot_be_read_changes():
    value = {"text": "é\n", "numbers": [1, 2.5, -(2**62)], "nothing": None, "is": True}

    assert value == plain(value)
    assert {"1": "caf\\udce9", "two": [None, None, "UNSERIALIZABLE[{3}]"]} == plain(
        {1: "caf\udce9", "two": (math.nan, 10**30, {3})}
    )


@pytest.fixture
def long_run():
    """Makes a run of some cells with the most numbers that readers get to see of them."""

    def make(cells, rounds, call_times):
        asked = [Cell("training", scale, "cpu") for scale in range(1, cells + 1)]
        run = SimpleNamespace(
            config=SimpleNamespace(hook=plugin),
            names={cell: f"test_training[cpu-{cell.scale}]" for cell in asked},
            outcomes=dict.fromkeys(asked, Outcome(Status.MEASURED, "x" * 80)),
            stats={},
            is_ending=True,
            earlier=Earlier(),
            probes={},
            workload=MLP,
            epochs=10,
            asked={"rounds": rounds, "cell_seconds": 120, "command": "pytest " * 1000},
            size=lambda cell: size(cell.scale),
            machine_info={"crossover": {"name": "mine"}, "cpu": {"flags": ["avx512"] * 200}},
            commit_info={},
            session_facts=lambda: {"started": datetime.now(UTC).isoformat()},
        )
        info = {"waits_s": [1.2345678901234567e-05] * rounds, "call_times_s": [1.234e-05] * call_times}
        info |= {f"fact {number}": 1.2345678901234567e-05 for number in range(20)}
        times_s = [1.2345678901234567e-05] * rounds
        run.timed = [timed(run, cell, times_s, dict(info)) for cell in asked]
        return run

    return make


@pytest.mark.parametrize(("cells", "call_times"), [(1, 10_000), (25, 10_000), (250, 500)])
def test_the_largest_run_that_is_not_refused_fits_the_file_that_readers_take(long_run, cells, call_times):
    most = int(size_limit.shortage(cells, 10**9, 1).partition("--rounds ")[2].split()[0])
    saved = safe_dumps(document(long_run(cells, most, call_times)), ensure_ascii=True, indent=4)

    assert size_limit.shortage(cells, most, 1) is None
    assert len(saved) <= LARGEST_BYTES


def test_times_of_calls_are_shared_out_among_the_cells_of_a_run(long_run):
    made = document(long_run(20, 1, 10_000))

    assert [MOST_CALL_TIMES // 20] * 20 == [len(bench["extra_info"]["call_times_s"]) for bench in made["benchmarks"]]


@pytest.mark.parametrize(
    ("cells", "rounds", "ranks", "expected"),
    [
        (200, 5, 1, None),
        (200, 5, 8, None),
        (1, 10**6, 1, "1 cell with 1000000 rounds each"),
        (10**4, 1, 1, "fewer --scales"),
    ],
)
def test_a_run_that_would_fit_no_file_is_told_before_it_is_measured(cells, rounds, ranks, expected):
    found = size_limit.shortage(cells, rounds, ranks)

    assert expected in found if expected else found is None
