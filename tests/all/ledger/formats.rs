//! The formats: JSON as published, CSV with one width, and no text of a matrix that anything obeys.

use serde_json::{Value, json};

use crate::ledger::recorded::drafted;
use crate::ledger::story::Story;
use crate::standing::project::{Project, matrix};
use crate::support::engagement::{ANN, BOB, Engagement};

pub const WHO: &str = include_str!("../../../schema/who.schema.json");
pub const HISTORY: &str = include_str!("../../../schema/history.schema.json");
const BLAME: &str = include_str!("../../../schema/blame.schema.json");

#[track_caller]
pub fn assert_valid(schema: &str, text: &str) {
    let (schema, value): (Value, Value) =
        (serde_json::from_str(schema).unwrap(), serde_json::from_str(text).unwrap());
    let options = jsonschema::draft202012::options().offline().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn json_of_whole_matrices_is_as_published() {
    let story = drafted();
    for words in [&["history"][..], &["history", "Harbor MSP"], &["history", "3.3.3", "--commits"]] {
        assert_valid(HISTORY, &story.repo.countersign(&[words, &["--format", "json"]].concat()).stdout);
    }
    for id in ["acme-msp", "acme-soc"] {
        assert_valid(BLAME, &story.repo.countersign(&["blame", id, "--format", "json"]).stdout);
    }
}

#[test]
fn every_line_of_csv_has_the_cells_of_the_header() {
    let story = Story::new();
    let asked = [
        &["who", "3.3.3", "--as-of", "2028-06-01"][..],
        &["who", "backup", "--as-of", "2027-12-15"],
        &["history", "--commits"],
        &["blame", "acme-msp"],
    ];
    for words in asked {
        let output = story.repo.countersign(&[words, &["--format", "csv"]].concat());
        let mut reader = csv::Reader::from_reader(output.stdout.as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(!records.is_empty(), "{words:?}: {}", output.stderr);
    }
}

const HOSTILE: &str =
    "\u{1b}[31m=HYPERLINK(1) <script>alert(1)</script> ::error::x ##vso[task] `rm` [a](http://b) |";

/// An agreement whose every text wants to be obeyed.
fn hostile() -> Project {
    let mut one = Project { repo: crate::support::Repo::new(), signed: Engagement::new() };
    let mut text = matrix("1.0", "2026-11-15");
    let clean = HOSTILE.replace('\u{1b}', "");
    text["title"] = json!(clean);
    text["retroactive"] = json!(clean);
    text["parties"][0]["name"] = json!(clean);
    text["parties"][1]["contacts"][0]["channel"] = json!(clean);
    for field in ["title", "activity"] {
        text["rows"][0][field] = json!(clean);
    }
    text["rows"][0]["duties"][0]["text"] = json!(clean);
    text["rows"][0]["evidence"][0]["location"] = json!(clean);
    one.signed.offer_json("1.0", &text);
    one.signed.approve(ANN, "1.0");
    one.signed.approve(BOB, "1.0");
    one.signed.acknowledge(ANN, "1.0");
    one.signed.contest(BOB, "1.0");
    one.repo.write("matrices/acme.json", crate::standing::project::text(&text));
    one.record(HOSTILE);
    one
}

#[test]
fn hostile_text_stays_text() {
    let one = hostile();
    let asked = [
        &["who", "access-reviews", "--as-of", "2026-12-01"][..],
        &["history", "access-reviews", "--commits"],
        &["history", "--commits"],
        &["blame", "acme-cmmc-l2"],
    ];
    for words in asked {
        for format in ["text", "markdown", "html", "csv", "json"] {
            let output = one.repo.countersign(&[words, &["--format", format]].concat());
            assert_eq!(output.code, 0, "{words:?}: {}", output.stderr);
            let said = output.stdout;
            assert!(!said.contains('\u{1b}'), "{format}: {said}");
            assert!(!said.contains("##vso["), "{format}: {said}");
            assert!(!said.lines().any(|line| line.trim_start().starts_with("::")), "{format}: {said}");
            let is_markup = format == "markdown"
                && (said.contains("<script>") || said.replace("\\[", "").contains("[a]("));
            assert!(!is_markup, "{said}");
            assert!(format != "html" || said.contains("&#60;script") && !said.contains("<script"), "{said}");
            assert!(format != "csv" || !said.contains("\"=HYPER"), "{said}");
        }
    }
}

#[test]
fn a_row_of_a_draft_is_told_as_such_and_is_no_answer() {
    let one = Project::offered();
    let output = one.repo.countersign(&["who", "access-reviews", "--as-of", "2026-12-01"]);
    assert_eq!(output.code, 5, "{}", output.stderr);
    assert!(output.stdout.contains("nobody had agreed to anything"), "{}", output.stdout);
    let said = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Acme Defense and Harbor MSP have still to sign"), "{said}");
    assert!(said.contains("The working text, to be version 1.0, says: Access reviews"), "{said}");
    one.repo.remove("signoffs").commit("Offer nothing");
    let output = one.repo.countersign(&["who", "access-reviews"]);
    assert!(output.code == 5 && output.stdout.contains("only drafts have it"), "{}", output.stdout);
}

/// Two rows of one control, each with a reason, by both in force.
fn reasoned() -> Project {
    let mut one = Project { repo: crate::support::Repo::new(), signed: Engagement::new() };
    let mut text = matrix("1.0", "2026-11-15");
    text["rows"][0]["controls"] = json!(["cmmc-l2:AU.L2-3.3.3"]);
    text["rows"][0]["justification"] = json!("Acme decides whether it is an incident");
    let mut second = text["rows"][0].clone();
    second["id"] = json!("access-reviews-2");
    second["allocation"] = json!("provider");
    second["justification"] = json!("Blue Jay hired an analyst");
    second.as_object_mut().unwrap().remove("shared");
    text["rows"].as_array_mut().unwrap().push(second);
    one.signed.offer_json("1.0", &text);
    one.signed.approve(ANN, "1.0");
    one.signed.approve(BOB, "1.0");
    one.signed.acknowledge(ANN, "1.0");
    one.repo.write("matrices/acme.json", crate::standing::project::text(&text));
    one.record("Agree");
    one
}

#[test]
fn a_reason_stands_on_a_line_of_its_own() {
    let one = reasoned();
    for words in
        [&["who", "3.3.3", "--as-of", "2026-12-01"][..], &["history", "3.3.3"], &["blame", "acme-cmmc-l2"]]
    {
        let said = one.repo.countersign(words).stdout;
        let lines: Vec<&str> = said.lines().map(|line| line.trim().trim_start_matches("- ")).collect();
        assert!(lines.contains(&"Reason: Acme decides whether it is an incident"), "{words:?}: {said}");
        assert!(lines.contains(&"Reason: Blue Jay hired an analyst"), "{words:?}: {said}");
        assert_eq!(said.matches("[access-reviews-2]: Harbor").count(), 1, "{words:?}: {said}");
    }
}

/// A given fingerprint that is of no roster: then nothing counts, and that is no answer about who owned what.
#[test]
fn a_fingerprint_of_another_engagement_ends_every_question() {
    let one = Project::in_force();
    let other = "0".repeat(64);
    for words in
        [&["who", "access-reviews"][..], &["history"], &["blame", "acme-cmmc-l2"], &["show", "acme-cmmc-l2"]]
    {
        let words = [words, &["--anchor", &other][..]].concat();
        let words =
            if words[0] == "show" { [&words[..], &["--as-of", "2026-12-01"]].concat() } else { words };
        let output = one.repo.countersign(&words);
        assert_eq!((output.code, &*output.stdout), (4, ""), "{words:?}: {}", output.stderr);
    }
    let anchor = one.anchor();
    let words = ["who", "access-reviews", "--as-of", "2026-12-01", "--anchor", &anchor];
    assert_eq!(one.repo.countersign(&words).code, 0);
}

#[test]
fn how_to_reach_a_contact_today_stands_beside_what_was_signed() {
    // In force from a day that is past whenever the test runs: it asks about today.
    let mut one = Project { repo: crate::support::Repo::new(), signed: Engagement::new() };
    let mut text = matrix("1.0", "2020-01-01");
    text["retroactive"] = json!("The work began long before the paper");
    one.signed.offer_json("1.0", &text);
    one.signed.approve(ANN, "1.0");
    one.signed.approve(BOB, "1.0");
    one.signed.acknowledge(ANN, "1.0");
    one.record("Agree on 1.0");
    let desk = json!({ "harbor": { "desk": { "channel": "+1 555 0177", "hours": "24x7" } } });
    let state = json!({ "format": "countersign/state/1", "matrix": "acme-cmmc-l2", "contacts": desk });
    one.repo
        .write("state/acme-cmmc-l2.json", crate::standing::project::text(&state))
        .commit("The desk has moved");
    let today = one.repo.countersign(&["who", "access-reviews"]);
    let said = today.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = "Security desk: +1 555 0100 (24x7); current, not signed: +1 555 0177, 24x7";
    assert!(today.code == 0 && said.contains(wanted), "{said}");
    assert_valid(WHO, &one.repo.countersign(&["who", "access-reviews", "--format", "json"]).stdout);
    let then = one.repo.countersign(&["who", "access-reviews", "--as-of", "2026-11-19"]);
    assert!(!then.stdout.contains("0177"), "{}", then.stdout);
    one.repo.write("state/acme-cmmc-l2.json", "{").commit("Break it");
    let today = one.repo.countersign(&["who", "access-reviews"]);
    assert!(today.code == 0 && today.stdout.contains("cannot be read"), "{}", today.stdout);
}
