# The commands of this project, the same for people and for CI. `make help` lists them.

# A Python that is already here, 3.11 or 3.12; tried by running it, since a name on the PATH may be an empty shim.
# Another one: make run PYTHON=/path/to/python3.12
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for p in python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && \
	$$p -c 'import sys; print(sys.executable)' && break; done)
endif
# uv as installed, or a private one that `.uv/bin/uv` below makes.
ifeq ($(origin UV),undefined)
UV := $(shell if uv --version >/dev/null 2>&1; then echo uv; else echo .uv/bin/uv; fi)
endif

export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT ?= .venv
BIN := $(UV_PROJECT_ENVIRONMENT)/bin

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-fast check evaluate bench bench-nlu clean

help:  ## List these commands
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | \
	while IFS="$$(printf '\t')" read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

run: install  ## Install what is missing, then run a demo town on this machine, with phones that need no account
	@TOWNCLERK_DEMO=$(if $(TWILIO_ACCOUNT_SID)$(TELEGRAM_BOT_TOKEN),,1) exec $(BIN)/townclerk run

test: install-dev  ## Run every test; those whose programs are missing are skipped
	@$(BIN)/pytest -n auto

test-fast: install-dev  ## Run the tests that take a moment
	@$(BIN)/pytest -n auto -m 'not slow'

check: install-dev  ## Lint, formatting, types, and the rules of the house
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/pytest -q tests/test_project.py tests/test_project_content.py

evaluate: install-dev  ## Measure how well messages are understood, on an exam that training never sees
	@$(BIN)/townclerk evaluate

bench: install-dev  ## Time stock Rasa and this assistant side by side (20 minutes the first time)
	@$(BIN)/python -m benchmarks.turn

bench-nlu: install-dev  ## Compare how well Rasa's pipelines and ours understand, and what it costs (hours: DIET)
	@$(BIN)/python -m benchmarks.nlu

clean:  ## Remove environments, models and caches; the town's database in var/ stays
	rm -rf .venv .venv312 .uv .rasa models benchmarks/.stock .mypy_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install: python-found $(filter-out uv,$(UV))
	@echo "Installing into $(UV_PROJECT_ENVIRONMENT) (under a minute, the first time longer) ..."
	@$(UV) sync --frozen --no-dev --inexact

install-dev: python-found $(filter-out uv,$(UV))
	@$(UV) sync --frozen

.PHONY: python-found
python-found:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or 3.12 found; install one, or say make PYTHON=/path/to/python." >&2; exit 1; }

.uv/bin/uv:
	@echo "Fetching uv into .uv ..."
	@$(PYTHON) -m venv .uv || { echo "$(PYTHON) cannot make environments; install its venv module (Debian: python3-venv)." >&2; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check uv
	@echo '*' > .uv/.gitignore
