//! A matrix from one side, and the rows that are asked for.

use serde_json::{Value, json};

use crate::support::{Folder, Output};

fn matrix() -> Value {
    json!({
        "format": "countersign/matrix/1", "id": "acme", "kind": "engagement", "version": "0.1",
        "title": "Acme Defense and Harbor MSP",
        "frameworks": [{ "pack": "cmmc-l2", "coverage": "listed" }],
        "documents": [{ "id": "ssp", "kind": "ssp", "party": "acme", "reference": "SSP 4.2" },
                      { "id": "sd", "kind": "service-description", "party": "harbor", "reference": "SD-3", "section": "Chapter 4" }],
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme Defense, Inc.", "kind": "osa", "handles": ["cui"],
              "contacts": [{ "id": "it", "role": "IT manager", "channel": "it@acme.example" }] },
            { "id": "harbor", "side": "provider", "name": "Harbor MSP, LLC", "kind": "esp-msp", "handles": ["spd"] },
            { "id": "azure", "side": "subprovider", "boundBy": "harbor", "name": "Azure Government", "kind": "csp",
              "authorizations": [{ "kind": "fedramp-high", "reference": "F1603087869", "asOf": "2026-10-01" }] },
        ],
        "services": [{ "id": "identity", "party": "harbor", "name": "Managed identity", "startsOn": "2027-01-01" }],
        "scopes": [{ "id": "enclave", "title": "CUI enclave" }, { "id": "plant", "title": "Plant floor" }],
        "defaults": { "duties": [{ "do": "retain-evidence", "party": "acme", "role": "Compliance lead" }], "retention": "P6Y" },
        "rows": [
            { "id": "access", "title": "Access reviews", "group": "Identity",
              "controls": ["cmmc-l2:AC.L2-3.1.1"], "statement": "Limit system access to authorized users",
              "allocation": "shared", "shared": { "mode": "handoff", "details": "Harbor reports, Acme decides" },
              "byScope": [{ "scope": ["plant"], "allocation": "client" }],
              "documents": [{ "document": "ssp", "section": "3.1.1" }], "scope": ["enclave", "plant"],
              "duties": [
                { "do": "perform", "party": "harbor", "role": "Service desk lead", "interviewee": "Dana D.",
                  "text": "Produce the access report", "cadence": "quarterly", "controls": ["cmmc-l2:AC.L2-3.1.1[a]"],
                  "escalate": ["acme/it"] },
                { "do": "approve", "party": "acme", "role": "IT manager", "text": "Decide on each access" },
                { "do": "notify", "party": "acme", "role": "IT manager", "to": ["harbor"], "scope": ["plant"] }],
              "inherits": [{ "by": "harbor", "from": "azure", "extent": "partial", "document": "sd",
                             "responsibilities": [{ "text": "Configure tenant roles" }] }],
              "evidence": [{ "artifact": "Signed access report", "kind": "record", "collector": "harbor", "location": "GRC vault" },
                           { "artifact": "Sign-in test", "method": "test", "location": "GRC vault" }] },
            { "id": "visitors", "title": "Visitors", "controls": ["cmmc-l2:PE.L2-3.10.3[a]"], "allocation": "client",
              "duties": [{ "do": "perform", "party": "acme", "role": "Reception", "text": "Escort visitors", "cadence": "daily" }],
              "evidence": [{ "artifact": "Signed access report", "kind": "record", "collector": "harbor", "location": "GRC vault" }] },
            { "id": "wireless", "title": "Wireless", "controls": ["cmmc-l2:AC.L2-3.1.16"], "allocation": "unassigned" },
        ],
    })
}

struct Shown {
    folder: Folder,
}

impl Shown {
    fn open() -> Self {
        let folder = Folder::new();
        folder.write(
            "countersign.json",
            r#"{ "format": "countersign/config/1", "packs": ["core", "cmmc-l2"] }"#,
        );
        folder.write("matrices/acme.json", serde_json::to_string_pretty(&matrix()).unwrap());
        Self { folder }
    }

    fn run(&self, args: &[&str]) -> Output {
        self.folder.countersign(&[&["show", "acme"], args].concat())
    }

    /// Returns what is shown, without its line breaks.
    fn flat(&self, args: &[&str]) -> String {
        self.raw(args).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn raw(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.code, 0, "{args:?}: {}", output.stderr);
        output.stdout
    }
}

fn has(text: &str, wanted: &[&str]) {
    for one in wanted {
        assert!(text.contains(one), "{one:?} is not in\n{text}");
    }
}

#[test]
fn a_matrix_is_shown_from_every_side_and_in_part() {
    let shown = Shown::open();
    objectives(&shown);
    parties(&shown);
    evidence(&shown);
    roles(&shown);
    every_form_says_the_same(&shown);
    filters(&shown);
    what_a_party_has_to_do(&shown);
}

fn objectives(shown: &Shown) {
    let text = shown.flat(&["--by", "objective"]);
    has(
        &text,
        &[
            "AC.L2-3.1.1[a] Authorized Access Control",
            "met by: - Access reviews [access], in CUI enclave: shared, one acts, the other decides - Access reviews [access], in \
             Plant floor: Acme Defense",
            "shared how: one acts, the other decides: Harbor reports, Acme decides",
            "described in: SSP 4.2 (SSP), section 3.1.1",
            "Dana D. of Harbor MSP",
            "examine: Signed access report (record)",
            "test: Sign-in test",
            "nobody owns it yet",
        ],
    );
    let part = |id: &str| text.split(id).nth(1).unwrap().split("AC.L2-3.1.1[").next().unwrap().to_owned();
    assert!(part("AC.L2-3.1.1[a]").contains("Produce the access report"));
    assert!(!part("AC.L2-3.1.1[b]").contains("Produce the access report"), "the duty is for [a] alone");
    assert!(text.contains("PE.L2-3.10.3[a]") && !text.contains("PE.L2-3.10.3[b]"), "only what is listed");
}

fn parties(shown: &Shown) {
    has(
        &shown.flat(&["--by", "party"]),
        &[
            "Azure Government [azure]",
            "bound through: Harbor MSP",
            "authorizations: fedramp high, F1603087869, as of 2026-10-01",
            "inherited from it: Access reviews [access]: by Harbor MSP, partial",
            "leaves to others: Harbor MSP: Configure tenant roles (row access)",
            "services: Managed identity, from 2027-01-01",
            "documents: SD-3 (service description), Chapter 4",
        ],
    );
    let one = shown.flat(&["--by", "party", "--party", "azure"]);
    assert!(one.contains("1 party") && !one.contains("[acme]"), "{one}");
}

fn evidence(shown: &Shown) {
    let text = shown.flat(&["--by", "evidence"]);
    has(
        &text,
        &[
            "2 pieces of evidence",
            "collected by: Harbor MSP place: GRC vault kept: 6 years kept by: Acme Defense (Compliance lead)",
            "proves: - AC.L2-3.1.1 - PE.L2-3.10.3[a]",
            "assessed by: test",
        ],
    );
    assert_eq!(text.matches("Signed access report").count(), 1, "one thing that two rows name is one");
}

fn roles(shown: &Shown) {
    has(
        &shown.flat(&["--by", "role"]),
        &[
            "Acme Defense: IT manager",
            "is called when: Access reviews [access] is late",
            "Harbor MSP: Service desk lead every quarter: Access reviews [access]: performs: Produce the access report",
            "every day: Visitors [visitors]: performs: Escort visitors",
            "Acme Defense: Compliance lead in every other row: keeps the evidence",
        ],
    );
}

/// Returns the letters and digits of a text, whatever a form puts between them to keep it a text.
fn letters(text: &str) -> String {
    text.replace("&#8203;", "").replace("&#39;", "").chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Every fact of a view is in each of its forms.
fn every_form_says_the_same(shown: &Shown) {
    for view in ["objective", "party", "evidence", "role"] {
        let csv = shown.raw(&["--by", view, "--format", "csv"]);
        let page = shown.flat(&["--by", view, "--format", "html"]);
        let markdown = shown.flat(&["--by", view, "--format", "markdown"]);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let head = reader.headers().unwrap().clone();
        let mut cells = 0;
        for record in reader.records().map(Result::unwrap) {
            for (term, cell) in head.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()) {
                assert!(
                    term == head.get(0).unwrap() || term == "alarm" || page.contains(&format!("<dt>{term}")),
                    "{view}: {term}"
                );
                for line in cell.split("; ") {
                    for (form, shown) in [("html", &page), ("markdown", &markdown)] {
                        assert!(letters(shown).contains(&letters(line)), "{view}, {form}: {line}\n{shown}");
                    }
                    cells += 1;
                }
            }
        }
        assert!(cells >= 10, "{view}: {cells}");
    }
}

fn filters(shown: &Shown) {
    for (args, rows) in [
        (&["--family", "ac"][..], 2),
        (&["--family", "Identity"], 1),
        (&["--control", "3.1.16"], 0),
        (&["--control", "AC.L2-3.1.16"], 1),
        (&["--control", "PE.L2-3.10.3"], 1),
        (&["--owner", "harbor"], 1),
        (&["--scope", "plant"], 3),
        (&["--scope", "plant", "--owner", "harbor"], 1),
    ] {
        let output = shown.run(args);
        let text = output.stdout;
        if rows == 0 {
            assert_ne!(output.code, 0, "{args:?}");
            continue;
        }
        assert!(text.contains(&format!("{rows} of 3 rows")), "{args:?}: {text}");
    }
    let plant = shown.flat(&["--scope", "plant", "--control", "AC.L2-3.1.1"]);
    assert!(plant.contains("Who acts: Acme Defense"), "as it is divided there: {plant}");
    let refused = shown.run(&["--family", "Fishing"]);
    assert!(refused.stderr.contains("the families are"));
}

fn what_a_party_has_to_do(shown: &Shown) {
    let all = shown.flat(&["--party", "harbor"]);
    assert!(
        all.contains("Harbor MSP does:")
            && all.contains("Harbor MSP is told:")
            && all.contains("may expect:")
    );
    let mine = shown.flat(&["--party", "harbor", "--only-mine"]);
    assert!(mine.contains("Produce the access report"), "{mine}");
    assert!(
        !mine.contains("is told:")
            && !mine.contains("may expect:")
            && !mine.contains("Decide on each access"),
        "{mine}"
    );
    let first = shown.raw(&[]);
    let place = |words: &str| first.find(words).unwrap_or_else(|| panic!("{words}: {first}"));
    assert!(place("3 rows:") < place("Parties"), "it begins with figures");
}
