#!/usr/bin/env python3
"""Breaks the rule, one line at a time, and says which breaks the explorer finds.

    tests/explorer/mutants.py [FIRST [LAST]]    # in a scratch copy; exit 1 if one is not found

Each mutant is a file below src/trust, a text that stands there once, and what it becomes.
"""
import os, pathlib, shutil, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
W, L, M, R, C, A, F, H = (f"{n}.rs" for n in
    ("weight", "last_word", "matrix", "revoked", "chain", "accept", "force", "head"))
MUTANTS = [
    (L, "missing.keys().all(|party| *party == statement.party)", "true"),
    (L, "missing.keys().all(|party| *party == statement.party)", "missing.is_empty()"),
    (L, "later >= number && self.chain.has_same_parties(number, later)", "later == number"),
    (L, "later == number && one.statement.previous == self.previous,", "false,"),
    (L, "one.statement.previous == self.previous,", "true,"),
    (L, "if missing.is_empty() { self.last_words() }", "if true { self.last_words() }"),
    (L, "filter(|_| missing.is_empty() && waits_for.is_empty())", "filter(|_| missing.is_empty())"),
    (L, "filter(|_| missing.is_empty() && waits_for.is_empty())", "filter(|_| waits_for.is_empty())"),
    (L, "days.get(number.checked_sub(1)? as usize)", "days.first()"),
    (L, "days.values().max().copied()", "days.values().min().copied()"),
    (L, ".and_modify(|first| *first = day.min(*first)).or_insert(day);\n        }\n        let mut given",
        ".and_modify(|first| *first = day.max(*first)).or_insert(day);\n        }\n        let mut given"),
    (L, "let (number, previous) = (one.statement.roster.number, one.statement.previous);",
        "let (number, previous) = (one.statement.roster.number, None);"),
    (L, "!one.is_approval && matches!", "matches!"),
    (L, "days.sort_unstable();", "days.sort_unstable_by(|a, b| b.cmp(a));"),
    (W, "if number < self.last && !may_close {", "if number < self.last {"),
    (W, "(number == self.last || self.is_sealed(digest, number))", "true"),
    (W, "(number == self.last || self.is_sealed(digest, number))", "number == self.last"),
    (W, "if self.is_sealed(&one.digest, number) {\n            return Some(Weight::Full);", "if false {\n            return Some(Weight::Full);"),
    (W, "if number > self.last {\n            return None;", "if false {\n            return None;"),
    (W, "if self.is_disowned(one, statement) && !self.is_confirmed(one, statement, all) {", "if false {"),
    (W, "&& !self.is_confirmed(one, statement, all) {", "{"),
    (W, "is_some_and(|kept| !kept.contains(&one.digest))", "is_some()"),
    (W, "&& said.key != own.key", ""),
    (W, "&& !self.revoked.has(&said.key)", ""),
    (W, "&& said.party == own.party", ""),
    (W, "if self.is_still_listed(statement) { Weight::Full }", "if true { Weight::Full }"),
    (M, "for questioned in [true, false] {", "for questioned in [true] {"),
    (M, "[Some(self.whole), self.without_doubted]", "[Some(self.whole), None]"),
    (M, "Some(Weight::Revoked | Weight::Left) if is_built_on => Some(Weight::Full)", "Some(Weight::Revoked | Weight::Left) if true => Some(Weight::Full)"),
    (M, "let believed = accepted().filter(|one| one.verdict == Verdict::Accepted);", "let believed = accepted();"),
    (M, "self.closed.iter().all(Option::is_some)\n", "self.closed.iter().any(Option::is_some)\n"),
    (H, "from.max(closed)", "from"),
    (H, "is_none_or(|until| first < until)", "is_none_or(|_| true)"),
    (H, "if self.retroactive.is_some() { from }", "if false { from }"),
    (F, "is_settled = one.has_begun(day);", "is_settled = true;"),
    (F, "until <= day) {\n            return (vec![ended], None);", "until < day) {\n            return (vec![ended], None);"),
    (F, "self.versions.values().rev().filter(|one| one.may_have_begun(day))", "self.versions.values().filter(|one| one.may_have_begun(day))"),
    (C, "let parties = before.map(|before| before.missing(by)).unwrap_or_default();", "let parties: BTreeMap<_, u32> = before.map(|before| before.missing(by)).unwrap_or_default(); let parties = if parties.len() == 1 { BTreeMap::new() } else { parties };"),
    (C, "next.is_some_and(|roll| roll.roster.seals.binary_search(digest).is_ok())", "next.is_some()"),
    (R, "!others.is_empty() && others.len() >= threshold.min(left.len())", "true"),
    (R, "Some(Ok(())) => RevocationState::Effective,", "Some(Ok(())) => RevocationState::Settled,"),
    (R, "kept.retain(|one| stands_by.contains(one))", "kept.extend(stands_by.iter().copied())"),
    (R, "(2..=last).find(is_doubted)", "(2..=last).find(|_| false)"),
    (R, "&& before.key(party, &said.signer, &said.key).is_some()", ""),
    (A, "any(|moment| moment > statement.signed_at)", "any(|_| false)"),
]


def main():
    first, last = (int(x) for x in (sys.argv[1:] + ["0", str(len(MUTANTS))])[:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), len(MUTANTS))
    work = pathlib.Path(tempfile.mkdtemp(prefix="mutants-"))
    shutil.copytree(ROOT / "src/trust", work / "src/trust")
    shutil.copytree(ROOT / "tests/explorer", work / "tests/explorer", ignore=shutil.ignore_patterns("target"))
    target = os.environ.get("CARGO_TARGET_DIR", str(work / "target"))
    cargo = ["cargo", "build", "--release", "--offline", "--quiet", "--manifest-path", str(work / "tests/explorer/Cargo.toml"), "--target-dir", target]
    missed = wrong = 0
    for number, (name, old, new) in list(enumerate(MUTANTS))[first:last]:
        path, begin = work / "src/trust" / name, time.time()
        text = path.read_text()
        if text.count(old) != 1:
            print(f"{number} {name}: stands {text.count(old)} times: {old[:60]!r}", flush=True)
            wrong += 1
            continue
        path.write_text(text.replace(old, new))
        built = subprocess.run(cargo, capture_output=True, text=True)
        if built.returncode:
            print(f"{number} {name}: does not compile: {built.stderr[:300]}", flush=True)
            wrong += 1
        else:
            run = subprocess.run([f"{target}/release/explorer", "mutant"], capture_output=True, text=True)
            law = next((line.strip() for line in run.stdout.splitlines() if "BROKEN" in line), "")
            missed += run.returncode == 0
            word = "NOT FOUND" if run.returncode == 0 else "found" if run.returncode == 1 else "found: it panics"
            print(f"{number} {name}: {word} in {time.time() - begin:.0f} s: {old[:50]!r} {law[:90]}", flush=True)
        path.write_text(text)
    shutil.rmtree(work)
    print(f"{last - first - missed - wrong} found, {missed} not found, {wrong} not tried")
    return 1 if missed or wrong else 0


sys.exit(main())
