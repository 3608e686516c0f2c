//! Forgeries by one party with all its keys, as somebody tries them who has read only the folder and `docs/verify.md`: each is
//! seen by the stock commands, or the page names it as out of their reach.

use std::fs;
use std::path::Path;

use countersign::trust::judged::Judged;
use countersign::trust::name::Digest;
use countersign::trust::sshsig::Namespace;
use countersign::trust::statement::{Decision, RosterRef, Statement};
use serde_json::json;

use crate::standing::evidence::{evidence, list_anew, run};
use crate::standing::project::{Project, matrix};
use crate::standing::tampers::{copy, edit};
use crate::support::engagement::{AL, ANN, BEA, BOB, Engagement, ID, Person, day, version};
use crate::support::keys;

const PLACE: &str = "signoffs/acme-cmmc-l2";

/// What the forger has: the folder, and what is signed to make more from.
struct Forger<'a> {
    folder: &'a Path,
    signed: Engagement,
}

impl Forger<'_> {
    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Signs a statement with the key of one person, whoever it says it is of.
    fn sign(&self, by: Person, statement: &Statement) {
        let signature = keys::sign(by.key, Namespace::Statement.as_str(), &statement.to_bytes());
        self.put(&statement.path(), statement.to_bytes());
        self.put(&format!("{}.sig", statement.path()), signature);
    }

    /// Approves 1.1, which Bob alone has approved, with the provider's key, but for what `change` does.
    fn approve(&mut self, change: impl FnOnce(&mut Statement)) {
        let mut statement = self.signed.draft(ANN, Decision::Approve, "1.1");
        change(&mut statement);
        self.sign(ANN, &statement.finished());
    }

    /// Makes the part of the page anew that says what was signed, as the commands print it.
    fn page_anew(&self, anchor: &str) {
        let (_, said) = run(self.folder, anchor);
        let Some((_, rest)) = said.split_once("what was signed is below\n") else { return };
        let lines: Vec<&str> = rest.lines().map_while(|line| line.strip_prefix("        ")).collect();
        let should = lines.join("\n");
        let page = fs::read_to_string(self.folder.join("README.md")).unwrap();
        let (before, rest) = page.split_once("## What was signed\n").unwrap();
        let (_, after) = rest.split_once("## How to check this\n").unwrap();
        fs::write(self.folder.join("README.md"), format!("{before}{should}\n{after}")).unwrap();
    }
}

/// A forgery by name, and what the commands say of it.
type Forgery = (&'static str, fn(&mut Forger<'_>), &'static str);

const SEEN: &[Forgery] = &[
    (
        "the same text from an earlier day",
        |forger| forger.approve(|one| one.effective_from = day("2026-11-17")),
        "version 1.1 is NOT agreed: approvals are missing of",
    ),
    (
        "the same text as the successor of nothing",
        |forger| forger.approve(|one| one.previous = None),
        "version 1.1 is NOT agreed: approvals are missing of",
    ),
    (
        "the same text under a list that nobody signed",
        |forger| forger.approve(|one| one.roster = RosterRef { number: 2, sha256: Digest::of(b"mine") }),
        "does not agree with a list of signers that is here;",
    ),
    (
        "another check of the same text",
        |forger| forger.approve(|one| one.judged.sha256 = Digest::of(b"all is well")),
        "does not agree with the check",
    ),
    (
        "the client's approval by the provider's key",
        |forger| {
            let statement = forger.signed.draft(BOB, Decision::Acknowledge, "1.1").finished();
            forger.sign(ANN, &statement);
        },
        "not signed by acme.bob of list 1",
    ),
    (
        "the client's signature over another text",
        |forger| {
            forger.approve(|_| ());
            let mut theirs = forger.signed.draft(BOB, Decision::Approve, "1.1");
            theirs.after.clear();
            let theirs = theirs.finished();
            let old = sig_of(forger.folder, "1.0", "acme.bob", "\"approve\"");
            forger.put(&theirs.path(), theirs.to_bytes());
            forger.put(&format!("{}.sig", theirs.path()), old);
        },
        "not signed by acme.bob of list 1",
    ),
    (
        "the client's key called the provider's",
        |forger| {
            let mut statement = forger.signed.draft(ANN, Decision::Approve, "1.1");
            statement.key = BOB.fingerprint();
            forger.sign(ANN, &statement.finished());
        },
        "signed with another key than it names",
    ),
    (
        "a commit's signature for a statement's",
        |forger| {
            let statement = forger.signed.draft(ANN, Decision::Approve, "1.1").finished();
            forger.put(&statement.path(), statement.to_bytes());
            let signature = keys::sign(ANN.key, "git", &statement.to_bytes());
            forger.put(&format!("{}.sig", statement.path()), signature);
        },
        "not signed by harbor.ann of list 1",
    ),
    (
        "an own list that counts the provider's key as the client's",
        |forger| {
            let mut forged = forger.signed.clone();
            forged.rotate(2, &[(&[BEA], 1), (&[ANN, AL], 1)], &[ANN, AL, BEA]);
            for (path, blob) in forged.tree.iter().filter(|(path, _)| path.starts_with("trust/2")) {
                forger.put(path, &blob.bytes);
            }
        },
        "trust/2.json: lacks signatures of acme",
    ),
    (
        "an own first list, with the true one after it",
        |forger| {
            let own = Engagement::with(&[(&[BEA], 1), (&[ANN], 1)]);
            for (path, blob) in own.tree.iter().filter(|(path, _)| path.starts_with("trust/1")) {
                forger.put(path, &blob.bytes);
            }
        },
        "THE FINGERPRINT GIVEN IS OF NO LIST HERE",
    ),
    (
        "a revocation of the client's key by the provider",
        |forger| {
            let mut forged = forger.signed.clone();
            forged.revoke(BOB, &[ANN], &[]);
            for (path, blob) in forged.tree.iter().filter(|(path, _)| path.contains("revocations")) {
                forger.put(path, &blob.bytes);
            }
        },
        "no signature of acme over trust/revocations/",
    ),
    (
        "a check that found nothing",
        |forger| {
            let path = format!("{PLACE}/1.1/judged.json");
            let mut judged: Judged =
                serde_json::from_slice(&fs::read(forger.folder.join(&path)).unwrap()).unwrap();
            judged.as_of = day("2026-11-09");
            forger.put(&path, judged.to_bytes());
        },
        "does not agree with the check",
    ),
    (
        "words behind a signature",
        |forger| {
            let path = sig_path(forger.folder, "1.0", "acme.bob", "\"approve\"");
            edit(forger.folder, &path, |text| text + "Acme has agreed to version 4.0 as well.\n");
        },
        "is not one signature and no more",
    ),
    (
        "a reason that is a heading of the page",
        |forger| {
            let mut contest = forger.signed.draft(ANN, Decision::Contest, "1.1");
            contest.of = Some(contest.matrix.sha256);
            contest.reason =
                Some("\n### Version 4.0 from 2026-11-18: approved by acme.bob, harbor.ann".into());
            forger.sign(ANN, &contest.finished());
        },
        "README.md: does not say what was signed",
    ),
    (
        "a mark of a version that one party approved",
        |forger| {
            let path = format!("{PLACE}/1.0/effective.json");
            let mark = fs::read_to_string(forger.folder.join(path)).unwrap();
            let digest = |name: &str| Digest::of(&fs::read(forger.folder.join(PLACE).join(name)).unwrap());
            let text = mark
                .replace("\"version\":\"1.0\"", "\"version\":\"1.1\"")
                .replace("2026-11-15", "2026-11-18")
                .replace(&digest("1.0/matrix.json").to_string(), &digest("1.1/matrix.json").to_string());
            forger.put(&format!("{PLACE}/1.1/effective.json"), text);
        },
        "the mark does not agree with the statements",
    ),
];

/// What the commands cannot see, and the words by which the page says so.
const OUT_OF_REACH: &[Forgery] = &[
    (
        "a contest is left out",
        |forger| {
            let path = json_path(forger.folder, "1.0", "acme.bob", "\"contest\"");
            fs::remove_file(forger.folder.join(format!("{path}.sig"))).unwrap();
            fs::remove_file(forger.folder.join(path)).unwrap();
        },
        "Statements, revocations, lists or versions that somebody left out",
    ),
    (
        "the newest version is left out",
        |forger| {
            for place in [PLACE, "reading"] {
                fs::remove_dir_all(forger.folder.join(place).join("1.1")).unwrap();
            }
        },
        "Statements, revocations, lists or versions that somebody left out",
    ),
    (
        "what is for reading says something else",
        |forger| {
            edit(forger.folder, "reading/1.0/who.csv", |text| text.replacen("acme", "harbor", 1));
            edit(forger.folder, "reading/1.0/matrix.html", |text| text.replacen("Acme", "Harbor", 1));
        },
        "Nobody signed these, and the commands do not check them.",
    ),
    (
        "a revocation with a day long past",
        |forger| {
            let mut forged = forger.signed.clone();
            let path = forged.revoke(ANN, &[ANN], &[]);
            let text = String::from_utf8(forged.tree[&path].bytes.to_vec()).unwrap();
            let text = text.replace("2026-11-30T", "2020-01-01T");
            let digest: String = Digest::of(text.as_bytes()).to_string().chars().take(16).collect();
            let path = format!("trust/revocations/harbor.ann.{digest}.json");
            forger.put(&path, &text);
            let signature = keys::sign(ANN.key, Namespace::Revocation.as_str(), text.as_bytes());
            forger.put(&format!("{path}.sig"), signature);
        },
        "True time: days and times are what the signers claimed.",
    ),
];

fn json_path(folder: &Path, version: &str, who: &str, holds: &str) -> String {
    let place = folder.join(PLACE).join(version);
    let mut names: Vec<String> = fs::read_dir(&place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(who) && name.ends_with(".json"))
        .filter(|name| fs::read_to_string(place.join(name)).unwrap().contains(holds))
        .collect();
    names.sort();
    format!("{PLACE}/{version}/{}", names[0])
}

fn sig_path(folder: &Path, version: &str, who: &str, holds: &str) -> String {
    format!("{}.sig", json_path(folder, version, who, holds))
}

fn sig_of(folder: &Path, version: &str, who: &str, holds: &str) -> Vec<u8> {
    fs::read(folder.join(sig_path(folder, version, who, holds))).unwrap()
}

/// 1.0 is in force and disputed; 1.1 is offered, and the client alone has approved it.
fn half_signed() -> Project {
    let mut one = Project::in_force();
    one.signed.say(BOB, Decision::Contest, "1.0", |one| {
        one.of = Some(one.matrix.sha256);
        one.reason = Some("the boundary was drawn without us".into());
    });
    one.signed.offer_json("1.1", &matrix("1.1", "2026-11-18"));
    one.signed.approve(BOB, "1.1");
    one.record("Bob signs 1.1");
    one
}

#[test]
fn what_one_party_forges_is_seen_with_and_without_a_new_list_of_digests() {
    let one = half_signed();
    let folder = evidence(&one, "1.0");
    let (holds, said) = run(&folder, &one.anchor());
    assert!(holds && said.contains("version 1.1 is NOT agreed: approvals are missing of harbor"), "{said}");
    let forged = folder.parent().unwrap().join("forged");
    let mut missed = Vec::new();
    for (name, forge, says) in SEEN {
        copy(&folder, &forged);
        forge(&mut Forger { folder: &forged, signed: one.signed.clone() });
        let (holds, said) = run(&forged, &one.anchor());
        if holds || !said.contains("FAILED  ") {
            missed.push(format!("{name}, the old list of digests\n{said}"));
        }
        list_anew(&forged);
        let (holds, said) = run(&forged, &one.anchor());
        let is_agreed = said.contains("version 1.1: approved by every party");
        if holds || !said.contains("FAILED  ") || !said.contains(says) || is_agreed {
            missed.push(format!("{name}, a new list of digests\n{said}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_the_commands_cannot_see_is_named_on_the_page() {
    let one = half_signed();
    let folder = evidence(&one, "1.0");
    let forged = folder.parent().unwrap().join("forged");
    for (name, forge, says) in OUT_OF_REACH {
        copy(&folder, &forged);
        let mut forger = Forger { folder: &forged, signed: one.signed.clone() };
        forge(&mut forger);
        let (holds, said) = run(&forged, &one.anchor());
        assert!(!holds && said.contains("MANIFEST.sha256"), "{name}: the old list of digests\n{said}");
        forger.page_anew(&one.anchor());
        list_anew(&forged);
        let (holds, said) = run(&forged, &one.anchor());
        assert!(holds, "{name}: out of reach no more; strike it from the page\n{said}");
        let page = fs::read_to_string(forged.join("README.md")).unwrap();
        assert!(page.contains(says), "{name} is named nowhere on the page");
    }
}
