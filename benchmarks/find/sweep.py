"""The command that measures in rounds what a search has measured in turns."""

from collections.abc import Iterable

from crossover.benchmarks.find.choice import CPU, Choice
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.machine.environment import by_threads
from crossover.benchmarks.runs.schema import MLP

__all__ = ["sweep"]

ARTICLE = "article"


def sweep(found: SearchResult) -> str | None:
    """Returns the command that measures the sizes of a search; None where none compares the same sides."""
    sides = words(found.choice)
    if not sides:
        return None
    trained = f" --workload {found.workload}" if found.workload != MLP else ""
    sizes = comma_list(point.dial for point in found.answer.points)
    if found.dial.is_batch:
        return f"{sides}{trained} --scales {found.dial.scale} --batch-sizes {sizes}"
    batch = f" --batch-sizes {found.dial.batch_size}" if found.dial.batch_size else ""
    return f"{sides}{trained} --scales {sizes}{batch}"


def words(choice: Choice) -> str | None:
    """The command and the options that name the sides. Recipes are compared with the article's, and by no threads."""
    devices = f" --devices {comma_list(choice.devices)}" if choice.devices else ""
    if choice.recipes and len(choice.threads) < 2:
        prefix = "".join(f"{name}={value} " for count in choice.threads for name, value in by_threads(count).items())
        recipes = dict.fromkeys([ARTICLE, *choice.recipes])
        return f"{prefix}crossover bench recipes{devices} --recipes {comma_list(recipes)}"
    has_sweep = not choice.recipes and (choice.device == CPU or not choice.threads)
    if not has_sweep or choice == Choice():
        return None
    threads = f" --threads {comma_list(choice.threads)}" if choice.threads else ""
    return f"crossover bench training{devices}{threads}"


def comma_list(values: Iterable[object]) -> str:
    return ",".join(map(str, values))
