//! Any bytes are loaded or refused, and every finding can be located and shown.

use countersign::finding::Severity;
use countersign::report::snippet::{Style, render};
use countersign::source::place::Places;
use countersign::source::{Limits, Unreadable, load};

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let judged = serde_json::from_slice::<serde_json::Value>(bytes);
    let (source, findings) = match load("fuzz.json", bytes.to_vec(), Limits::OTHER) {
        Ok(document) => {
            assert_eq!(Some(document.value), judged.ok());
            (Some(document.source), document.findings)
        }
        Err(Unreadable { source, findings }) => {
            assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
            (source, findings)
        }
    };
    let Some(source) = source else { return };
    assert_eq!(source.text.len(), bytes.len());
    let places = Places::of(&source);
    for (index, finding) in findings.iter().enumerate().take(50) {
        let style = Style { color: index % 2 == 1, unicode: index % 3 != 1, width: index * 10 };
        let located = places.locate(&finding.place);
        assert!(source.text.get(located.bytes.clone()).is_some());
        render(finding, &located, Some(&source), &places, &style);
    }
}
