//! In any accepted text, each pointer's span is the value; in any text at all, any span can be shown.
//!
//! The first four bytes choose a span and its related one, the rest is the text.

use countersign::finding::{Finding, Place, Severity, Stage};
use countersign::report::snippet::{Style, render};
use countersign::source::Source;
use countersign::source::place::Places;
use countersign::source::span::Spans;
use serde_json::Value;

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let Some(([first, length, second, width], text)) = bytes.split_first_chunk() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let spans = Spans::of(text);
    spans.duplicates();
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        hold(&spans, text, &value, "");
    }
    let span = |start: u8| {
        let start = usize::from(start) * 3;
        Place::Span { bytes: start..start + usize::from(*length), pointer: "".into() }
    };
    show(text, span(*first), span(*second), usize::from(*width));
    show(text, Place::value(text), Place::opening(text), usize::from(*width));
}

/// Asserts for every pointer below `at` that its span is its value.
fn hold(spans: &Spans, text: &str, value: &Value, at: &str) {
    let resolved = spans.resolve(at);
    assert!(resolved.complete, "{at}");
    let quoted: Value = serde_json::from_str(&text[resolved.value]).expect("a span is a value");
    assert_eq!(&quoted, value, "{at}");
    match value {
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, item)| hold(spans, text, item, &format!("{at}/{index}")));
        }
        Value::Object(object) => object.iter().for_each(|(key, item)| {
            hold(spans, text, item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")));
        }),
        _ => {}
    }
}

fn show(text: &str, place: Place, related: Place, width: usize) {
    let source = Source { path: "fuzz.json".into(), text: text.to_owned() };
    let places = Places::of(&source);
    let finding = Finding {
        rule: "fuzz".into(),
        severity: Severity::Note,
        stage: Stage::Always,
        message: text.into(),
        help: Some(text.into()),
        matrix: None,
        row: None,
        file: "fuzz.json".into(),
        place,
        related: Some(Box::new((related, text.to_owned()))),
        waived: None,
        located: None,
    };
    let style = Style { color: width % 2 == 1, unicode: width % 3 != 1, width };
    let located = places.locate(&finding.place);
    assert!(text.get(located.bytes.clone()).is_some());
    let drawn = render(&finding, &located, Some(&source), &places, &style);
    assert!(style.color || !drawn.contains('\u{1b}'));
}
