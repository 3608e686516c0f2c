//! Kind `specific-activity`: a row says what is done, not only what it is about.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Row;
use crate::pack::Catalogue;
use crate::pack::spelling::folded;
use crate::policy::given::Regex;

/// The most words of a text that may be a mere topic.
const FEW: usize = 3;

/// An activity is more than a title.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecificActivity {}

impl SpecificActivity {
    /// Returns one hit for each row whose activity is missing, a title, or a few words without rhythm or scope.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let ids = subject.matrix.catalogs();
        let catalogues: Vec<&Catalogue> = ids.filter_map(|id| subject.packs.catalogue(id)).collect();
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter(|(_, row)| row.allocation.is_work())
            .filter_map(|(at, row)| {
                let Some(activity) = &row.activity else {
                    return Some(Hit::row(at).with("what", "does not say what is done"));
                };
                let what = fault(activity, row, &catalogues)?;
                Some(Hit::in_row(at, Place::value(format!("/rows/{at}/activity"))).with("what", what))
            })
            .collect()
    }
}

/// "Manage access control in accordance with the policies": a topic and a promise.
static VAGUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:manage|maintain|ensure|handle|oversee|address|support|govern|implement|perform|provide|apply)s? (?:\S+ ){1,6}(?:in accordance with|in line with|in compliance with|as per|per|according to|based on|following) (?:\S+ ){0,4}(?:polic\w+|procedures?|requirements?|standards?|best practices?|regulations?|guidelines?)\W*$",
    )
    .expect("this pattern is ours")
});

/// "Handle incidents promptly and as appropriate": a topic and a manner.
static HOLLOW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:manage|maintain|ensure|handle|oversee|address|support|govern|take care of|deal with|look after|perform|provide)s? (?:[\w-]+ ){1,4}?(?:promptly|properly|adequately|appropriately|effectively|securely|regularly|periodically|as (?:appropriate|needed|required|necessary|applicable)|where (?:appropriate|needed|necessary|applicable)|if (?:needed|necessary|required))(?:,? and [\w ]{1,40})?\W*$",
    )
    .expect("this pattern is ours")
});

fn fault(activity: &str, row: &Row, catalogues: &[&Catalogue]) -> Option<&'static str> {
    let words = folded(activity);
    if words == folded(&row.title) {
        return Some("has its own title for an activity");
    }
    if catalogues.iter().any(|catalogue| catalogue.has_title(&words)) {
        return Some("has a title of the catalogue for an activity");
    }
    if VAGUE.is_match(activity) && !activity.contains(|c: char| c.is_ascii_digit()) {
        return Some("only says that something is managed by the rules");
    }
    if HOLLOW.is_match(activity) && !activity.contains(|c: char| c.is_ascii_digit()) {
        return Some("only says that something is taken care of");
    }
    let count = activity.split_whitespace().count();
    if count < FEW {
        return Some("names a topic, not what is done");
    }
    let rhythm = row.cadence.is_some()
        || row.duties.iter().any(|duty| duty.cadence.is_some() || duty.within.is_some());
    let few = count <= FEW;
    (few && !rhythm && row.scope.is_empty()).then_some("names a topic, not what is done")
}
