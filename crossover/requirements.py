"""Which packages the project needs, and what to say where one is missing."""

__all__ = ["PACKAGES", "what_is_missing"]

PACKAGES = {
    "torch": "torch",
    "pytest": "pytest",
    "pytest_benchmark": "pytest-benchmark",
    "pandas": "pandas",
    "numpy": "numpy",
    "psutil": "psutil",
    "pynvml": "nvidia-ml-py",
    "machineid": "py-machineid",
    "msgspec": "msgspec",
    "filelock": "filelock",
    "rich": "rich",
    "typer": "typer",
}
"""The package to install for each module that is imported, as in pyproject.toml."""


def what_is_missing(error: ImportError) -> str:
    """Says in a line what an import lacks, and what to install."""
    module = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and module not in ("", "crossover"):
        return f"{module} is missing: pip install {PACKAGES.get(module, module)}"
    broken = module if module not in ("", "crossover") else "Crossover"
    return f"{broken} is damaged or too old: install it again ({(str(error).splitlines() or [''])[0]})"
