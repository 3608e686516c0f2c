//! Kind `whole-is-covered`: words of a row do not take out of a control what it covers.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Row;
use crate::pack::Catalogue;
use crate::pack::wording::asserts;
use crate::policy::given::Regex;

/// No activity leaves out a part, and a count of controls is the count of the framework.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WholeIsCovered {
    /// Words that leave something out.
    pub words: Vec<String>,
}

/// "the 50 requirements": a count of what a framework has.
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:all|the|of|whether) (?P<count>\d{2,4}) (?P<noun>requirements|objectives|criteria|standards|safeguards|controls)\b")
        .expect("this pattern is ours")
});

impl WholeIsCovered {
    /// Returns one hit for each activity that covers less.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        let rows = rows.filter(|(_, row)| row.allocation.is_work() && !row.controls.is_empty());
        rows.filter_map(|(at, row)| {
            let words = self.fault(subject, row)?;
            Some(Hit::in_row(at, Place::value(format!("/rows/{at}/activity"))).with("words", words))
        })
        .collect()
    }

    fn fault(&self, subject: &Subject<'_>, row: &Row) -> Option<String> {
        let activity = row.activity.as_deref()?;
        let lower = activity.to_lowercase();
        let words = self.words.iter().find(|words| asserts(&lower, words)).cloned();
        words.or_else(|| {
            let found = COUNT.captures(activity)?;
            let count: usize = found["count"].parse().ok()?;
            let ids = subject.matrix.catalogs();
            let mut catalogues = ids.filter_map(|id| subject.packs.catalogue(id)).peekable();
            catalogues.peek()?;
            (!catalogues.any(|catalogue| has_count(catalogue, count))).then(|| found[0].to_owned())
        })
    }
}

/// Returns whether a framework has so many of anything: of a level, a designation or in all.
fn has_count(catalogue: &Catalogue, count: usize) -> bool {
    let of = |is_one: &dyn Fn(&crate::pack::Control) -> bool| {
        catalogue.items.iter().filter(|it| is_one(it)).count()
    };
    catalogue.tops().count() == count
        || of(&|_| true) == count
        || catalogue.items.iter().any(|one| of(&|it| it.level == one.level) == count)
        || ["required", "addressable"]
            .iter()
            .any(|word| of(&|it| it.designation.as_deref() == Some(word)) == count)
}
