//! A matrix as people read it.

use countersign::document::Layout;
use countersign::matrix::Matrix;
use countersign::report::Style;
use countersign::show::{Label, Options, render};
use serde_json::{Value, json};

use crate::diff_fields::{FULL, Walk};
use crate::report::golden::compare;

fn matrix() -> Value {
    json!({
        "format": "countersign/matrix/1", "id": "acme-cmmc-l2", "kind": "engagement", "version": "1.2",
        "title": "Acme Defense and Harbor MSP: CMMC Level 2",
        "frameworks": [{ "pack": "cmmc-l2", "coverage": "complete" }],
        "agreement": { "kind": "msa", "reference": "MSA-2026-014", "exhibit": "C" },
        "documents": [{ "id": "sd", "kind": "service-description", "party": "harbor", "reference": "SD-2026-03" }],
        "effectiveFrom": "2027-01-01",
        "review": { "every": "P12M", "last": "2026-11-02", "triggers": ["a service is added", "the boundary changes"] },
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme Defense, Inc.", "kind": "osa", "handles": ["cui"],
              "contacts": [{ "id": "it", "role": "IT manager", "channel": "it@acme.example", "escalation": 1 }] },
            { "id": "harbor", "side": "provider", "name": "Harbor MSP, LLC", "kind": "esp-msp" },
            { "id": "azure", "side": "subprovider", "boundBy": "harbor", "name": "Azure Government", "kind": "csp" },
        ],
        "services": [{ "id": "identity", "party": "harbor", "name": "Managed identity", "startsOn": "2027-01-01" }],
        "scopes": [{ "id": "enclave", "title": "CUI enclave", "environment": "cloud", "excludes": ["guest Wi-Fi"] }],
        "defaults": {
            "duties": [{ "do": "accountable", "party": "acme", "role": "Affirming official" },
                       { "do": "retain-evidence", "party": "acme", "role": "Compliance lead" }],
            "retention": "P6Y",
        },
        "rows": [
            {
                "id": "access-reviews", "title": "Access reviews",
                "controls": ["cmmc-l2:AC.L2-3.1.1", "cmmc-l2:AC.L2-3.1.5[d]"],
                "activity": "Review every quarter who has access to the CUI enclave",
                "allocation": "shared", "shared": { "mode": "handoff", "details": "Harbor reports, Acme decides" },
                "duties": [
                    { "do": "perform", "party": "harbor", "role": "Service desk lead",
                      "text": "Produce the access report", "cadence": "quarterly",
                      "within": { "time": "P5D", "of": "the end of the quarter", "clock": "business" } },
                    { "do": "approve", "party": "acme", "role": "IT manager", "text": "Decide on each access" },
                    { "do": "notify", "party": "acme", "to": ["harbor"], "role": "HR",
                      "within": { "time": "PT4H", "of": "the end of an employment", "clock": "business" },
                      "escalate": ["acme/it"] },
                ],
                "services": ["identity"], "scope": ["enclave"],
                "inherits": [{ "by": "harbor", "from": "azure", "extent": "partial", "document": "sd",
                               "responsibilities": [{ "text": "Configure tenant roles", "row": "access-reviews" }] }],
                "evidence": [{ "artifact": "Signed access report", "kind": "record", "collector": "harbor",
                               "location": "GRC vault" }],
                "reports": [{ "by": "harbor", "to": ["acme"], "what": "Accounts closed",
                              "within": { "time": "PT24H", "of": "the decision", "clock": "wall" } }],
                "reviewed": [{ "party": "acme", "on": "2026-10-14", "outcome": "agreed" },
                             { "party": "harbor", "on": "2026-10-14", "outcome": "agreed" }],
            },
            { "id": "visitors", "title": "Visitors", "controls": ["cmmc-l2:PE.L2-3.10.3"], "allocation": "client",
              "duties": [{ "do": "perform", "party": "acme", "role": "Reception", "text": "Escort visitors" }] },
            { "id": "patching", "title": "Patching", "controls": ["cmmc-l2:SI.L2-3.14.1"],
              "allocation": "unassigned", "duties": [] },
            { "id": "report-72h", "title": "Report to the DoD", "references": ["DFARS 252.204-7012(c)"],
              "allocation": "client",
              "duties": [{ "do": "perform", "party": "acme", "within": { "time": "PT72H", "of": "discovery" } }] },
        ],
    })
}

fn label(control: &str) -> Option<Label> {
    let (title, group) = match control {
        "cmmc-l2:AC.L2-3.1.1" => ("Authorized Access Control", "Access Control"),
        "cmmc-l2:PE.L2-3.10.3" => ("Escort Visitors", "Physical Protection"),
        "cmmc-l2:SI.L2-3.14.1" => ("Flaw Remediation", "System and Information Integrity"),
        _ => return None,
    };
    Some(Label { title: title.to_owned(), group: group.to_owned() })
}

fn shown(form: Layout, party: Option<&str>, width: usize) -> String {
    let style = Style { color: false, unicode: true, width };
    let options = Options { party, only_mine: false, standing: Some("draft"), lead: &[], proof: &[], style };
    render(form, &Matrix::of(&matrix()).unwrap(), &options, &label)
}

/// Returns text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn text_says_who_does_what_in_sentences() {
    let text = shown(Layout::Text, None, 80);
    compare("show-80.txt", &text);
    assert!(text.lines().all(|line| line.chars().count() <= 80));
    let text = flat(&text);
    assert!(text.contains(
        "Harbor MSP (Service desk lead) performs: Produce the access report, quarterly, within 5 days (business) \
         of the end of the quarter"
    ));
    assert!(
        text.contains("Acme Defense (HR) notifies Harbor MSP, within 4 hours (business) of the end of an")
    );
    assert!(text.contains("if late, call Acme Defense's IT manager, it@acme.example"));
    assert!(text.contains("Kept by: Acme Defense (Compliance lead), 6 years"));
    assert!(text.contains("AC.L2-3.1.1 Authorized Access Control"));
    assert!(text.contains("4 rows: Acme Defense 2, shared 1, nobody 1"));
}

#[test]
fn rows_stand_under_their_family() {
    let text = shown(Layout::Text, None, 120);
    compare("show-120.txt", &text);
    let place = |words: &str| text.find(words).unwrap();
    assert!(place("\nAccess Control\n") < place("Access reviews  [access-reviews]"));
    assert!(place("\nPhysical Protection\n") < place("Visitors  [visitors]"));
    assert!(place("\nObligations outside the catalogues\n") < place("DFARS 252.204-7012(c)"));
}

#[test]
fn a_party_sees_what_concerns_it() {
    let harbor = flat(&shown(Layout::Text, Some("harbor"), 80));
    assert!(harbor.contains("Harbor MSP does:"));
    assert!(harbor.contains("Harbor MSP is told: - Acme Defense (HR) notifies Harbor MSP"));
    assert!(harbor.contains("Harbor MSP may expect: - Acme Defense (IT manager) approves"));
    assert!(!harbor.contains("Visitors"), "a row of the client alone is none of its business");
    assert!(harbor.contains("1 row of 4 concern"), "{harbor}");
    let acme = flat(&shown(Layout::Text, Some("acme"), 80));
    assert!(acme.contains("Acme Defense may expect: - Harbor MSP (Service desk lead) performs"));
    assert!(acme.contains(
        "Acme Defense is told: - Harbor MSP reports to Acme Defense: Accounts closed, within 24 hours"
    ));
}

#[test]
fn markdown_has_a_heading_for_each_row() {
    let page = shown(Layout::Markdown, None, 80);
    compare("show.md", &page);
    assert_eq!(page.lines().filter(|line| line.starts_with("#### ")).count(), 4);
    assert!(page.contains("- **Acme Defense (Reception)** performs: Escort visitors"));
}

#[test]
fn html_is_one_accessible_file() {
    let page = shown(Layout::Html, None, 80);
    compare("show.html", &page);
    for needed in [
        "<html lang=\"en\">",
        "<title>Acme",
        "name=\"viewport\"",
        "default-src 'none'; style-src 'sha256-",
        "<caption>",
        "scope=\"row\"",
        "scope=\"col\"",
        "class=\"skip\" href=\"#part-",
        "<th role=\"rowheader\" scope=\"row\">Access reviews<span class=\"id\">access-reviews</span>",
        "prefers-color-scheme",
        "@media print",
    ] {
        assert!(page.contains(needed), "{needed}");
    }
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    for link in page.split("href=\"#").skip(1).map(|part| part.split('"').next().unwrap()) {
        assert!(ids.contains(&link), "{link} leads nowhere");
    }
}

#[test]
fn csv_has_a_line_for_each_duty() {
    let sheet = shown(Layout::Csv, None, 80);
    compare("show.csv", &sheet);
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 5 + 2 * 4, "own duties, and the two defaults of every row");
    let head = csv::Reader::from_reader(sheet.as_bytes()).headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|own| own == name).unwrap();
    assert_eq!(&records[0][column("party")], "Harbor MSP");
    assert_eq!(records.iter().filter(|record| &record[column("default")] == "yes").count(), 8);
}

/// Whatever a row says is in the sheet: no field of a row changes without a change there.
#[test]
fn csv_holds_everything_that_a_row_says() {
    let full: Value = serde_json::from_str(FULL).unwrap();
    let sheet = |value: &Value| {
        let style = Style { color: false, unicode: true, width: 80 };
        let options = Options { party: None, only_mine: false, standing: None, lead: &[], proof: &[], style };
        render(Layout::Csv, &Matrix::of(value).unwrap(), &options, &|_| None)
    };
    let before = sheet(&full);
    let mut overlooked = Vec::new();
    let nodes = Walk::all().into_iter().filter(|node| node.is_leaf() && node.pointer.starts_with("/rows/0/"));
    let mut seen = 0;
    for node in nodes {
        let mut after = full.clone();
        let place = after.pointer_mut(&node.pointer).unwrap();
        *place = node.other(place);
        if sheet(&after) == before {
            overlooked.push(node.pointer);
        }
        seen += 1;
    }
    assert!(seen > 70, "{seen}");
    assert!(overlooked.is_empty(), "the sheet does not show {overlooked:#?}");
}
