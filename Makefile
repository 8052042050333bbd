# Every target sets up .venv by itself. `make bench ARGS="--scales 1-3"` passes options on.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: bench test test-browser lint report

bench: .venv/ready
	$(BIN)/pytest benchmarks --benchmark-autosave $(ARGS)

test: .venv/ready
	$(BIN)/pytest tests $(ARGS)

test-browser: .venv/browser
	$(BIN)/pytest tests -m browser $(ARGS)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

report: .venv/ready
	$(BIN)/python -m benchmarks.report.readme README.md README.zh-CN.md
	mkdir -p build
	$(BIN)/crossover report --output build/report.html

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,report]'
	touch $@

.venv/browser: .venv/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[browser]'
	touch $@
