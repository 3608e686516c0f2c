#!/usr/bin/env bash
# Runs the gate in a CI job: annotations and summary by themselves, reports into a folder, outputs in words of our own.
set -uo pipefail

place="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/countersign-bin"
program="$place/countersign"
[ -x "$program" ] || program=countersign
reports="${INPUT_REPORTS:-countersign-reports}"
case "$reports" in *$'\n'* | '') reports=countersign-reports ;; esac
mkdir -p -- "$reports"
reports="$(cd -- "$reports" && pwd)"

words=(--output "json=$reports/gate.json" --output "sarif=$reports/gate.sarif" --output "junit=$reports/junit.xml" --output "comment=$reports/comment.md")
[ "${INPUT_RELEASE:-false}" != "true" ] || words+=(--release)
[ -z "${INPUT_BASE:-}" ] || words+=("--base=$INPUT_BASE")

"$program" -C "${INPUT_DIRECTORY:-.}" gate "${words[@]}"
code=$?

case "$code" in
  0) verdict=passes ;;
  1) verdict=refused ;;
  5) verdict=not-in-force ;;
  *) verdict=cannot-judge ;;
esac
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  {
    printf 'exit-code=%s\n' "$code"
    printf 'verdict=%s\n' "$verdict"
    printf 'reports=%s\n' "$reports"
  } >> "$GITHUB_OUTPUT"
fi
exit "$code"
