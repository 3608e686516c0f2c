//! Spreadsheets come in: by presets, by mappings of a dozen lines, and never by a guess.

mod covered;
mod exported;
mod fedramp;
mod hostile;
mod into;
mod presets;
mod refused;
mod signed;
mod suggested;
mod template;
mod vocabulary;

use serde_json::Value;

use crate::support::{Folder, Output};

/// A folder with a sheet in it.
fn folder(name: &str, text: &str) -> Folder {
    let folder = Folder::new();
    folder.write(name, text);
    folder
}

/// Imports a file and returns the account as JSON.
#[track_caller]
fn account(folder: &Folder, args: &[&str]) -> Value {
    let all = [&["import"], args, &["--format", "json"]].concat();
    let output = folder.countersign(&all);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    serde_json::from_str(&output.stdout).unwrap()
}

/// Writes the matrix and returns it.
#[track_caller]
fn matrix(folder: &Folder, args: &[&str]) -> Value {
    let names = ["--id", "acme", "--client", "Acme Defense", "--provider", "Harbor MSP", "--write"];
    let output: Output = folder.countersign(&[&["import"], args, &names].concat());
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    serde_json::from_str(&folder.read("matrices/acme.json")).unwrap()
}

/// Returns a row by its id.
#[track_caller]
fn row<'m>(matrix: &'m Value, id: &str) -> &'m Value {
    let rows = matrix["rows"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no row {id} among {rows:#?}"))
}
