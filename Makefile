# Moderato: everything a person or a server types. `make help` lists it.
#
# Nothing is needed beforehand but Python 3.11 or newer, make and git. All else goes into .venv,
# from requirement files locked by hash; stamps in .venv remember what is installed, so that a
# second `make run` neither installs anything nor opens a connection.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Another interpreter: make run PYTHON=/path/to/python3.12
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
# Wheels only: an install step that compiles would need more than Python on the machine.
# Quiet twice: errors only.
INSTALL := $(PIP) install --quiet --quiet --require-hashes --only-binary :all:

# Words passed on, e.g.  make run ARGS="--speed 10"   make test TESTS=tests/rounds   make bench ONLY=press
ARGS ?=
TESTS ?=
ONLY ?=
WORKERS ?= 2

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- run -------------------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/.run ## Install what is missing and start Moderato. Ctrl-C ends it.
	@# Ctrl-C reaches Moderato and this shell alike; the shell waits, so that make ends without a word.
	@trap : INT; $(PY) -m bot run $(ARGS); code=$$?; [ $$code -eq 130 ] || exit $$code

# --- checks ----------------------------------------------------------------------------------

.PHONY: test
test: check browser ## All checks, then all tests. What CI runs.
	@$(PY) -m pytest -n $(WORKERS) $(TESTS) $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## The checks that run nothing: format, lint, types, import contracts, content.
	@echo "ruff format"; $(BIN)/ruff format --check --quiet .
	@echo "ruff check"; $(BIN)/ruff check --quiet .
	@echo "mypy"; $(BIN)/mypy
	@echo "lint-imports"; $(BIN)/lint-imports --no-logo > $(VENV)/contracts.txt 2>&1 || { cat $(VENV)/contracts.txt; exit 1; }
	@echo "moderato check"; $(PY) -m bot check

.PHONY: soak
soak: $(VENV)/.dev ## The long simulations: a simulated year, many teams. Takes minutes to hours.
	@$(PY) -m pytest -m soak $(TESTS) $(ARGS)

.PHONY: bench
bench: $(VENV)/.dev ## Benchmarks beside their baselines; writes benchmarks/latest.json.
	@$(PY) -m benchmarks.run $(ONLY) $(ARGS)

# Of this machine's npm only `pack` is used: nothing is installed, and nothing of it is shipped.
.PHONY: pictures
pictures: browser ## Draw every Teams card with Microsoft's own renderer into .pictures. Needs npm.
	@mkdir -p .pictures/renderer
	@cd .pictures/renderer && for p in adaptivecards@3.0.6 markdown-it@14.1.0; do n=$${p%@*}; \
	  [ -d $$n/package ] || { npm pack --silent $$p > /dev/null && mkdir -p $$n && tar xzf $$n-*.tgz -C $$n; }; done
	@$(PY) -m tests.platforms.teams.pictures .pictures/renderer .pictures/sheets $(ARGS)

.PHONY: browser
browser: $(VENV)/.dev
	@$(PY) -m tests.browser

# --- install ---------------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "Moderato needs Python 3.11 or newer. Here: $(PYTHON), $$($(PYTHON) --version 2>&1)."; \
	  echo "Install it, or name another one: make run PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

# The lock first, then Moderato itself in place: no index is asked for it, no build is isolated.
$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.made
	@echo "Installing what Moderato needs. Once, about a minute."
	@$(INSTALL) --requirement requirements/run.txt
	@$(PIP) install --quiet --quiet --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the checks need. Once, about a minute."
	@$(INSTALL) --requirement requirements/dev.txt
	@touch $@

# --- upkeep ----------------------------------------------------------------------------------

# Versions already locked stay unless they must move;  make lock ARGS=--upgrade  takes the newest.
# --no-config and the cleared variables keep this machine's own package sources out of the files.
LOCK := env -u UV_FIND_LINKS -u UV_INDEX -u UV_DEFAULT_INDEX $(BIN)/uv pip compile --quiet --no-config --universal \
	--python-version 3.11 --only-binary :all: --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" pyproject.toml

.PHONY: lock
lock: $(VENV)/.uv ## Write requirements/*.txt anew from pyproject.toml.
	@$(LOCK) --extra build --output-file requirements/run.txt $(ARGS)
	@$(LOCK) --extra build --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt $(ARGS)

# Locking must work when the lock itself is broken, so its one tool does not come from there.
$(VENV)/.uv: $(VENV)/.made
	@$(PIP) install --quiet --quiet "uv>=0.9"
	@touch $@

.PHONY: clean
clean: ## Remove .venv and caches. Databases and .env stay.
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
