//! The ledger's answers for a spreadsheet: one line for each duty, no cell a formula.

use super::super::agreed::Signature;
use super::super::blame::Blame;
use super::super::history::{Changed, History};
use super::super::reading::Reading;
use super::super::record::Written;
use super::super::row::RowAnswer;
use super::super::who::{Answer, Who};

/// The columns of `who`.
pub(super) const WHO: [&str; 20] = [
    "asked",
    "day",
    "known at",
    "matrix",
    "standing",
    "condition",
    "version",
    "from",
    "until",
    "row",
    "title",
    "allocation",
    "party",
    "does",
    "role",
    "what",
    "call",
    "evidence",
    "agreed by",
    "says",
];

/// The columns of `history`.
pub(super) const HISTORY: [&str; 16] = [
    "matrix",
    "standing",
    "from",
    "until",
    "versions",
    "agreed by",
    "rows",
    "who",
    "change",
    "row",
    "before",
    "after",
    "commit",
    "author",
    "recorded",
    "summary",
];

/// Returns a line for each change of each stretch, and one for each stretch that begins without any.
pub(super) fn history(history: &History) -> Vec<Vec<String>> {
    let cell = |cell: &Option<String>| cell.clone().unwrap_or_default();
    let mut records = Vec::new();
    for one in &history.stretches {
        let versions: Vec<String> = one.versions.iter().map(|agreed| agreed.version.clone()).collect();
        let signatures = one.versions.first().into_iter().flat_map(|agreed| &agreed.signatures);
        let signatures: Vec<String> = signatures.map(Signature::says).collect();
        let rows: Vec<String> = one.rows.iter().map(|row| row.id.clone()).collect();
        let who: Vec<String> = one.rows.iter().map(|row| row.who.clone()).collect();
        let head = [one.matrix.clone(), word(&one.standing), cell(&one.from), cell(&one.until)];
        let rest = [versions.join("; "), signatures.join("; "), rows.join("; "), who.join("; ")];
        let head = [&head[..], &rest[..]].concat();
        if one.changes.is_empty() {
            records.push([&head[..], &vec![String::new(); 8]].concat());
        }
        for change in &one.changes {
            records.push([&head[..], &cells(change), &vec![String::new(); 4]].concat());
        }
    }
    for one in history.commits.iter().flat_map(|commits| &commits.list) {
        let version = one.written.version.clone().unwrap_or_default();
        let mut head = vec![String::new(); 8];
        head.splice(..5, [one.matrix.clone(), "recorded".to_owned(), String::new(), String::new(), version]);
        for change in &one.changes {
            records.push([&head[..], &cells(change), &written(&one.written)].concat());
        }
        if one.changes.is_empty() {
            let note = [one.note.clone().unwrap_or_default(), String::new(), String::new(), String::new()];
            records.push([&head[..], &note, &written(&one.written)].concat());
        }
    }
    records
}

fn cells(change: &Changed) -> [String; 4] {
    let row = change.row.clone().unwrap_or_default();
    [change.says.clone(), row, change.before.clone(), change.after.clone()]
}

/// The columns of `blame`.
pub(super) const BLAME: [&str; 16] = [
    "matrix",
    "row",
    "title",
    "controls",
    "who",
    "version",
    "from",
    "agreed by",
    "commit",
    "author",
    "recorded",
    "summary",
    "material commit",
    "material author",
    "material recorded",
    "material summary",
];

/// Returns a line for each row.
pub(super) fn blame(blame: &Blame) -> Vec<Vec<String>> {
    let line = |one: &super::super::blame::Line| {
        let agreed = one.agreed.as_ref();
        let signatures = agreed.into_iter().flat_map(|agreed| &agreed.signatures);
        let signatures: Vec<String> = signatures.map(Signature::says).collect();
        let row = [
            blame.matrix.clone(),
            one.row.clone(),
            one.title.clone(),
            one.controls.join("; "),
            one.who.clone(),
        ];
        let version = [
            agreed.map(|agreed| agreed.version.clone()).unwrap_or_default(),
            agreed.map(|agreed| agreed.effective_from.clone()).unwrap_or_default(),
            signatures.join("; "),
        ];
        let material = written(one.material.as_ref().unwrap_or(&one.written));
        [&row[..], &version[..], &written(&one.written)[..], &material[..]].concat()
    };
    blame.rows.iter().map(line).collect()
}

fn written(one: &Written) -> [String; 4] {
    [&one.commit, &one.author, &one.recorded, &one.summary].map(Clone::clone)
}

/// Returns a line for each duty of each reading, and one for each matrix that has nothing to say.
pub(super) fn who(who: &Who) -> Vec<Vec<String>> {
    let head = |answer: &Answer| {
        let standing = word(&answer.standing);
        vec![who.asked.clone(), who.as_of.clone(), who.known_at.clone(), answer.matrix.clone(), standing]
    };
    let mut records = Vec::new();
    for answer in &who.answers {
        let before = records.len();
        for reading in &answer.readings {
            for row in &reading.rows {
                records.extend(
                    duties(reading, row).into_iter().map(|duty| {
                        [head(answer), version(reading), duty, vec![answer.says.clone()]].concat()
                    }),
                );
            }
        }
        if records.len() == before {
            let empty = vec![String::new(); WHO.len() - 6];
            records.push([head(answer), empty, vec![answer.says.clone()]].concat());
        }
    }
    records
}

/// Returns the word that JSON has for a value.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn version(reading: &Reading) -> Vec<String> {
    [&reading.condition, &reading.version, &reading.from, &reading.until]
        .map(|cell| cell.clone().unwrap_or_default())
        .to_vec()
}

fn duties(reading: &Reading, row: &RowAnswer) -> Vec<Vec<String>> {
    let before = [row.id.clone(), row.title.clone(), row.allocation.to_owned()];
    let signatures = reading.agreed.iter().flat_map(|agreed| &agreed.signatures);
    let agreed: Vec<String> = signatures.map(Signature::says).collect();
    let after = [row.evidence.join("; "), agreed.join("; ")];
    let call = |party: &str| {
        let own = row.call.iter().find(|call| call.party == party);
        own.and_then(|call| call.channel.clone()).unwrap_or_default()
    };
    let mut cells: Vec<Vec<String>> = row
        .duties
        .iter()
        .map(|duty| {
            let text = [&duty.role, &duty.text].map(|cell| cell.clone().unwrap_or_default());
            let mut cells = before.to_vec();
            cells.extend([duty.party_name.clone(), duty.deed.to_owned()]);
            cells.extend(text);
            cells.push(call(&duty.party));
            cells.extend(after.clone());
            cells
        })
        .collect();
    if cells.is_empty() {
        cells.push([&before[..], &vec![String::new(); 5], &after[..]].concat());
    }
    cells
}
