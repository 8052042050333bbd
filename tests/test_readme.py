"""The READMEs are true: what they show is what their commands print and draw, and both show the same."""

import re

import pytest

from benchmarks.report import readme

NAMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", NAMES)
def test_tables_and_pictures_are_what_their_commands_make(pytestconfig, monkeypatch, tmp_path_factory, name):
    monkeypatch.chdir(pytestconfig.rootpath)
    content = (pytestconfig.rootpath / name).read_text()
    folder = tmp_path_factory.getbasetemp()

    assert "overtakes cpu at about 2.6 million" in content
    assert content == readme.renewed(content, folder), "make report"
    pictures = set(re.findall(r'"(docs/[^"]*\.svg)"', content))
    assert 4 == len(pictures)
    assert all((folder / path).read_bytes() == (pytestconfig.rootpath / path).read_bytes() for path in pictures)


def commands(content):
    """What stands in code blocks, without the comments, which are translated."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", content, flags=re.DOTALL | re.MULTILINE)
    return [(kind, re.sub(r" *# .*", "", block)) for kind, block in blocks]


def test_both_readmes_have_the_same_commands(pytestconfig):
    english, chinese = (commands((pytestconfig.rootpath / name).read_text()) for name in NAMES)

    assert len(english) > 10
    assert english == chinese


def test_a_table_is_made_again(monkeypatch, tmp_path):
    monkeypatch.setattr(readme, "output", lambda command: f"output of {command}")
    content = "a\n<!-- crossover table x -->\nold\n<!-- end -->\nb\n"

    expected = "a\n<!-- crossover table x -->\n\n```text\noutput of crossover table x\n```\n\n<!-- end -->\nb\n"
    assert expected == readme.renewed(content, tmp_path)
    assert expected == readme.renewed(expected, tmp_path)
