# For GNU make 3.81, which is what macOS has, and any POSIX sh.
.DEFAULT_GOAL := help
.PHONY: help report test check reports accept bench docs locks
.SUFFIXES:

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
REPORT := reports/teenytinyllama-460m
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

report: .venv/.ready .venv/.pango ## the one-page report of a training run, from a fresh checkout
	@$(BIN)/lca run $(REPORT)/case.yaml --to $(REPORT)
	@echo; echo "The report:"; ls -1 "$(CURDIR)/$(REPORT)"/report.*

test: .venv/.ready-dev .venv/.pango ## everything: style, types, all tests, the examples rebuilt and compared
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile

check: .venv/.ready-dev .venv/.pango ## the quick part of it: style, types, layers, books, examples
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow and not browser" tests/test_layers.py tests/test_books.py tests/test_report.py

reports: .venv/.ready .venv/.pango ## rebuild every example in place
	@for case in reports/*/case.yaml; do \
	  folder=$$(dirname "$$case"); echo "$$folder"; \
	  $(BIN)/lca run "$$case" --to "$$folder" >/dev/null || exit; \
	  ! grep -q '^scenarios:' "$$case" || $(BIN)/lca compare "$$case" --scenarios --to "$$folder" >/dev/null || exit; \
	done

accept: .venv/.ready .venv/.pango ## show what would change in the examples, then rebuild them in place
	@rm -rf build/reports
	@for case in reports/*/case.yaml; do \
	  $(BIN)/lca run "$$case" --to "build/$$(dirname "$$case")" >/dev/null || exit; \
	  ! grep -q '^scenarios:' "$$case" || \
	    $(BIN)/lca compare "$$case" --scenarios --to "build/$$(dirname "$$case")" >/dev/null || exit; \
	done
	@cd build && find reports -type f | sort | while read -r file; do diff -uN "../$$file" "$$file"; done | cut -c 1-200
	@$(MAKE) --no-print-directory reports

bench: .venv/.ready .venv/.pango ## how much time the command takes, beside the least it could
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/uncertainty.py

docs: .venv/.ready ## the table of all keys of a case, from its form
	@$(BIN)/lca keys --markdown > docs/CASE.md

# --- Setting up: each step leaves a stamp, and is repeated when what it was made from changes.

.venv/bin/python:
	@fit=; \
	for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  fit=$$python; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Making .venv with $$("$$python" --version)"; \
	  "$$python" -m venv --clear .venv || { rm -rf .venv; exit 1; }; \
	  exit 0; \
	done; \
	if [ "$$fit" ]; \
	then echo "$$fit cannot make a virtual environment. On Debian or Ubuntu type: apt-get install python3-venv"; \
	else echo "Python 3.11 or newer is needed and was not found. Name one: make PYTHON=/path/to/python3"; \
	fi >&2; exit 1

.venv/.ready: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what requirements.lock names; this takes a minute"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@echo "Installing what requirements-dev.lock names"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

# Pango draws the text of PDFs. Without it everything else works, so its absence stops nothing here.
.venv/.pango: .venv/.ready
	@$(BIN)/python -m lca.report.pdf 2>/dev/null; \
	if [ $$? = 3 ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing $(PANGO)"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $(PANGO); } >/dev/null; \
	fi; \
	$(BIN)/python -m lca.report.pdf; \
	case $$? in 0) touch $@ ;; 3) echo "Going on without PDF." ;; *) exit 1 ;; esac

# Needs uv. Names, versions and hashes only; one version of each for all Pythons, so that results do not depend on it.
LOCK := uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
  --no-header --no-annotate

locks:
	$(LOCK) pyproject.toml --group build --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock
