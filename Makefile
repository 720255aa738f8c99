# The two commands are `make run` and `make test`; both do all their own set-up.
.DEFAULT_GOAL := help
.PHONY: help setup run test audit bench soak look fmt types icons

help: ## What can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## Install what building and testing need
	@scripts/setup.sh

run: ## Build and open the window (CASES=file.jsonl … or SPLINK=folder hands files over)
	@scripts/run.sh

test: ## Every check, in the order they fail fastest
	@scripts/test.sh

audit: ## Hold the dependencies against deny.toml: licences, bans, sources, known vulnerabilities
	@scripts/audit.sh

bench: ## Measure, into target/bench/report.json
	@scripts/bench.sh

soak: ## Hubs, PostgreSQL, desks and connections failing under a team, for minutes instead of seconds (TIEBREAK_SOAK=20)
	@scripts/soak.sh

look: ## Pictures of every screen, light and dark, into target/look
	@scripts/look.sh

fmt: ## Format the Rust code
	@cargo fmt --all

types: ## Write the window's types anew from protocol and domain
	@UPDATE_TYPES=1 cargo test -q --workspace --features tiebreak-protocol/ts --test typescript

icons: ## Make the application's icons anew from icons/app-icon.svg
	@cd ui && npx tauri icon ../icons/app-icon.svg --output ../icons
