//! Everything a reader gets to see of a matrix, as plain text in the order of reading.

use std::collections::BTreeMap;

use super::concern::Concern;
use super::head::{self, Item, Section};
use super::sentence::{self, Sentence};
use super::{Labels, Lead, Options};
use crate::matrix::{Allocation, Deed, Duty, Matrix, MatrixKind, Report, Row};
use crate::report::words::{allocations, count, reviewed, some};

/// A matrix to read.
pub(super) struct Page {
    /// What people call it.
    pub(super) title: String,
    /// Id, version and standing, and whom the page is for.
    pub(super) subtitle: String,
    /// Parties, agreement, days, scopes, services.
    pub(super) head: Vec<Section>,
    /// The rows by family.
    pub(super) groups: Vec<Group>,
    /// The figures, with which a page begins.
    pub(super) figures: Vec<String>,
    /// What proves how it stands, at the end.
    pub(super) proof: Vec<String>,
}

/// The rows of one family.
pub(super) struct Group {
    /// Its title.
    pub(super) title: String,
    /// Its rows, in the order of the matrix.
    pub(super) entries: Vec<Entry>,
}

/// One row.
pub(super) struct Entry {
    /// Its id.
    pub(super) id: String,
    /// Its title.
    pub(super) title: String,
    /// Ids of controls and what the catalogue calls them.
    pub(super) controls: Vec<(String, String)>,
    /// What is done.
    pub(super) activity: Option<String>,
    /// Who acts, in a few words.
    pub(super) who: String,
    /// Who does what, under headings where the page is for one party.
    pub(super) parts: Vec<Part>,
    /// Evidence, keeper, scope, services, review and the like, each with its term.
    pub(super) facts: Vec<(&'static str, String)>,
}

/// Sentences under a heading.
pub(super) struct Part {
    /// The heading, if any.
    pub(super) heading: Option<String>,
    /// Who does what.
    pub(super) sentences: Vec<Sentence>,
}

impl Page {
    /// Makes a page of lines under headings, without a matrix.
    pub(super) fn of_leads(title: &str, subtitle: &str, leads: &[Lead]) -> Self {
        let (title, subtitle, head) = (title.to_owned(), subtitle.to_owned(), sections(leads).collect());
        Self { title, subtitle, head, groups: Vec::new(), figures: Vec::new(), proof: Vec::new() }
    }

    /// Says everything there is to say, or all that concerns one party.
    pub(super) fn of(matrix: &Matrix, options: &Options, labels: &Labels) -> Self {
        let standing = options.standing.map(|standing| format!(", {standing}")).unwrap_or_default();
        let party = options.party.map(|party| {
            let name = sentence::name(matrix, party);
            let more = if options.only_mine { "" } else { ", what it is told, what it may expect" };
            format!("; what concerns {name}: what it does{more}")
        });
        let groups = groups(matrix, options, labels);
        Self {
            title: matrix.title.clone(),
            subtitle: format!("{} {}{standing}{}", matrix.id, matrix.version, party.unwrap_or_default()),
            head: sections(options.lead).chain(head::sections(matrix, options.party)).collect(),
            figures: counts(matrix, options.party, &groups),
            proof: options.proof.to_vec(),
            groups,
        }
    }
}

/// Returns lines under headings as sections of a page.
fn sections(leads: &[Lead]) -> impl Iterator<Item = Section> {
    let item = |text: &String| Item { who: String::new(), text: text.clone(), more: Vec::new() };
    leads.iter().map(move |lead| Section { title: lead.title, items: lead.lines.iter().map(item).collect() })
}

fn groups(matrix: &Matrix, options: &Options, labels: &Labels) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for row in &matrix.rows {
        let Some(parts) = parts(matrix, row, options) else { continue };
        let title = group_of(row, labels);
        let place = *places.entry(title.clone()).or_insert_with(|| {
            groups.push(Group { title, entries: Vec::new() });
            groups.len() - 1
        });
        groups[place].entries.push(entry(matrix, row, parts, labels));
    }
    groups
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

/// Returns who does what in a row, or nothing where it is none of the party's business.
fn parts(matrix: &Matrix, row: &Row, options: &Options) -> Option<Vec<Part>> {
    let duty = |duty: &&Duty| sentence::duty(matrix, duty);
    let reports = |report: &&Report| sentence::report(matrix, report);
    let Some(party) = options.party else {
        let duties = row.duties.iter().filter(|one| !only_keeps(one)).map(|one| duty(&one));
        let sentences = duties.chain(row.reports.iter().map(|one| reports(&one))).collect();
        return Some(vec![Part { heading: None, sentences }]);
    };
    let concern = Concern::of(matrix, row, party).only(options.only_mine);
    if concern.is_empty() {
        return None;
    }
    let name = sentence::name(matrix, party);
    let part = |heading: &str, sentences: Vec<Sentence>| Part {
        heading: Some(format!("{name} {heading}")),
        sentences,
    };
    let told = concern.told.iter().map(duty).chain(concern.reports.iter().map(reports)).collect();
    let mut parts = vec![
        part("does", concern.does.iter().map(duty).collect()),
        part("is told", told),
        part("may expect", concern.expects.iter().map(duty).collect()),
    ];
    parts.retain(|part| !part.sentences.is_empty());
    Some(parts)
}

/// Returns whether a duty says no more than the line about who keeps the evidence.
pub(super) fn only_keeps(duty: &Duty) -> bool {
    duty.deed == Deed::RetainEvidence
        && (&duty.text, &duty.within, &duty.lasting) == (&None, &None, &None)
        && duty.scope.is_empty()
        && duty.controls.is_empty()
}

fn entry(matrix: &Matrix, row: &Row, parts: Vec<Part>, labels: &Labels) -> Entry {
    let label = |control: &String| {
        let title = labels(control).map(|label| label.title).unwrap_or_default();
        (sentence::control(matrix, control).to_owned(), title)
    };
    let references = row.references.iter().map(|reference| (reference.clone(), String::new()));
    Entry {
        id: row.id.clone(),
        title: row.label().to_owned(),
        controls: row.controls.iter().map(label).chain(references).collect(),
        activity: row.activity.clone().filter(|activity| activity != row.label()),
        who: sentence::allocation(matrix, row),
        parts,
        facts: facts(matrix, row),
    }
}

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

fn counts(matrix: &Matrix, party: Option<&str>, groups: &[Group]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(party) = party {
        let rows = groups.iter().map(|group| group.entries.len()).sum();
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
