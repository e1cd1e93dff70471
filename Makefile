# Pinbell's tasks. "make help" lists them.

GO ?= go
FUZZTIME ?= 10s

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the binary into bin/
	$(GO) build -trimpath -o bin/pinbell ./cmd/pinbell

.PHONY: test
test: ## run all tests, with the race detector; what it makes too slow to be thorough once more without
	$(GO) test -race -timeout 10m ./...
	$(GO) test -timeout 5m -run 'HundredCodes|RealCalls' ./handset

.PHONY: check
check: ## gofmt, vet, staticcheck, modules, known vulnerabilities
	@test -z "$$(gofmt -l .)" || { echo "gofmt wants to change:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod verify
	script/tidycheck
	script/vulncheck

.PHONY: fuzz
fuzz: ## fuzz each parser for FUZZTIME (10s)
	script/fuzz $(FUZZTIME)

.PHONY: golden
golden: ## write the golden files again; read the diff before committing
	script/golden

.PHONY: bench
bench: ## run all Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-api
bench-api: ## cycles through the API, beside the store and the disk
	$(GO) run ./bench/api

.PHONY: bench-voice
bench-voice: ## calls at once on a core, set-ups a second, beside the raw limit, SIPp and baresip
	$(GO) run ./bench/voice

.PHONY: bench-intelligibility
bench-intelligibility: ## codes that an independent recogniser reads from recorded calls, at four shares of lost packets
	$(GO) run ./bench/intelligibility
