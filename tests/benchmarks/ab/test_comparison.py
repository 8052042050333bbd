"""`crossover ab` as a user meets it: verdicts, refusals, and nothing left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from crossover.benchmarks.ab import CannotCompareError, comparison
from crossover.benchmarks.ab.selection import sides_of
from crossover.benchmarks.cli.ab import ComparisonFormat, answer, request_of
from crossover.benchmarks.storage.run_lock import RunLockError


def ab(revision=None, python=None, as_json=False, **options):
    words = {"workload": None, "scales": "1", "devices": "cpu", "rounds": "12", "cell_seconds": "90", "processes": "3"}
    words |= {"max_slowdown": "10%"} | options
    return answer(request_of(revision, python, **words), ComparisonFormat.JSON if as_json else ComparisonFormat.TEXT)


@pytest.fixture(autouse=True)
def own_sessions(tmp_path_factory, monkeypatch):
    """A session that a user runs meanwhile is none of these tests' business."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("sessions")))


@pytest.fixture
def refused(nothing_left):
    def refusal(*arguments, **options):
        with pytest.raises(CannotCompareError) as caught:
            ab(*arguments, **options)
        assert nothing_left()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return refusal


@pytest.fixture
def told(capsys):
    """Compares, and returns the exit code and what programs are told."""

    def compare(*arguments, **options):
        code = ab(*arguments, as_json=True, **options)
        return code, json.loads(capsys.readouterr().out)

    return compare


@pytest.mark.parametrize(
    ("seconds", "code", "verdict", "ratio"),
    [(1.0, 0, "unchanged", 1.0), (1.3, 1, "regression", 1.3), (0.5, 0, "improvement", 0.5)],
)
def test_this_tree_is_compared_as_it_is_with_a_revision(project, nothing_left, told, seconds, code, verdict, ratio):
    project.answer(turn={"seconds": seconds}, seed=2)  # not committed
    found, document = told("HEAD", scales="1,3")

    assert (code, verdict, "HEAD", "this tree") == (
        found,
        *(document[key] for key in ("verdict", "baseline", "contender")),
    )
    assert [(1, verdict, "settled", 6), (3, verdict, "settled", 6)] == [
        (cell["scale"], cell["verdict"], cell["stopped"], cell["found"]["pairs"]) for cell in document["cells"]
    ]
    assert [ratio, ratio] == pytest.approx([cell["found"]["ratio"] for cell in document["cells"]], rel=0.01)
    assert nothing_left()


def test_more_threads_than_a_quota_gives_are_told_of_before_the_first_cell(project, capsys, monkeypatch):
    monkeypatch.setattr(comparison.host, "cpu_quota", lambda: 0.5)
    project.answer(seed=2)
    ab("HEAD")
    told = capsys.readouterr().err

    assert told.index("crossover: CPU quota: 0.5 cores, and torch uses ") < told.index("cell 1 of 1")


def test_people_read_a_row_for_each_cell_and_the_verdict(project, capsys):
    ab("HEAD", scales="1,3")
    lines = capsys.readouterr().out.splitlines()

    assert 2 == sum(line.split()[-2:] == ["unchanged", "6"] for line in lines)
    assert any(line.startswith("overall: unchanged") for line in lines)


@pytest.mark.parametrize(
    ("answers", "options", "stopped", "words"),
    [
        ({"seed": 4, "noise": 0.3}, {}, "as many as it may take", "raise --rounds and --cell-seconds"),
        (
            {"luck": [1.0, 1.1, 1.2]},
            {"max_slowdown": "5%"},
            "as many as it may take",
            "more pairs alone may not settle it, as processes of the same code differ by 9.",
        ),
        (
            {"prepare": {"turn_s": 0.001}, "sleep_s": 0.1},
            {"cell_seconds": "0.3"},
            "its 0.3 s are over",
            "raise --cell-seconds",
        ),
    ],
)
def test_undecided_says_why_it_stopped_and_what_would_settle_it(project, told, answers, options, stopped, words):
    project.answer(**{key: value for key, value in answers.items() if key != "luck"})
    if "sleep_s" in answers:
        project.commit()
    project.answer(**answers)
    code, document = told("HEAD", **options)
    (cell,) = document["cells"]

    assert (0, "undecided", stopped) == (code, document["verdict"], cell["stopped"])
    assert words in cell["sentence"]


def test_into_a_file_progress_is_a_line_at_the_begin_of_a_cell_and_at_each_look(project, capsys):
    project.answer(seed=2, noise=0.3)
    ab("HEAD", scales="1,3", rounds="18", cell_seconds="80")
    lines = capsys.readouterr().err.splitlines()

    assert ["starting 3 processes of each side", "cell 1 of 2: cpu, scale 1: begins, 80 s at most"] == lines[:2]
    assert ["after 6 pairs", "after 12 pairs", "after 18 pairs"] == [line[line.index("after") :] for line in lines[2:5]]
    assert "cell 2 of 2: cpu, scale 3: begins, 80 s at most" == lines[5]
    assert all(line.isprintable() for line in lines)


def test_on_a_terminal_progress_is_one_line_that_goes_away(project, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    ab("HEAD", cell_seconds="0")
    shown = capsys.readouterr().err

    assert shown.startswith(
        "\r\033[Kstarting 3 processes of each side\r\033[K\r\033[Kcell 1 of 1: cpu, scale 1: begins, "
    )
    assert shown.endswith("after 6 pairs\r\033[K")
    assert "\n" not in shown


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("revision", "baseline"), [(None, "this tree"), ("HEAD", "HEAD")])
def test_another_interpreter_runs_the_same_tree_or_a_revision(told, revision, baseline):
    code, document = told(revision, sys.executable)

    assert (0, f"{baseline} on {sys.executable}") == (code, document["baseline"])


def test_a_project_inside_a_larger_repository(project, monkeypatch):
    for name in ("benchmarks", "crossover"):
        shutil.copytree(project.folder / name, project.folder / "inner" / name)
    shutil.copy(project.folder / "side.json", project.folder / "inner")
    project.commit()
    monkeypatch.chdir(project.folder / "inner" / "benchmarks")

    assert 0 == ab("HEAD")


def test_what_differs_is_remarked(project, told):
    project.answer(hello={"torch": "2.14"}, turn={"loss": 0.8})
    code, document = told("HEAD")

    assert 0 == code
    assert [["torch differs"], ["the losses differ"]] == [
        [line.partition(": ")[0] for line in lines] for lines in (document["remarks"], document["cells"][0]["remarks"])
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hello": {"protocol": 0}}, "this tree: too old to take part: it speaks protocol 0, this command 1"),
        (
            {"hello": {"workload": {"VERSION": 2, "SAMPLES": 1000}}},
            "the workloads differ: VERSION is 1 in HEAD and 2 in this tree",
        ),
        (
            {"prepare": {"learning_rate": 0.1}},
            "the workloads differ at scale 1: learning_rate is 0.5 in HEAD and 0.1 in this tree",
        ),
        ({"hello": {"tree": "/elsewhere"}}, "this tree: took its code from /elsewhere in place of "),
        ({"turn": {"error": "diverged: the loss became nan"}}, "this tree: diverged: the loss became nan"),
        ({"prepare": {"left_out": "no MPS"}}, "cpu: left out: no MPS (this tree)"),
        ({"prepare": {"turn_s": 60.0}}, "cpu: left out: too slow: about 60 s a pair, 3 of them in 90 s"),
    ],
)
def test_sides_that_cannot_be_compared(project, refused, changes, expected):
    project.answer(**changes)

    assert refused("HEAD").startswith(expected)


def test_a_side_that_breaks_down_gives_its_reason(project, refused):
    project.write("benchmarks/ab/worker.py", "import no_torch")

    assert "this tree: cannot take part: No module named 'no_torch'" == refused("HEAD")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SIGKILL", "this tree: was killed by SIGKILL, as the system does where memory runs out: fewer --processes"),
        ("SIGSTOP", "this tree: has not answered for 2 s"),
    ],
)
def test_a_side_that_is_killed_or_stuck_ends_the_comparison(
    project, refused, nothing_left, monkeypatch, name, expected
):
    monkeypatch.setattr("crossover.benchmarks.ab.side_process.ANSWER_S", 2.0)
    worker = project.folder / "benchmarks" / "ab" / "worker.py"
    worker.write_text(
        worker.read_text().replace("    answer =", f"    os.kill(os.getpid(), {getattr(signal, name)})\n    answer =")
    )

    assert refused("HEAD").startswith(expected)


def test_as_many_processes_take_turns_as_fit_the_memory(project, told):
    """The eighth to prepare a cell does not fit: the fourth of this tree."""
    project.answer(room=7)
    project.commit()
    _, document = told("HEAD", processes="5")
    (cell,) = document["cells"]

    assert (3, "unchanged", 6) == (cell["found"]["processes"], cell["verdict"], cell["found"]["pairs"])
    assert ["3 processes a side in place of 5: needs 2 GB, 1 GB free (process 4 of this tree)"] == cell["remarks"]


def test_too_few_processes_are_no_comparison(project, refused):
    project.answer(room=4)
    project.commit()

    assert "cpu: left out: needs 2 GB, 1 GB free (process 3 of HEAD)" == refused("HEAD")


def test_slower_for_sure_but_allowed_names_what_would_not_allow_it(project, told, capsys, tmp_path):
    project.answer(turn={"seconds": 1.06})
    code, document = told("HEAD", rounds="30")
    (cell,) = document["cells"]
    smaller = f"{100 * cell['regression_at']:g}%"

    assert (0, "unchanged") == (code, cell["verdict"])
    assert f"slower for sure: --max-slowdown {smaller} would call that a regression" in cell["sentence"]

    (tmp_path / "sides.turn").unlink()  # so that the same noise follows
    assert 1 == ab("HEAD", rounds="30", max_slowdown=smaller)
    assert "slower for sure" not in capsys.readouterr().out


def test_an_earlier_revision_takes_part_by_the_module_that_it_has(project):
    """Before the parts of the suite had folders, the worker was called turns, and the packages had other names."""
    project.git("mv", "benchmarks/ab/worker.py", "benchmarks/ab/turns.py")
    project.git("rm", "-q", "crossover/__init__.py")
    project.git("commit", "-qm", "as it was")
    project.git("reset", "-q", "--hard", "HEAD~1")

    assert 0 == ab("HEAD@{1}")


def test_a_side_that_talks_nonsense(project, refused):
    project.write("benchmarks/ab/worker.py", "print('42')")

    assert refused("HEAD").endswith("is no Python, or its answer is garbled: '42'")


def test_a_revision_from_before_it_could_take_part(project, refused):
    old = project.git("rev-parse", "HEAD").strip()
    project.git("rm", "-q", "--cached", "benchmarks/ab/worker.py")
    project.git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "without")

    assert "HEAD: too old to take part: it has no benchmarks/ab/worker.py" == refused("HEAD")
    assert 0 == ab(old)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "nothing to compare: name a revision"),
        ({"revision": "nix"}, "'nix' is no revision of this repository"),
        ({"revision": "--all"}, "'--all' is no revision of this repository"),
        ({"python": "/no/python"}, "--python: /no/python is no program here"),
        ({"python": "~nobody-is-called-so/python"}, "--python: ~nobody-is-called-so/python is no program here"),
        ({"python": "cat"}, "this tree on cat: cannot take part: "),
        ({"revision": "HEAD", "scales": "0"}, "--scales: '0' is no list of scales"),
        ({"revision": "HEAD", "devices": "cpu,,"}, "--devices: 'cpu,,' is no list of devices"),
        ({"revision": "HEAD", "rounds": "0"}, "--rounds: '0' is out of range"),
        ({"revision": "HEAD", "rounds": "ten"}, "--rounds: 'ten' is out of range; it takes 1 to 5000 pairs"),
        ({"revision": "HEAD", "processes": "2"}, "--processes: '2' is out of range; it takes 3 to 100 processes"),
        ({"revision": "HEAD", "cell_seconds": "-1"}, "--cell-seconds: '-1' is out of range"),
        ({"revision": "HEAD", "max_slowdown": "0%"}, "--max-slowdown: '0%' is no slowdown"),
        ({"revision": "HEAD", "max_slowdown": "-5%"}, "--max-slowdown: '-5%' is no slowdown"),
        ({"revision": "HEAD", "max_slowdown": "ten"}, "--max-slowdown: 'ten' is no slowdown"),
    ],
)
def test_bad_input_is_refused(project, refused, arguments, expected):
    assert refused(**arguments).startswith(expected)


def test_outside_a_repository_there_are_no_revisions(project):
    shutil.rmtree(project.folder / ".git")

    with pytest.raises(CannotCompareError, match="has no revision 'HEAD': not a git repository"):
        ab("HEAD")


def test_outside_a_project_there_is_nothing_to_compare(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CannotCompareError, match="run this where the code to compare is"):
        ab("HEAD")


@pytest.mark.usefixtures("project")
def test_without_a_place_for_temporary_files_it_is_said(monkeypatch, tmp_path):
    request = request_of("HEAD", None, None, "1", "cpu", "12", "90", "3", "10%")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    for each in (request, replace(request, revision=None, python=sys.executable)):
        expected = pytest.raises(
            CannotCompareError, match="gone cannot hold temporary files: No such file or directory"
        )
        with expected, sides_of(each.revision, each.python) as two:
            comparison.compare(each, *two)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is in use cannot be removed")
def test_in_a_folder_that_is_gone_there_is_nothing_to_compare(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(CannotCompareError, match="the current folder cannot be read: No such file"):
        ab("HEAD")


def test_a_device_may_be_named_in_any_case(project, capsys):
    assert 0 == ab("HEAD", devices="CPU,cpu")
    assert "cell 1 of 1: cpu, scale 1" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_beside_another_session_it_is_refused_unless_asked_for(pytestconfig, told):
    """Then it is remarked, for its times are disturbed."""
    code = "from crossover.benchmarks.storage.run_lock import RunLock; own = RunLock(); own.begin(alongside=False); "
    code += "print(flush=True); "
    other = subprocess.Popen(
        [sys.executable, "-c", f"{code}input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath)},
    )
    with other:
        other.stdout.readline()
        with pytest.raises(RunLockError, match=f"process {other.pid} is measuring on this machine: wait for it"):
            ab("HEAD")

        code, document = told("HEAD", alongside=True)
        assert (0, True) == (code, any("--alongside" in line for line in document["remarks"]))
        other.communicate(b"\n")


@pytest.fixture
def comparing(project, start, tmp_path):
    """Starts a comparison; returns it once as many of its six processes run."""

    def begin(running=6):
        project.answer(sleep_s=0.1)
        project.commit()
        run = start("HEAD", "--scales", "1", "--processes", "3")
        deadline = time.monotonic() + 60  # where other processes are busy, torch alone takes long to import
        while (
            len(list((tmp_path / "sides").iterdir())) < running and run.poll() is None and time.monotonic() < deadline
        ):
            time.sleep(0.002)
        return run

    return begin


@pytest.mark.parametrize(
    ("number", "running"), [(signal.SIGINT, 6), (signal.SIGTERM, 6), (signal.SIGHUP, 6), (signal.SIGINT, 1)]
)
def test_a_signal_leaves_nothing_behind(nothing_left, comparing, number, running):
    run = comparing(running)
    assert not nothing_left()
    run.send_signal(number)
    out, errors = run.communicate(timeout=60)

    assert 128 + number == run.returncode
    assert "" == out
    assert f"crossover: stopped by {number.name}; nothing is left behind" == errors.splitlines()[-1]
    assert all(line.startswith(("starting 3 ", "cell 1 of 1: ")) for line in errors.splitlines()[:-1])
    assert nothing_left()


def test_a_closed_terminal_leaves_nothing_behind_either(nothing_left, comparing):
    """Although nothing can be written any more."""
    run = comparing()
    assert not nothing_left()
    run.stdout.close()
    run.stderr.close()
    run.send_signal(signal.SIGHUP)

    assert 128 + signal.SIGHUP == run.wait(timeout=60)
    assert nothing_left()


def test_the_command_ends_with_one_line_and_exit_code_2(project, start):
    run = start("nix")
    out, errors = run.communicate(timeout=60)

    assert (2, "") == (run.returncode, out)
    assert errors.startswith("crossover: 'nix' is no revision of this repository")
    assert 1 == len(errors.splitlines())
