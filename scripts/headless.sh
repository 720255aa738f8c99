#!/usr/bin/env bash
# Inside scripts/session.sh: runs the window until it has painted a case, takes a picture of it, and ends it. Fails, with a
# picture of what there was, when no case was painted.
# Use: scripts/headless.sh PROGRAM [ARGUMENT …]; SHOT names the picture, SHOT_SECONDS how long to wait for a case.
set -euo pipefail
shot=${SHOT:-target/tiebreak.png}
mkdir -p "$(dirname "$shot")"
data=$(mktemp -d "${TMPDIR:-/tmp}/tiebreak-data.XXXXXX")
report=$data/painted
"$@" --data "$data" --paint-report "$report" &
window=$!
trap 'kill "$window" 2>/dev/null || true; wait "$window" 2>/dev/null || true; rm -rf "$data"' EXIT

for _ in $(seq 1 $((${SHOT_SECONDS:-60} * 4))); do
  kill -0 "$window" 2>/dev/null || { echo "The window ended before it painted anything." >&2; exit 1; }
  if grep -q '^case ' "$report" 2>/dev/null; then break; fi
  sleep 0.25
done
status=0
if ! grep -q '^case ' "$report" 2>/dev/null; then
  echo "No case was painted; the picture shows what was." >&2
  status=1
fi
sleep 1
import -window root "$shot"
sed 's/^/Painted: /; s/$/ ms after the start/' "$report" 2>/dev/null || true
echo "Picture: $shot"
exit "$status"
