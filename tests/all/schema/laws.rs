//! What holds for every example file, whatever its kind.

use countersign::finding::PointerPart;
use countersign::schema::{self, Fault};
use serde_json::{Value, json};

use crate::schema::{each_pointer, example, example_names, kind_of, remove, set};

/// Fields whose content is not ours to judge.
const OPEN: [&str; 10] = [
    "/must",
    "/params",
    "/pass/",
    "/fail/",
    "/examples",
    "/check",
    "/allocations",
    "/matrices/0/coverage",
    "/points",
    "/rules/provider-share",
];

fn is_open(pointer: &str) -> bool {
    OPEN.iter().any(|open| pointer.contains(open))
}

/// Calls `visit` with every example and every pointer in it that a schema describes in full.
fn each_place(mut visit: impl FnMut(&Value, &str, &Value)) {
    for name in example_names() {
        let document = example(&name);
        each_pointer(&document, "", &mut |at, value| {
            if !is_open(at) {
                visit(&document, at, value);
            }
        });
    }
}

fn faults(document: &Value, of: &Value) -> Vec<Fault> {
    schema::validate(kind_of(of), document)
}

#[test]
fn every_example_is_valid() {
    let names = example_names();
    assert!(names.len() >= 19, "{names:?}");
    for name in names {
        let document = example(&name);
        assert_eq!(schema::validate(kind_of(&document), &document), [], "{name}");
    }
}

#[test]
fn every_kind_has_an_example() {
    let kinds: Vec<_> = example_names().iter().map(|name| kind_of(&example(name))).collect();
    for kind in schema::Kind::ALL {
        assert!(kinds.contains(kind), "{kind:?}");
    }
}

#[test]
fn a_field_nobody_knows_is_one_fault_at_its_key() {
    let mut tried = 0;
    each_place(|document, at, value| {
        if !value.is_object() || is_map(at) {
            return;
        }
        let mut broken = document.clone();
        set(&mut broken, &format!("{at}/zzzzzzzz"), json!(1));
        let faults = faults(&broken, document);
        let [fault] = &faults[..] else { panic!("{at}: {faults:#?}") };
        assert_eq!((fault.rule, fault.anchor), ("schema-unknown-field", PointerPart::Key));
        assert_eq!(fault.pointer, format!("{at}/zzzzzzzz"));
        assert_eq!(fault.message, "the field `zzzzzzzz` is not known here");
        tried += 1;
    });
    assert!(tried > 60, "{tried}");
}

/// Returns whether the keys of the object are ids.
fn is_map(pointer: &str) -> bool {
    ["/contacts", "/contacts/acme", "/rules", "/rows"].contains(&pointer)
}

#[test]
fn a_value_of_another_type_is_one_fault_at_the_value() {
    let mut tried = 0;
    each_place(|document, at, value| {
        // A review is a list, or in the older form an object.
        let other = if value.is_array() || at.ends_with("/reviewed") { json!("x") } else { json!([[1]]) };
        let broken = if at.is_empty() {
            other
        } else {
            let mut broken = document.clone();
            set(&mut broken, at, other);
            broken
        };
        let faults = faults(&broken, document);
        let types: Vec<_> = faults.iter().filter(|fault| fault.rule == "schema-type").collect();
        let [fault] = types[..] else { panic!("{at}: {faults:#?}") };
        assert_eq!((fault.pointer.as_str(), fault.anchor), (at, PointerPart::Value));
        assert!(fault.message.contains(" must be "), "{}", fault.message);
        tried += 1;
    });
    assert!(tried > 300, "{tried}");
}

#[test]
fn a_field_left_out_is_at_most_one_fault_at_the_opening() {
    let mut missing = 0;
    each_place(|document, at, _| {
        let Some((object, field)) = at.rsplit_once('/') else { return };
        if !document.pointer(object).unwrap().is_object() {
            return;
        }
        let mut broken = document.clone();
        remove(&mut broken, at);
        for fault in faults(&broken, document) {
            assert_eq!(
                (fault.rule, fault.anchor),
                ("schema-missing-field", PointerPart::Opening),
                "{at}: {fault:?}"
            );
            assert_eq!(fault.pointer, object);
            assert!(
                fault.message.starts_with(&format!("the field `{field}` is missing")),
                "{}",
                fault.message
            );
            assert!(fault.help.is_some(), "{at}");
            missing += 1;
        }
    });
    assert!(missing > 100, "{missing}");
}

#[test]
fn a_misspelt_required_field_is_one_fault_that_names_the_right_one() {
    let mut tried = 0;
    each_place(|document, at, value| {
        let Some((object, field)) = at.rsplit_once('/') else { return };
        let mut left_out = document.clone();
        if field.len() < 4 || !document.pointer(object).unwrap().is_object() {
            return;
        }
        remove(&mut left_out, at);
        if faults(&left_out, document).is_empty() {
            return;
        }
        set(&mut left_out, &format!("{object}/{field}x"), value.clone());
        let faults = faults(&left_out, document);
        let [fault] = &faults[..] else { panic!("{at}: {faults:#?}") };
        assert_eq!(fault.help, Some(format!("did you mean `{field}`?")));
        tried += 1;
    });
    assert!(tried > 80, "{tried}");
}

#[test]
fn no_message_is_long_or_raw_or_in_the_words_of_schemas() {
    let hostile = "\u{1b}[31m\u{202e}<script>\n::error::\u{9b}".repeat(200);
    each_place(|document, at, value| {
        if at.is_empty() || !value.is_string() {
            return;
        }
        let mut broken = document.clone();
        set(&mut broken, at, json!(hostile));
        for fault in faults(&broken, document) {
            let text = format!("{} {}", fault.message, fault.help.unwrap_or_default());
            assert!(text.chars().count() < 700, "{at}: {text}");
            assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
            assert!(!fault.message.ends_with('.'), "{}", fault.message);
            for word in ["array", "integer", "boolean", "additionalProperties", "pattern", "JSON Schema"] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    });
}
