//! Each format on the sample report.

use countersign::finding::{Place, Severity};
use countersign::report::{Format, Style, View, render};
use countersign::schema::{Kind, validate};
use serde_json::{Value, json};

use crate::report::golden::compare;
use crate::report::sample::{clean, finding, problem, report, view};

/// Returns text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(width: usize) -> String {
    let style = Style { color: false, unicode: true, width };
    render(Format::Text, &report(), &View { style, ..view() })
}

#[test]
fn text_ends_with_what_people_read() {
    let text = text(80);
    compare("report-80.txt", &text);
    assert!(text.contains("5 rows: Acme Defense 2, Harbor MSP 1, shared 1, nobody 1"));
    assert!(text.ends_with("next: countersign explain shared-says-who-does-what\n"));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "no line is wider than the terminal");
}

#[test]
fn wide_text_says_the_same() {
    let (narrow, wide) = (text(80), text(120));
    compare("report-120.txt", &wide);
    let ending = |text: &str| flat(&text[text.find("accepted findings").unwrap()..]);
    assert_eq!(ending(&narrow), ending(&wide));
}

#[test]
fn equal_findings_are_folded_into_one_line() {
    let folded = text(100);
    assert_eq!(folded.matches("[evidence-is-named]").count(), 1);
    assert!(
        folded.contains("and 4 more of evidence-is-named: rows training, backups, visitors and patching")
    );
    let all = render(Format::Text, &report(), &View { all: true, ..view() });
    assert_eq!(all.matches("[evidence-is-named]").count(), 5);
}

#[test]
fn what_stops_a_signature_is_counted_apart() {
    assert!(text(100).contains("1 error, 6 warnings, 1 note; 6 of these to settle before it can be signed"));
}

#[test]
fn an_accepted_finding_is_shown_and_changes_no_requirement() {
    let text = flat(&text(120));
    assert!(text.contains("accepted findings; they change no requirement:"));
    assert!(text.contains("owned by harbor/desk, approved by acme/it-manager, until 2027-02-01"));
}

#[test]
fn a_clean_report_ends_well_and_in_figures() {
    let text = render(Format::Text, &clean(), &View::default());
    compare("clean.txt", &text);
    assert!(text.contains("no findings in 5 rows"));
    assert!(text.contains("all 110 requirements and all 320 objectives have a row"));
    assert!(text.contains("nothing stands before a signature"));
}

#[test]
fn what_could_not_be_judged_is_never_clean() {
    let mut report = clean();
    report.errors.push(problem());
    let text = render(Format::Text, &report, &View::default());
    assert!(text.contains("error: commit `deadbeef` is not in this clone"));
    assert!(text.contains("help: git fetch --unshallow"));
    assert!(text.contains("not everything could be judged"));
    for format in
        [Format::Json, Format::Sarif, Format::Github, Format::Gitlab, Format::Junit, Format::Markdown]
    {
        let shown = render(format, &report, &View::default());
        assert!(shown.contains("is not in this clone"), "{format:?} hides it:\n{shown}");
    }
}

#[test]
fn of_many_matrices_only_the_worst_are_described() {
    let mut report = report();
    for number in 0..7 {
        let mut summary = clean().matrices.remove(0);
        (summary.id, summary.title) = (format!("m{number}"), format!("Matrix {number}"));
        report.matrices.push(summary);
    }
    let text = render(Format::Text, &report, &View::default());
    assert!(
        flat(&text)
            .contains("8 matrices with 40 rows, 1 of them nobody's; the worst 5 are shown, 3 more are not")
    );
    assert!(text.contains("Acme Defense and Harbor MSP: CMMC Level 2\n"), "the worst is among them");
    assert!(!text.contains("Matrix 6"));
}

#[test]
fn json_has_the_public_shape() {
    let json = render(Format::Json, &report(), &view());
    compare("report.json", &json);
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["format"], "countersign/report/1");
    assert_eq!(value["exitCode"], 1);
    assert_eq!(value["summary"]["waived"], 1);
    let first = &value["findings"][0];
    assert_eq!((&first["line"], &first["column"], &first["endColumn"]), (&9.into(), &7.into(), &15.into()));
    assert_eq!(first["waived"], Value::Null);
}

#[test]
fn json_fits_its_schema() {
    let mut with_error = report();
    with_error.errors.push(problem());
    with_error.findings[0].related = Some(Box::new((Place::value("/id"), "first here".to_owned())));
    for report in [report(), clean(), with_error] {
        let value: Value = serde_json::from_str(&render(Format::Json, &report, &view())).unwrap();
        assert_eq!(validate(Kind::Report, &value), []);
    }
}

#[test]
fn the_schema_takes_the_published_example() {
    let finding = json!({
        "rule": "shared-says-who-does-what", "severity": "error", "stage": "signature", "message": "…", "help": "…",
        "matrix": "acme-cmmc-l2", "row": "access-reviews", "file": "matrices/acme-cmmc-l2.json",
        "pointer": "/rows/0/shared", "line": 31, "column": 7, "endLine": 31, "endColumn": 15, "waived": null,
    });
    let example = json!({
        "format": "countersign/report/1", "tool": "0.1.0", "at": "work tree", "today": "2026-11-20",
        "findings": [finding],
        "matrices": [{ "id": "…", "version": "…", "standing": "draft", "rows": 110, "allocations": {}, "coverage": {},
                       "points": {} }],
        "summary": { "error": 1, "warning": 0, "note": 0, "waived": 0 }, "exitCode": 1,
    });
    assert_eq!(validate(Kind::Report, &example), []);
}

#[test]
fn github_shows_ten_of_a_level_and_counts_the_rest() {
    let mut report = report();
    for number in 0..20 {
        let message = format!("number {number}");
        report.findings.push(finding("many", Severity::Error, None, Place::File, &message));
    }
    let shown = render(Format::Github, &report, &View::default());
    compare("report.github.txt", &shown);
    let errors: Vec<&str> = shown.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 10);
    assert!(errors[9].contains("12 errors not shown here"));
    assert!(
        errors[0].starts_with("::error file=matrices/acme-cmmc-l2.json,line=9,endLine=9,col=7,endColumn=15,")
    );
}

#[test]
fn gitlab_tells_findings_apart() {
    let shown = render(Format::Gitlab, &report(), &View::default());
    compare("report.gitlab.json", &shown);
    let issues: Vec<Value> = serde_json::from_str(&shown).unwrap();
    assert_eq!(issues.len(), 8, "the accepted one is left out");
    let mut names: Vec<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 8);
    assert_eq!(issues[0]["location"]["lines"]["begin"], 9);
}

#[test]
fn junit_fails_what_the_gate_fails() {
    let shown = render(Format::Junit, &report(), &View::default());
    compare("report.junit.xml", &shown);
    assert_eq!(shown.matches("<failure ").count(), 1);
    assert_eq!(shown.matches("<skipped ").count(), 1);
    let clean = render(Format::Junit, &clean(), &View::default());
    assert!(clean.contains("tests=\"1\" failures=\"0\""), "a clean run is not an empty report");
}

#[test]
fn markdown_begins_with_the_verdict() {
    let shown = render(Format::Markdown, &report(), &View::default());
    compare("report.md", &shown);
    assert!(shown.starts_with("## Countersign: failed: 1 error"));
    assert_eq!(shown.lines().filter(|line| line.starts_with("| warning ")).count(), 6);
}

#[test]
fn markdown_fits_a_job_summary() {
    let mut report = report();
    let long = "x".repeat(1_000);
    for number in 0..3_000 {
        report.findings.push(finding(
            "long",
            Severity::Warning,
            Some(&format!("r{number}")),
            Place::File,
            &long,
        ));
    }
    let shown = render(Format::Markdown, &report, &View::default());
    assert!(shown.len() < 1 << 20);
    assert!(shown.contains("more findings did not fit here"));
    let table: Vec<&str> = shown.lines().filter(|line| line.starts_with('|')).collect();
    assert!(table.iter().all(|line| line.ends_with('|')), "cut between rows");
}
