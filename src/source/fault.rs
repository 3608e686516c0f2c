//! A problem that the loader found, before it is a finding.

use std::ops::Range;
use std::sync::Arc;

use super::span::Spans;
use crate::finding::{Finding, Place, Severity, Stage};

/// At most so many faults of one rule are told of one file; a last one counts the rest.
const MOST: usize = 1000;

/// One problem, with its bytes where it has a place.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    pub(super) bytes: Option<Range<usize>>,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
    pub(super) related: Option<(Range<usize>, &'static str)>,
}

impl Fault {
    /// Builds an error at `bytes`.
    pub(super) fn at(rule: &'static str, bytes: Range<usize>, message: impl Into<String>) -> Self {
        Self { bytes: Some(bytes), ..Self::of_file(rule, message) }
    }

    /// Builds an error about the file as a whole.
    pub(super) fn of_file(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            bytes: None,
            message: message.into(),
            help: None,
            related: None,
        }
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    /// Turns it into a finding; `spans` name the pointer.
    pub(super) fn into_finding(self, file: &Arc<str>, spans: Option<&Spans>) -> Finding {
        let place = |bytes: Range<usize>| {
            let pointer = spans.map_or_else(String::new, |spans| spans.pointer_at(bytes.start));
            Place::Span { bytes, pointer: pointer.into() }
        };
        Finding {
            rule: self.rule.into(),
            severity: self.severity,
            stage: Stage::Always,
            message: self.message.into(),
            help: self.help.map(Arc::from),
            matrix: None,
            row: None,
            file: Arc::clone(file),
            related: self.related.map(|(bytes, label)| Box::new((place(bytes), label.to_owned()))),
            place: self.bytes.map_or(Place::File, place),
            waived: None,
            located: None,
        }
    }
}

/// Collects at most [`MOST`] faults, and one that counts those left out.
pub(super) fn capped<T>(mut items: impl Iterator<Item = T>, fault: impl Fn(T) -> Fault) -> Vec<Fault> {
    let mut kept: Vec<Fault> = items.by_ref().take(MOST).map(&fault).collect();
    let Some(next) = items.next().map(fault) else { return kept };
    let left = 1 + items.count();
    let message = format!("{left} more like the {MOST} before");
    kept.push(Fault { severity: Severity::Error, ..Fault::of_file(next.rule, message) });
    kept
}
