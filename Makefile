# SPDX-License-Identifier: Apache-2.0
#
# make help lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: build modswift run test soak bench check format install uninstall where prepare clean help
MAKEFLAGS += --no-print-directory

PORT ?= 8080
BUILD := .build/release
STAGE := .build/stage

help: ## List the targets
	@echo "mod_swift: Swift in the Apache HTTP server"; echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@echo; echo "Variables: PORT=8080 (run), DESTDIR= (install), APXS=, SWIFTC="

build: prepare ## Build the module, the library and the builder (the default)
	@scripts/build

modswift: prepare ## Build the command line, .build/release/modswift
	@scripts/build modswift

run: build modswift ## Serve the examples on http://127.0.0.1:8080/ until Ctrl-C (PORT=)
	@exec $(BUILD)/modswift serve --port $(PORT) Examples

test: prepare ## Unit tests, then live tests against real httpd
	@scripts/build
	@scripts/test

soak: prepare ## The long tests: fuzzing, restarts, load
	@scripts/build
	@scripts/soak

bench: prepare ## Measure, beside other modules, too, and write docs/benchmarks.md
	@scripts/build
	@scripts/bench

check: prepare ## Formatting, lint, fences
	@scripts/prepare python3
	@scripts/check

format: ## Format the Swift sources
	@scripts/format

where: ## Print the absolute path of the built mod_swift.so
	@[ -e $(STAGE)/mod_swift.so ] || $(MAKE) build >&2
	@realpath $(STAGE)/mod_swift.so

install: modswift ## Install what was built into httpd's module directory (DESTDIR=)
	@scripts/install

uninstall: ## Remove what install put there (DESTDIR=)
	@scripts/uninstall

prepare: ## Install the Debian packages that are missing
	@scripts/prepare

clean: ## Remove all that was built
	rm -rf .build
