//! A matrix for a spreadsheet: one line for each duty, defaults included, no cell a formula.

use super::concern::Concern;
use super::sentence;
use super::{Lead, Options};
use crate::document::sheet;
use crate::matrix::{Accept, Clock, Duty, Evidence, Inheritance, Matrix, Native, Report, Reviewed, Row};

/// The columns.
const HEADER: [&str; 45] = [
    "row",
    "title",
    "group",
    "controls",
    "references",
    "statement",
    "activity",
    "allocation",
    "pattern",
    "details",
    "by scope",
    "row cadence",
    "justification",
    "party",
    "side",
    "does",
    "role",
    "interviewee",
    "duty",
    "what",
    "cadence",
    "within",
    "of",
    "clock",
    "to",
    "phase",
    "for",
    "escalate",
    "duty controls",
    "where",
    "row scope",
    "services",
    "documents",
    "offered",
    "inherits",
    "evidence",
    "kept by",
    "reports",
    "tools",
    "status",
    "accepts",
    "notes",
    "review",
    "native",
    "default",
];

/// Renders the duties of a matrix, or those that concern one party; with what proves how it stands, where that is known.
pub(super) fn render(matrix: &Matrix, options: &Options) -> String {
    let mut columns = HEADER.to_vec();
    let mut records: Vec<Vec<String>> =
        matrix.rows.iter().flat_map(|row| lines(matrix, row, options)).collect();
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

fn lines(matrix: &Matrix, row: &Row, options: &Options) -> Vec<Vec<String>> {
    let duties: Vec<&Duty> = match options.party {
        None => matrix.duties(row).collect(),
        Some(party) => {
            let concern = Concern::of(matrix, row, party).only(options.only_mine);
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
    let mut cells = before(matrix, row);
    cells.extend(match duty {
        Some(duty) => duty_cells(matrix, row, duty),
        None => vec![String::new(); 17],
    });
    let report = |one: &Report| {
        let said = sentence::report(matrix, one);
        format!("{} {}", said.who, said.does)
    };
    let is_default = duty.is_some_and(|duty| !row.duties.contains(duty));
    cells.extend([
        sentence::scopes(matrix, &row.scope),
        sentence::services(matrix, &row.services),
        joined(&row.documents, |one| sentence::citation(matrix, one)),
        row.offered.clone().unwrap_or_default(),
        joined(&row.inherits, |edge| inherited(matrix, edge)),
        joined(&row.evidence, |one| evidence(matrix, one)),
        sentence::keeper(matrix, row).unwrap_or_default(),
        joined(&row.reports, report),
        row.tools.join("; "),
        row.status.as_ref().and_then(sentence::status).unwrap_or_default(),
        joined(&row.accepts, accepted),
        row.notes.clone().unwrap_or_default(),
        joined(&row.reviewed, |one| reviewed(matrix, one)),
        joined(&row.native, native),
        if is_default { "yes" } else { "no" }.to_owned(),
    ]);
    cells
}

fn joined<T>(all: &[T], say: impl Fn(&T) -> String) -> String {
    all.iter().map(say).collect::<Vec<_>>().join("; ")
}

fn inherited(matrix: &Matrix, edge: &Inheritance) -> String {
    let offered = edge.offered.as_ref().map(|offered| format!("; others may inherit: {offered}"));
    format!("{}{}", sentence::inheritance(matrix, edge), offered.unwrap_or_default())
}

fn evidence(matrix: &Matrix, one: &Evidence) -> String {
    let method = one.method.as_ref().map(|method| format!("; to {method}")).unwrap_or_default();
    let state = match one.is_final {
        Some(true) => "; final",
        Some(false) => "; a draft",
        None => "",
    };
    format!("{}{method}{state}", sentence::evidence(matrix, one))
}

fn accepted(one: &Accept) -> String {
    let reference = one.reference.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
    format!("{}: {}{reference}", one.rule, one.reason)
}

fn reviewed(matrix: &Matrix, one: &Reviewed) -> String {
    let by = one.by.as_ref().map(|by| format!(", {by}")).unwrap_or_default();
    let text = one.sha256.as_ref().map(|digest| format!(", text {digest}")).unwrap_or_default();
    format!("{}{by}{text}", sentence::review(matrix, std::slice::from_ref(one)))
}

fn native(one: &Native) -> String {
    let value = one.value.as_str().map_or_else(|| one.value.to_string(), str::to_owned);
    format!("{} {}: {value}", one.vocabulary, one.field)
}

/// The cells that say which row it is.
fn before(matrix: &Matrix, row: &Row) -> Vec<String> {
    let mode = row.shared.as_ref().and_then(|shared| shared.mode);
    vec![
        row.id.clone(),
        row.title.clone(),
        row.group.clone().unwrap_or_default(),
        row.controls.join("; "),
        row.references.join("; "),
        row.statement.clone().unwrap_or_default(),
        row.activity.clone().unwrap_or_default(),
        row.allocation.word().to_owned(),
        mode.map(|mode| mode.word().to_owned()).unwrap_or_default(),
        row.shared.as_ref().and_then(|shared| shared.details.clone()).unwrap_or_default(),
        joined(&row.by_scope, |one| sentence::variation(matrix, one)),
        matrix.cadence(row).unwrap_or_default().to_owned(),
        row.justification.clone().unwrap_or_default(),
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
        duty.interviewee.clone().unwrap_or_default(),
        duty.id.clone().unwrap_or_default(),
        duty.text.clone().unwrap_or_default(),
        duty.cadence.clone().unwrap_or_default(),
        within.map(|within| within.time.as_str().to_owned()).unwrap_or_default(),
        within.and_then(|within| within.of.clone()).unwrap_or_default(),
        within.and_then(|within| within.clock).map(Clock::word).unwrap_or_default().to_owned(),
        sentence::names(matrix, &duty.to),
        duty.phase.clone().unwrap_or_default(),
        duty.lasting.as_ref().map(|time| time.as_str().to_owned()).unwrap_or_default(),
        duty.escalate.join("; "),
        duty.controls.join("; "),
        sentence::scopes(matrix, scope),
    ]
}
