# Every target sets up .venv by itself. `make bench ARGS="--scales 1-3"` passes options on.

SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

# Two at a time, each on one thread: threads that wait for each other are slow on a busy machine. What shares a saved
# run stands in one file, and goes to one of the two; files with few tests are not kept for the end: they take longest.
# Python may keep what it has compiled: the tests start it more than a hundred times, and each would compile it all again.
TEST := PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/pytest tests --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: find bench bench-all test test-runs test-distributed test-browser test-force find-coverage fuzz lint report

# The size at which the GPU pays off, in a minute.
find: .venv/ready
	$(BIN)/crossover find $(ARGS)

# The speedup at each size: three minutes on two cores.
bench: .venv/ready
	$(BIN)/pytest benchmarks/test_training.py --scales 1-5,10 --cell-seconds 40 --benchmark-autosave $(ARGS)

# Every benchmark at its usual scales.
bench-all: .venv/ready
	$(BIN)/pytest benchmarks --all --benchmark-autosave $(ARGS)

test: .venv/ready
	$(TEST) $(ARGS)

# Starts whole runs, each a process of its own.
test-runs: .venv/ready
	$(TEST) -m runs $(ARGS)

# Real runs of two processes started by torchrun, and of two hosts where network namespaces can be made.
test-distributed: .venv/ready
	$(BIN)/pytest tests -m distributed $(ARGS)

test-browser: .venv/browser
	$(BIN)/pytest tests -m browser $(ARGS)

# Kills real runs at random moments and resumes them: takes long.
test-force: .venv/ready
	$(BIN)/pytest tests -m force -v $(ARGS)

# How often 24,000 searches on made-up machines are right: some minutes.
find-coverage: .venv/ready
	$(BIN)/python -m tools.find_coverage $(ARGS)

# 20,000 made-up and damaged files through everything that reads and shows them: takes long.
fuzz: .venv/ready
	$(BIN)/pytest tests -k shown_or_refused --hypothesis-profile=fuzz --hypothesis-show-statistics -v $(ARGS)

# mypy and import-linter see the package as it is when installed: in a checkout it takes in the folders beside it.
lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build/package && mkdir -p build/package && cp -Rp crossover build/package && cp -Rp model benchmarks build/package/crossover
	set -o pipefail; $(BIN)/mypy | sed 's,build/package/crossover/,,'
	cd build/package && ../../$(BIN)/lint-imports --no-logo ../../pyproject.toml

report: .venv/ready
	$(BIN)/python -m tools.docs README.md README.zh-CN.md docs/*.md
	mkdir -p build
	$(BIN)/crossover report docs/runs --output build/report.html

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,report]'
	touch $@

.venv/browser: .venv/ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[browser]'
	touch $@
