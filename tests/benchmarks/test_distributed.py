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

from benchmarks.cells import Cell
from benchmarks.distributed import DistributedTraining, cases
from benchmarks.launch import Place
from benchmarks.world import World, cores

BENCHMARK = ["-m", "pytest", "benchmarks/test_distributed.py", "--devices", "cpu", "--rounds", "1"]

ENDS_WITHIN_S = 60
"""The time within which a run that lost a rank or a node must have ended."""


def torchrun(*options):
    return [sys.executable, "-m", "torch.distributed.run", *options]


@pytest.fixture
def start(pytestconfig, tmp_path):
    """Starts a command in the tree of the project; what is left of it afterwards is ended."""
    started = []

    def run(command, **more):
        environment = os.environ | {"COLUMNS": "160", "TMPDIR": str(tmp_path)} | more
        process = subprocess.Popen(
            command, cwd=pytestconfig.rootpath, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def saved(results):
    """What the one run that was saved holds of each cell, by status."""
    (path,) = results.rglob("*.json")
    run = json.loads(path.read_text())
    return run, {cell["name"].partition("[")[2][:-1]: cell["status"] for cell in run["crossover"]["cells"]}


def cell_of(strategy="ddp", scaling="strong", device="cpu", size=2):
    case = (("strategy", strategy), ("scaling", scaling), ("world_size", size), ("nodes", 1))
    return Cell("distributed", 20, device, case=case)


def training(size=2, **parts):
    return DistributedTraining(cell_of(size=size, **parts), 1, World(size=size, local_size=size))


@pytest.mark.parametrize(
    ("size", "scaling", "expected"),
    [
        (2, "strong", None),
        (5, "strong", None),
        (3, "strong", "1000 samples cannot be shared out evenly among 3 ranks"),
        (4, "strong", "10 samples a batch cannot be shared out evenly among 4 ranks"),
        (4, "weak", None),
        (16, "weak", "1000 samples cannot be shared out evenly among 16 ranks"),
    ],
)
def test_a_world_that_does_not_divide_the_batch_is_told_so(size, scaling, expected):
    assert expected == training(size, scaling=scaling).unavailable()


def test_devices_that_ranks_cannot_share_are_told(monkeypatch):
    assert "no backend for mps" in training(device="mps").unavailable()
    assert "each rank takes a device of its own: --devices cuda" == training(device="cuda:1").unavailable()
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    assert "2 ranks on a machine with 1 CUDA devices" == training(device="cuda").unavailable()


def test_ranks_of_a_machine_share_its_memory():
    """Two whole copies take twice what one takes; two halves and what is gathered, about as much as one and a third."""
    plain, ddp, fsdp = (training(size, strategy=strategy).needed_bytes()["cpu"]
                        for size, strategy in [(1, "plain"), (2, "ddp"), (2, "fsdp")])  # fmt: skip

    assert ddp > 2 * plain
    assert 1.2 * plain < fsdp < 1.4 * plain


def test_one_process_is_measured_once_and_several_in_each_way():
    assert [("plain", "strong", 1, 1)] == cases(Place(), "weak")
    assert [("ddp", "weak", 4, 2), ("fsdp", "weak", 4, 2)] == cases(Place(size=4, nodes=2), "weak")


def test_without_torchrun_the_command_is_shown(run_pytest):
    shown = run_pytest("benchmarks/test_distributed.py", "--benchmark-autosave")

    assert 0 == shown.returncode, shown.stdout
    assert "it needs torchrun: torchrun --nproc-per-node 2 -m pytest benchmarks/test_distributed.py" in shown.stdout
    assert "1 skipped" in shown.stdout
    assert "Crossover" not in shown.stdout


@pytest.mark.distributed
def test_two_ranks_measure_and_one_prints_and_saves(start, tmp_path):
    saving = ["--benchmark-autosave", f"--benchmark-storage={tmp_path / 'results'}"]
    process = start(torchrun("--nproc-per-node", "2") + BENCHMARK + ["--scales", "1", "--epochs", "1", *saving])
    shown, _ = process.communicate(timeout=120)
    run, statuses = saved(tmp_path / "results")

    assert 0 == process.returncode, shown
    assert 1 == shown.count("test session starts")
    assert {"cpu-1-ddp-strong-2-1": "measured", "cpu-1-fsdp-strong-2-1": "measured"} == statuses
    ddp, fsdp = (bench["extra_info"] for bench in run["benchmarks"])
    assert ddp["first_epoch_loss"] == pytest.approx(fsdp["first_epoch_loss"], rel=1e-3)
    assert 2 == len(ddp["rank_peak_bytes"])
    assert [[2], [2]] == [[len(ranks) for ranks in ddp[key]] for key in ("rank_times_s", "rank_paces_s")]
    (round_s,) = run["benchmarks"][0]["stats"]["data"]
    assert round_s >= max(ddp["rank_times_s"][0])
    assert [max(1, cores() // 2)] * 2 == ddp["rank_threads"]
    assert "no speedup: no run of one process is beside it" in shown


@pytest.mark.distributed
def test_a_rank_that_is_killed_ends_the_run_and_what_was_measured_is_saved(start, tmp_path):
    saving = ["--benchmark-autosave", f"--benchmark-storage={tmp_path / 'results'}"]
    scales = ["--scales", "1,20", "--epochs", "1", "--cell-seconds", "0", "-k", "ddp"]
    process = start(torchrun("--nproc-per-node", "2") + BENCHMARK + scales + saving)
    shown = ""
    while "[2/2]" not in shown:
        shown += process.stdout.read(1)
    ranks = psutil.Process(process.pid).children(recursive=True)
    next(rank for rank in ranks if rank.environ().get("RANK") == "1").send_signal(signal.SIGKILL)
    start_s = time.monotonic()
    shown += process.communicate(timeout=ENDS_WITHIN_S)[0]
    _, alive = psutil.wait_procs(ranks, timeout=0)
    _, statuses = saved(tmp_path / "results")

    assert 0 != process.returncode
    assert time.monotonic() - start_s < ENDS_WITHIN_S
    assert not alive
    assert "rank 0 of 2: " in shown
    assert "the run ends here" in shown
    assert {"cpu-1-ddp-strong-2-1": "measured", "cpu-20-ddp-strong-2-1": "failed"} == statuses


@pytest.mark.distributed
def test_a_node_that_never_joins_ends_the_run(start, tmp_path):
    rendezvous = ["--nnodes", "2", "--nproc-per-node", "1", "--rdzv-backend", "c10d", "--rdzv-id", "alone",
                  "--rdzv-endpoint", "localhost:29533", "--rdzv-conf", "join_timeout=3"]  # fmt: skip
    process = start(torchrun(*rendezvous) + BENCHMARK)
    shown, _ = process.communicate(timeout=ENDS_WITHIN_S)

    assert 0 != process.returncode
    assert "RendezvousTimeoutError" in shown


@dataclass(frozen=True)
class Host:
    """A network namespace with one link."""

    name: str
    link: str
    address: str


@pytest.fixture
def two_hosts():
    """Two hosts, each a network namespace with an address of its own; nothing else can be reached from them."""
    if not shutil.which("ip"):
        pytest.skip("two hosts need network namespaces: no `ip` here (Debian: apt-get install iproute2)")
    hosts = [Host(f"crossover-{os.getpid()}-{number}", f"xover{number}", f"10.231.77.{number}") for number in (1, 2)]
    one, other = hosts
    commands = [
        *(["netns", "add", host.name] for host in hosts),
        ["link", "add", one.link, "netns", one.name, "type", "veth", "peer", "name", other.link, "netns", other.name],
    ]
    for host in hosts:
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
        yield hosts
    finally:
        for host in hosts:
            subprocess.run(["ip", "netns", "delete", host.name], capture_output=True, check=False)


@pytest.mark.distributed
def test_two_hosts_meet_and_train(start, two_hosts, tmp_path):
    rendezvous = ["--nnodes", "2", "--nproc-per-node", "1", "--rdzv-backend", "c10d", "--rdzv-id", "both",
                  "--rdzv-endpoint", f"{two_hosts[0].address}:29400"]  # fmt: skip
    saving = ["--benchmark-autosave", f"--benchmark-storage={tmp_path / 'results'}"]
    arguments = ["--scales", "1", "--epochs", "1", "-k", "ddp", *saving]
    hosts = []
    for host in two_hosts:
        own = ["--local-addr", host.address, "--rdzv-conf", f"join_timeout=60,is_host={host is two_hosts[0]}"]
        command = torchrun(*rendezvous, *own) + BENCHMARK + arguments
        hosts.append(start(["ip", "netns", "exec", host.name, *command], GLOO_SOCKET_IFNAME=host.link))
    shown = [host.communicate(timeout=120)[0] for host in hosts]
    _, statuses = saved(tmp_path / "results")

    assert [0, 0] == [host.returncode for host in hosts], shown
    assert {"cpu-1-ddp-strong-2-2": "measured"} == statuses
    assert 1 == sum("test session starts" in text for text in shown)
