#!/usr/bin/env bash
# Builds .venv from a lock file, hash-checked, and puts the project itself into it.
set -euo pipefail
lock=$1
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $python is $("$python" -V)." >&2; exit 1; }
if [ ! -x .venv/bin/pip ]; then
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    scripts/debian.sh python3-venv
  fi
  "$python" -m venv .venv
fi
# The lock is whole, so nothing is left to resolve: pip would look at newer releases than the lock's.
.venv/bin/python -m pip install -q --no-deps --require-hashes -r "$lock"
.venv/bin/python -m pip install -q --no-deps --no-build-isolation -e .
