//! What must hold of every state, and between a state and the next.
//!
//! - **Safety**: nothing is in force without the last word of every party; no file of the adversary changes what stands,
//!   but towards a version on which the honest party gave its last word; statements never make a version less final; a
//!   revocation gives doubt and never another certain answer.
//! - **Agreement**: periods, states, the version before and the mark say what the days say.
//! - **Withholding**: a part of the files shows nothing in force that the whole does not, but what was superseded.
//!
//! The fourth, **liveness**, is in `way_out`.

use std::collections::BTreeSet;

use crate::bound::{Sound, is_closed};
use crate::state::{Act, NOTHING, State, Summary, View, versions_of};
use crate::trust::day::Day;
use crate::trust::mark::{self, Mark};
use crate::trust::period;
use crate::trust::standing::{MarkState, State as Stands};
use crate::trust::statement::{MatrixRef, folder};
use crate::trust::{Blob, judge_by};
use crate::world::{Cast, DAYS, FROM, RETROACTIVE, UNTIL, VERSIONS, day, id, index, version};

fn is_single(answers: u16) -> bool {
    answers.count_ones() == 1
}

fn highest(answers: u16) -> Option<usize> {
    (0..VERSIONS.len()).rev().find(|at| versions_of(answers) >> at & 1 == 1)
}

/// Returns the versions above another one, or all if there is none.
fn above(one: Option<usize>) -> u8 {
    one.map_or(0xF, |one| (0xF << (one + 1)) & 0xF)
}

/// Laws about one state.
pub fn of_state(view: &View, state: &State, cast: &Cast) -> Option<String> {
    let all: BTreeSet<_> = state.said.iter().map(|(one, _)| one.digest).collect();
    for (at, answers) in view.summary.answers.iter().enumerate() {
        if !is_single(*answers) || *answers == NOTHING {
            continue;
        }
        let one = highest(*answers).expect("a version");
        let by = if RETROACTIVE[one] { i8::MAX } else { DAYS[at] };
        let tell = |what: &str| Some(format!("{what}: {:?} on day {}", view.forces[at], DAYS[at]));
        if view.summary.bound >> one & 1 == 0 {
            return tell("safety: in force without the honest party");
        }
        if !is_closed(view, cast, one, &all, by) {
            return tell("safety: in force without the last word of a party");
        }
        let has_ended = UNTIL[one].is_some_and(|until| until <= DAYS[at]);
        if DAYS[at] < FROM[one] || has_ended != (*answers > 0xF) {
            return tell("days: in force before its first day or after its last");
        }
    }
    agreement(view).or_else(|| kept(view, state, cast, crate::is_wide()))
}

/// What an honest party can count on: a version that every party closed in the open, with no roster or revocation since,
/// is in force from its day on unless a higher one is.
///
/// `wide` looks at lists and revocations too: what was closed in statements that nothing puts in question stays in force or
/// gives way to a higher version.
fn kept(view: &View, state: &State, cast: &Cast, wide: bool) -> Option<String> {
    let (is_open, is_first) = (state.refused.is_empty(), state.chain.is_empty());
    if !(is_open && is_first || wide && (is_open || is_first)) {
        return None;
    }
    let sound: Vec<Sound> = (0..VERSIONS.len()).map(|number| Sound::of(view, cast, number)).collect();
    for (at, on) in DAYS.iter().enumerate() {
        let closed = |number: &usize| {
            let by = if RETROACTIVE[*number] { i8::MAX } else { *on };
            *on >= FROM[*number] && sound[*number].is_closed(view, cast, *number, by)
        };
        let Some(one) = (0..VERSIONS.len()).rev().find(closed) else { continue };
        let (own, answers) = (1 << one, view.summary.answers[at]);
        let others = answers & !own;
        let is_kept = others & NOTHING == 0 && versions_of(others) & !above(Some(one)) == 0;
        let begun_late = UNTIL[one].is_some_and(|until| until <= *on);
        if !begun_late && (!is_kept || is_open && is_first && others != 0) {
            return Some(format!(
                "safety: {} is closed by all, day {on}: {:?}",
                VERSIONS[one], view.forces[at]
            ));
        }
    }
    None
}

/// What is said of a state in other words says the same.
fn agreement(view: &View) -> Option<String> {
    let matrix = view.standing.matrices.get(&id())?;
    let periods = period::periods(matrix);
    for (at, number) in DAYS.iter().enumerate() {
        if period::on(&periods, Day(day(*number))).force != view.forces[at] {
            return Some(format!("agreement: periods and day {number} differ"));
        }
    }
    let today = matrix.in_force(view.standing.day);
    for one in matrix.versions.values() {
        let is_in_force = today == crate::trust::force::Force::Version(one.version);
        if (one.state == Stands::InForce) != is_in_force {
            return Some(format!("agreement: {} is {:?}, today {today:?}", one.version, one.state));
        }
        let may_be_final = view.summary.possible >> index(one.version) & 1 == 1;
        if one.state.is_final() && !may_be_final
            || matches!(one.state, Stands::InQuestion(_)) != (may_be_final && !one.state.is_final())
        {
            return Some(format!("agreement: {} is {:?}", one.version, one.state));
        }
        if one.state.is_final() && !(one.missing.is_empty() && one.waits_for.is_empty() && one.is_complete())
        {
            return Some(format!("agreement: {} is final and waits", one.version));
        }
    }
    let latest = matrix.latest().map(|one| index(one.version));
    let highest = (0..VERSIONS.len()).rev().find(|at| view.summary.certain >> at & 1 == 1);
    (latest != highest).then(|| "agreement: the version to build on is not the highest final one".to_owned())
}

/// The mark that the program would write holds if the version is final for certain, and only then.
pub fn mark(view: &View, state: &State, cast: &Cast) -> Option<String> {
    let mut tree = state.tree(cast);
    for one in view.standing.matrices.values().flat_map(|matrix| matrix.versions.values()) {
        let (Some(agreed), Some(sha256), Some(head)) = (&one.agreement, one.sha256, &one.head) else {
            continue;
        };
        let mark = Mark {
            format: mark::FORMAT.into(),
            matrix: MatrixRef { id: id(), version: one.version, sha256 },
            effective_from: head.effective_from,
            roster: agreed.roster,
            statements: agreed.last_words.clone(),
        };
        let path = format!("{}/effective.json", folder(&id(), one.version));
        tree.insert(path, Blob::plain(mark.to_bytes()));
    }
    let marked = judge_by(&cast.reader, &tree, None, day(state.today)).expect("few files");
    let wrong = VERSIONS.iter().enumerate().find_map(|(number, name)| {
        let one = marked.version(&id(), version(number))?;
        let holds = one.mark == MarkState::Holds;
        let is_final = view.version(number).state.is_final();
        (holds != is_final).then(|| format!("agreement: {name} final {is_final}, its mark holds {holds}"))
    });
    wrong.or_else(|| {
        (View::answers_of(&marked) != view.summary.answers).then(|| "a mark changes answers".into())
    })
}

/// Laws about one act. `forging` is true for an act with a stolen key that nobody revoked yet.
pub fn of_act(before: &Summary, after: &Summary, act: &Act, honest: bool, forging: bool) -> Option<String> {
    let is_revocation = matches!(act, Act::Refuse { .. });
    let is_roster = matches!(act, Act::Propose { .. } | Act::Enlist { .. });
    if act.is_words() && (before.certain & !after.certain != 0 || before.possible & !after.possible != 0) {
        return Some("safety: a statement made a version less final".into());
    }
    if let Act::Say { said, .. } = act
        && said.of.decision != crate::trust::statement::Decision::Approve
        && said.of.decision != crate::trust::statement::Decision::Acknowledge
        && before.answers != after.answers
    {
        return Some("safety: a notice changed an answer".into());
    }
    for at in 0..DAYS.len() {
        let (was, is) = (before.answers[at], after.answers[at]);
        if was == is {
            continue;
        }
        let tell = |what: &str| Some(format!("{what}: day {}, {was:b} -> {is:b}", DAYS[at]));
        // What was a possible answer and is one no more makes room for versions that the honest party agreed to.
        let towards = |from: Option<usize>, answers: u16| {
            answers & NOTHING == 0 && versions_of(answers) & !(after.bound & above(from)) == 0
        };
        if is_single(was) {
            let kept = was & is != 0;
            if is_revocation && !kept {
                return tell("safety: a revocation took an answer out");
            }
            if !honest && !forging && !is_revocation {
                if !kept && !towards(highest(was), is) {
                    return tell("safety: taken out by others");
                }
                if act.is_words() && before.revoked == 0 && !towards(highest(was), is & !was) {
                    return tell("safety: put in doubt by a statement of others");
                }
            }
            if honest && is_roster && !kept && !towards(highest(was), is) {
                return tell("safety: taken out by a roster that the honest party signed");
            }
        } else if !honest && !forging && is_single(is) && was & is == 0 && !towards(None, is) {
            return tell("safety: a new answer out of doubt");
        }
        if let Act::Say { said, .. } = act
            && DAYS[at] < said.of.on
            && !RETROACTIVE[said.of.number]
            && is & !was != 0
        {
            return tell("days: a later statement changed an earlier day");
        }
    }
    None
}

/// What a host shows that leaves files out.
pub fn withheld(whole: &Summary, part: &View, state: &State, cast: &Cast, by_time: bool) -> Option<String> {
    for (at, answers) in part.summary.answers.iter().enumerate() {
        if !is_single(*answers) || *answers & 0xF == 0 {
            continue;
        }
        let one = highest(*answers).expect("a version");
        let shown =
            whole.answers[at] & answers != 0 || versions_of(whole.answers[at]) & above(Some(one)) != 0;
        if !shown && by_time {
            let (whole, story) = (whole.answers[at], state.story(cast));
            return Some(format!(
                "withholding: day {}, a part shows {answers:b}, the whole {whole:b}\n      {story}",
                DAYS[at]
            ));
        }
    }
    None
}
