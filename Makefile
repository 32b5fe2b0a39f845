# Everything starts here; `make` alone lists what there is. Needs Python 3.11 or newer, and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIENTS := .venv-clients
SBOM := .venv-sbom
# A wheel for every package, at exactly the locked hash; pip asks whatever registry it is configured for.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes

# Modules are compiled once and kept, wherever that was switched off: each process would else spend two seconds on it.
export PYTHONDONTWRITEBYTECODE :=

# How many processes share the tests: one more than two cores need, as some tests wait. Each takes a file at a time, in
# the order of tests/sharing.py.
WORKERS ?= 3
SHARED := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# How long `make fuzz`, `make fuzz-readers`, `make chaos` and `make races` look, and where random examples begin: each run elsewhere, and it says where.
FUZZ ?= 20
MINUTES ?= 10
ROUNDS ?= 5
ALERTS ?= 10000
CASES ?= 5000
SEED ?= $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')

# What the Django checks of `make check` see: the settings of a real service, with nothing behind them.
IN_EARNEST := DATABASE_URL=postgresql://nobody@127.0.0.1:1/tracker CELERY_BROKER_URL=redis://127.0.0.1:1 ALLOWED_HOSTS=example.org \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz

.DEFAULT_GOAL := help
.PHONY: help run test install-test clients schemathesis proofs cases browser fuzz fuzz-readers chaos races check format bench joint words lock release sbom clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.runs ## start everything; PORT (8000), TRACKER_HOME (./var) and SAMPLE=0 (start empty) change it
	@exec $(BIN)/python -m tracker.running

test: $(VENV)/.develops clients ## run the tests on a database of their own; WORKERS (3) share them, ARGS adds arguments for pytest
	$(BIN)/python -m pytest $(SHARED) -m 'not proof' $(ARGS)

# `make test` has all of them; those that are random, and the last, in a short form, once.

install-test: $(VENV)/.develops ## follow docs/operations.md to the letter on a bare Debian in a folder; root, ten minutes
	INSTALL_TEST=1 $(BIN)/python -m pytest -n 0 tests/docs/test_operations.py $(ARGS)

clients: $(CLIENTS)/.installed ## install what tries the API from outside; Node.js has its own list in tests/clients
	@:

schemathesis: $(VENV)/.develops clients ## send CASES (5000) random requests that the description allows or forbids to a service with the sample
	$(BIN)/python -m tests.running.random_requests --cases $(CASES) --seed $(SEED) $(ARGS)

proofs: $(VENV)/.develops ## what takes minutes and the machine for itself: restarts, slow clients, alarms, a point in time, a storm of faults
	$(BIN)/python -m pytest -n 0 -m proof $(ARGS)

cases: $(VENV)/.develops ## ask a service with the sample what ../shared/cases ask; TRACKER_SHARED names another folder
	$(BIN)/python -m pytest -n 0 tests/running/test_shared_cases.py $(ARGS)

browser: $(VENV)/.develops ## click through the admin and the pages in a Chromium, where one is installed; every walk
	WALKS=all $(BIN)/python -m pytest -n 0 -m browser $(ARGS)

fuzz: $(VENV)/.develops ## try FUZZ (20) times as many random examples as `make test`; SEED repeats a run
	FUZZ=$(FUZZ) $(BIN)/python -m pytest $(SHARED) -m hypothesis --hypothesis-seed=$(SEED) $(ARGS)

fuzz-readers: $(VENV)/.develops ## damage files of every format for MINUTES (10) and read them; SEED repeats a run
	$(BIN)/python -m tests.imports.reader_fuzzing --minutes $(MINUTES) --seed $(SEED)

chaos: $(VENV)/.develops ## kill, pause, cut off, fill and set wrong whatever runs, for MINUTES (10), and say what was true afterwards
	$(BIN)/python -m tests.running.chaos --minutes $(MINUTES) --seed $(SEED) $(ARGS)

races: $(VENV)/.develops ## the tests that kill processes or let writers race, ROUNDS (5) times; stops at the first failure
	for round in $$(seq $(ROUNDS)); do ALERTS=$(ALERTS) $(BIN)/python -m pytest $(SHARED) -m chaos $(ARGS) || exit 1; done

check: $(VENV)/.develops ## formatting, lint, types, the direction of imports, secrets in files, Django's own checks, missing migrations
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tracker.local.secret_scan
	$(BIN)/python manage.py check --fail-level WARNING
	$(IN_EARNEST) $(BIN)/python manage.py check --deploy --fail-level WARNING
	# on a database that is not there, so that none is started to ask for applied migrations; hence its warning
	$(IN_EARNEST) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

format: $(VENV)/.develops ## put the code into its form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/.develops ## measure beside yardsticks, with a million contracts; ARGS="--size small" takes minutes, ARGS=--help says more
	$(BIN)/python -m benchmarks $(ARGS)

joint: $(VENV)/.develops ## readers beside an import, sweeps and deliveries for MINUTES (10), and as long alone; ARGS="--contracts 100000"
	MINUTES=$(MINUTES) $(BIN)/python -m benchmarks --only together $(ARGS)

words: $(VENV)/.develops ## gather the texts of pages into locale/ and compile their translations
	$(BIN)/python -m tracker.local.catalogue

lock: ## write the exact versions and hashes of everything that requirements*.in asks for (needs uv)
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(ARGS) -o requirements.txt requirements.in
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(ARGS) -o requirements-dev.txt requirements-dev.in
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(ARGS) -o requirements-clients.txt requirements-clients.in
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(ARGS) -o requirements-otel.txt requirements-otel.in
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(ARGS) -o requirements-sbom.txt requirements-sbom.in

release: $(VENV)/.develops ## make dist/: sources, wheels and their sums, for machines without a registry (docs/releases.md)
	@$(BIN)/python -m tracker.local.release $(ARGS)

# It warns that the lock does not say who needs whom; the same lock gives the same bytes.
sbom: $(SBOM)/.installed ## write dist/sbom.cdx.json: the packages that the service runs with, and their hashes, as CycloneDX
	@mkdir -p dist
	@$(SBOM)/bin/python -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file dist/sbom.cdx.json requirements.txt

clean: ## remove the environment and what tools keep; what the service keeps stays
	rm -rf $(VENV) $(CLIENTS) $(SBOM) tests/clients/node_modules tests/clients/made .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# umask: the database of a run by root belongs to another user, who must be able to read its programs
$(VENV)/bin/python:
	@umask 022 && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@umask 022 && $(PYTHON) -m venv $(VENV)

$(CLIENTS)/.installed: requirements-clients.txt
	@umask 022 && $(PYTHON) -m venv $(CLIENTS)
	@echo "installing what tries the API from outside"
	@umask 022 && $(subst $(BIN),$(CLIENTS)/bin,$(INSTALL)) -r requirements-clients.txt && touch $@

$(SBOM)/.installed: requirements-sbom.txt
	@umask 022 && $(PYTHON) -m venv $(SBOM)
	@umask 022 && $(subst $(BIN),$(SBOM)/bin,$(INSTALL)) -r requirements-sbom.txt && touch $@

$(VENV)/.runs: requirements.txt | $(VENV)/bin/python
	@echo "installing what the service needs"
	@umask 022 && $(INSTALL) -r requirements.txt && touch $@

$(VENV)/.develops: requirements-dev.txt | $(VENV)/bin/python
	@echo "installing what tests and checks need"
	@umask 022 && $(INSTALL) -r requirements-dev.txt && touch $@ $(VENV)/.runs
