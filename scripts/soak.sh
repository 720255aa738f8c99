#!/usr/bin/env bash
# The faults of tests/tests/team_faults.rs at large. TIEBREAK_SOAK says how many times the size of a test.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
cargo build --workspace --bin tiebreak-hub
TIEBREAK_SOAK=${TIEBREAK_SOAK:-20} scripts/postgres.sh cargo test --workspace --test team_faults -- --nocapture
