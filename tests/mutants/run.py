#!/usr/bin/env python3
"""Breaks checks of `evidence`, `check` and `project`, one at a time, and says which breaks the tests find.

    tests/mutants/run.py [FIRST [LAST]]    # in a scratch copy of HEAD; exit 1 if one is not found and not listed as equal

All mutants are built into one program: each is an expression that stands once in a file, or some lines of `verify.sh`, and
what it becomes while its number lies in a file beside the copy. So there is one build, and then only the tests of each.
CARGO_TARGET_DIR names a warm folder. This is no part of the gate: it takes an hour.
"""
import os, pathlib, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ABSENCE, GATE = "standing::absence", "standing::gate standing::fail_open gate::attacks gate::hosts"
EVIDENCE = "standing::evidence::the standing::evidence::junk standing::evidence::a_version standing::evidence::a_list standing::forgeries"
SIGN = "signoff::refuse signoff::direct standing::check"
STATE = "standing::check standing::threats standing::status"
# File below src, what stands there once, what it becomes, the tests; a fifth field is the reason why none can find it.
MUTANTS = [
    ("check/absence.rs", "!config.is_matrix(&file.path)", "false", ABSENCE),
    ("check/absence.rs", 'reader.linked_above(folder)?.map(|link| (link.clone(), hidden(&link, "a link")))', "None", ABSENCE),
    ("check/absence.rs", "idle.len() == config.matrices.len()", "true", ABSENCE),
    ("check/absence.rs", "!there.contains(id.as_str())", "false", ABSENCE),
    ("check/absence.rs", "!matches!(signoffs.force(id.as_str()), Force::Ended(_))", "true", ABSENCE),
    ("check/absence.rs", "config.is_matrix(path) && reader.file(path)?.is_none()", "false", ABSENCE + " standing::as_git"),
    ("check/attributes.rs", "if line.len() < LONGEST_LINE { line } else { &[][..] }", "line", "standing::fail_open standing::hostile"),
    ("check/attributes.rs", "state == StateRef::Unset", "false", "standing::fail_open standing::gate"),
    ("check/attributes.rs", "reader.above(FILE)?", "Vec::new()", "standing::fail_open standing::gate"),
    ("check/base.rs", "own.is_some_and(|one| one.state.is_final())", "false", STATE + " check::"),
    ("check/base.rs", "below.is_none_or(|below| *version < below)", "true", STATE + " check::"),
    ("check/change.rs", "finding.waived.is_none() && accepted.waived.is_some()", "false", GATE),
    ("check/change.rs", "now.severity == Severity::Off", "false", GATE),
    ("check/change.rs", "now.severity > rule.severity", "false", GATE),
    ("check/change.rs", "!before.config.patterns_lost(&after.config).is_empty()", "false", GATE),
    ("check/change.rs", "!before.config.coverage_changed(&after.config).is_empty()", "false", GATE),
    ("check/change.rs", "before.config.packs.iter().any(|pack| !after.config.packs.contains(pack))", "false", GATE),
    ("check/change.rs", "new.get(*path) != Some(bytes)", "false", GATE),
    ("check/change.rs", "old.get(*id) != new.get(*id)", "false", GATE),
    ("check/consent.rs", "!signoffs.standing.is_anchored", "false", GATE),
    ("check/consent.rs", "version.sha256.is_none() || one.is_offered", "true", STATE),
    ("check/consent.rs", "one.is_offered && current.version.to_string() == one.version", "true", GATE),
    ("check/consent.rs", "!one.is_standard", "true", GATE + " " + STATE),
    ("check/consent.rs", "below.is_none_or(|id| ids.contains(id))", "true", STATE),
    ("check/gate.rs", "self.needs_anchor && self.anchor.is_none()", "false", GATE),
    ("check/narrow.rs", "!setup.config.coverage.is_empty()", "false", GATE),
    ("check/narrow.rs", "file.blob().is_some() && file.is_plain && known.get(&file.path).is_some_and(|one| one == *file)",
        "known.contains_key(&file.path)", GATE),
    ("check/narrow.rs", "now.is_none() || now != then", "false", GATE),
    ("check/narrow.rs", "ids.contains(&*one.id)", "false", GATE),
    ("check/portable.rs", "**ours == folded && **ours != name", "false", "standing::fail_open standing::hostile"),
    ("check/portable.rs", "known.insert(fold(&file.path), file.path.clone()).filter(|other| *other != file.path)", "None",
        "standing::fail_open standing::hostile"),
    ("check/record.rs", "wanted.get(*key).is_none_or(|want| want != value)", "false", "standing::threats standing::check"),
    ("check/since.rs", "!there.contains(&one.digest)", "false", GATE),
    ("check/since.rs", "kept.get(number) != Some(digest)", "false", GATE),
    ("check/since.rs", "!revocations.contains(digest)", "false", GATE),
    ("check/since.rs", "one.verdict == Verdict::Accepted", "true", GATE),
    ("project/nested.rs", "!is_within(config, folder)", "false", GATE),
    ("project/nested.rs", "is_within(&Config::read(bytes).unwrap_or_default(), path)", "true", GATE),
    ("project/precondition.rs", "roster == intended.signing", "true", SIGN),
    ("project/precondition.rs", "last.version <= version", "true", SIGN),
    ("project/precondition.rs", "day <= first || intended.is_retroactive", "true", SIGN),
    ("project/precondition.rs", "*last > day", "false", SIGN),
    ("project/reader.rs", "file.blob != Some(entry.blob) && entry.mode == 0o100_644", "false", "check:: " + STATE),
    ("project/reader.rs", "metadata.is_symlink().then_some(Behind::Link)", "None", ABSENCE),
    ("project/reader.rs", 'name == ".git" && !path.is_empty()', "false", ABSENCE),
    ("project/signoffs.rs", "**bytes == *text", "true", STATE),
    ("project/signoffs.rs", "blob.mode == 0o100_644", "true", STATE,
        "a text that is a link or executable is refused by `trust`, so no version has it and nobody asks for its bytes"),
    ("evidence/mod.rs", "one.state == RosterState::Complete", "true", EVIDENCE),
    ("evidence/mod.rs", "version.mark == MarkState::Holds", "true", EVIDENCE),
    ("evidence/mod.rs", "matches!(one.verdict, Verdict::Accepted | Verdict::Void(_))", "true", EVIDENCE),
    ("evidence/mod.rs", "!matches!(one.state, RevocationState::Refused(_))", "true", EVIDENCE),
    ("evidence/mod.rs", "roll.keys.iter().find(own).is_some_and(holds)", "true", EVIDENCE),
    ("evidence/verify.rs", "!standing.is_anchored || standing.roster().is_none()", "false", EVIDENCE),
    ("evidence/verify.rs", 'Some("belongs to nothing that was signed")', "None", EVIDENCE),
    ("evidence/verify.rs", 'Some("is missing")', "None", EVIDENCE),
    ("evidence/verify.rs", "is == should", "true", EVIDENCE),
    ("evidence/archive.rs", "!entry.is_file() || entry.is_symlink()", "false", EVIDENCE + " standing::hostile"),
    ("evidence/archive.rs", 'Err(odd(&path, "is there twice"))', "Ok(())", EVIDENCE + " standing::hostile"),
    ("verify.sh", '[ "$matrix_sum" = "$matrix_is" ] ||', ": ||", EVIDENCE + " standing::evidence::tamp"),
    ("verify.sh", '[ "$its_judged" = "$judged_is" ] ||', ": ||", EVIDENCE),
    ("verify.sh", 'if [ "$by" != "$key" ]; then', "if false; then", EVIDENCE),
    ("verify.sh", '[ "$missing" = 1 ] ||', ": ||", "standing::evidence::a_file"),
    ("verify.sh", 'elif [ -n "$doubted" ]; then', "elif false; then", EVIDENCE),
    ("verify.sh", '[ " $x" = "$starts" ] ||', ": ||", "standing::evidence::tamp"),
    ("verify.sh", 'if [ -n "$lack$short" ]; then', 'if [ -n "$lack" ]; then', EVIDENCE),
    ("verify.sh", 'if [ -n "$lack$short" ]; then', 'if [ -n "$short" ]; then', EVIDENCE),
    ("verify.sh", '*.sig) is_signature "$f" ||', "*.sig) : ||", EVIDENCE),
]
SWITCH = """
/// Says whether one of the mutants is alive.
pub(crate) fn mutant(number: usize) -> bool {
    static ALIVE: std::sync::OnceLock<Option<usize>> = std::sync::OnceLock::new();
    *ALIVE.get_or_init(|| std::fs::read_to_string("PLACE").ok()?.trim().parse().ok()) == Some(number)
}
"""


def plant(work):
    """Writes all mutants into the copy; returns those that cannot be placed."""
    lost, shell = [], []
    for number, (name, old, new, *_) in enumerate(MUTANTS):
        path = work / "src" / ("evidence/verify.sh" if name == "verify.sh" else name)
        text = path.read_text()
        # The tests at the end of a file are no place for a mutant.
        body = text.split("#[cfg(test)]")[0]
        if body.count(old) != 1:
            lost.append(number)
            print(f"{number} {name}: stands {body.count(old)} times: {old[:60]!r}", flush=True)
        elif name == "verify.sh":
            shell.append(f'if crate::mutant({number}) {{ text = text.replacen(r##"{old}"##, r##"{new}"##, 1); }}')
        else:
            path.write_text(text.replace(old, f"(if crate::mutant({number}) {{ {new} }} else {{ {old} }})", 1))
    path = work / "src/evidence/mod.rs"
    commands = '{ let mut text = include_str!("verify.sh").to_owned(); ' + " ".join(shell) + " text }"
    path.write_text(path.read_text().replace('include_str!("verify.sh")', commands, 1))
    path = work / "src/lib.rs"
    path.write_text(path.read_text() + SWITCH.replace("PLACE", str(work / "alive")))
    return lost


def main():
    first, last = [int(x) for x in sys.argv[1:3]] + [0, len(MUTANTS)][len(sys.argv[1:3]):]
    work = pathlib.Path(tempfile.mkdtemp(prefix="mutants-"))
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(work)], input=archive, check=True)
    lost = plant(work)
    environment = {"CARGO_TARGET_DIR": str(work / "target"), **os.environ, "RUSTFLAGS": ""}
    cargo = ["cargo", "test", "--offline", "--quiet", "--test", "all"]
    built = subprocess.run([*cargo, "--no-run"], cwd=work, env=environment, capture_output=True, text=True)
    if built.returncode:
        sys.exit(built.stderr[-6000:])
    missed = len(lost)
    tests = sorted({mutant[3] for mutant in MUTANTS})
    for filters in tests:
        said = subprocess.run([*cargo, "--", *filters.split()], cwd=work, env=environment, capture_output=True, text=True)
        if said.returncode:
            sys.exit(f"red without a mutant: {filters}\n{said.stdout[-3000:]}")
    for number, (name, old, _, filters, *equal) in list(enumerate(MUTANTS))[first:last]:
        if number in lost:
            continue
        (work / "alive").write_text(str(number))
        begin = time.time()
        said = subprocess.run([*cargo, "--", *filters.split()], cwd=work, env=environment, capture_output=True, text=True)
        (work / "alive").unlink()
        by = next((line.split()[1] for line in said.stdout.splitlines() if line.endswith("FAILED") and line.startswith("test ")), "")
        by = by or next((line.strip() for line in said.stdout.splitlines() if line.startswith("    ")), "")
        fate = f"found by {by}" if said.returncode else f"EQUAL: {equal[0]}" if equal else "MISSED"
        missed += fate == "MISSED"
        print(f"{number} {name}: {old[:50]!r}: {fate} ({time.time() - begin:.0f} s)", flush=True)
    print(f"{last - first} mutants, {missed} missed")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
