//! Holds our judgement against the one in `tests/judge`, which was written from `docs/consent.md` alone.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::trust::day::Day;
use crate::trust::force::Answer;
use crate::trust::judge_by;
use crate::trust::standing::{RosterState, Standing, State, VersionStanding};
use crate::wild::{Wild, people};
use crate::world::{Remembering, day};

const JUDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../judge/judge.py");

/// Compares both on random trees; returns how many answers differ.
pub fn compare(count: u64, from: u64) -> usize {
    let people = people();
    let mut told = Vec::new();
    let mut own = Vec::new();
    let (mut agreed, mut questioned) = (0_u64, 0_u64);
    for seed in from..from + count {
        let wild = Wild::grow(seed, &people);
        let on = i8::try_from(3 + seed % 23).expect("this month");
        // Files of another tree may lie where this one's lie, so each has a reader of its own.
        let reader = Remembering::of(&people);
        let standing = judge_by(&reader, &wild.tree, None, day(on)).expect("few files");
        let versions = || standing.matrices.values().flat_map(|matrix| matrix.versions.values());
        agreed += u64::from(versions().any(|one| one.closed_on.is_some()));
        questioned +=
            u64::from(versions().any(|one| matches!(one.state, State::InQuestion(_) | State::InDoubt)));
        told.push(wild.told(&seed.to_string(), on));
        own.push(ours(&standing, on));
    }
    println!(
        "{count} random trees: {} % have a version that is final or in question, {} % one in question or in doubt",
        agreed * 100 / count,
        questioned * 100 / count
    );
    let Some(theirs) = ask(&told) else { return 0 };
    let mut differ = 0;
    for ((tree, own), theirs) in told.iter().zip(&own).zip(&theirs) {
        let theirs = reduced(theirs);
        if *own != theirs {
            differ += 1;
            if differ <= 3 {
                println!("DIFFERS in {}:\n  ours   {own}\n  theirs {theirs}\n  tree {tree}", tree["name"]);
            }
        }
    }
    println!("both judges answered {} trees, {differ} of them differently", theirs.len());
    differ + usize::from(theirs.len() != told.len())
}

fn ask(trees: &[Value]) -> Option<Vec<Value>> {
    let child = Command::new("python3").arg(JUDGE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("ABSENT: there is no python3 here, so nothing was compared");
        return None;
    };
    let mut input = child.stdin.take().expect("it is piped");
    let text: Vec<String> = trees.iter().map(|one| format!("{one}\n")).collect();
    let writer =
        std::thread::spawn(move || text.iter().try_for_each(|line| input.write_all(line.as_bytes())));
    let output = child.wait_with_output().expect("it runs");
    writer.join().expect("no panic").expect("it reads all");
    let lines = String::from_utf8(output.stdout).expect("JSON");
    Some(lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

fn stands(one: &VersionStanding) -> &'static str {
    match one.state {
        State::InQuestion(_) => "in question",
        _ if one.state.is_final() => "final",
        _ => "open",
    }
}

fn ours(standing: &Standing, on: i8) -> Value {
    let complete = standing.rosters.iter().filter(|(_, one)| one.state == RosterState::Complete);
    let rosters: Vec<u32> = complete.map(|(number, _)| *number).collect();
    let mut matrices = serde_json::Map::new();
    for (id, matrix) in &standing.matrices {
        let force = matrix.in_force(Day(day(on)));
        let answers: BTreeSet<String> = force.readings().iter().map(say).collect();
        let versions: serde_json::Map<String, Value> = matrix
            .versions
            .values()
            .map(|one| {
                let begins =
                    [one.begin.possible, one.begin.certain].map(|day| day.map(|day| day.to_string()));
                (one.version.to_string(), serde_json::json!({ "standing": stands(one), "begins": begins }))
            })
            .collect();
        matrices.insert(id.to_string(), serde_json::json!({ "answers": answers, "versions": versions }));
    }
    serde_json::json!({ "rosters": rosters, "matrices": matrices })
}

fn say(answer: &Answer) -> String {
    answer.version().map_or_else(|| "nothing".to_owned(), |one| one.to_string())
}

/// Brings the other judge's verdict to what both tell.
fn reduced(theirs: &Value) -> Value {
    let empty = serde_json::Map::new();
    let mut matrices = serde_json::Map::new();
    for (id, versions) in theirs["versions"].as_object().unwrap_or(&empty) {
        let force = &theirs["inForce"][id];
        let answers: BTreeSet<String> = match force {
            Value::String(one) => BTreeSet::from([one.clone()]),
            other => {
                let list = other["in question"].as_array().into_iter().flatten();
                list.filter_map(|one| one.as_str().map(str::to_owned)).collect()
            }
        };
        let mut told = serde_json::Map::new();
        for (number, one) in versions.as_object().unwrap_or(&empty) {
            let standing = one["standing"].as_str().filter(|word| ["final", "in question"].contains(word));
            let days: Vec<&str> =
                one["begins"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let begun: Vec<&str> = days.iter().copied().filter(|day| *day != "never").collect();
            let certain = begun.iter().max().filter(|_| begun.len() == days.len());
            let begins = [begun.iter().min(), certain];
            let standing = standing.unwrap_or("open");
            told.insert(number.clone(), serde_json::json!({ "standing": standing, "begins": begins }));
        }
        matrices.insert(id.clone(), serde_json::json!({ "answers": answers, "versions": told }));
    }
    serde_json::json!({ "rosters": theirs["rosters"]["complete"], "matrices": matrices })
}
