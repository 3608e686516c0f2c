//! Rows that are split, merged, renumbered or dropped: who owned each leaf before, and who owns it now.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use std::collections::BTreeSet;

use countersign::diff::render::{Compared, Comparison, Format, Presence, render};
use countersign::diff::{Both, Change, Class, Diff, compare};
use countersign::matrix::Matrix;
use countersign::report::Style;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Repo;

/// A row of Harbor, Acme or both for some controls.
fn row(id: &str, controls: &[&str], side: &str) -> Value {
    let controls: Vec<String> = controls.iter().map(|control| format!("cmmc-l2:{control}")).collect();
    let party =
        |party: &str| json!({ "do": "perform", "party": party, "text": "Limit access of users and devices" });
    let duties: Vec<Value> = match side {
        "provider" => vec![party("harbor")],
        "client" => vec![party("acme")],
        _ => vec![party("harbor"), party("acme")],
    };
    json!({
        "id": id, "title": "Access control", "controls": controls, "allocation": side, "duties": duties,
        "activity": "Limit access to authorized users every day",
    })
}

fn matrix(rows: &[Value]) -> Matrix {
    let value = json!({
        "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
        "frameworks": [{ "pack": "cmmc-l2", "coverage": "listed" }],
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme" },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "rows": rows,
    });
    Matrix::of(&value).unwrap()
}

fn said(diff: Diff) -> String {
    let compared = Compared { diff, presence: Presence::Changed, file: Both::default(), draft: None };
    let document = Comparison { matrices: vec![compared], ..Comparison::default() };
    let plain = Style { color: false, unicode: true, width: 100 };
    render(Format::Text, &document, &plain).split_whitespace().collect::<Vec<_>>().join(" ")
}

const PARTS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// The parts of one control, each its own row with an owner.
fn parts(owner: impl Fn(usize) -> &'static str) -> Matrix {
    let rows = PARTS
        .iter()
        .enumerate()
        .map(|(at, part)| row(&format!("ac-{part}"), &[&format!("AC.L2-3.1.1[{part}]")], owner(at)));
    matrix(&rows.collect::<Vec<_>>())
}

#[test]
fn a_split_with_the_same_people_is_one_line() {
    let whole = matrix(&[row("ac", &["AC.L2-3.1.1"], "provider")]);
    let diff = compare(&whole, &parts(|_| "provider"));
    assert!(diff.moved.is_empty() && diff.lost.is_empty(), "{:?}", diff.moved);
    assert!(diff.effects.is_empty(), "{:?}", diff.effects);
    let text = said(diff);
    assert_eq!(text.matches("the same people").count(), 1, "{text}");
    assert!(!text.contains("[AC.L2-3.1.1[c], row ac-c]"), "{text}");
    let back = compare(&parts(|_| "provider"), &whole);
    assert!(back.moved.is_empty() && back.lost.is_empty(), "{:?}", back.moved);
    assert_eq!(said(back).matches("the same people").count(), 1);
}

#[test]
fn a_part_that_goes_to_the_client_in_a_split_is_told_by_its_id() {
    let whole = matrix(&[row("ac", &["AC.L2-3.1.1"], "provider")]);
    let diff = compare(&whole, &parts(|at| if at == 1 { "client" } else { "provider" }));
    let moved: Vec<&str> = diff.moved.iter().map(|one| one.control.as_str()).collect();
    assert_eq!(moved, ["cmmc-l2:AC.L2-3.1.1[b]"]);
    let text = said(diff);
    assert!(
        text.contains("takes on 1 control: - AC.L2-3.1.1[b]: now in row ac-b, before with Harbor"),
        "{text}"
    );
    assert!(text.contains("gives up 1 control: - AC.L2-3.1.1[b]: now in row ac-b, now with Acme"), "{text}");
}

#[test]
fn a_control_without_a_row_is_said_first() {
    let before = matrix(&[row("mp", &["MP.L2-3.8.1"], "provider"), row("sc", &["SC.L2-3.13.4"], "provider")]);
    let after = matrix(&[row("mp", &["MP.L2-3.8.1"], "provider"), row("mp-7", &["MP.L2-3.8.7"], "provider")]);
    let diff = compare(&before, &after);
    assert_eq!(diff.lost, ["cmmc-l2:SC.L2-3.13.4"]);
    let classes: BTreeSet<Class> = diff.changes.iter().map(|change: &Change| change.class).collect();
    assert_eq!(classes, [Class::RowAdded, Class::RowRemoved].into(), "boilerplate makes no one row of two");
    let text = said(diff);
    assert!(text.contains("no row answers any more for 1 control: SC.L2-3.13.4"), "{text}");
}

#[test]
fn a_control_that_goes_to_another_row_goes_to_its_owner() {
    let rows =
        |one: &[&str], other: &[&str]| matrix(&[row("one", one, "provider"), row("two", other, "client")]);
    let diff = compare(&rows(&["A.1", "A.2"], &["A.3"]), &rows(&["A.1"], &["A.2", "A.3"]));
    let moved: Vec<(&str, &[String], &[String])> =
        diff.moved.iter().map(|one| (one.control.as_str(), &one.had[..], &one.has[..])).collect();
    assert_eq!(moved, [("cmmc-l2:A.2", &["harbor".to_owned()][..], &["acme".to_owned()][..])]);
}

/// Returns the rows of which a rule is told since the commit before.
fn told(before: &Matrix, after: &Matrix, rule: &str) -> Vec<String> {
    let repo = Repo::new();
    let text = |matrix: &Matrix| {
        let mut value = countersign_value(matrix);
        value["format"] = json!("countersign/matrix/1");
        value.to_string()
    };
    repo.write("matrices/m.json", text(before)).commit("Before");
    repo.write("matrices/m.json", text(after)).commit("After");
    let output = repo.countersign(&["check", "--since", "HEAD~1", "--format", "json"]);
    let report: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr));
    let findings = report["findings"].as_array().unwrap().iter();
    let rows = findings.filter(|finding| finding["rule"] == rule).map(|finding| &finding["row"]);
    rows.map(|row| row.as_str().unwrap().to_owned()).collect()
}

/// Returns a matrix as a file has it: nothing that says nothing.
fn countersign_value(matrix: &Matrix) -> Value {
    fn tidy(value: &mut Value) {
        if let Value::Object(members) = value {
            members.values_mut().for_each(tidy);
            members.retain(|_, value| !value.is_null() && *value != json!([]) && *value != json!({}));
        } else if let Value::Array(list) = value {
            list.iter_mut().for_each(tidy);
        }
    }
    let mut value = serde_json::to_value(matrix).unwrap();
    tidy(&mut value);
    value
}

#[test]
fn a_rule_of_moves_fires_for_the_part_that_moved_whatever_the_rows_shape() {
    const RULE: &str = "move-to-client-is-justified";
    let whole = |side: &str| matrix(&[row("ac", &["AC.L2-3.1.1"], side)]);
    let split = parts(|at| if at == 1 { "client" } else { "provider" });
    assert_eq!(told(&whole("provider"), &whole("client"), RULE), ["ac"], "a plain move");
    assert_eq!(told(&whole("provider"), &split, RULE), ["ac-b"]);
    assert_eq!(told(&whole("provider"), &parts(|_| "provider"), RULE), Vec::<String>::new());
    assert_eq!(told(&split, &whole("client"), RULE), ["ac"], "a merge");
}

#[test]
fn a_column_of_the_source_that_is_called_otherwise_is_one_entry() {
    let version = |column: &str| {
        let rows = (1..=22).map(|at| {
            let mut row = row(&format!("r-{at}"), &[&format!("AC.L2-3.1.{at}")], "client");
            row["native"] =
                json!([{ "vocabulary": "crm", "field": column, "value": format!("Text of row {at}.") }]);
            row
        });
        matrix(&rows.collect::<Vec<_>>())
    };
    let diff = compare(&version("Customer responsibility"), &version("Responsibility of the customer"));
    assert!(diff.changes.iter().all(|change| change.field == "native.field"), "{:?}", diff.changes);
    let text = said(diff);
    assert_eq!(text.matches("Responsibility of the customer").count(), 1, "{text}");
}

/// Who owns a part by hand: the row that names it, else the one that names the control.
fn owner(matrix: &Matrix, part: &str) -> BTreeSet<String> {
    let names = |id: &str| {
        matrix.rows.iter().filter(|row| row.controls.iter().any(|it| it == id)).collect::<Vec<_>>()
    };
    let own = names(&format!("cmmc-l2:AC.L2-3.1.1[{part}]"));
    let rows = if own.is_empty() { names("cmmc-l2:AC.L2-3.1.1") } else { own };
    rows.into_iter().flat_map(|row| row.duties.iter().map(|duty| duty.party.clone())).collect()
}

/// One control as a whole, in parts, or in parts with the rest as a whole, each owned by somebody.
fn shapes() -> impl Strategy<Value = Matrix> {
    let sides = proptest::sample::select(vec!["provider", "client", "shared"]);
    let own = proptest::collection::vec(proptest::option::of(sides.clone()), PARTS.len());
    (sides, own).prop_map(|(whole, own)| {
        let mut rows: Vec<Value> = Vec::new();
        if own.iter().any(Option::is_none) {
            rows.push(row("ac", &["AC.L2-3.1.1"], whole));
        }
        for (part, side) in PARTS.iter().zip(&own) {
            rows.extend(
                side.map(|side| row(&format!("ac-{part}"), &[&format!("AC.L2-3.1.1[{part}]")], side)),
            );
        }
        matrix(&rows)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_leaf_is_told_if_and_only_if_its_owner_moved(before in shapes(), after in shapes()) {
        let diff = compare(&before, &after);
        prop_assert!(diff.lost.is_empty(), "{:?}", diff.lost);
        for part in PARTS {
            let id = format!("cmmc-l2:AC.L2-3.1.1[{part}]");
            let (had, has) = (owner(&before, part), owner(&after, part));
            let told = diff.moved.iter().find(|one| one.control == id);
            let named = |matrix: &Matrix| matrix.rows.iter().any(|row| row.controls.contains(&id));
            if let Some(told) = told {
                prop_assert_eq!(&told.had.iter().cloned().collect::<BTreeSet<_>>(), &had);
                prop_assert_eq!(&told.has.iter().cloned().collect::<BTreeSet<_>>(), &has);
                prop_assert!(had != has);
            } else if named(&before) != named(&after) {
                // Where one row answers on both sides under the same id, its own change of allocation says it.
                let by_row = diff.changes.iter().any(|it| it.field == "allocation" || it.field == "duties");
                prop_assert!(had == has || by_row, "{} went from {:?} to {:?}", id, had, has);
            }
        }
    }
}

/// A row in two places, with duties and variations as given.
fn placed(duties: Value, by_scope: Value) -> Matrix {
    let value = json!({
        "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme" },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "scopes": [{ "id": "cloud", "title": "Cloud" }, { "id": "plant", "title": "Plant" }],
        "rows": [{ "id": "patching", "title": "Patching", "controls": [], "references": ["SOW 3"], "allocation": "provider",
                   "duties": duties, "byScope": by_scope }],
    });
    Matrix::of(&value).unwrap()
}

#[test]
fn a_duty_that_is_narrowed_to_one_place_leaves_the_other_to_nobody() {
    let harbor = |scope: Value| json!([{ "do": "perform", "party": "harbor", "scope": scope }]);
    let (before, after) = (placed(harbor(json!([])), json!([])), placed(harbor(json!(["cloud"])), json!([])));
    let diff = compare(&before, &after);
    assert_eq!(diff.changes.len(), 1);
    assert_eq!((diff.changes[0].class, diff.changes[0].material), (Class::OwnedByNobody, true));
    assert!(
        diff.says(&diff.changes[0]).contains("nobody does in the others"),
        "{}",
        diff.says(&diff.changes[0])
    );
    // Where somebody takes the other place, nothing is left to nobody.
    let both = json!([{ "do": "perform", "party": "harbor", "scope": ["cloud"] },
                      { "do": "perform", "party": "acme", "scope": ["plant"] }]);
    let diff = compare(&before, &placed(both, json!([])));
    assert!(diff.changes.iter().all(|change| change.class != Class::OwnedByNobody), "{:?}", diff.changes);
}

#[test]
fn a_row_that_goes_to_another_side_in_one_place_says_who_takes_it_on() {
    let duties = json!([{ "do": "perform", "party": "harbor" }]);
    let before = placed(duties.clone(), json!([]));
    let after = placed(duties.clone(), json!([{ "scope": ["plant"], "allocation": "client" }]));
    let diff = compare(&before, &after);
    let [change] = &diff.changes[..] else { panic!("{:?}", diff.changes) };
    assert_eq!((change.class, change.material), (Class::TakenOn, true));
    assert_eq!(
        (&change.takes_on[..], &change.relieved[..]),
        (&["acme".to_owned()][..], &["harbor".to_owned()][..])
    );
    assert_eq!(diff.says(change), "in some scopes Acme takes it on and Harbor no longer has it");
    let same = placed(duties, json!([{ "scope": ["plant"], "allocation": "provider", "offered": "no" }]));
    let diff = compare(&before, &same);
    assert!(
        diff.changes.iter().all(|change| change.takes_on.is_empty() && change.material),
        "{:?}",
        diff.changes
    );
}
