//! Long comparisons: the first screen, what many rows share, columns of the source, and matrices that follow others.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use countersign::diff::render::{Compared, Comparison, Format, Presence, render};
use countersign::diff::{Both, Class, compare};
use countersign::matrix::Matrix;
use countersign::report::Style;
use serde_json::{Value, json};

use crate::support::Repo;

/// A matrix of rows that a function writes, each of Harbor unless it says otherwise.
fn matrix(rows: usize, write: impl Fn(usize, &mut Value)) -> Value {
    let row = |at: usize| {
        let mut row = json!({
            "id": format!("r-{at}"), "title": format!("Work {at}"), "controls": [format!("x:A.{at}")],
            "allocation": "provider", "activity": format!("Do the work number w{at} of the platform"),
            "duties": [{ "do": "perform", "party": "harbor" }],
        });
        write(at, &mut row);
        row
    };
    json!({
        "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
        "frameworks": [{ "pack": "x", "coverage": "listed" }],
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme" },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "rows": (0..rows).map(row).collect::<Vec<_>>(),
    })
}

fn text(before: &Value, after: &Value, is_whole: bool) -> String {
    let [before, after] = [before, after].map(|value| Matrix::of(value).unwrap());
    let compared = Compared {
        diff: compare(&before, &after),
        presence: Presence::Changed,
        file: Both::default(),
        draft: None,
    };
    let document = Comparison { matrices: vec![compared], is_whole, ..Comparison::default() };
    render(Format::Text, &document, &Style { color: false, unicode: true, width: 100 })
}

fn to_client(row: &mut Value) {
    row["allocation"] = json!("client");
    row["duties"] = json!([{ "do": "perform", "party": "acme" }]);
}

#[test]
fn the_first_screen_of_a_long_step_holds_every_class_and_what_weighs_most() {
    let before = matrix(600, |_, _| {});
    let after = matrix(600, |at, row| match at {
        0 => row["allocation"] = json!("unassigned"),
        1..=12 => to_client(row),
        13 => row["activity"] = json!("Do not do the work number w13 of the platform"),
        14 => row["duties"][0]["within"] = json!({ "time": "PT4H" }),
        15 => row["activity"] = json!("Carry out the work number w15 of the platform"),
        16..=300 => row["offered"] = json!("partial"),
        _ => {}
    });
    let text = text(&before, &after, false);
    let screen: String = text.lines().take(50).map(|line| format!("{line}\n")).collect();
    let diff = compare(&Matrix::of(&before).unwrap(), &Matrix::of(&after).unwrap());
    for class in diff.changes.iter().map(|change| change.class) {
        let label = match class {
            Class::WordsMayChangeDuty => "words that may change the duty".to_owned(),
            Class::DescribedOtherwise => "described otherwise".to_owned(),
            class => class.word().replace('-', " "),
        };
        assert!(screen.contains(&format!("  {label}")), "{label}\n{screen}");
    }
    let (_, gravest) = screen.split_once("What weighs most").unwrap();
    assert!(gravest.trim_start().starts_with("Work 0 "), "{screen}");
    assert!(gravest.contains("Work 13") || gravest.contains("more entries below"), "{screen}");
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains("and 280 more (all of them with --all)"), "{text}");
}

#[test]
fn what_many_rows_share_names_five_and_all_of_them_where_that_is_asked() {
    let before = matrix(40, |_, _| {});
    let after = matrix(40, |_, row| row["offered"] = json!("yes"));
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let [short, whole] = [false, true].map(|is_whole| flat(text(&before, &after, is_whole)));
    assert!(short.contains("The same in 40 rows") && short.contains("and 35 more"), "{short}");
    assert!(!short.contains("Work 39") && whole.contains("Work 39"), "{whole}");
    assert!(!whole.contains("more (all"), "{whole}");
}

fn native(column: &str, value: &str) -> Value {
    json!({ "vocabulary": "crm", "field": column, "value": value })
}

#[test]
fn a_column_of_the_source_is_a_line_at_the_end_and_no_rewording() {
    let before = matrix(30, |at, row| {
        let (one, other) = (native("Inherited", "X"), native("Planned", "X"));
        row["native"] = json!([one, other, native("Text", &format!("Text {at}")), native("Old", "1")]);
    });
    let after = matrix(30, |at, row| {
        let said = if at == 7 { "Another".to_owned() } else { format!("Text {at}") };
        let (one, other) = (native("Inherited", "X"), native("Planned", "X"));
        row["native"] = json!([one, other, native("Words", &said), native("New", "0")]);
        if at < 3 {
            to_client(row);
        }
    });
    let text = text(&before, &after, false);
    let (head, columns) = text.split_once("Columns of the source").unwrap();
    assert!(columns.contains("crm: the column “Text” is called “Words” (30 rows)"), "{columns}");
    assert!(
        columns.contains("crm: the column “Words” says something else in 1 row: Work 7 (A.7)"),
        "{columns}"
    );
    assert!(columns.contains("crm: the column “Old” went (30 rows)"), "{columns}");
    assert!(columns.contains("crm: the column “New” came (30 rows)"), "{columns}");
    assert!(
        !head.contains("spelling") && !head.contains("words changed") && head.contains("takes on 3"),
        "{head}"
    );
}

#[test]
fn a_status_is_told_in_plain_words() {
    let status = |word: &str| matrix(1, |_, row| row["status"] = json!({ "implementation": word }));
    let text = text(&status("planned"), &status("implemented"), false);
    assert!(text.contains("how far the work is changed"), "{text}");
    assert!(text.contains("before: planned, not done yet") && text.contains("after:  done"), "{text}");
}

#[test]
fn a_matrix_that_follows_another_is_compared_with_it() {
    let repo = Repo::new();
    let before = matrix(5, |_, _| {});
    let mut after = matrix(5, |at, row| {
        if at == 2 {
            to_client(row);
        }
    });
    after["id"] = json!("n");
    let diff = |message: &str| {
        repo.commit(message);
        let output = repo.countersign(&["diff", "HEAD~1", "HEAD", "--format", "json"]);
        serde_json::from_str::<Value>(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr))
    };
    let moved = |said: &Value| {
        assert_eq!(said["matrices"].as_array().unwrap().len(), 1, "{said}");
        assert_eq!(said["matrices"][0]["presence"], "changed", "{said}");
        assert_eq!(said["matrices"][0]["effects"][0]["takesOn"].as_array().unwrap().len(), 1, "{said}");
        assert_eq!(said["matrices"][0]["bump"], "none", "a new matrix counts its versions by itself");
    };
    repo.write("matrices/m.json", before.to_string()).commit("Before");
    repo.write("matrices/m.json", after.to_string());
    moved(&diff("The same file with another id"));
    let rules = repo.countersign(&["check", "--since", "HEAD~1", "--format", "json"]).stdout;
    assert!(rules.contains("move-to-client-is-justified"), "{rules}");
    repo.write("matrices/m.json", before.to_string()).commit("Back");
    after["replaces"] = json!([{ "id": "m", "version": "1.0", "sha256": "0".repeat(64) }]);
    std::fs::remove_file(repo.path("matrices/m.json")).unwrap();
    repo.write("matrices/n.json", after.to_string());
    moved(&diff("Another file with another id that says what it replaces"));
    let rules = repo.countersign(&["check", "--since", "HEAD~1", "--format", "json"]).stdout;
    assert!(rules.contains("move-to-client-is-justified"), "{rules}");
}

#[test]
fn the_words_that_may_change_a_duty_are_a_setting() {
    let says = |said: &str| matrix(1, |_, row| row["activity"] = json!(said));
    let config =
        |words: Value| json!({ "format": "countersign/config/1", "packs": [], "words": words }).to_string();
    let repo = Repo::new();
    let class = || {
        let output = repo.countersign(&["diff", "--format", "json"]);
        let said: Value =
            serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr));
        said["matrices"][0]["changes"][0]["class"].as_str().unwrap().to_owned()
    };
    repo.write("matrices/m.json", says("Keep the golden image of the platform").to_string());
    repo.write("countersign.json", config(json!({ "turn": ["golden image"], "plain": ["high"] })))
        .commit("One");
    repo.write("matrices/m.json", says("Keep the gilded image of the platform").to_string());
    assert_eq!(class(), "words-may-change-duty");
    repo.write("countersign.json", config(json!({ "plain": ["high"] })));
    assert_eq!(class(), "words-may-change-duty", "a change takes no word out of its own comparison");
    let output = repo.countersign(&["diff"]);
    assert!(
        output.stdout.contains("word no longer counts as one that may change a duty: golden image"),
        "{}",
        output.stdout
    );
    repo.commit("Two");
    repo.write("matrices/m.json", says("Keep the iron image of the platform").to_string());
    assert_eq!(class(), "described-otherwise");
}

#[test]
fn rows_that_are_only_called_otherwise_are_one_entry() {
    let version = |id: &dyn Fn(usize) -> String| {
        let row = |at: usize| {
            json!({
                "id": id(at), "title": format!("Work number {at}"), "controls": [format!("cmmc-l2:AC.L2-3.1.{at}")],
                "allocation": "client", "duties": [{ "do": "perform", "party": "acme", "text": format!("Do the work {at}") }],
            })
        };
        let value = json!({
            "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
            "parties": [
                { "id": "acme", "side": "client", "name": "Acme" },
                { "id": "harbor", "side": "provider", "name": "Harbor" },
            ],
            "rows": (1..=22).map(row).collect::<Vec<_>>(),
        });
        value.to_string()
    };
    let repo = Repo::new();
    repo.write("matrices/m.json", version(&|at| format!("work-{at}-by-its-long-name"))).commit("Long names");
    repo.write("matrices/m.json", version(&|at| format!("work-{at}"))).commit("Short names");
    let said = |words: &[&str]| repo.countersign(&[&["diff", "HEAD~1", "HEAD"], words].concat()).stdout;
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, all) = (said(&[]), said(&["--all"]));
    assert_eq!(plain(&text).matches("22 rows under another id").count(), 1, "{text}");
    assert!(text.lines().count() < all.lines().count() && text.lines().count() < 60, "{text}");
    assert!(plain(&all).contains("work-22, before") && !plain(&text).contains("work-22, before"), "{all}");
}
