"""Facts about the machine that cannot be read: the cells are measured all the same, and each is remarked."""

import json
import os
import subprocess
import sys

import pytest

from crossover.benchmarks.runs import load

NOTHING_CAN_BE_READ = '''
"""A pytest plugin under which every fact that a run only describes raises an error of some kind."""

import pathlib

import cpuinfo
import machineid
import psutil

from crossover.benchmarks.machine import cgroup, host, memory, probe, unused_gpu

def refuse(*_, **__):
    raise ZeroDivisionError("not on this machine\\nsecond line")


for holder, names in {
    psutil: ["sensors_battery", "cpu_times", "cpu_count", "process_iter", "virtual_memory"],
    psutil.Process: ["memory_info", "cpu_times", "children"],
    cpuinfo: ["get_cpu_info"],
    machineid: ["hashed_id"],
    host: ["is_lasting"],
    pathlib.Path: ["home"],
    cgroup: ["cpu_quota", "memory_free_bytes"],
    memory: ["resident_peak_bytes", "trim_heap"],
    probe: ["one_pass"],
    unused_gpu: ["pci_makers", "nvidia_name", "apple_reason"],
}.items():
    for name in names:
        if hasattr(holder, name):
            setattr(holder, name, refuse)
'''

SMALL = ["benchmarks/test_training.py", "--scales", "1", "--devices", "cpu", "--epochs", "1", "--rounds", "2"]


@pytest.fixture(scope="module")
def unread_run(run_pytest_into, tmp_path_factory):
    """A run on a machine that tells nothing of itself, without git: what was printed, and saved."""
    folder = tmp_path_factory.mktemp("unread")
    (folder / "nothing_can_be_read.py").write_text(NOTHING_CAN_BE_READ)
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    plugin = ["-p", "nothing_can_be_read", "--benchmark-autosave"]
    shown = run_pytest_into(folder / "results", *SMALL, *plugin, PYTHONPATH=path, PATH="/nowhere")
    (saved,) = (folder / "results").rglob("*.json")
    return shown, json.loads(saved.read_text()), saved


def test_no_fact_that_is_only_described_keeps_a_cell_from_being_measured(unread_run):
    shown, run, _ = unread_run

    assert 0 == shown.returncode, shown.stdout + shown.stderr
    assert [("measured", True)] == [(cell["status"], cell["finished"]) for cell in run["crossover"]["cells"]]
    assert 2 == len(run["benchmarks"][0]["stats"]["data"])


def test_what_cannot_be_read_is_none(unread_run):
    machine = unread_run[1]["machine_info"]["crossover"]
    (session,) = unread_run[1]["crossover"]["sessions"]
    unknown = ["id", "cpu_model", "cores", "memory_gib", "unused_gpu", "cpu_quota", "power"]
    (bench,) = unread_run[1]["benchmarks"]

    assert dict.fromkeys(unknown) == {name: machine[name] for name in unknown}
    assert session["commit"] is None
    assert "other_cores" not in session
    assert {} == unread_run[1]["crossover"]["probe"]
    assert bench["extra_info"]["peak_bytes"] is None
    assert bench["extra_info"]["device_name"] is None


def test_each_is_remarked_in_one_line_once_and_saved(unread_run):
    shown, run, path = unread_run
    unread = run["crossover"]["sessions"][0]["unread"]
    expected = {"machine id", "CPU model", "cores", "memory", "CPU quota", "power source", "commit",
                "home folder", "use by other processes", "limits of cpu", "free memory of cpu", "peak memory",
                "pytest-benchmark's description of the machine"}  # fmt: skip
    lines = [line for line in shown.stdout.splitlines() if " could not be read: " in line]

    assert expected <= set(unread)
    assert [f"{name} could not be read: {why}" for name, why in unread.items()] == lines
    assert "power source could not be read: ZeroDivisionError: not on this machine" in lines
    assert "second line" not in shown.stdout
    assert unread == load.read(path).saved.crossover.sessions[0].unread


def test_what_comes_before_the_first_cell_is_said_before_it(unread_run):
    shown = unread_run[0].stdout

    assert shown.index("power source could not be read") < shown.index("[1/1]")


def in_namespace(*commands):
    """Runs Python under other mounts, which takes no privileges where the system lets users make namespaces."""
    made = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", "\n".join(commands)]
    run = subprocess.run(made, capture_output=True, text=True, check=False)
    if "unshare" in run.stderr or "mount:" in run.stderr:
        pytest.skip(f"no namespace can be made here: {run.stderr.strip()}")
    assert 0 == run.returncode, run.stderr
    return run.stdout.splitlines()


def python(code):
    return f"{sys.executable} -c '{code}'"


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_without_the_kernel_s_list_of_power_supplies_the_power_source_is_unknown():
    read = python(
        "from crossover.benchmarks.machine import facts, host\n"
        'print(facts.read("power source", host.power_source), *facts.remarks())'
    )
    (line,) = in_namespace("mount -t tmpfs tmpfs /sys/class", read)

    assert line.startswith("None power source could not be read: FileNotFoundError: [Errno 2] No such file")
