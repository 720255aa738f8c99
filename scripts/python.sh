#!/usr/bin/env bash
# A virtual environment with the real readers of our exports, Splink and datasets, and with schemathesis. Prints its Python
# as the last line.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=target/python
if [ ! -x "$environment/bin/python" ]; then
  python3 -m venv "$environment" >&2
fi
"$environment/bin/python" -c 'import splink, datasets, schemathesis' 2>/dev/null ||
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r tests/python/requirements.txt >&2
echo "$PWD/$environment/bin/python"
