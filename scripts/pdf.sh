#!/usr/bin/env bash
# What PDFs are set with: the libraries that are there, else Debian's packages.
set -euo pipefail
known=$(/sbin/ldconfig -p 2>/dev/null || ldconfig -p)
for name in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz.so.0 libharfbuzz-subset.so.0 libfontconfig.so.1; do
  if [[ "$known" != *"$name"* ]]; then
    exec scripts/debian.sh libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core
  fi
done
