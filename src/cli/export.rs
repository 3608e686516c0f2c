//! `countersign export`

mod template;

use std::path::{Path, PathBuf};

use super::show::{self, Shown, Wanted, known_party};
use super::{AnchorArg, Global, When, output, terminal};
use crate::check::{self, About};
use crate::diff;
use crate::document::Layout;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::Matrix;
use crate::project::words::Names;
use crate::project::{Request, SignoffState};
use crate::report::escape;
use crate::show::Options;
use crate::trust::name::{Digest, MatrixId, Version};
use crate::workbook::layout::{self, Wanted as Laid};
use crate::workbook::{self, Cover, Said, Stamp};

/// Give a matrix to the other side as a workbook
///
/// Writes a workbook with the rows by family, who does what in colour and in word, lists of what may be chosen, and columns
/// in which each party says whether it agrees. `countersign import FILE --into MATRIX` brings back what was changed in it
/// and nothing else.
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
#[command(after_help = "\
Examples:
  countersign export acme-cmmc-l2 -o acme.xlsx
  countersign export acme-cmmc-l2 --party client --version 1.2 -o for-acme.xlsx
  countersign export acme-cmmc-l2 --format csv -o acme.csv")]
pub(super) struct Args {
    /// The matrix: a file, or the id of one, or MATRIX@VERSION
    #[arg(value_name = "MATRIX")]
    matrix: PathBuf,
    /// Only what concerns this party, and only its columns of review
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// An offered or signed version instead of the working text
    #[arg(long, value_name = "VERSION")]
    version: Option<Version>,
    /// Show what changed since this version; unless said, since the one in force
    #[arg(long, value_name = "VERSION")]
    base: Option<Version>,
    /// Fill this workbook of the other side instead: what its mapping understands is written back in its own words
    #[arg(long, value_name = "WORKBOOK", requires = "output")]
    template: Option<PathBuf>,
    /// What the columns of the template mean
    #[arg(long, value_name = "MAP.json", requires = "template", conflicts_with = "preset")]
    map: Option<PathBuf>,
    /// What the columns of the template mean, by a mapping that comes with the program
    #[arg(long, value_name = "NAME", requires = "template")]
    preset: Option<String>,
    #[command(flatten)]
    anchor: AnchorArg,
    #[command(flatten)]
    when: When,
    /// The form: a workbook, or a line for each duty
    #[arg(short, long, value_name = "FORMAT", default_value = "xlsx")]
    format: Format,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Xlsx,
    Csv,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let wanted =
        Wanted { matrix: &args.matrix, version: args.version, anchor: &args.anchor, when: &args.when };
    let shown = show::open(&wanted)?;
    let matrix = &shown.opened.matrix;
    let party = args.party.as_deref().map(|party| known_party(matrix, party)).transpose()?;
    if let (Some(template), Some(file)) = (&args.template, &args.output) {
        return template::run(args, template, file, &shown);
    }
    match (args.format, &args.output) {
        (Format::Csv, file) => {
            let text = csv(&shown, party, global);
            match file {
                Some(file) => output::write(file, &text)?,
                None => terminal::print(&text)?,
            }
        }
        (Format::Xlsx, None) => {
            return Err(Error::usage("where does the workbook go?").hint("name the file with `-o FILE.xlsx`"));
        }
        (Format::Xlsx, Some(file)) => {
            let bytes = xlsx(args, &shown, party)?;
            output::write_bytes(file, &bytes)?;
        }
    }
    if let Some(file) = &args.output {
        terminal::print(&told(file, &shown, party))?;
    }
    Ok(0)
}

/// Says what was written, and how it comes back.
fn told(file: &Path, shown: &Shown, party: Option<&str>) -> String {
    let name = escape::terminal(&file.display().to_string());
    let matrix = &shown.opened.matrix;
    let rows = matrix.rows.iter().filter(|row| party.is_none_or(|it| crate::show::concerns(matrix, row, it)));
    let mut text = format!("wrote {name}: {} {}, {} rows\n", matrix.id, matrix.version, rows.count());
    if name.ends_with(".xlsx") {
        text.push_str(&format!(
            "what comes back: countersign import {name} --into {}\n",
            escape::terminal(&shown.opened.path)
        ));
    }
    text
}

fn csv(shown: &Shown, party: Option<&str>, global: &Global) -> String {
    let options = Options {
        party,
        only_mine: false,
        standing: Some(&shown.standing),
        lead: &[],
        proof: &shown.proof,
        style: terminal::style(global.color),
    };
    let label = |name: &str| crate::show::label(&shown.opened.setup.packs, name);
    crate::show::render(Layout::Csv, &shown.opened.matrix, &options, &label)
}

fn xlsx(args: &Args, shown: &Shown, party: Option<&str>) -> Result<Vec<u8>> {
    let opened = &shown.opened;
    let labels = |name: &str| crate::show::label(&opened.setup.packs, name);
    let laid = Laid { matrix: &opened.matrix, value: &opened.value, party, labels: &labels };
    let tables = layout::tables(&laid)?;
    let sha256 = Digest::of(&opened.bytes).to_string();
    let stamp = Stamp {
        id: opened.matrix.id.clone(),
        version: opened.matrix.version.clone(),
        sha256,
        party: party.map(str::to_owned),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
    };
    workbook::write(&tables, &cover(args, shown, &stamp)?, &stamp)
}

/// Says how the matrix stands, who signed it, what was found in it and what changed.
fn cover(args: &Args, shown: &Shown, stamp: &Stamp) -> Result<Cover> {
    let matrix = &shown.opened.matrix;
    let signoffs = SignoffState::read(&shown.opened.world, args.anchor.digest()?.as_ref(), args.when.today());
    let mut lines = vec![
        ("Matrix".to_owned(), matrix.id.clone()),
        ("Version".to_owned(), matrix.version.clone()),
        ("Standing".to_owned(), shown.standing.clone()),
    ];
    let id: Option<MatrixId> = matrix.id.parse().ok();
    let version: Option<Version> = matrix.version.parse().ok();
    let own = signoffs.as_ref().ok().zip(id.clone().zip(version));
    if let Some((signoffs, (id, version))) = own
        && signoffs.is_offered(&matrix.id, &matrix.version, &shown.opened.bytes)
    {
        let names = Names::of_matrix(matrix);
        let signers = Ledger::open(signoffs, shown.opened.world.name())?.signers(&id, version, &names);
        let signers = if signers.is_empty() { "nobody yet".to_owned() } else { signers.join("\n") };
        lines.push(("Signed by".to_owned(), signers));
    }
    lines.extend(shown.proof.iter().map(|proof| ("Proof".to_owned(), proof.clone())));
    for party in &matrix.parties {
        lines.push((format!("Party ({})", party.side.word()), party.name.clone()));
    }
    lines.push(("SHA-256 of the text".to_owned(), stamp.sha256.clone()));
    lines.push(("How to use it".to_owned(), how_to(stamp)));
    let lines = lines.into_iter().map(|(label, text)| (label, layout::fitting(&text))).collect();
    let changes = match (&signoffs, &id) {
        (Ok(signoffs), Some(id)) => changes(args.base, matrix, signoffs, id)?,
        _ => None,
    };
    Ok(Cover { title: layout::fitting(&matrix.title), lines, findings: Some(findings(args, shown)), changes })
}

fn how_to(stamp: &Stamp) -> String {
    format!(
        "White cells may be changed, grey ones are told by others; headings of white cells are blue. Mark Agree or Dispute \
         with an x for each row that you have read, and say in Note what you dispute. Rows may be sorted and filtered. Send \
         the workbook back as it is: `countersign import FILE --into {}` takes what you changed and nothing else.",
        stamp.id
    )
}

/// Judges the text by the rules of the project.
fn findings(args: &Args, shown: &Shown) -> Said {
    let opened = &shown.opened;
    let request = Request::on(args.when.today());
    let text = check::FileText {
        path: &opened.path,
        bytes: opened.bytes.clone(),
        before: None,
        bases: &|_, _| Vec::new(),
        state: None,
        is_offered: &|_, _| false,
    };
    let judged = check::judge_text(&opened.setup, &request, text, &About::Waivers);
    let counted = judged.findings.iter().filter(|one| one.waived.is_none());
    let line = |one: &crate::finding::Finding| {
        let row = one.row.as_deref().unwrap_or_default();
        let help = one.help.as_deref().unwrap_or_default();
        let all = [one.severity.word(), row, &one.message, help, &one.rule];
        all.iter().map(|text| layout::fitting(text)).collect()
    };
    let columns =
        vec![("Severity", 10), ("Row", 24), ("What was found", 70), ("What to do", 60), ("Rule", 28)];
    let mut lines: Vec<(crate::finding::Severity, Vec<String>)> =
        counted.map(|one| (one.severity, line(one))).collect();
    lines.sort();
    lines.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    Said { columns, lines: lines.into_iter().map(|(_, line)| line).collect() }
}

/// Says what changed since a version: the one that is asked for, or the one in force where it is another text.
fn changes(
    asked: Option<Version>,
    matrix: &Matrix,
    signoffs: &SignoffState,
    id: &MatrixId,
) -> Result<Option<Said>> {
    let in_force = || signoffs.in_force(id.as_str()).map(|one| one.version);
    let Some(version) =
        asked.or_else(in_force).filter(|it| asked.is_some() || it.to_string() != matrix.version)
    else {
        return Ok(None);
    };
    let before = signoffs.read_matrix(id, version).ok_or_else(|| {
        Error::nothing(format!("version {version} of `{id}` was never offered for signature"))
            .hint(format!("`countersign status {id}` shows what was"))
    })?;
    let diff = diff::compare(&before, matrix);
    let line = |change: &diff::Change| {
        let row = change.row.as_ref().map_or("", |row| row.id());
        [row, &diff.says(change), &change.field].iter().map(|text| layout::fitting(text)).collect()
    };
    let mut lines = vec![vec![String::new(), format!("since version {version}"), String::new()]];
    lines.extend(diff.changes.iter().map(line));
    Ok(Some(Said { columns: vec![("Row", 26), ("What changed", 90), ("Field", 28)], lines }))
}
