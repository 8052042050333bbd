"""What the table of distributed training says of a few cells, made up in the test that reads them."""

import json

import pytest

from crossover.benchmarks.report.analysis.scaling import scaling_table
from crossover.benchmarks.report.show import render, scaling_sheet
from crossover.benchmarks.runs import load

PLAIN, DDP, FSDP = ("plain", "strong", 1, 1), ("ddp", "strong", 2, 1), ("fsdp", "strong", 2, 1)


@pytest.fixture
def run(document):
    """Makes a run: `{DDP: {1: [0.5], 2: [0.9]}}` gives `ddp` on two processes one round at scales 1 and 2."""

    def make(ways, **extra):
        saved = document({})
        for way, scales in ways.items():
            case = dict(zip(["strategy", "scaling", "world_size", "nodes"], way, strict=True))
            made = document({"cpu": scales})
            for cell in made["crossover"]["cells"]:
                cell |= {"name": f"{cell['name']}{way}", "benchmark": "distributed", "case": case}
            for bench in made["benchmarks"]:
                bench |= {"name": f"{bench['name']}{way}", "extra_info": extra.get(way[0], {})}
            saved["crossover"]["cells"] += made["crossover"]["cells"]
            saved["benchmarks"] += made["benchmarks"]
        return saved

    return make


@pytest.fixture
def table(run):
    return lambda ways, **extra: scaling_table(load.frame_of(load.parse(run(ways, **extra), "made up")))


def shown(table):
    """The sheet as text, without the spaces that align it."""
    return " ".join(render.text(scaling_sheet.sheet(table)).split())


def test_speedup_and_efficiency_are_against_one_process(table):
    text = shown(table({PLAIN: {1: [3.0], 2: [3.0]}, DDP: {1: [4.0], 2: [2.0]}}))

    assert "cpu 1 1,000 ddp 2 4.00 s 0.75x slower 38%" in text
    assert "cpu 2 2,000 ddp 2 2.00 s 1.50x faster 75%" in text
    assert "1,300 ddp 2 1.00x crossover" in text
    assert "ddp on 2 processes overtakes one process at about 1,300 parameters, between 1,000 and 2,000" in text


def test_memory_is_that_of_the_rank_that_needed_most(table):
    memory = {"plain": {"rank_peak_bytes": [200e6]}, "fsdp": {"rank_peak_bytes": [90e6, 110e6]}}

    assert "110 MB (55%)" in shown(table({PLAIN: {1: [1.0]}, FSDP: {1: [1.0]}}, **memory))


def test_memory_that_one_rank_does_not_know_is_not_shown(table):
    assert "MB" not in shown(table({FSDP: {1: [1.0]}}, fsdp={"rank_peak_bytes": [90e6, None]}))


def test_without_one_process_the_table_says_what_to_run(table):
    text = shown(table({DDP: {1: [1.0]}}))

    assert "no speedup: no run of one process is beside it: the same command with --nproc-per-node 1" in text


def test_a_straggler_shows(table):
    paces = {"rank_paces_s": [[0.010, 0.030], [0.011, 0.021], [0.010, 0.012]]}
    text = shown(table({DDP: {1: [1.0, 1.0, 1.0]}}, ddp=paces))

    assert "by itself rank 1 was 2.1x slower than rank 0: in a round all wait for it" in text


@pytest.mark.parametrize("paces_s", [[[0.010, 0.012]] * 3, [[0.010, 0.030]] * 2])
def test_ranks_that_are_about_as_fast_or_were_so_too_seldom_are_no_stragglers(table, paces_s):
    assert "by itself" not in shown(table({DDP: {1: [1.0]}}, ddp={"rank_paces_s": paces_s}))


def test_threads_of_a_process_are_told(table):
    threads = {"plain": {"rank_threads": [2]}, "ddp": {"rank_threads": [1, 1]}}
    text = shown(table({PLAIN: {1: [1.0]}, DDP: {1: [1.0]}}, **threads))

    assert "threads of a process: one process: 2; ddp on 2 processes: 1" in text


def test_scaling_and_nodes_tell_ways_apart(table):
    ways = {PLAIN: {1: [1.0]}, ("ddp", "weak", 4, 2): {1: [0.5]}, ("ddp", "strong", 4, 2): {1: [0.8]}}
    text = shown(table(ways))

    assert "ddp (weak) 4 of 2 nodes 500 ms 2.00x faster 50%" in text
    assert "ddp 4 of 2 nodes 800 ms 1.25x faster 31%" in text


def test_lines_name_their_device_where_there_are_several(run):
    saved = run({PLAIN: {1: [3.0], 2: [3.0]}, DDP: {1: [4.0], 2: [2.0]}})
    missing = {"device": "mps", "status": "no device", "reason": "it finds no MPS"}
    saved["crossover"]["cells"] += [
        cell | missing | {"name": f"mps-{cell['name']}"} for cell in saved["crossover"]["cells"]
    ]
    text = shown(scaling_table(load.frame_of(load.parse(saved, "made up"))))

    assert "cpu: ddp on 2 processes overtakes one process at about" in text
    assert "cpu: every cell: one round: no interval" in text
    assert "mps: every cell: no device: it finds no MPS" in text


def test_of_a_cell_in_several_runs_the_last_counts_that_measured_it(run):
    """A run that was killed holds cells that it never reached."""
    unreached = "not reached: the run ended before it"
    runs = [load.parse(run({DDP: {1: rounds_s}}), "x") for rounds_s in ([1.0], [2.0], unreached)]

    assert [[2.0]] == scaling_table(load.frame_of(*runs)).cells["rounds_s"].tolist()


def test_ranks_of_another_number_in_each_round_break_nothing(table):
    strange = {"rank_paces_s": [[0.1, 0.2, 0.3], [0.1], []], "rank_peak_bytes": [], "rank_threads": [3]}

    assert "ddp" in shown(table({DDP: {1: [1.0]}}, ddp=strange))


def test_csv_and_json_hold_every_cell(table):
    made = table({PLAIN: {1: [1.0]}, DDP: {1: [0.5], 2: "too slow: hours"}})
    content = json.loads(render.as_json(scaling_sheet.json_table(made)))

    assert 3 == len(render.csv(scaling_sheet.csv_rows(made)).splitlines()) - 1
    assert [("plain", None), ("ddp", 2.0), ("ddp", None)] == [
        (cell["strategy"], cell["speedup"]) for cell in content["cells"]
    ]


def test_runs_of_different_numbers_of_processes_are_joined(run, tmp_path, monkeypatch, capsys):
    """Those that are named, or all of a folder that trained the same as the newest."""
    from crossover.benchmarks.cli import main

    for name, made in {"1": {PLAIN: {1: [9.0]}}, "2": {PLAIN: {1: [3.0]}}, "3": {DDP: {1: [2.0]}}}.items():
        saved = run(made) | {"datetime": f"2026-01-0{name}T00:00:00+00:00"}
        saved["crossover"]["workload"] = saved["crossover"]["workload"] | {"epochs": 1 if name == "1" else 10}
        (tmp_path / f"{name}.json").write_text(json.dumps(saved))
    for places in ([tmp_path], [tmp_path / "2.json", tmp_path / "3.json"]):
        monkeypatch.setattr("sys.argv", ["crossover", "table", "--benchmark", "distributed", *map(str, places)])
        with pytest.raises(SystemExit):
            main()

        assert "1.50x faster" in capsys.readouterr().out


def test_the_page_joins_runs_too(run, tmp_path, monkeypatch):
    from crossover.benchmarks.cli import main

    for name, made in {"1": {PLAIN: {1: [3.0]}}, "2": {DDP: {1: [2.0]}}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(run(made)))
    monkeypatch.setattr("sys.argv", ["crossover", "report", str(tmp_path), "-o", str(tmp_path / "page.html")])
    with pytest.raises(SystemExit, match="0"):
        main()
    page = (tmp_path / "page.html").read_text()

    assert "How many devices are worth it?" in page
    assert "ddp on 2 processes is already faster than one process" in page
    assert 1 == page.count("1.50x faster")


def test_runs_that_trained_something_else_are_not_joined(run, tmp_path, monkeypatch, capsys):
    from crossover.benchmarks.cli import main

    for name, made in {"1": {PLAIN: {1: [9.0]}}, "2": {DDP: {1: [3.0]}}}.items():
        saved = run(made)
        saved["crossover"]["workload"] = saved["crossover"]["workload"] | {"epochs": int(name)}
        (tmp_path / f"{name}.json").write_text(json.dumps(saved))
    paths = [str(tmp_path / f"{name}.json") for name in "12"]
    monkeypatch.setattr("sys.argv", ["crossover", "table", "--benchmark", "distributed", *paths])

    with pytest.raises(SystemExit, match="2"):
        main()
    assert "these runs must not be joined: epochs differs" in capsys.readouterr().err
