# The words for everything that is done here; `make` lists them. Each sets up what it needs first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
ARGS ?=
CONFORMANCE ?= ../shared/conformance
# Modules are compiled once, even where the environment says otherwise: the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup setup-run run test long conformance soak bench fuzz check format hooks clean

help: ## Show this list
	@shown='  %-12s %s\n'; [ ! -t 1 ] || shown='  \033[1m%-12s\033[0m %s\n'; \
	grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r word text; do \
		printf "$$shown" "$$word" "$$text"; done

setup: ## Install all that is needed: packages in .venv, a browser, Redis and PostgreSQL for the tests
	@scripts/setup

setup-run:
	@scripts/setup run

run: setup-run ## Start Outrider with the demo shop and watch it work (ARGS=--once ends after the first runs)
	@exec $(BIN)/outrider demo $(ARGS)

test: setup ## Run the tests (ARGS="tests/engine -k claims" chooses)
	@$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder -m "not long" --ignore tests/architecture $(ARGS)

long: setup ## Run the tests that `make test` leaves out: outages, killed processes, floods, soak
	@$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder -m long $(ARGS)

conformance: setup ## What clients of each dialect were promised; a suite of yours asks started servers (CONFORMANCE=folder)
	@$(BIN)/pytest -q -n 2 -m "not long" tests/conformance
	@[ ! -d "$(CONFORMANCE)" ] || scripts/setup suite
	@$(BIN)/python scripts/conformance.py "$(CONFORMANCE)" $(ARGS)

soak: setup ## Run 200 browser runs in a row, one in five hanging or crashing (RUNS=50 for fewer)
	@OUTRIDER_SOAK_RUNS=$(or $(RUNS),200) $(BIN)/pytest tests/browser/soak $(ARGS)

bench: setup ## Measure: journeys beside Playwright, checks beside curl, the API beside its SQL (RUNS=10000000: all of it)
	@for part in journeys journey_runners http_engine http_client "api_history --runs $(or $(RUNS),1000000)"; do \
		echo "== $$part"; set -- $$part; $(BIN)/python benchmarks/$$1.py "$${@:2}" || exit; done

fuzz: setup ## Every property of the suite with 5,000 examples instead of 100, from a new seed
	@PYTHONPATH=scripts $(BIN)/pytest -n 2 -p long_fuzz --hypothesis-profile long --hypothesis-seed random -m hypothesis \
		--timeout 3600 $(ARGS)

check: setup ## Check format, lint, types, who imports whom, sizes and layout
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -q tests/architecture

format: setup ## Format the code and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

hooks: setup ## Write the page of hooks, plugins/HOOKS.md
	@$(BIN)/python scripts/hooks_page.py

clean: ## Remove what was built and installed here; outrider-data stays
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage build dist
	@find . -name __pycache__ -prune -exec rm -rf {} +
