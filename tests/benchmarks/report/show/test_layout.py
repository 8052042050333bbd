"""Tables on narrow screens: no line is too long, no number is broken, and what is left out is named."""

import itertools
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.show import layout, render
from crossover.benchmarks.report.show.machines import side_by_side
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.runs import load

WIDTHS = [None, 80, 100, 120]
SHOWN = Path(__file__).parents[4] / "docs" / "runs"
RUNS = sorted([*SHOWN.rglob("*.json"), *(SHOWN.parent / "batches").glob("*.json")])

DEVICES = ["cpu", "cuda:0", "xpu"]
TIMES = {"cpu": [0.51, 0.53, 0.52], "cuda:0": [0.2101, 0.2202, 0.2303], "xpu": [110.5, 120.5, 130.5]}
PROBE = {"flop_s": 4e9, "read_bytes_s": {"1000": 9e9}, "copy_bytes_s": {"1000": 4e9}, "launch_s": 3e-4}
FACTS = {"in_turn": True, "peak_bytes": 5e9, "prepare_s": 2.5, "waits_s": [0.1, 0.12, 0.11]}
VARIANTS = {
    "training": [{}],
    "recipes": [{"recipe": name} for name in ("article", "resident", "a_recipe_of_a_long_name")],
    "inference": [{"case": {"task": task}} for task in ("load", "sample")],
    "loading": [
        {"case": {"dataset": "waiting", "workers": workers, "loader": "samples", "use": use}}
        for workers in (0, 4)
        for use in ("alone", "training")
    ],
    "distributed": [
        {"case": {"strategy": strategy, "scaling": "weak", "world_size": size, "nodes": 1}, "rank_peak_bytes": [1e9]}
        for strategy, size in (("plain", 1), ("fsdp", 16))
    ],
}


@pytest.fixture
def sheets(cell, answer):
    """Makes the tables of a saved run, of a folder of them side by side, or of a made-up one of three devices."""

    def make(source):
        if isinstance(source, str):
            work = {"flop": 1e8, "moved_bytes": 1e8, "operations": 1000}
            cells = [
                cell(TIMES[device], benchmark=source, scale=scale, device=device, work=work, **FACTS, **variant)
                for scale in (1, 1000)
                for device in DEVICES
                for variant in VARIANTS[source]
            ]
            return [answer(cells, probe=PROBE).sheet]
        if source.is_file():
            return [each.sheet for each in kinds.answers(results([load.read(source)]))]
        runs, _ = load.read_all([source])
        (joined,) = kinds.answers(results(runs, "distributed"))
        newest = load.newest_of_each([run for run in runs if "training" in run.benchmarks])
        return [joined.sheet, side_by_side(results(newest, "training"), newest[0].machine.name, []).sheet]

    return make


def broken(value):
    """A cell in two lines: the number, and its interval."""
    number, bracket, after = value.partition(" [")
    interval, _, rest = after.partition("]")
    return [number + rest, f"[{interval}]"] if bracket else [value]


def chunks(table):
    """What stands between the gaps of a table, which are two blanks at least, and how often."""
    return Counter(part for line in table.splitlines() for part in re.split(r"\s{2,}", line.strip()))


def tells_nothing(sheet, place):
    return sheet.rank(place) is Rank.KEY and len({row[place] for row in sheet.rows if row[place]}) < 2


@pytest.mark.parametrize("source", [SHOWN, *RUNS, *VARIANTS], ids=lambda source: str(source)[-30:])
def test_every_number_is_whole_on_every_screen(sheets, source):
    for sheet, width in itertools.product(sheets(source), WIDTHS):
        parts, gap, notes = layout.fitted(sheet, width)
        headers = [[" ".join(header.split()) for header in part.header] for part in parts]
        left_out = [place for place, header in enumerate(sheet.header) if not any(header in part for part in headers)]
        keys = [
            header
            for place, header in enumerate(sheet.header)
            if sheet.rank(place) is Rank.KEY and place not in left_out
        ]
        table = render.text(replace(sheet, title="", notes=[]), width).split("\nleft out at ")[0]
        shown = [row[place] for row in sheet.rows for place in range(len(row)) if place not in left_out and row[place]]

        assert Counter(line for value in shown for line in ([value] if gap == 3 else broken(value))) <= chunks(table)
        assert all(keys == [header for header in part if header in keys] for part in headers)
        assert all(sheet.rank(place) > Rank.MAIN or tells_nothing(sheet, place) for place in left_out)
        if width is None:
            assert ([], 1, []) == (left_out, len(parts), notes)
            assert len(sheet.rows) + 2 == len(list(filter(None, table.splitlines())))
        else:
            assert width >= max(map(len, table.splitlines()))
            _, _, named = "".join(notes).partition(f"left out at {width} columns: ")
            assert sorted(sheet.header[place] for place in left_out) == sorted(filter(None, named.split(", ")))
            assert " ".join(notes) in " ".join(render.text(sheet, width).split())


def test_extras_are_left_out_before_details_and_what_a_table_is_for_never():
    ranks = [Rank.KEY, Rank.DETAIL, Rank.MAIN, Rank.EXTRA, Rank.EXTRA]
    sheet = Sheet("", list("kdmef"), [["x" * 10] * 5], [], ranks)
    shown = {width: [part.header for part in layout.fitted(sheet, width)[0]] for width in (63, 59, 58, 46, 34, 11)}

    assert shown == {
        63: [list("kdmef")],
        59: [list("kdmef")],
        58: [list("kdme")],
        46: [list("kdm")],
        34: [list("km")],
        11: [list("km")],
    }


def test_what_is_the_same_in_all_rows_is_left_out_where_no_part_would_fit():
    rows = [["loading", "cpu", "case-1", "x" * 10], ["loading", "cpu", "case-2", "x" * 10]]
    sheet = Sheet("", ["kind", "on", "case", "time"], rows, [], [Rank.KEY] * 3 + [Rank.MAIN])
    shown = {width: [part.header for part in layout.fitted(sheet, width)[0]] for width in (33, 32, 27, 20)}

    assert shown == {
        33: [["kind", "on", "case", "time"]],
        32: [["kind", "case", "time"]],
        27: [["case", "time"]],
        20: [["case", "time"]],
    }


def test_a_mark_is_in_two_lines_where_one_would_not_fit():
    rows = [["a" * 20, "0.75x slower"], ["", "1.00x crossover to one process"], ["b" * 20, "1.20x faster"]]
    sheet = Sheet("", ["key", "speedup"], rows, [], [Rank.KEY, Rank.MAIN])
    shown = {width: layout.fitted(sheet, width)[0][0].rows[1][1] for width in (53, 52)}

    assert shown == {53: "1.00x crossover to one process", 52: "1.00x crossover\nto one process"}


def test_a_table_of_too_much_is_cut_in_parts_with_what_tells_its_rows_apart():
    sheet = Sheet("", ["key", *"abc"], [["k" * 5, *("x" * 10 for _ in "abc")]], [], [Rank.KEY] + [Rank.MAIN] * 3)
    parts, _, notes = layout.fitted(sheet, 32)

    assert [["key", "a", "b"], ["key", "c"]] == [part.header for part in parts]
    assert [] == notes


NUMBER, NAME = "[1.37x faster to 1.36x slower]", "ABCD" * 15


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["key", "a"], ["k", NAME + NAME]),
        (["key", "a"], [NAME + NAME, NUMBER]),
        (["key", NAME + NAME], ["k", NUMBER]),
        ([NAME, NAME], ["k", NUMBER]),
    ],
)
def test_a_name_that_is_wider_than_the_screen_is_folded_and_nothing_is_lost(header, row):
    table = render.text(Sheet("", header, [row], [], [Rank.KEY, Rank.MAIN]), 52)

    assert 52 >= max(map(len, table.splitlines()))
    assert dict.fromkeys("ABCD", 30) == {letter: table.count(letter) for letter in "ABCD"}
    assert {each for each in [*header, *row] if "A" not in each} <= set(chunks(table))


def test_a_number_is_whole_even_where_the_screen_is_narrower():
    table = render.text(Sheet("", ["key", "a"], [["k" * 10, NUMBER]], [], [Rank.KEY, Rank.MAIN]), 25)

    assert {"k" * 10, NUMBER} <= set(chunks(table))
