"""A module that lists its public names lists all that other modules use."""

import ast
from collections import defaultdict

import pytest

PARTS = ("model", "benchmarks")


@pytest.fixture(scope="module")
def modules(pytestconfig):
    """The syntax tree of each module, by its import name."""
    paths = [path for part in PARTS for path in (pytestconfig.rootpath / part).rglob("*.py")]
    names = ["crossover." + ".".join(path.relative_to(pytestconfig.rootpath).with_suffix("").parts) for path in paths]
    return {
        name.removesuffix(".__init__"): ast.parse(path.read_text()) for name, path in zip(names, paths, strict=True)
    }


def listed(tree):
    """The names in a module's `__all__`; None where it has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return None


def used(trees):
    """The names that some modules import from others, or take from them as attributes."""
    found = defaultdict(set)
    for tree in trees.values():
        aliases = {}
        for statement in [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]:
            for name in statement.names:
                if f"{statement.module}.{name.name}" in trees:
                    aliases[name.asname or name.name] = f"{statement.module}.{name.name}"
                else:
                    found[statement.module].add(name.name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
                found[aliases[node.value.id]].add(node.attr)
    return found


def unlisted(trees):
    return {
        f"{name}.{each}"
        for name, names in used(trees).items()
        if name in trees and (public := listed(trees[name])) is not None
        for each in names - public
    }


def test_what_others_use_is_public(modules):
    assert sum(listed(tree) is not None for tree in modules.values()) > 50
    assert set() == unlisted(modules)


def test_a_private_name_that_others_use_is_found():
    trees = {
        "crossover.a": ast.parse("__all__ = ['public']\npublic = hidden = taken = 1"),
        "crossover.b": ast.parse("from crossover import a\nfrom crossover.a import hidden, public\na.taken"),
    }

    assert {"crossover.a.hidden", "crossover.a.taken"} == unlisted(trees)
