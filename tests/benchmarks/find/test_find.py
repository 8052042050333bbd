"""`crossover find` as a user meets it: each outcome said rightly, refusals in a line, nothing lost on Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys

import psutil
import pytest

FLAT = [[1e5, 0.02], [1e9, 0.02]]
STEEP = [[1e5, 0.001], [1e9, 10]]
"""Twenty times as fast as FLAT at 100,000 parameters, and as slow at two million."""


ALMOST = 1.1
"""One interval in twenty misses the truth, by less than this factor; which, hangs on how fast processes start."""


@pytest.fixture
def told(crossover, made):
    """Searches, and returns the exit code and what programs are told."""

    def search(*arguments, **changes):
        made(**changes)
        run = crossover("find", "--format", "json", *arguments)
        return run.returncode, json.loads(run.stdout)

    return search


def test_where_the_accelerator_overtakes_the_cpu_is_found_without_options(told):
    code, document = told()

    assert (0, "found", "cpu", "cuda", "cuda") == (
        code,
        *(document[name] for name in ("outcome", "baseline", "contender", "faster_above")),
    )
    assert document["low"] <= ALMOST * 2e6 <= ALMOST**2 * document["high"]
    assert document["high"] <= 1.22 * document["low"]
    assert re.match(r"cuda overtakes cpu at about [12](\.\d+)? million parameters \[", document["sentence"])
    scales = ",".join(str(size["scale"]) for size in document["sizes"])
    assert f"crossover bench training --devices cpu,cuda --scales {scales}" == document["sweep"]


def test_without_an_accelerator_one_thread_is_compared_with_all(told):
    code, document = told(devices=["cpu"], times={"1": STEEP, "4": FLAT})

    assert (0, "1 thread", "4 threads") == (code, document["baseline"], document["contender"])
    assert document["sentence"].startswith("4 threads overtake 1 thread at about ")
    assert "torch finds no accelerator here: 1 thread is compared with all 4" in document["remarks"]


def test_an_accelerator_that_torch_lists_and_cannot_use_is_named(told):
    _, document = told(devices=["cpu"], shown=["cpu", "mps"], times={"1": STEEP, "4": FLAT})

    assert "finds no MPS device here: 1 thread is compared with all 4" in document["remarks"]


@pytest.mark.parametrize(
    ("option", "times", "sides"),
    [
        (("--threads", "2,1"), {"2": FLAT, "1": STEEP}, ("2 threads", "1 thread")),
        (("--recipes", "article,native"), {"article": STEEP, "native": FLAT}, ("article", "native")),
        (("--recipes", "old,new", "--devices", "cuda"), {"old": STEEP, "new": FLAT}, ("old", "new")),
        (("--devices", "cuda,cpu"), {"cpu": STEEP, "cuda": FLAT}, ("cuda", "cpu")),
    ],
)
def test_sides_are_told_by_how_they_start_and_by_what_they_prepare(told, option, times, sides):
    code, document = told(*option, times=times)
    winner = next(side for side, known in zip(sides, times.values(), strict=False) if known == FLAT)

    assert (0, *sides) == (code, document["baseline"], document["contender"])
    assert document["low"] <= ALMOST * 2e6 <= ALMOST**2 * document["high"]
    assert document["sentence"].startswith(winner if option[0] != "--devices" else "cuda")


TWICE = [[1e5, 0.002], [1e9, 20]]
TENT = [[1e5, 0.02], [1e6, 0.001], [1e7, 0.001], [1e8, 1.0]]


@pytest.mark.parametrize(
    ("times", "code", "outcome", "words"),
    [
        ({"cpu": TWICE, "cuda": STEEP}, 0, "none", "no crossing: cuda is faster than cpu already at the smallest size"),
        ({"cpu": STEEP, "cuda": TWICE}, 0, "none", "no crossing: cuda does not overtake cpu up to "),
        ({"cpu": [[1e5, 0.004], [1e9, 0.004]], "cuda": TENT}, 3, "several", "there is more than one crossing: cuda "),
        ({"cpu": STEEP, "cuda": STEEP}, 3, "undecided", "undecided, either side may be faster at 100,000 and "),
    ],
)
def test_every_other_outcome_is_said(told, times, code, outcome, words):
    found, document = told("--scales", "1-100" if outcome != "undecided" else "1-4", times=times)

    assert (code, outcome) == (found, document["outcome"])
    assert document["sentence"].startswith(words)


def test_where_one_end_is_open_the_size_from_which_on_a_side_is_faster_is_told(told):
    """Up to 400,000 parameters nobody is faster; a search must not spend all its time there."""
    code, document = told("--seconds", "20", times={"cpu": [[1e5, 0.02], [4e5, 0.02], [1e9, 20]], "cuda": FLAT})

    assert (3, "undecided") == (code, document["outcome"])
    assert re.match(
        r"undecided; cuda is faster than cpu from at most \d+,000 parameters on; below, ", document["sentence"]
    )
    assert 4e5 < document["high"] < 7e5
    assert document["low"] is None


@pytest.mark.parametrize("batch", [[], ["--batch-size", "500"]])
def test_the_batch_size_from_which_on_a_side_is_faster(told, batch):
    """In batches of 100 both sides take the same time; the made-up ones say seconds by a thousand batch sizes."""
    times = {"cpu": [[1e3, 0.0001], [1e6, 0.1]], "cuda": [[1e3, 0.01], [1e6, 0.01]]}
    code, document = told("--vary", "batch-size", "--scales", "2", *batch, times=times)

    assert (0, "batch size") == (code, document["varied"])
    assert 80 < document["low"] <= ALMOST * 100 <= ALMOST**2 * document["high"] < ALMOST**2 * 125
    assert re.match(r"cuda overtakes cpu at about \d+ samples a batch \[", document["sentence"])
    assert max(size["batch_size"] for size in document["sizes"]) <= (500 if batch else 1000)
    sizes = ",".join(str(size["batch_size"]) for size in document["sizes"])
    assert document["sweep"].endswith(f"--scales 2 --batch-sizes {sizes}")


def test_what_binds_each_side_is_said_where_there_is_time(told):
    remarks = told()[1]["remarks"]
    hurried = told("--seconds", "7")[1]["remarks"]
    sides = r"cpu is bound by arithmetic \(reached \d+%\) and cuda is bound by arithmetic \(reached 0%\)"

    assert 2 == sum(bool(re.fullmatch(rf"at [\d,]+ parameters {sides}", line)) for line in remarks)
    assert not any("bound by" in line for line in hurried)


def test_all_sizes_can_have_a_batch_size(told):
    _, document = told("--batch-size", "64")

    assert document["sweep"].endswith("--batch-sizes 64")


def test_no_crossing_says_by_how_much_at_both_ends(told):
    _, document = told(times={"cpu": TWICE, "cuda": STEEP}, noise=0.0001)

    assert 2 == document["sentence"].count("by 2.00x")


def test_sizes_that_do_not_fit_the_memory_are_left_out_with_the_reason(told):
    _, document = told(room=4e6)

    assert max(size["parameters"] for size in document["sizes"]) <= 4e6
    assert re.search(r"larger sizes were left out: scale \d+ needs 8 GB, 1 GB free", "\n".join(document["remarks"]))


def test_sizes_that_take_too_long_are_left_out_and_the_seconds_that_reach_them_are_named(told):
    _, document = told("--seconds", "6", times={"cpu": [[1e5, 0.01], [1e9, 1e4]], "cuda": FLAT})

    assert re.search(r"for a pair of turns: --seconds \d+ reaches it", "\n".join(document["remarks"]))


def test_a_busy_machine_leaves_it_undecided_and_says_what_was_found(told, busy):
    busy()
    code, document = told()

    assert (3, "undecided", True) == (code, document["outcome"], document["busy"])
    assert document["sentence"].startswith("undecided, found on a busy machine; cuda overtakes cpu at about ")


def test_a_side_that_fails_halfway_leaves_what_was_known(told, tmp_path):
    code, document = told(fails_at=list(range(5, 101)))

    assert (3, "undecided") == (code, document["outcome"])
    assert "because a side failed: c" in document["sentence"]
    assert "begun" not in document["sentence"]
    assert "the loss became nan" in document["stopped"]
    assert list((tmp_path / "results" / "made-up").glob("find_*.json")), "it is saved"
    assert document["sizes"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--devices", "cpu,cpu"], "--devices: 'cpu,cpu' names a side twice; name two that differ, such as cpu,cuda"),
        (["--threads", "2,2"], "--threads: '2,2' names a side twice"),
        (["--threads", "1"], "--threads: 1 alone is one side; name two, such as 1,2"),
        (["--threads", "0,1"], "--threads: '0' is out of range"),
        (["--threads", "1,2,4"], "--threads: '1,2,4' names 3 sides; a search has two"),
        (["--threads", "1,2", "--devices", "cpu,cuda"], "--devices and --threads both name two"),
        (["--devices", "cpu,../x"], "--devices: 'cpu,../x' is no list of devices"),
        (["--devices", "cpu,xpu"], "xpu: finds no XPU device here"),
        (["--scales", "5"], "--scales: a search needs more than scale 5; name several, such as 1-100"),
        (["--scales", "5,1-"], "--scales: '5,1-' is no list of scales"),
        (["--scales", "1,2", "--vary", "batch-size"], "--scales: 1,2 are 2 scales; with --vary batch-size name one"),
        (["--vary", "batch-size", "--batch-size", "5"], "--batch-size: up to 5 there is nothing to search"),
        (["--batch-size", "0"], "--batch-size: '0' is out of range"),
        (["--batch-size", "1000000"], "--batch-size: '1000000' is out of range; it takes up to 100,000 samples"),
        (["--vary", "width"], "--vary"),
        (["--within", "0"], "--within: '0' is no width; it takes a percentage above 0, such as 10%"),
        (["--within", "wide"], "--within: 'wide' is no width"),
        (["--seconds", "0"], "--seconds: '0' is too short; it takes 5 seconds or more, such as 60"),
        (["--seconds", "long"], "--seconds: 'long' is out of range"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_line(crossover, made, arguments, expected):
    made()
    run = crossover("find", *arguments)
    (line,) = [line for line in run.stderr.splitlines() if line.startswith("crossover: ")]

    assert (2, "") == (run.returncode, run.stdout)
    assert line.startswith(f"crossover: {expected}")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"devices": ["cpu"], "threads": 1}, "to compare: torch finds no accelerator here, and it uses one thread"),
        ({"is_flat": True}, "a search needs parameters that grow with the scale: there are 100,000 at scale 1"),
        ({"room": 10}, "scale 1 does not fit: needs 8 GB, 1 GB free (cpu)"),
    ],
)
def test_sides_among_which_nothing_can_be_searched(crossover, made, changes, expected):
    made(**changes)
    run = crossover("find")

    assert (2, "") == (run.returncode, run.stdout)
    assert expected in run.stderr


@pytest.mark.parametrize("form", ["text", "markdown", "csv"])
def test_the_measured_sizes_are_a_table_in_every_form(crossover, made, form):
    made()
    run = crossover("find", "--format", form)

    assert "100,000" in run.stdout or "100000" in run.stdout
    assert (form == "csv") != ("cuda overtakes cpu at about " in run.stdout)
    assert (form == "csv") != ("crossover bench training" in run.stdout)


def test_in_a_pipe_progress_is_lines_with_the_interval_and_the_seconds_left(crossover, made):
    made()
    *lines, saved = crossover("find").stderr.splitlines()

    assert saved.startswith("crossover: saved in results/made-up/find_")
    assert "starting 3 processes of each side" == lines[0]
    assert all(line.isprintable() for line in lines)
    assert re.fullmatch(r"\d+ s left: cuda overtakes cpu at about .* parameters \[.*\]", lines[-1])


def test_ctrl_c_prints_what_is_known_and_leaves_no_process(start, made, tmp_path):
    made(sleep_s=0.03)
    process = start("--devices", "cpu,cuda", "--within", "0.01%")
    seen = next(line for line in process.stderr if "overtakes" in line)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert 130 == process.returncode, seen
    assert "cuda overtakes cpu at about " in out
    assert "the search was stopped" in out
    assert "stopped by SIGINT; what was known by then stands above" in err
    assert list((tmp_path / "results" / "made-up").glob("find_*.json")), "it is saved"
    assert not any(psutil.pid_exists(int(side.name)) for side in (tmp_path / "sides").iterdir())


def test_ctrl_c_before_anything_is_measured_says_so(start, made):
    made(sleep_s=10)
    process = start("--devices", "cpu,cuda")
    next(process.stderr)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert (130, "") == (process.returncode, out)
    assert err.splitlines()[-1].startswith("crossover: stopped by SIGINT")


def test_beside_another_session_it_is_refused_unless_asked_for(crossover, made, told, pytestconfig, tmp_path):
    code = "from crossover.benchmarks.storage.run_lock import RunLock; own = RunLock(); own.begin(alongside=False); "
    other = subprocess.Popen(
        [sys.executable, "-c", f"{code}print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath), "TMPDIR": str(tmp_path)},
    )
    with other:
        other.stdout.readline()
        refused = crossover("find")
        code, document = told("--alongside")
        other.communicate(b"\n")

    assert 2 == refused.returncode
    assert refused.stderr.startswith(f"crossover: process {other.pid} is measuring on this machine: wait for it")
    assert (3, True) == (code, document["busy"])
    assert any("--alongside" in line for line in document["remarks"])


def test_a_reader_who_leaves_changes_no_exit_code(start, made):
    made(sleep_s=0.001)
    process = start("--devices", "cpu,cuda", "--alongside")
    process.stdout.close()

    assert process.wait(timeout=60) in (0, 3), "3 where tests beside this one use the machine"
    assert [] == re.findall("crossover: (?!saved in ).*", process.stderr.read())
