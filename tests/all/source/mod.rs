//! What the loader refuses, and where it says the fault is.

mod laws;
mod rendering;
mod suite;
mod support;

use countersign::finding::{Finding, Place, Severity};
use countersign::source::place::Places;
use countersign::source::{Limits, Source, load, too_large};
use serde_json::Value;

use self::support::refused;

/// Returns what was found: rule, message, and the text at the place.
fn faults(bytes: &[u8]) -> Vec<(String, String, String)> {
    let (source, findings) = match load("m.json", bytes.to_vec(), Limits::MATRIX) {
        Ok(document) => (Some(document.source), document.findings),
        Err(unreadable) => (unreadable.source, unreadable.findings),
    };
    let source = source.unwrap_or(Source { path: "m.json".into(), text: String::new() });
    let places = Places::of(&source);
    let quoted = |finding: &Finding| source.text[places.locate(&finding.place).bytes].to_owned();
    findings
        .iter()
        .map(|finding| (finding.rule.to_string(), finding.message.to_string(), quoted(finding)))
        .collect()
}

/// Asserts that exactly one fault is found, of `rule`, at `place`.
fn one(bytes: impl AsRef<[u8]>, rule: &str, place: &str) -> String {
    let found = faults(bytes.as_ref());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0.as_str(), found[0].2.as_str()), (rule, place), "{found:?}");
    found[0].1.clone()
}

#[test]
fn strict_json_is_accepted_as_serde_json_reads_it() {
    for text in [
        "{}",
        "[]",
        " null ",
        "\"\"",
        "-0",
        "1.5e3",
        "[1,2.50,-3E-2]",
        r#"{"":{"":[]},"\u0061":"\ud83d\ude00 \/ \"\\"}"#,
        "\r\n\t{\"a\"\t:\n[true,false]}\r",
        "\"\u{fffd} é 漢 😀\"",
    ] {
        let document = load("m.json", text.as_bytes().to_vec(), Limits::MATRIX).expect(text);
        assert_eq!(document.value, serde_json::from_str::<Value>(text).expect(text));
        assert!(document.findings.is_empty(), "{text}: {:?}", document.findings);
    }
}

#[test]
fn everything_else_is_refused_where_it_goes_wrong() {
    for (text, place) in [
        ("[1,]", "]"),
        ("{\"a\":1,}", "}"),
        ("[1,,2]", ","),
        ("[1 2]", "2"),
        ("{\"a\" 1}", "1"),
        ("{\"a\":}", "}"),
        ("{a:1}", "a"),
        ("{'a':1}", "'"),
        ("{1:1}", "1"),
        ("[NaN]", "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("[True]", "True"),
        ("[nul]", "nul"),
        ("[01]", "01"),
        ("[1.]", "1."),
        ("[.5]", ".5"),
        ("[+1]", "+1"),
        ("[0x1F]", "0x1F"),
        ("[2026-11-02]", "2026-11-02"),
        ("[1] // no", "/"),
        ("[1 # no\n]", "#"),
        ("{} {}", "{"),
        ("[1}", "}"),
        ("{\"a\":1]", "]"),
        ("[\u{a0}1]", "\u{a0}"),
        ("[\"a\tb\"]", "\t"),
        ("[\"a\nb\"]", "\"a"),
        ("[\"\\x\"]", "\\x"),
        ("[\"\\u12G4\"]", "\\u12"),
        ("[\"\\ud800\"]", "\\ud800"),
        ("[\"\\udc00\"]", "\\udc00"),
        ("[\"\\ud800\\u0041\"]", "\\ud800"),
        ("[\"\\ud800\\n\"]", "\\ud800"),
        ("[\"é\\ud800é\"]", "\\ud800"),
        ("[1, 2", "2"),
        ("{\"a\": \"bé", "é"),
        ("", ""),
        (" \r\n", ""),
        ("{“a”: 1}", "“"),
    ] {
        let message = one(text, "strict-json", place);
        assert!(!message.contains("at line") && !message.contains("ident"), "{text}: {message}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
    }
}

#[test]
fn equal_keys_are_refused_through_escapes_with_both_places() {
    let unreadable = refused("{\"a\": 1,\n \"\\u0061\": {\"b\": 1, \"b\": 2}}");
    let text = &unreadable.source.as_ref().expect("text").text;
    let quoted: Vec<&str> = unreadable
        .findings
        .iter()
        .flat_map(|finding| [Some(&finding.place), finding.related.as_ref().map(|related| &related.0)])
        .map(|place| match place {
            Some(Place::Span { bytes, .. }) => &text[bytes.clone()],
            place => panic!("{place:?}"),
        })
        .collect();
    assert_eq!(quoted, ["\"\\u0061\"", "\"a\"", "\"b\"", "\"b\""]);
    assert_eq!(unreadable.findings[0].place.pointer(), "/a");
    assert_eq!(unreadable.findings[1].place.pointer(), "/a/b");
    assert!(unreadable.findings.iter().all(|finding| &*finding.rule == "no-duplicate-keys"));
}

#[test]
fn a_byte_order_mark_and_foreign_encodings_are_named() {
    one(b"\xEF\xBB\xBF{}", "text-encoding", "   ");
    assert!(one(b"\xFF\xFE{\0}\0", "text-encoding", "").contains("UTF-16"));
    assert!(one(b"\0{\0}", "text-encoding", "").contains("UTF-16"));
    assert!(one(b"{\"a\": \"f\xFCr\"}", "text-encoding", "?").contains("0xFC"));
    assert_eq!(faults(b"[\"\xFC\", \"\xE2\x82\", 1,]").len(), 3);
}

#[test]
fn numbers_that_would_be_rounded_are_refused() {
    for number in [
        "9007199254740993",
        "-9007199254740992",
        "18446744073709551616",
        "1e400",
        "1e-400",
        "0.1000000000000000055",
    ] {
        one(format!("{{\"a\": [{number}]}}"), "safe-numbers", number);
    }
    assert!(load("m.json", b"[9007199254740991, -9007199254740991, 0.1]".to_vec(), Limits::MATRIX).is_ok());
}

#[test]
fn a_file_tells_all_its_faults_at_once() {
    let text =
        "\u{feff}{\"n\": 1e400, \"x\u{200b}\": \"\u{1b}\", \"d\": 9007199254740993, \"d\": 2, \"t\": [1,]}";
    let rules: Vec<String> = faults(text.as_bytes()).into_iter().map(|fault| fault.0).collect();
    let expected = [
        "text-encoding",
        "safe-numbers",
        "no-hidden-characters",
        "no-hidden-characters",
        "safe-numbers",
        "no-duplicate-keys",
        "strict-json",
    ];
    assert_eq!(rules, expected);
    let pointers: Vec<_> =
        refused(text).findings.iter().map(|finding| finding.place.pointer().to_owned()).collect();
    assert_eq!(pointers[1], "/n");
    assert_eq!(pointers[4], "/d");
}

#[test]
fn conflict_markers_are_named_instead_of_what_they_break() {
    let message = one(
        "{\r\n<<<<<<< HEAD\r\n\"a\": 1\r\n||||||| base\r\n=======\r\n\"a\": 2\r\n>>>>>>> theirs\r\n}",
        "no-conflict-markers",
        "<<<<<<< HEAD",
    );
    assert!(message.contains("merge conflict"));
    one("{\n=======\n\"a\": 2}", "no-conflict-markers", "=======");
    assert!(load("m.json", b"{\"a\": \"<<<<<<< HEAD\"}".to_vec(), Limits::MATRIX).is_ok());
    assert_eq!(faults(b"{a: 1,\n<<<<<<< HEAD\n}").len(), 2, "a fault before the conflict is its own");
}

#[test]
fn nesting_is_limited_before_the_stack_is() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(load("m.json", nested(64).into_bytes(), Limits::MATRIX).is_ok());
    assert!(one(nested(65), "nesting-depth", "[").contains("64"));
    one(nested(10_000), "nesting-depth", "[");
    one("{\"a\":".repeat(1_000_000), "nesting-depth", "{");
    let found = refused(&nested(65));
    assert_eq!(
        found.findings[0].place,
        Place::Span { bytes: 64..65, pointer: found.findings[0].place.pointer().into() }
    );
    let lenient = Limits { depth: 1000, ..Limits::MATRIX };
    assert!(load("m.json", nested(200).into_bytes(), lenient).is_err(), "the parser's own limit is no panic");
}

#[test]
fn a_large_file_is_refused_by_its_size_before_reading() {
    let finding = too_large("m.json", 100_000_000, Limits::MATRIX).expect("is too large");
    assert_eq!(&*finding.rule, "file-size");
    assert_eq!(finding.place, Place::File);
    assert!(too_large("m.json", 32 << 20, Limits::MATRIX).is_none());
    let unreadable = load("c.json", vec![b' '; (1 << 20) + 1], Limits::OTHER).expect_err("is too large");
    assert_eq!(&*unreadable.findings[0].rule, "file-size");
}

#[test]
fn hidden_characters_are_refused_raw_and_escaped() {
    for hidden in [
        "\u{7f}",
        "\u{9b}",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\u{fffe}",
        "\u{2028}",
        "\u{1b}",
    ] {
        one(format!("{{\"a\": \"x{hidden}y\"}}"), "no-hidden-characters", hidden);
        one(format!("{{\"a{hidden}\": 1}}"), "no-hidden-characters", hidden);
    }
    for hidden in ["\\u001b", "\\u202E", "\\u200b", "\\udb40\\udc41", "\\r", "\\b", "\\u0000", "\\uffff"] {
        one(format!("{{\"id\": \"x{hidden}y\"}}"), "no-hidden-characters", hidden);
        one(format!("{{\"a{hidden}\": 1}}"), "no-hidden-characters", hidden);
    }
    one("{\"a\\nb\": 1}", "no-hidden-characters", "\\n");
    one("{\u{200b}\"a\": 1}", "no-hidden-characters", "\u{200b}");
    assert!(faults(b"{\"a\": \"x\\ny\\tz\"}").is_empty());
}

#[test]
fn joiners_warn_in_prose_and_fail_in_names() {
    let severity = |text: &str| match load("m.json", text.as_bytes().to_vec(), Limits::MATRIX) {
        Ok(document) => document.findings[0].severity,
        Err(unreadable) => unreadable.findings[0].severity,
    };
    assert_eq!(severity("{\"title\": \"می\u{200c}خواهم\"}"), Severity::Warning);
    assert_eq!(severity("{\"title\": \"👩\u{200d}👧\"}"), Severity::Warning);
    assert_eq!(severity("{\"id\": \"می\u{200c}خواهم\"}"), Severity::Error);
    assert_eq!(severity("{\"می\u{200c}خواهم\": 1}"), Severity::Error);
    assert_eq!(severity("{\"title\": \"AC\u{200d}1\"}"), Severity::Error);
    let document =
        load("m.json", "[\"می\u{200c}خواهم\"]".into(), Limits::MATRIX).expect("a warning does not refuse");
    assert_eq!(document.findings.len(), 1);
}

#[test]
fn thousands_of_faults_are_counted_not_listed() {
    let unreadable = refused(&format!("[\"{}\"]", "\u{202e}".repeat(100_000)));
    assert_eq!(unreadable.findings.len(), 1001);
    assert_eq!(&*unreadable.findings[1000].message, "99000 more like the 1000 before");
}
