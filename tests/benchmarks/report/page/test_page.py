"""The page holds what the tables hold, and nothing that runs or loads."""

import html
import json
import re
from html.parser import HTMLParser
from itertools import combinations_with_replacement

import pytest

from crossover.benchmarks.report.figures import charts
from crossover.benchmarks.report.figures.drawn import joined
from crossover.benchmarks.report.figures.theme import LIGHT
from crossover.benchmarks.report.page import Figure, Page, hash_of

BIG = 1_234_567
ROUNDS = {"cpu": {1: [1.0, 1.1, 1.2], BIG: [4.0, 4.1, 4.2]}, "mps": {1: [2.0, 2.1, 2.2], BIG: [2.0, 2.0, 2.1]}}

HOSTILE = """</script><script>alert(1)</script><img src=x onerror=alert(2)>"'|`{{ 7*7 }}\x1b[31m\u202ered\u200f&amp;"""


@pytest.fixture
def page(html_of):
    """The page of made-up runs, as text."""
    return lambda *documents: html_of(*documents).decode()


class Parts(HTMLParser):
    """The elements and attributes of a page, and the text of its tables."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.cells, self.attributes = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += [name for name, _ in attributes]

    def handle_data(self, data):
        if self.elements and self.elements[-1] == "td":
            self.cells.append(data)


def charts_of(text):
    embedded = re.findall(r'<script type="application/json">(.*?)</script>', text)
    return [json.loads(found, parse_constant=refuse) for found in embedded]


def refuse(name):
    """NaN and infinities are none of JSON's, though Python reads them: a browser does not."""
    raise ValueError(f"{name} in JSON")


def points_of(chart):
    """The rows of all data of a chart, by what they hold."""
    return [row for rows in chart["datasets"].values() for row in rows]


def test_numbers_on_the_page_are_those_of_the_table(page, document, answer):
    table = answer(ROUNDS).content
    speedup, time = map(points_of, charts_of(page(document(ROUNDS))))

    expected = {(row["parameters"], key): row["speedups"][0][name] for row in table["rows"]
                for key, name in [("value", "speedup"), ("low", "low"), ("high", "high")]}  # fmt: skip
    shown = {
        (row["parameters"], key): row[key] for row in speedup if "scale" in row for key in ("value", "low", "high")
    }
    assert expected == pytest.approx(shown, rel=1e-5)

    expected = {(row["parameters"], cell["device"]): cell["median_s"] for row in table["rows"] for cell in row["cells"]}
    shown = {(row["parameters"], row["device"]): row["value"] for row in time if "scale" in row}
    assert expected == pytest.approx(shown, rel=1e-5)

    found = table["crossovers"][0]
    crossing = next(row for row in speedup if "scale" not in row and "text" in row)
    assert [found[key] for key in ("parameters", "low", "high")] == pytest.approx(
        [crossing[key] for key in ("parameters", "low", "high")], rel=1e-5
    )


HALF, NEAR, TWICE = 0.5, 0.98, 2.0
OUTCOMES = {
    "crosses, one round": ([HALF, TWICE], 1),
    "crosses, an end unknown": ([NEAR, TWICE], 5),
    "back and forth": ([HALF, TWICE, HALF, TWICE], 5),
    "already": ([TWICE, TWICE], 5),
    "undecided": ([NEAR, NEAR], 5),
    "nothing in common": ([], 1),
}
"""Speedups at some scales, and how many rounds, for each thing that can be said of a crossover."""


@pytest.fixture
def crossing(answer):
    """The curves of a machine with one of `OUTCOMES`."""

    def make(outcome, machine):
        speedups, rounds = OUTCOMES[outcome]
        times = [1 + 0.1 * (2 * number / max(1, rounds - 1) - 1) for number in range(rounds)]
        scales = {4**place: speedup for place, speedup in enumerate(speedups)}
        cpu = dict.fromkeys(scales, times) or {1: times}
        mps = {scale: [time / speedup for time in times] for scale, speedup in scales.items()} or {4: times}
        return answer({"cpu": cpu, "mps": mps}, machine=machine).curves

    return make


@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(OUTCOMES, 2)))
def test_any_two_machines_make_a_page_and_a_picture_whose_json_is_strict(crossing, first, second):
    drawn = joined([*crossing(first, "one"), *crossing(second, "two")])[:1]  # times are the same in all pairs

    assert 1 == len(charts_of(Page("page", figures=[Figure("", [], drawn)]).html().decode()))
    if first == second:  # a picture has the charts of a page
        assert json.dumps(charts.picture(drawn, "picture", [], LIGHT), allow_nan=False)


def test_words_of_the_table_stand_on_the_page(page, document, answer):
    sheet, text = answer(ROUNDS).sheet, page(document(ROUNDS))

    assert all(line in html.unescape(text) for line in sheet.notes)
    cells = [value for row in sheet.rows for value in row if value]
    assert cells == [cell for cell in Parts(text).cells if cell.strip()][: len(cells)]


def test_hostile_names_stay_text(page, document):
    hostile = document({"cpu": {1: [1.0], 4: [4.0]}, HOSTILE: {1: [2.0], 4: f"failed: {HOSTILE}"}}, machine=HOSTILE)
    hostile["machine_info"]["crossover"] |= {"cpu_model": HOSTILE, "accelerators": [{"name": HOSTILE}]}
    text = page(hostile, document(ROUNDS))
    parts = Parts(text)

    assert "img" not in parts.elements
    assert not any(name.startswith("on") for name in parts.attributes)
    assert 2 + 2 == parts.elements.count("script")
    assert "{{ 7*7 }}" in text
    assert not {"\x1b", "\u202e", "\u200f"} & set(text)


def test_a_page_loads_nothing_and_runs_only_its_own_scripts(page, document):
    text = page(document(ROUNDS))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]

    assert not {"src", "href", "srcset"} & set(Parts(text).attributes)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    for script in re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL):
        assert hash_of(script) in policy


def test_ten_machines_fit_two_megabytes(page, document):
    assert len(page(*(document(ROUNDS, machine=f"machine-{place}") for place in range(10)))) < 2_000_000


def test_runs_of_other_work_are_not_put_together(page, document):
    other = document(ROUNDS, machine="other")
    other["crossover"]["workload"]["epochs"] = 1
    text = html.unescape(page(document(ROUNDS), other))

    assert "run-1.json is not in the charts" in text
    assert {"test-machine"} == {
        row["machine"] for chart in charts_of(text) for row in points_of(chart) if "scale" in row
    }


def test_machines_stand_side_by_side_by_their_newest_runs_of_the_main_benchmark(page, document):
    """Newer ones may be of other benchmarks, on each of the machines, and one machine has no other."""

    def other(machine):
        run = document(ROUNDS, machine=machine, taken="2027-01-01T00:00:00+00:00")
        for cell in run["crossover"]["cells"]:
            cell["benchmark"] = "other"
        return run

    older = [document(ROUNDS, machine=machine) for machine in "bc"]
    text = page(other("a"), *older, *map(other, "bc"))

    assert "<bdi>b</bdi></button>" in text


def test_a_page_without_anything_measured_still_accounts_for_it(page, document):
    text = page(document({"cpu": {1: "too slow: hours"}}))

    assert "too slow: hours" in text
    assert [] == charts_of(text)
