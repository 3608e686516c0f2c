#!/usr/bin/env bash
# Installs what the browser checks need: a Chromium of the system's packages, and two npm packages in target/browser.
# May be run again at any time; does nothing where everything is at hand.
set -euo pipefail
cd "$(dirname "$0")/../.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# apt-get's talk is shown only where it fails.
quietly() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n' "$said" >&2; return 1; }
}

has_browser() {
    local name
    for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

packages=()
has_browser || packages+=(chromium)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
if [ ${#packages[@]} -gt 0 ]; then
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${packages[@]}"
fi

playwright=1.65.1
axe=4.14.1
modules=target/browser/node_modules
version() { node -p "require('./$modules/$1/package.json').version" 2>/dev/null || true; }
if [ "$(version playwright-core)" != "$playwright" ] || [ "$(version axe-core)" != "$axe" ]; then
    mkdir -p target/browser
    quietly npm install --silent --no-fund --no-audit --no-save --ignore-scripts --prefix target/browser \
        "playwright-core@$playwright" "axe-core@$axe"
fi
