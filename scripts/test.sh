#!/usr/bin/env bash
# Every check. Stops at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }

step "Set-up"
scripts/setup.sh test

step "Format"
cargo fmt --all --check

step "The window's code: types, imports, unit tests, accessibility"
(cd ui && npm run --silent typecheck && npm run --silent lint && npm run --silent test && npm run --silent build)

step "Clippy"
cargo clippy --workspace --all-targets --quiet -- --deny warnings

step "The window's types are those of the protocol"
cargo test --quiet -p tiebreak-protocol --features ts --test typescript

step "Python readers of the exports"
scripts/python.sh || echo "SKIPPED: Splink and datasets can't be installed here; exports are not read by them."

step "Rust tests, the stores on SQLite and on a PostgreSQL of their own"
cargo build --quiet -p tiebreak -p tiebreak-hub
scripts/postgres.sh cargo test --workspace --exclude tiebreak-tests

step "The hub's tests once more, on PostgreSQL"
TIEBREAK_TEST_ENGINE=postgres scripts/postgres.sh cargo test --quiet -p tiebreak-hub --test hub

step "The whole way round, in the real window"
scripts/postgres.sh scripts/session.sh cargo test -p tiebreak-tests -- --test-threads=1
