//! One sheet for each preset, headings as published; a twin with a wrong heading is refused.

use serde_json::{Value, json};

use super::{account, folder, matrix, row};

/// Preset, its sheet, a heading that it cannot do without, and the rows by owner that a person counts in it.
const SHEETS: [(&str, &str, &str, &str); 10] = [
    (
        "plain",
        include_str!("../../fixtures/sheets/plain.csv"),
        "Client Responsibility",
        r#"{"client": 1, "provider": 1, "shared": 2}"#,
    ),
    (
        "pci-dss",
        include_str!("../../fixtures/sheets/pci-dss.csv"),
        "Responsibility",
        r#"{"client": 1, "not-applicable": 1, "provider": 1, "shared": 2}"#,
    ),
    (
        "pci-dss",
        include_str!("../../fixtures/sheets/pci-dss-marks.csv"),
        "Customer",
        r#"{"client": 1, "not-applicable": 1, "provider": 1, "shared": 1}"#,
    ),
    (
        "csa-ccm",
        include_str!("../../fixtures/sheets/csa-ccm.csv"),
        "SSRM Control Ownership",
        r#"{"client": 1, "not-applicable": 1, "provider": 2, "shared": 1}"#,
    ),
    (
        "hitrust",
        include_str!("../../fixtures/sheets/hitrust.csv"),
        "Responsibility",
        r#"{"client": 1, "provider": 1, "shared": 1}"#,
    ),
    (
        "cmmc-objectives",
        include_str!("../../fixtures/sheets/cmmc-objectives.csv"),
        "Assessment Objective",
        r#"{"client": 1, "provider": 1, "shared": 2}"#,
    ),
    (
        "raci",
        include_str!("../../fixtures/sheets/raci.csv"),
        "Client",
        r#"{"client": 2, "provider": 1, "shared": 1}"#,
    ),
    (
        "csa-ccm-iaas",
        include_str!("../../fixtures/sheets/csa-ccm-models.csv"),
        "IaaS",
        r#"{"client": 1, "shared": 2}"#,
    ),
    (
        "csa-ccm-paas",
        include_str!("../../fixtures/sheets/csa-ccm-models.csv"),
        "PaaS",
        r#"{"provider": 1, "shared": 2}"#,
    ),
    ("csa-ccm-saas", include_str!("../../fixtures/sheets/csa-ccm-models.csv"), "SaaS", r#"{"provider": 3}"#),
];

#[test]
fn each_sheet_is_understood_by_its_preset_alone() {
    for (preset, sheet, _, owners) in SHEETS {
        let folder = folder("sheet.csv", sheet);
        let account = account(&folder, &["sheet.csv", "--preset", preset]);
        assert_eq!(account["owners"], serde_json::from_str::<Value>(owners).unwrap(), "{preset}");
        assert_eq!(account["doubtful"], json!([]), "{preset}");
    }
}

#[test]
fn a_twin_with_a_wrong_heading_is_refused_by_name() {
    for (preset, sheet, heading, _) in SHEETS {
        let (head, rows) = sheet.split_once('\n').unwrap();
        let head: Vec<&str> =
            head.split(',').map(|it| if it == heading { "Something else" } else { it }).collect();
        let folder = folder("twin.csv", &format!("{}\n{rows}", head.join(",")));
        let output = folder.countersign(&[
            "import",
            "twin.csv",
            "--preset",
            preset,
            "--write",
            "--id",
            "a",
            "--client",
            "C",
            "--provider",
            "P",
        ]);
        assert_eq!(output.code, 2, "{preset}: {}", output.stdout);
        assert!(output.stderr.contains("does not have the headings"), "{preset}: {}", output.stderr);
        assert!(!folder.path("matrices").exists(), "{preset}");
    }
}

#[test]
fn what_a_published_row_says_stands_in_the_matrix() {
    let plain = matrix(&folder("s.csv", SHEETS[0].1), &["s.csv", "--preset", "plain"]);
    assert_eq!(plain["frameworks"][0]["pack"], "cmmc-l2", "the one catalogue that knows the controls");
    let first = row(&plain, "ac-l2-3-1-1");
    assert_eq!(first["controls"], json!(["cmmc-l2:AC.L2-3.1.1"]));
    assert_eq!(first["shared"]["details"], "MSP sets up; client approves");
    assert_eq!(
        first["duties"][1],
        json!({ "do": "perform", "party": "acme-defense", "text": "Approve each account" })
    );
    assert_eq!(
        row(&plain, "at-l2-3-2-1")["allocation"],
        "client",
        "`N/A (...)` on the provider's side is the client's row"
    );

    let objectives = matrix(&folder("s.csv", SHEETS[5].1), &["s.csv", "--preset", "cmmc-objectives"]);
    assert_eq!(row(&objectives, "3-1-3-a")["shared"]["mode"], "joint");
    assert_eq!(row(&objectives, "3-1-1-a")["controls"], json!(["cmmc-l2:AC.L2-3.1.1[a]"]));

    let raci = matrix(&folder("s.csv", SHEETS[6].1), &["s.csv", "--preset", "raci"]);
    let deeds: Vec<&Value> =
        row(&raci, "ac-l2-3-1-5")["duties"].as_array().unwrap().iter().map(|it| &it["do"]).collect();
    assert_eq!(deeds, ["consult", "perform", "accountable"].map(Value::from).iter().collect::<Vec<_>>());
}

#[test]
fn the_source_s_words_are_kept_for_the_way_back() {
    let matrix = matrix(&folder("s.csv", SHEETS[3].1), &["s.csv", "--preset", "csa-ccm"]);
    let native = row(&matrix, "dcs-01")["native"].as_array().unwrap();
    let ownership = native.iter().find(|it| it["field"] == "SSRM Control Ownership").unwrap();
    assert_eq!(ownership["value"], "3rd-party outsourced");
}

#[test]
fn what_was_imported_loads_without_an_error() {
    let folder = folder("s.csv", SHEETS[0].1);
    matrix(&folder, &["s.csv", "--preset", "plain"]);
    let output = folder.countersign(&["check", "matrices/acme.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let loader: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["rule"].as_str().unwrap().starts_with("schema"))
        .collect();
    assert!(loader.is_empty(), "{loader:?}");
}

#[test]
fn a_page_of_tables_under_headings_is_one_sheet_and_the_headings_are_groups() {
    let page = "# RACI of a hosting service\n\n## Network\n\n### Firewalls\n\n| Activity | Provider | Client |\n|---|---|---|\n\
                | Run the **edge** firewall | R, A | I |\n| Open a port<br>on request | R | A |\n\n## People\n\n\
                | Activity | Provider | Client |\n|---|---|---|\n| Train users | - | RA |\n";
    let folder = folder("raci.md", page);
    let matrix = matrix(&folder, &["raci.md", "--preset", "raci"]);
    assert_eq!(matrix["rows"].as_array().unwrap().len(), 3);
    let port = row(&matrix, "open-a-port-on-request");
    assert_eq!(port["group"], "Network / Firewalls");
    assert_eq!(row(&matrix, "train-users")["allocation"], "client");
}

#[test]
fn every_preset_has_the_shape_that_is_published() {
    let schema: Value = serde_json::from_str(countersign::schema::mapping()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, text) in countersign::workbook::mapping::PRESETS {
        let mapping: Value = serde_json::from_str(text).unwrap();
        let faults: Vec<String> = validator.iter_errors(&mapping).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    for broken in [
        json!({ "format": "countersign/mapping/1", "columns": { "a": "contrl" } }),
        json!({ "format": "countersign/mapping/1", "columns": { "a": { "values": { "MSP": "provder" } } } }),
        json!({ "format": "countersign/mapping/2" }),
    ] {
        assert!(!validator.is_valid(&broken), "{broken}");
    }
}
