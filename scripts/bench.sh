#!/usr/bin/env bash
# Measures, into target/bench/report.json, and prints a table. Use: scripts/bench.sh [hub|start|next] for a part alone.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
scripts/build.sh quick >/dev/null
cargo build --profile quick -p tiebreak --example empty
cargo build --profile quick -p tiebreak-tests --bin bench
exec scripts/session.sh cargo run --quiet --profile quick -p tiebreak-tests --bin bench -- "$@"
