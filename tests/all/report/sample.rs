//! A report about one matrix with most of what a report can hold.

use std::collections::BTreeMap;

use countersign::coverage::{Cover, Points};
use countersign::error::Error;
use countersign::finding::RuleText;
use countersign::finding::{Finding, Place, Severity, Stage, Waived};
use countersign::report::{Report, Share, Summary, View};
use countersign::source::Source;

/// The file that findings point into.
pub(crate) const FILE: &str = "matrices/acme-cmmc-l2.json";

/// Its text.
pub(crate) const TEXT: &str = r#"{
  "format": "countersign/matrix/1",
  "id": "acme-cmmc-l2",
  "frameworks": [{ "pack": "cmmc-l2", "coverage": "complete" }],
  "rows": [
    {
      "id": "access-reviews",
      "allocation": "shared",
      "shared": { "details": "both" },
      "duties": [{ "do": "perform", "party": "harbor" }, { "do": "approve", "party": "acme" }]
    },
    { "id": "training", "allocation": "client", "duties": [{ "do": "perform", "party": "acme" }] },
    { "id": "backups", "allocation": "provider", "duties": [{ "do": "perform", "party": "harbor" }] },
    { "id": "visitors", "allocation": "client", "duties": [{ "do": "perform", "party": "acme" }] },
    { "id": "patching", "allocation": "unassigned", "duties": [] }
  ]
}
"#;

/// Returns a finding in the sample matrix.
pub(crate) fn finding(
    rule: &str,
    severity: Severity,
    row: Option<&str>,
    place: Place,
    message: &str,
) -> Finding {
    Finding {
        rule: rule.into(),
        severity,
        stage: if severity == Severity::Warning { Stage::Signature } else { Stage::Always },
        message: message.into(),
        help: None,
        matrix: Some("acme-cmmc-l2".into()),
        row: row.map(Into::into),
        file: FILE.into(),
        place,
        related: None,
        waived: None,
        located: None,
    }
}

/// Returns a report with an error, folded warnings, a note, an accepted finding and a gap in coverage.
pub(crate) fn report() -> Report {
    let mut findings = vec![Finding {
        help: Some("say in `mode` which pattern it follows, and in `details` who does what".into()),
        ..finding(
            "shared-says-who-does-what",
            Severity::Error,
            Some("access-reviews"),
            Place::key("/rows/0/shared"),
            "a shared row says only `both`",
        )
    }];
    for (index, row) in ["access-reviews", "training", "backups", "visitors", "patching"].iter().enumerate() {
        findings.push(finding(
            "evidence-is-named",
            Severity::Warning,
            Some(row),
            Place::opening(format!("/rows/{index}")),
            &format!("row `{row}` names no evidence"),
        ));
    }
    findings.push(finding(
        "every-requirement-has-a-row",
        Severity::Warning,
        None,
        Place::value("/frameworks/0/coverage"),
        "requirement `AC.L2-3.1.2` has no row",
    ));
    findings.push(Finding {
        waived: Some(Box::new(Waived {
            reason: "vault moves in January".to_owned(),
            owner: "harbor/desk".to_owned(),
            approved_by: "acme/it-manager".to_owned(),
            expires: Some("2027-02-01".to_owned()),
        })),
        ..finding(
            "evidence-has-location",
            Severity::Warning,
            Some("backups"),
            Place::opening("/rows/2"),
            "evidence `Backup log` has no location",
        )
    });
    findings.push(finding(
        "review-not-overdue",
        Severity::Note,
        None,
        Place::value("/id"),
        "the next review is due in `30` days",
    ));
    Report {
        below: String::new(),
        at: "work tree".to_owned(),
        today: "2026-11-20".parse().expect("a day"),
        fail_on: Severity::Error,
        findings,
        sources: BTreeMap::from([(FILE.to_owned(), Source { path: FILE.into(), text: TEXT.to_owned() })]),
        matrices: vec![summary()],
        not_in_force: Vec::new(),
        unread: Vec::new(),
        errors: Vec::new(),
        next: Some("countersign explain shared-says-who-does-what".to_owned()),
    }
}

/// Returns a report about a matrix in which all is well.
pub(crate) fn clean() -> Report {
    let mut report = Report { findings: Vec::new(), next: None, ..report() };
    let summary = &mut report.matrices[0];
    summary.nobody.clear();
    (summary.blocking, summary.reviewed, summary.points) = (0, 5, BTreeMap::new());
    summary.allocations.insert("unassigned".to_owned(), 0);
    summary.allocations.insert("provider".to_owned(), 2);
    if let Some(cover) = summary.coverage.get_mut("cmmc-l2") {
        (cover.covered, cover.objectives_covered) = (110, 320);
    }
    report
}

/// Returns what could not be looked at.
pub(crate) fn problem() -> Error {
    Error::cannot_judge("commit `deadbeef` is not in this clone")
        .because("the clone is shallow")
        .hint("git fetch --unshallow")
}

/// Returns a view with the text of one rule.
pub(crate) fn view() -> View {
    let text = RuleText {
        title: "A shared row says who does what".to_owned(),
        why: "An assessor fails a row that says only `both`.".to_owned(),
        fix: "Name the pattern, and give each party its duties.".to_owned(),
        references: vec!["CMMC Scoping Guide L2".to_owned(), "32 CFR 170.19".to_owned()],
    };
    View { rules: BTreeMap::from([("shared-says-who-does-what".to_owned(), text)]), ..View::default() }
}

fn summary() -> Summary {
    let allocations = [
        ("client", 2),
        ("provider", 1),
        ("shared", 1),
        ("inherited", 0),
        ("not-applicable", 0),
        ("unassigned", 1),
    ];
    let share = |party: &str, name: &str, side: &str| Share {
        party: party.to_owned(),
        name: name.to_owned(),
        side: side.to_owned(),
        rows: 3,
        performs: 2,
        approves: 1,
        keeps_evidence: 0,
    };
    Summary {
        id: "acme-cmmc-l2".to_owned(),
        version: "1.2".to_owned(),
        title: "Acme Defense and Harbor MSP: CMMC Level 2".to_owned(),
        file: FILE.to_owned(),
        standing: "draft".to_owned(),
        standing_words: None,
        in_force: None,
        rows: 5,
        allocations: allocations.map(|(word, rows)| (word.to_owned(), rows)).into(),
        parties: vec![
            share("acme", "Acme Defense, Inc.", "client"),
            share("harbor", "Harbor MSP, LLC", "provider"),
        ],
        nobody: vec!["patching".to_owned()],
        reviewed: 2,
        blocking: 7,
        coverage: BTreeMap::from([("cmmc-l2".to_owned(), cover())]),
        points: BTreeMap::from([(
            "cmmc-l2".to_owned(),
            Points {
                lost: 130,
                of: 313,
                score: -20,
                highest: 110,
                five_pointers: 15,
                not_on_plan: 23,
                open: Vec::new(),
                conditional: false,
            },
        )]),
    }
}

fn cover() -> Cover {
    Cover {
        title: "CMMC Level 2".to_owned(),
        noun: "requirements".to_owned(),
        controls: 110,
        covered: 50,
        enhancements: 0,
        parts: "objectives".to_owned(),
        objectives: 320,
        objectives_covered: 150,
        missing: vec!["AC.L2-3.1.2".to_owned()],
        missing_objectives: Vec::new(),
    }
}
