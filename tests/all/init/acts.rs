//! Acts: what more than one row of a draft has somebody do. Two rows never give one act two clocks, two keepers or
//! two people.
//!
//! What can be compared by itself is compared by itself: rows that answer one objective, and duties that start at one
//! event. Where rows call one act by different words, `tests/starters/acts.json` says which duties are meant; an entry
//! with `of` means each duty of that kind that starts at such an event, wherever it stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::{matrix, started};

const FRAMEWORKS: [&str; 3] = ["cmmc-l2", "hipaa", "soc2"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    act: String,
    #[serde(rename = "do")]
    does: String,
    role: String,
    cadence: Option<String>,
    time: Option<String>,
    clock: Option<String>,
    /// How the events begin from which the time is counted.
    #[serde(default)]
    of: Vec<String>,
    /// By framework: the rows that hold the act.
    rows: BTreeMap<String, Vec<String>>,
    /// The rows whose duties of this kind start at the same event and are another act.
    #[serde(default)]
    besides: BTreeSet<String>,
}

fn acts() -> Vec<Act> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/starters/acts.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The rows that `init` writes for a framework.
fn rows(framework: &str) -> Vec<Value> {
    let (folder, path) = started(&[framework]);
    matrix(&folder, &path)["rows"].as_array().unwrap().clone()
}

fn duties(row: &Value) -> impl Iterator<Item = &Value> {
    row["duties"].as_array().into_iter().flatten()
}

fn name(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

fn event(duty: &Value) -> Option<&str> {
    duty["within"]["of"].as_str()
}

impl Act {
    /// Whether a duty does the act as the table says, its event included.
    fn is_done_by(&self, duty: &Value) -> bool {
        let agrees = |field: &Value, wanted: &Option<String>| wanted.as_ref().is_none_or(|it| field == it);
        duty["do"] == *self.does
            && duty["role"] == *self.role
            && agrees(&duty["cadence"], &self.cadence)
            && agrees(&duty["within"]["time"], &self.time)
            && agrees(&duty["within"]["clock"], &self.clock)
            && (self.of.is_empty() || self.starts(duty))
    }

    fn starts(&self, duty: &Value) -> bool {
        event(duty).is_some_and(|event| self.of.iter().any(|of| event.starts_with(of.as_str())))
    }

    /// What a framework's rows say against the act.
    fn faults(&self, framework: &str, rows: &[Value]) -> Vec<String> {
        let Some(held) = self.rows.get(framework) else { return Vec::new() };
        let fault = |row: &str, what: &str| format!("{framework}, {}: row `{row}` {what}", self.act);
        let mut faults = Vec::new();
        for id in held {
            match rows.iter().find(|row| name(row) == id) {
                None => faults.push(fault(id, "is not there")),
                Some(row) if !duties(row).any(|duty| self.is_done_by(duty)) => {
                    faults.push(fault(id, "says otherwise"));
                }
                Some(_) => {}
            }
        }
        let others = rows.iter().filter(|row| !self.besides.contains(name(row)));
        for row in others {
            let rival =
                |duty: &&Value| duty["do"] == *self.does && self.starts(duty) && !self.is_done_by(duty);
            faults.extend(duties(row).find(rival).map(|duty| fault(name(row), &format!("has {duty}"))));
        }
        faults
    }
}

#[test]
fn one_act_has_one_clock_and_one_hand() {
    let acts = acts();
    for framework in FRAMEWORKS {
        let rows = rows(framework);
        let faults: Vec<String> = acts.iter().flat_map(|act| act.faults(framework, &rows)).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
    let known = |act: &Act| act.rows.keys().all(|framework| FRAMEWORKS.contains(&framework.as_str()));
    assert!(acts.len() > 40 && acts.iter().all(known));
}

/// Returns the pairs of rows that answer the same control, one of its objectives or the same obligation.
fn pairs(rows: &[Value]) -> Vec<(&Value, &Value)> {
    let answered = |row: &Value| -> BTreeSet<String> {
        let lists = [&row["controls"], &row["references"]];
        let all = lists.into_iter().filter_map(Value::as_array).flatten();
        all.map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let part = |whole: &str, one: &str| one.strip_prefix(whole).is_some_and(|rest| rest.starts_with('['));
    let same = |a: &str, b: &str| a == b || part(a, b) || part(b, a);
    let sets: Vec<_> = rows.iter().map(answered).collect();
    let meets = |a: usize, b: usize| sets[a].iter().any(|one| sets[b].iter().any(|other| same(one, other)));
    let all = (0..rows.len()).flat_map(|a| (a + 1..rows.len()).map(move |b| (a, b)));
    all.filter(|&(a, b)| meets(a, b)).map(|(a, b)| (&rows[a], &rows[b])).collect()
}

/// Returns whether an event is only the turn of a period, at which many works start.
fn is_rhythm(event: &str) -> bool {
    event.starts_with("the end of the ") || event.starts_with("the start of the ")
}

/// Returns what two rows that answer the same thing deny each other.
fn denied(a: &Value, b: &Value) -> Vec<String> {
    let keepers = |row: &Value| -> BTreeSet<String> {
        let of_client = |duty: &&Value| duty["do"] == "retain-evidence" && duty["party"] == "client";
        duties(row).filter(of_client).map(|duty| duty["role"].to_string()).collect()
    };
    let ids = format!("{} and {}", name(a), name(b));
    let mut denied = Vec::new();
    if keepers(a) != keepers(b) {
        denied.push(format!("{ids}: kept by {:?} and {:?}", keepers(a), keepers(b)));
    }
    for one in duties(a) {
        let Some(start) = event(one).filter(|event| !is_rhythm(event)) else { continue };
        let twin = |duty: &&Value| {
            event(duty) == Some(start) && duty["do"] == one["do"] && duty["party"] == one["party"]
        };
        for other in duties(b).filter(twin) {
            if (&other["within"], &other["role"]) != (&one["within"], &one["role"]) {
                denied.push(format!("{ids}: {one} and {other}"));
            }
        }
    }
    denied
}

#[test]
fn rows_of_one_objective_do_not_deny_each_other() {
    for framework in FRAMEWORKS {
        let rows = rows(framework);
        let pairs = pairs(&rows);
        let denied: Vec<String> = pairs.iter().flat_map(|(a, b)| denied(a, b)).collect();
        assert!(denied.is_empty(), "{framework}: {denied:#?}");
        assert!(pairs.len() > if framework == "cmmc-l2" { 0 } else { 10 }, "{framework}: {}", pairs.len());
    }
}

/// A duty that comes round once a month or a quarter cannot be done within days of something that happens on any day.
#[test]
fn no_rhythm_is_slower_than_the_event_that_it_waits_for() {
    let slow = ["monthly", "quarterly"];
    let happens =
        ["release of ", "issue of ", "knowledge of ", "discovery of ", "confirmation of ", "suspicion"];
    for framework in FRAMEWORKS {
        for row in rows(framework) {
            let fault = duties(&row).find(|duty| {
                slow.iter().any(|word| duty["cadence"] == *word)
                    && duty["within"]["time"] != "P30D"
                    && event(duty).is_some_and(|event| happens.iter().any(|it| event.starts_with(it)))
            });
            assert!(fault.is_none(), "{framework}, {}: {fault:?}", name(&row));
        }
    }
}

/// A log is kept as long as the row on keeping logs says, or has a time of its own.
#[test]
fn no_log_is_kept_by_default_alone() {
    for framework in ["cmmc-l2", "hipaa"] {
        for row in rows(framework).iter().filter(|row| name(row) != "evidence-return") {
            let loose = row["evidence"].as_array().into_iter().flatten();
            let loose: Vec<_> = loose.filter(|it| it["kind"] == "log" && it["retention"].is_null()).collect();
            assert!(loose.is_empty(), "{framework}, {}: {loose:?}", name(row));
        }
    }
}

/// Words that fit any row say nothing about this one.
#[test]
fn no_two_rows_of_obligations_are_documented_by_the_same_words() {
    for framework in FRAMEWORKS {
        let all = rows(framework);
        let mut seen = BTreeSet::new();
        for duty in all.iter().filter(|row| row["references"].is_array()).flat_map(duties) {
            if let (true, Some(text)) = (duty["do"] == "document", duty["text"].as_str()) {
                let usual = text == "Deliver the written report with cause and corrections";
                assert!(usual || seen.insert(text.to_owned()), "{framework}: {text}");
            }
        }
    }
}
