"""The map in docs/contributing.md names every module, and none that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("model", "benchmarks", "crossover", "peers", "tools")


def mapped(text):
    """The modules that the first columns of the tables name, each below a heading with its folder."""
    sections = re.findall(r"^### \[([^\]]+)/\][^\n]*\n(.*?)(?=^##|\Z)", text, flags=re.DOTALL | re.MULTILINE)
    return [
        f"{folder}/{name}.py"
        for folder, section in sections
        for cell in re.findall(r"^\| (`.*?`) \|", section, flags=re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", cell)
    ]


def test_the_map_names_every_module_once():
    """But for those of which the whole folder speaks: packages' own, the plugin, and the benchmarks themselves."""
    named = mapped((ROOT / "docs" / "contributing.md").read_text())
    there = {path.relative_to(ROOT).as_posix() for part in PARTS for path in (ROOT / part).rglob("*.py")}
    untold = {path for path in there if re.search(r"__init__\.py$|^benchmarks/\w+\.py$", path)}

    assert sorted(there - untold) == sorted(set(named) - untold)
    assert len(named) == len(set(named))
    assert set(named) <= there


def test_modules_are_found_in_tables_alone():
    text = "### [a/b/](../a/b)\n\n| module | what |\n| --- | --- |\n| `c` `d/e` | `f` |\n\n`g`\n\n## H\n\n| `i` | j |\n"

    assert ["a/b/c.py", "a/b/d/e.py"] == mapped(text)
