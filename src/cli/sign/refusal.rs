//! What keeps a version from being signed, as `check` would tell it.

use jiff::civil::Date;

use crate::check::Setup;
use crate::cli::{Global, terminal};
use crate::error::Result;
use crate::finding::{Finding, Severity};
use crate::report::{Format, Report, View, words};
use crate::signoff::subject::Text;
use crate::signoff::{Desk, judging};
use crate::source::Source;
use crate::trust::head::Head;

/// Findings to settle before a text can be signed.
pub(super) struct Refusal {
    pub(super) findings: Vec<Finding>,
    pub(super) source: Option<Source>,
    pub(super) setup: Setup,
    pub(super) as_of: Date,
    pub(super) path: String,
}

impl Refusal {
    /// Judges a matrix that can be read and lacks what every version needs, such as its first day.
    pub(super) fn of_unfinished(desk: &Desk, text: &Text, as_of: Date) -> Result<Option<Self>> {
        if Head::parse(&text.bytes).is_ok() || judging::read_matrix(&text.path, &text.bytes).is_none() {
            return Ok(None);
        }
        let found = judging::look(&desk.world, &text.path, &text.bytes, None, as_of)?;
        let findings = judging::blocking(&found.findings);
        let path = text.path.clone();
        let refusal = Self { findings, source: found.source, setup: found.setup, as_of, path };
        Ok(Some(refusal).filter(|one| !one.findings.is_empty()))
    }

    /// Shows what has to be settled, and where.
    pub(super) fn print(self, global: &Global) -> Result<u8> {
        let number = words::count(self.findings.len(), "finding");
        let mut sources = self.setup.sources;
        sources.extend(self.source.map(|source| (source.path.to_string(), source)));
        let report = Report {
            findings: self.findings,
            sources,
            next: Some(format!("countersign check {}", words::shell(&self.path))),
            ..Report::empty("the last commit", self.as_of, Severity::Error)
        };
        let view = View { style: terminal::style(global.color), ..View::default() };
        terminal::print(&crate::report::render(Format::Text, &report, &view))?;
        let path = crate::report::escape::terminal(&self.path);
        terminal::print(&format!("\nnot signed: {number} to settle first in `{path}`, each shown above\n"))?;
        Ok(1)
    }
}
