"""Takes in the options, fixtures and hooks of `pytest benchmarks`."""

pytest_plugins = ["crossover.benchmarks.plugin"]
