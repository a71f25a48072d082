# FinOps Dash. `make run` and `make test` are all a bare machine needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test check lint types contracts deps fmt bench lock plotly clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready  ## build .venv from the lock

.venv/.ready: requirements.lock scripts/venv.sh pyproject.toml
	@scripts/venv.sh requirements.lock
	@scripts/pdf.sh || echo "Everything works but PDFs: the libraries they need could not be installed." >&2
	@touch $@

.venv/.ready-dev: requirements-dev.lock scripts/venv.sh pyproject.toml
	@scripts/venv.sh requirements-dev.lock
	@touch $@ .venv/.ready

run: setup  ## start the database, load the demo company once, serve on http://127.0.0.1:8050
	@FINOPS_DEMO=$${FINOPS_DEMO:-1} $(BIN)/finops-dash serve

test: .venv/.ready-dev  ## everything the tests need, Chromium included, then the whole suite
	@scripts/browser.sh
	@scripts/pdf.sh
	@scripts/certified.sh
	@$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder --cov --cov-report=term --cov-fail-under=90

check: lint types contracts deps  ## lint, types, import contracts, dependencies

lint: .venv/.ready-dev  ## ruff: rules and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.ready-dev  ## mypy --strict
	@$(BIN)/mypy

contracts: .venv/.ready-dev  ## the arrows between the layers
	@$(BIN)/lint-imports

deps: .venv/.ready-dev  ## every dependency direct, used and declared
	@$(BIN)/deptry .

fmt: .venv/.ready-dev  ## format, and mend what ruff can
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format .

bench: .venv/.ready-dev  ## measure, and write docs/benchmarks.md
	@$(PY) benchmarks/run.py

lock: .venv/.ready-dev  ## remake both locks from pyproject.toml
	@for lock in "requirements.lock" "requirements-dev.lock --extra dev"; do \
		$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --no-header \
			--no-emit-index-url --generate-hashes -o $$lock ; done

plotly:  ## bundle anew the part of plotly.js that the pages draw with (needs Node.js)
	@scripts/plotly/build.sh

clean:  ## remove the environment, caches and build output; data in .data stays
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage*
