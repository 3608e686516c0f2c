//! The words of each publisher come in as what they mean, and go back as they were.

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::{account, matrix};
use crate::support::Folder;

/// A vocabulary: its name, what its words mean in a mapping, and each word with the allocation that it comes to.
type Vocabulary = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const CONFIGURED: &str = r#"{ "owner": "shared", "mode": "configured" }"#;

const WORDS: [Vocabulary; 11] = [
    (
        "names",
        r#""values": { "MSP": "provider", "MSSP": "provider", "Microsoft": "provider", "Azure": "provider", "Provider": "provider",
            "Client": "client", "Customer": "client", "Shared": "shared", "N/A": "not-applicable" }"#,
        &[
            ("MSP", "provider"),
            ("MSSP", "provider"),
            ("Microsoft", "provider"),
            ("Azure", "provider"),
            ("Customer", "client"),
            ("Client", "client"),
            ("Shared", "shared"),
            ("N/A", "not-applicable"),
        ],
    ),
    (
        "OSCAL control origination",
        r#""values": { "sp-corporate": "provider", "sp-system": "provider", "customer-configured": CONFIGURED,
            "customer-provided": "client", "inherited": { "owner": "inherited", "inherits": { "by": "provider", "from": "cloud" } } }"#,
        &[
            ("sp-corporate", "provider"),
            ("sp-system", "provider"),
            ("customer-configured", "shared"),
            ("customer-provided", "client"),
            ("inherited", "inherited"),
            ("sp-corporate, customer-provided", "shared"),
        ],
    ),
    (
        "FedRAMP CRM",
        r#""values": { "Yes": { "owner": "inherited", "offered": "yes", "inherits": { "by": "client", "from": "provider" } },
            "Partial": { "owner": "shared", "offered": "partial" }, "No": { "owner": "client", "offered": "no" } }"#,
        &[("Yes", "inherited"), ("Partial", "shared"), ("No", "client")],
    ),
    (
        "CSA SSRM",
        r#""values": { "CSP-owned": "provider", "CSC-owned": "client", "Shared CSP and CSC": "shared", "N/A": "not-applicable",
            "3rd-party outsourced": { "owner": "provider", "duties": [{ "do": "perform", "party": "cloud" }, { "do": "accountable", "party": "provider" }] } }"#,
        &[
            ("CSP-owned", "provider"),
            ("CSC-owned", "client"),
            ("3rd-party outsourced", "provider"),
            ("Shared CSP and CSC", "shared"),
            ("N/A", "not-applicable"),
        ],
    ),
    (
        "PCI DSS 12.8.5",
        r#""values": { "TPSP": "provider", "Entity": "client", "Shared": "shared", "Both": { "owner": "shared", "mode": "joint" }, "N/A": "not-applicable" }"#,
        &[
            ("TPSP", "provider"),
            ("Entity", "client"),
            ("Shared", "shared"),
            ("Both", "shared"),
            ("N/A", "not-applicable"),
            ("TPSP, Entity", "shared"),
        ],
    ),
    (
        "HITRUST",
        r#""values": { "Not inheritable": { "owner": "client", "offered": "no" }, "Partially inheritable": { "owner": "shared", "offered": "partial" },
            "Fully inheritable": { "owner": "inherited", "offered": "yes", "inherits": { "by": "client", "from": "provider" } } }"#,
        &[
            ("Not inheritable", "client"),
            ("Partially inheritable", "shared"),
            ("Fully inheritable", "inherited"),
        ],
    ),
    (
        "CMMC",
        r#""values": { "Inherited": "provider", "Partially": "shared", "Jointly": { "owner": "shared", "mode": "joint" }, "OSC": "client" }"#,
        &[("Inherited", "provider"), ("Partially", "shared"), ("Jointly", "shared"), ("OSC", "client")],
    ),
    (
        "SOC 2",
        r#""values": { "CUEC": "client", "CSOC": { "owner": "inherited", "inherits": { "by": "provider", "from": "cloud" } }, "Service organization": "provider" }"#,
        &[("CUEC", "client"), ("CSOC", "inherited"), ("Service organization", "provider")],
    ),
    (
        "Gemara",
        r#""values": { "Native": "provider", "Configurable": CONFIGURED, "Custom": "client",
            "Inherited": { "owner": "inherited", "inherits": { "by": "provider", "from": "cloud" } },
            "Inherited Configurable": { "owner": "shared", "mode": "configured", "inherits": { "by": "provider", "from": "cloud" } } }"#,
        &[
            ("Native", "provider"),
            ("Configurable", "shared"),
            ("Inherited", "inherited"),
            ("Inherited Configurable", "shared"),
            ("Custom", "client"),
        ],
    ),
    (
        "AWS enclave",
        r#""values": { "full": "provider", "partial": "shared", "none": "client" }"#,
        &[("full", "provider"), ("partial", "shared"), ("none", "client")],
    ),
    (
        "reliance",
        r#""values": { "Reliance only": "provider", "Partial": "shared", "Full responsibility": "client" }"#,
        &[("Reliance only", "provider"), ("Partial", "shared"), ("Full responsibility", "client")],
    ),
];

/// Writes the workbook of a vocabulary, or its twin in which nothing is filled in.
fn write(folder: &Folder, name: &str, words: &[&str], is_filled: bool) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Matrix").unwrap();
    for (column, heading) in (0..).zip(["Title", "Whose"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for (row, word) in (1..).zip(words) {
        sheet.write_string(row, 0, format!("Row {row}")).unwrap();
        if is_filled {
            sheet.write_string(row, 1, *word).unwrap();
        } else {
            sheet.write_string(row, 2, "x").unwrap();
        }
    }
    if !is_filled {
        sheet.write_string(0, 2, "Another column").unwrap();
    }
    folder.write(name, book.save_to_buffer().unwrap());
}

/// Returns what stands in the column `Whose`.
fn read(folder: &Folder, name: &str) -> Vec<String> {
    let book = countersign::workbook::read(&folder.path(name)).unwrap();
    let lines = book.sheets[0].lines.range(1..);
    lines.map(|(_, line)| line.cell(1).map(|cell| cell.text.clone()).unwrap_or_default()).collect()
}

/// Takes a vocabulary in, and writes an empty twin of its sheet in its own words.
fn there_and_back(name: &str, column: &str, words: &[&str], inspect: impl Fn(&Value)) {
    let folder = Folder::new();
    folder.write(
        "map.json",
        format!(
            r#"{{ "format": "countersign/mapping/1", "vocabulary": "{name}",
                "parties": [{{ "id": "cloud", "side": "subprovider", "boundBy": "provider", "name": "Cloud Co" }}],
                "columns": {{ "Title": "title", "Whose": {{ {} }}, "Another column": {{ "field": "native", "optional": true }} }} }}"#,
            column.replace("CONFIGURED", CONFIGURED)
        ),
    );
    write(&folder, "in.xlsx", words, true);
    write(&folder, "empty.xlsx", words, false);
    let account = account(&folder, &["in.xlsx", "--map", "map.json"]);
    assert_eq!(account["doubtful"], json!([]), "{name}");
    inspect(&matrix(&folder, &["in.xlsx", "--map", "map.json"]));
    let words_of = |template: &str| {
        let args =
            ["export", "matrices/acme.json", "--template", template, "--map", "map.json", "-o", "out.xlsx"];
        let output = folder.countersign(&args);
        assert_eq!(output.code, 0, "{name}: {}{}", output.stdout, output.stderr);
        read(&folder, "out.xlsx")
    };
    assert_eq!(words_of("in.xlsx"), words, "{name}: an untouched template stays");
    assert_eq!(words_of("empty.xlsx"), words, "{name}: an empty one is filled in the words of the source");
}

#[test]
fn every_vocabulary_comes_in_and_goes_back_as_it_was() {
    for (name, column, words) in WORDS {
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        there_and_back(name, column, &all, |matrix| {
            let rows = matrix["rows"].as_array().unwrap();
            for (row, (word, allocation)) in rows.iter().zip(words) {
                assert_eq!(row["allocation"], *allocation, "{name}: {word}");
            }
        });
    }
}

#[test]
fn letters_come_in_and_go_back_as_they_were() {
    let racis: &[&str] = &["R", "A", "R, A", "RA", "S", "C", "C/I", "I"];
    there_and_back("RACI", r#""raci": "provider""#, racis, |matrix| {
        assert_eq!(matrix["rows"][2]["duties"][1]["do"], "accountable");
    });
    let daci =
        r#""raci": "provider", "letters": { "D": "drive", "A": "approve", "C": "consult", "I": "inform" }"#;
    there_and_back("DACI", daci, &["D", "A", "C", "I", "D/A"], |matrix| {
        assert_eq!(matrix["rows"][0]["duties"][0]["do"], "drive");
    });
    let rapid = r#""raci": "provider", "letters": { "R": "recommend", "A": "agree", "P": "perform", "I": "consult", "D": "decide" }"#;
    there_and_back("RAPID", rapid, &["R", "A", "P", "I", "D", "R, D"], |matrix| {
        assert_eq!(matrix["rows"][4]["duties"][0]["do"], "decide");
    });
}

#[test]
fn marks_go_back_as_they_were() {
    there_and_back("marks", r#""mark": "provider""#, &["X", "x", "✓", "yes"], |matrix| {
        assert!(matrix["rows"].as_array().unwrap().iter().all(|row| row["allocation"] == "provider"));
    });
}
