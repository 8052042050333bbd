"""Runs that come from anyone, valid and broken: each is shown or refused, and nothing in it acts in any output.

`make fuzz` tries many more of them.
"""

import copy
import csv
import io
import json
import math
import re
from contextlib import suppress
from datetime import UTC, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crossover.benchmarks import kinds
from crossover.benchmarks.report.analysis import noise, regression
from crossover.benchmarks.report.analysis.axis import AXES, FLOP
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.figures import charts, figure
from crossover.benchmarks.report.figures.theme import LIGHT
from crossover.benchmarks.report.page import content as page_content
from crossover.benchmarks.report.page import hash_of
from crossover.benchmarks.report.show import check, render
from crossover.benchmarks.report.show.machines import side_by_side
from crossover.benchmarks.report.show.series import Quantity
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.runs import comparability, load

HOSTILE = [
    "\x1b[31mred\x1b[0m", "\x1b]8;;http://x\x07", "\x07", "\r\n", "a\nb", "\u2028", "\u202egnp", "\u200b", "\ufeff",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "](http://x)", "![x](http://x)",
    "http://x.org", "www.x.org", "<http://x>", "a@b.org", "@all", "#1", "# x", "- x", "1. x", "> x", "***", "```", "`",
    "|", "||", "~~x~~", "$x$", "\\", "\\|", "=1+1", "+1", "-1", "@SUM(1)", "\t=1", " =1", "＝1", "=cmd|' /C calc'!A0",
    "'", '"', ";", ",", "../../x", "/etc/passwd", "C:\\x", ".", "..", "", " ", "[bold]x[/bold]", ":smile:", "%s", "{0}",
    "nan", "\0", "x" * 1000, "e\u0301" * 20,
]  # fmt: skip

FOLDER_NAMES = ["mine", "other", "m-1"]
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
"""Every example goes through every format."""

texts = st.sampled_from(HOSTILE) | st.text(max_size=12)


def usually(*names):
    """One of some names, or as often anything."""
    known = st.sampled_from(names)
    return known | known | texts  # a union of two itself


seconds = st.floats(1e-9, 1e9) | st.sampled_from([1e-9, 0.5, 1.0, 1e9])
amounts = st.floats(1e-9, 1e24)
sizes = st.integers(1, 3) | st.integers(1, 10**9)
rates = st.dictionaries(st.integers(0, 10**15 - 1).map(str), amounts, min_size=1, max_size=3)
probes = st.fixed_dictionaries(
    {"flop_s": amounts, "read_bytes_s": rates, "copy_bytes_s": rates, "launch_s": seconds},
)
works = st.none() | st.fixed_dictionaries({"flop": amounts, "moved_bytes": amounts, "operations": amounts})
sessions = st.lists(
    st.fixed_dictionaries(
        {"started": st.datetimes().map(lambda at: f"{at.isoformat()}+00:00")},
        optional={
            "commit": texts,
            "power": texts,
            "environment": st.dictionaries(texts, texts, max_size=2),
            "alongside": st.booleans(),
            "dirty": st.booleans(),
            "busy": st.booleans(),
            "other_cores": st.floats(0, 1e6),
            "stolen_cores": st.floats(0, 1e6),
        },
    ),
    max_size=3,
)
zones = st.sampled_from([None, UTC, timezone(timedelta(hours=-9, minutes=-30))])
CASES = {
    "loading": st.fixed_dictionaries(
        {
            "dataset": usually("memory", "waiting"),
            "workers": st.integers(0, 4),
            "loader": usually("samples", "ready", "restarted"),
            "use": st.sampled_from(["alone", "training"]),
        }
    ),
    "inference": st.fixed_dictionaries({"task": usually("load", "sample", "batch-10")}),
    "distributed": st.fixed_dictionaries(
        {
            "strategy": usually("plain", "ddp", "fsdp"),
            "scaling": usually("strong", "weak"),
            "world_size": st.integers(1, 3) | sizes,
            "nodes": st.integers(1, 2),
        }
    ),
}
"""What tables of their own are made of."""

details = st.fixed_dictionaries(
    {},
    optional={
        "calls": sizes,
        "batch_size": sizes,
        "samples": sizes,
        "call_times_s": st.lists(seconds, max_size=4),
        "waits_s": st.lists(st.floats(0, 1e9), max_size=4),
        "start_method": texts,
        "pin_memory": st.booleans(),
        "rank_paces_s": st.lists(st.lists(seconds, max_size=3), max_size=4),
        "rank_peak_bytes": st.lists(st.none() | st.floats(0, 2**62), max_size=3),
        "rank_threads": st.lists(st.integers(0, 9), max_size=3),
    },
)
"""What some benchmarks say beside that."""

any_case = st.dictionaries(texts, texts | sizes, max_size=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from([10**400, -1, 2**63, 1e308]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=4,
)


@st.composite
def cells(draw):
    """Cells of a few devices, scales and recipes, and the benchmarks of those that were measured."""
    keys = st.tuples(usually("training", "recipes", *CASES), sizes, usually("cpu", "mps"), usually("article", "fused"))
    found, benches = [], []
    for number, (benchmark, scale, device, recipe) in enumerate(
        draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    ):
        status = draw(st.sampled_from(["measured", "measured", "measured", "failed", "too slow"]) | texts)
        cell = {"name": f"{number}{draw(texts)}"[:1000], "benchmark": benchmark, "scale": scale, "device": device}
        cell |= {"recipe": recipe, "status": status, "reason": draw(texts), "finished": draw(st.booleans())}
        cell["case"] = draw(CASES.get(benchmark, any_case))
        cell["parameters"] = draw(st.integers(1, 2**62) | st.just(1000 * scale))
        cell["step_flop"] = draw(st.none() | st.integers(0, 2**62))
        cell |= draw(st.just({}) | st.fixed_dictionaries({"batch_size": st.just(64) | sizes}))
        cell["rounds_by_session"] = draw(st.lists(st.integers(0, 9), max_size=3))
        found.append(cell)
        if status == "measured" or draw(st.booleans()):
            info = {"work": draw(works), "peak_bytes": draw(st.none() | st.floats(0, 2**62))}
            info |= {"prepare_s": draw(st.none() | seconds), "reduced_precision": draw(st.booleans())}
            info["in_turn"] = draw(st.booleans())
            info |= draw(details)
            data = draw(st.lists(seconds, min_size=1, max_size=7))
            benches.append({"name": cell["name"], "stats": {"data": data}, "extra_info": info})
    return found, benches


@st.composite
def documents(draw):
    """Runs as the format allows them, with text and numbers that nobody would expect."""
    found, benches = draw(cells())
    devices = [cell["device"] for cell in found]
    facts = {"name": draw(st.sampled_from(FOLDER_NAMES) | texts)}
    for fact in ("id", "cpu_model", "power", "torch", "pytest_benchmark"):
        facts[fact] = draw(st.none() | texts)
    return {
        "machine_info": {"crossover": facts | {"cores": draw(st.none() | sizes), "threads": draw(st.none() | sizes)}},
        "commit_info": {"id": draw(st.none() | texts), "dirty": draw(st.booleans())},
        "benchmarks": benches,
        "datetime": draw(st.datetimes(timezones=zones).map(lambda at: at.isoformat())),
        "crossover": {
            "schema": 1,
            "source": draw(st.just("measured") | texts),
            "workload": {key: draw(sizes) for key in ("version", "epochs", "batch_size", "samples")},
            "probe": draw(st.dictionaries(st.sampled_from(devices), probes, max_size=2)),
            "sessions": draw(sessions),
            "cells": found,
        },
    }


def places(value, path=()):
    """The way to everything in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, held in inner:
        yield (*path, key)
        yield from places(held, (*path, key))


@st.composite
def changed(draw):
    """Runs of which something is missing, or is something else."""
    document = copy.deepcopy(draw(documents()))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(sorted(places(document), key=str)))
        holder = document
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = draw(JSON)
        else:
            del holder[last]
    return json.dumps(document).encode()


@st.composite
def damaged(draw):
    """Files that were cut off, overwritten or made up."""
    content = json.dumps(draw(documents())).encode()
    at, length = draw(st.integers(0, len(content))), draw(st.integers(0, 40))
    inserted = draw(st.binary(max_size=20) | st.sampled_from([b"NaN", b"Infinity", b"1e999", b"9" * 5000, b"[" * 9999]))
    return draw(st.sampled_from([content[:at], content[:at] + inserted + content[at + length :], inserted]))


FILES = documents().map(lambda document: json.dumps(document).encode()) | changed() | damaged()

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
COLORS = re.compile(r"\x1b\[[0-9;]*m")
PLAIN_TOKENS = {
    "paragraph_open", "paragraph_close", "inline", "text", "text_special", "strong_open", "strong_close", "softbreak",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close",
    "th_open", "th_close", "td_open", "td_close", "bullet_list_open", "bullet_list_close", "list_item_open",
    "list_item_close",
}  # fmt: skip
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def assert_plain(sheets, rows, content):
    """Nothing in any format of an answer does anything but be read."""
    for sheet in sheets:
        assert not CONTROL.search(render.text(sheet, 80))
        assert not CONTROL.search(COLORS.sub("", render.text(sheet, color=True)))
        shown = render.markdown(sheet)
        assert not CONTROL.search(shown)
        tokens = MARKDOWN.parse(shown)
        kinds = {token.type for token in tokens} | {inner.type for token in tokens for inner in token.children or []}
        assert kinds <= PLAIN_TOKENS, shown
        assert 1 == [token.type for token in tokens].count("table_open"), shown
    spreadsheet = render.csv(rows)
    assert not CONTROL.search(spreadsheet)
    for row in csv.reader(io.StringIO(spreadsheet)):
        assert not [value for value in row if value.strip()[:1] in tuple("=@＝＋－＠+") or is_formula(value)]
    encoded = render.as_json(content)
    assert encoded.isascii()
    assert content_of(encoded) is not None


def is_formula(value):
    """A minus may stand before a number, and before nothing else."""
    return value.startswith("-") and not re.fullmatch(r"-[\d.e+-]+", value)


def content_of(encoded):
    return json.loads(encoded, parse_constant=pytest.fail)


class Elements(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}


OWN_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
LOADING_ELEMENTS = {"a", "base", "embed", "form", "iframe", "image", "img", "link", "object", "use"}
LOADING_ATTRIBUTES = {"action", "data", "href", "src", "srcset", "{http://www.w3.org/1999/xlink}href"}


def assert_inert(elements, attributes):
    """Nothing that loads anything, and no handler of events."""
    assert not LOADING_ELEMENTS & set(elements)
    assert not [name for name in attributes if name in LOADING_ATTRIBUTES or name.startswith("on")]


def assert_page_is_inert(page):
    """A page runs its own scripts alone; beside these it has the data of its charts."""
    html = page.html().decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    scripts = OWN_SCRIPT.findall(html)
    rest = OWN_SCRIPT.sub("", html)
    found = Elements(rest)
    assert all(hash_of(script) in policy for script in scripts)
    assert sum(len(each.curves) for each in page.figures) == found.tags.count("script")
    assert_inert(found.tags, found.attributes)
    assert not CONTROL.search(rest)


def assert_pictures_are_inert(found):
    """The answers of one benchmark drawn, also as a map."""
    for wanted in ([], [Quantity.MAP]):
        with suppress(figure.PictureError):
            assert_picture_is_inert(figure.of(found, wanted))


def assert_picture_is_inert(drawn):
    chart = charts.picture(drawn.curves, drawn.title, drawn.sentences, LIGHT)
    svg = charts.svg(chart).decode()
    elements = list(ElementTree.fromstring(svg).iter())
    tags = [element.tag.rpartition("}")[2] for element in elements]
    assert "script" not in tags
    assert_inert(tags, {name for element in elements for name in element.attrib})
    assert not CONTROL.search(svg)


def show_graphically(run):
    """The page of a run and its pictures."""
    parts = [
        page_content.Shown([run], name, kinds.answers(results([run], load.plain(name)))) for name in run.benchmarks
    ]
    assert_page_is_inert(page_content.page(parts, "training", Path("nowhere")))
    for part in parts:
        assert_pictures_are_inert(part.answers)
    assert_pictures_are_inert(kinds.answers(results([run], load.plain(run.benchmarks[0])), FLOP))


def show(run, other):
    """Everything that is ever said of a run, also beside another."""
    for answer in [answer for axis in AXES for answer in kinds.answers(results([run]), axis)]:
        assert_plain([answer.sheet], answer.rows, answer.content)
    remarks = [load.plain(line) for line in comparability.all_remarks(other, [run])]
    table = side_by_side(results([other, run], "training"), load.plain(other.machine.name), remarks)
    assert_plain([table.sheet], table.rows, table.content)
    both, floors = results([other, run]), noise.floors(noise.History([run, other]), other)
    judged, lost = regression.judgements(both, other.label, floors, 0.1), regression.lost_cells(both, other.label)
    found = regression.Check(judged, lost, floors, 0.1, remarks)
    table = check.answer(found, load.plain(run.label))
    assert_plain([table.sheet], table.rows, table.content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strangers")


@pytest.fixture
def other(run):
    """A run of the same machine as many of the strangers, with a wild cell."""
    return run({"cpu": {1: [1.0, 1.1, 1.2], 2: [1e-9, 1e9, 3.0]}}, "other", machine=FOLDER_NAMES[0])


@SLOW
@given(document=documents())
def test_a_run_of_the_format_is_read_and_shown(other, document):
    show(load.parse(json.loads(json.dumps(document)), "x\x1b[31m.json"), other)


@SLOW
@given(content=FILES)
def test_a_file_is_shown_or_refused_in_one_line(folder, other, content):
    (folder / "x\x1b[31m.json").write_bytes(content)
    refusal = ""
    try:
        (run,), _ = load.read_all([folder])
        show(run, other)
        show_graphically(run)
    except load.LoadError as error:
        refusal = load.plain(str(error))

    assert not CONTROL.search(refusal)


def test_the_checks_above_can_fail():
    hostile = Sheet("<b>", ["a"], [["http://x"]], ["\x1b[31m"])

    with pytest.raises(AssertionError):
        assert_plain([hostile], [], {})
    with pytest.raises(AssertionError):
        assert_plain([], [{"a": "x", "b": math.pi, "c": "\x07"}], {})
    with pytest.raises(pytest.fail.Exception):
        content_of('{"a": NaN}')
    for element in ("<img>", "<p onclick>", "<p href>"):
        found = Elements(element)
        with pytest.raises(AssertionError):
            assert_inert(found.tags, found.attributes)
    own = Elements("<p title><script>")
    assert_inert(own.tags, own.attributes)
