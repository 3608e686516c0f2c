//! Matrices made of whatever a tape of numbers says: shaped as the schema wants, and never the same twice.
//!
//! A shorter tape or a smaller number makes a simpler matrix, so a failing case shrinks to something to read.

use serde_json::{Map, Value, json};

/// A tape of numbers to draw from; beyond its end every number is 0.
pub(crate) struct Tape<'a> {
    numbers: &'a [u16],
    next: usize,
}

impl<'a> Tape<'a> {
    pub(crate) fn new(numbers: &'a [u16]) -> Self {
        Self { numbers, next: 0 }
    }

    /// Draws a number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let number = self.numbers.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        usize::from(number) % limit.max(1)
    }

    fn pick<'b>(&mut self, words: &[&'b str]) -> &'b str {
        words[self.below(words.len())]
    }

    fn sometimes(&mut self) -> bool {
        self.below(3) == 1
    }

    fn some_of(&mut self, words: &[&str]) -> Vec<Value> {
        words.iter().filter(|_| self.sometimes()).map(|word| json!(word)).collect()
    }
}

const PARTIES: [&str; 4] = ["acme", "harbor", "azure", "dod"];
const SIDES: [&str; 4] = ["client", "provider", "subprovider", "external"];
const NAMES: [&str; 6] = ["Acme", "Harbor", "Azure", "DoD", "Acme Defense", "Harbor MSP"];
const DEEDS: [&str; 9] = [
    "perform",
    "approve",
    "document",
    "retain-evidence",
    "notify",
    "inform",
    "accountable",
    "configure",
    "consult",
];
const CONTROLS: [&str; 5] = ["c:1.1", "c:1.2", "c:1.3", "c:2.1", "c:2.2"];
const ALLOCATIONS: [&str; 6] = ["client", "provider", "shared", "inherited", "not-applicable", "unassigned"];
const TIMES: [&str; 5] = ["P5D", "PT4H", "PT120H", "P1M", "PT30S"];
const CADENCES: [&str; 5] = ["quarterly", "monthly", "on-event", "P3M", "annual"];
const TEXTS: [&str; 9] = [
    "Review every quarter who has access to the enclave",
    "Install security patches on all servers within the month",
    "Review every quarter who has access. Disable the accounts of leavers at once",
    "Disable the accounts of leavers at once",
    "Keep the audit logs for a whole year",
    "Produce the report",
    "Decide",
    "Review each quarter who has access to the enclave",
    "Report each incident to the department within three days",
];

/// Draws a matrix.
pub(crate) fn matrix(tape: &mut Tape<'_>) -> Value {
    let mut head = json!({
        "format": "countersign/matrix/1", "id": "m", "kind": "engagement",
        "version": tape.pick(&["1.0", "1.1"]), "title": tape.pick(&["Matrix", "The matrix"]),
        "parties": (0..2 + tape.below(3)).map(|number| party(tape, number)).collect::<Vec<_>>(),
        "rows": (0..tape.below(7)).map(|number| row(tape, number)).collect::<Vec<_>>(),
    });
    let object = head.as_object_mut().unwrap();
    if tape.sometimes() {
        let duties: Vec<Value> = (0..tape.below(3)).map(|_| default(tape)).collect();
        object.insert("defaults".into(), json!({ "duties": duties }));
        maybe(tape, object["defaults"].as_object_mut().unwrap(), "retention", &["P6Y", "P3Y"]);
        maybe(tape, object["defaults"].as_object_mut().unwrap(), "cadence", &CADENCES);
    }
    if tape.sometimes() {
        object.insert("agreement".into(), json!({ "reference": tape.pick(&["MSA-1", "MSA-2"]) }));
    }
    if tape.sometimes() {
        object.insert(
            "review".into(),
            json!({ "every": tape.pick(&["P12M", "P6M"]), "triggers": tape.some_of(&["a", "b"]) }),
        );
    }
    maybe(tape, object, "effectiveFrom", &["2027-01-01", "2027-02-01"]);
    object.insert("services".into(), elements(tape, service));
    object.insert("scopes".into(), elements(tape, scope));
    object.insert("documents".into(), elements(tape, |tape, number| {
        json!({ "id": format!("d{number}"), "kind": "ssp", "reference": tape.pick(&["SSP 1", "SSP 2"]) })
    }));
    object.insert(
        "frameworks".into(),
        elements(tape, |tape, number| {
            let mut framework = json!({ "pack": format!("pack{number}") });
            maybe(tape, framework.as_object_mut().unwrap(), "coverage", &["complete", "listed"]);
            framework
        }),
    );
    head
}

fn elements(tape: &mut Tape<'_>, make: fn(&mut Tape<'_>, usize) -> Value) -> Value {
    Value::Array((0..tape.below(3)).map(|number| make(tape, number)).collect())
}

fn maybe(tape: &mut Tape<'_>, object: &mut Map<String, Value>, name: &str, words: &[&str]) {
    if tape.sometimes() {
        object.insert(name.into(), json!(tape.pick(words)));
    }
}

fn party(tape: &mut Tape<'_>, number: usize) -> Value {
    let name = if tape.sometimes() { tape.pick(&NAMES) } else { NAMES[number] };
    let mut party = json!({ "id": PARTIES[number], "side": SIDES[number], "name": name });
    let object = party.as_object_mut().unwrap();
    maybe(tape, object, "businessHours", &["9-5", "8-6"]);
    if tape.sometimes() {
        object.insert("contacts".into(), json!([{ "id": "desk", "channel": tape.pick(&["+1", "+2"]) }]));
    }
    if tape.sometimes() {
        object.insert(
            "authorizations".into(),
            json!([{ "kind": "fedramp", "reference": tape.pick(&["F1", "F2"]) }]),
        );
    }
    party
}

fn service(tape: &mut Tape<'_>, number: usize) -> Value {
    json!({ "id": format!("s{number}"), "party": tape.pick(&PARTIES[..2]), "name": tape.pick(&["Identity", "Logs"]) })
}

fn scope(tape: &mut Tape<'_>, number: usize) -> Value {
    json!({ "id": format!("z{number}"), "title": tape.pick(&["Enclave", "Office"]), "systems": tape.some_of(&["AD", "VPN"]) })
}

fn default(tape: &mut Tape<'_>) -> Value {
    let mut duty = duty(tape);
    ["scope", "controls", "id"].iter().for_each(|name| drop(duty.as_object_mut().unwrap().remove(*name)));
    duty
}

/// Draws a row with the id of its number.
pub(crate) fn row(tape: &mut Tape<'_>, number: usize) -> Value {
    let mut row = json!({
        "id": format!("r{number}"), "title": tape.pick(&["Access", "Patches", "Logs"]),
        "controls": tape.some_of(&CONTROLS), "allocation": tape.pick(&ALLOCATIONS),
        "duties": (0..tape.below(5)).map(|_| duty(tape)).collect::<Vec<_>>(),
    });
    let object = row.as_object_mut().unwrap();
    maybe(tape, object, "activity", &TEXTS);
    maybe(tape, object, "cadence", &CADENCES);
    maybe(tape, object, "justification", &TEXTS);
    maybe(tape, object, "offered", &["yes", "no"]);
    if tape.sometimes() {
        object.insert("shared".into(), json!({ "details": tape.pick(&TEXTS) }));
        maybe(tape, object["shared"].as_object_mut().unwrap(), "mode", &["handoff", "joint"]);
    }
    if tape.sometimes() {
        maybe(tape, object, "group", &["Identity", "Network"]);
        maybe(tape, object, "statement", &TEXTS);
        maybe(tape, object, "notes", &TEXTS);
        object
            .insert("documents".into(), json!([{ "document": "d0", "section": tape.pick(&["3.1", "3.2"]) }]));
        object.insert(
            "byScope".into(),
            json!([{ "scope": ["z0"], "allocation": tape.pick(&["client", "provider"]) }]),
        );
    }
    if tape.sometimes() {
        object.insert("scope".into(), json!(tape.some_of(&["z0", "z1"])));
        object.insert("services".into(), json!(tape.some_of(&["s0", "s1"])));
        object.insert("references".into(), json!(tape.some_of(&["DFARS", "FAR"])));
    }
    if tape.sometimes() {
        object.insert("status".into(), json!({ "implementation": tape.pick(&["implemented", "planned"]) }));
        if tape.sometimes() {
            object["status"]["also"] = json!([tape.pick(&["partial", "alternative"])]);
        }
        let reviews = tape.some_of(&PARTIES).into_iter().map(|party| {
            json!({ "party": party, "on": "2026-10-14", "outcome": tape.pick(&["agreed", "disputed"]) })
        });
        object.insert("reviewed".into(), reviews.collect());
    }
    if tape.sometimes() {
        object.insert("inherits".into(), elements(tape, edge));
        object.insert("evidence".into(), elements(tape, evidence));
        object.insert("reports".into(), elements(tape, report));
    }
    if tape.sometimes() {
        object.insert(
            "accepts".into(),
            json!([{ "rule": tape.pick(&["rule-a", "rule-b"]), "reason": tape.pick(&TEXTS) }]),
        );
        object.insert(
            "native".into(),
            json!([{ "vocabulary": "v", "field": tape.pick(&["f", "g"]), "value": tape.pick(&TEXTS) }]),
        );
    }
    row
}

fn edge(tape: &mut Tape<'_>, _: usize) -> Value {
    let text = tape.pick(&TEXTS);
    json!({ "by": tape.pick(&PARTIES), "from": tape.pick(&PARTIES), "extent": tape.pick(&["full", "partial"]),
            "responsibilities": [{ "text": text, "row": "r1" }] })
}

fn evidence(tape: &mut Tape<'_>, _: usize) -> Value {
    let mut evidence = json!({ "artifact": tape.pick(&["Report", "Log"]) });
    let object = evidence.as_object_mut().unwrap();
    maybe(tape, object, "collector", &PARTIES);
    maybe(tape, object, "location", &["vault", "share"]);
    maybe(tape, object, "retention", &["P6Y", "P1Y"]);
    maybe(tape, object, "method", &["examine", "test"]);
    if tape.sometimes() {
        object.insert("final".into(), json!(tape.sometimes()));
    }
    evidence
}

fn report(tape: &mut Tape<'_>, _: usize) -> Value {
    let mut report =
        json!({ "by": tape.pick(&PARTIES), "to": tape.some_of(&PARTIES), "what": tape.pick(&TEXTS) });
    maybe(tape, report.as_object_mut().unwrap(), "cadence", &CADENCES);
    report
}

fn duty(tape: &mut Tape<'_>) -> Value {
    let mut duty = json!({ "do": tape.pick(&DEEDS), "party": tape.pick(&PARTIES) });
    let object = duty.as_object_mut().unwrap();
    maybe(tape, object, "id", &["first", "second"]);
    maybe(tape, object, "role", &["CISO", "HR"]);
    maybe(tape, object, "text", &TEXTS);
    maybe(tape, object, "cadence", &CADENCES);
    maybe(tape, object, "phase", &["detect", "notify"]);
    maybe(tape, object, "for", &TIMES);
    if tape.sometimes() {
        object.insert("within".into(), json!({ "time": tape.pick(&TIMES) }));
        maybe(tape, object["within"].as_object_mut().unwrap(), "of", &["the decision", "detection"]);
        maybe(tape, object["within"].as_object_mut().unwrap(), "clock", &["business", "wall"]);
    }
    if tape.sometimes() {
        object.insert("to".into(), json!(tape.some_of(&PARTIES)));
        object.insert("scope".into(), json!(tape.some_of(&["z0", "z1"])));
        object.insert("escalate".into(), json!(tape.some_of(&["acme/desk", "harbor/desk"])));
    }
    duty
}

/// Returns the matrix after a few edits: rows come, go, are renamed, exchange ids, are cut up; a party is renamed.
pub(crate) fn edited(matrix: &Value, tape: &mut Tape<'_>) -> Value {
    let mut after = matrix.clone();
    for _ in 0..tape.below(5) {
        match tape.below(9) {
            0 => with_row(&mut after, tape, |row, tape| row["allocation"] = json!(tape.pick(&ALLOCATIONS))),
            1 => with_row(&mut after, tape, |row, tape| row["activity"] = json!(tape.pick(&TEXTS))),
            2 => with_row(&mut after, tape, |row, tape| row["duties"] = json!([duty(tape), duty(tape)])),
            3 => with_row(&mut after, tape, |row, tape| row["id"] = json!(format!("new{}", tape.next))),
            4 => exchange_ids(&mut after, tape),
            5 => cut(&mut after, tape),
            6 => drop(after["rows"].as_array_mut().unwrap().pop()),
            7 => rename_party(&mut after, tape),
            _ => {
                let row = row(tape, 90 + tape.next);
                after["rows"].as_array_mut().unwrap().push(row);
            }
        }
    }
    after
}

fn with_row(matrix: &mut Value, tape: &mut Tape<'_>, change: impl Fn(&mut Value, &mut Tape<'_>)) {
    let rows = matrix["rows"].as_array_mut().unwrap();
    let place = tape.below(rows.len());
    if let Some(row) = rows.get_mut(place) {
        change(row, tape);
    }
}

fn exchange_ids(matrix: &mut Value, tape: &mut Tape<'_>) {
    let rows = matrix["rows"].as_array_mut().unwrap();
    let (one, other) = (tape.below(rows.len()), tape.below(rows.len()));
    if one != other {
        let id = rows[one]["id"].take();
        rows[one]["id"] = std::mem::replace(&mut rows[other]["id"], id);
    }
}

fn cut(matrix: &mut Value, tape: &mut Tape<'_>) {
    let rows = matrix["rows"].as_array_mut().unwrap();
    let place = tape.below(rows.len());
    let Some(mut part) = rows.get(place).cloned() else { return };
    part["id"] = json!(format!("cut{}", tape.next));
    let moved = rows[place]["controls"].as_array_mut().unwrap().pop();
    part["controls"] = json!(moved.into_iter().collect::<Vec<_>>());
    rows.push(part);
}

fn rename_party(matrix: &mut Value, tape: &mut Tape<'_>) {
    let party = PARTIES[tape.below(2)];
    let text = matrix.to_string();
    let renamed = text.replace(&format!("\"{party}\""), "\"renamed\"");
    let renamed = renamed.replace(&format!("\"{party}/"), "\"renamed/");
    if !text.contains("\"renamed\"") {
        *matrix = serde_json::from_str(&renamed).unwrap();
    }
}

/// Returns the same matrix with every list of objects or of words in another order.
pub(crate) fn shuffled(value: &Value, tape: &mut Tape<'_>) -> Value {
    match value {
        Value::Array(list) => {
            let mut rest: Vec<Value> = list.iter().map(|element| shuffled(element, tape)).collect();
            let mut out = Vec::new();
            while !rest.is_empty() {
                let place = tape.below(rest.len());
                out.push(rest.swap_remove(place));
            }
            Value::Array(out)
        }
        Value::Object(members) => Value::Object(
            members.iter().rev().map(|(name, value)| (name.clone(), shuffled(value, tape))).collect(),
        ),
        other => other.clone(),
    }
}
