#!/usr/bin/env bash
# Every check. Stops at the first that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }
# Every cargo command is about the whole workspace, and names what of it is wanted: for one package alone the dependencies would
# be built once more, with that package's choice of their features.
tests_in() { for path in "$@"; do name=${path##*/}; printf -- '--test %s ' "${name%.rs}"; done; }

step "Set-up"
scripts/setup.sh test
# Mostly downloads: they come while other things are checked.
mkdir -p target
scripts/python.sh >target/python.log 2>&1 &
python=$!

step "Format"
cargo fmt --all --check

step "The window's code: types, imports, unit tests, accessibility"
(cd ui && npm run --silent typecheck && npm run --silent lint && npm run --silent test && npm run --silent build)

step "Clippy"
cargo clippy --workspace --all-targets --quiet -- --deny warnings

step "The window's types are those of the protocol"
cargo test --quiet --workspace --features tiebreak-protocol/ts --test typescript

step "Python readers of the exports"
wait "$python" || echo "They can't be installed here: said once more at the end."

step "Rust tests, the stores on SQLite and on a PostgreSQL of their own"
cargo build --quiet --workspace --bin tiebreak --bin tiebreak-hub
scripts/postgres.sh cargo test --workspace --lib --bins $(tests_in crates/*/tests/*)
cargo test --quiet --workspace --doc

step "The whole way round in the real window; beside it desks and teams, and the hub's tests once more, on PostgreSQL"
# A window is waited for more than it works, so the three share the time. What was beside it is shown when all are done.
cargo test --quiet --workspace --no-run $(tests_in tests/tests/*)
beside=$(mktemp --directory)
TIEBREAK_TEST_ENGINE=postgres scripts/postgres.sh cargo test --quiet --workspace --test hub >"$beside/hub" 2>&1 &
hub=$!
scripts/postgres.sh scripts/session.sh cargo test --workspace $(tests_in $(ls -d tests/tests/* | grep --invert-match /e2e_)) -- --test-threads=1 >"$beside/teams" 2>&1 &
teams=$!
ended=0
scripts/postgres.sh scripts/session.sh cargo test --workspace $(tests_in tests/tests/e2e_*) -- --test-threads=1 || ended=$?
wait "$hub" || ended=$?
wait "$teams" || ended=$?
cat "$beside/hub" "$beside/teams"
rm -r "$beside"
[ "$ended" = 0 ] || exit "$ended"

step "The window without a display, as make run opens it"
programs=$(scripts/build.sh dev | tail -n 1)
rm -f target/test/first.png
SHOT=target/test/first.png scripts/session.sh scripts/headless.sh "$programs/tiebreak" --sample
[ "$(identify -format '%m %w' target/test/first.png)" = "PNG 1280" ] || { echo "That is no picture of the screen." >&2; exit 1; }

step "What was not tested here"
# Tests that lack something pass, and what they say of it is not shown for a test that passes.
left_out=0
without() { left_out=1; echo "SKIPPED $1"; }
shared=${TIEBREAK_SHARED:-../shared}
[ -d "$shared/data" ] || without "the real queues: $shared/data isn't there (TIEBREAK_SHARED says where it is)."
python=target/python/bin/python
"$python" -c 'import splink, datasets' 2>/dev/null || without "reading the exports by Splink and datasets: they can't be installed here."
"$python" -c 'import schemathesis' 2>/dev/null || without "the hub's contract by schemathesis: it can't be installed here."
command -v dbus-run-session >/dev/null && command -v gnome-keyring-daemon >/dev/null || without "the system's keychain: dbus-run-session or gnome-keyring-daemon isn't there."
[ "$left_out" = 1 ] || echo "Nothing: everything was."
