"""Time the same training in other libraries and in this project's recipes, in turn: `python -m peers.compare`."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import torch
import typer

from model import workload
from model.recipes import RECIPES
from peers.libraries import LIBRARIES, Run, crossover

RESAMPLES = 10_000
COMPARABLE = 0.2
"""How far the last epoch's loss may lie from the article's, as a share of ln 2, the loss of guessing."""


def interval(ratios: np.ndarray) -> tuple[float, float]:
    """A 95 % bootstrap interval of the median."""
    draws = np.random.default_rng(0).choice(ratios, (RESAMPLES, len(ratios)))
    low, high = np.percentile(np.median(draws, axis=1), [2.5, 97.5])
    return float(low), float(high)


def prepared(scale: int, epochs: int, names: list[str]) -> dict[str, Callable[[], Run]]:
    """What runs here, by name; one line for what does not."""
    found = {}
    for name in names:
        prepare = LIBRARIES[name] if name in LIBRARIES else crossover(name)
        reason = RECIPES[name].unavailable("cpu") if name in RECIPES else None
        try:
            if reason is None:
                found[name] = prepare(scale, epochs)
        except ImportError as error:
            reason = f"{error.name} is not installed"
        if reason:
            typer.echo(f"{name} is left out: {reason}", err=True)
    return found


def rounds_in_turn(runs: dict[str, Callable[[], Run]], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Seconds and last losses of each, a round of one after a round of the other, after one round that is not kept."""
    measured: dict[str, dict[str, list[float]]] = {name: {"seconds": [], "losses": []} for name in runs}
    for round_ in range(rounds + 1):
        for name, fresh in runs.items():
            run = fresh()
            start_s = perf_counter()
            loss = run()
            seconds = perf_counter() - start_s
            if round_:
                measured[name]["seconds"].append(seconds)
                measured[name]["losses"].append(loss)
    return measured


def table(scale: int, epochs: int, measured: dict[str, dict[str, list[float]]]) -> str:
    """Markdown: the median of the paired ratios of each to the first, with its interval."""
    first, reference = next(iter(measured.items()))
    lines = [
        f"Scale {scale}, {epochs} epochs, {len(reference['seconds'])} rounds in turn\n",
        f"| | median s | faster than {first} | 95 % | last loss |",
        "| --- | ---: | ---: | --- | ---: |",
    ]
    expected = float(np.median(reference["losses"]))
    for name, of in measured.items():
        ratios = np.array(reference["seconds"]) / np.array(of["seconds"])
        low, high = interval(ratios)
        loss = float(np.median(of["losses"]))
        learnt = np.isfinite(loss) and abs(loss - expected) < COMPARABLE * np.log(2)
        note = "" if learnt else " (learnt otherwise)"
        seconds, ratio = np.median(of["seconds"]), np.median(ratios)
        lines.append(f"| {name} | {seconds:.3g} | {ratio:.2f}x | {low:.2f} to {high:.2f} | {loss:.3g}{note} |")
    return "\n".join(lines) + "\n"


def compare(
    scales: Annotated[str, typer.Option(help="Comma-separated.")] = "1,3,5,10",
    rounds: Annotated[int, typer.Option(min=2, help="Timed rounds of each, taken in turn.")] = 8,
    epochs: Annotated[int, typer.Option(min=1)] = workload.EPOCHS,
    contenders: Annotated[
        str, typer.Option(help="Recipes and libraries, comma-separated; the first is what all are compared with.")
    ] = ",".join(["article", "deferred", "native", *LIBRARIES]),
    output: Annotated[Path, typer.Option("-o", metavar="FILE.json", help="Where every round is saved.")] = Path(
        "peers.json"
    ),
) -> None:
    """Train in other libraries and by this project's recipes, in turn, and print how they compare.

    Example: python -m peers.compare --scales 1,3 --rounds 8
    """
    saved = []
    for scale in map(int, scales.split(",")):
        measured = rounds_in_turn(prepared(scale, epochs, contenders.split(",")), rounds)
        typer.echo(table(scale, epochs, measured))
        saved.append({"scale": scale, "epochs": epochs, "measured": measured})
        run = {"date": str(date.today()), "torch": torch.__version__, "threads": torch.get_num_threads()}
        output.write_text(json.dumps(run | {"scales": saved}, indent=1))


if __name__ == "__main__":
    typer.run(compare)
