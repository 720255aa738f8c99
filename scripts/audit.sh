#!/usr/bin/env bash
# What stands in the tree, held against deny.toml: licences, bans, sources, and last the known vulnerabilities, whose
# database is fetched from GitHub. Installs cargo-deny where it is missing, which takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v cargo-deny >/dev/null 2>&1 || cargo install --locked cargo-deny
cargo deny check bans licenses sources
cargo deny check advisories || { echo "The advisories above, or their database couldn't be fetched. All else holds." >&2; exit 1; }
