//! Any policy file is refused or runs over a matrix, bounded, without a panic.

use std::sync::LazyLock;

use countersign::facts::Facts;
use countersign::matrix::Matrix;
use countersign::pack::{Packs, shipped_file};
use countersign::policy::Policy;
use countersign::policy::config::Config;
use countersign::policy::kinds::Subject;
use countersign::schema::{self, Kind};
use countersign::source::{Limits, load};
use jiff::civil::date;
use serde_json::Value;

static MATRIX: LazyLock<Value> = LazyLock::new(|| {
    let text = shipped_file("core", "minimal.json").expect("the minimal matrix is shipped");
    serde_json::from_str(text).expect("the minimal matrix is JSON")
});

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(document) = load("policies/fuzz.json", bytes.to_vec(), Limits::OTHER) else { return };
    if !schema::validate(Kind::Policy, &document.value).is_empty() {
        return;
    }
    let packs = Packs::default();
    let Ok(policy) = Policy::assemble(&packs, &[document], &Config::default()) else { return };
    let matrix = Matrix::of(&MATRIX).expect("the minimal matrix is a matrix");
    let today = date(2026, 11, 20);
    let facts = Facts::of(&matrix, MATRIX.clone(), &packs, today, true);
    let subject = Subject {
        matrix: &matrix,
        facts: &facts,
        packs: &packs,
        today,
        offered: true,
        before: None,
        bases: &[],
        together: &[],
    };
    for finding in policy.evaluate(&subject, &"matrices/fuzz.json".into()) {
        assert!(!finding.message.is_empty());
    }
}
