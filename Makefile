# `make demo` and `make test` are the two commands; both set everything up first.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo test check up setup lock clean

demo: setup
	$(BIN)/fanlight demo

test: setup check
	$(BIN)/pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy dags
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/project

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

clean:
	rm -rf .venv var
