//! The account of an import in words and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::account::{Account, Doubtful};
use crate::report::escape;

/// How many of many equal things are named.
const NAMED: usize = 8;
/// How many kinds of doubtful cells are told one by one.
const TOLD: usize = 20;

/// Says what was understood.
pub fn text(account: &Account) -> String {
    let mut text =
        format!("{}, read by {}\n", escape::terminal(&account.file), escape::terminal(&account.mapping));
    for sheet in &account.sheets {
        let _ = writeln!(
            text,
            "\nsheet `{}`: headings in {}, {} rows",
            escape::terminal(&sheet.name),
            sheet.head,
            sheet.rows
        );
        let width = sheet.columns.iter().map(|it| it.heading.chars().count().min(44)).max().unwrap_or(0);
        for column in &sheet.columns {
            let heading = super::table::short(&column.heading);
            let heading: String = heading.chars().take(44).collect();
            let _ = writeln!(
                text,
                "  {:>3}  {:width$}  {:>6}  {}",
                column.letters,
                escape::terminal(&heading),
                column.cells,
                escape::terminal(&format!(
                    "{}{}",
                    column.means,
                    if column.is_guess { "  (a guess)" } else { "" }
                ))
            );
        }
    }
    let owners: Vec<String> =
        account.owners.iter().map(|(owner, count)| format!("{owner} {count}")).collect();
    let _ = writeln!(text, "\n{} rows: {}", account.rows, owners.join(", "));
    for (why, rows) in &account.combined {
        let _ = writeln!(text, "  look at {} rows: {}", rows.len(), escape::terminal(why));
        let _ = writeln!(text, "    {}", escape::terminal(&some(rows)));
    }
    if !account.doubtful.is_empty() {
        let _ = writeln!(text, "\ndoubtful cells: {}", account.doubtful.len() + account.more_doubtful);
        let kinds = kinds(&account.doubtful);
        for (one, more) in kinds.iter().take(TOLD) {
            let _ = writeln!(
                text,
                "  {}  `{}`: {}{}",
                escape::terminal(&one.place),
                escape::terminal(&super::table::short(&one.held)),
                escape::terminal(&one.why),
                if *more > 0 { format!("; {more} more such cells") } else { String::new() }
            );
        }
        if kinds.len() > TOLD {
            let _ = writeln!(text, "  and {} other kinds; `--format json` names all", kinds.len() - TOLD);
        }
    }
    if !account.aside.is_empty() {
        let _ = writeln!(text, "\nleft aside:");
        for one in account.aside.iter().take(NAMED) {
            let _ = writeln!(text, "  {}", escape::terminal(one));
        }
        if account.aside.len() > NAMED {
            let _ = writeln!(text, "  and {} more; `--format json` names all", account.aside.len() - NAMED);
        }
    }
    for notice in &account.notices {
        let _ = writeln!(text, "note: {}", escape::terminal(notice));
    }
    text
}

/// Returns the first cell of each kind of doubt, and how many more there are of the kind.
fn kinds(doubtful: &[Doubtful]) -> Vec<(&Doubtful, usize)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: Vec<(&Doubtful, usize)> = Vec::new();
    for one in doubtful {
        match places.get(one.why.as_str()) {
            Some(at) => kinds[*at].1 += 1,
            None => {
                places.insert(&one.why, kinds.len());
                kinds.push((one, 0));
            }
        }
    }
    kinds
}

fn some(rows: &[String]) -> String {
    match rows.len() {
        few if few <= NAMED => rows.join(", "),
        many => format!("{} and {} more", rows[..NAMED].join(", "), many - NAMED),
    }
}

/// Returns the account as JSON.
pub fn json(account: &Account) -> Value {
    json!({
        "format": "countersign/import/1",
        "file": account.file,
        "mapping": account.mapping,
        "sheets": account.sheets.iter().map(|sheet| json!({
            "name": sheet.name, "head": sheet.head, "rows": sheet.rows,
            "columns": sheet.columns.iter().map(|it| json!({ "column": it.letters, "heading": it.heading, "means": it.means, "guess": it.is_guess, "cells": it.cells })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "rows": account.rows,
        "owners": account.owners,
        "lookAt": account.combined.iter().map(|(why, rows)| json!({ "why": why, "rows": rows })).collect::<Vec<_>>(),
        "doubtful": account.doubtful.iter().map(|it| json!({ "place": it.place, "held": it.held, "why": it.why })).collect::<Vec<_>>(),
        "moreDoubtful": account.more_doubtful,
        "leftAside": account.aside,
        "notices": account.notices,
    })
}
