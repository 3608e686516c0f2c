//! What holds of every ledger, whatever happened.

use std::collections::BTreeSet;

use countersign::ledger::history::Stretch;
use countersign::ledger::standing::Standing;
use countersign::ledger::subject::Subject;
use countersign::ledger::topic::Topic;
use countersign::ledger::{Ledger, RowAnswer};
use countersign::pack::{Packs, shipped_ids};
use countersign::project::SignoffState;
use countersign::trust::day::Day;
use countersign::trust::force::{Answer, Force};
use countersign::trust::period::{Event, Period, events, fold, on, periods};
use countersign::trust::standing::MatrixStanding;
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::Value;

use crate::ledger::asked::successor;
use crate::ledger::story::Story;
use crate::support::Repo;
use crate::support::engagement::{ANN, BEA, BOB, Engagement, day, id, version};
use crate::support::told;

fn forces() -> impl Strategy<Value = Force> {
    let number = || (0u32..4).prop_map(|minor| version(&format!("1.{minor}")));
    prop_oneof![
        Just(Force::Nothing),
        number().prop_map(Force::Version),
        number().prop_map(Force::Ended),
        (number(), proptest::option::of(number())).prop_map(|(by, otherwise)| Force::InDoubt {
            by: (id(), by),
            readings: vec![Answer::Version(by), otherwise.map_or(Answer::Nothing, Answer::Version)],
        }),
    ]
}

fn later(days: i64) -> Day {
    Day(day("2026-01-01").0.checked_add(days.days()).unwrap())
}

/// Events on days of their own, in their order.
fn sequences() -> impl Strategy<Value = Vec<Event>> {
    proptest::collection::btree_map(0i64..60, forces(), 0..12)
        .prop_map(|all| all.into_iter().map(|(days, force)| Event { day: later(days), force }).collect())
}

proptest! {
    #[test]
    fn every_instant_has_exactly_one_period(events in sequences()) {
        let periods = fold(events.clone());
        for days in -2..65 {
            let now = later(days);
            let own: Vec<&Period> = periods.iter().filter(|one| one.has(now)).collect();
            prop_assert_eq!(own.len(), 1);
            prop_assert_eq!(own[0], on(&periods, now));
            let last = events.iter().rev().find(|event| event.day <= now);
            prop_assert_eq!(&own[0].force, last.map_or(&Force::Nothing, |event| &event.force));
        }
    }

    #[test]
    fn the_fold_of_a_prefix_is_the_prefix_of_the_fold(events in sequences(), cut in 0usize..13) {
        let cut = cut.min(events.len());
        let (whole, part) = (fold(events.clone()), fold(events[..cut].to_vec()));
        let (last, first) = part.split_last().unwrap();
        prop_assert_eq!(first, &whole[..first.len()]);
        let same = &whole[first.len()];
        prop_assert_eq!((&last.force, last.from), (&same.force, same.from));
        prop_assert!(last.until.is_none());
    }
}

fn days(matrix: &MatrixStanding) -> BTreeSet<Day> {
    let around =
        |event: Event| [-1, 0, 1].map(|days: i64| Day(event.day.0.checked_add(days.days()).unwrap()));
    events(matrix).into_iter().flat_map(around).collect()
}

/// Who, history and show, each asked alone on the days around every change.
#[test]
fn who_history_and_show_agree() {
    let story = Story::new();
    let packs = Packs::shipped(shipped_ids());
    let standing = story.signed.judge_on("2029-06-01");
    let all: BTreeSet<Day> = standing.matrices.values().flat_map(days).collect();
    assert!(all.len() > 30);
    let signoffs = SignoffState { tree: story.signed.tree.clone(), standing };
    let ledger = Ledger::open(&signoffs, "work tree").unwrap();
    let subject = Subject::of("AU.L2-3.3.3", &packs);
    let topic = Topic::of("AU.L2-3.3.3", subject.clone(), &ledger, &[]).unwrap();
    let history = ledger.history(&topic, None).unwrap();
    for now in all {
        let signoffs = SignoffState {
            tree: story.signed.tree.clone(),
            standing: story.signed.judge_on(&now.to_string()),
        };
        let ledger = Ledger::open(&signoffs, "work tree").unwrap();
        for answer in ledger.who(&subject, None, &Vec::new).unwrap().answers {
            let now = now.to_string();
            let held = |from: &Option<String>, until: &Option<String>| {
                from.as_ref().is_none_or(|from| *from <= now)
                    && until.as_ref().is_none_or(|until| now < *until)
            };
            let own = history.stretches.iter().filter(|one| one.matrix == answer.matrix);
            let own: Vec<_> = own.filter(|one| held(&one.from, &one.until)).collect();
            let whole = ledger.whole(&answer.matrix.parse().unwrap());
            match answer.standing {
                Standing::InForce => {
                    assert_eq!(own.len(), 1, "{now}");
                    let rows = answer.readings[0].rows.iter().cloned();
                    let rows: Vec<_> = rows.map(|row| RowAnswer { call: Vec::new(), ..row }).collect();
                    assert_eq!(own[0].rows, rows, "{now}");
                    let version = answer.readings[0].version.clone().unwrap();
                    assert!(own[0].versions.iter().any(|one| one.version == version), "{now}");
                    assert_eq!(whole.unwrap().version.to_string(), version, "{now}");
                }
                Standing::Absent => {
                    assert!(own.iter().all(|one| one.rows.is_empty()), "{now}");
                    assert_eq!(Some(whole.unwrap().version.to_string()), answer.readings[0].version);
                }
                Standing::InDoubt | Standing::Ended => {
                    assert_eq!(own[0].standing, answer.standing, "{now}");
                    assert!(whole.is_err(), "{now}");
                }
                Standing::NotYet | Standing::Nothing => assert!(own.is_empty() && whole.is_err(), "{now}"),
            }
        }
    }
}

/// What a matrix says by `status`, `who` or `history`: the version in force, since when, until when.
type Held = (String, Option<String>, Option<String>);

fn term(one: &Value) -> (Option<String>, Option<String>) {
    let day = |name: &str| one[name].as_str().map(str::to_owned);
    (day("from"), day("until"))
}

/// Returns the days on which `status` says that its versions are in force, in their order.
fn told(status: &Value) -> Vec<Held> {
    let lists = ["past", "open"].into_iter().flat_map(|list| status[list].as_array().unwrap());
    let versions = lists.chain(Some(&status["inForce"]).filter(|one| one.is_object()));
    let held = versions.flat_map(|one| {
        let periods = one["inForce"].as_array().unwrap().iter().map(term);
        periods.map(|(from, until)| (one["version"].as_str().unwrap().to_owned(), from, until))
    });
    let mut held: Vec<Held> = held.collect();
    held.sort_by(|one, other| one.1.cmp(&other.1));
    held
}

/// Returns what `status` says is in force on its day.
fn current(status: &Value, today: &str) -> Option<Held> {
    let one = Some(&status["inForce"]).filter(|one| one.is_object())?;
    let mut periods = one["inForce"].as_array().unwrap().iter().map(term);
    let (from, until) = periods.find(|(from, until)| {
        from.as_deref().is_some_and(|from| from <= today)
            && until.as_deref().is_none_or(|until| today < until)
    })?;
    let words = one["words"].as_str().unwrap();
    assert!(words.starts_with(&format!("in force since {}", from.as_ref().unwrap())), "{words}");
    assert!(until.iter().all(|until| words.ends_with(until) || words.contains(&format!("{until},"))));
    Some((one["version"].as_str().unwrap().to_owned(), from, until))
}

/// On the days around every change, status names the version in force and its days as who and history do.
fn assert_one_account(story: &Story) {
    let packs = Packs::shipped(shipped_ids());
    let standing = story.signed.judge_on("2029-06-01");
    let all: BTreeSet<Day> = standing.matrices.values().flat_map(days).collect();
    let signoffs = SignoffState { tree: story.signed.tree.clone(), standing };
    let late = Ledger::open(&signoffs, "work tree").unwrap();
    let history = late.history(&Topic::Everything, None).unwrap();
    let subject = Subject::of("AU.L2-3.3.3", &packs);
    for now in all {
        let today = now.to_string();
        let signoffs =
            SignoffState { tree: story.signed.tree.clone(), standing: story.signed.judge_on(&today) };
        let status = told::status(&story.signed, &today);
        let by_id = |id: &str| status["matrices"].as_array().unwrap().iter().find(|one| one["id"] == id);
        for id in signoffs.standing.matrices.keys() {
            let certain = |one: &&Stretch| one.matrix == id.as_str() && one.standing == Standing::InForce;
            let held = history.stretches.iter().filter(certain);
            let held = held.map(|one| (one.versions[0].version.clone(), one.from.clone(), one.until.clone()));
            assert_eq!(told(by_id(id.as_str()).unwrap()), held.collect::<Vec<_>>(), "{id} on {today}");
        }
        let ledger = Ledger::open(&signoffs, "work tree").unwrap();
        for answer in ledger.who(&subject, None, &Vec::new).unwrap().answers {
            let known = told(by_id(&answer.matrix).unwrap());
            for one in &answer.coming {
                let begins = |held: &Held| held.0 == one.version && held.1.as_ref() == Some(&one.from);
                assert!(known.iter().any(begins), "{one:?} {known:?}");
            }
            let certain = answer.readings.into_iter().find(|one| one.condition.is_none());
            let held = certain.map(|one| (one.version.unwrap(), one.from, one.until));
            assert_eq!(current(by_id(&answer.matrix).unwrap(), &today), held, "{} on {today}", answer.matrix);
        }
    }
}

#[test]
fn status_who_and_history_give_one_account() {
    assert_one_account(&Story::new());
    let mut story = Story::new();
    let next = successor(&story);
    story.agree(&next, [("2028-09-20", ANN), ("2028-09-21", BEA)]);
    assert_one_account(&story);
}

#[test]
fn a_version_that_never_begins_is_not_coming() {
    let mut story = Story::new();
    let mut next: Value =
        serde_json::from_str(&story.repo.read("signoffs/acme-msp/4.0/matrix.json")).unwrap();
    next.as_object_mut().unwrap().remove("effectiveUntil");
    for (number, from, days) in [
        ("4.1", "2029-03-01", ["2028-10-02", "2028-10-03"]),
        ("4.2", "2029-01-01", ["2028-10-05", "2028-10-06"]),
    ] {
        next["version"] = number.into();
        next["effectiveFrom"] = from.into();
        story.agree(&next, [(days[0], ANN), (days[1], BEA)]);
    }
    let signoffs =
        SignoffState { tree: story.signed.tree.clone(), standing: story.signed.judge_on("2028-11-01") };
    let ledger = Ledger::open(&signoffs, "work tree").unwrap();
    let packs = Packs::shipped(shipped_ids());
    let subject = Subject::of("AU.L2-3.3.3", &packs);
    let answers = ledger.who(&subject, None, &Vec::new).unwrap().answers;
    let coming = answers.iter().flat_map(|answer| &answer.coming);
    let coming: Vec<_> = coming.map(|one| (one.version.as_str(), one.from.as_str())).collect();
    assert_eq!(coming, [("4.2", "2029-01-01")]);
}

/// The periods say on every day what the judgement of that day says.
#[test]
fn periods_are_what_each_day_is_judged_to_be() {
    let story = Story::new();
    let late = story.signed.judge_on("2029-06-01");
    let mut now = day("2025-12-30");
    while now < day("2029-02-01") {
        let judged = story.signed.judge_on(&now.to_string());
        for (id, matrix) in &late.matrices {
            assert_eq!(on(&periods(matrix), now).force, judged.in_force(id, now), "{id} on {now}");
        }
        now = Day(now.0.checked_add(17.days()).unwrap());
    }
}

/// The same files in one commit, and in a history with merges, give the same answers.
#[test]
fn no_shape_of_history_changes_what_was_in_force() {
    let story = Story::new();
    let flat = Repo::new();
    for (path, blob) in &story.signed.tree {
        flat.write(path, &*blob.bytes);
    }
    flat.write("countersign.json", story.repo.read("countersign.json")).commit("Everything at once");
    let merged = Repo::new();
    merged.write("countersign.json", story.repo.read("countersign.json")).commit("Begin");
    merged.branch("other");
    let (one, other): (Vec<_>, Vec<_>) =
        story.signed.tree.iter().enumerate().partition(|(at, _)| at % 2 == 0);
    for (branch, files) in [("other", one), ("main", other)] {
        merged.switch(branch);
        for (_, (path, blob)) in files.into_iter().rev() {
            merged.write(path, &*blob.bytes);
        }
        merged.commit("Half of it, backwards");
    }
    merged.merge("other");
    for on in ["2026-01-20", "2026-09-05", "2027-01-31", "2027-12-15", "2028-06-01"] {
        let ask = ["who", "AU.L2-3.3.3", "--as-of", on, "--format", "json"];
        let answer = story.repo.countersign(&ask);
        assert_eq!(flat.countersign(&ask), answer, "{on}");
        assert_eq!(merged.countersign(&ask), answer, "{on}");
    }
}

/// Two final versions that follow the same one: the higher one holds.
#[test]
fn a_fork_is_told() {
    let mut one = Engagement::in_force();
    let before = one.clone();
    one.agree("1.1", "2026-11-20");
    let mut other = before;
    other.agree("1.2", "2026-11-20");
    for (path, blob) in other.tree {
        one.tree.entry(path).or_insert(blob);
    }
    let standing = one.judge_on("2026-11-25");
    let kept = periods(&standing.matrices[&id()]);
    assert_eq!(on(&kept, day("2026-11-25")).force, Force::Version(version("1.2")));
}
