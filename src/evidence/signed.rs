//! What was signed, in words: the part of the page that `verify.sh` makes again from the signed files and compares.
//!
//! Only ids, digests and times stand here as they are; a free text stands as its JSON string, in a line that Markdown
//! takes for code. A change here is a change in `verify.sh`.

use std::fmt::Write as _;

use super::{Selection, canonical_text};
use crate::trust::name::Digest;
use crate::trust::roster::Roll;
use crate::trust::standing::{RevokedKey, StatementStanding, VersionStanding};
use crate::trust::statement::{Decision, Statement, folder};

/// The heading with which the part begins.
pub(super) const BEGIN: &str = "## What was signed\n";
/// The heading before which it ends.
pub(super) const END: &str = "## How to check this\n";

/// Returns the part, from its heading to the one that follows it.
pub(super) fn render(of: &Selection) -> String {
    let mut out = format!("{BEGIN}\nMatrix {}, engagement {}.\n\n", of.id, of.engagement());
    out.push_str("| Version | From | Approved by | Disputed by |\n|---|---|---|---|\n");
    let versions: Vec<Said> = of.versions().map(|one| Said::of(of, one)).collect();
    versions.iter().for_each(|one| one.table_row(&mut out));
    versions.iter().for_each(|one| one.section(&mut out));
    of.rolls.iter().for_each(|roll| roster(&mut out, roll));
    of.revocations.iter().for_each(|one| revocation(&mut out, one));
    out.push('\n');
    out
}

/// What was said of one version.
struct Said<'a> {
    version: &'a VersionStanding,
    from: Vec<String>,
    approving: Vec<String>,
    disputing: Vec<String>,
    lines: String,
    judged: Option<Digest>,
}

impl<'a> Said<'a> {
    fn of(of: &Selection, version: &'a VersionStanding) -> Self {
        let judged = of.digest(&format!("{}/judged.json", folder(&version.id, version.version)));
        let (from, approving, disputing) = (vec![], vec![], vec![]);
        let mut said = Self { version, from, approving, disputing, lines: String::new(), judged };
        for (one, statement) in super::signed(version) {
            said.add(of, one, statement);
        }
        said
    }

    fn add(&mut self, of: &Selection, one: &StatementStanding, statement: &Statement) {
        let who = format!("{}.{}", statement.party, statement.signer);
        let word = word(statement.decision);
        let _ = writeln!(
            self.lines,
            "    {} {who}: {word}{}, key {}, list {}, statement {}",
            statement.signed_at,
            caveat(of, statement, &one.digest),
            statement.key,
            statement.roster.number,
            one.digest
        );
        let from = statement.effective_from.to_string();
        if statement.decision == Decision::Approve && !self.from.contains(&from) {
            self.from.push(from);
        }
        if statement.decision == Decision::Contest {
            let reason = canonical_text(statement.reason.as_deref().unwrap_or_default());
            let _ = writeln!(self.lines, "        the reason given: {reason}");
            self.disputing.push(who);
        } else if statement.decision == Decision::Approve {
            self.approving.push(who);
        }
    }

    fn table_row(&self, out: &mut String) {
        let from = if self.from.is_empty() { "-".to_owned() } else { self.from.join(" ") };
        let cell = |names: &[String]| names.iter().fold(String::new(), |all, one| format!("{all} {one},"));
        let cell = |names: &[String]| cell(names).trim_end_matches(',').to_owned();
        let (yes, no) = (cell(&self.approving), cell(&self.disputing));
        let _ = writeln!(out, "| {} | {from} |{yes} |{no} |", self.version.version);
    }

    fn section(&self, out: &mut String) {
        let from =
            if self.from.is_empty() { String::new() } else { format!(" from {}", self.from.join(" ")) };
        let by = if self.approving.is_empty() { "nobody".to_owned() } else { self.approving.join(", ") };
        let _ = write!(out, "\n### Version {}{from}: approved by {by}", self.version.version);
        if !self.disputing.is_empty() {
            let _ = write!(out, "; DISPUTED by {}", self.disputing.join(", "));
        }
        let sum = |digest: Option<Digest>| digest.map_or_else(|| "none".to_owned(), |one| one.to_string());
        let text = sum(self.version.sha256);
        let _ =
            write!(out, "\n\n    text sha256 {text}\n    check sha256 {}\n{}", sum(self.judged), self.lines);
    }
}

/// Says what puts a statement in question that is in order by itself.
fn caveat(of: &Selection, statement: &Statement, digest: &Digest) -> String {
    let next = of.rolls.iter().find(|roll| roll.roster.number == statement.roster.number + 1);
    let late = next.filter(|roll| !roll.roster.seals.contains(digest));
    let late = late.map(|roll| format!(" (not among what list {} found)", roll.roster.number));
    let is_revoked = of.revocations.iter().any(|one| one.revocation.key == statement.key);
    let revoked = if is_revoked { " (its key was revoked)" } else { "" };
    late.unwrap_or_default() + revoked
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approve",
        Decision::Acknowledge => "acknowledge",
        Decision::Withdraw => "withdraw",
        Decision::Contest => "contest",
    }
}

fn roster(out: &mut String, roll: &Roll) {
    let roster = &roll.roster;
    let _ = writeln!(out, "\n### List of signers {}\n\n    fingerprint {}", roster.number, roll.digest);
    for party in &roster.parties {
        let _ = writeln!(out, "    {}, signatures needed: {}", party.id, party.threshold);
        for signer in &party.signers {
            let (name, role) = (canonical_text(&signer.name), canonical_text(&signer.role));
            let _ = writeln!(out, "        {}.{}: {name}, {role}", party.id, signer.id);
            let own = |text: &String| roll.keys.iter().find(|one| one.key.to_string() == *text);
            for (text, key) in signer.keys.iter().filter_map(|text| Some((text, own(text)?))) {
                let kind = text.split(' ').next().unwrap_or_default();
                let _ = writeln!(out, "            {kind} {}", key.key.fingerprint());
            }
        }
    }
}

fn revocation(out: &mut String, one: &RevokedKey) {
    let revocation = &one.revocation;
    let _ = write!(
        out,
        "\n### Revoked: the key of {}.{}, on {}\n\n    {} of list {}\n    the reason given: {}\n",
        revocation.party,
        revocation.signer,
        revocation.revoked_at,
        revocation.key,
        revocation.roster.number,
        canonical_text(&revocation.reason)
    );
}
