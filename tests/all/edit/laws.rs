//! The laws of an edited text, over every field of the schema and every layout that people use.

use countersign::edit::rewrite::rewrite;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::diff_fields::{FULL, Walk, is_valid};

/// Returns the full matrix in layouts that editors, formatters and people leave behind.
fn layouts() -> Vec<(&'static str, String)> {
    let value: Value = serde_json::from_str(FULL).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    let tabs: Vec<String> = pretty
        .lines()
        .map(|line| {
            let deep = (line.len() - line.trim_start().len()) / 2;
            format!("{}{}", "\t".repeat(deep), line.trim_start())
        })
        .collect();
    vec![
        ("by hand", FULL.to_owned()),
        ("pretty", format!("{pretty}\n")),
        ("minified", value.to_string()),
        ("line ends of Windows", FULL.replace('\n', "\r\n")),
        ("tabs", tabs.join("\n")),
        ("a blank before each colon and comma", spaced(FULL)),
        ("blank lines", FULL.replace("},\n", "},\n\n")),
    ]
}

/// Puts a blank before each colon and comma outside of texts.
fn spaced(text: &str) -> String {
    let (mut out, mut in_text, mut escaped) = (String::new(), false, false);
    for c in text.chars() {
        if !in_text && (c == ':' || c == ',') {
            out.push(' ');
        }
        out.push(c);
        in_text ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

/// Returns how many bytes two texts share at the beginning and, beyond those, at the end.
fn shared(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let head = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    head + tail
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_field_that_is_set_changes_its_value_alone_and_back_again_is_the_same_text() {
    let mut tried = 0;
    for (layout, text) in layouts() {
        let before = read(&text);
        for node in Walk::all().into_iter().filter(|node| node.is_leaf()) {
            let mut after = before.clone();
            let place = after.pointer_mut(&node.pointer).unwrap();
            let was = place.to_string();
            if node.pointer == "/format" || node.pointer == "/$schema" {
                continue;
            }
            *place = node.other(place);
            let is = place.to_string();
            let edited = rewrite(&text, &before, &after);
            assert_eq!(read(&edited), after, "{layout}: {}", node.pointer);
            let kept = shared(&text, &edited);
            assert!(kept + was.len() >= text.len(), "{layout}: {}: more than the value went", node.pointer);
            assert!(kept + is.len() >= edited.len(), "{layout}: {}: more than the value came", node.pointer);
            assert_eq!(rewrite(&edited, &after, &before), text, "{layout}: {}", node.pointer);
            tried += 1;
        }
    }
    assert!(tried > 700, "{tried}");
}

#[test]
fn a_field_that_goes_takes_its_own_bytes_and_comes_back_in_the_layout() {
    let mut tried = 0;
    for (layout, text) in layouts() {
        let before = read(&text);
        for node in Walk::all().into_iter().filter(|node| !node.is_required) {
            let Some((parent, name)) = node.pointer.rsplit_once('/') else { continue };
            let mut after = before.clone();
            match after.pointer_mut(parent).unwrap() {
                Value::Object(fields) => drop(fields.remove(name)),
                Value::Array(items) => drop(items.remove(0)),
                other => panic!("{parent} is {other}"),
            }
            let edited = rewrite(&text, &before, &after);
            assert_eq!(read(&edited), after, "{layout}: {}", node.pointer);
            let is_left = after.pointer(parent).is_some_and(|left| *left != json!({}) && *left != json!([]));
            if is_left {
                assert_eq!(
                    shared(&text, &edited),
                    edited.len(),
                    "{layout}: {}: only bytes that go",
                    node.pointer
                );
            }
            let again = rewrite(&edited, &after, &before);
            assert_eq!(read(&again), before, "{layout}: {}", node.pointer);
            if is_left {
                assert_eq!(
                    shared(&edited, &again),
                    edited.len(),
                    "{layout}: {}: only bytes that come",
                    node.pointer
                );
            }
            let ends = |text: &str| text.matches("\r\n").count() == text.matches('\n').count();
            assert!(!ends(&text) || ends(&again), "{layout}: {}: line ends", node.pointer);
            assert!(text.contains('\n') || !again.contains('\n'), "{layout}: {}: one line", node.pointer);
            tried += 1;
        }
    }
    assert!(tried > 700, "{tried}");
}

#[test]
fn in_the_layout_of_the_format_what_comes_back_stands_as_it_stood() {
    let value = read(FULL);
    let text = countersign::matrix::write::text(&value);
    for node in Walk::all().into_iter().filter(|node| !node.is_required) {
        let Some((parent, name)) = node.pointer.rsplit_once('/') else { continue };
        let mut after = value.clone();
        match after.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(0)),
            other => panic!("{parent} is {other}"),
        }
        let edited = rewrite(&text, &value, &after);
        assert_eq!(rewrite(&edited, &after, &value), text, "{}", node.pointer);
    }
    assert!(is_valid(&value));
}

fn small() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c\"\\\\é ]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("(id|[a-c~/\"]{0,2})", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_brought_into_any_text(before in small(), after in small(), layout in 0..4) {
        let text = match layout {
            0 => before.to_string(),
            1 => serde_json::to_string_pretty(&before).unwrap(),
            2 => spaced(&serde_json::to_string_pretty(&before).unwrap()),
            _ => format!(" \r\n{}\r\n", serde_json::to_string_pretty(&before).unwrap().replace('\n', "\r\n")),
        };
        let edited = rewrite(&text, &before, &after);
        prop_assert_eq!(read(&edited), after);
        prop_assert_eq!(rewrite(&text, &before, &before), text);
    }
}
