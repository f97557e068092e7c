# The commands of the project. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PREFIX ?= /usr/local

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps:  ## install what is missing of Debian's packages; nothing where all is there
	@scripts/deps.sh

build: deps  ## build for debugging
	swift build

release: deps  ## build what is installed
	swift build -c release --static-swift-stdlib --product reconcile
	swift build -c release --static-swift-stdlib --product reconcile-sandbox

test: deps  ## run all tests
	@scripts/test.sh

test-release: release  ## run the main end-to-end tests with the optimised programs
	@scripts/test-release.sh

lint:  ## style, file lengths, boundaries, freshness of generated data
	@scripts/lint.sh

format:  ## format the sources in place
	swift format format --in-place --parallel --recursive --configuration .swift-format Sources Tests Package.swift

check: lint test  ## what CI runs

demo: build  ## the main job from beginning to end, on the sandbox
	@scripts/demo.sh

fuzz: deps  ## a minute of fuzzing for each format and for expressions
	@scripts/fuzz.sh

bench: release  ## speed beside public tools, medians of three
	@scripts/bench.sh

install: release  ## into $(PREFIX)/bin
	install -D -m 0755 .build/release/reconcile $(DESTDIR)$(PREFIX)/bin/reconcile
	install -D -m 0755 .build/release/reconcile-sandbox $(DESTDIR)$(PREFIX)/bin/reconcile-sandbox

clean:  ## remove what was built
	rm -rf .build .venv

.PHONY: help deps build release test test-release lint format check demo fuzz bench install clean
