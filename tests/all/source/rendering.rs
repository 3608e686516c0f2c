//! How findings look, and which part of a text they underline.

use countersign::finding::{Place, PointerPart};
use countersign::report::snippet::render;
use countersign::source::Source;
use countersign::source::place::Places;
use serde_json::{Value, json};

use crate::source::support::{STYLES, finding, refused, shown};

#[test]
fn a_fault_far_into_one_line_is_shown_in_a_window() {
    let text = format!("{{\"x\": \"{}\", \"y\": [NaN]}}", "a€".repeat(150_000));
    let unreadable = refused(&text);
    let source = unreadable.source.as_ref().expect("text");
    let out = shown(source, &unreadable.findings);
    assert!(out.contains("m.json:1:300017"), "{out}");
    assert!(out.contains("[NaN]") && out.len() < 2000, "{out}");
    let source = Source { path: "m.json".into(), text: format!("[\"{}\",{{\"a\": 1}}]", "x".repeat(70_000)) };
    assert!(shown(&source, &[finding(Place::value("/1/a"))]).contains("\n  field: /1/a\n"));
}

#[test]
fn a_finding_looks_like_a_compiler_s() {
    let source =
        Source { path: "m.json".into(), text: "{\n  \"rows\": [\n    { \"id\": \"a\" }\n  ]\n}\n".into() };
    let mut missing = finding(Place::opening("/rows/0"));
    missing.related = Some(Box::new((Place::key("/rows"), "in this list".into())));
    let expected = "\
warning[a-rule]: something is wrong
   ╭─[m.json:3:13]
 2 │   \"rows\": [
   ·   ───┬──
   ·      ╰── in this list
 3 │     { \"id\": \"a\" }
   ·             ───
 4 │   ]
   ╰────
  help: do something
";
    assert_eq!(shown(&source, &[missing]), expected);
}

#[test]
fn hostile_texts_and_file_names_reach_no_terminal() {
    let hostile = "\u{1b}]0;x\u{7}\u{202e}\u{9b}31m\r\n::error::";
    let source =
        Source { path: hostile.into(), text: format!("{{\"{hostile}\": \"{hostile}\"}}\r\u{1b}[2J") };
    for place in [Place::File, Place::value(""), Place::Span { bytes: 3..40, pointer: hostile.into() }] {
        let mut finding = finding(place.clone());
        finding.file = hostile.into();
        finding.message = format!("bad `{hostile}`").into();
        finding.help = Some(hostile.into());
        finding.related = Some(Box::new((place, hostile.into())));
        let places = Places::of(&source);
        let out = render(&finding, &places.locate(&finding.place), Some(&source), &places, &STYLES[0]);
        let escaped = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!out.contains(escaped), "{out:?}");
        assert!(!out.lines().any(|line| line.starts_with("::")), "{out}");
    }
}

#[test]
fn an_anchor_chooses_what_is_underlined() {
    let text = "{\n \"id\": \"m\",\n \"rows\": [\n  {\"n\": 1,\n   \"id\": \"r\"},\n  [2]]}";
    let source = Source { path: "m.json".into(), text: text.into() };
    let places = Places::of(&source);
    let at = |pointer: &str, anchor: PointerPart| {
        let located = places.locate(&Place::Pointer { pointer: pointer.into(), anchor });
        assert_eq!(located.line, located.end_line);
        text[located.bytes].to_owned()
    };
    assert_eq!(at("/rows/0", PointerPart::Opening), "\"r\"");
    assert_eq!(at("/rows/0/missing", PointerPart::Value), "\"r\"");
    assert_eq!(at("/rows", PointerPart::Key), "\"rows\"");
    assert_eq!(at("/rows", PointerPart::Value), "[");
    assert_eq!(at("/rows/1", PointerPart::Opening), "[");
    assert_eq!(at("/rows/1", PointerPart::Key), "[2]");
    assert_eq!(at("", PointerPart::Opening), "\"m\"");
    assert_eq!(at("/rows/0", PointerPart::Value), "{\"n\": 1,");
}

#[test]
fn a_thousand_findings_in_one_line_are_shown_without_delay() {
    let rows: Vec<Value> = (0..1000).map(|row| json!({"id": row, "text": "é".repeat(150)})).collect();
    let text = json!({ "rows": rows }).to_string();
    assert!(text.len() > 300_000);
    let source = Source { path: "m.json".into(), text };
    let findings: Vec<_> = (0..1000).map(|row| finding(Place::value(format!("/rows/{row}/id")))).collect();
    let out = shown(&source, &findings);
    assert_eq!(out.matches("warning[a-rule]").count(), 1000);
}
