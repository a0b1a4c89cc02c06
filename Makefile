# Two commands are all a newcomer needs: make demo, make test.
.DEFAULT_GOAL := help
.PHONY: help oracle base test-environment spark-environment bundle-environment demo test lint format lock bundle pictures sheets clean

VENV ?= .venv
BIN := $(VENV)/bin
UV ?= uv
# What pytest is to run, for instance: make test PYTEST="tests/house -x"
PYTEST ?=
# Tests of one file share prepared logs, so a file stays with one worker; a worker takes up to 1 GB. Without: PARALLEL=
PARALLEL ?= -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# make demo SERVE=0 stops before it serves.
SERVE ?= 1

help:
	@echo "make demo    make .venv, a project in demo/, one run of the notebooks, then serve the pages (SERVE=0: not)"
	@echo "make test    lint, types and the whole test suite"
	@echo "make oracle  the figures against the oracle on many drawn logs and on 100,000 events of each process"
	@echo "make lint    lint and types only"
	@echo "make format  lay out the code as the lint wants it"
	@echo "make lock    pin anew what is installed (needs uv)"
	@echo "make spark-environment  what the comparison of the two engines needs on top (and Java)"
	@echo "make bundle  build the layout of the process map from frontend/ (needs node and npm)"
	@echo "make pictures  take the pictures of docs/pictures anew (needs Chromium)"
	@echo "make clean   remove demo/ and caches, keep .venv"

base:
	@VENV="$(VENV)" ./tools/environment base

test-environment:
	@VENV="$(VENV)" ./tools/environment test

# Half a gigabyte that only the comparison of the two engines needs, and Java beside it.
spark-environment: test-environment
	@VENV="$(VENV)" ./tools/environment spark

demo: base
	@test -f demo/project.toml || $(BIN)/workbench demo demo
	@grep -qs '^  "status": "done"' demo/runs/*/manifest.json || $(BIN)/workbench run demo
	@test "$(SERVE)" = 0 || exec $(BIN)/workbench serve demo

lint: test-environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest $(PARALLEL) $(PYTEST)

# What make test asks of small logs, asked of large ones: some ten minutes.
oracle: test-environment
	WORKBENCH_ORACLE_EXAMPLES=40 WORKBENCH_ORACLE_EVENTS=100000 $(BIN)/pytest --timeout 3600 \
		tests/oracle/test_drawn.py tests/oracle/test_drawn_sales.py \
		tests/oracle/test_generated.py tests/oracle/test_generated_sales.py

format: test-environment
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One lock for Python 3.11-3.13 on Linux and macOS, without the address of any package index.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock" --upgrade pyproject.toml
# Spark alone, on top of what the others pin.
SPARK_LOCK := $(subst pyproject.toml,,$(LOCK))
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra test --constraint requirements.lock --output-file requirements-test.lock
	sed -n 's/^spark = \["\(.*\)"\]$$/\1/p' pyproject.toml | \
		$(SPARK_LOCK) --constraint requirements-test.lock --output-file requirements-spark.lock -

# What is built is committed: only who changes frontend/ needs node. A test builds it anew and compares.
bundle-environment:
	cd frontend && npm ci --silent

bundle: bundle-environment
	cd frontend && npm run --silent bundle

pictures: test-environment
	$(BIN)/python -m tests.pictures

# Step 2 in four languages, light and dark, wide and narrow, with few and many activities: to be looked at.
sheets: test-environment
	$(BIN)/python -m tests.sheets sheets

clean:
	rm -rf demo dist sheets .mypy_cache .pytest_cache .ruff_cache .hypothesis
