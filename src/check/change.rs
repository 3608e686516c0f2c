//! What a change does to the gate that judges it, where the gate comes from a revision before the change.
//!
//! The gate of before judges. That the change would weaken it is told, so that whoever reviews sees it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Setup;
use crate::error::Result;
use crate::finding::{Finding, Place, Severity, Stage};
use crate::matrix::Matrix;
use crate::policy::config;
use crate::policy::waiver::Waivers;
use crate::project::Reader;
use crate::source::Limits;

/// What a finding begins with that only the change itself accepts.
const BY_CHANGE: &str = "waived by this change, which does not count: ";

/// Marks the findings that only the proposed waivers accept; they count all the same.
pub(super) fn mark(proposed: &Waivers, matrix: &Matrix, findings: &mut [Finding], today: Date) {
    let mut accepted = findings.to_vec();
    proposed.accept(matrix, &mut accepted, today);
    for (finding, accepted) in findings.iter_mut().zip(accepted) {
        if finding.waived.is_none() && accepted.waived.is_some() {
            finding.message = format!("{BY_CHANGE}{}", finding.message).into();
        }
    }
}

/// Says whether only the change accepts a finding.
pub fn is_waived_by_change(finding: &Finding) -> bool {
    finding.waived.is_none() && finding.message.starts_with(BY_CHANGE)
}

/// A project's own gate at one state.
pub(super) struct Side<'a> {
    pub(super) setup: &'a Setup,
    pub(super) reader: &'a Reader<'a>,
}

/// Tells how the gate after a change is weaker than the one before it.
///
/// # Errors
/// Where the files of either side cannot be read.
pub(super) fn weakened(before: &Side<'_>, after: &Side<'_>, revision: &str) -> Result<Vec<Finding>> {
    let mut findings = rules(before.setup, after.setup);
    findings.extend(settings(before.setup, after.setup));
    findings.extend(files(before.reader, after.reader)?);
    findings.extend(after.setup.waivers.added_to(&before.setup.waivers));
    for finding in &mut findings {
        // The text that reports show is that of before, so a place in the text of after would mislead.
        finding.place = Place::File;
        finding.severity = Severity::Warning;
        finding.help =
            Some(format!("`{revision}` judges; whoever merges this agrees to the weaker gate").into());
    }
    Ok(findings)
}

fn finding(file: &str, message: String) -> Finding {
    Finding::of_file("gate-is-kept", file, Place::File, message)
}

fn rules(before: &Setup, after: &Setup) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in before.policy.rules().filter(|rule| rule.severity != Severity::Off) {
        let id = &rule.id;
        match after.policy.rule(id) {
            None => findings.push(finding(config::FILE, format!("this change removes the rule `{id}`"))),
            Some(now) if now.severity == Severity::Off => {
                findings.push(finding(config::FILE, format!("this change switches the rule `{id}` off")));
            }
            Some(now) if now.severity > rule.severity => {
                let (from, to) = (rule.severity.word(), now.severity.word());
                let message = format!("this change lowers the rule `{id}` from {from} to {to}");
                findings.push(finding(config::FILE, message));
            }
            Some(now) if (rule.stage, now.stage) == (Stage::Always, Stage::Signature) => {
                let message = format!("this change lets drafts pass the rule `{id}`");
                findings.push(finding(config::FILE, message));
            }
            Some(_) => {}
        }
    }
    findings
}

fn settings(before: &Setup, after: &Setup) -> Vec<Finding> {
    let params = |setup: &Setup| -> BTreeMap<String, String> {
        let rules = setup.config.rules.iter().filter(|(_, setting)| !setting.params.is_empty());
        rules.map(|(id, setting)| (id.clone(), format!("{:?}", setting.params))).collect()
    };
    let (old, new) = (params(before), params(after));
    let changed = old.keys().chain(new.keys()).filter(|id| old.get(*id) != new.get(*id));
    let changed: std::collections::BTreeSet<&String> = changed.collect();
    let mut findings: Vec<Finding> = changed
        .into_iter()
        .map(|id| finding(config::FILE, format!("this change sets other parameters for the rule `{id}`")))
        .collect();
    let narrower = |what: &str| finding(config::FILE, format!("this change alters {what}"));
    if !before.config.patterns_lost(&after.config).is_empty() {
        findings.push(narrower("which files count as matrices"));
    }
    if !before.config.coverage_changed(&after.config).is_empty() {
        findings.push(narrower("which matrices cover a catalogue together"));
    }
    if before.config.packs.iter().any(|pack| !after.config.packs.contains(pack)) {
        findings.push(narrower("which packs are in use"));
    }
    findings
}

fn files(before: &Reader<'_>, after: &Reader<'_>) -> Result<Vec<Finding>> {
    let (old, new) = (texts(before)?, texts(after)?);
    let changed = old.iter().filter(|(path, bytes)| new.get(*path) != Some(bytes));
    Ok(changed
        .map(|(path, _)| {
            let verb = if new.contains_key(path) { "alters" } else { "removes" };
            finding(path, format!("this change {verb} rules of the engagement"))
        })
        .collect())
}

fn texts(reader: &Reader<'_>) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut texts = BTreeMap::new();
    for file in reader.files(&["policies", "packs"])?.into_iter().filter(|file| file.is_plain) {
        let bytes = reader.read(&file, Limits::MATRIX.bytes)?;
        texts.insert(file.path, bytes);
    }
    Ok(texts)
}
