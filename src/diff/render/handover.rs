//! Who takes over from whom in a row, and what is left to whoever hands over.

use super::phrase::Speaker;
use crate::diff::change::{Change, Class, RowId};
use crate::diff::holder::is_work;
use crate::diff::told::Doing;
use crate::report::words::list;

impl<'a> Speaker<'a> {
    /// Says who has a row now.
    pub(super) fn allocation(&self, change: &'a Change) -> String {
        let (more, less) = (self.names(&change.takes_on), self.names(&change.relieved));
        let has = if change.relieved.len() == 1 { "has" } else { "have" };
        match change.class {
            Class::OwnedByNobody if less.is_empty() => "nobody has this now".to_owned(),
            Class::OwnedByNobody => format!("{less} no longer {has} it, and nobody else does"),
            Class::BecomesShared if more.is_empty() => "both sides have a part now".to_owned(),
            Class::BecomesShared => {
                format!("{more} now {} a part of it", if change.takes_on.len() == 1 { "has" } else { "have" })
            }
            _ if more.is_empty() && less.is_empty() => "who acts changed".to_owned(),
            _ => {
                let came = change.takes_on.iter().map(|party| self.takes_over(change, party));
                let went = change.relieved.iter().map(|party| self.steps_back(change, party));
                came.chain(went).collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// Says which work a party has with a row that it did not have.
    fn takes_over(&self, change: &Change, party: &'a str) -> String {
        let works: Vec<String> = self
            .moves(change, party)
            .into_iter()
            .flat_map(|[gained, ..]| gained)
            .filter_map(|doing| match doing {
                Doing::Duty(deed) if is_work(deed) => Some(deed.doing().to_owned()),
                _ => None,
            })
            .collect();
        let what = if works.is_empty() { "this".to_owned() } else { list(&works) };
        format!("{} takes over {what}", self.name(party))
    }

    /// Says what is left to a party that no longer has a row.
    fn steps_back(&self, change: &Change, party: &'a str) -> String {
        let says = |doings: Vec<Doing>| Doing::all_say(&doings);
        let name = self.name(party);
        match self.moves(change, party) {
            Some([gained, ..]) if !gained.is_empty() => format!("{name} {}", now("now", &says(gained))),
            Some([_, lost, kept]) if !kept.is_empty() && !lost.is_empty() => {
                format!("{name} {}, and {}", now("no longer", &says(lost)), now("still", &says(kept)))
            }
            Some([_, _, kept]) if !kept.is_empty() => format!("{name} {}", now("still", &says(kept))),
            _ => format!("{name} has no part in it any more"),
        }
    }

    fn moves(&self, change: &Change, party: &str) -> Option<[Vec<Doing>; 3]> {
        Some(self.told(change.row.as_ref()?)?.moves(party))
    }

    /// Says what a party does now and did not, did and does not, and still does in a row.
    pub(crate) fn part(&self, row: &RowId, party: &str) -> Option<String> {
        let [gained, lost, kept] = self.told(row)?.moves(party);
        let says = |doings: &[Doing]| Doing::all_say(doings);
        let mut said: Vec<String> = match (gained.is_empty(), lost.is_empty()) {
            (true, true) => Vec::new(),
            (false, true) => vec![now("now", &says(&gained))],
            (true, false) => vec![now("no longer", &says(&lost))],
            (false, false) => vec![format!("now {} instead of {}", says(&gained), Doing::all_doing(&lost))],
        };
        if !lost.is_empty() && !kept.is_empty() {
            said.push(now("still", &says(&kept)));
        }
        (!said.is_empty()).then(|| said.join(", "))
    }
}

/// Puts a word of time where it belongs: "now decides", "is now accountable".
pub(super) fn now(word: &str, does: &str) -> String {
    match does.strip_prefix("is ") {
        Some(rest) => format!("is {word} {rest}"),
        None => format!("{word} {does}"),
    }
}
