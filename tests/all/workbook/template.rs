//! The other side's own layout is filled in its own words, and every other byte of it stays.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;

use crate::support::Folder;

const MAP: &str = r#"{ "format": "countersign/mapping/1", "vocabulary": "house", "catalog": "cmmc-l2", "columns": {
    "Control": "control", "Name": "title",
    "Owner": { "values": { "MSP": "provider", "You": "client", "Client": "client", "Both": "shared" } },
    "MSP does": { "duty": "perform", "party": "provider" },
    "Client does": { "duty": "perform", "party": "client" },
    "Remarks": "native" } }"#;

const ROWS: [[&str; 6]; 4] = [
    ["Control", "Name", "Owner", "MSP does", "Client does", "Remarks"],
    ["3.1.1", "Users", "MSP", "Set up accounts", "", "as agreed"],
    ["3.1.2", "Roles", "Both", "Configure roles", "Define roles", ""],
    ["3.1.3", "Flow", "You", "", "Control <the> flow & more", ""],
];

fn template(folder: &Folder) {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet().set_name("Responsibilities").unwrap();
    for (down, row) in (0..).zip(ROWS) {
        for (right, text) in (0..).zip(row) {
            if !text.is_empty() {
                sheet.write_string_with_format(down, right, text, &bold).unwrap();
            }
        }
    }
    folder.write("t.xlsx", book.save_to_buffer().unwrap());
    folder.write("map.json", MAP);
}

fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn a_template_gets_what_differs_and_keeps_the_rest() {
    let folder = Folder::new();
    template(&folder);
    super::matrix(&folder, &["t.xlsx", "--map", "map.json"]);
    let path = "matrices/acme.json";
    let fill = |name: &str| {
        folder.countersign(&["export", path, "--template", "t.xlsx", "--map", "map.json", "-o", name])
    };
    let same = fill("same.xlsx");
    assert_eq!(same.code, 0, "{}{}", same.stdout, same.stderr);
    assert!(same.stdout.contains("3 rows of the template found, 0 cells written anew"), "{}", same.stdout);
    let bytes = |name: &str| std::fs::read(folder.path(name)).unwrap();
    assert_eq!(parts(&bytes("same.xlsx")), parts(&bytes("t.xlsx")));
    let mut matrix: Value = serde_json::from_str(&folder.read(path)).unwrap();
    matrix["rows"][0]["duties"][0]["text"] = "Set up & review accounts".into();
    matrix["rows"][1]["allocation"] = "client".into();
    matrix["rows"][1]["duties"].as_array_mut().unwrap().retain(|duty| duty["party"] == "acme-defense");
    matrix["rows"][1].as_object_mut().unwrap().remove("shared");
    matrix["rows"][2]["scope"] = serde_json::json!([]);
    matrix["rows"][2]["cadence"] = "annual".into();
    folder.write(path, format!("{matrix:#}\n"));
    let filled = fill("filled.xlsx");
    assert_eq!(filled.code, 0, "{}{}", filled.stdout, filled.stderr);
    assert!(
        filled.stdout.contains("3 cells written anew") && filled.stdout.contains("cadence (1)"),
        "{}",
        filled.stdout
    );
    let changed: Vec<String> = parts(&bytes("filled.xlsx"))
        .into_iter()
        .zip(parts(&bytes("t.xlsx")))
        .filter(|(is, was)| is != was)
        .map(|(is, _)| is.0)
        .collect();
    assert_eq!(changed, ["xl/worksheets/sheet1.xml"]);
    // Read again, it says what the matrix says, in the words of the sheet.
    let back = folder.countersign(&[
        "import",
        "filled.xlsx",
        "--map",
        "map.json",
        "--into",
        path,
        "--format",
        "json",
    ]);
    let account: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(account["doubtful"], serde_json::json!([]), "{account:#}");
    assert_eq!(account["owners"], serde_json::json!({ "client": 2, "provider": 1 }), "{account:#}");
}
