#!/bin/sh
# Installs the tools that the benches measure us against, at fixed versions, into target/peers
# (or $COUNTERSIGN_PEERS). Needs python3 with venv; npm only for `diff`.
#
#   benches/peers.sh          what `cargo bench --bench check` needs
#   benches/peers.sh diff     what the diff bench needs as well
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
peers=${COUNTERSIGN_PEERS:-$root/target/peers}
mkdir -p "$peers"

# from_pypi NAME REQUIREMENT: one environment for each, because they pin the same libraries differently
from_pypi() {
    [ -x "$peers/$1/bin/python" ] || python3 -m venv "$peers/$1"
    "$peers/$1/bin/python" -m pip install --quiet --disable-pip-version-check "$2"
    "$peers/$1/bin/python" -m pip list --disable-pip-version-check | grep "^$1 "
}

from_pypi check-jsonschema 'check-jsonschema==0.39.0'

if [ "${1:-}" = diff ]; then
    from_pypi deepdiff 'deepdiff[cli]==9.1.0'
    npm install --silent --no-fund --no-audit --prefix "$peers/jsondiffpatch" 'jsondiffpatch@0.7.7'
    npm list --prefix "$peers/jsondiffpatch" --depth=0
fi
