#!/bin/sh
# Bundles the traces of plotly.js that the pages draw with: a third of the whole, so a page is
# drawn sooner (docs/adr/009). Needs Node.js; the result is committed, so nothing else does.
set -eu
cd "$(dirname "$0")"
export npm_config_omit_lockfile_registry_resolved=true
npm ci --no-audit --no-fund --ignore-scripts --omit=dev --loglevel=error
version=$(node -p 'require("plotly.js/package.json").version')
./node_modules/.bin/esbuild plotly.js --bundle --minify --format=iife --global-name=Plotly \
    --target=es2020 --define:global=window --loader:.css=empty --legal-comments=eof \
    --banner:js="/*! plotly.js v$version: part of it, MIT licence, see plotly.com/javascript */" \
    --outfile=../../finops_dash/static/plotly.min.js --log-level=warning
rm -rf node_modules
