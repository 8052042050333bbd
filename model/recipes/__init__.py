"""Named ways to run the same training: same seed, same batches in the same order, same mathematics, other speed.

    fit = recipe("fused").prepare(network, data, MLP, scale=1, batch_size=10, generator=generator)
    history = fit(10)  # trains the network in place for 10 epochs; only this call is worth timing

Add one by putting a `Recipe` into `RECIPES` under its name.
"""

from crossover.model.recipes.article import ARTICLE
from crossover.model.recipes.deferred.recipe import DEFERRED
from crossover.model.recipes.fused import FUSED
from crossover.model.recipes.graphed import GRAPHED
from crossover.model.recipes.native.recipe import NATIVE
from crossover.model.recipes.recipe import Fit, Recipe
from crossover.model.recipes.resident import RESIDENT

__all__ = ["ARTICLE", "RECIPES", "Fit", "Recipe", "UnknownRecipeError", "recipe"]

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (ARTICLE, RESIDENT, FUSED, DEFERRED, NATIVE, GRAPHED)}
"""Every known recipe by name, the article's first."""


class UnknownRecipeError(LookupError):
    """No recipe has this name; the message lists those that exist."""


def recipe(name: str) -> Recipe:
    """The recipe of a name. Raises UnknownRecipeError, which lists the known ones."""
    try:
        return RECIPES[name]
    except KeyError:
        raise UnknownRecipeError(f"no recipe is called {name!r}; known: {', '.join(RECIPES)}") from None
