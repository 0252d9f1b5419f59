# `make run` and `make test` are all a newcomer needs; each builds what it stands on.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test install check format bench bench-full lock clean

run: install ## the app on http://localhost:8501, from the embedded pair or AUTOREV_DATABASE_URL
	@exec $(BIN)/autorev serve

test: install ## everything, browser tests included
	$(BIN)/python -m pytest -n 3 --dist loadfile $(TESTS)

install: $(INSTALLED) ## only .venv, with the autorev command in .venv/bin

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "AutoRev dashboards need Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(INSTALLED)

check: install ## ruff, mypy strict, import-linter, SQL formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar -q queries

format: install ## what check would complain about and a machine can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar -q queries

bench: install ## side-by-side measurements, under 30 minutes
	$(BIN)/python -m benchmarks

bench-full: install ## the same at 10 M rows and over
	$(BIN)/python -m benchmarks --full

lock: install ## resolve the lock anew; it names versions and hashes, no host
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --output-file requirements.lock --upgrade

clean: ## the virtual environment and the embedded database
	rm -rf $(VENV) .autorev
