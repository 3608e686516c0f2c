#!/usr/bin/env python3
"""Breaks the rule, one line at a time, and says which breaks the explorer finds.

    tests/explorer/mutants.py [NUMBER...]    # in a scratch copy; exit 1 if one is not found

Each mutant is a file below src/trust, an expression that stands there once, and what it becomes; or, for what is no
expression, a text with `MUTANT`, which is true for this mutant alone. All are built into one program, which is told by
its environment which one to be.
"""
import os, pathlib, shutil, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
W, L, M, R, C, A, F, H = (f"{n}.rs" for n in
    ("weight", "last_word", "matrix", "revoked", "chain", "accept", "force", "head"))
SEES_ALL = "missing.keys().all(|party| *party == statement.party)"
LATER = "later >= number && self.chain.has_same_parties(number, later)"
EQUAL = "later == number && one.statement.previous == self.previous"
CLOSED = "missing.is_empty() && waits_for.is_empty()"
COUNTS = "number == self.last || self.is_sealed(digest, number)"
DISOWNED = "self.is_disowned(one, statement) && !self.is_confirmed(one, statement, all)"
LISTED = "self.chain.has_same_parties(number, self.last) && (number..=self.last).all(lists)"
FIRST = "signers.entry(&statement.signer).and_modify(|first| *first = day.min(*first)).or_insert(day)"
GIVEN = "given.entry(party.clone()).and_modify(|first| *first = day.min(*first)).or_insert(day)"
MUTANTS = [
    # Last words.
    (L, SEES_ALL, "true"),
    (L, SEES_ALL, "missing.is_empty()"),
    (L, LATER, "later == number"),
    (L, LATER, "later >= number"),
    (L, EQUAL, "false"),
    (L, EQUAL, "later == number"),
    (L, "if missing.is_empty() { self.last_words() } else { Vec::new() }", "self.last_words()"),
    (L, CLOSED, "missing.is_empty()"),
    (L, CLOSED, "waits_for.is_empty()"),
    (L, "(one.statement.roster.number, one.statement.previous)", "(one.statement.roster.number, None)"),
    (L, "!one.is_approval && matches!(one.statement.decision, Decision::Approve | Decision::Acknowledge)",
        "matches!(one.statement.decision, Decision::Approve | Decision::Acknowledge)"),
    # Days.
    (L, "days.get(number.checked_sub(1)? as usize).copied()", "days.first().copied()"),
    (L, "days.values().max().copied()", "days.values().min().copied()"),
    (L, FIRST, FIRST.replace("min", "max")),
    (L, GIVEN, GIVEN.replace("min", "max")),
    (L, "days.sort_unstable()", "days.sort_unstable_by(|a, b| b.cmp(a))"),
    (M, "days.iter().flatten().min().copied()", "days.iter().flatten().max().copied()"),
    (M, "days.into_iter().max()", "days.into_iter().min()"),
    (H, "from.max(closed)", "from"),
    (H, "self.effective_until.is_none_or(|until| first < until)", "true"),
    (H, "self.retroactive.is_some()", "false"),
    (F, "until <= day", "until < day"),
    # Which version.
    (F, "is_settled = one.has_begun(day);", "is_settled = one.has_begun(day) || MUTANT;"),
    (F, "for one in self.versions.values().rev().filter(|one| one.may_have_begun(day)) {",
        "let mut list: Vec<_> = self.versions.values().rev().filter(|one| one.may_have_begun(day)).collect();\n"
        "if MUTANT { list.reverse(); }\nfor one in list {"),
    # What a statement weighs.
    (W, "number < self.last && !may_close", "number < self.last"),
    (W, COUNTS, "true"),
    (W, COUNTS, "number == self.last"),
    (W, "self.is_sealed(&one.digest, number)", "false"),
    (W, "number < self.last && self.chain.is_sealed(digest, number)", "self.chain.is_sealed(digest, number)"),
    (W, "number > self.last", "false"),
    (W, "self.revoked.settled.contains(&statement.key) && number < self.last", "false"),
    (W, DISOWNED, "false"),
    (W, DISOWNED, "self.is_disowned(one, statement)"),
    (W, "self.revoked.now.get(&statement.key).is_some_and(|kept| !kept.contains(&one.digest))",
        "self.revoked.now.contains_key(&statement.key)"),
    (W, "number == self.last || self.is_sealed(&other.digest, number)", "true"),
    (W, "said.key != own.key", "true"),
    (W, "!self.revoked.has(&said.key)", "true"),
    (W, "said.party == own.party", "true"),
    (W, "self.is_still_listed(statement)", "true"),
    (W, LISTED, "(number..=self.last).all(lists)"),
    (W, LISTED, "self.chain.has_same_parties(number, self.last)"),
    # Readings.
    (M, "for questioned in [true, false] {", "for questioned in [true, false].into_iter().take(if MUTANT { 1 } else { 2 }) {"),
    (M, "[Some(self.whole), self.without_doubted]", "[Some(self.whole), None]"),
    (M, "Some(Weight::Revoked | Weight::Left) if is_built_on =>", "Some(Weight::Revoked | Weight::Left) if is_built_on || MUTANT =>"),
    (M, "let is_built_on = own.is_some_and(|own| built_on.contains(&own));",
        "let is_built_on = own.is_some_and(|own| built_on.contains(&own)) && !MUTANT;"),
    (M, "one.verdict == Verdict::Accepted", "true"),
    (M, "self.closed.iter().all(Option::is_some)", "self.closed.iter().any(Option::is_some)"),
    # Lists of signers.
    (C, "let parties = before.map(|before| before.missing(by)).unwrap_or_default();",
        "let parties: BTreeMap<_, u32> = before.map(|before| before.missing(by)).unwrap_or_default();\n"
        "let parties = if MUTANT && parties.len() == 1 { BTreeMap::new() } else { parties };"),
    (C, "next.is_some_and(|roll| roll.roster.seals.binary_search(digest).is_ok())", "next.is_some()"),
    (C, "roll.roster.previous != Some(before.digest)", "false"),
    # Revocations.
    (R, "!others.is_empty() && others.len() >= threshold.min(left.len())", "true"),
    (R, "Some(Ok(())) => RevocationState::Effective,",
        "Some(Ok(())) => if MUTANT { RevocationState::Settled } else { RevocationState::Effective },"),
    (R, "(number..last).any(|before| chain.rests_on(before + 1, &key))", "false"),
    (R, "kept.retain(|one| stands_by.contains(one))", "kept.extend(stands_by.iter().copied())"),
    (R, "(2..=last).find(is_doubted)", "None"),
    (R, "before.key(party, &said.signer, &said.key).is_some()", "true"),
    (R, "one.revocation.roster.number < *number", "true"),
    (R, "!is_affirmed(&one.revocation.party)", "true"),
    # Acceptance.
    (A, "listed.map(|one| one.signed_at).any(|moment| moment > statement.signed_at)", "false"),
    (A, "statement.after.iter().all(|seen| settled.contains_key(seen))", "true"),
]


def found_by(run):
    """Names the law that broke and the configuration in which it did."""
    lines = run.stdout.splitlines()
    for at, line in enumerate(lines):
        if "BROKEN" in line:
            return f"{lines[at - 1].split(':')[0]}: {line.strip()[7:].split(': day')[0][:80]}"
    return "it panics: " + " ".join(run.stderr.split())[:80]


def switched(sources):
    """Puts all mutants into the texts of the rule; returns those that could not be."""
    wrong, groups = [], {}
    for number, (name, old, new) in enumerate(MUTANTS):
        if sources[name].count(old) != 1:
            wrong.append(f"{number} {name}: stands {sources[name].count(old)} times: {old}")
        else:
            groups.setdefault((name, old), []).append((number, new))
    for (name, old), news in groups.items():
        if "MUTANT" in news[0][1]:
            [(number, new)] = news
            text = new.replace("MUTANT", f"(crate::mutant() == {number})")
        else:
            arms = "".join(f"{number} => {new}, " for number, new in news)
            text = f"(match crate::mutant() {{ {arms}_ => {old} }})"
        sources[name] = sources[name].replace(old, text)
    return wrong


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="mutants-"))
    shutil.copytree(ROOT / "src/trust", work / "src/trust")
    for part in ("explorer", "judge"):
        shutil.copytree(ROOT / "tests" / part, work / "tests" / part, ignore=shutil.ignore_patterns("target"))
    sources = {name: (work / "src/trust" / name).read_text() for name in (W, L, M, R, C, A, F, H)}
    wrong = switched(sources)
    for line in wrong:
        print(line)
    for name, text in sources.items():
        (work / "src/trust" / name).write_text(text)
    target = os.environ.get("CARGO_TARGET_DIR", str(work / "target"))
    cargo = ["cargo", "build", "--release", "--offline", "--quiet", "--manifest-path", str(work / "tests/explorer/Cargo.toml")]
    built = subprocess.run(cargo + ["--target-dir", target], capture_output=True, text=True)
    if built.returncode:
        print(built.stderr)
        return 1
    explorer = f"{target}/release/explorer"
    wanted = [int(one) for one in sys.argv[1:]] or range(len(MUTANTS))

    def play(number, *words):
        environment = {**os.environ, "MUTANT": str(number)}
        return subprocess.run([explorer, *words], capture_output=True, text=True, env=environment)

    def tell(number, begin, told):
        name, old, new = (" ".join(one.split()) for one in MUTANTS[number])
        print(f"{number} {name} {old[:50]!r} -> {new[:40]!r}: {time.time() - begin:.0f} s: {told}", flush=True)

    alive = list(wanted)
    for less in (2, 1, 0):
        rest = []
        for number in alive:
            begin, run = time.time(), play(number, f"mutant-{less}")
            if run.returncode:
                tell(number, begin, found_by(run))
            else:
                rest.append(number)
        alive = rest
        print(f"{len(alive)} not found in the bound of the gate less {less}: {alive}", flush=True)
    for number in alive:
        begin, run = time.time(), play(number, "compare", "0", "3000")
        tell(number, begin, "NOT FOUND" + (", but the other judge differs" if run.returncode else ""))
    missed = len(alive)
    shutil.rmtree(work)
    print(f"{len(wanted) - missed} found, {missed} not found, {len(wrong)} not built")
    return 1 if missed or wrong else 0


sys.exit(main())
