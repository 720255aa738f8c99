#!/usr/bin/env bash
# Runs a command in a session of its own: a virtual screen of 1280×800, a bus, and a keychain that is unlocked and
# thrown away at the end. For tests, and for `make run` where there is no display.
# Use: scripts/session.sh COMMAND [ARGUMENT …]
set -euo pipefail

home=$(mktemp -d "${TMPDIR:-/tmp}/tiebreak-session.XXXXXX")
mkdir -m 700 "$home/run" "$home/data" "$home/config"
screen=""
end() {
  [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
  rm -rf "$home"
}
trap end EXIT

# Xvfb picks a free display number itself and writes it to this descriptor.
mkfifo "$home/display"
Xvfb -displayfd 8 -screen 0 1280x800x24 -nolisten tcp 8>"$home/display" >/dev/null 2>&1 &
screen=$!
read -r number <"$home/display"

export DISPLAY=":$number" XDG_RUNTIME_DIR="$home/run" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config"
export WEBKIT_SKIA_ENABLE_CPU_RENDERING=1 NO_AT_BRIDGE=1 GTK_A11Y=none
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS || true

dbus-run-session -- bash -c '
  printf "tiebreak\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  exec "$@"
' session "$@"
