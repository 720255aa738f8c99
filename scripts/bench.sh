#!/usr/bin/env bash
# Measures, into target/bench/report.json, and prints a table. Use: scripts/bench.sh [hub|start|next|team] for a part alone.
# TIEBREAK_BENCH_CASES: cases in the team's queue, a million unless it says another number.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
(cd ui && npm run --silent build >/dev/null)
cargo build --profile quick --workspace --bins --examples
target=$(cargo metadata --format-version 1 --no-deps | node -e '
  let text = ""; process.stdin.on("data", d => text += d).on("end", () => console.log(JSON.parse(text).target_directory))')
# As a server for a team would be set up; the raw figures are taken from the same one.
export POSTGRES_OPTIONS="-c shared_buffers=1GB -c max_wal_size=8GB"
exec scripts/postgres.sh scripts/session.sh "$target/quick/bench" "$@"
