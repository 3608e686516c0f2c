#!/usr/bin/env bash
# Builds a release for one target and packs it: program, manual pages, completions, licences, a list of components.
#
#   ci/package.sh TARGET FOLDER
#
# Reproducible: what is mapped, sorted and dated here is all that would differ between two runs. What was built is run where
# the machine can run it, and a Linux program is shown to be static.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$1
mkdir -p "$2"
out="$(cd "$2" && pwd)"
version="$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)"
name="countersign-$version-$target"
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH CARGO_TERM_COLOR=never

# Paths of this machine are no part of the program.
RUSTFLAGS="--remap-path-prefix=$PWD=/countersign --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
case "$target" in
  *-linux-*) RUSTFLAGS="$RUSTFLAGS -C target-feature=+crt-static" ;;
  *-windows-msvc) RUSTFLAGS="$RUSTFLAGS -C target-feature=+crt-static -C link-arg=/Brepro" ;;
esac
export RUSTFLAGS
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/countersign -ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=/cargo"
case "$target" in *-windows-msvc) unset CFLAGS ;; esac

rustup target add "$target" 2> /dev/null || true
cargo build --locked --release --target "$target"
built="${CARGO_TARGET_DIR:-target}/$target/release"
program="$built/countersign"
[ -f "$program" ] || program="$built/countersign.exe"

stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT
folder="$stage/$name"
mkdir -p "$folder/completions" "$folder/man"
cp "$program" "$folder/"
cp README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$folder/"

if "$program" --version; then
  for shell in bash zsh fish powershell elvish; do "$program" completions "$shell" > "$folder/completions/countersign.$shell"; done
  "$program" man > "$folder/man/countersign.1"
  case "$target" in
    *-linux-*)
      if ldd "$program" 2>&1 | grep -q '=>'; then
        echo "the program is not static" >&2
        exit 1
      fi
      ;;
  esac
else
  echo "NOT RUN: this machine cannot run $target" >&2
fi

ci/sbom.sh "$target" > "$out/$name.cdx.json"
case "$target" in
  *-windows-*) (cd "$stage" && 7z a -tzip -mtm- -bd "$out/$name.zip" "$name" > /dev/null) ;;
  *)
    tar_of() { if command -v gtar > /dev/null; then gtar "$@"; else tar "$@"; fi; }
    tar_of -C "$stage" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=ustar -cf - "$name" \
      | gzip -n -9 > "$out/$name.tar.gz"
    ;;
esac
ls -l "$out"
