//! What holds for any text, any value and any span.

use countersign::finding::{Located, Spot};
use countersign::finding::{Place, Severity};
use countersign::source::place::Places;
use countersign::source::span::Spans;
use countersign::source::{Limits, Source, Unreadable, load};
use proptest::prelude::*;
use serde_json::Value;

use crate::source::support::{finding, shown};

/// Any JSON value, keys with everything that pointers and escapes must get right.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a~/\"\\\\é😀 \\n]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c~/\"\\\\é01]{0,3}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), all));
        }
        Value::Object(object) => object.iter().for_each(|(key, item)| {
            pointers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
        }),
        _ => {}
    }
}

/// Pieces of JSON and of what is none, in any order.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"id\":\"x\"",
        "1",
        "1e400",
        "9007199254740993",
        "tru",
        "null",
        "\\",
        "\\u",
        "\\ud800",
        "\\u202e",
        "\\n",
        "\n",
        "\r",
        "\r\n",
        "\t",
        " ",
        "é",
        "漢",
        "😀",
        "\u{200d}",
        "\u{202e}",
        "\u{1b}",
        "\u{feff}",
        "\u{fe0f}",
        "e\u{301}",
        "//",
        "<<<<<<< a",
        "=======",
        ">>>>>>> b",
        "\0",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_pointer_quotes_its_value(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.expect("a value is written");
        let spans = Spans::of(&text);
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        for pointer in all {
            let resolved = spans.resolve(&pointer);
            prop_assert!(resolved.complete);
            let quoted: Value = serde_json::from_str(&text[resolved.value.clone()]).expect("a span is a value");
            prop_assert_eq!(Some(&quoted), value.pointer(&pointer));
            prop_assert_eq!(spans.pointer_at(resolved.value.start), pointer.clone());
            if let Some(key) = resolved.key {
                let key: String = serde_json::from_str(&text[key]).expect("a key is a text");
                let token = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
                prop_assert_eq!(key, token);
            }
        }
    }

    #[test]
    fn the_loader_agrees_with_serde_json(text in any_text()) {
        let judged = serde_json::from_str::<Value>(&text);
        match load("m.json", text.clone().into_bytes(), Limits::MATRIX) {
            Ok(document) => prop_assert_eq!(document.value, judged.expect("both accept")),
            Err(unreadable) => {
                let errors = unreadable.findings.iter().filter(|finding| finding.severity == Severity::Error);
                prop_assert!(errors.count() > 0);
                if let Some(source) = &unreadable.source {
                    prop_assert_eq!(source.text.len(), text.len());
                    shown(source, &unreadable.findings);
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_loaded_and_shown(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Err(Unreadable { source: Some(source), findings }) = load("m.json", bytes, Limits::MATRIX) {
            shown(&source, &findings);
        }
    }

    #[test]
    fn any_span_of_any_text_is_shown(text in any_text(), first in 0..220usize, second in 0..220usize, length in 0..90usize) {
        let source = Source { path: "m.json".into(), text };
        let span = |start: usize| Place::Span { bytes: start..start + length, pointer: "".into() };
        let mut finding = finding(span(first));
        finding.related = Some(Box::new((span(second), "related".into())));
        let located = Places::of(&source).locate(&finding.place);
        prop_assert_eq!(Spot::of(&located).map(Located::from), Some(located.clone()));
        prop_assert!(source.text.get(located.bytes).is_some());
        shown(&source, &[finding]);
    }
}
