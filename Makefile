# Liggare: everything a developer runs. `make` alone lists the verbs.
# ARGS is handed on: make test ARGS='-m slow', make demo ARGS='--once --json'.

PROTOS := $(shell find protos -name '*.proto' -o -name 'participation_init.py')
PY     := .venv/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test chromium lighthouse check format protos baseline golden docs bench soak lock

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/stamp generated/stamp ## make .venv with everything in it, `liggare` included

demo: setup ## load a real matter and a real vote, and show what became of them
	.venv/bin/liggare demo $(ARGS)

serve: setup ## serve a ledger over gRPC (see `liggare serve --help`)
	.venv/bin/liggare serve $(ARGS)

# Compiled modules are kept, since tests start hundreds of processes; each worker has one half of the files, so that what
# the tests of a file share is made once, until one has none left and takes of the other's.
test: setup chromium ## run the tests
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist worksteal $(ARGS)

# Where there is no package index, that is found out soon.
BRIEFLY := -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o Acquire::Retries=1

chromium: ## install Chromium for the browser tests, which skip without it
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	    { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "installing Chromium for the browser tests" && \
	      apt-get $(BRIEFLY) update -qq && \
	      DEBIAN_FRONTEND=noninteractive apt-get $(BRIEFLY) install -y -qq --no-install-recommends chromium >/dev/null; } || \
	    echo "There is no Chromium here: the browser tests will skip."

lighthouse: setup ## measure ten kinds of page, where the command `lighthouse` is installed
	$(PY) tests/browser/lighthouse.py

check: setup ## style, types, layers, and the public contract
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	.venv/bin/buf lint generated/image.binpb --config protos/buf.yaml
	.venv/bin/buf breaking generated/image.binpb --against protos/baseline.binpb --config protos/buf.yaml

format: setup ## put the code in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

protos: .venv/stamp ## generate the Python code of protos/ into generated/
	$(PY) hatch_build.py

baseline: setup ## renew protos/baseline.binpb, what `buf breaking` compares with
	$(PY) hatch_build.py --baseline

golden: setup ## write the golden files of event versions that have none yet
	$(PY) tests/golden/write.py $(ARGS)

docs: setup ## write docs/reference from the code
	$(PY) tests/docs/write.py

bench: setup ## measure, interleaved with other event stores
	$(PIP) install --quiet --require-hashes -r requirements/bench.txt
	$(PY) tests/benchmarks/run.py $(ARGS)

soak: setup ## run the long fault tests; LIGGARE_SOAK_SECONDS says how long
	$(PY) -m pytest -m soak --timeout 0 $(ARGS)

lock: .venv/bin/python ## renew requirements/*.txt; ARGS=--upgrade also takes newer versions
	@requirements/lock $(ARGS)

# --- How the environment comes about -----------------------------------------------------------
# The lock first, with hashes; then the project itself, which fetches nothing more.
.venv/stamp: requirements/dev.txt pyproject.toml hatch_build.py | .venv/bin/python
	@echo "installing the locked packages into .venv (a minute or two)"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/bin/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "making .venv with $$("$$python" --version)"; \
	        "$$python" -m venv --clear .venv && exit 0; \
	        rm -rf .venv; \
	    fi; \
	done; \
	echo "Liggare needs Python 3.11 or newer with the modules venv and ensurepip." >&2; \
	echo "On Debian or Ubuntu: apt install python3-venv. Elsewhere: make setup PYTHON=/path/to/python3.11" >&2; \
	exit 1

generated/stamp: .venv/stamp $(PROTOS)
	$(PY) hatch_build.py
	@touch $@
