//! A matrix for a spreadsheet: one line for each duty, defaults included, no cell a formula.

use super::concern::Concern;
use super::sentence;
use super::{Lead, Options};
use crate::matrix::{Clock, Duty, Matrix, Row};
use crate::report::escape;

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
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let mut write = |cells: &[String]| writer.write_record(cells.iter().map(|cell| escape::csv(cell)));
    let mut records = vec![HEADER.map(str::to_owned).to_vec()];
    for row in &matrix.rows {
        records.extend(lines(matrix, row, options.party));
    }
    let lead = options.lead.iter().map(|lead| format!("{}: {}.", lead.title, lead.lines.join("; ")));
    let proof: Vec<String> = lead.chain(options.proof.iter().cloned()).collect();
    if !proof.is_empty() {
        let standing = options.standing.unwrap_or_default();
        let proof = format!("{} {}, {standing}. {}", matrix.id, matrix.version, proof.join(" "));
        let cells = std::iter::once("proof").chain(std::iter::repeat(proof.as_str()));
        records.iter_mut().zip(cells).for_each(|(record, cell)| record.push(cell.to_owned()));
    }
    let written = records.iter().try_for_each(|record| write(record));
    written.expect("every line has the cells of the header, and memory does not fail");
    let bytes = writer.into_inner().expect("memory does not fail");
    String::from_utf8(bytes).expect("only text was written")
}

/// Writes lines under headings, a record each.
pub(super) fn of_leads(leads: &[Lead]) -> String {
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let records = leads.iter().flat_map(|lead| lead.lines.iter().map(|line| [lead.title, line.as_str()]));
    for record in std::iter::once(["about", "text"]).chain(records) {
        let written = writer.write_record(record.map(escape::csv));
        written.expect("every line has two cells, and memory does not fail");
    }
    let bytes = writer.into_inner().expect("memory does not fail");
    String::from_utf8(bytes).expect("only text was written")
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
