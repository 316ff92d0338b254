# Two commands matter: `make up` runs the whole product, `make test` tests it. Both install what they need.
.DEFAULT_GOAL := help
.PHONY: help setup up test check bench faults semantic walk compose-test lock clean
PY := .venv/bin/python
ARGS ?=

help:  ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

setup:  ## install the locked packages into .venv; quick when nothing has changed
	@sh .ci/setup

up: setup  ## run everything on http://127.0.0.1:8000 (NJIA_PORT, NJIA_DATA); Ctrl-C stops it
	@exec $(PY) -m config.up --with-parent

test: setup  ## all tests on a real PostgreSQL and Valkey; choose with ARGS="tests/ussd -k pin"
	@exec $(PY) -m pytest -n auto --maxprocesses 4 -m "not slow and not walk and not semantic" $(ARGS)

check: setup  ## style, types, floors, templates, migrations, catalogues, documents
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	find . -path ./.venv -prune -o -path '*/templates/*.html' -print | xargs -r .venv/bin/djade --target-version 5.2 --check
	DJANGO_SETTINGS_MODULE=config.settings.test $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) -m config.catalogues --check
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(PY) -m pytest -q tests/test_house.py $(wildcard tests/docs)

bench: setup  ## the targets as ratios, one JSON object a line; ARGS="--write docs/performance.md" writes the page
	@exec $(PY) -m tests.bench $(ARGS)

faults: setup  ## the long soaks and races
	@exec $(PY) -m pytest -m slow $(ARGS)

semantic: setup  ## the optional encoder into .venv, and its tests
	$(PY) -m pip install -q --disable-pip-version-check --only-binary :all: '.[semantic]'
	@exec $(PY) -m pytest -m semantic tests/understanding tests/bot $(ARGS)

walk: setup  ## go through the pages in a real browser; needs a chromium of the system
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-walk.lock
	@exec $(PY) -m pytest -m walk tests/walk $(ARGS)

compose-test:  ## build the images, bring docker-compose.yml up and walk through it; takes minutes
	@exec bash scripts/compose_test.sh

lock: setup  ## resolve requirements.in again (maintainers)
	.venv/tools/bin/uv pip compile --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.lock
	.venv/tools/bin/uv pip compile --universal --generate-hashes --python-version 3.11 requirements-image.in -c requirements.lock -o requirements-image.lock
	.venv/tools/bin/uv pip compile --universal --generate-hashes --no-deps --python-version 3.11 requirements-keeper.in -c requirements.lock -o requirements-keeper.lock
	.venv/tools/bin/uv pip compile --universal --generate-hashes --python-version 3.11 requirements-walk.in -c requirements.lock -o requirements-walk.lock

clean:  ## remove what can be made again; the data folder stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.mo' -delete
