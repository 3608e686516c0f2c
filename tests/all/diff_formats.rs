//! The formats of a diff: complete, escaped, the same every time, and valid where a schema says what is.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use countersign::diff::render::{Compared, Comparison, Format, Presence, findings, render};
use countersign::diff::{Both, Class, Weakening, Weaker, compare};
use countersign::finding::Severity;
use countersign::matrix::Matrix;
use countersign::report::Style;
use serde_json::{Value, json};

const PLAIN: Style = Style { color: false, unicode: true, width: 100 };

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff")
}

fn value(case: &str, side: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder().join(case).join(side)).unwrap()).unwrap()
}

fn document(before: &Value, after: &Value) -> Comparison {
    let file = Some("matrices/acme.json".to_owned());
    let diff = compare(&Matrix::of(before).unwrap(), &Matrix::of(after).unwrap());
    Comparison {
        sides: Both::of("HEAD".to_owned(), "work tree".to_owned()),
        matrices: vec![Compared {
            diff,
            presence: Presence::Changed,
            file: Both::of(file.clone(), file),
            draft: None,
        }],
        ..Comparison::default()
    }
}

fn case(name: &str) -> Comparison {
    document(&value(name, "before.json"), &value(name, "after.json"))
}

fn all_cases() -> Vec<String> {
    let names = std::fs::read_dir(folder()).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[test]
fn json_is_what_the_schema_says() {
    let text = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/schema/diff.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&text).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in all_cases() {
        let mut document = case(&name);
        document.weakened.push(Weakening::new(Weaker::RuleOff, "evidence-present"));
        let found: Value = serde_json::from_str(&render(Format::Json, &document, &PLAIN)).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&found).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
}

#[test]
fn every_format_tells_of_every_change_that_json_tells_of() {
    for name in all_cases() {
        let document = case(&name);
        for format in [Format::Text, Format::Markdown, Format::Html] {
            let said = render(format, &document, &PLAIN);
            for change in document.changes() {
                let label = match change.class {
                    Class::WordingOnly => "words changed".to_owned(),
                    Class::WordsMayChangeDuty => "words that may change the duty".to_owned(),
                    class => class.word().replace('-', " "),
                };
                assert!(said.contains(&label), "{format:?} of {name} is silent about {label}");
            }
        }
    }
}

#[test]
fn who_has_a_row_now_is_told_where_more_than_words_changed() {
    let (mut told, mut silent) = (0, 0);
    for name in all_cases() {
        let document = case(&name);
        let json = render(Format::Json, &document, &PLAIN);
        let json: Value = serde_json::from_str(&json).unwrap();
        for (at, compared) in document.matrices.iter().enumerate() {
            for (place, facts) in compared.diff.rows.iter().enumerate() {
                let mut mine =
                    compared.diff.changes.iter().filter(|change| change.row.as_ref() == Some(&facts.row));
                let is_material = mine.any(|change| change.material);
                let is_told = json["matrices"][at]["rows"][place]["now"].is_string();
                assert_eq!(is_told, is_material && facts.to.is_some(), "{name}: {facts:?}");
                *(if is_told { &mut told } else { &mut silent }) += 1;
            }
        }
    }
    assert!(told > 50 && silent > 10, "{told} rows are told, {silent} are not");
}

#[test]
fn what_weakens_the_gate_comes_first() {
    let mut document = case("client-to-provider");
    let rule = Weakening {
        before: Some("error".into()),
        after: Some("note".into()),
        ..Weakening::new(Weaker::SeverityLowered, "row-owned")
    };
    document.weakened.push(rule);
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let said = render(format, &document, &PLAIN);
        let body = said.find("<main").unwrap_or(0);
        let place = |word: &str| said[body..].find(word).unwrap();
        assert!(place("row-owned") < place("Acme and Harbor"), "{format:?}");
        assert!(said.contains("from error to note"));
    }
}

#[test]
fn the_summary_is_in_words_by_name() {
    let said = render(Format::Text, &case("client-to-provider"), &PLAIN);
    assert!(said.contains("Acme Defense gives up 1, Harbor MSP takes on 1"), "{said}");
    let said = render(Format::Text, &case("owned-by-nobody"), &PLAIN);
    assert!(said.contains("1 row owned by nobody"), "{said}");
}

#[test]
fn text_of_a_matrix_is_never_markup() {
    let evil = "<script>alert(1)</script> \u{1b}[31m [x](http://evil.example) ##[error] \u{202e}";
    let mut after = value("client-to-provider", "after.json");
    for pointer in ["/title", "/rows/0/title", "/rows/0/activity", "/parties/0/name", "/rows/0/duties/0/text"]
    {
        *after.pointer_mut(pointer).unwrap() = json!(evil);
    }
    let document = document(&value("client-to-provider", "before.json"), &after);
    let html = render(Format::Html, &document, &PLAIN);
    assert!(html.contains("&#60;script&#62;") && !html.contains("<script"), "{html}");
    let markdown = render(Format::Markdown, &document, &PLAIN);
    assert!(!markdown.contains("<script") && !markdown.replace("\\[x](", "").contains("[x]("), "{markdown}");
    for format in [Format::Text, Format::Json, Format::Markdown, Format::Html] {
        let said = render(format, &document, &PLAIN);
        assert!(!said.contains('\u{1b}') && !said.contains("##[error]"), "{format:?}");
        // A JSON string is data and keeps what it was given; people never see it undecoded.
        assert!(format == Format::Json || !said.contains('\u{202e}'), "{format:?}");
    }
}

#[test]
fn a_spreadsheet_has_every_change_and_what_could_not_be_compared() {
    let mut document = case("client-to-provider");
    document.unread.push("matrices/broken.json".into());
    document.weakened.push(Weakening::new(Weaker::SeverityLowered, "row-owned"));
    let said = render(Format::Csv, &document, &PLAIN);
    assert_eq!(said.lines().count(), 1 + 1 + 1 + document.changes().count(), "{said}");
    assert!(said.lines().nth(1).unwrap().contains("not-compared") && said.contains("weaker-check"), "{said}");
    assert!(said.contains("\"given-up\",\"true\"") || said.contains("\"taken-on\",\"true\""), "{said}");
}

#[test]
fn colour_only_repeats_what_signs_say() {
    let document = case("client-to-provider");
    let coloured = render(Format::Text, &document, &Style { color: true, ..PLAIN });
    let mut bare = String::new();
    let mut inside = false;
    for c in coloured.chars() {
        match c {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            _ => bare.push(c),
        }
    }
    assert_eq!(bare, render(Format::Text, &document, &PLAIN));
}

#[test]
fn html_needs_nothing_but_itself() {
    let html = render(Format::Html, &case("default-moves-every-row"), &PLAIN);
    assert!(html.contains("default-src 'none'") && html.contains("<html lang=\"en\">"));
    for word in ["<script", "src=", "http://", "https://", "url(", "@import"] {
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn long_lists_are_grouped_and_not_cut() {
    let row = |number: usize, text: &str| {
        json!({ "id": format!("r{number}"), "title": format!("Row {number}"), "allocation": "client",
                "controls": [format!("c:{}.{number}", ["AC", "AU", "SI"][number % 3])],
                "activity": format!("{text} the thing of number {number}"), "duties": [] })
    };
    let with = |text: &str| {
        let mut matrix = value("client-to-provider", "before.json");
        matrix["rows"] = (0..40).map(|number| row(number, text)).collect();
        matrix
    };
    let document = document(&with("Check"), &with("Always check"));
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let said = render(format, &document, &PLAIN);
        for family in ["AC (14)", "AU (13)", "SI (13)"] {
            assert!(said.replace("\\", "").contains(family), "{format:?}: {said}");
        }
        assert!((0..40).all(|number| said.contains(&format!("row r{number}"))), "{format:?}");
    }
}

#[test]
fn findings_fail_on_the_classes_that_were_asked_for() {
    let document = case("client-to-provider");
    let with = |classes: &[Class], severity: Severity| {
        findings(&document, classes).iter().filter(|finding| finding.severity == severity).count()
    };
    assert_eq!(with(&[], Severity::Error), 0);
    assert_eq!(with(&[Class::TakenOn], Severity::Error), 1);
    assert_eq!(with(&[Class::TakenOn], Severity::Warning), 1);
}

#[test]
fn the_same_work_in_another_way_is_neither_loss_nor_gain() {
    let said = render(Format::Text, &case("configures-and-now-performs"), &PLAIN);
    assert!(said.contains("Harbor MSP now performs; before, it configured"), "{said}");
    assert!(!said.contains("no longer") && !said.contains("words changed"), "{said}");
}

#[test]
fn the_reason_that_a_row_gives_is_told_at_the_top() {
    let mut after = value("client-to-provider", "after.json");
    after["rows"][0]["justification"] = json!("Harbor hired an analyst");
    let document = document(&value("client-to-provider", "before.json"), &after);
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let said = render(format, &document, &PLAIN);
        let place = |word: &str| said.find(word).unwrap_or_else(|| panic!("{format:?} lacks {word}"));
        assert!(place("Reasons given") < place("Material changes"), "{said}");
        assert!(place("Harbor hired an analyst") < place("Material changes"), "{said}");
    }
}

#[test]
fn a_deadline_is_told_with_the_one_before() {
    let said = render(Format::Text, &case("deadline-tightened"), &Style { width: 160, ..PLAIN });
    let point = said.lines().skip_while(|line| !line.contains("has a shorter deadline or rhythm")).nth(1);
    let point = point.unwrap();
    assert!(point.contains("within") && point.contains("(before: within"), "{said}");
}
