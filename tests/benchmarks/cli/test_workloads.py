"""Runs of several workloads in one folder: each is told from the others, and judged by its own baseline."""

import json

import pytest

WORKLOAD = {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000}


@pytest.fixture
def both(save, here):
    """Two runs of this machine and of another, first of the MLP and then of a user's model, the newest."""
    for machine, facts in (("here", here), ("there", {"cores": 999})):
        for number, (name, seconds) in enumerate([("mlp", 1.0), ("mine.py", 3.0)], start=1):
            save(
                f"results/{machine}/000{number}_run.json",
                {"cpu": {1: [seconds] * 5}},
                machine=machine,
                facts=facts,
                taken=f"2026-01-0{number}T00:00:00+00:00",
                workload=WORKLOAD | {"name": name, "hash": "" if name == "mlp" else "1"},
            )


@pytest.fixture
def here():
    from crossover.benchmarks.machine import host

    return host.hardware()


@pytest.mark.usefixtures("both")
def test_a_folder_has_a_table_of_each_workload_and_titles_that_tell_them_apart(crossover, tables):
    titles = [line for line in crossover("table", "results/here").stdout.splitlines() if line.startswith("Training")]

    assert ["Training, 10 epochs, on here", "Training of mine.py, 10 epochs, on here"] == titles
    assert ["mlp", "mine.py"] == [table["workload"] for table in tables("results/here")]
    assert ["mine.py"] == [table["workload"] for table in tables()]


@pytest.mark.usefixtures("both")
def test_each_workload_has_a_baseline_of_its_own(crossover, save, here, tmp_path):
    for number in (1, 2):
        assert 0 == crossover("pin", f"results/here/000{number}_run.json").returncode
    pins = {path.name: path.read_text() for path in (tmp_path / "results" / "here").glob("*.txt")}
    save(
        "results/here/0003_run.json",
        {"cpu": {1: [3.0] * 5}},
        machine="here",
        facts=here,
        taken="2026-01-03T00:00:00+00:00",
        workload=WORKLOAD | {"name": "mine.py", "hash": "1"},
    )
    run = crossover("check", "--format", "json")

    assert {"baseline.txt": "0001_run.json\n", "baseline-mine.py.txt": "0002_run.json\n"} == pins
    assert (0, [1.0]) == (run.returncode, [cell["ratio"] for cell in json.loads(run.stdout)["cells"]])


@pytest.mark.usefixtures("both")
def test_a_workload_without_a_baseline_says_so(crossover):
    crossover("pin", "results/here/0001_run.json")

    assert "no baseline of here for mine.py" in crossover("check").stderr


@pytest.mark.usefixtures("both")
def test_machines_are_compared_in_one_workload_and_what_is_left_out_is_told(crossover):
    run = crossover("machines", "--format", "json")

    assert {3.0} == {cell["median_s"] for cell in json.loads(run.stdout)["cells"]}
    assert 2 == run.stderr.count("left out: it trained mlp, others mine.py")


@pytest.mark.usefixtures("both")
def test_the_page_has_an_answer_for_each_machine_and_workload(crossover, tmp_path):
    crossover("report", "-o", "page.html")
    page = (tmp_path / "page.html").read_text()

    assert all(f"<bdi>{name}</bdi>" in page for name in ("here", "here: mine.py", "there", "there: mine.py"))
    assert "trained mine.py" in page
