//! A diff as findings, for the formats that know findings: annotations, SARIF, code quality, test reports.
//!
//! Each change points at the version after; what is gone points at the nearest thing that is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::phrase::Speaker;
use super::{Comparison, Record, RecordChange};
use crate::diff::{Change, Class, Weakening};
use crate::finding::RuleText;
use crate::finding::{Finding, Place, Severity};

/// Returns the rule that findings of a class go by.
pub fn finding_rule(class: Class) -> String {
    format!("change-{}", class.word())
}

/// Returns the changes as findings: classes in `fail_on` as errors, other material ones as warnings.
///
/// What weakens the gate comes first, as a warning.
pub fn findings(document: &Comparison, fail_on: &[Class]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = document.records.iter().map(record).collect();
    findings.extend(document.weakenings().iter().map(weakening));
    for compared in &document.matrices {
        let speaker = Speaker::of(&compared.diff);
        let file = compared.file.after.as_deref().or(compared.file.before.as_deref()).unwrap_or_default();
        let id: std::sync::Arc<str> = compared.diff.id.as_str().into();
        for change in &compared.diff.changes {
            let severity = severity(change, fail_on);
            let place = match compared.file.after {
                Some(_) => Place::value(change.pointer.after.clone()),
                None => Place::File,
            };
            let rule = finding_rule(change.class);
            let mut finding =
                Finding::of_file(&rule, file, place, speaker.sentence(change)).weighing(severity);
            finding.matrix = Some(id.clone());
            finding.row = change.row.as_ref().map(|row| row.id().into());
            findings.push(finding);
        }
    }
    findings.sort_by(|one, other| (one.severity, &one.file).cmp(&(other.severity, &other.file)));
    findings
}

/// Returns what each class says about itself, by rule.
pub fn rule_texts() -> BTreeMap<String, RuleText> {
    let texts = Class::ALL.into_iter().map(|class| {
        let title = format!("Responsibility change: {}", class.word().replace('-', " "));
        let why = "Both parties should know and agree before the version is signed.".to_owned();
        let fix = "Read the change with both parties; nothing is wrong with it as such.".to_owned();
        (finding_rule(class), RuleText { title, why, fix, references: Vec::new() })
    });
    texts.collect()
}

fn severity(change: &Change, fail_on: &[Class]) -> Severity {
    if fail_on.contains(&change.class) {
        Severity::Error
    } else if change.material {
        Severity::Warning
    } else {
        Severity::Note
    }
}

fn record(it: &Record) -> Finding {
    let severity = if it.change == RecordChange::Added { Severity::Note } else { Severity::Warning };
    Finding::of_file(&format!("record-{}", it.change.word()), &it.file, Place::File, it.line())
        .weighing(severity)
}

fn weakening(it: &Weakening) -> Finding {
    let message = format!("weaker check: {} (`{}`)", it.kind.says(), it.subject);
    let place = it.pointer.as_ref().map_or(Place::File, |pointer| Place::value(pointer.clone()));
    let rule = format!("weaker-{}", it.kind.word());
    let mut finding = Finding::of_file(&rule, it.file.as_deref().unwrap_or_default(), place, message);
    finding.row = it.row.as_deref().map(Arc::from);
    finding.weighing(Severity::Warning)
}
