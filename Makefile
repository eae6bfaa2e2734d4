# `make demo` plays both sides in a browser; `make test` runs every gate; `make chaos` breaks things;
# `make dist` makes a wheel and an archive of the sources in dist/.
# `make bench` measures it beside a bridge without a store; `make scale` reckons how far it goes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

MINUTES ?= 20
SEED ?= 1
ROUNDS ?= 5

.PHONY: demo test chaos bench scale dist
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	@exec $(BIN)/python -m sandbox

test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

chaos: $(VENV)/installed-for-tests
	PYTHONPATH=tests $(BIN)/python -m chaos --minutes $(MINUTES) --seed $(SEED)

# The same sources give the same wheel: times come from the last commit.
dist: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)
dist: $(VENV)/installed-for-tests
	$(BIN)/python -m build --no-isolation

bench: $(VENV)/installed
	$(BIN)/python -m benchmarks --rounds $(ROUNDS) --docs docs

scale: $(VENV)/installed-for-tests
	$(BIN)/python -m benchmarks.scale

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/installed-for-tests: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/installed
