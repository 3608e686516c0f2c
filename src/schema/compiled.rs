//! The schemas as code: `build.rs` hands them to `jsonschema` when this program is built, so that no run has to.
//!
//! Formats are checked, nothing is fetched, and every pattern is an automaton already, which looks at each byte once.

use std::sync::LazyLock;

use regex_automata::Input;
use regex_automata::dfa::Automaton as _;
use regex_automata::dfa::dense::DFA;
use regex_automata::util::wire::AlignAs;
use serde_json::Value;

use super::Kind;

/// Makes a function that says whether a text has a pattern, by the automaton in a file.
macro_rules! pattern {
    ($name:ident, $file:literal) => {
        fn $name(text: &str) -> bool {
            static BYTES: &AlignAs<[u8], u32> = &AlignAs { _align: [], bytes: *include_bytes!($file) };
            static FOUND: LazyLock<DFA<&[u32]>> = LazyLock::new(|| automaton(&BYTES.bytes));
            FOUND.try_search_fwd(&Input::new(text).earliest(true)).is_ok_and(|found| found.is_some())
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/compiled.rs"));

fn automaton(bytes: &'static [u8]) -> DFA<&'static [u32]> {
    DFA::from_bytes(bytes).expect("an automaton was made for this machine").0
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
            "a\n",
            "1.0\n",
            "1234567.1",
            "x:é",
            "x: ",
            "a/b",
            "P",
            "PT",
            "P1Y2M3DT4H5M6S",
            "PT1H5S",
            "P2W",
            "P2W1D",
            "P123456D",
            "2026-02-28T23:59:59Z",
            "SHA256:",
            "ssh-ed25519 AAAA",
        ];
        let blank =
            ["\t", "\u{85}", "\u{a0}", "\u{180e}", "\u{2003}", "\u{3000}", "\u{feff} ", "\u{2028}\u{e9}"];
        let long = ["a".repeat(64), "a".repeat(65), "a".repeat(5000), "é".repeat(4000), "a-".repeat(40)];
        let keys = [format!("SHA256:{}", "A".repeat(43)), format!("ssh-ed25519 {}==", "A".repeat(400))];
        let texts =
            texts.iter().chain(&blank).map(ToString::to_string).chain(long).chain(keys).map(Value::from);
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
