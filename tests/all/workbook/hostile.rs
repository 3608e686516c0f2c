//! Files that were made to cost: each is an error, fast and small.

use std::io::Write as _;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::Folder;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const HEAD: &str =
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn xlsx(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let parts: [(&str, &[u8]); 5] = [
        ("_rels/.rels", ROOT.as_bytes()),
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    archive(&[&parts[..], more].concat())
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

/// Imports bytes under a name; it must fail with code 2 and say why.
#[track_caller]
fn refused(name: &str, bytes: &[u8], why: &str) {
    let folder = Folder::new();
    folder.write(name, bytes);
    let output = folder.countersign(&["import", name, "--preset", "plain"]);
    assert_eq!(output.code, 2, "{name}: {}{}", output.stdout, output.stderr);
    assert!(output.stderr.contains(why), "{name}: {}", output.stderr);
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused_by_its_entry() {
    let strings = vec![b' '; 49 << 20];
    refused(
        "bomb.xlsx",
        &xlsx(HEAD.as_bytes(), &[("xl/sharedStrings.xml", &strings)]),
        "unpacks to more than 48 MiB",
    );
}

#[test]
fn more_cells_than_the_budget_are_refused() {
    let cells = "<c><v>1</v></c>".repeat(160);
    let rows = format!("<row>{cells}</row>").repeat(9_500);
    refused(
        "cells.xlsx",
        &xlsx(format!("{HEAD}{rows}</sheetData></worksheet>").as_bytes(), &[]),
        "more than 1500000 cells",
    );
}

#[test]
fn repeated_cells_are_counted_before_they_are_made() {
    let row = r#"<table:table-row table:number-rows-repeated="6000"><table:table-cell table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell></table:table-row>"#;
    refused("rep.ods", &ods(row), "more than 1500000 cells");
    let long = format!(
        r#"<table:table-row table:number-rows-repeated="9000"><table:table-cell table:number-columns-repeated="100"><text:p>{}</text:p></table:table-cell></table:table-row>"#,
        "x".repeat(200)
    );
    refused("text.ods", &ods(&long), "MiB of text");
}

#[test]
fn empty_rows_to_the_end_of_a_sheet_cost_nothing() {
    let rows = r#"<table:table-row><table:table-cell><text:p>Control</text:p></table:table-cell><table:table-cell><text:p>MSP Responsibility</text:p></table:table-cell><table:table-cell><text:p>Client Responsibility</text:p></table:table-cell><table:table-cell><text:p>Shared Details</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>AC.L2-3.1.1</text:p></table:table-cell><table:table-cell><text:p>Set &amp; test</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16381"/></table:table-row><table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let folder = Folder::new();
    folder.write("s.ods", ods(rows));
    let account = super::account(&folder, &["s.ods", "--preset", "plain"]);
    assert_eq!(account["owners"], serde_json::json!({ "provider": 1 }));
}

#[test]
fn a_cell_far_away_costs_nothing_and_is_named() {
    let sheet = format!(
        r#"{HEAD}<row r="1"><c r="A1" t="inlineStr"><is><t>Control</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"#
    );
    refused("far.xlsx", &xlsx(sheet.as_bytes(), &[]), "does not have the headings");
}

#[test]
fn entities_passwords_false_names_and_torn_files_are_named() {
    let entity = format!(
        r#"<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>{HEAD}<row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"#
    );
    refused("entity.xlsx", &xlsx(entity.as_bytes(), &[]), "declares entities");
    let whole = xlsx(format!("{HEAD}</sheetData></worksheet>").as_bytes(), &[]);
    refused("torn.xlsx", &whole[..whole.len() / 2], "cut off");
    refused("false.csv", &whole, "is not what it holds");
    refused("locked.xlsx", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], "password");
    refused("torn.xls", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], "damaged");
    refused("utf16.csv", b"\xff\xfeC\0o\0n\0", "UTF-16");
    refused("latin.csv", b"Control,Title\nAC-1,caf\xe9\n", "line 2 is not UTF-8");
    refused("image.png", b"\x89PNG\r\n\x1a\n\0\0", "neither a workbook nor text");
}
