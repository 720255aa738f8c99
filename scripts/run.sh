#!/usr/bin/env bash
# Opens the window on this computer's queues. CASES="a.jsonl b.jsonl" or SPLINK=folder are handed to it for import.
# Without a display it runs on a virtual one, says so, and writes a picture of the first case it paints.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh run
programs=$(scripts/build.sh quick | tail -n 1)

arguments=()
if [ -n "${CASES:-}" ]; then
  # A list of paths, separated by blanks.
  read -r -a files <<<"$CASES"
  arguments+=(--import "${files[@]}")
fi
[ -z "${SPLINK:-}" ] || arguments+=(--splink "$SPLINK")
[ ${#arguments[@]} -gt 0 ] || arguments+=(--sample)
[ -z "${QUEUE:-}" ] || arguments+=(--queue "$QUEUE")

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$programs/tiebreak" "${arguments[@]}"
fi
echo "No display here: running on a virtual screen, with a keychain of its own that is thrown away at the end."
exec scripts/session.sh scripts/headless.sh "$programs/tiebreak" "${arguments[@]}"
