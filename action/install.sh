#!/usr/bin/env bash
# Brings the program for a CI job and puts it on the path: verified by a SHA-256 before anything of it is run.
#
# From an address or a path (INPUT_FROM with INPUT_SHA256), from a release whose digest stands beside this file, or, only
# where INPUT_BUILD is true, from the source of the action. Nothing is ever installed by a name.
set -euo pipefail

fail() {
  # A message of ours with no text of anybody else in it, so that it is one command of the log.
  printf '::error title=countersign::%s\n' "$1"
  exit 4
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
place="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/countersign-bin"
mkdir -p "$place"

is_digest() { [[ "$1" =~ ^[0-9a-f]{64}$ ]]; }

digest_of() {
  if command -v sha256sum > /dev/null; then sha256sum < "$1" | cut -d ' ' -f 1; else shasum -a 256 < "$1" | cut -d ' ' -f 1; fi
}

# bring ADDRESS SHA256: downloads or copies, verifies, unpacks.
bring() {
  local got="$place/download"
  case "$1" in
    https://*) curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --retry 3 --output "$got" -- "$1" || fail "the program cannot be downloaded" ;;
    *://*) fail "from has to be an https address or a path" ;;
    *) cp -- "$1" "$got" || fail "from names no file that can be read" ;;
  esac
  [ "$(digest_of "$got")" = "$2" ] || fail "the SHA-256 of the program is another one than expected, so it was not run"
  case "$1" in
    *.tar.gz | *.tgz) tar -xzf "$got" -C "$place" --strip-components=1 ;;
    *.zip) unzip -q -o -j "$got" -d "$place" ;;
    *) mv -f "$got" "$place/countersign" ;;
  esac
  rm -f "$got"
  chmod +x "$place"/countersign*
}

target() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo x86_64-unknown-linux-musl ;;
    Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-musl ;;
    Darwin-arm64) echo aarch64-apple-darwin ;;
    Darwin-x86_64) echo x86_64-apple-darwin ;;
    MINGW*-x86_64 | MSYS*-x86_64) echo x86_64-pc-windows-msvc ;;
    *) echo unknown ;;
  esac
}

# release: the version that was asked for, or the newest, with its digest from the action's own tree.
release() {
  local wanted="${INPUT_VERSION:-}" line
  [[ "$wanted" =~ ^[0-9A-Za-z.+-]*$ ]] || fail "version is no version"
  line="$(awk -v version="$wanted" -v target="$(target)" '!/^#/ && NF == 4 && (version == "" || $1 == version) && $2 == target' "$here/checksums.txt" | tail -n 1)"
  [ -n "$line" ] || return 1
  local version name sha
  read -r version _ name sha <<< "$line"
  is_digest "$sha" || fail "action/checksums.txt is damaged"
  [[ "${ACTION_REPOSITORY:-}" =~ ^[0-9A-Za-z._-]+/[0-9A-Za-z._-]+$ ]] || fail "the repository of the action is not known; set from and sha256"
  bring "${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/v$version/$name" "$sha"
}

build() {
  command -v cargo > /dev/null || fail "build is true, and there is no Rust toolchain on this runner"
  cargo build --locked --release --manifest-path "$here/../Cargo.toml" --target-dir "$place/target"
  cp "$place/target/release/countersign" "$place/countersign"
}

if [ -n "${INPUT_FROM:-}" ]; then
  sha="$(printf '%s' "${INPUT_SHA256:-}" | tr 'A-F' 'a-f')"
  is_digest "$sha" || fail "from needs sha256: 64 hexadecimal digits"
  bring "$INPUT_FROM" "$sha"
elif release; then
  :
elif [ "${INPUT_BUILD:-false}" = "true" ]; then
  build
else
  fail "no digest of this version for this machine stands in action/checksums.txt: set from and sha256, or build: true"
fi

"$place/countersign" --version
[ -z "${GITHUB_PATH:-}" ] || printf '%s\n' "$place" >> "$GITHUB_PATH"
