//! A matrix that follows the next edition of its framework: what is only renumbered is one line.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use countersign::diff::{Class, compare};
use countersign::matrix::Matrix;
use serde_json::{Value, json};

use crate::support::Repo;

const EARLIER: &str = "nist-800-53r4";
const LATER: &str = "nist-800-53r5";

fn matrix(pack: &str, rows: &[(&str, &str, &str)]) -> Value {
    let row = |(id, control, party): &(&str, &str, &str)| {
        let side = if *party == "harbor" { "provider" } else { "client" };
        json!({
            "id": id, "title": format!("Work of {id}"), "controls": [format!("{pack}:{control}")], "allocation": side,
            "duties": [{ "do": "perform", "party": party, "controls": [format!("{pack}:{control}")] }],
        })
    };
    json!({
        "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
        "frameworks": [{ "pack": pack, "coverage": "listed" }],
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme" },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
    })
}

/// The same rows by both editions: one keeps its id, one is called otherwise, one was taken out of the framework.
const BEFORE: [(&str, &str, &str); 4] = [
    ("accounts", "AC-2", "harbor"),
    ("policy", "AC-1(a)(1)", "acme"),
    ("training", "AT-3(4)", "harbor"),
    ("supply", "SA-12", "acme"),
];
const AFTER: [(&str, &str, &str); 3] =
    [("accounts", "AC-2", "harbor"), ("policy", "AC-1_a.1.a", "acme"), ("training", "AT-2(4)", "harbor")];

#[test]
fn what_is_only_renumbered_is_one_line_and_what_moved_is_told() {
    let [before, after] =
        [matrix(EARLIER, &BEFORE), matrix(LATER, &AFTER)].map(|it| Matrix::of(&it).unwrap());
    let diff = compare(&before, &after);
    let rows: Vec<(&str, Class)> =
        diff.changes.iter().filter_map(|change| Some((change.row.as_ref()?.id(), change.class))).collect();
    assert_eq!(rows, [("supply", Class::RowRemoved)], "{:?}", diff.changes);
    let [edition] = &diff.editions[..] else { panic!("{:?}", diff.editions) };
    assert_eq!((edition.renumbered, edition.rows, &edition.open[..]), (3, 3, &["SA-12".to_owned()][..]));
    assert_eq!(diff.lost, ["nist-800-53r4:SA-12"]);
    let removed = diff.changes.iter().find(|change| change.class == Class::RowRemoved).unwrap();
    assert!(removed.before.to_string().contains("nist-800-53r4:SA-12"), "{removed:?}");

    let mut moved = AFTER;
    moved[0].2 = "acme";
    let diff = compare(&before, &Matrix::of(&matrix(LATER, &moved)).unwrap());
    let accounts: Vec<Class> = diff
        .changes
        .iter()
        .filter(|change| change.row.as_ref().is_some_and(|row| row.id() == "accounts"))
        .map(|change| change.class)
        .collect();
    assert!(accounts.contains(&Class::TakenOn) || accounts.contains(&Class::GivenUp), "{accounts:?}");
}

#[test]
fn the_command_says_it_in_every_format_and_blame_keeps_the_commit() {
    let repo = Repo::new();
    repo.write("countersign.json", json!({ "format": "countersign/config/1" }).to_string());
    repo.write("matrices/m.json", matrix(EARLIER, &BEFORE[..3]).to_string()).commit("By the fourth edition");
    repo.write("matrices/m.json", matrix(LATER, &AFTER).to_string()).commit("By the fifth edition");
    let text = repo.countersign(&["diff", "HEAD~1", "HEAD"]);
    let said = text.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("nist-800-53r4 became nist-800-53r5: 3 controls in 3 rows only renumbered"),
        "{said}"
    );
    assert!(!said.contains("AC-1_a.1.a"), "{said}");
    let json = repo.countersign(&["diff", "HEAD~1", "HEAD", "--format", "json"]);
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(report["matrices"][0]["editions"][0]["renumbered"], 3);
    let schema: Value = serde_json::from_str(include_str!("../../schema/diff.schema.json")).unwrap();
    assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(&report), "{report}");
    let blame = repo.countersign(&["blame", "m", "--format", "json"]);
    let blame: Value = serde_json::from_str(&blame.stdout).unwrap();
    for row in blame["rows"].as_array().unwrap() {
        assert_eq!(row["summary"], "By the fourth edition", "{row}");
    }
}
