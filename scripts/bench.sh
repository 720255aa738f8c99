#!/usr/bin/env bash
# Measures, into target/bench/report.json, and prints a table. Use: scripts/bench.sh [hub|start|next] for a part alone.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
(cd ui && npm run --silent build >/dev/null)
# In one go: apart, each package would have the dependencies built anew with its own choice of their features.
cargo build --profile quick --workspace --bins --examples
target=$(cargo metadata --format-version 1 --no-deps | node -e '
  let text = ""; process.stdin.on("data", d => text += d).on("end", () => console.log(JSON.parse(text).target_directory))')
exec scripts/session.sh "$target/quick/bench" "$@"
