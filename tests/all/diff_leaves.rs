//! Leaves of the catalogue: what `diff` says of them is what `who` answers, and rules of moves go by it.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use std::collections::BTreeSet;

use countersign::diff::{Class, compare};
use countersign::ledger::subject::Subject;
use countersign::matrix::Matrix;
use countersign::pack::{Packs, shipped_ids};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::Repo;

const WHOLE: &str = "AC.L2-3.1.1";
const PARTS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn row(id: &str, controls: &[String], side: &str) -> Value {
    let duty = |party: &str| json!({ "do": "perform", "party": party });
    let duties = match side {
        "provider" => vec![duty("harbor")],
        "client" => vec![duty("acme")],
        _ => vec![duty("harbor"), duty("acme")],
    };
    json!({ "id": id, "title": format!("Access of {id}"), "controls": controls, "allocation": side, "duties": duties })
}

fn value(rows: &[Value]) -> Value {
    json!({
        "format": "countersign/matrix/1", "kind": "engagement", "id": "m", "title": "M", "version": "1.0",
        "frameworks": [{ "pack": "cmmc-l2", "coverage": "listed" }],
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme" },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "scopes": [{ "id": "cloud" }, { "id": "plant" }],
        "rows": rows,
    })
}

fn leaf(part: &str) -> String {
    format!("cmmc-l2:{WHOLE}[{part}]")
}

/// One control as a whole, with some parts in rows of their own; without any whole where `whole` is `None`.
fn shape(whole: Option<&str>, own: &[Option<&str>]) -> Value {
    let mut rows: Vec<Value> =
        whole.into_iter().map(|side| row("ac", &[format!("cmmc-l2:{WHOLE}")], side)).collect();
    for (part, side) in PARTS.iter().zip(own) {
        rows.extend(side.map(|side| row(&format!("ac-{part}"), &[leaf(part)], side)));
    }
    value(&rows)
}

/// Who owns a leaf, by what `who` answers.
fn owners(matrix: &Matrix, leaf: &str, packs: &Packs) -> BTreeSet<String> {
    let subject = Subject::of(leaf, packs);
    let rows = subject.rows(matrix).into_iter();
    rows.flat_map(|row| row.duties.iter().filter(|duty| subject.has_duty(row, duty)))
        .map(|duty| duty.party.clone())
        .collect()
}

fn shapes() -> impl Strategy<Value = Value> {
    let sides = proptest::sample::select(vec!["provider", "client", "shared"]);
    let own = proptest::collection::vec(proptest::option::of(sides.clone()), PARTS.len());
    (sides, own).prop_map(|(whole, own)| shape(own.contains(&None).then_some(whole), &own))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_owners_before_and_after_are_those_that_who_names(before in shapes(), after in shapes()) {
        let packs = Packs::shipped(shipped_ids());
        let (before, after) = (Matrix::of(&before).unwrap(), Matrix::of(&after).unwrap());
        let diff = compare(&before, &after);
        for part in PARTS {
            let id = leaf(part);
            let (had, has) = (owners(&before, &id, &packs), owners(&after, &id, &packs));
            prop_assert!(!had.is_empty() && !has.is_empty());
            let told = diff.moved.iter().find(|one| one.control == id);
            if let Some(told) = told {
                prop_assert_eq!(&told.had.iter().cloned().collect::<BTreeSet<_>>(), &had);
                prop_assert_eq!(&told.has.iter().cloned().collect::<BTreeSet<_>>(), &has);
            }
            // What is not told of a leaf is told of the row, or nobody moved.
            let by_row = diff.changes.iter().any(|it| it.field == "allocation" || it.field == "duties");
            prop_assert!(had == has || told.is_some() || by_row, "{} went from {:?} to {:?}", id, had, has);
            if before.rows == after.rows {
                prop_assert!(diff.is_empty());
            }
        }
        if PARTS.iter().all(|part| owners(&before, &leaf(part), &packs) == owners(&after, &leaf(part), &packs)) {
            prop_assert!(diff.moved.iter().all(|one| !one.control.contains('[')), "{:?}", diff.moved);
        }
    }

    #[test]
    fn what_is_split_and_merged_again_is_no_change(whole in shapes(), at in 0_usize..6) {
        // By objective: a part leaves its row and comes back, with the same people.
        let before = Matrix::of(&whole).unwrap();
        let mut split = whole.clone();
        let rows = split["rows"].as_array_mut().unwrap();
        let side = rows[0]["allocation"].as_str().unwrap().to_owned();
        let named = leaf(PARTS[at]);
        if rows.iter().all(|row| row["controls"] != json!([named])) {
            rows.push(row("ac-new", &[named], &side));
        }
        let middle = Matrix::of(&split).unwrap();
        let there = compare(&before, &middle);
        prop_assert!(there.moved.is_empty() && there.lost.is_empty() && there.effects.is_empty(), "{:?}", there);
        let back = compare(&middle, &before);
        prop_assert!(back.moved.is_empty() && back.lost.is_empty() && back.effects.is_empty(), "{:?}", back);
        prop_assert!(compare(&before, &Matrix::of(&whole).unwrap()).is_empty());
    }

    #[test]
    fn a_row_that_is_split_by_scope_moves_nobody(side in proptest::sample::select(vec!["provider", "client", "shared"])) {
        let one = row("ac", &[format!("cmmc-l2:{WHOLE}")], side);
        let mut halves = vec![one.clone(), row("ac-plant", &[format!("cmmc-l2:{WHOLE}")], side)];
        halves[0]["scope"] = json!(["cloud"]);
        halves[1]["scope"] = json!(["plant"]);
        let (before, after) = (Matrix::of(&value(&[one])).unwrap(), Matrix::of(&value(&halves)).unwrap());
        for (was, is) in [(&before, &after), (&after, &before)] {
            let diff = compare(was, is);
            prop_assert!(diff.moved.is_empty() && diff.lost.is_empty(), "{:?}", diff.moved);
            let gives_up: Vec<_> = diff.changes.iter().filter(|it| it.class == Class::OwnedByNobody).collect();
            prop_assert!(gives_up.is_empty(), "{gives_up:?}");
        }
    }
}

#[test]
fn a_rule_of_moves_fires_if_and_only_if_a_leaf_went_to_the_client() {
    let only = |side| [Some(side); 6];
    let with_b = |rest, b| {
        let mut own = [Some(rest); 6];
        own[1] = Some(b);
        own
    };
    let shapes = [
        shape(Some("provider"), &[]),
        shape(Some("client"), &[]),
        shape(None, &only("provider")),
        shape(None, &with_b("provider", "client")),
        shape(Some("provider"), &[None, Some("client")]),
        shape(Some("shared"), &[]),
    ];
    let packs = Packs::shipped(shipped_ids());
    let repo = Repo::new();
    for (at, shape) in shapes.iter().enumerate() {
        repo.write("matrices/m.json", shape.to_string()).commit("A shape");
        repo.tag(&format!("shape-{at}"));
    }
    for (after, is) in shapes.iter().enumerate() {
        repo.write("matrices/m.json", is.to_string());
        for (before, was) in shapes.iter().enumerate().filter(|(before, _)| *before != after) {
            let matrices = [was, is].map(|value| Matrix::of(value).unwrap());
            let moved = PARTS.iter().any(|part| {
                let [had, has] = [0, 1].map(|side| owners(&matrices[side], &leaf(part), &packs));
                let is_less = had.contains("harbor") && !has.contains("harbor")
                    || had.len() == 1 && had.contains("harbor") && has.len() > 1;
                let is_more = has.contains("acme") && !had.contains("acme")
                    || has.len() == 1 && has.contains("acme") && had.len() > 1;
                is_less && is_more
            });
            let output =
                repo.countersign(&["check", "--since", &format!("shape-{before}"), "--format", "json"]);
            let report: Value = serde_json::from_str(&output.stdout).unwrap();
            let findings = report["findings"].as_array().unwrap();
            let fires = findings.iter().any(|one| one["rule"] == "move-to-client-is-justified");
            assert_eq!(fires, moved, "from shape {before} to shape {after}");
        }
    }
}
