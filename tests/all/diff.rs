//! The laws of a diff over generated matrices, and a table of cases that people wrote and checked by hand.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use crate::support::matrices;

use countersign::diff::{Both, Callout, Change, Class, Diff, Edit, RowId, apply, compare};
use countersign::matrix::Matrix;
use matrices::{Tape, edited, matrix, shuffled};
use proptest::prelude::*;
use serde_json::{Value, json};

fn typed(value: &Value) -> Matrix {
    Matrix::of(value).expect("generated matrices have the shape of one")
}

/// One text for all values that say the same, whatever the order of their lists.
fn normal(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            let mut parts: Vec<String> = list.iter().map(normal).collect();
            parts.sort();
            format!("[{}]", parts.join(","))
        }
        Value::Object(members) => {
            let said =
                members.iter().filter(|(_, value)| **value != Value::Null && **value != Value::Array(vec![]));
            let mut parts: Vec<String> =
                said.map(|(name, value)| format!("{name}:{}", normal(value))).collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        scalar => scalar.to_string(),
    }
}

fn normal_matrix(matrix: &Matrix) -> String {
    normal(&serde_json::to_value(matrix).unwrap())
}

/// A version, and one that was made of it or has nothing to do with it.
fn two(numbers: &[u16]) -> (Value, Value) {
    let mut tape = Tape::new(numbers);
    let before = matrix(&mut tape);
    let after = if tape.below(3) == 2 { matrix(&mut tape) } else { edited(&before, &mut tape) };
    (before, after)
}

fn tapes() -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), 0..900)
}

fn cases() -> ProptestConfig {
    ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_version_compared_with_itself_has_no_changes(numbers in tapes()) {
        let (before, _) = two(&numbers);
        prop_assert_eq!(compare(&typed(&before), &typed(&before)).changes, vec![]);
    }

    #[test]
    fn order_changes_nothing(numbers in tapes(), order in tapes()) {
        let (before, after) = two(&numbers);
        let mixed = shuffled(&before, &mut Tape::new(&order));
        let diff = compare(&typed(&before), &typed(&mixed));
        prop_assert_eq!(&diff.changes, &vec![]);
        let straight = compare(&typed(&before), &typed(&after));
        let crooked = compare(&typed(&mixed), &typed(&shuffled(&after, &mut Tape::new(&order))));
        prop_assert_eq!(gist(&straight), gist(&crooked));
    }

    #[test]
    fn exchanging_the_sides_mirrors_the_diff(numbers in tapes()) {
        let (before, after) = two(&numbers);
        let there = compare(&typed(&before), &typed(&after));
        let back = compare(&typed(&after), &typed(&before));
        prop_assert_eq!(there.bump, back.bump);
        let mut expected: Vec<(String, Class)> = there.changes.iter().map(|it| mirror(it, &there, &back)).collect();
        let mut found: Vec<(String, Class)> = back.changes.iter().map(|it| (body(it), it.class)).collect();
        expected.sort();
        found.sort();
        let bodies = |all: &[(String, Class)]| all.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        let (wanted, got) = (bodies(&expected), bodies(&found));
        let missing: Vec<_> = wanted.iter().filter(|body| !got.contains(body)).collect();
        let surplus: Vec<_> = got.iter().filter(|body| !wanted.contains(body)).collect();
        prop_assert!(wanted == got, "missing: {missing:#?} surplus: {surplus:#?}");
        for ((expected, was), (found, is)) in expected.iter().zip(&found) {
            prop_assert_eq!(expected, found);
            prop_assert!(mirrors(*was, *is), "{:?} cannot be the mirror of {:?} in {}", is, was, found);
        }
    }

    #[test]
    fn the_changes_make_one_version_of_the_other(numbers in tapes()) {
        let (before, after) = two(&numbers);
        let diff = compare(&typed(&before), &typed(&after));
        let made = apply(&typed(&before), &diff).unwrap();
        prop_assert_eq!(normal_matrix(&made), normal_matrix(&typed(&after)));
    }

    #[test]
    fn every_pointer_resolves_on_its_side(numbers in tapes()) {
        let (before, after) = two(&numbers);
        let diff = compare(&typed(&before), &typed(&after));
        for change in &diff.changes {
            for pointers in change.edits.iter().map(Edit::pointers).chain([change.pointer.clone()]) {
                let resolves = before.pointer(&pointers.before).is_some() && after.pointer(&pointers.after).is_some();
                prop_assert!(resolves, "{:?} of {:?}", pointers, change);
            }
            for edit in &change.edits {
                let pointers = edit.pointers();
                if !edit.before.is_null() && !schema_fills_in(&edit.field) {
                    prop_assert_eq!(normal(before.pointer(&pointers.before).unwrap()), normal(&edit.before));
                }
                if !edit.after.is_null() && !schema_fills_in(&edit.field) {
                    prop_assert_eq!(normal(after.pointer(&pointers.after).unwrap()), normal(&edit.after));
                }
            }
        }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(numbers in tapes()) {
        let (before, after) = two(&numbers);
        let bytes = || serde_json::to_string(&compare(&typed(&before), &typed(&after))).unwrap();
        prop_assert_eq!(bytes(), bytes());
    }
}

/// What a diff says, without the places.
fn gist(diff: &Diff) -> Vec<String> {
    let mut gist: Vec<String> = diff
        .changes
        .iter()
        .map(|it| {
            let values = (normal(&it.before), normal(&it.after));
            format!("{:?} {:?} {} {:?} {:?} {values:?}", it.class, it.row, it.field, it.takes_on, it.relieved)
        })
        .collect();
    gist.sort();
    gist
}

/// What a change says, apart from its class.
fn body(change: &Change) -> String {
    let mut edits: Vec<String> = change.edits.iter().map(|edit| format!("{edit:?}")).collect();
    edits.sort();
    let mut callouts = change.callouts.clone();
    callouts.sort();
    let mut because = change.because.clone();
    because.sort();
    format!(
        "{because:?} {:?} {} {} {:?} {:?} {:?} {:?} {:?} {} {} {callouts:?} {edits:?}",
        change.row,
        change.field,
        change.material,
        change.deed,
        change.pointer,
        change.party,
        change.takes_on,
        change.relieved,
        change.before,
        change.after,
    )
}

/// Returns what the change has to be when the sides are exchanged.
fn mirror(change: &Change, there: &Diff, back: &Diff) -> (String, Class) {
    let swap_row = |row: &RowId| RowId { before: row.after.clone(), after: row.before.clone() };
    let name = |id: &String| {
        let known = there.parties.iter().find(|party| party.id == *id);
        let twin = known.and_then(|known| {
            back.parties.iter().find(|party| party.before == known.after && party.after == known.before)
        });
        let taken = back.parties.iter().any(|party| party.id == *id);
        let stray = || if taken { format!("{id}~before") } else { id.trim_end_matches("~before").to_owned() };
        twin.map_or_else(stray, |party| party.id.clone())
    };
    let names = |ids: &Vec<String>| {
        let mut names: Vec<String> = ids.iter().map(name).collect();
        names.sort();
        names
    };
    let callouts = change.callouts.iter().map(|callout| match callout {
        Callout::IdReused { row } => Callout::IdReused { row: swap_row(row) },
        Callout::TextMovedTo { row } => Callout::TextMovedFrom { row: swap_row(row) },
        Callout::TextMovedFrom { row } => Callout::TextMovedTo { row: swap_row(row) },
        Callout::SplitFrom { row } => Callout::MergedInto { row: swap_row(row) },
        Callout::MergedInto { row } => Callout::SplitFrom { row: swap_row(row) },
        Callout::ByDefault => Callout::ByDefault,
    });
    let edits = change.edits.iter().map(|edit| Edit {
        owner: edit.owner.clone().swapped(),
        field: edit.field.clone(),
        index: edit.index.clone().swapped(),
        before: edit.after.clone(),
        after: edit.before.clone(),
    });
    let mirrored = Change {
        class: change.class,
        material: change.material,
        row: change.row.as_ref().map(swap_row),
        field: change.field.clone(),
        deed: change.deed,
        party: change.party.as_ref().map(name),
        takes_on: names(&change.relieved),
        relieved: names(&change.takes_on),
        before: change.after.clone(),
        after: change.before.clone(),
        pointer: Both::of(change.pointer.after.clone(), change.pointer.before.clone()),
        because: change.because.iter().cloned().map(countersign::diff::Turn::swapped).collect(),
        callouts: callouts.collect(),
        edits: edits.collect(),
    };
    (body(&mirrored), change.class)
}

/// Returns whether one class can be the other seen from the other side.
fn mirrors(one: Class, other: Class) -> bool {
    use Class::{
        BecomesShared, DeadlineLoosened, DeadlineTightened, GivenUp, InheritanceChanged, OwnedByNobody,
        RowAdded, RowRemoved, ScopeChanged, TakenOn,
    };
    let way = |one: Class, other: Class| {
        matches!(
            (one, other),
            (
                OwnedByNobody,
                TakenOn | GivenUp | BecomesShared | OwnedByNobody | ScopeChanged | InheritanceChanged
            ) | (TakenOn, GivenUp | TakenOn | BecomesShared)
                | (BecomesShared, GivenUp | TakenOn | InheritanceChanged | ScopeChanged)
                | (RowAdded, RowRemoved)
                | (DeadlineTightened, DeadlineLoosened)
        )
    };
    let changes_name =
        [OwnedByNobody, RowAdded, RowRemoved, DeadlineTightened, DeadlineLoosened, BecomesShared];
    way(one, other) || way(other, one) || one == other && !changes_name.contains(&one)
}

/// Returns whether a field may be read although the file does not have it.
fn schema_fills_in(field: &str) -> bool {
    matches!(field, "coverage" | "frameworks")
}

/// What a reader needs to know of a diff, one fact a line: the bump, the net effect, then the changes.
fn summary(diff: &Diff) -> Vec<String> {
    let id = |row: &RowId| match (&row.before, &row.after) {
        (Some(before), Some(after)) if before != after => format!("{before}>{after}"),
        _ => row.id().to_owned(),
    };
    let mut lines = vec![format!("bump {}", diff.bump.word())];
    for effect in &diff.effects {
        for (what, rows) in effect.lists() {
            if !rows.is_empty() {
                let rows: Vec<String> = rows.iter().map(id).collect();
                lines.push(format!("{} {what}: {}", effect.party, rows.join(" ")));
            }
        }
        for (what, proofs) in [("must-keep", &effect.must_keep), ("must-collect", &effect.must_collect)] {
            for proof in proofs {
                let pieces = proof.evidence.join(", ");
                lines.push(format!("{} {what}: {} [{pieces}]", effect.party, id(&proof.row)));
            }
        }
        for deadline in &effect.new_deadlines {
            let time = deadline.within["time"].as_str().unwrap();
            let (row, deed) = (id(&deadline.row), deadline.deed.word());
            lines.push(format!("{} new-deadline: {row} {deed} {time}", effect.party));
        }
    }
    let rows = |pick: fn(&countersign::diff::RowFacts) -> bool| {
        diff.rows.iter().filter(move |facts| pick(facts)).map(|facts| id(&facts.row))
    };
    lines.extend(rows(|facts| facts.nobody).map(|row| format!("nobody: {row}")));
    lines.extend(
        rows(|facts| facts.evidence_lost && facts.evidence.after == 0)
            .map(|row| format!("evidence-lost: {row}")),
    );
    lines.extend(diff.weakened().iter().map(|it| format!("weakened {}", it.subject)));
    for change in &diff.changes {
        let row = change.row.as_ref().map_or("-".to_owned(), id);
        let mut line = format!("{} {row} {}", change.class.word(), change.field);
        change.takes_on.iter().for_each(|party| line += &format!(" +{party}"));
        change.relieved.iter().for_each(|party| line += &format!(" -{party}"));
        for callout in &change.callouts {
            let word = serde_json::to_value(callout).unwrap();
            line += &format!(" !{}", word["kind"].as_str().unwrap());
        }
        lines.push(line);
    }
    lines.sort();
    lines
}

/// `UPDATE_GOLDEN=1` writes what is expected anew; read every line of it like code.
#[test]
fn cases_that_people_checked() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diff");
    let mut cases: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 40, "there are {} cases", cases.len());
    let mut wrong = String::new();
    for case in cases {
        let read = |name: &str| std::fs::read_to_string(case.join(name)).unwrap();
        let side = |name: &str| typed(&serde_json::from_str(&read(name)).unwrap());
        let (before, after) = (side("before.json"), side("after.json"));
        let diff = compare(&before, &after);
        let mut expected: Vec<String> = read("expected.txt").lines().map(str::to_owned).collect();
        expected.sort();
        let found = summary(&diff);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(case.join("expected.txt"), found.join("\n") + "\n").unwrap();
        }
        if found != expected {
            wrong += &format!("{}\n  expected {expected:#?}\n  found {found:#?}\n", case.display());
        }
        assert_eq!(
            normal_matrix(&apply(&before, &diff).unwrap()),
            normal_matrix(&after),
            "{}",
            case.display()
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_row_that_did_not_change_is_not_told_of_for_its_id() {
    let version = |offered: &str| {
        let row =
            |offered: &str| json!({ "id": "a", "title": "Logs", "allocation": "client", "offered": offered });
        typed(&json!({
            "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
            "parties": [{ "id": "client", "side": "client", "name": "Acme" }],
            "rows": [row("yes"), row(offered)],
        }))
    };
    let diff = compare(&version("no"), &version("partial"));
    assert_eq!((diff.changes.len(), diff.rows.len()), (1, 1), "{:?}", diff.rows);
    assert_eq!(diff.rows[0].row.id(), "a");
}
