//! Makes the version after from the version before and the changes between them.
//!
//! That this works is how we know that a list of changes is complete. The order of lists is not a change,
//! so the result has the same elements in an order of its own.

use serde_json::Value;

use super::Diff;
use super::change::{Change, Edit};
use super::identity::Ids;
use crate::matrix::Matrix;

/// Returns `before` with all changes made.
///
/// A changed id of a party, scope, service, document or row is followed wherever it is referred to.
///
/// # Errors
/// The reason as text, where the changes do not belong to `before`.
pub fn apply(before: &Matrix, diff: &Diff) -> Result<Matrix, String> {
    let mut matrix = before.clone();
    ids(&diff.changes).translate(&mut matrix);
    let mut document = serde_json::to_value(&matrix).map_err(|error| error.to_string())?;
    let edits = || diff.changes.iter().flat_map(|change| &change.edits);
    for edit in edits().filter(|edit| edit.is_set()) {
        let owner = object_at(&mut document, &edit.owner.before)?;
        owner.insert(edit.field.clone(), edit.after.clone());
    }
    for edit in edits().filter(|edit| !edit.is_set() && !edit.after.is_null()) {
        list_at(&mut document, edit)?.push(edit.after.clone());
    }
    let mut removals: Vec<&Edit> = edits().filter(|edit| edit.index.before.is_some()).collect();
    removals.sort_by_key(|edit| (edit.owner.before.len(), edit.index.before));
    for edit in removals.into_iter().rev() {
        let index = edit.index.before.unwrap_or_default();
        let list = list_at(&mut document, edit)?;
        if index >= list.len() {
            return Err(format!("no element {index} in `{}` of `{}`", edit.field, edit.owner.before));
        }
        list.remove(index);
    }
    drop_nulls(&mut document);
    Matrix::of(&document)
}

/// Returns the ids that changed, as the changes tell.
fn ids(changes: &[Change]) -> Ids {
    let mut ids = Ids::default();
    for edit in changes.iter().flat_map(|change| &change.edits).filter(|edit| edit.field == "id") {
        let mut names = edit.owner.before.split('/').skip(1);
        let map = match (names.next(), names.nth(1)) {
            (Some("parties"), None) => &mut ids.parties,
            (Some("scopes"), None) => &mut ids.scopes,
            (Some("services"), None) => &mut ids.services,
            (Some("documents"), None) => &mut ids.documents,
            (Some("rows"), None) => &mut ids.rows,
            _ => continue,
        };
        if let (Some(before), Some(after)) = (edit.before.as_str(), edit.after.as_str()) {
            map.insert(before.to_owned(), after.to_owned());
        }
    }
    ids
}

fn object_at<'a>(
    document: &'a mut Value,
    pointer: &str,
) -> Result<&'a mut serde_json::Map<String, Value>, String> {
    let found = document.pointer_mut(pointer).and_then(Value::as_object_mut);
    found.ok_or_else(|| format!("no object at `{pointer}`"))
}

fn list_at<'a>(document: &'a mut Value, edit: &Edit) -> Result<&'a mut Vec<Value>, String> {
    let owner = object_at(document, &edit.owner.before)?;
    let list = owner.entry(edit.field.clone()).or_insert_with(|| Value::Array(Vec::new()));
    list.as_array_mut().ok_or_else(|| format!("`{}` of `{}` is no list", edit.field, edit.owner.before))
}

/// Removes members that were set to nothing, so that lists and enums read as absent.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| name == "value" || !value.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
