"""READMEs and docs are true: what they show is what their commands print and draw, and their links lead somewhere."""

import json
import re
from pathlib import Path

import pytest

from tools import docs

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.zh-CN.md"]
DOCS = sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))
OTHERS = ["docs/runs/README.md", "results/README.md", "peers/README.md"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder in which pictures are drawn again."""
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture
def renewed(monkeypatch, drawn):
    monkeypatch.chdir(ROOT)
    return lambda page: docs.renewed((ROOT / page).read_text(), page, drawn)


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.json")), ids=lambda path: path.name)
def test_a_shown_run_holds_no_path_of_the_machine_that_made_it(path):
    sessions = json.loads(path.read_text()).get("crossover", {}).get("sessions", [])
    values = [value for session in sessions for value in (session.get("environment") or {}).values()]

    assert [] == [value for value in values if "/" in value]


@pytest.mark.parametrize("page", [*READMES, *DOCS])
def test_tables_and_pictures_are_what_their_commands_make(renewed, page):
    assert (ROOT / page).read_text() == renewed(page), "make report"


def test_pictures_are_those_that_the_pages_draw(renewed, drawn):
    for page in (*READMES, *DOCS):
        renewed(page)
    shown, made = (
        {path.name: path.read_bytes() for path in (folder / "docs").glob("*.svg")} for folder in (ROOT, drawn)
    )

    assert len(made) >= 4
    assert made == shown, "make report"


def test_the_readme_shows_where_the_crossover_is():
    for page in READMES:
        assert "mps overtakes cpu at about 2.6 million parameters" in (ROOT / page).read_text()


@pytest.mark.parametrize("page", READMES)
def test_a_readme_is_read_in_minutes(page):
    assert len((ROOT / page).read_text().splitlines()) <= 200


def without_tables(content):
    """Without what commands print, in which a file's name may look like a link."""
    return re.sub(r"^```.*?^```$", "", content, flags=re.DOTALL | re.MULTILINE)


def links(content):
    """What a page links to or shows, but for other sites."""
    text = without_tables(content)
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset|href)="([^"]+)"', text)
    return [link for link in found if not link.startswith(("http://", "https://"))]


def anchors(content):
    """What a page's headings are called in a link, as GitHub makes it."""
    titles = re.findall(r"^#+ (.*)$", without_tables(content), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*READMES, *DOCS, *OTHERS])
def test_every_link_and_picture_exists(page):
    for link in links((ROOT / page).read_text()):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page

        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text()), link


def test_links_are_found_in_every_form():
    content = 'a [b](c.md) [d](e.md#f-g)\n```text\n[h](i)\n```\n<img src="j.svg"> [k](https://l.m)\n# F, g?\n'

    assert ["c.md", "e.md#f-g", "j.svg"] == links(content)
    assert {"f-g"} == anchors(content)


@pytest.mark.parametrize("page", READMES)
def test_every_page_is_found_from_the_readme(page):
    assert set(DOCS) <= set(links((ROOT / page).read_text()))


def commands(content):
    """What stands in code blocks and is typed or named within a line, without comments, which are translated."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", content, flags=re.DOTALL | re.MULTILINE)
    named = re.findall(r"`([^`\n]+)`", without_tables(content))
    return [(kind, re.sub(r" *# .*", "", block)) for kind, block in blocks], sorted(named)


def test_both_readmes_have_the_same_commands():
    english, chinese = (commands((ROOT / name).read_text()) for name in READMES)

    assert len(english[0]) >= 3
    assert len(english[1]) > 10
    assert english == chinese


def test_a_table_is_made_again(monkeypatch, tmp_path):
    monkeypatch.setattr(docs, "output", lambda command: f"output of {command}")
    content = "a\n<!-- crossover table x -->\nold\n<!-- end -->\nb\n"

    expected = "a\n<!-- crossover table x -->\n\n```text\noutput of crossover table x\n```\n\n<!-- end -->\nb\n"
    assert expected == docs.renewed(content, "README.md", tmp_path)
    assert expected == docs.renewed(expected, "README.md", tmp_path)


@pytest.mark.parametrize(("page", "link"), [("README.md", "docs/x-dark.svg"), ("docs/y.md", "x-dark.svg")])
def test_a_picture_is_linked_from_the_page_that_shows_it(monkeypatch, tmp_path, page, link):
    monkeypatch.setattr(docs, "output", lambda command: (Path(command.split()[4])).write_text("<svg>"))
    content = "<!-- crossover plot x -o docs/x.svg -->\n<!-- end -->\n"

    assert f'srcset="{link}"' in docs.renewed(content, page, tmp_path)
