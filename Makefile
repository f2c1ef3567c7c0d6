# Two commands are enough:  make serve  ·  make test
PYTHON ?= python3
DATA   ?= ./data
PORT   ?= 8000

BIN   := .venv/bin
LOCK  := pyproject.toml uv.lock scripts/prepare.py scripts/front.py scripts/front_packages.json
CODE  := src tests scripts trials

# what is compiled is kept, whatever the machine says: else every process of every test compiles it again
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve test quick lint types rooms tests wheel api-cases trials format clean

help:            ## this page
	@awk -F ':.*## *' '/^[a-z-]+:.*##/ { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

serve: .venv/.ready      ## run Perron here: DATA=./data PORT=8000
	$(BIN)/perron serve --data $(DATA) --port $(PORT)

test: lint types rooms tests wheel      ## everything the machine checks before a change is kept

quick: lint      ## what to run while working: style, and the tests that take seconds
	scripts/in_memory $(BIN)/python -m pytest -n auto -m "not slow"

lint: .venv/.ready-dev      ## style of the sources
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

types: .venv/.ready-dev      ## mypy, strict
	$(BIN)/mypy

rooms: .venv/.ready-dev      ## rooms look down, only doors know HTTP
	$(BIN)/lint-imports

tests: .venv/.ready-dev      ## the whole suite, on SQLite and on PostgreSQL
	@scripts/need ffmpeg chromium-headless-shell/chromium/google-chrome:chromium-headless-shell java:default-jre-headless node:nodejs nginx caddy redis-server openssl systemd-analyze:systemd
	@scripts/need swift-object-server:swift-object swift-proxy-server:swift-proxy
	@scripts/need swift-account-server:swift-account swift-container-server:swift-container
	@scripts/need epubcheck libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0
	@scripts/need NotoColorEmoji.ttf:fonts-noto-color-emoji
	scripts/in_memory scripts/with_postgres scripts/with_s3 $(BIN)/python -m pytest -n auto

wheel: .venv/.ready-dev      ## build the wheel and try it in an empty venv
	$(BIN)/python scripts/try_wheel.py

api-cases: .venv/.ready-dev      ## try every address of the API with many made-up calls (an hour)
	$(BIN)/python scripts/try_api.py --examples 50

trials: .venv/.ready-dev      ## the long experiments (docs/reliability.md): which there are and how to run one
	@$(BIN)/python -m trials

format: .venv/.ready-dev      ## put the sources in the house's style
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

clean:           ## remove .venv and caches; data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist

.venv/.ready: $(LOCK)
	@$(PYTHON) scripts/prepare.py

.venv/.ready-dev: $(LOCK)
	@$(PYTHON) scripts/prepare.py --dev
