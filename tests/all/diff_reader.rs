//! What somebody who never sees the JSON is told: rows in full, defaults by name, exact verbs, what is left to do.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use countersign::diff::render::{Compared, Comparison, Format, Presence, render};
use countersign::diff::{Both, compare};
use countersign::matrix::Matrix;
use countersign::report::Style;
use serde_json::{Value, json};

/// Two parties, two services, defaults for who answers and who keeps the evidence, and two rows.
fn matrix() -> Value {
    json!({
        "format": "countersign/matrix/1", "id": "acme", "kind": "engagement", "version": "1.0",
        "title": "Acme and Harbor",
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme Defense, Inc." },
            { "id": "harbor", "side": "provider", "name": "Harbor MSP, LLC" }
        ],
        "services": [
            { "id": "siem", "party": "harbor", "name": "Monitoring", "startsOn": "2026-01-01" },
            { "id": "scans", "party": "harbor", "name": "Scanning" }
        ],
        "defaults": { "duties": [
            { "do": "accountable", "party": "acme", "role": "Affirming official" },
            { "do": "retain-evidence", "party": "acme", "role": "Compliance lead" }
        ] },
        "rows": [
            { "id": "logs", "title": "Log review", "controls": [], "allocation": "client",
              "activity": "Review the logs",
              "duties": [{ "do": "configure", "party": "acme", "text": "Look at the logs" }] },
            { "id": "scanning", "title": "Scan for holes", "controls": [], "allocation": "provider",
              "activity": "Scan all servers of the enclave", "services": ["scans"],
              "duties": [{ "do": "perform", "party": "harbor" }] }
        ]
    })
}

fn told(format: Format, change: impl FnOnce(&mut Value)) -> String {
    let before = matrix();
    let mut after = before.clone();
    change(&mut after);
    let diff = compare(&Matrix::of(&before).unwrap(), &Matrix::of(&after).unwrap());
    let compared = Compared { diff, presence: Presence::Changed, file: Both::default(), draft: None };
    let document = Comparison { matrices: vec![compared], ..Comparison::default() };
    let said = render(format, &document, &Style { color: false, unicode: true, width: 160 });
    // Where a line was broken says nothing.
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(change: impl FnOnce(&mut Value)) -> String {
    told(Format::Text, change)
}

#[track_caller]
fn says(said: &str, facts: &[&str]) {
    for fact in facts {
        assert!(said.contains(fact), "{fact} is not in: {said}");
    }
}

fn images(after: &mut Value) {
    after["rows"].as_array_mut().unwrap().push(json!({
        "id": "images", "title": "Preserve images", "controls": [], "references": ["DFARS 7012(e)"],
        "activity": "Keep images for 90 days", "allocation": "shared", "shared": { "mode": "handoff" },
        "duties": [
            { "do": "perform", "party": "harbor", "role": "Engineer", "text": "Take snapshots",
              "within": { "time": "PT4H", "of": "the alert" } },
            { "do": "decide", "party": "acme", "role": "Officer" }
        ],
        "evidence": [{ "artifact": "Snapshot list", "collector": "harbor", "location": "Harbor's portal" }]
    }));
}

#[test]
fn a_new_row_is_told_in_full_in_every_format() {
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let said = told(format, images).replace("&#39;", "'").replace('\\', "");
        says(
            &said,
            &[
                "Harbor MSP (Engineer) performs: Take snapshots, within 4 hours of the alert",
                "Acme Defense (Officer) decides",
                "evidence: Snapshot list, collected by Harbor MSP; lies in Harbor's portal",
                "kept by: Acme Defense (Compliance lead), by default",
                "Acme Defense (Affirming official) is accountable, by default",
                "source: DFARS 7012(e)",
            ],
        );
    }
}

#[test]
fn a_removed_row_is_told_in_full() {
    let said = text(|after| drop(after["rows"].as_array_mut().unwrap().pop()));
    says(
        &said,
        &["row removed", "Harbor MSP performs", "kept by: Acme Defense (Compliance lead), by default"],
    );
}

#[test]
fn keeping_and_collecting_are_two_verbs() {
    let said = text(images);
    let (acme, harbor) = said.split_once("Harbor MSP, LLC takes on 1 row").unwrap();
    says(
        acme,
        &["must keep evidence that it did not keep before, for 1 row: - Preserve images: “Snapshot list”"],
    );
    says(
        harbor,
        &[
            "must collect evidence that it did not collect before, for 1 row: - Preserve images: “Snapshot list”",
        ],
    );
    assert!(!said.contains("keep or collect") && !acme.contains("must collect"), "{said}");
}

#[test]
fn new_evidence_of_a_row_that_stays_names_its_keeper_by_default() {
    let said = text(|after| {
        after["rows"][1]["evidence"] = json!([{ "artifact": "Scan report", "collector": "harbor" }]);
    });
    says(
        &said,
        &[
            "must keep evidence that it did not keep before, for 1 row: - Scan for holes: “Scan report”",
            "“Scan report” is to be collected by Harbor MSP and kept as proof by Acme Defense (Compliance lead)",
            "now: Harbor MSP performs; Acme Defense (Compliance lead) keeps “Scan report” (collected by Harbor MSP), by default; Acme Defense (Affirming official) is accountable, by default",
        ],
    );
}

fn handed_over(after: &mut Value) {
    after["rows"][0]["allocation"] = json!("provider");
    after["rows"][0]["duties"] = json!([
        { "do": "perform", "party": "harbor", "cadence": "weekly" },
        { "do": "review", "party": "acme", "role": "Officer" }
    ]);
}

#[test]
fn whoever_hands_over_and_keeps_a_part_is_told_in_one_sentence() {
    let said = text(handed_over);
    says(
        &said,
        &[
            "Harbor MSP takes over performing; Acme Defense now reviews",
            "gives up or changes its part in 1 row: - Log review: now reviews instead of configuring, still keeps the evidence and is accountable",
        ],
    );
    assert!(!said.contains("another or a smaller part") && !said.contains("has it"), "{said}");
}

#[test]
fn a_role_goes_along_with_its_duty() {
    let said = text(|after| {
        after["rows"][0]["duties"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "do": "retain-evidence", "party": "harbor", "role": "SOC lead" }));
    });
    says(&said, &["Harbor MSP (SOC lead) now keeps the evidence, Acme Defense (Compliance lead) no longer"]);
    assert!(!said.contains("described otherwise") && !said.contains("words changed"), "{said}");
}

#[test]
fn a_default_that_moves_is_told_in_good_english() {
    let said = text(|after| after["defaults"]["duties"][0]["party"] = json!("harbor"));
    says(
        &said,
        &[
            "- Log review: is now accountable",
            "- Log review: is no longer accountable, still configures and keeps the evidence",
            "Harbor MSP is now accountable, Acme Defense no longer",
        ],
    );
}

#[test]
fn a_figure_or_a_time_in_other_words_is_to_be_read_and_comes_first() {
    let said = text(|after| {
        after["rows"][0]["activity"] = json!("Inspect the logs");
        after["rows"][1]["activity"] = json!("Scan all servers of the enclave every year");
    });
    says(&said, &["words that may change the duty in 1 text, 1 text with the work described otherwise"]);
    says(&said, &["has to read words that may change its duty in 1 row", "because “every year” was added"]);
    let place = |fact: &str| said.find(fact).unwrap_or_else(|| panic!("{fact} is not in: {said}"));
    assert!(place("? words that may change the duty") < place("~ described otherwise: read it"), "{said}");
}

#[test]
fn a_service_says_since_when_and_what_is_left_without_it() {
    let said = text(|after| {
        after["rows"][0]["services"] = json!(["siem"]);
        after["rows"][1].as_object_mut().unwrap().remove("services");
        after["services"].as_array_mut().unwrap().pop();
    });
    says(
        &said,
        &[
            "now delivered with the service Monitoring (existing since 2026-01-01)",
            "the service Scanning is no longer in the matrix; rows that used it: Scan for holes (names no service now)",
            "the matrix stated no day on which it ends",
        ],
    );
    let said = text(|after| {
        after["services"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "id": "edr", "party": "harbor", "name": "EDR" }));
        after["rows"][0]["services"] = json!(["edr"]);
    });
    says(&said, &["now delivered with the service EDR (new in this version)"]);
    let said = text(|after| after["services"][0]["party"] = json!("acme"));
    says(
        &said,
        &[
            "1 service in other hands",
            "Monitoring is now provided by Acme Defense, and no longer by Harbor MSP",
        ],
    );
}

#[test]
fn the_version_says_how_it_grows_and_from_which_day_it_holds() {
    let said = text(|after| {
        images(after);
        after["version"] = json!("2.0");
    });
    says(
        &said,
        &["This has to be version 2.0 (a first number that grows), because", "Day in force: none stated."],
    );
    let said = text(|after| after["effectiveFrom"] = json!("2027-01-01"));
    says(
        &said,
        &["version 1.1 at least (a second number that grows), and it says 1.0", "Day in force: 2027-01-01."],
    );
}

#[test]
fn it_ends_with_what_is_left_to_do() {
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let said = told(format, handed_over);
        let (_, left) = said.split_once("What is left to do").unwrap();
        says(
            &left.replace('\\', ""),
            &[
                "Acme Defense and Harbor MSP both sign version 2.0",
                "1 row changed hands without a new justification: Log review",
                "nothing is left without an owner",
            ],
        );
    }
    let said = text(|after| after["services"][1]["endsOn"] = json!("2026-06-30"));
    says(&said, &["the service Scanning ends: 2026-06-30 is the first day without it"]);
    let said = text(|after| after["rows"][0]["allocation"] = json!("unassigned"));
    says(&said, &["nobody owns 1 row any more: Log review"]);
}

#[test]
fn more_to_do_for_one_party_is_no_change_of_hands() {
    let said = text(|after| {
        after["rows"][1]["duties"].as_array_mut().unwrap().push(json!({ "do": "approve", "party": "acme" }));
    });
    assert!(!said.contains("changed hands"), "{said}");
}

#[test]
fn the_state_says_how_long_proof_is_kept() {
    let said = text(|after| {
        after["defaults"]["retention"] = json!("P6Y");
        after["rows"][1]["evidence"] = json!([{ "artifact": "Scan report", "collector": "harbor" }]);
    });
    says(&said, &["keeps “Scan report” (collected by Harbor MSP, kept 6 years), by default"]);
}

#[test]
fn signs_are_explained_where_they_occur_and_only_there() {
    let said = text(handed_over);
    says(&said, &["Signs: + taken on or added; - given up or removed"]);
    assert!(!said.contains("[-these words went-]"), "{said}");
    let said =
        text(|after| after["rows"][1]["activity"] = json!("Scan all servers and clients of the enclave"));
    says(&said, &["Signs: ? words that may change the duty Marks: {+these words came+}"]);
}

/// A page has its signs beside its words, a comment on a pull request marks alone; each is explained where it occurs.
#[test]
fn signs_and_marks_are_explained_in_a_page_and_a_comment() {
    let reworded = |after: &mut Value| {
        after["rows"][1]["activity"] = json!("Scan all servers and clients of the enclave");
    };
    let page = told(Format::Html, reworded);
    says(&page, &["<p class=\"soft\" aria-hidden=\"true\">Signs: ? words that may change the duty</p>"]);
    says(&page, &["<p>Marks: <ins>these words came</ins></p>"]);
    assert!(!page.contains("these words went"), "{page}");
    says(&told(Format::Markdown, reworded), &["Marks: <ins>these words came</ins>"]);
    let moved = [Format::Html, Format::Markdown].map(|format| told(format, handed_over));
    says(&moved[0], &["Signs: + taken on or added; - given up or removed</p>"]);
    for said in moved {
        assert!(!said.contains("Marks:"), "{said}");
    }
    let sent = told(Format::Html, |after| after["rows"][0]["duties"][0]["party"] = json!("harbor"));
    says(&sent, &["&#62; goes to another, or is done in another way"]);
}

fn swap(after: &mut Value, field: &str) {
    let [one, other] = [0, 1].map(|party| after["parties"][party][field].clone());
    (after["parties"][0][field], after["parties"][1][field]) = (other, one);
}

/// With the new names alone, "Acme now performs" would be said of whom everybody knew as Harbor.
#[test]
fn parties_that_exchange_names_are_told_apart_by_their_ids() {
    let said = text(|after| {
        swap(after, "name");
        after["rows"][0]["duties"][0]["party"] = json!("harbor");
        after["rows"][0]["allocation"] = json!("provider");
    });
    says(&said, &["the party acme is renamed", "the party harbor is renamed"]);
    says(&said, &["Acme Defense (harbor) takes on 1", "Harbor MSP (acme) gives up or changes its part in 1"]);
    says(&said, &["Acme Defense (harbor) now configures, Harbor MSP (acme) no longer"]);
    says(&said, &["before: Harbor MSP (acme) after: Acme Defense (harbor)"]);
    says(&said, &["now: Acme Defense (harbor) configures; Harbor MSP (acme) (Compliance lead) keeps"]);
    says(&said, &["Harbor MSP (acme) and Acme Defense (harbor) both sign version 2.0"]);
}

#[test]
fn what_an_id_meant_before_is_told_by_whom_it_meant_then() {
    let said = text(|after| swap(after, "id"));
    says(&said, &["Acme Defense: the id is another one; it is the same party before: acme after: harbor"]);
    says(&said, &["Acme Defense now performs, Harbor MSP no longer before: Harbor MSP after: Acme Defense"]);
    assert!(!said.contains("before: Harbor MSP after: Harbor MSP"), "{said}");
}

#[test]
fn a_name_that_stays_or_is_new_needs_no_id() {
    let said = text(|after| after["parties"][1]["name"] = json!("Bay MSP"));
    says(&said, &["the party harbor is renamed", "Acme Defense and Bay MSP both sign"]);
    assert!(!said.contains("(harbor)"), "{said}");
}
