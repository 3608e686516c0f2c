//! Liveness: from every state honest people, each by the program's own rules, come to one version in force, or to none
//! because a party has no key left.

use crate::acts::{honest_words, plan};
use crate::state::{Act, State, View};
use crate::trust::force::Force;
use crate::trust::statement::Decision;
use crate::world::{Cast, DAYS, VERSIONS, version};

/// How many lists and rounds of signatures honest people may need.
const MOST: usize = 3;

/// Says so if honest people cannot bring a next version into force; counts what was judged.
pub fn stuck(state: &State, cast: &Cast, judged: &mut usize) -> Option<String> {
    let mut node = state.clone();
    node.today = crate::world::TODAY;
    let mut judge = |node: &State| {
        *judged += 1;
        node.judge(cast)
    };
    let mut view = judge(&node);
    for _ in 0..MOST {
        let Some(next) = with_clean_roster(&node, &view, cast)? else { break };
        node = next;
        view = judge(&node);
    }
    let last = VERSIONS.len() - 1;
    for decision in [Decision::Approve, Decision::Acknowledge] {
        for by in 0..cast.people.len() {
            let Some(act) = honest_words(&node, &view, cast, by, decision, last) else { continue };
            if let Some(next) = node.after(&act) {
                node = next;
                view = judge(&node);
            }
        }
    }
    let at = DAYS.len() - 1;
    let is_out = view.forces[at] == Force::Version(version(last));
    (!is_out).then(|| format!("liveness: {:?} in the end\n      {}", view.forces[at], node.story(cast)))
}

/// Completes the roster that is pending, or makes one without revoked keys. `Some(None)` if there is nothing to do; `None`
/// if a party has not enough keys left, so that only another engagement helps.
fn with_clean_roster(node: &State, view: &View, cast: &Cast) -> Option<Option<State>> {
    let roll = view.standing.roster().expect("there is one");
    let here = |by: usize| view.is_listed(cast, by);
    let good = |by: &usize| here(*by) && !view.is_revoked(*by);
    let mut parties = Vec::new();
    for (at, (name, _)) in cast.parties.iter().enumerate() {
        let people: Vec<usize> = cast.of_party(at).filter(good).collect();
        let threshold = roll.threshold(&name.parse().expect("an id")).unwrap_or(1);
        if people.len() < threshold as usize {
            return None;
        }
        parties.push((threshold, people));
    }
    let lists_revoked = (0..cast.people.len()).any(|by| here(by) && view.is_revoked(by));
    let signed_by_honest = node
        .aside
        .iter()
        .chain(&node.chain)
        .any(|one| one.list.of.number > view.roster().number && one.by != 0);
    if !lists_revoked && !signed_by_honest {
        return Some(None);
    }
    let list = cast.list(plan(view, view.standing.seals(), parties));
    let by: Vec<usize> = (0..cast.people.len()).filter(good).collect();
    let propose = Act::Propose { list, by: by[0], honest: true };
    let mut next = node.after(&propose).unwrap_or_else(|| node.clone());
    for by in by {
        next = next.after(&Act::Enlist { by, honest: true }).unwrap_or(next);
    }
    Some(Some(next))
}
