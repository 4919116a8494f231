# Shisu 食溯. `make demo` shows it; `make test` is every check a change must pass.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# The checks share one build directory and are read top to bottom: one at a time.
.NOTPARALLEL:

# rustup installs here; a system's own Rust, earlier on the path, wins.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
SHISU := $(TARGET_DIR)/release/shisu

.PHONY: help setup demo build test fmt lint licences doc bench bench-workbench clean
.PHONY: test-format test-lint test-licences test-rust test-docs test-interop

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Show Shisu with a sample region (brings what is missing, builds, runs)
	@scripts/setup demo
	cargo build --release --locked
	$(SHISU) demo

build: ## Build the release program
	@scripts/setup demo
	cargo build --release --locked

setup: ## Bring everything that building and testing need
	@scripts/setup test

test: setup test-format test-lint test-licences test-rust test-docs test-interop ## Run every check

test-format:
	@scripts/phase "format" cargo fmt --check

test-lint:
	@scripts/phase "lint" cargo clippy --locked --all-targets -- -D warnings

test-licences:
	@scripts/phase "licences" node scripts/licences.mjs

# Unit, property, integration and tidy tests; those about the store run on both databases.
# nextest runs each test in a process of its own; without it cargo test does.
test-rust:
	@if cargo nextest --version >/dev/null 2>&1; then \
	    scripts/phase "tests" scripts/with-postgres cargo nextest run --locked --no-fail-fast; \
	else \
	    scripts/phase "tests" scripts/with-postgres cargo test --locked --no-fail-fast --lib --bins --tests; \
	fi

test-docs:
	@scripts/phase "documentation tests" cargo test --locked --doc
	@RUSTDOCFLAGS="-D warnings" scripts/phase "documentation" cargo doc --locked --no-deps

test-interop:
	@scripts/phase "other people's libraries" node --test tests/interop/*.test.mjs
	@scripts/phase "the verifier in the browser" node --test tests/verify/*.test.mjs
	@scripts/phase "build for the browser" cargo build --locked
	@scripts/phase "pages in the browser" node --test tests/browser/*.test.mjs
	@scripts/phase "the workbench in the browser" node --test tests/workbench/*.test.mjs

fmt: ## Format the Rust code
	cargo fmt

lint: test-format test-lint ## Check format and lints only

licences: ## List the licence of every library that is built in
	@node scripts/licences.mjs --list

doc: ## Build the documentation of the code
	cargo doc --locked --no-deps

bench: build ## Measure speed on this machine, on a private PostgreSQL too
	@scripts/setup test
	@scripts/with-postgres sh -c 'SHISU_BENCH_POSTGRES_URL="$$SHISU_TEST_POSTGRES_URL" $(SHISU) bench'

bench-workbench: setup ## Measure the workbench: presses on a slow processor, pictures of labels
	cargo build --locked
	node tests/browser/presses.mjs
	node tests/workbench/pictures/measure.mjs

clean: ## Remove everything that was built or installed here
	cargo clean
	rm -rf node_modules .venv
