#!/usr/bin/env bash
# Checks the HTML pages in a browser: run.sh [BINARY]. Pages and screenshots lie in target/browser afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=${1:-target/debug/countersign}
if [ ! -x "$binary" ]; then
    echo "$binary is missing: build it first, or name another" >&2
    exit 2
fi
rm -rf target/browser/pages target/browser/*.png
node tests/browser/pages.mjs "$binary" target/browser/pages
node tests/browser/check.mjs target/browser
