# Dueline's one runner: `make` lists what it can do. Everything is set up in this folder (.venv, node_modules, build).

PYTHON ?= python3
SERVE ?= yes
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo demo-life run test check fix bench experiment-patterns docs lock clean setup setup-test setup-bench

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup  ## Try Dueline: a sample practice's files go in, today's call sheet comes out; serves the site (SERVE=no: does not)
	@$(BIN)/dueline demo $(if $(filter no 0 false,$(SERVE)),--no-serve)

demo-life: setup  ## Play one claim's whole life with an invented clearinghouse, in a minute; its files stay in demo-life/
	@$(BIN)/dueline demo-life

run: setup  ## Serve the site on http://127.0.0.1:8000 with what is already taken in
	@$(BIN)/dueline serve

test: setup-test  ## Check the code and run every test, on SQLite and on PostgreSQL
	@$(BIN)/python scripts/test.py

check: setup-test  ## Format, lint, types, import contracts and lock files, without the tests
	@$(BIN)/python scripts/check.py

fix: setup-test  ## Format the code and repair what ruff can repair
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

bench: setup-bench  ## Measure speed and memory; writes docs/reference/benchmarks.md (ONLY=reading measures one part)
	@$(BIN)/python -m bench $(ONLY)

experiment-patterns: setup-bench  ## Plant denial patterns and see what is found, missed and invented (QUICK=yes: a few runs, no page)
	@$(BIN)/python -m experiments.patterns $(if $(QUICK),--quick)

docs: setup-test  ## Write the reference pages that the code itself knows
	@$(BIN)/python -m dueline.cli.reference > build/commands.md && mv build/commands.md docs/reference/commands.md
	@$(BIN)/python -m dueline.cli.api_reference > build/api.md && mv build/api.md docs/reference/api.md
	@$(BIN)/python -m dueline.cli.check_reference > build/claim-checks.md && mv build/claim-checks.md docs/reference/claim-checks.md
	@$(BIN)/python -m dueline.cli.letter_reference > build/letters.md && mv build/letters.md docs/reference/letters.md

lock: setup-test  ## Lock dependencies anew after a change of pyproject.toml
	@$(BIN)/python scripts/lock.py

setup:  ## Only set up what demo and run need
	@$(PYTHON) scripts/environment.py runtime

setup-test:
	@$(PYTHON) scripts/environment.py test

setup-bench:
	@$(PYTHON) scripts/environment.py bench

clean:  ## Remove what set-up and tests made in this folder; the database in DUELINE_HOME stays
	rm -rf .venv node_modules build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
