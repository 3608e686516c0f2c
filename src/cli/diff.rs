//! `countersign diff`

mod sent;

use std::collections::BTreeMap;
use std::path::Path;

use super::choose::one_of;
use super::output::{self, Output};
use super::{Global, terminal, today};
use crate::choice::Choice;
use crate::diff::Class;
use crate::diff::render::{self, Comparison};
use crate::document::Format;
use crate::error::Result;
use crate::finding::Severity;
use crate::report::{self, Report, View};
use crate::review::{self, Outcome, Sides};
use crate::signoff::bundle;

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
    /// Name every row where many say the same, instead of five and a number
    #[arg(long)]
    all: bool,
    /// The format on standard output
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Shape>(), default_value = "text")]
    format: Shape,
    /// Write another report to a file, such as html=changes.html; may be repeated
    #[arg(long, short, value_name = "FORMAT=FILE")]
    output: Vec<Output<Shape>>,
    /// Exit with 1 when a change has this class; may be repeated, or `any`
    #[arg(long, value_name = "CLASS", value_parser = one_of::<FailOn>())]
    fail_on: Vec<FailOn>,
}

/// The formats of a diff: those of an answer, and those reports of findings that show lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Answer(Format),
    Findings(report::Format),
}

impl Choice for Shape {
    const ALL: &'static [Self] = &[
        Self::Answer(Format::Text),
        Self::Answer(Format::Json),
        Self::Answer(Format::Markdown),
        Self::Answer(Format::Html),
        Self::Answer(Format::Csv),
        Self::Findings(report::Format::Github),
        Self::Findings(report::Format::Sarif),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Answer(format) => format.word(),
            Self::Findings(format) => format.word(),
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Answer(format) => format.about(),
            Self::Findings(format) => format.about(),
        }
    }
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

impl Choice for FailOn {
    const ALL: &'static [Self] = &FAIL_ON;

    fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Class(class) => class.word(),
        }
    }

    fn about(self) -> &'static str {
        ""
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let words: Vec<String> = args.base.iter().chain(&args.head).cloned().collect();
    let unpacked = sent::Unpacked::new()?;
    let sides = match words.iter().any(|word| bundle::is_bundle(Path::new(word))) {
        true => unpacked.sides(&words)?,
        false => Sides::of(Path::new("."), &words, today())?,
    };
    let Outcome { mut document, errors } = review::run(&sides, &args.matrix, today())?;
    let classes = classes(&args.fail_on);
    let failed = document.has_any(&classes) || (is_any(&args.fail_on) && !document.is_empty());
    document.is_whole = args.all;
    document.exit_code = errors.first().map_or(u8::from(failed), |error| error.kind.exit_code());
    let text = |shape: Shape| text(shape, &document, &sides, &classes, global);
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

fn text(shape: Shape, document: &Comparison, sides: &Sides, classes: &[Class], global: &Global) -> String {
    let style = terminal::style(global.color);
    match shape {
        Shape::Answer(format) => render::render(format, document, &style),
        Shape::Findings(format) => as_findings(format, document, sides, classes),
    }
}

/// Shows changes as findings, with the lines of the side after.
fn as_findings(format: report::Format, document: &Comparison, sides: &Sides, classes: &[Class]) -> String {
    let report = Report {
        findings: render::findings(document, classes),
        sources: sources(document, sides),
        below: sides.after.prefix(),
        ..Report::empty(sides.after.name(), today(), Severity::Error)
    };
    let view = View { rules: render::rule_texts(), ..View::default() };
    report::render(format, &report, &view)
}

/// Reads the files after, for their lines; a file that cannot be read any more has none.
fn sources(document: &Comparison, sides: &Sides) -> BTreeMap<String, crate::source::Source> {
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
