#!/usr/bin/env bash
# Installs the certified OpenID provider that people sign in with in the browser's tests, where there is
# a Node.js for it; without one those tests are skipped, and say so.
set -euo pipefail
cd "$(dirname "$0")/../tests/support/certified"
if ! node -e 'process.exit(parseInt(process.versions.node, 10) < 20 ? 1 : 0)' 2>/dev/null; then
  echo "Without Node.js 20 or newer, signing in by the certified provider is not tested." >&2
  exit 0
fi
if [ node_modules/.package-lock.json -nt package-lock.json ]; then exit 0; fi
npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
touch node_modules/.package-lock.json
