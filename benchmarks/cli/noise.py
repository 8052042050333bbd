import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import fail, remark
from crossover.benchmarks.cli.run_selection import RESULTS
from crossover.benchmarks.machine import environment
from crossover.benchmarks.report.analysis import noise as analysis
from crossover.benchmarks.runs import load
from crossover.benchmarks.storage.autosave import write_whole

FEWEST, MOST = 3, 50


@app.command()
def noise(
    runs: Annotated[int, typer.Option(metavar="N", min=FEWEST, max=MOST, help="How many short runs to take.")] = 6,
    scales: Annotated[str, typer.Option(metavar="LIST", help="Model sizes, such as 1-5.")] = "1,3",
    rounds: Annotated[int, typer.Option(metavar="N", min=1, help="The most rounds of a cell.")] = 5,
    machine: Annotated[
        str | None, typer.Option(metavar="NAME", help="The machine's name, as `pytest --machine` takes it.")
    ] = None,
) -> None:
    """Measure how small a change this machine can tell.

    Takes some short runs of training on the CPU, each in a process of its own, and writes how much they differ to
    noise.json in the machine's folder under results/. `crossover check` goes by that while the machine has too few
    runs of one clean commit. It takes a few minutes; Ctrl-C leaves the file as it was.

    Example: crossover noise --runs 10
    """
    bench = "from crossover.benchmarks.cli import main; main()"
    command = [sys.executable, "-P", "-c", bench, "bench", "training", "-q", "--devices", "cpu", "--scales", scales]
    command += ["--rounds", str(rounds), "-p", "no:cacheprovider", *(["--machine", machine] if machine else [])]
    with tempfile.TemporaryDirectory(prefix="crossover-noise-") as folder:
        for number in range(1, runs + 1):
            remark(f"run {number} of {runs}")
            done = subprocess.run(
                [*command, f"--benchmark-storage={folder}"],
                env=environment.for_children() | {"PYTEST_ADDOPTS": ""},
                capture_output=True,
                text=True,
                errors="replace",
            )
            if done.returncode:
                fail(f"run {number} of {runs} ended with {done.returncode}: {last_line(done.stdout + done.stderr)}")
        found, _ = load.read_all([Path(folder)])
    timed, controlled = analysis.shares(found)
    if timed is None:
        fail("no cell was measured in all runs: raise --runs, or name other --scales")
    facts = found[-1].machine
    trial = analysis.Trial(datetime.now(UTC), len(found), facts.torch, facts.threads, timed, controlled)
    place = RESULTS / facts.name / load.NOISE
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, msgspec.json.format(msgspec.json.encode(trial)) + b"\n")
    except OSError as error:
        fail(f"{place}: cannot be written: {error.strerror}")
    against = "" if controlled is None else f", and of {controlled:.0%} against its control"
    print(f"{load.plain(facts.name)} tells a change of {timed:.0%} in a time from chance{against}: saved in {place}")


def last_line(text: str) -> str:
    """The last line that pytest printed: its error, where it has one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it printed nothing"])[-1]
