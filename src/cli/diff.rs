//! `countersign diff`

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::output::{self, Output};
use super::{Global, terminal, today};
use crate::diff::Class;
use crate::diff::render::{self, Document};
use crate::error::Result;
use crate::finding::Severity;
use crate::report::{self, Report, View};
use crate::review::{self, Outcome, Sides};

/// Show which responsibility moves to whom
///
/// Without BASE, what is not committed yet: the work tree against HEAD. BASE and HEAD are each a commit, tag or
/// branch, a day (YYYY-MM-DD: the last commit on the main line by then), a version that was offered for signature
/// (MATRIX@VERSION), or a file. BASE..HEAD compares two, BASE...HEAD begins where HEAD left BASE, as a pull request
/// does.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign diff main...HEAD\n          countersign diff 2026-01-01 HEAD --format html > changes.html\n          countersign diff acme-cmmc-l2@1.0\n          countersign diff old.json new.json"
)]
pub(super) struct Args {
    /// What was, or BASE..HEAD, or BASE...HEAD
    base: Option<String>,
    /// What is
    head: Option<String>,
    /// Only this matrix, by id or path; may be repeated
    #[arg(long, short, value_name = "MATRIX")]
    matrix: Vec<String>,
    /// The format on standard output
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write another report to a file, such as html=changes.html; may be repeated
    #[arg(long, short, value_name = "FORMAT=FILE")]
    output: Vec<Output<Format>>,
    /// Exit with 1 when a change has this class; may be repeated, or `any`
    #[arg(long, value_name = "CLASS")]
    fail_on: Vec<FailOn>,
}

/// The formats of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// An object with a published schema, for programs
    Json,
    /// For a comment on a pull request and a job summary
    Markdown,
    /// One file for a browser, a mail or a printer
    Html,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Which changes fail the run.
#[derive(Clone, Copy, Debug)]
enum FailOn {
    /// Whatever changes.
    Any,
    /// Changes of one class.
    Class(Class),
}

const FAIL_ON: [FailOn; Class::ALL.len() + 1] = {
    let mut all = [FailOn::Any; Class::ALL.len() + 1];
    let mut at = 0;
    while at < Class::ALL.len() {
        all[at + 1] = FailOn::Class(Class::ALL[at]);
        at += 1;
    }
    all
};

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &FAIL_ON
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Any => "any",
            Self::Class(class) => class.word(),
        }))
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let words: Vec<String> = args.base.iter().chain(&args.head).cloned().collect();
    let sides = Sides::of(Path::new("."), &words, today())?;
    let Outcome { mut document, errors } = review::run(&sides, &args.matrix, today())?;
    let classes = classes(&args.fail_on);
    let failed = document.has_any(&classes) || (is_any(&args.fail_on) && !document.is_empty());
    document.exit_code = errors.first().map_or(u8::from(failed), |error| error.kind.exit_code());
    let text = |format: Format| text(format, &document, &sides, &classes, global);
    for output in &args.output {
        output::write(&output.file, &text(output.format))?;
    }
    terminal::print(&text(args.format))?;
    errors.iter().for_each(|error| terminal::complain(error, global.color));
    Ok(document.exit_code)
}

fn is_any(fail_on: &[FailOn]) -> bool {
    fail_on.iter().any(|one| matches!(one, FailOn::Any))
}

fn classes(fail_on: &[FailOn]) -> Vec<Class> {
    if is_any(fail_on) {
        return Class::ALL.to_vec();
    }
    let named = fail_on.iter().filter_map(|one| match one {
        FailOn::Any => None,
        FailOn::Class(class) => Some(*class),
    });
    named.collect()
}

fn text(format: Format, document: &Document, sides: &Sides, classes: &[Class], global: &Global) -> String {
    let style = terminal::style(global.color);
    match format {
        Format::Text => render::render(render::Format::Text, document, &style),
        Format::Json => render::render(render::Format::Json, document, &style),
        Format::Markdown => render::render(render::Format::Markdown, document, &style),
        Format::Html => render::render(render::Format::Html, document, &style),
        Format::Github => as_findings(report::Format::Github, document, sides, classes),
        Format::Sarif => as_findings(report::Format::Sarif, document, sides, classes),
    }
}

/// Shows changes as findings, with the lines of the side after.
fn as_findings(format: report::Format, document: &Document, sides: &Sides, classes: &[Class]) -> String {
    let report = Report {
        findings: render::findings(document, classes),
        sources: sources(document, sides),
        ..Report::empty(sides.after.name(), today(), Severity::Error)
    };
    let view = View { rules: render::rule_texts(), ..View::default() };
    report::render(format, &report, &view)
}

/// Reads the files after, for their lines; a file that cannot be read any more has none.
fn sources(document: &Document, sides: &Sides) -> BTreeMap<String, crate::source::Source> {
    let Ok(reader) = sides.after.world().open() else { return BTreeMap::new() };
    let paths = document.matrices.iter().filter_map(|matrix| matrix.file.after.clone());
    paths
        .filter_map(|path| {
            let file = reader.file(&path).ok()??;
            let bytes = reader.read(&file, crate::source::Limits::MATRIX.bytes).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            Some((path.clone(), crate::source::Source { path: path.as_str().into(), text }))
        })
        .collect()
}
