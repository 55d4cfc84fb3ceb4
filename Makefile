# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8501
BIN := $(VENV)/bin

# Public datasets, when somebody put them beside the project; everything works without.
ifndef RECSYS_DATASETS
ifneq ($(wildcard ../shared/datasets),)
export RECSYS_DATASETS := $(abspath ../shared/datasets)
endif
endif

.PHONY: help install install-dev demo test test-slow lint fix types bench screenshots clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed ## make the virtual environment with the pinned requirements

$(VENV)/.installed: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the requirements: about two minutes the first time."
	$(BIN)/pip install --disable-pip-version-check --quiet -r requirements.txt
	@touch $@

install-dev: $(VENV)/.installed-dev ## the same, with what tests and checks need

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/pip install --disable-pip-version-check --quiet -r requirements-dev.txt
	@touch $@

demo: install ## warm up and serve the app on localhost:8501
	$(BIN)/python -m recsys warm
	$(BIN)/streamlit run app.py --server.port $(PORT)

# Two workers on two cores: more threads in each would only be in each other's way.
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -r aR -n 2

test: install-dev chromium postgresql ## run the tests: under ten minutes on two cores
	$(PYTEST) -m "not slow"

test-slow: install-dev chromium postgresql ## run the thorough tests that `make test` leaves out
	$(PYTEST) -m slow

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	     && echo "Installing Debian's chromium for the browser tests." \
	     && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	|| echo "NO CHROMIUM: the browser tests will be SKIPPED. Install chromium to run them."

.PHONY: postgresql
postgresql:
	@command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 \
	     && echo "Installing Debian's postgresql for the tests of the event log." \
	     && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; } \
	|| echo "NO POSTGRESQL: the tests on a PostgreSQL server will be SKIPPED. Install postgresql to run them."

lint: install-dev ## style and layering
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fix: install-dev ## mend style where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install-dev ## strict types of the package
	$(BIN)/mypy

bench: install-dev chromium ## measure, write benchmarks/results/, rebuild the README's tables
	$(BIN)/python -m benchmarks encode
	$(BIN)/python -m benchmarks live
	$(BIN)/python -m benchmarks report

screenshots: install-dev chromium ## draw docs/screenshots from the running app
	$(BIN)/python -m benchmarks screenshots

clean: ## remove the environment and what tools left
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .artifacts build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
