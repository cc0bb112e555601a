# Every target installs first what it needs; a second start installs nothing.
# `make setup PYTHON=python3.12` takes another Python than the first suitable one on PATH.

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin

# A Spark, a Python path or settings of another installation must not reach ours.
unexport SPARK_HOME SPARK_CONF_DIR PYSPARK_SUBMIT_ARGS PYTHONPATH PYTHONHOME VIRTUAL_ENV
# No package of ours phones home; the code switches it off too, for starts without make.
export DAGSTER_DISABLE_TELEMETRY := yes
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.PHONY: help setup demo test test-nightly lint format dev bench bench-quality lock

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install everything into .venv, once
	@for python in $(PYTHON) .venv/bin/python python3 python3.13 python3.12 python3.11 python3.14; do \
	  if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; \
	  then exec $$python -m scripts.bootstrap; fi; \
	done; \
	echo "setup: stopped. Python 3.11 to 3.14 is needed, and $$(python3 --version 2>&1 || echo none) was found. Install python3 (apt-get install python3 python3-venv), or name one: make setup PYTHON=/path/to/python3.12" >&2; exit 1

demo: setup ## Generate feeds, run the whole road on them and show the result
	@$(BIN)/scv demo

test: setup ## Lint, format, types, import rules, documents, then the tests
	@$(MAKE) --no-print-directory lint
	@echo "== tests"
	@$(BIN)/python -m pytest

test-nightly: setup ## Kill a run at 100 random moments and start it again, an hour or so
	@$(BIN)/python -m pytest -m nightly

lint: setup ## Everything of `make test` but the tests
	@echo "== lint"
	@$(BIN)/ruff check .
	@echo "== format"
	@$(BIN)/ruff format --check .
	@echo "== types"
	@$(BIN)/mypy
	@echo "== import rules"
	@$(BIN)/lint-imports --no-logo --no-cache
	@echo "== documents"
	@$(BIN)/scv docs --check

format: setup ## Put the code into the one format, and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

dev: setup ## Open Dagster's page on a working instance
	@$(BIN)/scv dev

bench: setup ## Measure beside the plain script that does the same
	@$(BIN)/python -m benchmarks

bench-quality: setup ## Score linking on sets with known truth, beside other linkers
	@$(BIN)/python -m benchmarks.quality

lock: setup ## Resolve requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra build --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --quiet --output-file requirements.lock
