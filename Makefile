# Two commands do everything: `make run` starts the market, `make test` proves it.
# Settings by environment (CHOPHIEN_PORT=8080 make run) are honoured; the README lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9

export UV_LINK_MODE ?= copy

.PHONY: help run test test-units test-browser check bench lock messages stop clean

help:  ## What can be made here.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run  ## Start everything on http://127.0.0.1:8000: database, demo, web and worker.
	@$(BIN)/chophien serve

test: $(VENV)/.test node_modules/.done check test-units test-browser  ## Everything, the browser tests included.
	@echo "Mọi kiểm tra đều đạt. / All checks passed."

check: $(VENV)/.test  ## Style, types and the borders between the modules.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test-units: $(VENV)/.test  ## Every test but those in a real browser.
	$(BIN)/python -m pytest tests --ignore tests/browser -p no:playwright -n 2 --dist loadscope --no-loadscope-reorder

test-browser: $(VENV)/.test node_modules/.done  ## The tests in a real browser.
	@sh tests/browser/install_chromium.sh
	$(BIN)/python -m pytest tests/browser -n 2 --dist loadgroup

bench: $(VENV)/.test  ## Every bench; each ends with one line of JSON.
	@for bench in bench/search_quality.py bench/search_speed.py bench/matching_speed.py bench/pooling.py bench/import_speed.py bench/import_archive.py bench/saved_searches.py bench/ledger.py \
	    bench/clearing.py bench/gaps.py bench/booths.py bench/bookings.py bench/timetable.py; do \
	  echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

stop: $(VENV)/.run  ## Stop the embedded database if it still runs.
	@$(BIN)/chophien stop

lock: $(VENV)/.uv  ## Choose the newest fitting versions and write them down with their hashes.
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --upgrade --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

messages: $(VENV)/.test  ## Collect the strings of the pages and show which have no English yet.
	$(BIN)/python docs/messages.py

clean:  ## Take away what was installed; data in var/ stays.
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11 trở lên. / Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Thiếu venv: trên Debian hãy cài python3-venv. / venv is missing: on Debian install python3-venv."; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# What the service needs to run. Where the tests have been prepared already, there is nothing to add.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.uv
	@if [ ! -e $(VENV)/.test ] || [ requirements.lock -nt $(VENV)/.test ]; then \
	  echo "Đang cài đặt… / Installing…"; \
	  $(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.lock; fi
	@$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.test: requirements-dev.lock pyproject.toml | $(VENV)/.uv
	@echo "Đang cài đặt… / Installing…"
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

# The browser tests serve the CDN files from here, byte for byte, so that they need no internet.
node_modules/.done: package-lock.json
	@command -v npm >/dev/null || { echo "Cần npm cho kiểm tra trên trình duyệt. / npm is needed for the browser tests."; exit 1; }
	@npm ci --ignore-scripts --silent --no-fund --no-audit
	@touch $@
