//! Everything a reader gets to see of a matrix, as a document in the order of reading.

use std::collections::BTreeMap;

use super::concern::Concern;
use super::head::{self, Item, Section};
use super::sentence::{self, Sentence};
use super::{Labels, Lead, Options};
use crate::document::{Block, Document, Entries, Entry, Inline, Role};
use crate::matrix::{Allocation, Deed, Duty, Matrix, MatrixKind, Report, Row};
use crate::report::words::{allocations, count, reviewed, some};

/// The columns in which a family of rows stands, where there is room for a table.
const COLUMNS: [&str; 3] = ["Work", "Who does what", "Evidence and review"];

/// Returns lines under headings, without a matrix.
pub(super) fn of_leads((title, subtitle): (&str, &str), leads: &[Lead]) -> Document {
    let mut blocks = vec![Block::title(title), Block::Subtitle(subtitle.into())];
    leads.iter().for_each(|lead| part(&mut blocks, lead.title, &lead.lines));
    Document { blocks }
}

/// Says everything there is to say of a matrix, or all that concerns one party.
pub(super) fn of(matrix: &Matrix, options: &Options, labels: &Labels) -> Document {
    let standing = options.standing.map(|standing| format!(", {standing}")).unwrap_or_default();
    let party = options.party.map(|party| {
        let name = sentence::name(matrix, party);
        let more = if options.only_mine { "" } else { ", what it is told, what it may expect" };
        format!("; what concerns {name}: what it does{more}")
    });
    let subtitle = format!("{} {}{standing}{}", matrix.id, matrix.version, party.unwrap_or_default());
    let families = families(matrix, options, labels);
    let mut blocks = vec![Block::title(matrix.title.clone()), Block::Subtitle(subtitle.into())];
    part(&mut blocks, "In figures", &figures(matrix, options.party, &families));
    options.lead.iter().for_each(|lead| part(&mut blocks, lead.title, &lead.lines));
    head::sections(matrix, options.party).into_iter().for_each(|section| add(&mut blocks, section));
    for (title, entries) in families {
        let caption = count(entries.len(), "row");
        blocks.push(Block::part(title));
        blocks.push(Block::Entries(Entries { caption, columns: COLUMNS.to_vec(), entries }));
    }
    part(&mut blocks, "What proves this", options.proof);
    Document { blocks }
}

/// Adds lines under a heading, if there are any.
fn part(blocks: &mut Vec<Block>, title: &'static str, lines: &[String]) {
    if !lines.is_empty() {
        blocks.push(Block::part(title));
        blocks.extend(lines.iter().map(|line| Block::sentence(line.clone())));
    }
}

/// Adds what stands before the rows.
fn add(blocks: &mut Vec<Block>, section: Section) {
    blocks.push(Block::part(section.title));
    for Item { who, text, more } in section.items {
        let said = if who.is_empty() { text.into() } else { strong(&who, &format!(": {text}")) };
        blocks.push(Block::Sentence(said));
        blocks.extend(more.into_iter().map(Block::item));
    }
}

fn strong(name: &str, rest: &str) -> Inline {
    Inline::default().with(Role::Strong, name).with(Role::Plain, rest)
}

/// Returns the rows by family, in the order of the matrix.
fn families(matrix: &Matrix, options: &Options, labels: &Labels) -> Vec<(String, Vec<Entry>)> {
    let mut families: Vec<(String, Vec<Entry>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in &matrix.rows {
        let Some(work) = work(matrix, row, options) else { continue };
        let title = group_of(row, labels);
        let place = *places.entry(title.clone()).or_insert_with(|| {
            families.push((title, Vec::new()));
            families.len() - 1
        });
        families[place].1.push(entry(matrix, row, work, labels));
    }
    families
}

/// Returns the family of a row: the group that it names, else that of its first control that a catalogue knows.
pub(super) fn group_of(row: &Row, labels: &Labels) -> String {
    if let Some(group) = &row.group {
        return group.clone();
    }
    let known = row.controls.iter().find_map(|control| labels(control)).map(|label| label.group);
    known.filter(|group| !group.is_empty()).unwrap_or_else(|| match row.controls.first() {
        Some(control) => control.split(':').next().unwrap_or(control).to_owned(),
        None if row.references.is_empty() => "Other rows".to_owned(),
        None => "Obligations outside the catalogues".to_owned(),
    })
}

/// Returns who does what in a row, under headings if the page is for one party; None if it is none of the party's business.
fn work(matrix: &Matrix, row: &Row, options: &Options) -> Option<Vec<Block>> {
    let duty = |duty: &&Duty| sentence::duty(matrix, duty);
    let reports = |report: &&Report| sentence::report(matrix, report);
    let mut blocks: Vec<Block> = Vec::new();
    let activity = row.activity.clone().filter(|activity| activity != row.label());
    blocks.extend(activity.map(Block::sentence));
    blocks.push(Block::fact("Who acts", sentence::allocation(matrix, row)));
    let Some(party) = options.party else {
        let duties = row.duties.iter().filter(|one| !only_keeps(one)).map(|one| duty(&one));
        blocks.extend(duties.chain(row.reports.iter().map(|one| reports(&one))).map(item));
        return Some(blocks);
    };
    let concern = Concern::of(matrix, row, party).only(options.only_mine);
    if concern.is_empty() {
        return None;
    }
    let name = sentence::name(matrix, party);
    let told = concern.told.iter().map(duty).chain(concern.reports.iter().map(reports)).collect();
    let parts: [(&str, Vec<Sentence>); 3] = [
        ("does", concern.does.iter().map(duty).collect()),
        ("is told", told),
        ("may expect", concern.expects.iter().map(duty).collect()),
    ];
    for (heading, sentences) in parts.into_iter().filter(|(_, sentences)| !sentences.is_empty()) {
        blocks.push(Block::fact(format!("{name} {heading}"), Inline::default()));
        blocks.extend(sentences.into_iter().map(item));
    }
    Some(blocks)
}

fn item(said: Sentence) -> Block {
    Block::Item(strong(&said.who, &format!(" {}", said.does)))
}

/// Returns whether a duty says no more than the line about who keeps the evidence.
pub(super) fn only_keeps(duty: &Duty) -> bool {
    duty.deed == Deed::RetainEvidence
        && (&duty.text, &duty.within, &duty.lasting) == (&None, &None, &None)
        && duty.scope.is_empty()
        && duty.controls.is_empty()
}

fn entry(matrix: &Matrix, row: &Row, work: Vec<Block>, labels: &Labels) -> Entry {
    let control = |control: &String| {
        let title = labels(control).map(|label| format!("  {}", label.title)).unwrap_or_default();
        Block::Sentence(strong(sentence::control(matrix, control), &title))
    };
    let references = row.references.iter().map(|reference| Block::Sentence(strong(reference, "")));
    let facts = facts(matrix, row).into_iter().map(|(term, fact)| Block::fact(term, fact));
    Entry {
        name: row.label().into(),
        id: if row.label() == row.id { String::new() } else { row.id.clone() },
        cells: vec![row.controls.iter().map(control).chain(references).collect(), work, facts.collect()],
    }
}

/// Returns evidence, keeper, scope, services, review and the like of a row, each with its term.
pub(super) fn facts(matrix: &Matrix, row: &Row) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    facts.extend(row.by_scope.iter().map(|one| ("Otherwise", sentence::variation(matrix, one))));
    facts.extend(row.documents.iter().map(|one| ("Described in", sentence::citation(matrix, one))));
    facts.extend(row.inherits.iter().map(|edge| ("Inherited", sentence::inheritance(matrix, edge))));
    if let Some(offered) = &row.offered {
        facts.push(("Others may inherit", offered.clone()));
    }
    if let Some(cadence) = matrix.cadence(row) {
        facts.push(("How often", sentence::cadence(cadence)));
    }
    facts.extend(row.evidence.iter().map(|one| ("Evidence", sentence::evidence(matrix, one))));
    facts.extend(sentence::keeper(matrix, row).map(|keeper| ("Kept by", keeper)));
    if !row.scope.is_empty() {
        facts.push(("Where", sentence::scopes(matrix, &row.scope)));
    }
    if !row.services.is_empty() {
        facts.push(("Services", sentence::services(matrix, &row.services)));
    }
    if !row.tools.is_empty() {
        facts.push(("Tools", row.tools.join(", ")));
    }
    facts.extend(row.status.as_ref().and_then(sentence::status).map(|status| ("Status", status)));
    facts.extend(row.notes.clone().map(|notes| ("Notes", notes)));
    for accept in &row.accepts {
        let reference = accept.reference.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
        facts.push(("Accepted finding", format!("{}: {}{reference}", accept.rule, accept.reason)));
    }
    if is_reviewed(matrix, row) {
        facts.push(("Review", sentence::review(matrix, &row.reviewed)));
    }
    facts
}

/// Returns the figures with which a page begins.
fn figures(matrix: &Matrix, party: Option<&str>, families: &[(String, Vec<Entry>)]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(party) = party {
        let rows = families.iter().map(|(_, entries)| entries.len()).sum();
        let of = matrix.rows.len();
        lines.push(format!("{} of {of} concern {}", count(rows, "row"), sentence::name(matrix, party)));
    }
    let mut by_allocation: BTreeMap<String, usize> = BTreeMap::new();
    for row in &matrix.rows {
        *by_allocation.entry(row.allocation.word().to_owned()).or_default() += 1;
    }
    lines.push(allocations(matrix.rows.len(), &by_allocation, &matrix.sides()));
    let nobody: Vec<String> = matrix
        .rows
        .iter()
        .filter(|row| row.allocation == Allocation::Unassigned)
        .map(|row| row.id.clone())
        .collect();
    if !nobody.is_empty() {
        lines.push(format!("nobody's: {}", some(&nobody, 10)));
    }
    lines.extend(holdings(matrix));
    let walked = matrix.rows.iter().filter(|row| row.is_agreed()).count();
    if matrix.kind == MatrixKind::Engagement {
        lines.push(reviewed(walked, matrix.rows.len()));
    }
    lines
}

/// Returns whether a review of a row is told: nobody has to review a standard.
fn is_reviewed(matrix: &Matrix, row: &Row) -> bool {
    matrix.kind == MatrixKind::Engagement || !row.reviewed.is_empty()
}

/// Returns what each party holds: "Harbor MSP performs in 68 rows, approves in 2, keeps evidence for 10".
fn holdings(matrix: &Matrix) -> impl Iterator<Item = String> {
    matrix.parties.iter().filter_map(|party| {
        let rows = |deed: Deed| {
            let holds = |row: &&Row| {
                matrix.duties(row).any(|duty| duty.party == party.id && duty.deed.counts() == deed)
            };
            matrix.rows.iter().filter(holds).count()
        };
        let (performs, approves, keeps) =
            (rows(Deed::Perform), rows(Deed::Approve), rows(Deed::RetainEvidence));
        (performs + approves + keeps > 0).then(|| {
            let name = sentence::name(matrix, &party.id);
            let performs = count(performs, "row");
            format!("{name} performs in {performs}, approves in {approves}, keeps the evidence of {keeps}")
        })
    })
}
