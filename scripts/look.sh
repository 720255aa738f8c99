#!/usr/bin/env bash
# Pictures of every workbench and page in the real window, light and dark, into target/look, to hold against the design.
# CASES="a.jsonl b.jsonl" or SPLINK=folder say what to show; else the real queues beside the repository, else the sample.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
scripts/build.sh dev >/dev/null
exec scripts/session.sh cargo run --quiet --bin look
