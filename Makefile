# make run   start everything on this machine        make test   run all tests
# Both need Python 3.11 or newer and nothing else; the first time they make their own environment in .venv.

PYTHON_FILES = incident bot bench tests tools/migration tools/vendor tools/wheel tools/sbom tools/elsewhere tools/reference tools/allowed_imports.py
BIN = .venv/bin
PYTEST_ARGS ?=
PLAN ?= long
BENCH_ARGS ?=
# Compiled modules are kept, whatever the shell says: without them every start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run test soak failover compiled check lint types contracts words wheel sbom docs lock vendor clean
.DEFAULT_GOAL := help

help: ## Show what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

run: .venv/.run ## Start web, worker and bot on this machine (Ctrl-C stops them)
	@$(BIN)/meldklok run

demo: .venv/.run ## Try it with made-up people and incidents; nothing of it stays
	@$(BIN)/meldklok demo

# Tests often wait, for a browser, PostgreSQL or processes that were killed: with four of them two cores are always busy.
# tests/conftest.py puts the long files first; pytest-xdist itself would begin with those of many tests, which are short.
test: .venv/.test ## Run all tests, on SQLite and PostgreSQL and in a browser
	@sh tools/browser
	@$(BIN)/python -m pytest -q -n 4 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# To read the tests takes half a minute of a core for each process of a run, and a third of that where it was done before.
# What cannot be read, the run itself tells.
compiled: .venv/.test
	@$(BIN)/python -m pytest -q --collect-only >/dev/null || true

soak: ## Run the tests of kills and of many workers with the long numbers
	@SOAK=1 $(MAKE) --no-print-directory test PYTEST_ARGS="tests/clock/test_processes.py tests/promises/walk tests/web/notices/test_ten_thousand.py"

check: lint types contracts words wheel ## Check style, types, import contracts, translations and the wheel's content

lint: .venv/.test
	@$(BIN)/ruff format --check -q $(PYTHON_FILES)
	@$(BIN)/ruff check -q $(PYTHON_FILES)

types: .venv/.test
	@$(BIN)/mypy

contracts: .venv/.test
	@$(BIN)/lint-imports

words: .venv/.test
	@$(BIN)/python -m incident.translations.catalogues check

wheel: .venv/.test ## Build the wheel into dist/ and check what it carries
	@$(BIN)/python tools/wheel

failover: .venv/.test ## Kill, cut off and replace several machines under load, for half an hour (Linux, as root; PLAN=short: ten minutes)
	@$(BIN)/python -m tests.failover $(PLAN)

sbom: .venv/.test ## Write dist/sbom.cdx.json (CycloneDX) and dist/licences.txt of what is installed to run
	@$(BIN)/python tools/sbom

bench: .venv/.test ## Measure, on both databases; writes bench-results/bench.json
	@mkdir -p bench-results
	@$(BIN)/python -m bench --json bench-results/bench.json $(BENCH_ARGS)

lock: .venv/.test ## Renew the lock files after a change in pyproject.toml
	@sh tools/lock

docs: .venv/.test ## Write what the code says into docs/reference, and the documents as a site into dist/site
	@$(BIN)/python tools/reference
	@rm -rf dist/site
	@$(BIN)/zensical build --strict
	@cp -R deploy Containerfile compose.yaml .env.example dist/site/

vendor: .venv/.test ## Renew the vendored front-end files (needs npm)
	@$(BIN)/python tools/vendor

clean: ## Remove the environment and everything that was built; data stay
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/.run: requirements.lock requirements-uv.lock pyproject.toml tools/setup
	@sh tools/setup run
	@touch $@

.venv/.test: .venv/.run requirements-test.lock
	@sh tools/setup test
	@touch $@
