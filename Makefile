# make ask Q="who replaces Ancelotti?"   answer from the sample articles
# make test                              run every check
# make clean                             remove .venv and caches (data/ stays)
# PYTHON=/path/to/python3.11 picks another Python.

.PHONY: ask test clean

Q = who replaces Ancelotti?
# The question goes through the environment, untouched: it may hold quotes and dollar signs.
unexport Q
export QUESTION = $(value Q)
export PYTHON

ask: .venv/.installed data/.samples
	@.venv/bin/rumourmill ask --data data -- "$$QUESTION"

test: .venv/.installed-dev
	@scripts/check

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: pyproject.toml constraints.txt
	@scripts/setup

.venv/.installed-dev: pyproject.toml constraints.txt
	@scripts/setup dev

data/.samples: $(wildcard corpus/samples/*.md) | .venv/.installed
	@.venv/bin/rumourmill ingest --data data corpus/samples
	@touch $@
