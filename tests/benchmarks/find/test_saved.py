"""A search is saved, shown again as it was, and never taken for a run of rounds."""

import json
import re

import pytest

from crossover.benchmarks.machine import host


@pytest.fixture
def save(document, tmp_path):
    """Saves a run of rounds."""
    return lambda name, cells: (tmp_path / name).write_text(json.dumps(document(cells)))


@pytest.fixture
def saved(crossover, made, tmp_path):
    """What `crossover find` printed, and the file in which it saved that."""
    made()
    run = crossover("find", "--devices", "cpu,cuda")
    (path,) = (tmp_path / "results" / "made-up").glob("find_*.json")

    assert f"saved in results/made-up/{path.name}" in run.stderr
    return run.stdout, path


def test_the_table_is_shown_again_as_it_was(crossover, saved):
    printed, path = saved

    assert printed == crossover("table", path).stdout
    assert printed == crossover("table", path.parent).stdout
    assert printed == crossover("table", "--benchmark", "find", path).stdout


def test_it_is_told_to_programs_as_it_was(crossover, saved, made):
    (content,) = json.loads(crossover("table", saved[1], "--format", "json").stdout)["searches"]

    assert content["sentence"] in saved[0]
    assert content["sizes"][0]["parameters"] == 100_000


def test_the_newest_of_this_machine_is_shown_where_none_is_named(crossover, saved, monkeypatch, save):
    monkeypatch.setattr(host, "hardware", dict)
    alone = crossover("table").stdout
    save("results/made-up/run.json", {"cpu": {1: [1.0]}})

    assert saved[0] == alone == crossover("table", "--benchmark", "find").stdout
    assert saved[0] != crossover("table").stdout


def test_a_folder_of_both_shows_both(crossover, saved, save):
    save("results/made-up/run.json", {"cpu": {1: [1.0]}})
    run = crossover("table", "results")

    assert saved[0].splitlines()[0] in run.stdout
    assert "Training, 10 epochs, on" in run.stdout
    assert "results: has a search by `crossover find`, without rounds: `crossover table` shows it" in run.stderr


@pytest.mark.parametrize("words", [["plot", "-o", "x.svg"], ["report", "-o", "x.html"]])
def test_it_is_drawn_and_on_the_page(crossover, saved, words, tmp_path):
    run = crossover(words[0], saved[1], *words[1:])
    drawn = (tmp_path / words[-1]).read_text()

    assert (0, "") == (run.returncode, run.stderr)
    assert "cuda overtakes cpu at about " in re.sub(r"<[^>]*>", "", drawn)
    assert "speedup over cpu" in drawn


@pytest.mark.parametrize("command", ["check", "pin"])
@pytest.mark.parametrize("is_folder", [False, True])
def test_what_compares_rounds_refuses_it_in_a_line(crossover, saved, command, is_folder):
    run = crossover(command, saved[1].parent if is_folder else saved[1])

    assert (2, "") == (run.returncode, run.stdout)
    assert re.fullmatch(
        r"crossover: .* by `crossover find`.*, without rounds: `crossover table` shows it.*\n", run.stderr
    )


@pytest.fixture
def of_another(saved):
    """The file of a search of another machine, changed by a function."""

    def change(how=lambda find: None, **facts):
        document = json.loads(saved[1].read_text())
        document["machine_info"]["crossover"].update(name="another", **facts)
        how(document["crossover"]["find"])
        path = saved[1].parents[1] / "another" / "find.json"
        path.parent.mkdir()
        path.write_text(json.dumps(document))
        return path

    return change


def test_searches_of_several_machines_stand_side_by_side(crossover, saved, of_another):
    of_another(lambda find: find.update(busy=True), torch="2.11.0")
    printed = crossover("machines").stdout.splitlines()
    sure, busy = (next(line for line in printed if line.startswith(f" {name}")) for name in ("made-up", "another"))

    assert "Training, an epoch, searches side by side" == printed[0]
    assert re.search(r" cpu +cuda +\d[\d.,]* million \[[^\]]*\] +cuda +\d+\.?\d*x slower \[[^\]]*\] at 100,000 ", sure)
    assert re.search(r" cpu +cuda +undecided +\d+\.?\d*x slower", busy)
    assert not any(line.startswith("made-up:") for line in printed), "its line in the table says it"
    assert any(line.startswith("another: undecided, found on a busy machine; cuda overtakes") for line in printed)
    assert "torch differs: 2.11.0 on another, 2.13.0 on made-up" in printed


def test_a_crossing_that_is_wider_than_it_was_to_be_says_so_side_by_side(crossover, saved, of_another):
    of_another(lambda find: find.update(within=0.001))

    assert "crossings wider than asked for: another" in crossover("machines").stdout.splitlines()


def test_side_by_side_they_are_told_to_programs(crossover, saved, of_another):
    of_another()
    found = json.loads(crossover("machines", "--format", "json").stdout)["searches"]
    rows = crossover("machines", "--format", "csv").stdout.splitlines()

    assert {"made-up", "another"} == {each["machine"] for each in found}
    assert all(each["low"] < each["size"] < each["high"] for each in found)
    assert 3 == len(rows)
    assert rows[0].startswith("machine,baseline,contender,workload,outcome,busy,")


def test_searches_of_other_work_have_tables_of_their_own(crossover, saved, of_another):
    of_another(lambda find: find.update(workload="lstm"))
    run = crossover("machines")

    assert "Training of lstm, an epoch, " in run.stdout
    assert 2 == run.stdout.count("searches side by side")


def test_beside_rounds_searches_are_compared_where_they_are_asked_for(crossover, saved, save):
    save("results/made-up/run.json", {"cpu": {1: [1.0]}})

    assert "searches side by side" in crossover("machines", "--benchmark", "find").stdout
    rounds = crossover("machines")

    assert "machines side by side" in rounds.stdout
    assert (
        "crossover: results: has a search by `crossover find`, without rounds: `crossover table` shows it\n"
        == rounds.stderr
    )


def test_a_search_that_is_named_beside_rounds_is_refused_in_a_line(crossover, saved, save):
    save("run.json", {"cpu": {1: [1.0]}})
    for words in (["machines"], ["plot", "-o", "x.svg"]):
        run = crossover(*words, "run.json", saved[1])

        assert (2, "") == (run.returncode, run.stdout)
        assert re.fullmatch(
            r"crossover: .*: is a search by .*, without rounds: `crossover table` shows it\n", run.stderr
        )


@pytest.mark.parametrize("words", [["table"], ["plot", "-o", "x.svg"], ["report", "-o", "x.html"]])
def test_it_is_shown_against_nothing_else(crossover, saved, words):
    run = crossover(*words, saved[1], "--against", "flop")

    assert (2, "") == (run.returncode, run.stdout)
    assert re.fullmatch(r"crossover: --against: a search .* is shown against what it varied, .*\n", run.stderr)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--benchmark", "inference"], "--benchmark: machines are compared in training or find, and not in inference"),
        (["--baseline", "made-up"], "--baseline: it is for training; each search has a baseline of its own"),
        (["--benchmark", "training"], ".* by `crossover find`.*, without rounds: `crossover table` shows it.*"),
    ],
)
def test_machines_refuses_what_searches_do_not_have_in_a_line(crossover, saved, words, expected):
    run = crossover("machines", *words)

    assert (2, "") == (run.returncode, run.stdout)
    assert re.fullmatch(f"crossover: {expected}\n", run.stderr)


def test_one_that_does_not_say_what_told_the_sides_apart_names_no_sweep(crossover, saved):
    document = json.loads(saved[1].read_text())
    for name in ("devices", "threads", "recipes"):
        del document["crossover"]["find"][name]
    document["crossover"]["find"]["sweep"] = "as before"
    saved[1].write_text(json.dumps(document))

    assert "the same sizes in rounds: crossover bench training" in saved[0]
    assert saved[0].splitlines()[:-1] == crossover("table", saved[1]).stdout.splitlines()


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda find: find["sizes"][0]["turns_s"][0][0].append(1.0), "turns of the two sides are not paired"),
        (lambda find: find["sizes"][0].update(turns_s=[[[], []]]), "the first pair of processes has no turns"),
        (lambda find: find["sizes"].append(find["sizes"][0]), "sizes do not grow from 1 to 1"),
        (lambda find: find["sizes"][0].update(size=2**62), "sizes do not grow from 1 to "),
        (lambda find: find["sizes"][0]["turns_s"].pop(), "sizes have different numbers of processes"),
        (lambda find: find.update(within="wide"), "find.within"),
    ],
)
def test_a_damaged_one_is_refused_in_a_line(crossover, saved, damage, expected):
    document = json.loads(saved[1].read_text())
    damage(document["crossover"]["find"])
    saved[1].write_text(json.dumps(document))
    run = crossover("table", saved[1])

    assert (2, "") == (run.returncode, run.stdout)
    assert expected in run.stderr
    assert 1 == run.stderr.count("\n")


def test_what_a_stranger_wrote_into_it_is_shown_as_text_alone(crossover, saved, tmp_path):
    document = json.loads(saved[1].read_text())
    document["crossover"]["find"].update(baseline="\x1b[31m<script>", stopped="\n", remarks=["\x07<img>"], failure="\r")
    document["machine_info"]["crossover"]["name"] = "\x9b<b>"
    saved[1].write_text(json.dumps(document))
    shown = [crossover("table", saved[1], "--format", form).stdout for form in ("text", "markdown", "csv", "json")]
    crossover("report", saved[1], "-o", "x.html")

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "".join(shown))
    assert "<img>" not in (tmp_path / "x.html").read_text()


def test_where_it_cannot_be_saved_the_answer_stands(crossover, made, tmp_path):
    made()
    (tmp_path / "results").write_text("a file")
    run = crossover("find", "--devices", "cpu,cuda")

    assert 0 == run.returncode
    assert "cuda overtakes cpu at about " in run.stdout
    assert run.stderr.endswith("crossover: could not be saved under results/: Not a directory\n")


def test_a_file_of_the_same_second_is_kept(crossover, saved, monkeypatch):
    from crossover.benchmarks.find import saved as module

    taken = module.datetime.now(module.UTC)
    monkeypatch.setattr(module, "datetime", type("Fixed", (), {"now": staticmethod(lambda _: taken)}))
    for _ in range(2):
        crossover("find", "--devices", "cpu,cuda")

    assert 3 == len(list(saved[1].parent.glob("find_*.json")))
