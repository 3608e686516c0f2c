//! The commands that edit a matrix: each reads, makes one edit through [`crate::edit`], says what it means and writes.

pub(super) mod add;
pub(super) mod bump;
pub(super) mod hand;
pub(super) mod remove;
pub(super) mod rename;
pub(super) mod set;

use std::path::Path;

use serde_json::Value;

use super::facts::{self, Opened};
use super::{Global, terminal, today};
use crate::diff::Comparer;
use crate::edit::name::Noun;
use crate::edit::{Draft, Held};
use crate::error::{Error, Result};
use crate::matrix::Duration;
use crate::near;
use crate::report::escape;
use crate::report::snippet::wrapped;
use crate::report::words;

// What every edit understands.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Dry {
    /// Say what would change, and write nothing
    #[arg(long, short = 'n')]
    pub(in crate::cli) dry_run: bool,
}

/// A matrix that is to be edited, with the file that holds it.
pub(in crate::cli) struct Target {
    pub(in crate::cli) opened: Opened,
    pub(in crate::cli) held: Held,
    pub(in crate::cli) draft: Draft,
}

impl Target {
    /// Opens the matrix that a name means: a file, or the id of a matrix of the project.
    pub(in crate::cli) fn open(name: &Path) -> Result<Self> {
        let opened = facts::open(name, None, today())?;
        let path = opened.world.root().join(&opened.path);
        let held = Held::read(&path)?;
        let draft = Draft::of(&opened.path, held.bytes().to_vec())?;
        Ok(Self { opened, held, draft })
    }

    /// Makes an edit, says which responsibility it changes, and writes it unless nothing is to be written.
    pub(in crate::cli) fn edit(
        mut self,
        dry: &Dry,
        global: &Global,
        edit: impl FnOnce(&mut Value) -> Result<String>,
    ) -> Result<u8> {
        let (after, said) = self.draft.edit(edit)?;
        if after.text() == self.draft.text() {
            terminal::print("nothing changes: the matrix says so already\n")?;
            return Ok(0);
        }
        let mut text = change_by(&self.opened.setup.comparer(), &self.draft, &after, global);
        if !said.is_empty() {
            text.push_str(&format!("{}\n", escape::terminal(&said)));
        }
        if !dry.dry_run {
            self.held.replace(after.text())?;
        }
        let path = escape::terminal(&self.opened.path);
        let end = if dry.dry_run { "nothing was written (--dry-run)" } else { "written" };
        text.push_str(&format!("{path}: {end}\n"));
        terminal::print(&text)?;
        Ok(0)
    }

    /// Returns the id of the row that is meant: by its id, or by a control that it alone answers for.
    pub(in crate::cli) fn row(&self, name: &str) -> Result<String> {
        row_named(self.draft.value(), name)
    }
}

/// Fields whose values a sentence says by the names of the parties.
const SAID_BY_NAME: [&str; 5] = ["party", "collector", "allocation", "by", "boundBy"];
/// How many changes are said one by one.
const SAID: usize = 60;

/// Returns what an edit means for who does what, a line a change.
pub(in crate::cli) fn change(before: &Draft, after: &Draft, global: &Global) -> String {
    change_by(&Comparer::default(), before, after, global)
}

/// Says the same by the words of a project.
fn change_by(by: &Comparer, before: &Draft, after: &Draft, global: &Global) -> String {
    let diff = by.compare(before.matrix(), after.matrix());
    let columns = terminal::style(global.color).columns();
    let mut out = String::new();
    for change in diff.changes.iter().take(SAID) {
        let place = change.row.as_ref().map_or("", |row| row.id());
        let said = match place {
            "" => diff.says(change),
            row => format!("{row}: {}", diff.says(change)),
        };
        let is_told = SAID_BY_NAME.iter().any(|field| change.field.ends_with(field));
        let values = short(&change.before).zip(short(&change.after)).filter(|_| !is_told);
        let said = match values.filter(|(was, is)| was != is && !said.contains(is.as_str())) {
            Some((was, is)) => format!("{said}: {is}, before {was}"),
            None => said,
        };
        out.push_str(&wrapped("  ", 4, &escape::terminal(&said), columns));
    }
    let more = diff.changes.len().saturating_sub(SAID);
    if more > 0 {
        out.push_str(&format!("  and {more} more: `countersign diff` shows all of them\n"));
    }
    out
}

/// Returns a value that fits into a sentence: a text, or a length of time.
fn short(value: &Value) -> Option<String> {
    let time = |text: &str| Duration::from(text).words();
    match value {
        Value::String(text) if text.starts_with('P') && text.chars().any(|c| c.is_ascii_digit()) => {
            Some(time(text))
        }
        Value::String(text) => Some(text.clone()),
        Value::Object(within) => within.get("time").and_then(Value::as_str).map(time),
        _ => None,
    }
}

fn row_named(matrix: &Value, name: &str) -> Result<String> {
    let unknown = match Noun::Row.find(matrix, name) {
        Ok(_) => return Ok(name.to_owned()),
        Err(error) => error,
    };
    let rows = matrix["rows"].as_array().into_iter().flatten();
    let answers = |row: &&Value| {
        row["controls"].as_array().into_iter().flatten().filter_map(Value::as_str).any(|control| {
            control == name || control.split_once(':').is_some_and(|(_, own)| own.eq_ignore_ascii_case(name))
        })
    };
    let found: Vec<&str> = rows.into_iter().filter(answers).filter_map(|row| row["id"].as_str()).collect();
    match found[..] {
        [one] => Ok(one.to_owned()),
        [] => Err(like(matrix, name).map_or(unknown, |rows| {
            Error::nothing(format!("the matrix has no row `{name}`"))
                .hint(format!("rows that speak of it: {rows}"))
        })),
        _ => Err(Error::usage(format!("several rows answer for `{name}`"))
            .hint(format!("name one of them: {}", found.join(", ")))),
    }
}

/// Returns the rows that have a word in their label or their activity, if there are any.
fn like(matrix: &Value, word: &str) -> Option<String> {
    let wanted = word.to_lowercase().replace('-', " ");
    let speaks = |row: &&Value| {
        ["id", "title", "activity"]
            .iter()
            .filter_map(|field| row[*field].as_str())
            .any(|text| text.to_lowercase().replace('-', " ").contains(&wanted))
    };
    let all = || matrix["rows"].as_array().into_iter().flatten();
    if near::nearest(word, all().filter_map(|row| row["id"].as_str())).is_some() {
        // A slip of the pen is told as one.
        return None;
    }
    let rows = all().filter(speaks);
    let ids: Vec<String> = rows.filter_map(|row| row["id"].as_str()).map(str::to_owned).collect();
    (!ids.is_empty() && wanted.len() > 2).then(|| words::some(&ids, 8))
}

/// Takes `name=value` apart.
pub(in crate::cli) fn assigned(words: &[String]) -> Result<Vec<(String, String)>> {
    let pair = |word: &String| {
        word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).ok_or_else(|| {
            Error::usage(format!("`{word}` is no field with a value"))
                .hint("write FIELD=VALUE, such as title=\"Plant floor\"")
        })
    };
    words.iter().map(pair).collect()
}
