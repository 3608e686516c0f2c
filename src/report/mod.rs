//! What a run found, as data that every format renders and that alone decides the exit code.
//!
//! [`render`] is the one door to the formats; all text of a matrix goes through [`escape`].

mod ending;
pub mod escape;
mod fingerprint;
mod fold;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod placed;
mod sarif;
pub mod snippet;
mod tally;
mod text;
mod window;
pub mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::choice::choices;
use crate::coverage::{Cover, Points};
use crate::error::{Error, Kind};
use crate::finding::RuleText;
use crate::finding::{Finding, Severity};
use crate::source::Source;

pub use snippet::Style;

/// The exit code where all is well but for signatures that are missing.
pub const NOT_IN_FORCE: u8 = 5;

/// A matrix that should be in force and is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotInForce {
    /// Its id.
    pub matrix: String,
    /// Why, and who has still to sign.
    pub why: String,
}

/// The version of a matrix that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// The version.
    pub version: String,
    /// The first day.
    pub since: String,
}

/// Everything one run of `check` has to say.
#[derive(Debug)]
pub struct Report {
    /// What was looked at: "work tree" or a revision as it was typed.
    pub at: String,
    /// The path of the project from the top of its repository, with a final slash; empty at the top, and outside of one.
    pub below: String,
    /// The day that any judgement used, UTC.
    pub today: Date,
    /// The severity from which findings fail the run.
    pub fail_on: Severity,
    /// All findings: worst first, then file, place and rule.
    pub findings: Vec<Finding>,
    /// The files that findings point into, by path.
    pub sources: BTreeMap<String, Source>,
    /// One summary for each matrix that could be read.
    pub matrices: Vec<Summary>,
    /// The matrices that should be in force and are not.
    pub not_in_force: Vec<NotInForce>,
    /// The paths of matrices that no rule could judge, because their form is wrong.
    pub unread: Vec<String>,
    /// What could not be looked at; the rest was judged all the same.
    pub errors: Vec<Error>,
    /// The command to type next, if there is one.
    pub next: Option<String>,
}

impl Report {
    /// Returns the report of a run that has nothing to say yet: of what was looked at, on which day, and from which
    /// severity findings fail it.
    pub fn empty(at: impl Into<String>, today: Date, fail_on: Severity) -> Self {
        Self {
            at: at.into(),
            below: String::new(),
            today,
            fail_on,
            findings: Vec::new(),
            sources: BTreeMap::new(),
            matrices: Vec::new(),
            not_in_force: Vec::new(),
            unread: Vec::new(),
            errors: Vec::new(),
            next: None,
        }
    }

    /// Returns the exit code: 70, 2, 4, 3, 1, 5, the first that applies, else 0.
    pub fn exit_code(&self) -> u8 {
        let has = |kind: Kind| self.errors.iter().any(|error| error.kind == kind);
        [Kind::Bug, Kind::Usage, Kind::CannotJudge, Kind::Nothing]
            .into_iter()
            .find(|kind| has(*kind))
            .map_or(self.verdict(), Kind::exit_code)
    }

    /// Returns the path of a file from the top of the repository, as platforms want it.
    fn at_top(&self, file: &str) -> String {
        if file.is_empty() { String::new() } else { format!("{}{file}", self.below) }
    }

    /// Returns what a reader has to see beside findings: what could not be judged, and what is not in force.
    fn problems(&self) -> Vec<Error> {
        let lacking = self.not_in_force.iter().map(|one| {
            Error::new(Kind::NotInForce, format!("`{}` is not in force", one.matrix)).because(&one.why)
        });
        self.errors.iter().cloned().chain(lacking).collect()
    }

    fn verdict(&self) -> u8 {
        match (self.fails(), self.not_in_force.is_empty()) {
            (true, _) => 1,
            (false, false) => NOT_IN_FORCE,
            (false, true) => 0,
        }
    }

    /// Returns whether a finding that counts reaches the gate.
    pub fn fails(&self) -> bool {
        self.counting().any(|finding| finding.severity <= self.fail_on)
    }

    /// Returns the findings that nobody has accepted.
    pub fn counting(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.waived.is_none())
    }

    /// Returns how many counting findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.counting().filter(|finding| finding.severity == severity).count()
    }
}

choices! {
    /// The formats of a report.
    Format {
        /// For people at a terminal.
        Text "text",
        /// An object with a published schema, for programs.
        Json "json",
        /// SARIF 2.1.0, for code scanning.
        Sarif "sarif",
        /// Annotations of GitHub Actions.
        Github "github",
        /// A code quality report of GitLab.
        Gitlab "gitlab",
        /// JUnit XML, for test reports.
        Junit "junit",
        /// A page for job summaries and comments.
        Markdown "markdown",
    }
}

/// How a report is shown.
#[derive(Clone, Debug)]
pub struct View {
    /// Colour, characters and width of a terminal.
    pub style: Style,
    /// Whether equal findings are all shown, not folded into a line.
    pub all: bool,
    /// What the rules say about themselves, by rule.
    pub rules: BTreeMap<String, RuleText>,
}

impl Default for View {
    /// No colour, 80 columns, folded, rules by their ids alone.
    fn default() -> Self {
        let style = Style { color: false, unicode: true, width: 80 };
        Self { style, all: false, rules: BTreeMap::new() }
    }
}

/// Returns the report in one format.
pub fn render(format: Format, report: &Report, view: &View) -> String {
    match format {
        Format::Text => text::render(report, view),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report, &view.rules),
        Format::Github => github::render(report),
        Format::Gitlab => gitlab::render(report),
        Format::Junit => junit::render(report),
        Format::Markdown => markdown::render(report),
    }
}

/// What one matrix amounts to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The matrix's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Its file, relative to the root.
    pub file: String,
    /// How the version stands: `draft`, `offered`, `in-force` and so on; `standard` for what nobody signs; `unknown` where it could not be judged.
    pub standing: String,
    /// The same in words, where signatures make more of it than a draft.
    #[serde(skip)]
    pub standing_words: Option<String>,
    /// The version of the matrix that is in force, this one or another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force: Option<InForce>,
    /// How many rows it has.
    pub rows: usize,
    /// Rows by allocation; every allocation has a figure, zero included.
    pub allocations: BTreeMap<String, usize>,
    /// What each party holds.
    pub parties: Vec<Share>,
    /// Rows that nobody owns, by id.
    pub nobody: Vec<String>,
    /// How many rows both parties have walked through and agreed.
    pub reviewed: usize,
    /// How many findings stand between this text and a signature.
    pub blocking: usize,
    /// How each catalogue is covered, by catalogue id.
    pub coverage: BTreeMap<String, Cover>,
    /// What the gaps cost where the catalogue has points, by catalogue id.
    pub points: BTreeMap<String, Points>,
}

/// What one party holds in one matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The party's id.
    pub party: String,
    /// Its name, as people call it.
    pub name: String,
    /// Its side.
    pub side: String,
    /// Rows in which it holds any duty but a default one.
    pub rows: usize,
    /// Rows in which it performs (or configures, enforces).
    pub performs: usize,
    /// Rows in which it approves (or decides, defines, verifies, agrees).
    pub approves: usize,
    /// Rows for which it keeps the evidence.
    pub keeps_evidence: usize,
}
