#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own, on a free port of the loopback, thrown away at the end. The command finds
# it in TIEBREAK_TEST_POSTGRES. Use: scripts/postgres.sh COMMAND [ARGUMENT …]
set -euo pipefail

# The newest that is installed; its programs are not on everybody's path.
bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
home=$(mktemp -d "${TMPDIR:-/tmp}/tiebreak-postgres.XXXXXX")
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
# The server refuses to run as root.
if [ "$(id -u)" = 0 ]; then
  chown postgres "$home"
  as() { (cd / && runuser -u postgres -- "$@"); }
else
  as() { (cd / && "$@"); }
fi
end() {
  as "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap end EXIT

as "$bin/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 -D "$home/data" >/dev/null
as "$bin/pg_ctl" -D "$home/data" -w -l "$home/log" -o "-p $port -h 127.0.0.1 -k $home -c max_connections=300 ${POSTGRES_OPTIONS:-}" start >/dev/null ||
  { cat "$home/log" >&2; exit 1; }
PATH="$PATH:$bin" TIEBREAK_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres" "$@"
