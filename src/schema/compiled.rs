//! The schemas as code: `jsonschema` compiles them when this program is built, so that no run has to.

use serde_json::Value;

use super::Kind;

/// Makes of each schema a type that judges values: offline, formats checked, patterns in linear time.
macro_rules! compiled {
    ($($kind:ident: $path:literal),* $(,)?) => {
        $(
            #[jsonschema::validator(
                path = $path,
                draft = Draft202012,
                validate_formats = true,
                ignore_unknown_formats = false,
                pattern_options = { engine = regex, size_limit = 1_048_576 },
                methods = { is_valid = true, validate = false, iter_errors = false }
            )]
            struct $kind;
        )*

        /// Says whether `value` has the shape of its kind.
        pub(super) fn is_valid(kind: Kind, value: &Value) -> bool {
            match kind {
                $(Kind::$kind => $kind::is_valid(value),)*
            }
        }
    };
}

compiled! {
    Matrix: "schema/matrix.schema.json",
    State: "schema/state.schema.json",
    Config: "schema/config.schema.json",
    Waivers: "schema/waivers.schema.json",
    Policy: "schema/policy.schema.json",
    Pack: "schema/pack.schema.json",
    Catalogue: "schema/catalogue.schema.json",
    Obligations: "schema/obligations.schema.json",
    Roster: "schema/roster.schema.json",
    Statement: "schema/statement.schema.json",
    Revocation: "schema/revocation.schema.json",
    Judged: "schema/judged.schema.json",
    Mark: "schema/mark.schema.json",
    Report: "schema/report.schema.json",
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::super::{Kind, parsed};
    use super::is_valid;

    /// Values that schemas have an opinion on: types, empty and long texts, patterns, formats, counts.
    fn values() -> Vec<Value> {
        let texts = [
            "",
            " ",
            "a",
            "A b",
            "con",
            "2026-02-30",
            "2026-02-28",
            "P1Y",
            "1.0",
            "01.0",
            "x:y",
            "é",
            "a\nb",
        ];
        let long = ["a".repeat(64), "a".repeat(65), "a".repeat(5000), "é".repeat(4000), "a-".repeat(40)];
        let texts = texts.iter().map(ToString::to_string).chain(long).map(Value::from);
        let others =
            [Value::Null, json!(true), json!(0), json!(-1), json!(1.5), json!(1e300), json!([]), json!({})];
        let lists =
            [json!(["a", "a"]), json!([[]]), json!([{}, {}]), json!({ "a": 1 }), json!({ "x-a": {} })];
        texts.chain(others).chain(lists).collect()
    }

    /// Calls `visit` with the pointers of a value and of all in it.
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(map) => {
                map.iter().for_each(|(key, one)| pointers(one, &format!("{at}/{key}"), found))
            }
            Value::Array(list) => {
                list.iter()
                    .enumerate()
                    .for_each(|(place, one)| pointers(one, &format!("{at}/{place}"), found));
            }
            _ => {}
        }
    }

    /// Returns the examples of all kinds, `tests/fixtures/format/<name>.json`.
    fn examples() -> Vec<(Kind, Value)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format");
        let files = std::fs::read_dir(folder).expect("the examples are there");
        let example = |file: std::io::Result<std::fs::DirEntry>| {
            let text = std::fs::read(file.expect("an example").path()).expect("an example is a file");
            let value: Value = serde_json::from_slice(&text).expect("an example is JSON");
            let is_of = |kind: &Kind| value["format"] == format!("countersign/{}/1", kind.word());
            (Kind::ALL.into_iter().find(is_of).expect("an example has a kind"), value)
        };
        files.map(example).collect()
    }

    #[test]
    fn what_is_compiled_judges_as_the_schema_does() {
        let (mut accepted, mut refused) = (0, 0);
        for (kind, example) in examples() {
            let mut all = Vec::new();
            pointers(&example, "", &mut all);
            for pointer in all {
                for value in values() {
                    let mut other = example.clone();
                    *other.pointer_mut(&pointer).expect("a pointer of the example") = value;
                    let verdict = parsed(kind).validator.is_valid(&other);
                    assert_eq!(is_valid(kind, &other), verdict, "{kind:?} {pointer} {other}");
                    *(if verdict { &mut accepted } else { &mut refused }) += 1;
                }
            }
        }
        assert!(accepted > 1000 && refused > 10_000, "{accepted} accepted, {refused} refused");
    }

    #[test]
    fn a_field_that_is_missing_or_not_known_is_judged_as_the_schema_does() {
        let mut refused = 0;
        for (kind, example) in examples() {
            let mut all = Vec::new();
            pointers(&example, "", &mut all);
            for pointer in all {
                let Some(Value::Object(fields)) = example.pointer(&pointer) else { continue };
                for field in fields.keys().map(String::as_str).chain(["", "nobody-knows"]) {
                    let mut other = example.clone();
                    let object =
                        other.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("an object");
                    if object.remove(field).is_none() {
                        object.insert(field.to_owned(), json!("x"));
                    }
                    let verdict = parsed(kind).validator.is_valid(&other);
                    assert_eq!(is_valid(kind, &other), verdict, "{kind:?} {pointer} {field}");
                    refused += usize::from(!verdict);
                }
            }
        }
        assert!(refused > 300, "{refused} refused");
    }
}
