# Everything happens in a virtual environment of the project's own, .venv, made on first use.
#   make PYTHON=python3.12 test     takes that Python instead of the newest one found

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
SPREAD := -n auto --dist worksteal
FACTS := setup.py pyproject.toml sdk/rookery/version.py

export PYTHON
unexport PYTHONPATH PYTHONHOME

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z ]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

.PHONY: demo
demo: $(VENV)/.has-test ## an order service fails in three ways, over each transport; see it arrive (KEEP=1 leaves the inbox up)
	@KEEP=$(KEEP) $(BIN)/python examples/demo.py

.PHONY: test
test: $(VENV)/.has-test ## the tests, on the Python of .venv (ARGS="-k dsn" for some of them)
	@$(BIN)/python -m pytest $(SPREAD) $(ARGS)

lint: ## ruff, the format included
types: ## mypy --strict
contracts: ## who may import whom
docs: ## the pages, in docs/_build/html
servers: ## Bugsink and librelay judge what is sent
bare: ## the tests without any optional library
oldest: ## the tests with the oldest supported libraries
newest: ## the tests of what uses a library, with the newest releases
bench: ## what a capture, an event, a record and an import cost, beside sentry-sdk
CHECKS := lint types contracts docs servers bare oldest newest bench
.PHONY: $(CHECKS)
$(CHECKS): $(VENV)/.has-dev
	@$(BIN)/python -m tox run -q -e $@ $(if $(ARGS),-- $(ARGS))

.PHONY: matrix
matrix: $(VENV)/.has-test ## docs/matrix.json: what the checks say of each transport and setting
	@$(BIN)/python -m pytest -q -p tests.conformance.matrix tests/conformance -k "not fault and not matrix"

.PHONY: clean
clean: ## remove what was built, the environments included
	rm -rf $(VENV) .tox .cache build dist docs/_build *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.made: .ci/python
	@python=$$(.ci/python) && echo "making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.has-%: $(VENV)/.made $(FACTS)
	@echo "installing rookery[$*] in $(VENV)"
	@$(PIP) install -e '.[$*]'
	@touch $@
.PRECIOUS: $(VENV)/.has-%
