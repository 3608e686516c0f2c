//! The words of a finding: a rule's message with its `{names}` filled in.

use serde_json::Value;

/// The longest value that is put into a message, in characters.
const LONGEST: usize = 80;

/// Fills the `{names}` of a template; what nobody knows becomes a question mark.
pub(super) fn fill(template: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let name_ends = after
            .find('}')
            .filter(|end| after[..*end].chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        let Some(end) = name_ends else {
            filled.push('{');
            rest = after;
            continue;
        };
        filled.push_str(&short(&value_of(&after[..end]).unwrap_or_else(|| "?".to_owned())));
        rest = &after[end + 1..];
    }
    filled.push_str(rest);
    filled
}

/// Returns a scalar as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST.max(120) {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn names_are_filled_and_braces_are_left_alone() {
        let value = |name: &str| (name == "row").then(|| "access".to_owned());
        assert_eq!(fill("row `{row}` {x} { y } {", value), "row `access` ? { y } {");
    }
}
