"""What a table looks like. The expected text is what a person sees."""

import csv
import io
import json
import re

import pytest

from crossover.benchmarks.report.analysis.table import speedup_table
from crossover.benchmarks.report.show import render, speedup_sheet

THREE_SCALES = {
    "cpu": {1: [0.5, 0.52, 0.51], 5: [3.4, 3.5, 3.3], 50: "too slow: about 11 min a round"},
    "mps": {1: [2.6, 2.62, 2.61], 5: [1.7, 1.72, 1.71], 50: "too big: needs 7.4 GB, 5.1 GB free"},
}

TEXT = """\
Training, 10 epochs, on test-machine

 scale   parameters                       cpu                       mps                 mps speedup
 ──────────────────────────────────────────────────────────────────────────────────────────────────
     1        1,000   510 ms [490 ms, 530 ms]   2.61 s [2.59 s, 2.63 s]   0.20x [0.19, 0.20] slower
              3,100                                                                 1.00x crossover
     5        5,000   3.40 s [3.21 s, 3.60 s]   1.71 s [1.69 s, 1.73 s]   1.99x [1.85, 2.13] faster
    50       50,000                  too slow                   too big

mps overtakes cpu at about 3,100 parameters, between 1,000 and 5,000 (95% interval 3,000 to 3,200)
speedup = cpu time / device time: above 1 the device is faster
times are medians over rounds; brackets hold the 95% interval
cpu, scale 50: too slow: about 11 min a round
mps, scale 50: too big: needs 7.4 GB, 5.1 GB free"""

ONE_DEVICE = """\
Training, 10 epochs, on test-machine

 scale   parameters      cpu
 ───────────────────────────
     1        1,000   1.00 s
     2        2,000   failed

no speedup: cpu was the only device asked for (--devices)
cpu, scale 1: one round: no interval
cpu, scale 2: failed: RuntimeError: no"""

NO_DEVICE = """\
Training, 10 epochs, on test-machine (published figures, not measured by this suite)

 scale   parameters      cpu
 ───────────────────────────
     1        1,000   1.00 s
     2        2,000   2.00 s

no crossover of mps: no scale was measured on both cpu and mps
cpu, every scale: one round: no interval
mps, every scale: no device: none here"""

MARKDOWN = """\
**Training, 10 epochs, on a\\|b\\<c\\>**

| scale | parameters | cpu | mps | mps speedup |
| ---: | ---: | ---: | ---: | ---: |
| 1 | 1,000 | 2.00 s | 4.00 s | 0.50x slower |
|  | **2,000** |  |  | **1.00x crossover** |
| 4 | 4,000 | 4.00 s | 2.00 s | 2.00x faster |
| 5 | 5,000 | failed | failed |  |

- mps overtakes cpu at about 2,000 parameters, between 1,000 and 4,000 (one round: no interval)
- speedup = cpu time / device time: above 1 the device is faster
- cpu, scales 1, 4; mps, scales 1, 4: one round: no interval
- cpu, scale 5: failed: \\<script\\>\\|\\`x\\`
- mps, scale 5: failed: \\[x\\](y) &amp;lt;"""


def shown(table):
    return render.text(speedup_sheet.sheet(table))


def spreadsheet(table):
    return render.csv(list(speedup_sheet.csv_rows(table)))


def program(table):
    return json.loads(render.as_json(speedup_sheet.json_table(table)))


def test_text(frame):
    assert shown(speedup_table(frame(THREE_SCALES))) == TEXT


@pytest.mark.parametrize("width", [100, 80, 40])
def test_on_a_narrow_terminal_no_word_is_cut(frame, width):
    narrow = render.text(speedup_sheet.sheet(speedup_table(frame(THREE_SCALES))), width)

    assert set(TEXT.replace("─", "").split()) == set(narrow.replace("─", "").split())


@pytest.mark.parametrize("columns", ["40", None])
def test_in_a_file_nothing_wraps_whatever_the_terminal(frame, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns) if columns else monkeypatch.delenv("COLUMNS", raising=False)
    reason = " ".join(["why"] * 100)
    machine = " ".join(["name"] * 100)
    devices = {f"device number {number}": {1: [2.0, 2.1, 2.2]} for number in range(20)}
    lines = shown(speedup_table(frame({"cpu": {1: [1.0], 2: f"failed: {reason}"}} | devices, machine=machine)))

    assert lines.startswith(f"Training, 10 epochs, on {machine}\n\n")
    assert lines.endswith(f"cpu, scale 2: failed: {reason}")
    (row,) = [line for line in lines.splitlines() if line.split()[:2] == ["1", "1,000"]]
    assert 20 == row.count("0.48x slower")


@pytest.mark.parametrize("kind", ["dumb", "xterm"])
def test_every_terminal_is_as_wide_as_it_is(frame, monkeypatch, kind):
    monkeypatch.setenv("TERM", kind)
    plain = re.sub(
        r"\x1b\[[0-9;]*m", "", render.text(speedup_sheet.sheet(speedup_table(frame(THREE_SCALES))), 110, color=True)
    )

    assert TEXT == "\n".join(line.rstrip() for line in plain.splitlines())


def test_text_of_one_device_says_why_there_is_no_speedup(frame):
    assert ONE_DEVICE == shown(speedup_table(frame({"cpu": {1: [1.0], 2: "failed: RuntimeError: no"}})))


def test_a_device_that_is_not_here_takes_no_column(frame):
    missing = {1: "no device: none here", 2: "no device: none here"}
    cells = frame({"cpu": {1: [1.0], 2: [2.0]}, "mps": missing}, source="published")

    assert NO_DEVICE == shown(speedup_table(cells))


def test_markdown_shows_strange_names_as_plain_text(frame):
    cells = frame(
        {
            "cpu": {1: [2.0], 4: [4.0], 5: "failed: <script>|`x`"},
            "mps": {1: [4.0], 4: [2.0], 5: "failed: [x](y) &lt;"},
        },
        machine="a|b<c>",
    )

    assert MARKDOWN == render.markdown(speedup_sheet.sheet(speedup_table(cells)))


def test_text_does_not_interpret_markup(frame):
    text = shown(speedup_table(frame({"cpu": {1: "failed: [bold]x[/bold] :smile:"}}, machine="[red]m")))

    assert "failed: [bold]x[/bold] :smile:" in text
    assert "[red]m" in text


def test_csv_marks_the_crossover_between_its_rows(frame):
    rows = list(csv.DictReader(io.StringIO(spreadsheet(speedup_table(frame(THREE_SCALES))))))

    assert ["scale", "crossover", "scale", "scale"] == [row["row"] for row in rows]
    assert ["1000", "3104", "5000", "50000"] == [row["parameters"] for row in rows]
    assert ["0.195402", "1", "1.9883", ""] == [row["mps_speedup"] for row in rows]
    assert "too big" == rows[3]["mps_status"]
    assert "needs 7.4 GB, 5.1 GB free" == rows[3]["mps_reason"]


BACK_AND_FORTH = {"cpu": {1: [1.0], 4: [1.0], 9: [1.0], 16: [1.0]}, "mps": {1: [2.0], 4: [0.5], 9: [2.0], 16: [0.5]}}


def test_every_crossover_has_a_row_that_says_which_way_it_goes(frame):
    table = speedup_table(frame(BACK_AND_FORTH))
    marks = [[word for word in row if word] for row in speedup_sheet.sheet(table).rows if not row[0]]
    rows = [row for row in csv.DictReader(io.StringIO(spreadsheet(table))) if row["row"] != "scale"]

    expected = [("2,000", "crossover"), ("6,000", "crossover to cpu"), ("12,000", "crossover")]
    assert [[at, f"1.00x {words}"] for at, words in expected] == marks
    assert [(at.replace(",", ""), words) for at, words in expected] == [(row["parameters"], row["row"]) for row in rows]


def test_json_has_every_crossover_and_the_first_by_itself(frame):
    (found,) = program(speedup_table(frame(BACK_AND_FORTH)))["crossovers"]

    assert ["up", "down", "up"] == [each["direction"] for each in found["crossings"]]
    assert found["parameters"] == found["crossings"][0]["parameters"]
    assert found["between"] == found["crossings"][0]["between"] == [1000, 4000]
    assert found["back"] == found["crossings"][1]["parameters"]
    assert found["low"] is found["crossings"][0]["low"] is None


def test_csv_holds_no_formula(frame):
    table = speedup_table(frame({"cpu": {1: "failed: =HYPERLINK(1)"}}, machine="=1+1"))
    rows = list(csv.DictReader(io.StringIO(spreadsheet(table))))

    assert ("'=1+1", "'=HYPERLINK(1)") == (rows[0]["machine"], rows[0]["cpu_reason"])


def test_csv_holds_no_formula_in_its_header(frame):
    """A device gives its name to columns."""
    header = spreadsheet(speedup_table(frame({"=1+1": {1: [1.0]}}))).splitlines()[0]

    assert "'=1+1_status" in header.split(",")


@pytest.mark.parametrize("value", ["=1", "+1", "-x", "@SUM(1)", " =1", "\t=1", "＝1", "＠x"])
def test_what_a_spreadsheet_takes_for_a_formula_is_quoted(value):
    assert f"'{value}" == render.spreadsheet_text(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://x.org www.x.org a@b.org", r"http:\/\/x.org www\.x.org a\@b.org"),
        ("#1 @all $x$ ~~y~~", r"\#1 \@all \$x\$ \~\~y\~\~"),
        ("- a - b", r"\- a - b"),
        ("1. a", r"1\. a"),
        ("2.00 s [1.90 s, 2.10 s]", r"2.00 s \[1.90 s, 2.10 s\]"),
    ],
)
def test_nothing_in_markdown_is_more_than_text(value, expected):
    assert expected == render.markdown_text(value)


def test_json_has_every_cell_with_its_status(frame):
    table = program(speedup_table(frame(THREE_SCALES)))
    statuses = {(row["scale"], cell["device"]): cell["status"] for row in table["rows"] for cell in row["cells"]}

    assert 6 == len(statuses)
    assert "too slow" == statuses[50, "cpu"]
    assert "between two scales" == table["crossovers"][0]["outcome"]
    assert [1000, 5000] == table["crossovers"][0]["between"]
    assert table["crossovers"][0]["low"] < table["crossovers"][0]["parameters"] < table["crossovers"][0]["high"]


def test_json_says_null_for_what_is_not_known(frame):
    table = program(speedup_table(frame({"cpu": {1: [1.0], 2: "failed: x"}, "mps": {1: [2.0]}})))

    assert table["rows"][1]["cells"][0]["median_s"] is None
    assert table["rows"][0]["speedups"][0]["low"] is None
    assert table["crossovers"][0]["parameters"] is None
