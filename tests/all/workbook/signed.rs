//! What a workbook says beside the rows: who signed, what changed, what may be chosen.

use std::io::Read as _;

use countersign::matrix::Matrix;
use countersign::workbook::layout::{self, Wanted};
use countersign::workbook::{self, Book, Cover, Stamp};
use serde_json::{Value, json};

use crate::signoff::scene::{ID, Scene, matrix, ok};
use crate::support::Folder;

fn book(folder: &Folder, name: &str) -> Book {
    workbook::read(&folder.path(name)).unwrap()
}

/// Returns every text of a sheet.
fn texts(book: &Book, sheet: &str) -> Vec<String> {
    let found =
        book.sheets.iter().find(|one| one.name == sheet).unwrap_or_else(|| panic!("no sheet {sheet}"));
    found.lines.values().flat_map(|line| &line.cells).map(|(_, cell)| cell.text.clone()).collect()
}

#[test]
fn the_cover_of_a_signed_version_names_its_signers_and_changes_have_a_sheet() {
    let scene = Scene::agreed();
    ok(&scene.harbor, &["export", ID, "--version", "1.0", "-o", "signed.xlsx"]);
    let cover = texts(&book(&scene.harbor, "signed.xlsx"), "Cover").join("\n");
    for said in ["Signed by", "Ann A.", "Bob B.", "Version", "1.0", "SHA-256 of the text"] {
        assert!(cover.contains(said), "{said} is not on the cover:\n{cover}");
    }
    let mut next = matrix("1.1", 2);
    next["rows"][0]["title"] = json!("Quite another title");
    scene.change(&next);
    ok(&scene.harbor, &["export", ID, "--base", "1.0", "-o", "next.xlsx"]);
    let next = book(&scene.harbor, "next.xlsx");
    let changes = texts(&next, "Changes").join("\n");
    assert!(changes.contains("since version 1.0") && changes.contains("Quite another title"), "{changes}");
    let cover = texts(&next, "Cover").join("\n");
    assert!(!cover.contains("Signed by"), "nobody has signed 1.1:\n{cover}");
}

#[test]
fn a_long_list_of_choices_lies_on_a_hidden_sheet() {
    let parties: Vec<Value> = (0..14)
        .map(|at| {
            let side = ["client", "provider", "subprovider"][at.min(2)];
            json!({ "id": format!("p{at}"), "side": side, "name": format!("Party number {at} of a long list of parties, Inc.") })
        })
        .collect();
    let value = json!({
        "format": "countersign/matrix/1", "id": "m", "kind": "engagement", "version": "1.0", "title": "M", "parties": parties,
        "rows": [{ "id": "r", "title": "R", "controls": [], "allocation": "client", "duties": [{ "do": "perform", "party": "p0" }] }],
    });
    let matrix = Matrix::of(&value).unwrap();
    let labels = |_: &str| None;
    let tables =
        layout::tables(&Wanted { matrix: &matrix, value: &value, party: None, labels: &labels }).unwrap();
    let stamp = Stamp {
        id: "m".to_owned(),
        version: "1.0".to_owned(),
        sha256: "0".repeat(64),
        party: None,
        tool: "1".to_owned(),
    };
    let bytes = workbook::write(&tables, &Cover::default(), &stamp).unwrap();
    let folder = Folder::new();
    folder.write("m.xlsx", &bytes);
    let read = book(&folder, "m.xlsx");
    let lists = read.sheets.iter().find(|sheet| sheet.name == "Lists").expect("a sheet of lists");
    assert!(lists.is_hidden && lists.lines.len() == 14);
    let duties = tables.iter().position(|table| table.name == "Duties").unwrap() + 2;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name(&format!("xl/worksheets/sheet{duties}.xml")).unwrap().read_to_string(&mut xml).unwrap();
    assert!(xml.contains("Lists!$A$1:$A$14"), "the duties take their parties from the hidden list");
}

#[test]
fn init_asks_nobody_of_a_sheet_where_there_is_no_terminal() {
    let folder = Folder::new();
    folder.write("ours.csv", "Control,Owner\n3.1.1,MSP\n");
    let asked = folder.countersign(&["init"]);
    assert!(asked.code == 2 && !asked.stdout.contains("ours.csv") && !asked.stderr.contains("ours.csv"));
}
