//! Which sheet of a file has the headings of a mapping.

use super::super::book::Book;
use super::super::mapping::{Mapping, SheetMap};
use super::super::table::{Misfit, Table, find};
use super::Wish;
use crate::error::{Error, Result};

/// Chooses the sheet of a file that has the headings of a mapping.
pub(super) fn choose<'b>(
    book: &'b Book,
    map: &SheetMap,
    mapping: &Mapping,
    wish: &Wish,
    file: &str,
) -> Result<Option<Table<'b>>> {
    let is_only = mapping.sheets.is_empty();
    let named: Vec<_> = book
        .sheets
        .iter()
        .filter(|sheet| wish.hidden || !sheet.is_hidden)
        .filter(|sheet| match (&wish.sheet, is_only) {
            (Some(name), true) => sheet.name == *name,
            _ => map.name.fits(&sheet.name),
        })
        .collect();
    let names = || {
        book.sheets
            .iter()
            .filter(|it| !it.is_hidden)
            .map(|it| format!("`{}`", it.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (mut tables, mut best) = (Vec::new(), Misfit::default());
    let mut nearest = None;
    for sheet in &named {
        match find(sheet, map) {
            Ok(table) => tables.push(table),
            Err(misfit) if nearest.is_none() || misfit.found > best.found => {
                (best, nearest) = (misfit, Some(&sheet.name))
            }
            Err(_) => {}
        }
    }
    match tables.len() {
        1 => Ok(tables.pop()),
        0 if map.optional => Ok(None),
        0 => Err(unfit(file, nearest.map(String::as_str), &best, &names(), map)),
        _ => {
            let fitting: Vec<String> = tables.iter().map(|it| format!("`{}`", it.sheet.name)).collect();
            Err(Error::usage(format!(
                "{} sheets of `{file}` have these headings: {}",
                tables.len(),
                fitting.join(", ")
            ))
            .hint("say which one holds the matrix, with `--sheet NAME`; one of them may be an example"))
        }
    }
}

fn unfit(file: &str, sheet: Option<&str>, misfit: &Misfit, names: &str, map: &SheetMap) -> Error {
    let Some(sheet) = sheet else {
        return Error::usage(format!("`{file}` has no sheet that is called {}", map.name.all().join(" or ")))
            .because(format!("it has {names}"))
            .hint("name the sheet in the mapping, or write a mapping for this file with `--suggest`");
    };
    let mut error =
        Error::usage(format!("sheet `{sheet}` of `{file}` does not have the headings of the mapping"));
    for (heading, near) in misfit.missing.iter().take(8) {
        let near = near.as_ref().map(|it| format!("; `{it}` looks like it")).unwrap_or_default();
        error = error.because(format!("no column is headed `{heading}`{near}"));
    }
    for twice in misfit.twice.iter().take(8) {
        error = error.because(twice.clone());
    }
    error.hint("nothing was read; correct the mapping, or write one for this file with `--suggest`")
}
