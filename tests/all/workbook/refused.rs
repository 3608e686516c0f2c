//! Where a guess could harm a person, the person is asked.

use rust_xlsxwriter::{Formula, Workbook};

use super::{account, folder, row};
use crate::support::Folder;

const HEAD: &str = "Control,Title,MSP Responsibility,Client Responsibility,Shared Details\n";

/// Writes a workbook of sheets with rows of texts.
fn workbook(folder: &Folder, name: &str, sheets: &[(&str, &[&[&str]])], finish: impl Fn(&mut Workbook)) {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (down, row) in (0..).zip(*rows) {
            for (right, text) in (0..).zip(*row) {
                sheet.write_string(down, right, *text).unwrap();
            }
        }
    }
    finish(&mut book);
    folder.write(name, book.save_to_buffer().unwrap());
}

const TABLE: &[&[&str]] = &[
    &["Control", "MSP Responsibility", "Client Responsibility", "Shared Details"],
    &["AC.L2-3.1.1", "Set up", "Approve", "as said"],
    &["AC.L2-3.1.2", "Configure", "Define", "as said"],
];

#[test]
fn a_row_with_more_cells_than_headings_is_refused_by_its_cell() {
    let folder = folder(
        "s.csv",
        &format!(
            "{HEAD}AC.L2-3.1.1,Users,Set up,Approve,both\nAC.L2-3.1.2,Roles,Configure, and test,Define,both\n"
        ),
    );
    let output = folder.countersign(&["import", "s.csv", "--preset", "plain"]);
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("more cells than there are headings") && output.stderr.contains("F3"),
        "{}",
        output.stderr
    );
}

#[test]
fn two_sheets_that_fit_are_asked_about_and_one_is_taken_by_name() {
    let folder = Folder::new();
    workbook(&folder, "s.xlsx", &[("Example Responses", TABLE), ("Matrix", TABLE)], |_| {});
    let output = folder.countersign(&["import", "s.xlsx", "--preset", "plain"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("`Example Responses`, `Matrix`"), "{}", output.stderr);
    let account = account(&folder, &["s.xlsx", "--preset", "plain", "--sheet", "Matrix"]);
    assert_eq!(account["sheets"][0]["name"], "Matrix");
}

#[test]
fn what_is_hidden_is_named_and_not_read_unless_asked_for() {
    let folder = Folder::new();
    workbook(&folder, "s.xlsx", &[("Matrix", TABLE), ("Old", TABLE)], |book| {
        book.worksheet_from_name("Old").unwrap().set_hidden(true);
        book.worksheet_from_name("Matrix").unwrap().set_row_hidden(2).unwrap();
    });
    let without = account(&folder, &["s.xlsx", "--preset", "plain"]);
    assert_eq!(without["rows"], 1);
    let notices = without["notices"].to_string() + &without["leftAside"].to_string();
    assert!(notices.contains("row 3 hidden") && notices.contains("`Old`: hidden"), "{notices}");
    let with = account(&folder, &["s.xlsx", "--preset", "plain", "--hidden", "--sheet", "Matrix"]);
    assert_eq!(with["rows"], 2);
}

#[test]
fn a_column_for_one_side_only_is_asked_about() {
    let folder = folder(
        "s.csv",
        "Control,MSP Responsibility,Client Responsibility,Shared Details,Internal notes\nAC.L2-3.1.1,a,b,c,they never pay\n",
    );
    let output = folder.countersign(&["import", "s.csv", "--preset", "plain"]);
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("Internal notes") && !output.stderr.contains("never pay"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_value_that_nobody_explained_is_a_doubtful_cell_and_gives_the_row_to_nobody() {
    let folder = folder(
        "s.csv",
        "Requirement ID,Requirement Statement,Responsibility\n1.1,Policy,Custmer\n1.2,Plan,Provider\n",
    );
    let account = account(&folder, &["s.csv", "--preset", "hitrust"]);
    let doubt = &account["doubtful"][0];
    assert_eq!(doubt["place"], "s.csv!s!C2");
    assert!(doubt["why"].as_str().unwrap().contains("`Customer` is meant?"), "{doubt}");
    assert_eq!(account["owners"]["unassigned"], 1);
}

#[test]
fn section_rows_are_no_rows_and_formulas_are_told() {
    let folder = Folder::new();
    let rows: &[&[&str]] = &[TABLE[0], &["Access Control"], TABLE[1], TABLE[2]];
    workbook(&folder, "s.xlsx", &[("Matrix", rows)], |book| {
        let sheet = book.worksheet_from_name("Matrix").unwrap();
        sheet.write_formula(3, 3, Formula::new("=B4&C4").set_result("Configure, Define")).unwrap();
    });
    let account = account(&folder, &["s.xlsx", "--preset", "plain"]);
    assert_eq!(account["rows"], 2);
    assert!(account["notices"].to_string().contains("1 cells hold formulas, from D4 on"), "{account}");
    let matrix = super::matrix(&folder, &["s.xlsx", "--preset", "plain"]);
    assert_eq!(row(&matrix, "ac-l2-3-1-2")["shared"]["details"], "Configure, Define");
}

#[test]
fn nothing_is_written_over_a_matrix_that_is_there() {
    let folder = folder("s.csv", &format!("{HEAD}AC.L2-3.1.1,Users,Set up,Approve,both\n"));
    folder.write("matrices/acme.json", "{}");
    let output = folder.countersign(&[
        "import",
        "s.csv",
        "--preset",
        "plain",
        "--id",
        "acme",
        "--client",
        "A",
        "--provider",
        "B",
        "--write",
    ]);
    assert_eq!(output.code, 2);
    assert_eq!(folder.read("matrices/acme.json"), "{}");
}

#[test]
fn a_file_that_nobody_explained_names_the_preset_that_fits() {
    let folder = folder("s.csv", include_str!("../../fixtures/sheets/hitrust.csv"));
    let output = folder.countersign(&["import", "s.csv"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("import s.csv --preset hitrust"), "{}", output.stderr);
}

#[test]
fn a_suggested_mapping_is_one_and_says_what_it_guessed() {
    let folder = folder("s.csv", include_str!("../../fixtures/sheets/cmmc-objectives.csv"));
    let suggested = folder.countersign(&["import", "s.csv", "--suggest"]);
    assert_eq!(suggested.code, 0, "{}", suggested.stderr);
    assert!(
        suggested.stdout.contains("\"guess\"") && suggested.stdout.contains("\"cmmc-l2\""),
        "{}",
        suggested.stdout
    );
    folder.write("mappings/s.json", &suggested.stdout);
    let account = account(&folder, &["s.csv", "--map", "mappings/s.json"]);
    assert_eq!(account["rows"], 4);
    assert_eq!(account["owners"]["client"], 1, "{account:#}");
}
