//! `countersign export --template`: the layout of the other side, filled.

use std::fmt::Write as _;
use std::path::Path;

use super::{Args, Shown};
use crate::cli::{import, output, terminal};
use crate::error::{Error, Result};
use crate::report::escape;
use crate::report::words::{count, some};
use crate::workbook::{self, Controls, Filled, Parties, Wish};

/// How many of many things are told one by one.
const TOLD: usize = 20;

/// Fills a template and says what it has no place for.
pub(super) fn run(args: &Args, template: &Path, file: &Path, shown: &Shown) -> Result<u8> {
    let mappings = import::named(args.map.as_deref(), args.preset.as_deref())?.ok_or_else(|| {
        Error::usage("what do the columns of the template mean?")
            .hint("give `--map MAP.json` or `--preset NAME`")
    })?;
    let mut book = workbook::read(template)?;
    workbook::fill_merged(&mut book);
    workbook::leave_out_hidden(&mut book);
    let name = template.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let (matrix, packs) = (&shown.opened.matrix, &shown.opened.setup.packs);
    let mut refused = None;
    for (_, mut mapping) in mappings {
        let only = match &matrix.frameworks[..] {
            [only] => Some(only.pack.as_str()),
            _ => None,
        };
        workbook::settle(&mut mapping, &book, packs, only);
        let parties = Parties::of_matrix(matrix, &mapping)
            .ok_or_else(|| Error::usage(format!("`{}` has no client or no provider yet", matrix.id)))?;
        let catalog = mapping.catalog();
        let controls = Controls::of(catalog, catalog.and_then(|it| packs.catalogue(it)));
        let understood =
            match workbook::understand(&book, &mapping, &parties, &controls, &Wish::default(), &name) {
                Ok(understood) => understood,
                Err(error) => {
                    refused = refused.or(Some(error));
                    continue;
                }
            };
        understood.demand_room()?;
        let filled = workbook::fill(&shown.opened.value, &book, &understood, &mapping, &parties);
        let bytes = std::fs::read(template)
            .map_err(|error| Error::usage(format!("cannot read `{}`", template.display())).because(error))?;
        output::write_bytes(file, &workbook::refilled(&name, &bytes, &book, &filled.cells)?)?;
        terminal::print(&told(&filled, file))?;
        return Ok(u8::from(!filled.questions.is_empty()));
    }
    Err(refused.unwrap_or_else(|| Error::usage("no mapping fits the template")))
}

fn told(filled: &Filled, file: &Path) -> String {
    let clean = |text: &str| escape::terminal(text);
    let name = file.display().to_string();
    let (rows, cells) = (count(filled.rows, "row"), count(filled.cells.len(), "cell"));
    let mut out = format!("wrote {}: {rows} of the template found, {cells} written anew\n", clean(&name));
    for one in filled.cells.iter().take(TOLD) {
        let at = format!("{}!{}", one.sheet, workbook::address(one.row, one.column));
        let _ = writeln!(out, "  {}  {}", clean(&at), clean(&workbook::short(&one.text)));
    }
    if filled.cells.len() > TOLD {
        let _ = writeln!(out, "  and {} more", filled.cells.len() - TOLD);
    }
    if !filled.without_line.is_empty() {
        let rows = clean(&some(&filled.without_line, 8));
        let _ = writeln!(
            out,
            "without a line in the template: {} ({rows})",
            count(filled.without_line.len(), "row")
        );
    }
    if !filled.without_column.is_empty() {
        let fields: Vec<String> =
            filled.without_column.iter().map(|(field, rows)| format!("{field} ({rows})")).collect();
        let _ = writeln!(
            out,
            "without a column in the template, with the rows that have it: {}",
            fields.join(", ")
        );
    }
    if !filled.questions.is_empty() {
        let _ = writeln!(out, "in question: {}", filled.questions.len());
    }
    for one in filled.questions.iter().take(TOLD) {
        let _ = writeln!(out, "  {}", clean(one));
    }
    out
}
