#!/usr/bin/env bash
# Opens the window on this computer's queues. CASES="a.jsonl b.jsonl" or SPLINK=folder are handed to it for import; names in
# CASES that hold a blank are quoted as in a shell.
# Without a display it runs on a virtual one, says so, and writes a picture of the first case it paints.
set -euo pipefail
cd "$(dirname "$0")/.."
wrong() { echo "$1" >&2; exit 2; }

# Said before anything is built.
arguments=()
if [ -f "${CASES:-}" ]; then
  arguments+=(--import "$CASES")
elif [ -n "${CASES:-}" ]; then
  # xargs reads quotes as a shell does, and runs nothing.
  list=$(xargs printf '%s\n' <<<"$CASES") || wrong "CASES has a quote without its other half: $CASES"
  mapfile -t files <<<"$list"
  for file in "${files[@]}"; do
    [ -f "$file" ] || wrong "CASES: there is no file $file"
  done
  arguments+=(--import "${files[@]}")
fi
if [ -n "${SPLINK:-}" ]; then
  [ -d "$SPLINK" ] || wrong "SPLINK: there is no folder $SPLINK"
  arguments+=(--splink "$SPLINK")
fi
[ ${#arguments[@]} -gt 0 ] || arguments+=(--sample)
[ -z "${QUEUE:-}" ] || arguments+=(--queue "$QUEUE")

scripts/setup.sh run
programs=$(scripts/build.sh quick | tail -n 1)

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$programs/tiebreak" "${arguments[@]}"
fi
echo "No display here: running on a virtual screen, with a keychain of its own that is thrown away at the end."
exec scripts/session.sh scripts/headless.sh "$programs/tiebreak" "${arguments[@]}"
