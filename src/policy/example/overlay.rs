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

    use super::lay;

    #[test]
    fn objects_merge_lists_merge_by_position_and_null_deletes() {
        let mut value = json!({ "a": 1, "list": [{ "b": 1 }, { "c": 2 }, 3], "gone": true });
        lay(&mut value, &json!({ "a": 2, "list": [{ "d": 4 }, null, {}], "gone": null, "new": [null, "x"] }));
        assert_eq!(value, json!({ "a": 2, "list": [{ "b": 1, "d": 4 }, {}], "new": ["x"] }));
    }
}
