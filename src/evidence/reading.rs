//! What is for reading in a folder of evidence: made from the signed texts, signed by nobody.

use super::{Files, Selection};
use crate::document::{Block, Document, Inline, Layout, Role, Table};
use crate::matrix::Matrix;
use crate::pack::{Packs, shipped_ids};
use crate::project::words::{self, Names};
use crate::report::Style;
use crate::show::{self, Options};
use crate::trust::force::Force;
use crate::trust::period::{self, Period};
use crate::trust::standing::VersionStanding;

/// The days in force.
pub(super) const STATUS: &str = "reading/status.md";
const PLAIN_STYLE: Style = Style { color: false, unicode: true, width: 80 };
const JUDGED_AS_OF: &str = "Judged as of ";

/// Adds the page and the list of duties of every version, and the days in force.
pub(super) fn add(files: &mut Files, of: &Selection) {
    // The packs that every copy of the program has, so that anyone makes the same pages.
    let packs = Packs::shipped(shipped_ids());
    for version in of.versions() {
        if let Some(matrix) = of.signoffs.read_matrix(&version.id, version.version) {
            let place = format!("reading/{}", version.version);
            let render = |form| page(&matrix, version, &packs, form).into_bytes();
            files.insert(format!("{place}/matrix.html"), render(Layout::Html));
            files.insert(format!("{place}/who.csv"), render(Layout::Csv));
        }
    }
    files.insert(STATUS.to_owned(), status(of).into_bytes());
}

fn page(matrix: &Matrix, version: &VersionStanding, packs: &Packs, form: Layout) -> String {
    let disputed = if version.contests.is_empty() { "" } else { ", disputed" };
    let standing = format!(
        "as it was offered for signature{disputed}; who signed it: README.md; its days in force: reading/status.md"
    );
    let options = Options {
        party: None,
        only_mine: false,
        standing: Some(&standing),
        lead: &[],
        proof: &[],
        style: PLAIN_STYLE,
    };
    show::render(form, matrix, &options, &|name| show::label(packs, name))
}

/// Says of each version when it is in force and how it stands.
fn status(of: &Selection) -> String {
    let title = Block::title(format!("Days in force of {}", of.id));
    let lead =
        Inline::from(format!("{JUDGED_AS_OF}{}. This file is signed by nobody: ", of.signoffs.standing.day))
            .with(Role::Code, "countersign verify")
            .with(Role::Plain, " makes it again from what is signed.");
    let table = Table { columns: vec!["Version", "In force", "How it stands"], rows: versions(of) };
    Document { blocks: vec![title, Block::Subtitle(lead), Block::Table(table)] }.markdown()
}

fn versions(of: &Selection) -> Vec<Vec<Inline>> {
    let standing = &of.signoffs.standing;
    let Some((matrix, calendar)) = standing.matrices.get(of.id).zip(of.signoffs.calendar(of.id.as_str()))
    else {
        return Vec::new();
    };
    let periods = period::periods(matrix);
    let row = |version: &VersionStanding| {
        let held = periods.iter().filter(|one| one.force == Force::Version(version.version));
        let held: Vec<String> = held.map(days).collect();
        let held = if held.is_empty() { "on no day".to_owned() } else { held.join("; ") };
        let disputed = match version.contests.len() {
            0 => String::new(),
            number => format!("; disputed {number} times, see README.md"),
        };
        let says = words::standing(version, &calendar, &Names::default()) + &disputed;
        vec![version.version.to_string().into(), held.into(), says.into()]
    };
    of.versions().map(row).collect()
}

fn days(period: &Period) -> String {
    let from = period.from.map(|day| day.to_string()).unwrap_or_default();
    match period.until {
        Some(until) => format!("from {from}, no longer on {until}"),
        None => format!("from {from}"),
    }
}

/// Returns the day that a folder was judged on, as its own status says.
pub(super) fn judged_on(files: &Files) -> Option<jiff::civil::Date> {
    let text = std::str::from_utf8(files.get(STATUS)?).ok()?;
    text.split(JUDGED_AS_OF).nth(1)?.get(..10)?.parse().ok()
}
