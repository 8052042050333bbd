"""Whether a run will fit the largest file that readers take, before anything is measured."""

from crossover.benchmarks.runs.json_file import LARGEST_BYTES

__all__ = ["CELL_BYTES", "NUMBER_BYTES", "shortage"]

CELL_BYTES = 3000
"""What a cell takes in a saved run beside the numbers of its rounds: up to 2.5 KB in the runs under docs/runs."""

NUMBER_BYTES = 50
"""What a number of a round takes, on a line of its own: up to 24 spaces, 22 digits and signs, a comma and a newline."""

REST_BYTES = 4 * 2**20
"""For the machine, the sessions and the times of single calls, of which a run keeps 3 MB."""


def shortage(cells: int, rounds: int, ranks: int) -> str | None:
    """Returns why the rounds of all cells do not fit a file, with the number that would; None where they fit."""
    left = (LARGEST_BYTES - REST_BYTES) // cells - CELL_BYTES
    numbers = 2 if ranks == 1 else 1 + 2 * ranks  # its time, and what it waited or what each rank says of it
    most = left // (NUMBER_BYTES * numbers)
    if most >= rounds:
        return None
    asked = f"{cells} cell{'s' * (cells > 1)} with {rounds} rounds each"
    would = f"--rounds {most}" if most > 0 else "fewer --scales"
    return f"{asked} may not fit the {LARGEST_BYTES // 2**20} MB of a saved run: {would} would"
