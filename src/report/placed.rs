//! Findings with their lines and columns.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Report;
use crate::finding::Finding;
use crate::finding::Located;
use crate::source::Source;
use crate::source::place::Places;

/// What stands for a file that is not at hand.
static ABSENT: LazyLock<Source> = LazyLock::new(|| Source { path: "".into(), text: String::new() });

/// The files that the findings of a report point into, each walked once.
pub(super) struct Board<'a> {
    files: BTreeMap<&'a str, (&'a Source, Places<'a>)>,
    absent: Places<'static>,
}

/// One finding and where it is.
pub(super) struct Placed<'a> {
    /// The finding.
    pub(super) finding: &'a Finding,
    /// Its place; the start of the file where the file is not at hand.
    pub(super) at: Located,
}

impl<'a> Board<'a> {
    /// Makes every file ready that a finding points into.
    pub(super) fn of(report: &'a Report) -> Self {
        let sources = report.sources.iter();
        let files = sources.map(|(path, source)| (path.as_str(), (source, Places::of(source)))).collect();
        Self { files, absent: Places::of(&ABSENT) }
    }

    /// Returns all findings with their places, in the order of the report.
    pub(super) fn placed(&self, report: &'a Report) -> Vec<Placed<'a>> {
        report.findings.iter().map(|finding| self.place(finding)).collect()
    }

    /// Returns one finding with its place.
    pub(super) fn place(&self, finding: &'a Finding) -> Placed<'a> {
        let at = finding.located.map_or_else(|| self.places(finding).locate(&finding.place), Located::from);
        Placed { finding, at }
    }

    /// Returns the file a finding points into.
    pub(super) fn source(&self, finding: &Finding) -> Option<&'a Source> {
        self.files.get(&*finding.file).map(|(source, _)| *source)
    }

    /// Returns the places of the file a finding points into.
    pub(super) fn places(&self, finding: &Finding) -> &Places<'a> {
        self.files.get(&*finding.file).map_or(&self.absent, |(_, places)| places)
    }
}
