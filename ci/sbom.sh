#!/usr/bin/env bash
# Writes the components of the program for one target as CycloneDX 1.6, from the lock file: name, version, licence, checksum.
#
#   ci/sbom.sh TARGET
set -euo pipefail
cd "$(dirname "$0")/.."

# What is only built or tested with is no part of the program.
metadata="$(cargo metadata --locked --format-version 1 --filter-platform "$1")"
checksums="$(awk '/^name = /{n=$3} /^version = /{v=$3} /^checksum = /{print n "@" v "=" $3}' Cargo.lock | tr -d '"' | jq -R 'split("=")' | jq -s 'map({(.[0]): .[1]}) | add')"
jq --sort-keys --argjson sums "$checksums" --arg time "$(TZ=UTC0 git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)" '
  . as $all
  | (.resolve.nodes | map({(.id): [.deps[] | select(any(.dep_kinds[]; .kind == null)) | .pkg]}) | add) as $edges
  | def reach($seen; $todo): if ($todo | length) == 0 then $seen else
      ($todo[0]) as $one | if ($seen | has($one)) then reach($seen; $todo[1:])
      else reach($seen + {($one): true}; $todo[1:] + $edges[$one]) end end;
  reach({}; [.resolve.root]) as $used
  | (.packages | map({(.id): .}) | add) as $by
  | ($by[.resolve.root]) as $root
  | {
      bomFormat: "CycloneDX", specVersion: "1.6", version: 1,
      metadata: { timestamp: $time, component: { type: "application", name: $root.name, version: $root.version, "bom-ref": "\($root.name)@\($root.version)" } },
      components: [$used | keys[] | select(. != $all.resolve.root) | $by[.] | {
        type: "library", name: .name, version: .version, "bom-ref": "\(.name)@\(.version)", purl: "pkg:cargo/\(.name)@\(.version)"
      } + (if .license then { licenses: [{ expression: (.license | gsub("/"; " OR ")) }] } else {} end)
        + (if $sums["\(.name)@\(.version)"] then { hashes: [{ alg: "SHA-256", content: $sums["\(.name)@\(.version)"] }] } else {} end)]
    }' <<< "$metadata"
