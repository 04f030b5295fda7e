# Runs everything from the checkout, in .venv; a machine needs Python 3.11 or later, git and make.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Images that set it compile every module anew at each start, of tests and of the bot: twice the time.
export PYTHONDONTWRITEBYTECODE :=

# make PYTHON=/path/to/python to choose one yourself
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
# what is installed last, so it shows that all the rest is there
RUNNING := $(BIN)/chatops
WORKING := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
HASH := \#
# Tests make and remove a hundred thousand small files: in memory, where there is room to run programs from.
MEMORY := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }')" -gt 4000000 ] 2>/dev/null && \
	tried=$$(mktemp -p /dev/shm) && echo '$(HASH)!/bin/sh' >"$$tried" && chmod +x "$$tried" && "$$tried" && \
	echo /dev/shm; rm -f "$$tried")
# half as many workers again as there are cores: each waits a good deal, for git, a browser or a listener
WORKERS := $(shell echo $$(( ($$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
TESTS := $(if $(MEMORY),TMPDIR=$(MEMORY)) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
# rules and use cases: what runs without a wire, a program or git
QUICK := tests/domain chatops/domain tests/faults/test_completing.py tests/faults/test_loops.py
# what pytest gets besides: make test ARGS="tests/domain -k severity"
ARGS ?=

SUITABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CANDIDATES := $(PYTHON) $(if $(PYTHON),,python3 python3.14 python3.13 python3.12 python3.11 python)

# "anew" when .venv has no working Python with pip, or was moved: its programs name the folder it was made
# in, as pyvenv.cfg does at the end of a line.
ANEW := $(shell $(BIN)/python -c 'import pip' 2>/dev/null || { echo anew; exit; }; \
	made=$$(grep -s '^command = ' $(VENV)/pyvenv.cfg) || exit 0; \
	here=$$(cd $(VENV) && pwd -P); [ "$${made%" $$here"}" != "$$made" ] || echo anew)

.PHONY: help play test test-long check quick lint format bench requirements screenshots manifest wheel clean anew

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

play: $(RUNNING) ## open the playground in a browser: a Slack workspace, no account needed
	@exec $(BIN)/python -m chatops play $(ARGS)

test: $(WORKING) ## run the tests, in random order and on every core
	@$(TESTS) -m "not long" $(ARGS)

test-long: $(WORKING) ## run what is long by nature: each playbook, each kill, hundreds of seeds
	@$(TESTS) -m long $(ARGS)

check: $(WORKING) ## for while you type: the static checks, and the tests of rules and use cases
	@$(MAKE) -j 2 lint quick

quick: $(WORKING)
	@$(TESTS) -n 0 -q -m "not long and not postgres and not browser" $(QUICK) $(ARGS)

lint: $(WORKING) ## check style, types, layers and dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(WORKING) ## put the source in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(WORKING) ## measure; prints a table for each benchmark (all sizes: ARGS=--full)
	@for file in tests/bench/bench_*.py; do \
		name=$$(basename "$$file" .py); \
		echo "== $$name"; \
		$(BIN)/python -m "tests.bench.$$name" $(ARGS) || exit 1; \
	done

screenshots: $(WORKING) ## take the README's pictures anew, with Chromium
	@mkdir -p docs
	@$(BIN)/python -m tests.browser.screens docs

manifest: $(RUNNING) ## write manifest.yml, which Slack reads, from the code
	@CHATOPS_PUBLIC_URL= $(BIN)/python -m chatops.manifest > manifest.yml.new && mv manifest.yml.new manifest.yml

requirements: $(WORKING) ## pin what pyproject.toml asks for, with hashes for every platform
	@$(BIN)/python -m venv build/uv
	@build/uv/bin/python -m pip --disable-pip-version-check -qq install uv
	build/uv/bin/uv pip compile pyproject.toml $(PINS) -o requirements.txt
	build/uv/bin/uv pip compile --group build -c requirements.txt $(PINS) -o requirements-build.txt
	build/uv/bin/uv pip compile pyproject.toml --group dev -c requirements.txt -c requirements-build.txt \
		$(PINS) -o requirements-dev.txt

# pip up to 23.2 takes a pin for `coverage[toml]` only if it is pinned as `coverage[toml]`
PINS := --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links

wheel: $(WORKING) ## build the wheel into dist/
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove the virtual environment and everything that was made
	rm -rf $(VENV) build dist htmlcov .coverage* .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache tests/output

$(RUNNING): requirements.txt requirements-build.txt pyproject.toml $(ANEW) | $(BIN)/python
	@echo "Installing the bot and what it needs into $(VENV) (once; a minute)"
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation -e .

$(WORKING): requirements-dev.txt $(RUNNING)
	@echo "Installing what the tests need into $(VENV) (once; a minute)"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(BIN)/python: $(ANEW)
	@for python in $(CANDIDATES); do \
		if "$$python" -c '$(SUITABLE)' 2>/dev/null; then \
			echo "Making $(VENV) with $$("$$python" --version)"; \
			exec "$$python" -m venv --clear $(VENV); \
		fi; \
	done; \
	echo "No Python that can be used was found (looked for: $(strip $(CANDIDATES)))." >&2; \
	echo "Install Python 3.11 or later with its venv module" >&2; \
	echo "(Debian, Ubuntu: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python" >&2; \
	exit 1
