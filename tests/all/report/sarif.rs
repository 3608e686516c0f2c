//! SARIF against its schema, and fingerprints that stay.

use countersign::finding::{Place, Severity};
use countersign::report::{Format, Report, render};
use serde_json::Value;

use crate::report::golden::compare;
use crate::report::sample::{FILE, finding, report, view};

fn sarif(report: &Report) -> Value {
    serde_json::from_str(&render(Format::Sarif, report, &view())).unwrap()
}

/// The schema of OASIS without two patterns (`language`) that are no regular expressions in ECMA 262.
fn assert_valid(value: &Value) {
    let schema: Value = serde_json::from_str(include_str!("../../fixtures/sarif-2.1.0.schema.json")).unwrap();
    let validator = jsonschema::draft7::options().build(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn names(value: &Value) -> Vec<String> {
    let results = value["runs"][0]["results"].as_array().unwrap();
    let name = |result: &Value| {
        result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().to_owned()
    };
    results.iter().map(name).collect()
}

#[test]
fn sarif_is_valid_and_has_what_github_asks_for() {
    let text = render(Format::Sarif, &report(), &view());
    compare("report.sarif", &text);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_valid(&value);
    let run = &value["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["results"].as_array().unwrap().len(), 8, "the accepted one is left out");
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            let text = rule.pointer(text).and_then(Value::as_str).unwrap();
            assert!(!text.is_empty() && text.len() <= 1_024);
        }
    }
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for edge in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[edge].as_u64().unwrap() >= 1);
        }
    }
}

#[test]
fn fingerprints_stay_when_rows_move() {
    let before = names(&sarif(&report()));
    let mut moved = report();
    let mut value: Value = serde_json::from_str(&moved.sources[FILE].text).unwrap();
    value["rows"].as_array_mut().unwrap().reverse();
    moved.sources.get_mut(FILE).unwrap().text = serde_json::to_string(&value).unwrap();
    for finding in &mut moved.findings {
        let pointer = finding.place.pointer().to_owned();
        let Some(rest) = pointer.strip_prefix("/rows/") else { continue };
        let (index, rest) = rest.split_at(1);
        finding.place = Place::value(format!("/rows/{}{rest}", 4 - index.parse::<usize>().unwrap()));
    }
    assert_eq!(names(&sarif(&moved)), before);
}

#[test]
fn fingerprints_tell_the_missing_apart() {
    let mut report = report();
    let gap = |id: &str| {
        let message = format!("requirement `{id}` has no row");
        finding(
            "every-requirement-has-a-row",
            Severity::Warning,
            None,
            Place::value("/frameworks/0"),
            &message,
        )
    };
    report.findings = vec![gap("AC.L2-3.1.1"), gap("AC.L2-3.1.2")];
    let both = names(&sarif(&report));
    report.findings.remove(0);
    assert_eq!(names(&sarif(&report)), both[1..], "settling one does not rename the other");
}

#[test]
fn too_many_results_end_with_their_number() {
    let mut report = report();
    for number in 0..6_000 {
        let row = format!("r{number}");
        report.findings.push(finding("many", Severity::Note, Some(&row), Place::File, "again"));
    }
    let value = sarif(&report);
    assert_valid(&value);
    let results = value["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 5_000);
    assert!(results[4_999]["message"]["text"].as_str().unwrap().starts_with("1009 more findings"));
}

/// GitHub takes 10 MB, compressed: what does not get smaller by that fits all the same.
#[test]
fn results_of_any_length_fit_into_what_is_taken() {
    let mut report = report();
    let mut state = 7_u64;
    let mut noise = |length: usize| -> String {
        let letters = (0..length).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
        });
        letters.collect()
    };
    for _ in 0..600 {
        let message = noise(40_000);
        report.findings.push(finding("many", Severity::Note, None, Place::File, &message));
    }
    let value = sarif(&report);
    assert_valid(&value);
    assert!(value.to_string().len() < 10_000_000, "{}", value.to_string().len());
    let results = value["runs"][0]["results"].as_array().unwrap();
    let last = results.last().unwrap()["message"]["text"].as_str().unwrap();
    assert!(results.len() > 100 && last.ends_with("`countersign check` lists all"), "{last}");
}

#[test]
fn file_names_become_uris() {
    let mut report = report();
    report.findings.truncate(1);
    report.findings[0].file = "matrices/Böse & co?.json".into();
    let value = sarif(&report);
    let location = &value["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "matrices/B%C3%B6se%20%26%20co%3F.json");
}
