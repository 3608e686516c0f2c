//! Laying a fragment over a value.

use serde_json::Value;

/// Lays `overlay` over `value`: objects merge key by key, lists element by element, `null` deletes.
pub fn lay(value: &mut Value, overlay: &Value) {
    match (value, overlay) {
        (Value::Object(fields), Value::Object(over)) => {
            for (name, over) in over {
                if over.is_null() {
                    fields.remove(name);
                } else {
                    lay(fields.entry(name).or_insert(Value::Null), over);
                }
            }
        }
        (Value::Array(items), Value::Array(over)) => lay_list(items, over),
        (value, Value::Object(_)) => {
            *value = Value::Object(serde_json::Map::new());
            lay(value, overlay);
        }
        (value, Value::Array(_)) => {
            *value = Value::Array(Vec::new());
            lay(value, overlay);
        }
        (value, other) => *value = other.clone(),
    }
}

/// Returns of a value what `overlay` would change; nothing where it only adds.
pub(super) fn below(value: &Value, overlay: &Value) -> Option<Value> {
    match (value, overlay) {
        (Value::Object(fields), Value::Object(over)) => {
            let kept =
                over.iter().filter_map(|(name, over)| Some((name.clone(), below(fields.get(name)?, over)?)));
            Some(kept.collect::<serde_json::Map<_, _>>()).filter(|kept| !kept.is_empty()).map(Value::Object)
        }
        (Value::Array(items), Value::Array(over)) => {
            let kept: Vec<Value> =
                items.iter().zip(over).filter_map(|(item, over)| below(item, over)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        (value, _) => Some(value.clone()),
    }
}

/// Deletes last, so that positions in the overlay are those in the list below it.
fn lay_list(items: &mut Vec<Value>, over: &[Value]) {
    for (at, over) in over.iter().enumerate() {
        if at >= items.len() {
            items.push(Value::Null);
        }
        lay(&mut items[at], over);
    }
    items.retain(|item| !item.is_null());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{below, lay};

    #[test]
    fn what_an_overlay_changes_is_shown_as_it_was() {
        let value = json!({ "a": 1, "rows": [{ "b": { "c": 1, "d": 2 }, "e": 3 }] });
        assert_eq!(
            below(&value, &json!({ "rows": [{ "b": { "c": 9 } }] })),
            Some(json!({ "rows": [{ "b": { "c": 1 } }] }))
        );
        assert_eq!(below(&value, &json!({ "a": null, "rows": [] })), Some(json!({ "a": 1 })));
        assert_eq!(below(&value, &json!({ "new": 1 })), None);
    }

    #[test]
    fn objects_merge_lists_merge_by_position_and_null_deletes() {
        let mut value = json!({ "a": 1, "list": [{ "b": 1 }, { "c": 2 }, 3], "gone": true });
        lay(&mut value, &json!({ "a": 2, "list": [{ "d": 4 }, null, {}], "gone": null, "new": [null, "x"] }));
        assert_eq!(value, json!({ "a": 2, "list": [{ "b": 1, "d": 4 }, {}], "new": ["x"] }));
    }
}
