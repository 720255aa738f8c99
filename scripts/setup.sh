#!/usr/bin/env bash
# Installs what is missing on Debian 12 or Ubuntu: as root or with sudo, else it prints the one command to type.
# `setup.sh run` leaves out what only the tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { command -v "$1" >/dev/null 2>&1 || { echo "Tiebreak needs $2." >&2; exit 1; }; }
need cargo "Rust: see https://rustup.rs"
need node "Node 20.19 or later: see https://nodejs.org"
need npm "npm, which comes with Node"
# As ui/package.json says it; what Vite needs.
node -e 'const [major, minor] = process.versions.node.split(".").map(Number)
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
  { echo "Tiebreak needs Node 20.19 or later; here is $(node --version). See https://nodejs.org" >&2; exit 1; }

packages=(build-essential pkg-config perl libwebkit2gtk-4.1-dev)
if [ "${1:-test}" = test ] || [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  packages+=(xvfb webkit2gtk-driver dbus gnome-keyring libsecret-tools fonts-noto-cjk imagemagick)
fi
if [ "${1:-test}" = test ]; then
  packages+=(python3-venv postgresql)
fi

if command -v dpkg-query >/dev/null 2>&1; then
  missing=()
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    install="apt-get install -y --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" = 0 ]; then sudo=(); elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo=(sudo); else
      echo "Some packages are missing. Type this, then try again:" >&2
      echo "  sudo $install" >&2
      exit 1
    fi
    echo "Installing: ${missing[*]}"
    "${sudo[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive $install >/dev/null
  fi
fi

# A lock file newer than what is installed means: install again.
if [ ! -e ui/node_modules/.package-lock.json ] || [ ui/package-lock.json -nt ui/node_modules/.package-lock.json ]; then
  (cd ui && npm ci --no-audit --no-fund --loglevel=error)
fi
# The OpenID provider of the tests.
if [ "${1:-test}" = test ] && { [ ! -e tests/oidc/node_modules/.package-lock.json ] || [ tests/oidc/package-lock.json -nt tests/oidc/node_modules/.package-lock.json ]; }; then
  (cd tests/oidc && npm ci --no-audit --no-fund --loglevel=error)
fi
