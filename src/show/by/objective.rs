//! What an assessor asks about one objective: by whom it is met, how it is shared, where the SSP describes it, what to
//! examine, whom to interview, what to test.

use std::collections::{BTreeMap, BTreeSet};

use super::{Leaf, named};
use crate::coverage;
use crate::matrix::{Coverage, Duty, Evidence, Matrix, Row};
use crate::pack::{Catalogue, Control, Packs};
use crate::show::sentence;

/// The terms in the order of reading.
pub(super) const TERMS: &[&str] = &[
    "asks",
    "met by",
    "shared how",
    "where",
    "described in",
    "inherited",
    "who does what",
    "how often",
    "examine",
    "interview",
    "test",
    "status",
    "review",
];

/// The rows that name each control, by its full id.
type Index<'a> = BTreeMap<&'a str, Vec<&'a Row>>;

/// Returns a leaf for each objective that the matrix has to answer, in the order of the catalogues.
pub(super) fn leaves(matrix: &Matrix, packs: &Packs) -> Vec<Leaf> {
    let mut index = Index::new();
    for row in &matrix.rows {
        row.controls.iter().for_each(|control| index.entry(control).or_default().push(row));
    }
    let mut leaves = Vec::new();
    let mut known = BTreeSet::new();
    for framework in &matrix.frameworks {
        let Some(catalogue) = packs.catalogue(&framework.pack) else { continue };
        known.insert(framework.pack.as_str());
        for control in coverage::wanted(catalogue, framework) {
            for objective in coverage::leaves(catalogue, control) {
                let found = found(catalogue, objective, &index);
                if framework.coverage == Coverage::Complete || found.is_some() {
                    leaves.push(leaf(matrix, catalogue, objective, found));
                }
            }
        }
    }
    // A control of no catalogue at hand is a thing to answer, too.
    let is_strange = |control: &&&str| !known.contains(control.split(':').next().unwrap_or_default());
    for control in index.keys().filter(is_strange) {
        let rows = &index[*control];
        let mut leaf = Leaf::of(*control);
        fill(&mut leaf, matrix, rows, &|_| true);
        leaves.push(leaf);
    }
    for row in matrix.rows.iter().filter(|row| row.controls.is_empty()) {
        let mut leaf =
            Leaf::of(if row.references.is_empty() { named(row) } else { row.references.join(", ") });
        fill(&mut leaf, matrix, &[row], &|_| true);
        leaves.push(leaf);
    }
    leaves
}

/// Returns the rows that answer for an objective: those that name it, else those that name what it is part of, closest
/// first; with the ids on the way.
fn found<'a>(
    catalogue: &Catalogue,
    objective: &Control,
    index: &Index<'a>,
) -> Option<(Vec<&'a Row>, Vec<String>)> {
    let mut above = Vec::new();
    let mut rows = None;
    for control in catalogue.lineage(objective) {
        let id = format!("{}:{}", catalogue.id, control.id);
        if rows.is_none() {
            rows = index.get(id.as_str()).cloned();
        }
        above.push(id);
    }
    Some((rows?, above))
}

fn leaf(
    matrix: &Matrix,
    catalogue: &Catalogue,
    objective: &Control,
    found: Option<(Vec<&Row>, Vec<String>)>,
) -> Leaf {
    let full = format!("{}:{}", catalogue.id, objective.id);
    let whole = objective.parent.as_ref().and_then(|parent| catalogue.get(parent));
    let mut leaf = Leaf::of(format!(
        "{} {}",
        sentence::control(matrix, &full),
        whole.map_or(&objective.title, |whole| &whole.title)
    ));
    if whole.is_some() {
        leaf.add("asks", [objective.title.clone()]);
    }
    match found {
        None => leaf.alarm = Some("no row answers for it"),
        Some((rows, above)) => {
            let is_unowned = |row: &&Row| row.allocation == crate::matrix::Allocation::Unassigned;
            if rows.iter().all(is_unowned) {
                leaf.alarm = Some("nobody owns it yet");
            }
            fill(&mut leaf, matrix, &rows, &|controls| {
                controls.is_empty() || controls.iter().any(|own| above.contains(own))
            });
        }
    }
    leaf
}

/// Says what rows have to say of an objective; `reaches` tells which duties and evidence are about it.
fn fill(leaf: &mut Leaf, matrix: &Matrix, rows: &[&Row], reaches: &dyn Fn(&[String]) -> bool) {
    if !leaf.facts.iter().any(|(term, _)| *term == "asks") {
        leaf.add("asks", rows.iter().filter_map(|row| row.statement.clone()));
    }
    let several = rows.len() > 1;
    let lead = |row: &Row| if several { format!("{}: ", named(row)) } else { String::new() };
    leaf.add("met by", rows.iter().flat_map(|row| met_by(matrix, row)));
    let shared = |row: &&&Row| {
        row.shared.as_ref().is_some_and(|shared| shared.mode.is_some() || shared.details.is_some())
    };
    leaf.add("shared how", rows.iter().filter(shared).map(|row| format!("{}{}", lead(row), shared_how(row))));
    leaf.add(
        "where",
        rows.iter().filter(|row| !row.scope.is_empty()).map(|row| sentence::scopes(matrix, &row.scope)),
    );
    leaf.add(
        "described in",
        rows.iter().flat_map(|row| &row.documents).map(|one| sentence::citation(matrix, one)),
    );
    leaf.add(
        "inherited",
        rows.iter().flat_map(|row| &row.inherits).map(|edge| sentence::inheritance(matrix, edge)),
    );
    let duties: Vec<&Duty> =
        rows.iter().flat_map(|row| matrix.duties(row)).filter(|duty| reaches(&duty.controls)).collect();
    leaf.add("who does what", duties.iter().map(|duty| said(matrix, duty)));
    leaf.add("how often", rows.iter().filter_map(|row| matrix.cadence(row)).map(sentence::cadence));
    let evidence: Vec<&Evidence> =
        rows.iter().flat_map(|row| &row.evidence).filter(|piece| reaches(&piece.controls)).collect();
    let by = |method: &'static str, is_usual: bool| {
        let meant = move |piece: &&&Evidence| piece.method.as_deref().map_or(is_usual, |own| own == method);
        evidence.iter().filter(meant).map(|piece| sentence::evidence(matrix, piece)).collect::<Vec<_>>()
    };
    leaf.add("examine", by("examine", true));
    leaf.add(
        "interview",
        duties.iter().filter_map(|duty| interviewee(matrix, duty)).chain(by("interview", false)),
    );
    leaf.add("test", by("test", false));
    leaf.add("status", rows.iter().filter_map(|row| row.status.as_ref()).filter_map(sentence::status));
    leaf.add("review", rows.iter().map(|row| sentence::review(matrix, &row.reviewed)));
}

fn met_by(matrix: &Matrix, row: &Row) -> Vec<String> {
    let divisions = matrix.divisions(row);
    let is_one = divisions.len() == 1;
    let said = divisions.iter().map(|division| {
        let place = if is_one {
            String::new()
        } else {
            format!(", in {}", sentence::scopes(matrix, &division.scope))
        };
        format!("{}{place}: {}", named(row), sentence::side(matrix, division))
    });
    said.collect()
}

fn shared_how(row: &Row) -> String {
    let Some(shared) = &row.shared else { return String::new() };
    let mode = shared.mode.map(|mode| mode.says().to_owned());
    mode.into_iter().chain(shared.details.clone()).collect::<Vec<_>>().join(": ")
}

fn said(matrix: &Matrix, duty: &Duty) -> String {
    let said = sentence::duty(matrix, duty);
    format!("{} {}", said.who, said.does)
}

/// Returns whom to ask about a duty: the person or role that is named for it.
fn interviewee(matrix: &Matrix, duty: &Duty) -> Option<String> {
    let whom = duty.interviewee.as_ref().or(duty.role.as_ref())?;
    Some(format!("{whom} of {}", sentence::name(matrix, &duty.party)))
}
