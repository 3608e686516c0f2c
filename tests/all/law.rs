//! Laws of the rules on law, over every obligation and every flagged row of every starter: a stricter time is never a
//! finding, a slower one always is, and a decision that only one side can take is missed where the other has it.

use std::collections::BTreeSet;

use countersign::facts::Facts;
use countersign::matrix::{Deed, Duration, Matrix};
use countersign::pack::{Control, LegalClock, Obligation, Pack, Packs, shipped_file, shipped_ids};
use countersign::policy::config::Config;
use countersign::policy::kinds::Subject;
use countersign::policy::{Policy, example};
use serde_json::{Value, json};

struct Bench {
    packs: Packs,
    policy: Policy,
}

impl Bench {
    fn new() -> Self {
        let packs = Packs::shipped(shipped_ids());
        let policy = Policy::assemble(&packs, &[], &Config::default()).expect("the shipped rules are sound");
        Self { packs, policy }
    }

    fn starters(&self) -> Vec<(&Pack, Value)> {
        let ids = shipped_ids().into_iter().filter(|pack| shipped_file(pack, "starter.json").is_some());
        ids.map(|id| {
            let ready = example::signable(id, &self.packs).expect("a starter");
            (&**self.packs.get(id).expect("a shipped pack"), ready)
        })
        .collect()
    }

    /// Returns the places at which rules of some kinds speak, by the ends of their ids.
    fn places(&self, value: &Value, ends: &[&str]) -> BTreeSet<String> {
        let matrix = Matrix::of(value).expect("a matrix");
        let facts = Facts::of(&matrix, value.clone(), &self.packs, example::TODAY, true);
        let subject = Subject {
            matrix: &matrix,
            facts: &facts,
            packs: &self.packs,
            today: example::TODAY,
            offered: true,
            before: None,
            bases: &[],
            together: &[],
        };
        let rules = self.policy.rules().filter(|rule| ends.iter().any(|end| rule.id.ends_with(end)));
        let found = rules.flat_map(|rule| Policy::evaluate_only(rule, &subject, &"law.json".into()));
        found.map(|finding| finding.place.pointer().to_owned()).collect()
    }
}

const CLOCKS: [&str; 1] = ["clocks-are-kept"];
const TIMES: [&str; 4] = ["clocks-are-kept", "cadence-is-kept", "usual-times-are-kept", "notice-leaves-room"];

fn deed(duty: &Value) -> Deed {
    serde_json::from_value(duty["do"].clone()).expect("a deed")
}

/// Returns the pointers of the duties by which the owners of obligations answer, with the obligation.
fn answers<'a>(pack: &'a Pack, value: &Value) -> Vec<(String, &'a Obligation)> {
    let matrix = Matrix::of(value).expect("a matrix");
    let mut all = Vec::new();
    for one in pack.obligations.iter().filter(|one| one.is_in_force()) {
        for (at, row) in matrix.rows.iter().enumerate() {
            if !row.references.iter().any(|name| one.is_named_by(name)) {
                continue;
            }
            for (which, duty) in row.duties.iter().enumerate() {
                let is_owners = matrix.side(&duty.party).is_some_and(|side| one.is_of(side));
                if is_owners && one.is_answered_by(duty.deed) {
                    all.push((format!("/rows/{at}/duties/{which}"), one));
                }
            }
        }
    }
    all
}

fn timed<'a>(pack: &'a Pack, value: &Value) -> Vec<(String, &'a LegalClock)> {
    let all = answers(pack, value).into_iter().filter_map(|(at, one)| Some((at, one.clock.as_ref()?)));
    all.filter(|(at, _)| value.pointer(at).is_some_and(|duty| duty.get("within").is_some())).collect()
}

fn minutes(duration: &Duration) -> i64 {
    duration.minutes().expect("a length of time")
}

/// Replaces the time of a duty, by the wall clock.
fn set_time(value: &mut Value, duty: &str, minutes: i64) {
    let within = value.pointer_mut(&format!("{duty}/within")).expect("a deadline");
    within["time"] = json!(format!("PT{minutes}M"));
    within["clock"] = json!("wall");
}

#[test]
fn a_stricter_time_is_never_a_finding() {
    let bench = Bench::new();
    for (pack, ready) in bench.starters() {
        for parts in [1, 2, 10] {
            let mut value = ready.clone();
            for (duty, clock) in timed(pack, &ready) {
                let own = ready.pointer(&format!("{duty}/within/time")).and_then(Value::as_str);
                let own = own.map_or(i64::MAX, |own| minutes(&Duration::from(own)));
                set_time(&mut value, &duty, (own.min(minutes(&clock.time)) / parts).max(1));
            }
            let said = bench.places(&value, &TIMES);
            assert!(said.is_empty(), "{} a {parts}th: {said:?}", pack.id);
        }
    }
}

#[test]
fn a_slower_time_is_always_a_finding() {
    let bench = Bench::new();
    let mut seen = 0;
    for (pack, ready) in bench.starters() {
        for more in [1, 24 * 60, 365 * 24 * 60] {
            let mut value = ready.clone();
            let timed = timed(pack, &ready);
            timed.iter().for_each(|(duty, clock)| set_time(&mut value, duty, minutes(&clock.time) + more));
            let said = bench.places(&value, &CLOCKS);
            for (duty, _) in &timed {
                assert!(
                    said.contains(&format!("{duty}/within")),
                    "{} {duty} by {more} minutes: {said:?}",
                    pack.id
                );
                seen += 1;
            }
        }
    }
    assert!(seen >= 30, "{seen} slower times");
}

#[test]
fn what_a_text_lets_run_is_not_counted_in_business_time() {
    let bench = Bench::new();
    for (pack, ready) in bench.starters() {
        let mut value = ready.clone();
        let timed = timed(pack, &ready);
        for (duty, clock) in &timed {
            let within = value.pointer_mut(&format!("{duty}/within")).expect("a deadline");
            *within = json!({ "time": clock.time, "of": clock.of, "clock": "business" });
        }
        let said = bench.places(&value, &CLOCKS);
        for (duty, _) in &timed {
            assert!(said.contains(&format!("{duty}/within")), "{} {duty}: {said:?}", pack.id);
        }
    }
}

#[test]
fn what_is_kept_for_less_is_a_finding_and_for_longer_is_none() {
    let bench = Bench::new();
    let mut seen = 0;
    for (pack, ready) in bench.starters() {
        for one in pack.obligations.iter().filter(|one| one.is_in_force()) {
            let Some(retain) = &one.retain else { continue };
            let rows = ready["rows"].as_array().expect("rows").iter().enumerate();
            let named = |row: &Value| {
                row["references"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .any(|name| one.is_named_by(name))
            };
            for (at, row) in rows.filter(|(_, row)| named(row)) {
                for (which, _) in row["duties"]
                    .as_array()
                    .expect("duties")
                    .iter()
                    .enumerate()
                    .filter(|(_, duty)| duty.get("for").is_some())
                {
                    let pointer = format!("/rows/{at}/duties/{which}/for");
                    let with = |minutes: i64| {
                        let mut value = ready.clone();
                        *value.pointer_mut(&pointer).expect("it is there") = json!(format!("PT{minutes}M"));
                        bench.places(&value, &CLOCKS).contains(&pointer)
                    };
                    assert!(with(minutes(&retain.time) - 1), "{pointer} of {}", one.id);
                    assert!(
                        !with(minutes(&retain.time)) && !with(2 * minutes(&retain.time)),
                        "{pointer} of {}",
                        one.id
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 3, "{seen} times of keeping");
}

/// Returns whether a control or what it is part of satisfies something.
fn has(pack: &Pack, row: &Value, is_one: &dyn Fn(&Control) -> bool) -> bool {
    let Some(catalogue) = pack.catalogue() else { return false };
    let ids = row["controls"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let ids = ids.filter_map(|name| name.strip_prefix(&*pack.id)?.strip_prefix(':'));
    ids.filter_map(|id| catalogue.get(id)).any(|control| catalogue.lineage(control).any(is_one))
}

#[test]
fn a_rarer_rhythm_is_always_a_finding_and_a_denser_one_never() {
    let bench = Bench::new();
    let mut seen = 0;
    for (pack, ready) in bench.starters() {
        for (cadence, is_finding) in [("P20Y", true), ("daily", false), ("continuous", false)] {
            let mut value = ready.clone();
            let mut meant = Vec::new();
            for (at, row) in value["rows"].as_array_mut().expect("rows").iter_mut().enumerate() {
                let is_periodic = has(pack, row, &|control| control.periodic.is_some());
                let works = |duty: &Value| deed(duty).counts() == Deed::Perform || deed(duty) == Deed::Review;
                let comes_round = row.get("cadence").is_some_and(|it| it != "on-event");
                if !is_periodic
                    || !comes_round
                    || !row["duties"].as_array().expect("duties").iter().any(works)
                {
                    continue;
                }
                row["cadence"] = json!(cadence);
                for duty in row["duties"].as_array_mut().expect("duties") {
                    if duty.get("cadence").is_some() {
                        duty["cadence"] = json!(cadence);
                    }
                }
                meant.push(format!("/rows/{at}/cadence"));
            }
            let said = bench.places(&value, &["cadence-is-kept"]);
            for place in meant {
                assert_eq!(said.contains(&place), is_finding, "{} {place} {cadence}: {said:?}", pack.id);
                seen += 1;
            }
        }
    }
    assert!(seen >= 60, "{seen} rhythms");
}

#[test]
fn a_decision_of_one_side_is_missed_where_the_other_has_it() {
    let bench = Bench::new();
    let mut seen = 0;
    for (pack, ready) in bench.starters() {
        let mut value = ready.clone();
        let mut moved = Vec::new();
        for (at, row) in value["rows"].as_array_mut().expect("rows").iter_mut().enumerate() {
            let is_flagged = has(pack, row, &|control| control.decision.is_some());
            let split = row["shared"]["mode"] == "split-scope";
            for (which, duty) in row["duties"].as_array_mut().expect("duties").iter_mut().enumerate() {
                let decides =
                    matches!(deed(duty), Deed::Approve | Deed::Decide) && duty.get("controls").is_none();
                let is_part = split || duty.get("scope").is_some();
                if is_flagged && decides && !is_part && duty["party"] == "client" {
                    duty["party"] = json!("provider");
                    moved.push(format!("/rows/{at}/duties/{which}/party"));
                }
            }
        }
        let said = bench.places(&value, &["keeps-its-decisions"]);
        let unseen: Vec<&String> = moved.iter().filter(|place| !said.contains(*place)).collect();
        assert!(unseen.is_empty(), "{} of {} in {}: {unseen:?}", unseen.len(), moved.len(), pack.id);
        seen += moved.len();
    }
    assert!(seen >= 150, "{seen} decisions");
}

#[test]
fn what_only_the_owner_of_an_obligation_can_do_is_missed_where_the_other_does_it() {
    let bench = Bench::new();
    let mut seen = 0;
    for (pack, ready) in bench.starters() {
        let mut value = ready.clone();
        let mut moved = Vec::new();
        for one in pack.obligations.iter().filter(|one| one.is_in_force() && one.owner == "client") {
            for (at, row) in value["rows"].as_array_mut().expect("rows").iter_mut().enumerate() {
                let names = row["references"].as_array().cloned().unwrap_or_default();
                let split = row["shared"]["mode"] == "split-scope";
                if split || !names.iter().filter_map(Value::as_str).any(|name| one.is_named_by(name)) {
                    continue;
                }
                for (which, duty) in row["duties"].as_array_mut().expect("duties").iter_mut().enumerate() {
                    let alone = one.owners_alone.contains(&deed(duty).counts()) && deed(duty) != Deed::Verify;
                    if alone && duty["party"] == "client" {
                        duty["party"] = json!("provider");
                        moved.push(format!("/rows/{at}/duties/{which}/party"));
                    }
                }
            }
        }
        let said = bench.places(&value, &["keeps-its-decisions", "obligations-are-owned"]);
        let unseen: Vec<&String> = moved.iter().filter(|place| !said.contains(*place)).collect();
        assert!(
            unseen.is_empty() || pack.id == *"core",
            "{} of {} in {}: {unseen:?}",
            unseen.len(),
            moved.len(),
            pack.id
        );
        seen += moved.len();
    }
    assert!(seen >= 20, "{seen} duties");
}

/// Returns the rows of a starter two by two that answer one control, with it.
fn pairs(rows: &[Value]) -> Vec<(&str, &Value, &Value)> {
    let mut all = Vec::new();
    for (at, one) in rows.iter().enumerate() {
        for two in &rows[at + 1..] {
            let controls = |row: &Value| row["controls"].as_array().cloned().unwrap_or_default();
            let own = one["controls"].as_array().into_iter().flatten().filter_map(Value::as_str);
            all.extend(own.filter(|name| controls(two).contains(&json!(name))).map(|name| (name, one, two)));
        }
    }
    all
}

/// Returns the duties of a row that are about a control.
fn about<'a>(row: &'a Value, control: &str) -> Vec<&'a Value> {
    let narrowed =
        |duty: &Value| duty["controls"].as_array().is_some_and(|own| !own.contains(&json!(control)));
    row["duties"].as_array().expect("duties").iter().filter(|duty| !narrowed(duty)).collect()
}

#[test]
fn no_two_rows_of_a_starter_contradict_each_other() {
    let bench = Bench::new();
    for (pack, ready) in bench.starters() {
        let rows = ready["rows"].as_array().expect("rows");
        for (control, one, two) in pairs(rows) {
            let (left, right) = (about(one, control), about(two, control));
            for (here, there) in left.iter().flat_map(|here| right.iter().map(move |there| (here, there))) {
                let event = here["within"]["of"].as_str().unwrap_or("the end of");
                let is_same = ["do", "party"].iter().all(|field| here[field] == there[field])
                    && here["within"]["of"] == there["within"]["of"]
                    && !event.starts_with("the end of");
                let (own, other) = (&here["within"], &there["within"]);
                assert!(!is_same || own == other, "{control}: {} {own} and {} {other}", one["id"], two["id"]);
            }
            // A criterion of SOC 2 has several points of focus; an objective or a specification is one thing.
            let performs = |duties: &[&Value]| -> BTreeSet<String> {
                let work = duties.iter().filter(|duty| deed(duty).counts() == Deed::Perform);
                work.map(|duty| duty["party"].to_string()).collect()
            };
            let (own, other) = (performs(&left), performs(&right));
            let is_one = own.is_empty() || other.is_empty() || !own.is_disjoint(&other);
            assert!(
                is_one || pack.id == "soc2",
                "{control}: {} {own:?} and {} {other:?}",
                one["id"],
                two["id"]
            );
        }
        let mut kept: std::collections::BTreeMap<String, (String, &Value)> =
            std::collections::BTreeMap::new();
        for row in rows {
            for evidence in row["evidence"].as_array().into_iter().flatten() {
                let name = evidence["artifact"].as_str().expect("an artifact").to_lowercase();
                let keeper = format!("{} for {}", evidence["collector"], evidence["retention"]);
                let (first, other) = kept.entry(name).or_insert_with(|| (keeper.clone(), &row["id"]));
                assert_eq!(*first, keeper, "{} and {other}: {}", row["id"], evidence["artifact"]);
            }
        }
    }
}
