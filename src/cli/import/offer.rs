//! What `init` offers where a spreadsheet lies already: to begin with it and not with a starter.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::path::{Path, PathBuf};

use crate::cli::ask::Questions;
use crate::error::Result;
use crate::report::escape;
use crate::report::words::shell;

/// The endings of files that are offered; a page of Markdown is more often something else.
const ENDINGS: [&str; 6] = ["xlsx", "xlsm", "xls", "ods", "csv", "tsv"];

/// Asks on a terminal whether to begin with a spreadsheet of the folder; returns the commands if so.
///
/// # Errors
/// Where the answer cannot be read.
pub(in crate::cli) fn offered(folder: &Path) -> Result<Option<String>> {
    let sheets = sheets(folder);
    if sheets.is_empty() || !(stdin().is_terminal() && stderr().is_terminal()) {
        return Ok(None);
    }
    ask(&sheets, &mut Questions { input: stdin().lock(), output: stderr() })
}

fn ask<R: BufRead, W: Write>(sheets: &[PathBuf], ask: &mut Questions<R, W>) -> Result<Option<String>> {
    let names: Vec<String> =
        sheets.iter().map(|path| format!("`{}`", escape::terminal(&path.display().to_string()))).collect();
    let question = match &names[..] {
        [one] => {
            format!("Here lies {one}: begin with it, and not with a usual division of work? (yes or no)")
        }
        _ => {
            format!(
                "Here lie {}: begin with one of them, and not with a usual division of work? (its name, or no)",
                names.join(", ")
            )
        }
    };
    for _ in 0..3 {
        let answer = ask.text(&question)?;
        let named = sheets.iter().find(|path| path.display().to_string() == answer);
        match (answer.to_lowercase().as_str(), named, sheets) {
            ("no" | "n", ..) => return Ok(None),
            (_, Some(path), _) | ("yes" | "y", None, [path]) => return Ok(Some(steps(path))),
            _ => {}
        }
    }
    Ok(None)
}

/// Returns the commands from a spreadsheet to a matrix.
fn steps(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let map = format!("mappings/{}.json", crate::workbook::slug(&stem, "sheet"));
    let file = shell(path.display());
    format!(
        "next:\n  countersign import {file}  names the preset that fits, if one does\n  mkdir -p mappings && countersign import {file} \
         --suggest > {map}  else a first mapping: correct what it guessed\n  countersign import {file} --map {map} --id ID \
         --client NAME --provider NAME --write  the matrix\n"
    )
}

/// Returns the spreadsheets of a folder, by their names.
fn sheets(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_sheet = |path: &PathBuf| {
        let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_lock = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("~$"));
        ENDINGS.contains(&ending.as_str()) && !is_lock && path.is_file()
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_sheet).collect();
    found.sort();
    let here = |path: PathBuf| path.strip_prefix(".").map_or(path.clone(), Path::to_path_buf);
    found.into_iter().take(9).map(here).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use std::path::PathBuf;

    use super::{Questions, ask, sheets};

    fn answered(names: &[&str], answers: &str) -> (Option<String>, String) {
        let sheets: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        let mut said = Vec::new();
        let taken = ask(&sheets, &mut Questions { input: answers.as_bytes(), output: &mut said }).unwrap();
        (taken, String::from_utf8(said).unwrap())
    }

    #[test]
    fn yes_gives_the_commands_and_no_goes_on() {
        let (taken, said) = answered(&["our sheet.xlsx"], "hm\nyes\n");
        assert!(said.contains("Here lies `our sheet.xlsx`"), "{said}");
        assert!(taken.unwrap().contains("import 'our sheet.xlsx' --suggest > mappings/our-sheet.json"));
        assert_eq!(answered(&["a.xlsx"], "no\n").0, None);
    }

    #[test]
    fn one_of_several_is_taken_by_its_name() {
        let (taken, said) = answered(&["a.xlsx", "b.csv"], "yes\nb.csv\n");
        assert!(said.contains("`a.xlsx`, `b.csv`") && taken.unwrap().contains("import b.csv"), "{said}");
    }

    #[test]
    fn files_of_other_kinds_and_locks_are_not_offered() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.CSV", "a.xlsx", "~$a.xlsx", "README.md", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("c.xlsx")).unwrap();
        let names: Vec<_> =
            sheets(folder.path()).iter().map(|it| it.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.xlsx", "b.CSV"]);
        assert!(sheets(std::path::Path::new("/nowhere/at/all")).is_empty());
    }
}
