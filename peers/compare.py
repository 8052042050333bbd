"""Time the same training in other libraries and in this project's recipes, in turn: `python -m peers.compare`."""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import torch
import typer

from crossover import program
from crossover.benchmarks.harness.options import parse_scales
from crossover.benchmarks.machine import environment, host
from crossover.model import constants
from crossover.model.recipes import RECIPES
from crossover.model.workloads import MLP
from peers.libraries import LIBRARIES, Run, crossover
from peers.table import text

CONTENDERS = ",".join(["article", "deferred", "native", *LIBRARIES])
VERSIONS = ["torch", "numpy", "jax", "optax", "lightning", "scikit-learn", "skorch"]


def prepared(scale: int, epochs: int, names: list[str]) -> dict[str, Callable[[], Run]]:
    """The contenders that run here, by name; prints one line for each that does not."""
    found = {}
    for name in names:
        prepare = LIBRARIES[name] if name in LIBRARIES else crossover(name)
        reason = RECIPES[name].unavailable("cpu", MLP) if name in RECIPES else None
        try:
            if reason is None:
                found[name] = prepare(scale, epochs)
        except ImportError as error:
            reason = f"{error.name} is not installed"
        if reason:
            typer.echo(f"{name} is left out: {reason}", err=True)
    return found


def rounds_in_turn(runs: dict[str, Callable[[], Run]], rounds: int) -> Iterator[dict[str, dict[str, list[float]]]]:
    """Yield the seconds and last losses of every contender so far, after each round: there and back (A B, B A, …).

    A first round is run and not kept.
    """
    measured: dict[str, dict[str, list[float]]] = {name: {"seconds": [], "losses": []} for name in runs}
    for round_ in range(rounds + 1):
        for name in list(runs)[:: 1 if round_ % 2 else -1]:
            typer.echo(f"\r\033[Kround {round_} of {rounds}: {name}", nl=False, err=True)
            run = runs[name]()
            start_s = perf_counter()
            loss = run()
            seconds = perf_counter() - start_s
            if round_:
                measured[name]["seconds"].append(seconds)
                measured[name]["losses"].append(loss)
        typer.echo("\r\033[K", nl=False, err=True)
        if round_:
            yield measured


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def circumstances() -> dict[str, Any]:
    """When, where and with which versions the rounds were taken."""
    return {
        "date": str(date.today()),
        "cpu": host.hardware()["cpu_model"],
        "cores": host.hardware()["cores"],
        "threads": torch.get_num_threads(),
        "environment": environment.decisive(),
        "versions": {package: found for package in VERSIONS if (found := installed(package))},
    }


def scales_of(text: str) -> list[int]:
    """Scales in the form that `pytest benchmarks --scales` takes; raises BadParameter for others."""
    try:
        return parse_scales(text)
    except ArgumentTypeError as error:
        raise typer.BadParameter(str(error)) from error


def contenders_of(names: str) -> list[str]:
    """The contenders of a comma-separated list; raises BadParameter for an unknown one."""
    contenders = [name.strip() for name in names.split(",")]
    if unknown := [name for name in contenders if name not in {**RECIPES, **LIBRARIES}]:
        raise typer.BadParameter(f"{unknown[0]!r} is none; known: {', '.join([*RECIPES, *LIBRARIES])}")
    return contenders


def compare(
    scales: Annotated[Any, typer.Option(parser=scales_of, help="Model sizes, such as 1-3,10.")] = "1,3,5,10",
    rounds: Annotated[int, typer.Option(min=3, help="Timed rounds of each, taken in turn.")] = 5,
    epochs: Annotated[int, typer.Option(min=1)] = constants.EPOCHS,
    contenders: Annotated[
        Any,
        typer.Option(parser=contenders_of, help="Recipes and libraries; the first is what all are compared with."),
    ] = CONTENDERS,
    output: Annotated[Path, typer.Option("-o", metavar="FILE.json", help="Where every round is saved.")] = Path(
        "peers.json"
    ),
) -> None:
    """Train in other libraries and by this project's recipes, in turn, and print how they compare.

    Example: python -m peers.compare --scales 1,3 --rounds 8
    """
    try:
        output.open("a").close()
    except OSError as error:
        raise typer.BadParameter(f"-o: {output} cannot be written: {error.strerror}") from error
    run = {**circumstances(), "scales": []}
    for scale in scales:
        part: dict[str, Any] = {"scale": scale, "epochs": epochs}
        run["scales"].append(part)
        for part["measured"] in rounds_in_turn(prepared(scale, epochs, contenders), rounds):
            output.write_text(json.dumps(run, indent=1))
    typer.echo(text(run))


if __name__ == "__main__":
    program.run("peers.compare", partial(typer.run, compare))
