//! What the tests of this folder share.

use countersign::finding::{Finding, Place, Severity, Stage};
use countersign::report::snippet::{Style, render};
use countersign::source::place::Places;
use countersign::source::{Limits, Source, Unreadable, load};

pub(crate) fn refused(text: &str) -> Unreadable {
    load("m.json", text.as_bytes().to_vec(), Limits::MATRIX).expect_err("is refused")
}

pub(crate) const STYLES: [Style; 4] = [
    Style { color: false, unicode: true, width: 100 },
    Style { color: true, unicode: true, width: 0 },
    Style { color: false, unicode: false, width: 60 },
    Style { color: true, unicode: false, width: usize::MAX },
];

/// Shows every finding in every style, and returns the first style's text.
pub(crate) fn shown(source: &Source, findings: &[Finding]) -> String {
    let places = Places::of(source);
    let mut out = String::new();
    for (index, style) in STYLES.iter().enumerate() {
        for finding in findings {
            let text = render(finding, &places.locate(&finding.place), Some(source), &places, style);
            if index == 0 {
                out.push_str(&text);
            }
        }
    }
    out
}

pub(crate) fn finding(place: Place) -> Finding {
    Finding {
        rule: "a-rule".into(),
        severity: Severity::Warning,
        stage: Stage::Always,
        message: "something is wrong".into(),
        help: Some("do something".into()),
        matrix: None,
        row: None,
        file: "m.json".into(),
        place,
        related: None,
        waived: None,
        located: None,
    }
}
