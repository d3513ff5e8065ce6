# Everything a person or CI does here is a target of this file; `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
WORKERS ?= 2
ARGS ?=
# A stamp inside the environment: removing .venv undoes it, and a new lock file makes it stale.
READY := .venv/.setup-done

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Run ----------------------------------------------------------------------------------------

.PHONY: setup
setup: $(READY) ## the environment alone: .venv with the service, its tools and its tests' needs
	@echo "ready: .venv"

$(READY): uv.lock bin/setup
	@bin/setup
	@touch $@

.PHONY: demo
demo: $(READY) ## a running service with the HEROES study and a simulated cohort
	@$(BIN)/flask demo $(ARGS)

.PHONY: bench
bench: $(READY) ## figures of speed, one a line, and build/bench.json
	@mkdir -p build
	@$(BIN)/python -m bench $(ARGS)

# --- Check --------------------------------------------------------------------------------------

.PHONY: test
test: $(READY) ## every test, PostgreSQL ones included; ARGS="tests/core -k plan" for some
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --validation=build/validation/results.json $(ARGS)

.PHONY: coverage
coverage: $(READY) ## every test, and which lines and branches none of them ran
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --cov --cov-report=term $(ARGS)

.PHONY: check
check: $(READY) ## all that CI checks; goes on after a failure and sums up
	@bin/check format-check lint types contracts licences secrets requirements-check docs-check security test validation

.PHONY: format
format: $(READY) ## rewrite the code in the house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet . || true

.PHONY: format-check
format-check: $(READY) ## is the code in the house format?
	@$(BIN)/ruff format --check .

.PHONY: lint
lint: $(READY) ## ruff's rules (pyproject.toml says which, and why not the others)
	@$(BIN)/ruff check .

.PHONY: types
types: $(READY) ## mypy, strict
	@$(BIN)/mypy --strict pro_service

.PHONY: contracts
contracts: $(READY) ## who may import whom
	@$(BIN)/lint-imports

.PHONY: licences
licences: $(READY) ## every installed package has a licence we accept
	@bin/licences

.PHONY: secrets
secrets: $(READY) ## no secret in a file that git would take
	@bin/secrets

.PHONY: requirements-check
requirements-check: $(READY) ## pyproject.toml, uv.lock and the requirements files agree
	@$(BIN)/pytest -q tests/architecture/test_requirements.py

.PHONY: docs-check
docs-check: $(READY) ## the documents agree with the code
	@$(BIN)/pytest -q -m docs tests

.PHONY: security
security: $(READY) ## bandit, ruff's security rules and no secrets
	@bin/security

.PHONY: semgrep
semgrep: $(READY) ## our own semgrep rules, in an environment of its own; ARGS="--without=RULE"
	@bin/semgrep $(ARGS)

.PHONY: audit-dependencies
audit-dependencies: $(READY) ## known weaknesses of what is installed; fails where a package could not be looked up
	@bin/audit-dependencies

.PHONY: validation
validation: $(READY) ## docs/validation: which requirement is proved by which test of the last `make test`, and the SBOM
	@bin/sbom
	@bin/validation

.PHONY: fuzz
fuzz: $(READY) ## schemathesis against the API, as long as it takes; ARGS="--hypothesis-profile=thorough"
	@$(BIN)/pytest -q tests/security/test_fuzz.py $(ARGS)

# --- Keep ---------------------------------------------------------------------------------------

.PHONY: requirements
requirements: $(READY) ## write requirements*.txt anew from uv.lock (after `uv lock`)
	@bin/requirements

.PHONY: clean
clean: ## remove what was made here, except the lock file and the data in var/
	@rm -rf .venv .boot build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
