"""Real, small runs under torchrun: what they print and save, and how they end when a rank or a node is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import psutil
import pytest

from crossover.benchmarks.machine.host import usable_cores

pytestmark = pytest.mark.distributed

BENCHMARK = [
    "-m", "pytest", "-p", "no:hypothesispytest", "benchmarks/test_distributed.py", "--devices", "cpu", "--epochs", "1",
    "--rounds", "1", "--cell-seconds", "0", "--benchmark-autosave",
]  # fmt: skip

TWO_RANKS = ["--nproc-per-node", "2"]
TWO_CELLS = ["--scales", "1,3", "-k", "ddp"]
NODE = ["--nnodes", "2", "--nproc-per-node", "1", "--rdzv-backend", "c10d", "--rdzv-id", "crossover"]

ENDS_WITHIN_S = 90
"""The time within which a run that lost a rank or a node must have ended: a rank waits 60 seconds for the others, and
torchrun 30 for the survivors."""


@pytest.fixture(scope="module")
def start(pytestconfig):
    """Starts torchrun in the tree of the project, to save into a folder; what is left of it afterwards is ended.

    Its temporary files lie beside that folder: a session that a user runs meanwhile is none of the tests' business.
    """
    started = []

    def run(options, results, *arguments, before=(), **more):
        torchrun = [*before, sys.executable, "-m", "torch.distributed.run", *options]
        process = psutil.Popen(
            [*torchrun, *BENCHMARK, *arguments, f"--benchmark-storage={results}"],
            cwd=pytestconfig.rootpath, env=os.environ | {"COLUMNS": "160", "TMPDIR": str(results.parent)} | more,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            for each in [*process.children(recursive=True), process]:
                each.kill()
            process.wait()


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    shown: str
    code: int
    run: dict
    statuses: dict[str, str]
    """The status of each cell, by the part of its name in brackets."""


def ended(process, results):
    shown, _ = process.communicate(timeout=300)
    (path,) = results.rglob("*.json")
    run = json.loads(path.read_text())
    cells = run["crossover"]["cells"]
    return Ended(
        shown, process.returncode, run, {cell["name"].partition("[")[2][:-1]: cell["status"] for cell in cells}
    )


@pytest.fixture(scope="module", autouse=True)
def lone_node(start, tmp_path_factory):
    """A node that waits for another in vain, while the first of the other runs starts."""
    options = [*NODE, "--rdzv-endpoint", "localhost:29533", "--rdzv-conf", "join_timeout=3"]
    return start(options, tmp_path_factory.mktemp("lone") / "results")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tmp_path_factory.mktemp("killed") / "results"


@pytest.fixture(scope="module")
def killed(start, results):
    """A run of two cells of which rank 1 was killed in the second."""
    process = start(TWO_RANKS, results, *TWO_CELLS)
    shown = ""
    while "[2/2]" not in shown:
        character = process.stdout.read(1)
        assert character, shown
        shown += character
    ranks = process.children(recursive=True)
    next(rank for rank in ranks if rank.environ().get("RANK") == "1").send_signal(signal.SIGKILL)
    start_s = time.monotonic()
    found = ended(process, results)

    assert time.monotonic() - start_s < ENDS_WITHIN_S
    assert not psutil.wait_procs(ranks, timeout=0)[1]
    return found


@pytest.fixture(scope="module")
def resumed(start, results, killed):
    """The same command again, and --resume."""
    return ended(start(TWO_RANKS, results, *TWO_CELLS, "--resume"), results)


def test_a_rank_that_is_killed_ends_the_run_with_one_message(killed):
    assert 1 == killed.code
    assert 1 == killed.shown.count("the run ends here")
    assert "rank 0 of 2: " in killed.shown


def test_cells_that_had_finished_are_saved_when_a_rank_is_killed(killed):
    assert {"cpu-1-ddp-strong-2-1": "measured", "cpu-3-ddp-strong-2-1": "not reached"} == killed.statuses


def test_ranks_go_on_together_with_a_run_that_was_killed(resumed):
    assert 0 == resumed.code, resumed.shown
    assert {"cpu-1-ddp-strong-2-1": "measured", "cpu-3-ddp-strong-2-1": "measured"} == resumed.statuses
    assert [[1, 0], [0, 1]] == [cell["rounds_by_session"] for cell in resumed.run["crossover"]["cells"]]


def test_rank_0_alone_prints_and_saves(resumed):
    assert 1 == resumed.shown.count("test session starts")
    assert 1 == resumed.shown.count("no speedup: no run of one process is beside it")


def test_each_rank_has_its_figures_in_the_run(resumed):
    for bench in resumed.run["benchmarks"]:
        figures = bench["extra_info"]

        assert [2] == [len(paces_s) for paces_s in figures["rank_paces_s"]]
        assert 2 == len(figures["rank_peak_bytes"])
        assert [max(1, usable_cores() // 2)] * 2 == figures["rank_threads"]


@pytest.fixture(scope="module")
def hosts():
    """Two hosts, each a network namespace with an address of its own; nothing else can be reached from them.

    Where there are two cores, each host has one.
    """
    if not shutil.which("ip"):
        pytest.skip("two hosts need network namespaces: no `ip` here (Debian: apt-get install iproute2)")
    cores = sorted(os.sched_getaffinity(0))
    made = [
        Host(f"crossover-{os.getpid()}-{number}", f"xover{number}", f"10.231.77.{number}", cores[number % len(cores)])
        for number in (1, 2)
    ]
    one, other = made
    commands = [
        *(["netns", "add", host.name] for host in made),
        ["link", "add", one.link, "netns", one.name, "type", "veth", "peer", "name", other.link, "netns", other.name],
    ]
    for host in made:
        commands += [
            ["-n", host.name, "address", "add", f"{host.address}/24", "dev", host.link],
            ["-n", host.name, "link", "set", host.link, "up"],
            ["-n", host.name, "link", "set", "lo", "up"],
        ]
    try:
        for command in commands:
            done = subprocess.run(["ip", *command], capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"two hosts need network namespaces: ip {' '.join(command)}: {done.stderr.strip()}")
        yield made
    finally:
        for host in made:
            subprocess.run(["ip", "netns", "delete", host.name], capture_output=True, check=False)


@dataclass(frozen=True)
class Host:
    """A network namespace with one link."""

    name: str
    link: str
    address: str
    core: int

    @property
    def prefix(self):
        return ["ip", "netns", "exec", self.name, "taskset", "--cpu-list", str(self.core)]


def start_on(start, hosts, folder, *arguments):
    """The same command on each host, each with temporary files of its own, as two machines have."""
    processes = []
    for host in hosts:
        (folder / host.link).mkdir()
        options = [*NODE, "--rdzv-endpoint", f"{hosts[0].address}:29400", "--local-addr", host.address]
        options += ["--rdzv-conf", f"join_timeout=60,is_host={host is hosts[0]}"]
        own = {"GLOO_SOCKET_IFNAME": host.link, "TMPDIR": str(folder / host.link)}
        processes.append(start(options, folder / "results", *arguments, before=host.prefix, **own))
    return processes


def test_two_hosts_meet_and_train(start, hosts, tmp_path):
    one, other = start_on(start, hosts, tmp_path, "--scales", "1", "-k", "ddp")
    found = ended(one, tmp_path / "results")
    shown, _ = other.communicate(timeout=60)

    assert [0, 0] == [found.code, other.returncode], found.shown + shown
    assert {"cpu-1-ddp-strong-2-2": "measured"} == found.statuses
    assert "test session starts" in found.shown
    assert "test session starts" not in shown


def test_a_node_that_never_joins_ends_the_run(lone_node):
    """Torchrun itself says so, and nothing was started that could."""
    shown, _ = lone_node.communicate(timeout=ENDS_WITHIN_S)

    assert 1 == lone_node.returncode
    assert shown.strip().endswith("RendezvousTimeoutError")
    assert "test session starts" not in shown
