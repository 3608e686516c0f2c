//! When versions are in force, as `status` tells it: by what was in force on each day, whatever their own texts name.

use countersign::project::SignoffState;
use countersign::project::words::{self, Names};
use countersign::trust::day::Day;
use countersign::trust::force::Force;
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::engagement::{ANN, BOB, Engagement, ID, day, id, version};
use crate::support::told;

fn signoffs(one: &Engagement, on: &str) -> SignoffState {
    SignoffState { tree: one.tree.clone(), standing: one.judge_on(on) }
}

/// Returns how a version stands on a day, in words.
fn says(one: &Engagement, number: &str, on: &str) -> String {
    let signoffs = signoffs(one, on);
    words::standing(signoffs.version(ID, number).unwrap(), &signoffs.calendar(ID).unwrap(), &Names::default())
}

/// Returns what `status` tells of the one matrix.
fn status(one: &Engagement, on: &str) -> Value {
    told::status(one, on)["matrices"][0].take()
}

/// Offers a version that names its last day, too, and lets both sign it.
fn agree(one: &mut Engagement, number: &str, from: &str, until: Option<&str>) {
    let mut matrix = Engagement::matrix_json(number, from);
    if let Some(until) = until {
        matrix["effectiveUntil"] = json!(until);
    }
    one.offer_json(number, &matrix);
    one.approve(ANN, number);
    one.approve(BOB, number);
    one.acknowledge(ANN, number);
}

#[test]
fn a_version_is_told_with_the_one_that_takes_its_place() {
    let mut one = Engagement::twice();
    one.agree("1.2", "2026-11-25");
    for (on, wanted) in [
        (
            "2026-11-14",
            "agreed by all; comes into force on 2026-11-15, until 1.1 takes its place on 2026-11-20",
        ),
        ("2026-11-19", "in force since 2026-11-15, until 1.1 takes its place on 2026-11-20"),
        ("2026-11-20", "was in force from 2026-11-15, until 1.1 took its place on 2026-11-20"),
        ("2026-12-01", "was in force from 2026-11-15, until 1.1 took its place on 2026-11-20"),
    ] {
        assert_eq!(says(&one, "1.0", on), wanted, "on {on}");
    }
    assert_eq!(says(&one, "1.2", "2026-12-01"), "in force since 2026-11-25");
}

#[test]
fn its_own_last_day_counts_only_where_no_other_version_comes_first() {
    let mut one = Engagement::new();
    agree(&mut one, "1.0", "2026-11-15", Some("2026-12-31"));
    assert_eq!(says(&one, "1.0", "2026-11-20"), "in force since 2026-11-15, no longer on 2026-12-31");
    assert_eq!(says(&one, "1.0", "2026-12-31"), "was in force from 2026-11-15, no longer on 2026-12-31");
    let told = status(&one, "2026-11-20");
    assert_eq!(told["notices"], json!(["version 1.0 ends in 41 days, on 2026-12-31"]));
    one.agree("1.1", "2026-11-25");
    let told = status(&one, "2026-11-20");
    let current = &told["inForce"];
    assert_eq!(current["words"], "in force since 2026-11-15, until 1.1 takes its place on 2026-11-25");
    assert_eq!(current["until"], "2026-12-31");
    assert_eq!(current["inForce"], json!([{ "from": "2026-11-15", "until": "2026-11-25" }]));
    assert_eq!(told["notices"], json!([]));
}

#[test]
fn a_version_whose_day_came_too_late_never_was_in_force() {
    let mut one = Engagement::in_force();
    one.agree("1.1", "2026-12-20");
    one.agree("1.2", "2026-11-25");
    let never =
        |is: &str| format!("agreed by all; never in force: on its first day, 2026-12-20, 1.2 {is} in force");
    assert_eq!(says(&one, "1.1", "2026-12-01"), never("is"));
    assert_eq!(says(&one, "1.1", "2026-12-20"), never("was"));
    assert_eq!(
        says(&one, "1.0", "2026-12-20"),
        "was in force from 2026-11-15, until 1.2 took its place on 2026-11-25"
    );
    let told = status(&one, "2026-12-20");
    assert_eq!((&told["past"][1]["version"], &told["past"][1]["inForce"]), (&json!("1.1"), &json!([])));
    assert_eq!(told["past"][1]["from"], "2026-12-20");
}

/// By one reading 1.1 took the place of 1.0, by the other it did not: neither is in force for certain.
#[test]
fn a_version_that_may_have_been_replaced_is_told_to_be_in_doubt() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    one.approve(ANN, "1.1");
    one.approve(BOB, "1.1");
    one.acknowledge(ANN, "1.1");
    let first: Vec<_> = one.standing("1.0").seen();
    one.revoke(BOB, &[BOB], &first);
    assert!(matches!(one.force("2026-11-20"), Force::InDoubt { .. }));
    let before = status(&one, "2026-11-18");
    assert_eq!(
        before["inForce"]["words"],
        "in force since 2026-11-15, in doubt from 2026-11-20, when 1.1 may take its place"
    );
    assert_eq!(before["inForce"]["inForce"], json!([{ "from": "2026-11-15", "until": "2026-11-20" }]));
    assert_eq!(before["notices"], json!(["version 1.0 may end in 2 days, on 2026-11-20"]));
    let after = status(&one, "2026-11-20");
    assert_eq!(after["inForce"], Value::Null);
    let words = "was in force from 2026-11-15, in doubt from 2026-11-20, when 1.1 may have taken its place";
    assert_eq!(after["open"][0]["words"], words);
}

/// The days of up to four versions: the first, and the last if one names it, counted from one day on.
fn terms() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
    proptest::collection::vec((0i64..12, proptest::option::of(0i64..16)), 1..5)
}

fn later(days: i64) -> Day {
    Day(day("2026-11-20").0.checked_add(days.days()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_version_is_in_force_on_the_days_that_are_judged_so(terms in terms(), today in -1i64..17) {
        let mut one = Engagement::new();
        for (minor, (from, until)) in terms.iter().enumerate() {
            let until = until.map(|until| later(until).to_string());
            agree(&mut one, &format!("1.{minor}"), &later(*from).to_string(), until.as_deref());
        }
        let told = status(&one, &later(today).to_string());
        let lists = ["open", "past"].into_iter().flat_map(|list| told[list].as_array().unwrap());
        let versions: Vec<&Value> = lists.chain(Some(&told["inForce"]).filter(|one| one.is_object())).collect();
        prop_assert_eq!(versions.len(), terms.len());
        let late = one.judge_on("2027-06-01");
        for (told, days) in versions.iter().flat_map(|told| (-1i64..17).map(move |days| (told, days))) {
            let now = later(days).to_string();
            let is_held = told["inForce"].as_array().unwrap().iter().any(|held| {
                held["from"].as_str().unwrap() <= &*now && held["until"].as_str().is_none_or(|until| &*now < until)
            });
            let force = Force::Version(version(told["version"].as_str().unwrap()));
            prop_assert_eq!(is_held, late.in_force(&id(), later(days)) == force, "{} on {}", told, now);
        }
        for told in versions {
            let is_never = told["words"].as_str().unwrap().contains("never in force");
            prop_assert_eq!(is_never, told["inForce"] == json!([]), "{}", told);
        }
    }
}
