#!/usr/bin/env bash
# Builds the window's pages and the programs. Use: scripts/build.sh [PROFILE] — dev when not given.
# Prints the folder the programs lie in as its last line.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:-dev}

(cd ui && npm run --silent build) >&2
# All of the workspace is meant, as in the tests: so the dependencies are built once for both.
cargo build --profile "$profile" --workspace --bin tiebreak --bin tiebreak-hub >&2
target=$(cargo metadata --format-version 1 --no-deps | node -e '
  let text = ""; process.stdin.on("data", d => text += d).on("end", () => console.log(JSON.parse(text).target_directory))')
case $profile in dev) echo "$target/debug" ;; *) echo "$target/$profile" ;; esac
