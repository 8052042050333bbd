"""The README is true: its tables are what its commands print."""

from benchmarks.report import readme


def test_the_tables_are_what_their_commands_print(pytestconfig, monkeypatch):
    monkeypatch.chdir(pytestconfig.rootpath)
    content = (pytestconfig.rootpath / "README.md").read_text()

    assert "overtakes cpu at about 2.6 million" in content
    assert content == readme.renewed(content), "make report"


def test_a_table_is_made_again(monkeypatch):
    monkeypatch.setattr(readme, "output", lambda command: f"output of {command}")
    content = "a\n<!-- crossover table x -->\nold\n<!-- end -->\nb\n"

    expected = "a\n<!-- crossover table x -->\n\n```text\noutput of crossover table x\n```\n\n<!-- end -->\nb\n"
    assert expected == readme.renewed(content)
    assert expected == readme.renewed(expected)
