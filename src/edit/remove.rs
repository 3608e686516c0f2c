//! Things that go: a row, a party, a scope, a service, a document, a contact, a framework, with what names them.

use serde_json::Value;

use super::name::Noun;
use super::{list, rows_mut, text};
use crate::error::{Error, Result};
use crate::report::words;

/// Removes something by its id.
///
/// A service, a document, a contact and a row go from every list that names them. A scope goes only where a row keeps
/// another one, for a row without scopes holds everywhere; a party goes only where nobody names it any more.
///
/// # Errors
/// Where nothing has the id, or it is still needed.
pub fn remove(matrix: &mut Value, noun: Noun, name: &str) -> Result<()> {
    let at = noun.find(matrix, name)?;
    match noun {
        Noun::Party => demand_unused(matrix, name)?,
        Noun::Scope => demand_other_scopes(matrix, name)?,
        Noun::Row | Noun::Service | Noun::Document | Noun::Contact => {}
    }
    let mut uses: Vec<String> =
        noun.used(matrix).into_iter().filter(|one| one.name == name).map(|one| one.pointer).collect();
    // From behind, so that places in front stay what they are.
    uses.reverse();
    uses.iter().for_each(|pointer| take(matrix, whole(pointer)));
    drop_empty_variations(matrix);
    take(matrix, &at);
    Ok(())
}

/// Removes a framework: its controls go from every row, and with them each row that answers to nothing else.
///
/// # Errors
/// Where the matrix does not answer to it, or answers to nothing else.
pub fn remove_framework(matrix: &mut Value, pack: &str) -> Result<Vec<String>> {
    let frameworks = list(matrix, "frameworks");
    let Some(at) = frameworks.iter().position(|one| text(one, "pack") == pack) else {
        let known: Vec<&str> = frameworks.iter().map(|one| text(one, "pack")).collect();
        return Err(Error::nothing(format!("the matrix does not answer to `{pack}`"))
            .hint(format!("it answers to {}", known.join(", "))));
    };
    take(matrix, &format!("/frameworks/{at}"));
    let prefix = format!("{pack}:");
    let mut gone = Vec::new();
    for row in rows_mut(matrix) {
        let had = list(row, "controls").len();
        keep_controls(row, &prefix);
        for part in ["duties", "evidence"] {
            let parts = row.get_mut(part).and_then(Value::as_array_mut);
            let Some(parts) = parts else { continue };
            parts.retain_mut(|one| {
                let named = list(one, "controls").len();
                keep_controls(one, &prefix);
                let left = list(one, "controls").len();
                if left == 0 && named > 0 {
                    // What held for controls of this framework alone does not hold for the others now.
                    return false;
                }
                true
            });
        }
        if had > 0 && list(row, "controls").is_empty() && list(row, "references").is_empty() {
            gone.push(text(row, "id").to_owned());
        }
    }
    for row in &gone {
        remove(matrix, Noun::Row, row)?;
    }
    if list(matrix, "rows").is_empty() {
        return Err(Error::usage(format!("nothing would be left of the matrix without `{pack}`")));
    }
    Ok(gone)
}

/// Returns what goes with a name: of a place in a document the whole, for without its document it says nothing.
fn whole(pointer: &str) -> &str {
    let citation = pointer.strip_suffix("/document").filter(|rest| rest.contains("/documents/"));
    citation.unwrap_or(pointer)
}

/// Takes out what a row said of scopes that are all gone.
fn drop_empty_variations(matrix: &mut Value) {
    for row in rows_mut(matrix) {
        let Some(variations) = row.get_mut("byScope").and_then(Value::as_array_mut) else { continue };
        variations.retain(|one| !list(one, "scope").is_empty());
        if variations.is_empty() {
            take(row, "/byScope");
        }
    }
}

fn keep_controls(value: &mut Value, prefix: &str) {
    if let Some(controls) = value.get_mut("controls").and_then(Value::as_array_mut) {
        controls.retain(|control| control.as_str().is_none_or(|control| !control.starts_with(prefix)));
    }
}

fn demand_unused(matrix: &Value, party: &str) -> Result<()> {
    let uses: Vec<String> = Noun::Party
        .used(matrix)
        .into_iter()
        .filter(|one| one.name == party)
        .map(|one| place(matrix, &one.pointer))
        .collect();
    let Some(first) = uses.first() else { return Ok(()) };
    Err(Error::usage(format!("`{party}` is still named in {}", words::count(uses.len(), "place")))
        .because(format!("the first is {first}"))
        .hint("hand its work on with `countersign move`, then remove it"))
}

/// A row without a scope holds everywhere, which is more than it did.
fn demand_other_scopes(matrix: &Value, scope: &str) -> Result<()> {
    let has_no_other = |value: &Value| {
        let scopes = list(value, "scope");
        !scopes.is_empty() && scopes.iter().all(|one| one == scope)
    };
    let rows = list(matrix, "rows").iter().filter(|row| {
        let parts = ["duties", "evidence"].into_iter().flat_map(|part| list(row, part));
        has_no_other(row) || parts.into_iter().any(has_no_other)
    });
    let rows: Vec<String> = rows.map(|row| text(row, "id").to_owned()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{} for nowhere but `{scope}`: without it they would hold everywhere",
        hold(rows.len())
    ))
    .because(words::some(&rows, 10))
    .hint("give them another scope with `countersign set`, or remove them first"))
}

fn hold(rows: usize) -> String {
    if rows == 1 { "1 row holds".to_owned() } else { format!("{rows} rows hold") }
}

/// Returns a place in words: the row where it is in one, else the pointer.
fn place(matrix: &Value, pointer: &str) -> String {
    let row = crate::facts::row_of(pointer).and_then(|(at, _)| list(matrix, "rows").get(at));
    row.map_or_else(|| pointer.to_owned(), |row| format!("row `{}`", text(row, "id")))
}

/// Takes a member out of its object, or an element out of its list.
pub(super) fn take(value: &mut Value, pointer: &str) {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.remove(&last.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(items)) => {
            if let Some(at) = last.parse::<usize>().ok().filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {}
    }
}
