# `make` alone lists the words. Each word does its own set-up in .venv; nothing outside this directory is changed,
# except that `make test` installs redis-server, PostgreSQL and Chromium by apt-get where they are missing and it may.

PORT ?= 8000
PROCESSES ?= 2
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.10 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && { echo $$name; break; }; done)

BIN := .venv/bin
MANAGE := $(BIN)/python sample_site/manage.py
ADDRESS := http://127.0.0.1:$(PORT)/

.DEFAULT_GOAL := help
.PHONY: help demo start test style types floors client unit browser faults chaos marathon build vocabulary bench docs wheel clean port site

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# ── Use it ──

demo: .venv/installed port site  ## the sample site in one process: no Redis, no Node (PORT=8000)
	@printf '\n  The desk:  %s\n  Sign in as ana or ben, password "desk"; use two browsers to be both.\n  Ctrl-C ends it.\n\n' $(ADDRESS)
	@exec env -u REDIS_URL $(BIN)/daphne -v 0 -b 127.0.0.1 -p $(PORT) sample_site.config.asgi:application

start: .venv/developing port site  ## the same on a real Redis, with several processes (PORT=8000, PROCESSES=2)
	@command -v redis-server >/dev/null \
		|| { echo 'redis-server is missing: apt-get install redis-server' >&2; exit 1; }
	@printf '\n  The desk:  %s and the next ports, %s processes on one Redis.\n  Sign in as ana or ben, password "desk".\n\n' $(ADDRESS) $(PROCESSES)
	@PATH="$(CURDIR)/$(BIN):$$PATH" PORT=$(PORT) exec $(BIN)/honcho start -c web=$(PROCESSES)

port: .venv/installed
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null \
		|| { echo 'Port $(PORT) is taken. Choose another one: make $(MAKECMDGOALS) PORT=8001' >&2; exit 1; }

site: .venv/installed
	@echo 'Preparing the database of the sample site …'
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) desk_seed

# ── Prove it ──

test: .venv/developing  ## everything: style, types, floors, client, unit, property, golden, docs, wheel, browser
	@$(BIN)/python scripts/verify.py

style: .venv/developing  ## ruff
	@$(BIN)/python scripts/verify.py style format

types: .venv/developing  ## mypy --strict
	@$(BIN)/python scripts/verify.py types

floors: .venv/developing  ## import-linter: who may import whom
	@$(BIN)/python scripts/verify.py floors

client: .venv/developing  ## the client's types and tests
	@$(BIN)/python scripts/verify.py client-types client-tests

unit: .venv/developing  ## the Python tests without a browser
	@$(BIN)/python scripts/verify.py tests

browser: .venv/developing  ## the tests in Chromium
	@$(BIN)/python scripts/verify.py browser

faults: .venv/developing  ## every fault once, and faults planted on purpose, on real processes
	@$(BIN)/python scripts/verify.py faults

chaos: .venv/developing  ## what holds while things break, in figures (SEED=n says the same again; 25 minutes)
	@$(BIN)/python -m tests.faults chaos $(if $(SEED),--seed $(SEED))

marathon: .venv/developing  ## an hour of everything at random (SEED=n)
	@$(BIN)/python -m tests.faults marathon $(if $(SEED),--seed $(SEED))

docs: .venv/developing  ## run the examples of README and docs
	@$(BIN)/pytest tests/test_docs.py

wheel: .venv/developing  ## build the wheel and try it in a fresh environment
	@$(BIN)/pytest tests/test_wheel.py

bench: .venv/developing  ## the benchmarks: ratios, side by side in one run
	@$(BIN)/python -m benchmarks

# ── Make it ──

build: .venv/developing liveactions/js/node_modules  ## build the client into liveactions/static/
	@$(MAKE) --no-print-directory vocabulary
	@cd liveactions/js && node build.mjs

vocabulary: .venv/developing  ## write the generated files: vocabulary.ts, vocabulary.json, the table of words
	@$(BIN)/python -m liveactions.devtools.vocabulary

clean:  ## remove what the words above have made
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis liveactions/js/node_modules
	rm -f sample_site/desk.sqlite3*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── Set-up: done once, and again when pyproject.toml changes ──

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo 'liveactions needs Python 3.10 or newer; none was found. Give one: make PYTHON=/path/to/python' >&2; exit 1; }
	@echo 'Making .venv with $(PYTHON) …'
	@$(PYTHON) -m venv .venv || { echo 'Python could not make a virtual environment. On Debian: apt-get install python3-venv' >&2; rm -rf .venv; exit 1; }

.venv/installed: pyproject.toml | .venv/bin/python
	@echo 'Installing liveactions and what it stands on (once; about half a minute) …'
	@$(BIN)/python -m pip install --disable-pip-version-check --editable '.[reports,mail,excel]'
	@touch $@

.venv/developing: pyproject.toml | .venv/bin/python
	@echo 'Installing liveactions with its development tools (once; about a minute) …'
	@$(BIN)/python -m pip install --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed

liveactions/js/node_modules: liveactions/js/package-lock.json
	@cd liveactions/js && npm ci --no-audit --no-fund
	@touch $@
