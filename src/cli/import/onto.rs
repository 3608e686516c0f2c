//! `countersign import --onto`: a poor sheet beside a rich starter.

use std::fmt::Write as _;
use std::io::{IsTerminal, stderr, stdin};
use std::path::Path;

use serde_json::{Value, json};

use super::{Args, Sheet};
use crate::cli::file::{self, Created};
use crate::cli::{ask, terminal};
use crate::document::Format;
use crate::edit::Draft;
use crate::error::{Error, Result};
use crate::init::{self, Engagement};
use crate::pack::Packs;
use crate::report::escape;
use crate::report::words::{count, some};
use crate::workbook::{self, Beside, Book, Mapping, Parties};

/// How many differences are told one by one.
const TOLD: usize = 40;

/// Tells where a sheet and a starter differ, and writes what is taken of each.
pub(super) fn run(args: &Args, framework: &str, book: (&Book, Vec<String>), packs: &Packs) -> Result<u8> {
    let pack = packs.framework(framework).ok_or_else(|| {
        let known: Vec<&str> = packs.frameworks().map(|pack| pack.id.as_str()).collect();
        Error::nothing(format!("there is no framework `{framework}`"))
            .hint(format!("there are {}", known.join(", ")))
    })?;
    let engagement = Engagement {
        client: args.client.clone().unwrap_or_else(|| "Client".to_owned()),
        provider: args.provider.clone().unwrap_or_else(|| "Provider".to_owned()),
        frameworks: vec![pack.clone()],
        ci: None,
        include: std::collections::BTreeMap::new(),
        id: args.id.clone(),
    };
    let start = init::start(&engagement, packs)?;
    let text = start.files.last().map(|file| file.text.clone()).unwrap_or_default();
    let draft = Draft::of(&start.path, text.into_bytes())?;
    let parties = |mapping: &Mapping| {
        Parties::of_matrix(&start.matrix, mapping)
            .ok_or_else(|| Error::usage("the starter has no two parties"))
    };
    let sheet = Sheet::read(args, book, packs, Some(&pack.id), &parties)?;
    sheet.understood.demand_room()?;
    let beside = workbook::beside(draft.value(), &sheet.understood);
    match args.format {
        Format::Json => terminal::print(&escape::json(&format!("{:#}\n", json(&beside, framework))))?,
        _ => terminal::print(&text_of(&beside, &sheet.understood.account.file, &pack.title))?,
    }
    let take = match (&args.take, args.write) {
        (Some(take), _) => take.clone(),
        (None, true) if beside.differ.is_empty() => "starter".to_owned(),
        (None, true) => asked()?,
        (None, false) => {
            if args.format != Format::Json {
                terminal::print(
                    "\nnothing was written; `--take sheet|starter|ROWS --write` makes the matrix\n",
                )?;
            }
            return Ok(0);
        }
    };
    let names: Vec<&str> = take.split(',').map(str::trim).collect();
    let unknown = names.iter().find(|name| {
        !matches!(**name, "sheet" | "starter") && !beside.differ.iter().any(|one| one.is_called(name))
    });
    if let Some(name) = unknown {
        return Err(Error::nothing(format!("sheet and starter do not differ in `{name}`")));
    }
    let takes = |one: &workbook::Difference| match names[..] {
        ["sheet"] => true,
        ["starter"] => false,
        _ => names.iter().any(|name| one.is_called(name)),
    };
    let (after, changed) =
        draft.edit(|matrix| Ok(workbook::take(matrix, &sheet.understood, &sheet.parties, &takes)))?;
    write(args, &start.path, after.text(), changed)
}

/// Asks on a terminal what is taken where sheet and starter differ.
fn asked() -> Result<String> {
    if !(stdin().is_terminal() && stderr().is_terminal()) {
        return Err(Error::usage("say with `--take` what is taken where they differ")
            .hint("`--take sheet`, `--take starter`, or the rows of the sheet with commas between"));
    }
    let mut questions = ask::Questions { input: stdin().lock(), output: stderr() };
    questions.text("Where they differ, take `sheet`, `starter`, or which rows of the sheet?")
}

fn write(args: &Args, path: &str, text: &str, changed: usize) -> Result<u8> {
    let lacks: Vec<&str> = [("--client", &args.client), ("--provider", &args.provider)]
        .iter()
        .filter(|(_, it)| it.is_none())
        .map(|(flag, _)| *flag)
        .collect();
    if args.write && !lacks.is_empty() {
        return Err(Error::usage(format!("{} must be given to write a matrix", lacks.join(", "))));
    }
    let taken = format!("\n{} taken from the sheet, the rest from the starter\n", count(changed, "row"));
    if args.format != Format::Json {
        terminal::print(&taken)?;
    }
    if !args.write {
        terminal::print(&format!("nothing was written; the same with `--write` makes {path}\n"))?;
        return Ok(0);
    }
    match file::create(Path::new(path), text)? {
        Created::Written | Created::Same => {
            terminal::print(&format!("wrote {path}\nnext: countersign check {path}\n"))?
        }
        Created::Left => {
            return Err(Error::usage(format!("there is a matrix `{path}` already; nothing was written"))
                .hint("take another `--id`"));
        }
    }
    Ok(0)
}

fn text_of(beside: &Beside, file: &str, framework: &str) -> String {
    let clean = |text: &str| escape::terminal(text);
    let mut out = format!("{} beside the starter of {}\n\n", clean(file), clean(framework));
    let _ = writeln!(out, "  {} give the work to the same side", count(beside.agree, "row"));
    let _ = writeln!(out, "  {} to another", count(beside.differ.len(), "row"));
    let lists = [
        ("give it to nobody", &beside.silent),
        ("of the starter stand in no row of the sheet", &beside.unspoken),
        ("of the sheet have nothing in the starter", &beside.beyond),
    ];
    for (what, rows) in lists.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let _ = writeln!(out, "  {} {what}: {}", count(rows.len(), "row"), clean(&some(rows, 6)));
    }
    if !beside.differ.is_empty() {
        out.push_str("\nwhere they differ           sheet           starter\n");
    }
    for one in beside.differ.iter().take(TOLD) {
        let _ = writeln!(
            out,
            "  {:<24}  {:<14}  {:<14}  {}",
            clean(&one.called),
            one.sheet,
            one.starter,
            clean(&some(&one.rows, 3))
        );
    }
    if beside.differ.len() > TOLD {
        let _ = writeln!(out, "  and {} more; `--format json` names all", beside.differ.len() - TOLD);
    }
    out
}

fn json(beside: &Beside, framework: &str) -> Value {
    json!({
        "format": "countersign/import/1",
        "onto": framework,
        "agree": beside.agree,
        "differ": beside.differ.iter().map(|one| json!({
            "called": one.called, "sheet": one.sheet, "starter": one.starter, "rows": one.rows
        })).collect::<Vec<_>>(),
        "silent": beside.silent,
        "unspoken": beside.unspoken,
        "beyond": beside.beyond,
    })
}
