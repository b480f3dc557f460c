# `make demo` and `make test` are the two commands; both set everything up first.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo test check check-replay up setup lock clean

demo: setup
	$(BIN)/fanlight demo

test: setup check
	@$(PYTHON) scripts/setup.py --tests
	$(BIN)/pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy dags
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/project

# A replay tool of others, pywb, gives back what two visits kept. It pins old packages: an environment of its own.
check-replay: setup .venv-replay/made
	$(BIN)/pytest -q -s tests/spiders/test_pywb.py

.venv-replay/made: requirements-replay.lock
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-replay
	$(BIN)/uv pip install --quiet --python .venv-replay/bin/python --require-hashes -r $<
	touch $@

# Figures: one line each, `figure NAME VALUE UNIT GOAL`, measured beside peers in the same run.
bench-%: setup
	$(BIN)/python benchmarks/bench_$*.py

up: setup
	$(BIN)/fanlight up

setup:
	@$(PYTHON) scripts/setup.py

lock:
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --upgrade -o requirements.lock
	$(BIN)/uv pip compile requirements-replay.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --upgrade -o requirements-replay.lock

clean:
	rm -rf .venv .venv-replay var
