#!/usr/bin/env bash
# A Chromium for the browser tests: the one that is there, else Debian's package.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
scripts/debian.sh chromium fonts-dejavu-core
