# Every target sets up .venv by itself. `make bench ARGS="--scales 1-3"` passes options on.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: bench test test-distributed lint report

bench: .venv/ready
	$(BIN)/pytest benchmarks --benchmark-autosave $(ARGS)

test: .venv/ready
	$(BIN)/pytest tests -m "not distributed" $(ARGS)

test-distributed: .venv/ready
	$(BIN)/pytest tests -m distributed $(ARGS)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

report: .venv/ready
	$(BIN)/python -m benchmarks.report.readme README.md

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
