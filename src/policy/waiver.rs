//! `waivers.json`: findings that somebody has accepted until a day. This is the only code that accepts one.
//!
//! A waiver names a rule, a matrix and a row; it never silences a rule as a whole. Expired, unused and
//! incomplete ones are findings themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use serde::Deserialize;

use crate::finding::{Finding, Place, Severity, Stage, Waived};
use crate::matrix::Matrix;
use crate::schema;
use crate::source::{self, Limits, Source};

/// The file's name in the root.
pub const FILE: &str = "waivers.json";
/// How many days before its end a waiver is announced.
const AHEAD: i32 = 30;

/// The accepted findings of an engagement.
#[derive(Debug, Default)]
pub struct Waivers {
    entries: Vec<Entry>,
    /// The file's text, for showing places in it.
    pub source: Option<Source>,
    /// What is wrong with the file itself.
    pub findings: Vec<Finding>,
}

#[derive(Debug)]
struct Entry {
    waiver: Waiver,
    used: AtomicBool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Waiver {
    rule: String,
    matrix: String,
    #[serde(default)]
    row: Option<String>,
    reason: String,
    owner: String,
    approved_by: String,
    expires: Date,
}

#[derive(Deserialize)]
struct File {
    waivers: Vec<Waiver>,
}

/// One entry of the file, for comparing two states of it.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    /// Its position in the file.
    pub at: usize,
    /// The rule whose finding is accepted.
    pub rule: &'a str,
    /// The matrix.
    pub matrix: &'a str,
    /// The row, or nothing for a finding outside the rows.
    pub row: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
    /// The last day.
    pub expires: Date,
}

impl<'a> Accepted<'a> {
    /// Returns what it accepts.
    pub fn key(&self) -> (&'a str, &'a str, Option<&'a str>) {
        (self.rule, self.matrix, self.row)
    }
}

impl Waivers {
    /// Returns all entries of the file, in its order.
    pub fn accepted_list(&self) -> impl Iterator<Item = Accepted<'_>> {
        self.entries.iter().enumerate().map(|(at, entry)| Accepted {
            at,
            rule: &entry.waiver.rule,
            matrix: &entry.waiver.matrix,
            row: entry.waiver.row.as_deref(),
            reason: &entry.waiver.reason,
            expires: entry.waiver.expires,
        })
    }

    /// Reads the file's bytes; a malformed file accepts nothing and says why.
    pub fn read(bytes: Vec<u8>) -> Self {
        let document = match source::load(FILE, bytes, Limits::OTHER) {
            Ok(document) => document,
            Err(unreadable) => {
                return Self {
                    entries: Vec::new(),
                    source: unreadable.source,
                    findings: unreadable.findings,
                };
            }
        };
        Self::of(&document.value, Some(document.source))
    }

    /// Reads a parsed file.
    pub fn of(value: &serde_json::Value, source: Option<Source>) -> Self {
        let faults = schema::validate(schema::Kind::Waivers, value);
        let findings: Vec<Finding> = faults.into_iter().map(|fault| fault.in_file(FILE)).collect();
        let file = if findings.is_empty() { File::deserialize(value).ok() } else { None };
        let waivers = file.map(|file| file.waivers).unwrap_or_default();
        let entries =
            waivers.into_iter().map(|waiver| Entry { waiver, used: AtomicBool::new(false) }).collect();
        Self { entries, source, findings }
    }

    /// Marks the findings of a matrix that a waiver in force, or a row's own `accepts`, covers.
    pub fn accept(&self, matrix: &Matrix, findings: &mut [Finding], today: Date) {
        for finding in findings.iter_mut().filter(|finding| finding.severity != Severity::Off) {
            let waived = accepted_by_row(matrix, finding).or_else(|| self.accepted(finding, today));
            finding.waived = waived.map(Box::new);
        }
    }

    fn accepted(&self, finding: &Finding, today: Date) -> Option<Waived> {
        let covering = self.entries.iter().filter(|entry| entry.waiver.covers(finding));
        let mut accepted = None;
        for entry in covering {
            entry.used.store(true, Ordering::Relaxed);
            let waiver = &entry.waiver;
            if accepted.is_none() && today <= waiver.expires {
                accepted = Some(Waived {
                    reason: waiver.reason.clone(),
                    owner: waiver.owner.clone(),
                    approved_by: waiver.approved_by.clone(),
                    expires: Some(waiver.expires.to_string()),
                });
            }
        }
        accepted
    }

    /// Returns what is to say about the waivers of one matrix after its findings were looked through.
    pub fn about(&self, matrix: &Matrix, today: Date) -> Vec<Finding> {
        let mine = self.entries.iter().enumerate().filter(|(_, entry)| entry.waiver.matrix == matrix.id);
        mine.flat_map(|(at, entry)| entry.about(at, matrix, today)).collect()
    }

    /// Returns the waivers that those of before did not hold, each with its place here.
    pub fn added_to(&self, before: &Self) -> Vec<Finding> {
        let known = |entry: &Entry| before.entries.iter().any(|old| old.waiver == entry.waiver);
        let added = self.entries.iter().enumerate().filter(|(_, entry)| !known(entry));
        added
            .map(|(at, entry)| {
                let Waiver { rule, matrix, row, .. } = &entry.waiver;
                let row = row.as_ref().map(|row| format!(", row `{row}`")).unwrap_or_default();
                let message = format!("this change adds a waiver of `{rule}` for `{matrix}`{row}");
                Finding::of_file("gate-is-kept", FILE, Place::value(format!("/waivers/{at}")), message)
            })
            .collect()
    }

    /// Returns the waivers of matrices that do not exist; only for a run over all matrices.
    pub fn strays(&self, matrices: &[&str]) -> Vec<Finding> {
        let strays = self.entries.iter().enumerate();
        let strays = strays.filter(|(_, entry)| !matrices.contains(&entry.waiver.matrix.as_str()));
        strays
            .map(|(at, entry)| {
                let message =
                    format!("the waiver is for the matrix `{}`, which does not exist", entry.waiver.matrix);
                let place = Place::value(format!("/waivers/{at}/matrix"));
                Finding::of_file("waiver-is-used", FILE, place, message).weighing(Severity::Warning)
            })
            .collect()
    }
}

/// A row's own `accepts` is signed by both parties and has no end.
fn accepted_by_row(matrix: &Matrix, finding: &Finding) -> Option<Waived> {
    let row = matrix.rows.iter().find(|row| Some(&*row.id) == finding.row.as_deref())?;
    let accept = row.accepts.iter().find(|accept| accept.rule == *finding.rule)?;
    Some(Waived {
        reason: accept.reason.clone(),
        owner: String::new(),
        approved_by: String::new(),
        expires: None,
    })
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        *self.rule == *finding.rule
            && finding.matrix.as_deref() == Some(&self.matrix)
            && finding.row.as_deref() == self.row.as_deref()
    }
}

impl Entry {
    fn about(&self, at: usize, matrix: &Matrix, today: Date) -> Vec<Finding> {
        let waiver = &self.waiver;
        let mut findings = Vec::new();
        let mut report = |rule: &str, field: &str, severity, message: String| {
            let place = Place::value(format!("/waivers/{at}{field}"));
            let mut finding = Finding::of_file(rule, FILE, place, message).weighing(severity);
            finding.matrix = Some(matrix.id.as_str().into());
            finding.row = waiver.row.as_deref().map(Arc::from);
            findings.push(finding);
        };
        let what = waiver.row.as_ref().map_or_else(|| matrix.id.clone(), |row| format!("row `{row}`"));
        for (field, name) in [("/owner", &waiver.owner), ("/approvedBy", &waiver.approved_by)] {
            if !is_contact(matrix, name) {
                let message = format!("`{name}` is no contact of a party of `{}`", matrix.id);
                report("waiver-is-complete", field, Severity::Error, message);
            }
        }
        let days = today.until(waiver.expires).map_or(0, |span| span.get_days());
        if days < 0 {
            let message = format!(
                "the waiver of `{}` for {what} ended {} ago",
                waiver.rule,
                crate::report::words::count(days.unsigned_abs() as usize, "day")
            );
            report("waiver-is-current", "/expires", Severity::Warning, message);
        } else if days <= AHEAD {
            let message = format!("the waiver of `{}` for {what} ends in {days} days", waiver.rule);
            report("waiver-is-current", "/expires", Severity::Note, message);
        }
        if !self.used.load(Ordering::Relaxed) {
            let message = format!("nothing is left of `{}` to waive for {what}", waiver.rule);
            report("waiver-is-used", "/rule", Severity::Warning, message);
        }
        for finding in &mut findings {
            if &*finding.rule == "waiver-is-current" && finding.severity == Severity::Warning {
                finding.stage = Stage::Signature;
            }
        }
        findings
    }
}

fn is_contact(matrix: &Matrix, name: &str) -> bool {
    let Some((party, contact)) = name.split_once('/') else { return false };
    matrix.party(party).is_some_and(|party| party.contacts.iter().any(|one| one.id == contact))
}
