//! The CIS and CRM worksheets of FedRAMP, headings as published: both sheets are read together, by the preset alone.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::json;

use super::{account, matrix, row};
use crate::support::Folder;

const STATUS: [&str; 5] =
    ["Implemented", "Partially Implemented", "Planned", "Alternative Implementation", "N/A"];
const ORIGIN: [&str; 7] = [
    "Service Provider Corporate",
    "Service Provider System Specific",
    "Service Provider Hybrid (Corporate and System Specific)",
    "Configured by Customer (Customer System Specific)",
    "Provided by Customer (Customer System Specific)",
    "Shared (Service Provider and Customer Responsibility)",
    "Inherited from Pre-existing FedRAMP Authorization",
];
/// Control, its marked columns from the left, what the CRM lets customers inherit, and what it says.
type Row = (&'static str, &'static [u16], &'static str, &'static str);

const R5: [Row; 6] = [
    ("AC-1(a)", &[1, 6], "No", "Customers write a policy of their own."),
    ("AC-2(a)", &[1, 11], "Partial", "Customers define types of accounts."),
    ("AC-2(1)", &[1, 8], "Yes", ""),
    ("AC-2(2)", &[1, 9], "Partial", "Customers configure when accounts end."),
    ("PE-3(a)(1)", &[1, 12], "Yes", "Inherited from the cloud beneath."),
    ("SR-3(a)", &[3, 10], "No", "Customers look after their own suppliers."),
];

/// Makes the workbook, with a name for the first column of the CRM.
fn workbook(rows: &[Row], crm: &str) -> Folder {
    let mut book = Workbook::new();
    let cis = book.add_worksheet().set_name("CIS Worksheet").unwrap();
    let plain = Format::new();
    cis.write_string(0, 0, "FedRAMP Control Implementation Summary (CIS) Worksheet").unwrap();
    cis.merge_range(1, 0, 2, 0, "Control ID", &plain).unwrap();
    cis.merge_range(1, 1, 1, 5, "Implementation Status", &plain).unwrap();
    cis.merge_range(1, 6, 1, 12, "Control Origination", &plain).unwrap();
    for (column, heading) in (1..).zip(STATUS.iter().chain(&ORIGIN)) {
        cis.write_string(2, column, *heading).unwrap();
    }
    for (line, (control, marks, ..)) in (3..).zip(rows) {
        cis.write_string(line, 0, *control).unwrap();
        for column in *marks {
            cis.write_string(line, *column, "X").unwrap();
        }
    }
    let sheet = book.add_worksheet().set_name("CRM Worksheet").unwrap();
    sheet.write_string(0, 0, "FedRAMP Customer Responsibility Matrix (CRM) Worksheet").unwrap();
    let headings =
        [crm, "Can Be Inherited from CSP", "Specific Inheritance and Customer Agency/CSP Responsibilities"];
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(2, column, heading).unwrap();
    }
    for (line, (control, _, inherits, text)) in (3..).zip(rows) {
        for (column, cell) in (0..).zip([*control, *inherits, *text]) {
            sheet.write_string(line, column, cell).unwrap();
        }
    }
    let folder = Folder::new();
    folder.write("cis.xlsx", book.save_to_buffer().unwrap());
    folder
}

#[test]
fn both_sheets_are_read_together_and_where_they_disagree_is_told() {
    let folder = workbook(&R5, "Control ID");
    let account = account(&folder, &["cis.xlsx", "--preset", "fedramp"]);
    assert_eq!(account["doubtful"], json!([]), "{account:#}");
    assert_eq!(account["owners"], json!({ "client": 1, "provider": 2, "shared": 3 }), "{account:#}");
    assert_eq!(account["lookAt"][0]["rows"], json!(["AC-1(a)"]), "{account:#}");
    let matrix = matrix(&folder, &["cis.xlsx", "--preset", "fedramp"]);
    assert_eq!(matrix["frameworks"][0]["pack"], "nist-800-53r5", "SR-3 is of revision 5 alone");
    assert_eq!(row(&matrix, "ac-2-2")["shared"]["mode"], "configured");
    let inherited = row(&matrix, "pe-3-a-1");
    assert_eq!(
        (&inherited["offered"], &inherited["inherits"][0]["from"]),
        (&json!("yes"), &json!("leveraged"))
    );
}

#[test]
fn the_revision_is_that_which_knows_the_controls() {
    let rows: [Row; 2] = [("AC-2 (k)", &[1, 6], "Yes", ""), ("SA-12", &[1, 6], "Yes", "")];
    let matrix = matrix(&workbook(&rows, "Control ID"), &["cis.xlsx", "--preset", "fedramp"]);
    assert_eq!(matrix["frameworks"][0]["pack"], "nist-800-53r4");
}

#[test]
fn a_twin_with_a_wrong_heading_is_refused() {
    let folder = workbook(&R5, "Nr");
    let output = folder.countersign(&["import", "cis.xlsx", "--preset", "fedramp"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(output.stderr.contains("no column is headed `Control ID`"), "{}", output.stderr);
}
