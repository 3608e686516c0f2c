//! What the base demands of a change beyond its rules: what fails, and which changes need whose signature.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diff::render::{Compared, Comparison};
use crate::diff::{Change, Diff};
use crate::finding::{Finding, Place, Severity};
use crate::matrix::{Allocation, Side};
use crate::policy::demand::{Demands, MOVED_WITHOUT_REASON, NOBODY, WEAKENED};
use crate::project::SignoffState;
use crate::report::Report;
use crate::report::words::some;
use crate::trust::name::PartyId;

/// The most rows that one finding names.
const MOST_NAMED: usize = 8;

/// Returns what the base's demands find in a change.
pub(super) fn findings(
    demands: &Demands,
    document: &Comparison,
    report: &Report,
    signoffs: Option<&SignoffState>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in &document.matrices {
        let file = one.file.after.as_deref().or(one.file.before.as_deref()).unwrap_or_default();
        let own = Own { demands, one, file, report };
        findings.extend(own.fails());
        findings.extend(own.listed());
        findings.extend(own.unsigned(signoffs));
    }
    let ids = document.matrices.iter().map(|one| one.diff.id.as_str()).chain([""]);
    if ids.into_iter().any(|id| demands.is_failing(id, WEAKENED)) {
        findings.extend(document.weakenings_in_words().into_iter().map(|what| {
            Finding::of_file(
                "change-is-allowed",
                crate::policy::config::FILE,
                Place::File,
                format!("weaker check: {what}"),
            )
            .helped("the gate of the base fails a change that weakens a check; agree on it first")
        }));
    }
    findings
}

/// One matrix that changed, and what is demanded of it.
struct Own<'a> {
    demands: &'a Demands,
    one: &'a Compared,
    file: &'a str,
    report: &'a Report,
}

impl Own<'_> {
    fn diff(&self) -> &Diff {
        &self.one.diff
    }

    fn finding(&self, rule: &str, row: Option<&str>, message: String) -> Finding {
        let mut finding = Finding::of_file(rule, self.file, Place::File, message).weighing(Severity::Error);
        finding.matrix = Some(Arc::from(self.diff().id.as_str()));
        finding.row = row.map(Arc::from);
        finding
    }

    /// What fails by its class, without a reason, or because nobody owns it.
    fn fails(&self) -> Vec<Finding> {
        let diff = self.diff();
        let is_failing = |word: &str| self.demands.is_failing(&diff.id, word);
        let mut findings: Vec<Finding> = Vec::new();
        for change in diff.changes.iter().filter(|change| is_failing(change.class.word())) {
            let row = change.row.as_ref().map(|row| row.id());
            let message = format!("{} ({})", diff.says(change), change.class.word());
            findings.push(self.finding("change-is-allowed", row, message));
        }
        if is_failing(MOVED_WITHOUT_REASON) {
            findings.extend(self.moved().into_iter().map(|row| {
                let message = format!("row `{row}` goes to the client, and no new `justification` says why");
                self.finding("change-is-allowed", Some(&row), message)
            }));
        }
        if is_failing(NOBODY) {
            let unowned = self.report.matrices.iter().filter(|one| one.id == diff.id);
            let rows: BTreeSet<&str> =
                unowned.flat_map(|one| one.nobody.iter().map(String::as_str)).collect();
            let rows = rows.into_iter().filter(|row| diff.rows.iter().any(|facts| facts.row.id() == *row));
            findings.extend(
                rows.map(|row| {
                    self.finding("change-is-allowed", Some(row), format!("row `{row}` is nobody's"))
                }),
            );
        }
        findings.iter_mut().for_each(|one| {
            one.help = Some("the `gate` in `countersign.json` of the base fails this change".into());
        });
        findings
    }

    /// Tells that a framework is asked for its listed controls alone: then no rule misses the others.
    fn listed(&self) -> Vec<Finding> {
        let is_lowered = |change: &&Change| {
            change.pointer.after.starts_with("/frameworks/")
                && change.before == "complete"
                && change.after == "listed"
        };
        let is_failing = self.demands.is_failing(&self.diff().id, WEAKENED);
        let severity = if is_failing { Severity::Error } else { Severity::Warning };
        let lowered = self.diff().changes.iter().filter(is_lowered);
        lowered
            .map(|change| {
                let message =
                    "this change asks a framework for its listed controls alone: no rule misses the others";
                let place = Place::value(change.pointer.after.clone());
                let mut finding = self.finding("gate-is-kept", None, message.to_owned()).weighing(severity);
                finding.place = place;
                finding
            })
            .collect()
    }

    /// Returns the rows whose work goes to the client without a new reason, and those that a split brought it.
    fn moved(&self) -> BTreeSet<String> {
        let diff = self.diff();
        let is_client =
            |party: &str| diff.parties.iter().any(|one| one.id == party && one.side == Side::Client);
        let mut rows: BTreeSet<String> = BTreeSet::new();
        for facts in &diff.rows {
            let goes = facts.to == Some(Allocation::Client) && facts.from != Some(Allocation::Client);
            if goes && !facts.newly_justified {
                rows.insert(facts.row.id().to_owned());
            }
        }
        for leaf in &diff.moved {
            let is_justified = diff.row(&leaf.row).is_some_and(|facts| facts.newly_justified);
            if !is_justified && leaf.takes_on().any(|party| is_client(party)) {
                rows.insert(leaf.row.id().to_owned());
            }
        }
        rows
    }

    /// What needs a signature that the text does not have.
    fn unsigned(&self, signoffs: Option<&SignoffState>) -> Vec<Finding> {
        let diff = self.diff();
        let mut wanted: Vec<(String, Vec<&Change>)> = Vec::new();
        for change in &diff.changes {
            for signer in self.demands.signers(&diff.id, change.class.word()) {
                for party in self.parties(signer) {
                    match wanted.iter_mut().find(|(known, _)| *known == party) {
                        Some((_, changes)) => changes.push(change),
                        None => wanted.push((party, vec![change])),
                    }
                }
            }
        }
        let lacking = wanted.into_iter().filter(|(party, _)| !self.has_signed(party, signoffs));
        lacking.map(|(party, changes)| self.demanded(&party, &changes)).collect()
    }

    fn demanded(&self, party: &str, changes: &[&Change]) -> Finding {
        let diff = self.diff();
        let classes: BTreeSet<&str> = changes.iter().map(|change| change.class.word()).collect();
        let rows: BTreeSet<&str> =
            changes.iter().filter_map(|change| Some(change.row.as_ref()?.id())).collect();
        let rows: Vec<String> = rows.into_iter().map(str::to_owned).collect();
        let of = if rows.is_empty() { String::new() } else { format!(" in {}", some(&rows, MOST_NAMED)) };
        let classes: Vec<String> = classes.into_iter().map(str::to_owned).collect();
        let name = diff.name(party);
        let message = format!("{}{of} needs the signature of {name} ", some(&classes, MOST_NAMED));
        let mut finding = self.finding("change-is-signed", None, message.trim_end().to_owned());
        finding.help = Some(
            format!("`countersign sign {} --as {party}/SIGNER` on this branch, then push", diff.id).into(),
        );
        finding
    }

    /// Returns the parties that a word means: a side, all of them, or one.
    fn parties(&self, word: &str) -> Vec<String> {
        let of_side = |one: &&crate::diff::PartyId| match word {
            "client" | "provider" => one.side.word() == word,
            "all" => matches!(one.side, Side::Client | Side::Provider),
            party => one.id == party,
        };
        self.diff().parties.iter().filter(of_side).map(|one| one.id.clone()).collect()
    }

    /// Says whether a party approved exactly the text that the change brings.
    fn has_signed(&self, party: &str, signoffs: Option<&SignoffState>) -> bool {
        let Some((signoffs, party)) = signoffs.zip(party.parse::<PartyId>().ok()) else { return false };
        let diff = self.diff();
        let Some(one) = signoffs.version(&diff.id, &diff.version.after) else { return false };
        let is_text = self.report.matrices.iter().any(|own| own.id == diff.id && own.standing != "draft");
        is_text && one.sha256.is_some() && !one.missing.contains_key(&party)
    }
}
