# The interface of this repository. Each target installs what it needs beyond
# Go, make and git.

GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help demo build test check bench screenshots fuzz dist clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  %-12s %s\n", $$1, $$2}'

demo: ## Build the example catalog and serve it; what is saved in it is shown
	$(GO) run ./cmd/storytime serve testdata/shop --watch --open

build: ## Build the program into bin/
	$(GO) build -trimpath -o bin/storytime ./cmd/storytime

test: node_modules testdata/storybook/node_modules ## Run all tests, those in a real browser too
	CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...

check: ## Look at the code: format, vet, staticcheck, vulnerabilities
	@unformatted=$$(gofmt -l cmd pkg internal bench screenshots); \
	if [ -n "$$unformatted" ]; then echo "not formatted (run gofmt -w): $$unformatted" >&2; exit 1; fi
	$(GO) vet ./...
	$(GO) mod tidy -diff
	$(GO) run $(STATICCHECK) ./...
	GOOS=windows $(GO) vet ./cmd/... ./pkg/... ./internal/...
	GOOS=darwin $(GO) vet ./cmd/... ./pkg/... ./internal/...
	@.ci/vulnerabilities

bench: ## Measure builds of 100, 1,000 and 10,000 stories, beside Hugo's if it is there
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) run ./bench

screenshots: ## Take pictures of each kind of page of the example
	$(GO) run ./screenshots

FUZZTIME ?= 30s
fuzz: ## Run each fuzz target for FUZZTIME
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$package; \
		done; \
	done

PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64
dist: ## Build the program for each platform into dist/
	@set -e; mkdir -p dist; for platform in $(PLATFORMS); do \
		os=$${platform%/*}; arch=$${platform#*/}; ending=; \
		if [ $$os = windows ]; then ending=.exe; fi; \
		echo dist/storytime-$$os-$$arch$$ending; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags='-s -w' -o dist/storytime-$$os-$$arch$$ending ./cmd/storytime; \
	done

clean: ## Remove what the other targets made
	rm -rf bin dist node_modules testdata/storybook/node_modules

# What the tests measure pages with, and the programs they need.
node_modules: package.json package-lock.json .ci/setup
	.ci/setup
	npm ci --ignore-scripts --no-audit --no-fund
	@touch node_modules

# Storybook's test runner. It uses the browser that is there.
testdata/storybook/node_modules: testdata/storybook/package.json testdata/storybook/package-lock.json .ci/setup
	.ci/setup
	cd testdata/storybook && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
