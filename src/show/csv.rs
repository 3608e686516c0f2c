//! A matrix for a spreadsheet: one line for each duty, defaults included, no cell a formula.

use super::concern::Concern;
use super::sentence;
use super::{Lead, Options};
use crate::document::sheet;
use crate::matrix::{Clock, Duty, Matrix, Row};

/// The columns.
const HEADER: [&str; 24] = [
    "row",
    "title",
    "controls",
    "references",
    "activity",
    "allocation",
    "pattern",
    "party",
    "side",
    "does",
    "role",
    "what",
    "cadence",
    "within",
    "of",
    "clock",
    "to",
    "phase",
    "where",
    "services",
    "evidence",
    "kept by",
    "review",
    "default",
];

/// Renders the duties of a matrix, or those that concern one party; with what proves how it stands, where that is known.
pub(super) fn render(matrix: &Matrix, options: &Options) -> String {
    let mut columns = HEADER.to_vec();
    let mut records: Vec<Vec<String>> =
        matrix.rows.iter().flat_map(|row| lines(matrix, row, options.party)).collect();
    let lead = options.lead.iter().map(|lead| format!("{}: {}.", lead.title, lead.lines.join("; ")));
    let proof: Vec<String> = lead.chain(options.proof.iter().cloned()).collect();
    if !proof.is_empty() {
        let standing = options.standing.unwrap_or_default();
        let proof = format!("{} {}, {standing}. {}", matrix.id, matrix.version, proof.join(" "));
        columns.push("proof");
        records.iter_mut().for_each(|record| record.push(proof.clone()));
    }
    sheet::render(&columns, &records)
}

/// Writes lines under headings, a record each.
pub(super) fn of_leads(leads: &[Lead]) -> String {
    let record = |lead: &Lead, line: &String| vec![lead.title.to_owned(), line.clone()];
    let records = leads.iter().flat_map(|lead| lead.lines.iter().map(move |line| record(lead, line)));
    sheet::render(&["about", "text"], &records.collect::<Vec<_>>())
}

fn lines(matrix: &Matrix, row: &Row, party: Option<&str>) -> Vec<Vec<String>> {
    let duties: Vec<&Duty> = match party {
        None => matrix.duties(row).collect(),
        Some(party) => {
            let concern = Concern::of(matrix, row, party);
            let concerned = [concern.does, concern.told, concern.expects].concat();
            if concerned.is_empty() {
                return Vec::new();
            }
            concerned
        }
    };
    if duties.is_empty() {
        return vec![line(matrix, row, None)];
    }
    duties.into_iter().map(|duty| line(matrix, row, Some(duty))).collect()
}

fn line(matrix: &Matrix, row: &Row, duty: Option<&Duty>) -> Vec<String> {
    let mut cells = before(row);
    cells.extend(match duty {
        Some(duty) => duty_cells(matrix, row, duty),
        None => vec![String::new(); 12],
    });
    let evidence: Vec<String> =
        row.evidence.iter().map(|evidence| sentence::evidence(matrix, evidence)).collect();
    let is_default = duty.is_some_and(|duty| !row.duties.contains(duty));
    cells.extend([
        sentence::services(matrix, &row.services),
        evidence.join("; "),
        sentence::keeper(matrix, row).unwrap_or_default(),
        sentence::review(matrix, &row.reviewed),
        if is_default { "yes" } else { "no" }.to_owned(),
    ]);
    cells
}

/// The cells that say which row it is.
fn before(row: &Row) -> Vec<String> {
    let mode = row.shared.as_ref().and_then(|shared| shared.mode);
    vec![
        row.id.clone(),
        row.title.clone(),
        row.controls.join("; "),
        row.references.join("; "),
        row.activity.clone().unwrap_or_default(),
        row.allocation.word().to_owned(),
        mode.map(|mode| mode.word().to_owned()).unwrap_or_default(),
    ]
}

/// The cells of one duty, from party to scope.
fn duty_cells(matrix: &Matrix, row: &Row, duty: &Duty) -> Vec<String> {
    let within = duty.within.as_ref();
    let scope = if duty.scope.is_empty() { &row.scope } else { &duty.scope };
    let side = matrix.side(&duty.party).map(|side| side.word().to_owned());
    vec![
        sentence::name(matrix, &duty.party).to_owned(),
        side.unwrap_or_default(),
        duty.deed.word().to_owned(),
        duty.role.clone().unwrap_or_default(),
        duty.text.clone().unwrap_or_default(),
        duty.cadence.clone().unwrap_or_default(),
        within.map(|within| within.time.as_str().to_owned()).unwrap_or_default(),
        within.and_then(|within| within.of.clone()).unwrap_or_default(),
        within.and_then(|within| within.clock).map(Clock::word).unwrap_or_default().to_owned(),
        sentence::names(matrix, &duty.to),
        duty.phase.clone().unwrap_or_default(),
        sentence::scopes(matrix, scope),
    ]
}
