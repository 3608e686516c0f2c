//! A matrix goes out as a workbook and comes back: untouched it is no change, and an edit of one cell is that one change.

use std::path::Path;

use countersign::matrix::Matrix;
use countersign::workbook::back::{self, Returned};
use countersign::workbook::layout::{self, Answer, Holds, Kind, Table, Wanted};
use countersign::workbook::{self, Cover, Stamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::diff_fields::{FULL, is_valid};
use crate::support::matrices::{self, Tape};
use crate::support::{Folder, Repo};

/// The tables of a matrix, and what a workbook of them would be made of.
struct Sent {
    value: Value,
    matrix: Matrix,
    stamp: Stamp,
}

impl Sent {
    fn of(value: Value) -> Self {
        let matrix = Matrix::of(&value).unwrap();
        let stamp = Stamp {
            id: matrix.id.clone(),
            version: matrix.version.clone(),
            sha256: "0".repeat(64),
            party: None,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Self { value, matrix, stamp }
    }

    fn tables(&self) -> Vec<Table> {
        let labels = |_: &str| None;
        layout::tables(&Wanted { matrix: &self.matrix, value: &self.value, party: None, labels: &labels })
            .unwrap()
    }

    /// Writes tables as a workbook, reads it, and compares it with the layout.
    fn back(&self, tables: &[Table]) -> Returned {
        let bytes = workbook::write(tables, &Cover::default(), &self.stamp).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.xlsx");
        std::fs::write(&path, bytes).unwrap();
        self.read(&path)
    }

    fn read(&self, path: &Path) -> Returned {
        let book = workbook::read(path).unwrap();
        let stamp = Stamp::read(&book).unwrap().expect("the workbook is ours");
        assert_eq!(stamp, self.stamp);
        back::compare(&book, "m.xlsx", &self.tables(), &self.value, &stamp).unwrap()
    }
}

fn full() -> Value {
    serde_json::from_str(FULL).unwrap()
}

#[track_caller]
fn assert_untouched(returned: &Returned) {
    assert!(returned.edits.is_empty(), "{:#?}", returned.edits);
    assert!(returned.reviews.is_empty() && returned.missing.is_empty(), "{returned:#?}");
    assert!(returned.questions.is_empty() && returned.notices.is_empty(), "{returned:#?}");
}

/// Returns every pointer below which two values differ, the outermost of what is only in one of them.
fn differences(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(was), Value::Object(is)) => {
            for name in was.keys().chain(is.keys().filter(|name| !was.contains_key(*name))) {
                let none = Value::Null;
                differences(
                    was.get(name).unwrap_or(&none),
                    is.get(name).unwrap_or(&none),
                    &format!("{at}/{name}"),
                    found,
                );
            }
        }
        (Value::Array(was), Value::Array(is))
            if was.len() == is.len() && was.iter().any(Value::is_object) =>
        {
            was.iter().zip(is).enumerate().for_each(|(nth, (was, is))| {
                differences(was, is, &format!("{at}/{nth}"), found);
            });
        }
        (was, is) if was != is => found.push(at.to_owned()),
        _ => {}
    }
}

/// Returns a text that may stand in a cell and is not the one that stands there.
fn other(kind: Kind, now: &str, path: &str, choices: &[String]) -> String {
    let days = ["effectiveFrom", "effectiveUntil", "asOf", "expires", "startsOn", "endsOn", "review/last"];
    let times = ["within/time", "for", "retention", "review/every", "defaults/retention"];
    match kind {
        _ if days.contains(&path) => "2031-05-06".to_owned(),
        _ if times.contains(&path) => "P77D".to_owned(),
        _ if path == "sha256" => "7".repeat(64),
        _ if path == "escalate" => "acme/another".to_owned(),
        Kind::Word(..) | Kind::Name(_) | Kind::Flag => choices
            .iter()
            .find(|one| *one != now)
            .map_or_else(|| format!("no choice for {path}"), String::clone),
        Kind::Words(_, "also") => "alternative".to_owned(),
        Kind::Words(..) => "spd".to_owned(),
        Kind::Cadence => "P77D".to_owned(),
        Kind::Number => "7".to_owned(),
        Kind::Named(_) => match now.contains("Harbor") {
            true => "Acme Defense, Inc.".to_owned(),
            false => choices.first().cloned().unwrap_or_else(|| "Harbor MSP, LLC".to_owned()),
        },
        Kind::Controls => "c:7.7".to_owned(),
        Kind::Text | Kind::Texts => "Quite another text".to_owned(),
    }
}

#[test]
fn an_untouched_workbook_of_every_field_is_no_change() {
    let sent = Sent::of(full());
    let tables = sent.tables();
    assert_untouched(&sent.back(&tables));
    let shown = tables.iter().flat_map(|table| &table.lines).flat_map(|line| &line.cells);
    assert!(shown.filter(|cell| cell.path.is_some()).count() > 120);
}

#[test]
fn rows_that_were_sorted_are_no_change() {
    let sent = Sent::of(full());
    let mut tables = sent.tables();
    tables.iter_mut().for_each(|table| table.lines.reverse());
    assert_untouched(&sent.back(&tables));
}

#[test]
fn an_edit_of_any_cell_is_that_one_change() {
    let sent = Sent::of(full());
    let tables = sent.tables();
    let (mut tried, mut refused) = (0, Vec::new());
    for (which, table) in tables.iter().enumerate() {
        for (row, line) in table.lines.iter().enumerate() {
            for (at, (cell, column)) in line.cells.iter().zip(&table.columns).enumerate() {
                let (Some(path), Holds::Field(kind)) = (cell.path, &column.holds) else { continue };
                let kind = match (*kind, path) {
                    (Kind::Named(_), "scope" | "services") | (Kind::Name(_), "document") => continue,
                    (_, "defaults/cadence") => Kind::Cadence,
                    (kind, _) => kind,
                };
                let mut changed = tables.clone();
                changed[which].lines[row].cells[at].text = other(kind, &cell.text, path, &column.choices);
                let returned = sent.back(&changed);
                assert!(returned.questions.is_empty(), "{} {path}: {returned:#?}", table.name);
                assert_eq!(returned.edits.len(), 1, "{} {path}: {returned:#?}", table.name);
                let mut after = sent.value.clone();
                back::apply(&returned, &sent.value, &mut after, false);
                let mut found = Vec::new();
                differences(&sent.value, &after, "", &mut found);
                let wanted = format!("{}/{path}", line.pointer);
                assert!(
                    found.len() == 1 && (wanted == found[0] || wanted.starts_with(&format!("{}/", found[0]))),
                    "{} {path}: {found:?}, not {wanted}",
                    table.name
                );
                if !is_valid(&after) {
                    refused.push(wanted);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
    let part_of_a_limit = |at: &String| at.ends_with("within/of") || at.ends_with("within/clock");
    assert!(refused.iter().all(part_of_a_limit), "{refused:#?}");
}

#[test]
fn a_changed_locked_cell_is_named_and_not_taken() {
    let sent = Sent::of(full());
    let tables = sent.tables();
    for (which, table) in tables.iter().enumerate() {
        let Some(line) = table.lines.first() else { continue };
        for (at, _) in line.cells.iter().enumerate().filter(|(_, cell)| cell.path.is_none()) {
            let mut changed = tables.clone();
            changed[which].lines[0].cells[at].text = "Somebody typed here".to_owned();
            let returned = sent.back(&changed);
            assert!(returned.edits.is_empty());
            assert_eq!(returned.questions.len(), 1, "{}: {returned:#?}", table.name);
            assert!(returned.questions[0].place.starts_with(&format!("m.xlsx!{}!", table.name)));
            assert!(returned.questions[0].why.contains("locked"), "{returned:#?}");
        }
    }
}

#[test]
fn a_line_that_is_gone_twice_there_or_new_is_asked_about() {
    let sent = Sent::of(full());
    let tables = sent.tables();
    let mut gone = tables.clone();
    gone[0].lines.remove(1);
    let returned = sent.back(&gone);
    assert_eq!(returned.missing.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["logs"]);
    let mut twice = tables.clone();
    let copy = twice[0].lines[0].clone();
    twice[0].lines.push(copy);
    let returned = sent.back(&twice);
    assert!(returned.questions[0].why.contains("is the same line"), "{returned:#?}");
    let mut new = tables.clone();
    let mut line = new[0].lines[0].clone();
    line.key = String::new();
    new[0].lines.push(line);
    let returned = sent.back(&new);
    assert!(returned.questions[0].why.contains("the line is new"), "{returned:#?}");
}

#[test]
fn what_a_party_marks_is_its_review_and_half_an_answer_is_asked_about() {
    let sent = Sent::of(full());
    let tables = sent.tables();
    let column = |wanted: Answer, party: &str| {
        let holds = Holds::Review(wanted, party.to_owned());
        tables[0].columns.iter().position(|column| column.holds == holds).unwrap()
    };
    let answer = |texts: &[(Answer, &str)]| {
        let mut changed = tables.clone();
        for (wanted, text) in texts {
            changed[0].lines[1].cells[column(*wanted, "acme")].text = (*text).to_owned();
        }
        sent.back(&changed)
    };
    let agreed = answer(&[(Answer::Agree, "X"), (Answer::Note, "as said")]);
    assert_eq!((agreed.reviews.len(), agreed.reviews[0].row.as_str()), (1, "logs"));
    assert_eq!(agreed.reviews[0].note.as_deref(), Some("as said"));
    let disputed = answer(&[(Answer::Dispute, "x"), (Answer::Note, "monthly")]);
    assert_eq!(disputed.reviews[0].outcome.word(), "disputed");
    for half in [
        &[(Answer::Dispute, "x")][..],
        &[(Answer::Agree, "x"), (Answer::Dispute, "x"), (Answer::Note, "?")],
        &[(Answer::Note, "hm")],
        &[(Answer::Agree, "perhaps")],
    ] {
        let returned = answer(half);
        assert!(returned.reviews.is_empty() && returned.questions.len() == 1, "{half:?}: {returned:#?}");
    }
}

#[test]
fn changes_meet_those_of_others_by_row_and_field() {
    let sent = Sent::of(full());
    let mut tables = sent.tables();
    let title = tables[0].columns.iter().position(|column| column.heading == "Title").unwrap();
    tables[0].lines[1].cells[title].text = "Audit logs".to_owned();
    let returned = sent.back(&tables);
    // Another row came in front, and another field of the row changed: both changes hold.
    let mut now = sent.value.clone();
    now["rows"][1]["activity"] = json!("Keep the logs");
    let first = now["rows"][0].clone();
    now["rows"].as_array_mut().unwrap().insert(0, first);
    now["rows"][0]["id"] = json!("new");
    let applied = back::apply(&returned, &sent.value, &mut now, false);
    assert!(applied.questions.is_empty());
    assert_eq!(
        (&now["rows"][2]["title"], &now["rows"][2]["activity"]),
        (&json!("Audit logs"), &json!("Keep the logs"))
    );
    // The same field changed: a question, and the matrix stays.
    let mut now = sent.value.clone();
    now["rows"][1]["title"] = json!("Log files");
    let applied = back::apply(&returned, &sent.value, &mut now, false);
    assert!(applied.made.is_empty() && applied.questions[0].why.contains("Log files"), "{applied:#?}");
    assert_eq!(now["rows"][1]["title"], "Log files");
}

/// Texts that programs like to change.
const HOSTILE: [&str; 14] = [
    "=1+1",
    "+SUM(A1)",
    "@x",
    " outer ",
    "two  inner",
    "line\nbreak",
    "tab\there",
    "carriage\rreturn",
    "literal _x000D_ and _x0041_",
    "\u{1F600} emoji",
    "nul-like \u{1} \u{7f}",
    "zero\u{200b}width \u{fffe}",
    "<br>&amp;<a href=\"x\">",
    "007",
];

/// Puts hostile texts into fields that hold free texts.
fn hostile(value: &mut Value, tape: &mut Tape<'_>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_free = [
                    "title", "activity", "details", "role", "text", "artifact", "location", "what", "note",
                    "name",
                ];
                if is_free.contains(&name.as_str()) && value.is_string() && tape.below(3) == 1 {
                    *value = json!(HOSTILE[tape.below(HOSTILE.len())]);
                } else {
                    hostile(value, tape);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hostile(item, tape)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_matrix_is_changed_by_going_out_and_coming_back(numbers in proptest::collection::vec(any::<u16>(), 0..400)) {
        let mut tape = Tape::new(&numbers);
        let mut value = matrices::matrix(&mut tape);
        hostile(&mut value, &mut tape);
        prop_assume!(is_valid(&value));
        let mut ids: Vec<&Value> = value["rows"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
        let all = ids.len();
        ids.sort_by_key(|id| id.to_string());
        ids.dedup();
        prop_assume!(ids.len() == all);
        let sent = Sent::of(value);
        assert_untouched(&sent.back(&sent.tables()));
    }
}

/// Makes a project with a matrix of a starter.
fn project(framework: &str) -> (Folder, String) {
    let folder = Folder::new();
    let made = folder.countersign(&[
        "init",
        "--framework",
        framework,
        "--client",
        "Acme Defense",
        "--provider",
        "Harbor MSP",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    (folder, format!("matrices/acme-defense-{framework}.json"))
}

#[test]
fn every_starter_goes_out_and_comes_back_byte_for_byte() {
    for framework in ["cmmc-l2", "hipaa", "soc2"] {
        let (folder, path) = project(framework);
        let before = folder.read(&path);
        for file in ["one.xlsx", "two.xlsx"] {
            let out = folder.countersign(&["export", &path, "-o", file]);
            assert_eq!(out.code, 0, "{}", out.stderr);
        }
        let bytes = |name: &str| std::fs::read(folder.path(name)).unwrap();
        assert!(bytes("one.xlsx") == bytes("two.xlsx"), "{framework}: two workbooks of one matrix differ");
        let back = folder.countersign(&["import", "one.xlsx", "--into", &path, "--write"]);
        assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
        assert!(back.stdout.contains("nothing to write"), "{}", back.stdout);
        assert_eq!(folder.read(&path), before, "{framework}");
    }
}

#[test]
fn a_workbook_of_a_text_that_nobody_kept_is_refused() {
    let (folder, path) = project("cmmc-l2");
    folder.countersign(&["export", &path, "-o", "m.xlsx"]);
    let set = folder.countersign(&["set", &path, "access-reviews", "title", "Another title"]);
    assert_eq!(set.code, 0, "{}", set.stderr);
    let back = folder.countersign(&["import", "m.xlsx", "--into", &path, "--write"]);
    assert_eq!(back.code, 2);
    assert!(back.stderr.contains("nobody knows the text"), "{}", back.stderr);
    let without = folder.countersign(&["import", "m.xlsx"]);
    assert!(without.code == 2 && without.stderr.contains("--into"), "{}", without.stderr);
}

#[test]
fn a_committed_text_is_found_again_and_what_both_changed_is_brought_together() {
    let repo = Repo::new();
    let made = repo.countersign(&[
        "init",
        "--framework",
        "cmmc-l2",
        "--client",
        "Acme Defense",
        "--provider",
        "Harbor MSP",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let path = "matrices/acme-defense-cmmc-l2.json";
    repo.commit("a first matrix");
    let out = repo.countersign(&["export", path, "-o", "m.xlsx"]);
    assert_eq!(out.code, 0, "{}", out.stderr);
    repo.countersign(&["set", path, "access-reviews", "title", "Another title"]);
    repo.commit("another title");
    let before = repo.read(path);
    let back = repo.countersign(&["import", "m.xlsx", "--into", path, "--write"]);
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
    assert!(back.stdout.contains("the matrix has changed since"), "{}", back.stdout);
    assert_eq!(repo.read(path), before, "an untouched workbook of an older text takes nothing back");
}
