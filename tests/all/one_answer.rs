//! The law that one file has one answer: whatever the loader or the schema refuses is refused by every command that
//! reads a matrix, in a row that two versions share as in one that changed.
//!
//! The list of refusals is the program's own: its rules whose reader is the loader or the schema, and the schema itself,
//! word by word. What has no case here fails the test.

use std::collections::{BTreeMap, BTreeSet};

use countersign::schema::{self, Kind};
use countersign::source::Limits;
use serde_json::{Value, json};

use crate::diff_fields::{FULL, Node, Walk};
use crate::support::{Output, Repo};

/// Writes the file with a word in another place than the fault.
type Write = Box<dyn Fn(&str) -> Vec<u8>>;

/// One way in which a file cannot be judged.
struct Case {
    /// The rule that refuses it.
    rule: String,
    /// Where and how.
    name: String,
    /// The bytes of the file, with the word in another place than the fault.
    bytes: Write,
}

/// Returns the rules of the program whose reader is this one.
fn rules_of(reader: &str) -> BTreeSet<String> {
    let core: Value = serde_json::from_str(include_str!("../../policies/core/rules.json")).unwrap();
    let rules = core["rules"].as_array().unwrap().iter();
    let own = rules.filter(|rule| rule["check"]["reader"] == reader);
    own.map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
}

const ROW: &str = r#"{"id": "second", "title": "Second row", "controls": [], "allocation": "provider"}"#;

/// Returns a sound matrix with another word in its first row, and this text as its second.
fn text(word: &str, row: &str) -> String {
    format!(
        r#"{{"format": "countersign/matrix/1", "id": "m", "kind": "engagement", "version": "1.0", "title": "M",
  "parties": [{{"id": "p", "side": "provider", "name": "P"}}, {{"id": "c", "side": "client", "name": "C"}}],
  "rows": [
    {{"id": "first", "title": "{word}", "controls": [], "allocation": "client"}},
    {row},
    {{"id": "third", "title": "Third row", "controls": [], "allocation": "client"}}
  ]
}}
"#
    )
}

/// What the loader refuses: faults in a row, and faults of the whole file.
fn of_loader() -> Vec<Case> {
    let in_row = |rule: &str, from: &'static str, to: &str| {
        let (name, row) = (format!("{from} -> {to}"), ROW.replacen(from, to, 1));
        assert_ne!(row, ROW, "{name}");
        Case { rule: rule.to_owned(), name, bytes: Box::new(move |word| text(word, &row).into_bytes()) }
    };
    let of_file = |rule: &str, name: &str, turn: fn(String) -> Vec<u8>| Case {
        rule: rule.to_owned(),
        name: name.to_owned(),
        bytes: Box::new(move |word| turn(text(word, ROW))),
    };
    let deep = format!(r#""x": {}{}, "title""#, "[".repeat(200), "]".repeat(200));
    vec![
        in_row("strict-json", "\"id\":", "\"id\""),
        in_row("strict-json", ", \"title\"", " \"title\""),
        in_row("strict-json", "Second", "\\q"),
        in_row("strict-json", "{", "{,"),
        in_row("strict-json", "[]", "[1,]"),
        in_row("strict-json", "[]", "nul"),
        in_row("strict-json", "Second", "Second\n"),
        in_row("no-duplicate-keys", "\"id\"", "\"title\": \"Another\", \"id\""),
        in_row("no-duplicate-keys", "\"id\"", "\"bogus\": 1, \"bogus\": 2, \"id\""),
        in_row("no-duplicate-keys", "[]", "[{\"a\": 1, \"a\": 1}]"),
        in_row("safe-numbers", "\"id\"", "\"bogus\": 9007199254740993, \"id\""),
        in_row("safe-numbers", "[]", "[1e999]"),
        in_row("no-hidden-characters", "Second", "Second\u{202e}"),
        in_row("no-hidden-characters", "Second", "Second\\u202e"),
        in_row("no-hidden-characters", "\"id\"", "\"ti\u{200b}tle\": \"\", \"id\""),
        in_row("no-conflict-markers", "\"title\"", "\n<<<<<<< ours\n\"title\""),
        in_row("nesting-depth", "\"title\"", &deep),
        of_file("file-size", "too large", |text| {
            (text + &" ".repeat(usize::try_from(Limits::MATRIX.bytes).unwrap())).into_bytes()
        }),
        of_file("strict-json", "cut off", |text| text.as_bytes()[..text.len() - 20].to_vec()),
        of_file("strict-json", "empty", |text| vec![b' '; text.len()]),
        of_file("strict-json", "two values", |text| (text.clone() + &text).into_bytes()),
        of_file("strict-json", "behind the end", |text| (text + "}").into_bytes()),
        of_file("no-conflict-markers", "around a row", |text| {
            text.replace("\"rows\": [", "\"rows\": [\n=======\n").into_bytes()
        }),
        of_file("text-encoding", "a byte order mark", |text| ("\u{feff}".to_owned() + &text).into_bytes()),
        of_file("text-encoding", "UTF-16", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        of_file("text-encoding", "a byte of Latin-1", |text| {
            text.replace("Second", "S\u{1}cond")
                .into_bytes()
                .into_iter()
                .map(|it| if it == 1 { 0xe9 } else { it })
                .collect()
        }),
    ]
}

/// The words of the schema that can refuse a value, each with the rule that is told.
const WORDS: [(&str, &str); 15] = [
    ("type", "schema-type"),
    ("enum", "schema-value"),
    ("const", "schema-value"),
    ("not", "schema-value"),
    ("minimum", "schema-value"),
    ("maximum", "schema-value"),
    ("pattern", "schema-pattern"),
    ("format", "schema-pattern"),
    ("minLength", "schema-size"),
    ("maxLength", "schema-size"),
    ("minItems", "schema-size"),
    ("maxItems", "schema-size"),
    ("uniqueItems", "schema-unique"),
    ("required", "schema-missing-field"),
    ("additionalProperties", "schema-unknown-field"),
];

/// Words that refuse nothing by themselves.
const SILENT: [&str; 16] = [
    "$schema",
    "$id",
    "$defs",
    "$ref",
    "title",
    "description",
    "examples",
    "default",
    "properties",
    "items",
    "$comment",
    "deprecated",
    "maxContains",
    // A condition refuses by the words of its branches, which are walked.
    "if",
    "then",
    "else",
];

/// What the schema refuses, one case for each of its words at each place.
fn of_schema() -> Vec<Case> {
    let full: Value = serde_json::from_str(FULL).unwrap();
    let (mut cases, mut named) = (Vec::new(), BTreeSet::new());
    for node in Walk::all() {
        words_of(&full, &node, "", &mut named, &mut cases);
        for branch in ["then", "else"] {
            let Some(schema) = node.schema.get(branch) else { continue };
            let (schema, nodes) = Walk::branch(schema, &node.pointer);
            let full = with(&full, &node.pointer, fitting(&schema));
            assert_eq!(schema::validate(Kind::Matrix, &full), [], "{branch} at {}", node.pointer);
            let via =
                format!("{branch} of {}", if node.named.is_empty() { &node.pointer } else { &node.named });
            nodes.iter().for_each(|inner| words_of(&full, inner, &via, &mut named, &mut cases));
        }
    }
    cases
}

/// Returns a value that a branch of a condition describes: its own examples, field by field.
fn fitting(schema: &Value) -> Value {
    match schema["properties"].as_object() {
        Some(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), field["examples"][0].clone())).collect()
        }
        None => {
            [&schema["examples"][0], &schema["enum"][0]].into_iter().find(|it| !it.is_null()).unwrap().clone()
        }
    }
}

/// Returns a matrix with another value at the pointer.
fn with(full: &Value, pointer: &str, value: Value) -> Value {
    let mut other = full.clone();
    *other.pointer_mut(pointer).unwrap() = value;
    other
}

/// Adds a case for each word of a node; `via` says under which condition the node counts.
fn words_of(
    full: &Value,
    node: &Node,
    via: &str,
    named: &mut BTreeSet<(String, String, String)>,
    cases: &mut Vec<Case>,
) {
    for word in node.schema.as_object().unwrap().keys().filter(|word| !SILENT.contains(&word.as_str())) {
        // What is defined once, such as the form of an id, is tried at the first place that refers to it.
        let of = if node.named.is_empty() { &node.pointer } else { &node.named };
        let via = if node.named.is_empty() { via } else { "" };
        if !named.insert((via.to_owned(), of.clone(), word.clone())) {
            continue;
        }
        let rule = WORDS.iter().find(|(known, _)| known == word).map(|(_, rule)| *rule);
        let rule = rule.unwrap_or_else(|| panic!("`{word}` at {}: no case is made for it", node.pointer));
        let name = format!("{word} {via} at {}", node.pointer);
        let broken = broken(full, &node.pointer, &node.schema, word, rule);
        let broken = broken.unwrap_or_else(|| panic!("{name}: nothing is refused by {rule}"));
        let elsewhere = if node.pointer.starts_with("/rows") { "/title" } else { "/rows/1/title" };
        let bytes = move |word: &str| {
            let mut broken = broken.clone();
            if let Some(title) = broken.pointer_mut(elsewhere) {
                *title = json!(word);
            }
            serde_json::to_vec_pretty(&broken).unwrap()
        };
        cases.push(Case { rule: rule.to_owned(), name, bytes: Box::new(bytes) });
    }
}

/// Returns the full matrix with a value at the pointer that this word of the schema refuses.
fn broken(full: &Value, pointer: &str, schema: &Value, word: &str, rule: &str) -> Option<Value> {
    let old = full.pointer(pointer).unwrap().clone();
    let more = |field: &str| {
        let mut value = old.clone();
        value.as_object_mut().unwrap().insert(field.to_owned(), json!(1));
        value
    };
    let without = |field: &Value| {
        let mut value = old.clone();
        value.as_object_mut().unwrap().remove(field.as_str().unwrap());
        value
    };
    let limit = || usize::try_from(schema[word].as_u64().unwrap()).unwrap();
    let others = match word {
        "type" => vec![json!([[1]]), json!("x")],
        "enum" | "const" => vec![json!("zzz"), json!("zzz zzz"), json!(77)],
        "required" => schema["required"].as_array().unwrap().iter().map(without).collect(),
        "additionalProperties" => vec![more("bogus")],
        "uniqueItems" => vec![json!([old[0], old[0]])],
        "maxItems" => vec![json!(vec![0; limit() + 1])],
        "minItems" => vec![json!([])],
        "minimum" => vec![json!(-7)],
        "maximum" => vec![json!(1_000_000_000)],
        "maxLength" => vec![json!("a".repeat(limit() + 1)), json!(format!("c:{}", "1".repeat(limit())))],
        "minLength" => vec![json!(""), json!("P")],
        _ => ["", " ", "con", "A b", "2026-02-30", "1", "zzz zzz!", "P", "Pzzz", "\n"]
            .map(|text| json!(text))
            .to_vec(),
    };
    others.into_iter().map(|value| with(full, pointer, value)).find(|other| {
        let faults = schema::validate(Kind::Matrix, other);
        faults.iter().any(|fault| fault.rule == rule && fault.pointer.starts_with(pointer))
    })
}

/// Returns a project with this one matrix: sound, broken, broken with a change elsewhere.
fn history(case: &Case) -> Repo {
    let repo = Repo::new();
    repo.write("countersign.json", CONFIG);
    for (word, bytes) in
        [("One", None), ("Two", Some((case.bytes)("Two"))), ("Three", Some((case.bytes)("Three")))]
    {
        let sound = || text("One", ROW).into_bytes();
        repo.write("matrices/m.json", bytes.unwrap_or_else(sound));
        repo.commit(word);
    }
    repo
}

const CONFIG: &str = r#"{"format": "countersign/config/1", "packs": [], "matrices": ["matrices/*.json"]}"#;

/// Says what stands in the way of one answer, for a case of a matrix by itself.
fn is_refused_by_all(case: &Case) -> Vec<String> {
    let repo = history(case);
    let mut wrong = Vec::new();
    let mut expect = |words: &[&str], code: i32, says: &str| {
        let Output { code: found, stdout, stderr } = repo.countersign(words);
        if found != code || !(stdout.contains(says) || stderr.contains(says)) {
            let rule = &case.rule;
            wrong.push(format!(
                "{} ({rule}): {words:?} ends with {found}, not {code}:\n{stdout}{stderr}",
                case.name
            ));
        }
    };
    let (m, rule) = ("matrices/m.json", case.rule.as_str());
    for at in ["HEAD", "HEAD~1"] {
        expect(&["check", "--at", at, "--format", "json"], 1, rule);
        expect(&["show", m, "--at", at], 4, m);
        expect(
            &["history", "m", "--commits", "--at", at, "--format", "json"],
            4,
            "cannot be read as a matrix: ",
        );
        expect(&["blame", "m", "--at", at], 4, "cannot be read");
        expect(&["who", "second", "--known-at", at], 4, m);
    }
    expect(&["diff", "HEAD~2", "HEAD~1"], 4, m);
    expect(&["diff", "HEAD~1", "HEAD"], 4, m);
    repo.write("old.json", (case.bytes)("Two"));
    expect(&["diff", "old.json", m], 4, "not a matrix that can be compared");
    repo.remove("old.json").write(m, text("Four", ROW)).commit("Mended");
    let (second, third) = (repo.git(&["rev-parse", "HEAD~2"]), repo.git(&["rev-parse", "HEAD~1"]));
    for commit in [&second, &third] {
        expect(&["blame", "m"], 0, &format!("commit {} by Ann Author cannot be read", &commit[..12]));
    }
    expect(&["history", "m", "--commits"], 0, "cannot be read as a matrix: ");
    wrong
}

/// Gives a matrix another id, unless its id is what is wrong with it.
fn called(id: &str, bytes: &[u8]) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    if value["id"] == "acme" {
        value["id"] = json!(id);
    }
    serde_json::to_vec_pretty(&value).unwrap()
}

#[test]
fn every_rule_of_loader_and_schema_has_a_case() {
    let told = |cases: &[Case]| cases.iter().map(|case| case.rule.clone()).collect::<BTreeSet<_>>();
    assert_eq!(told(&of_loader()), rules_of("text"));
    assert_eq!(told(&of_schema()), rules_of("schema"));
}

#[test]
fn what_the_loader_refuses_is_refused_by_all_commands() {
    let wrong: Vec<String> = of_loader().iter().flat_map(is_refused_by_all).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_schema_refuses_is_refused_by_all_commands() {
    let mut first = BTreeMap::new();
    for case in of_schema() {
        let place = (case.rule.clone(), case.name.contains("/rows/"));
        first.entry(place).or_insert(case);
    }
    assert!(first.len() >= 13, "{} kinds of cases", first.len());
    let own = |case: &Case| {
        let (two, three) = (called("m", &(case.bytes)("Two")), called("m", &(case.bytes)("Three")));
        let bytes = move |word: &str| if word == "Two" { two.clone() } else { three.clone() };
        is_refused_by_all(&Case { rule: case.rule.clone(), name: case.name.clone(), bytes: Box::new(bytes) })
    };
    let wrong: Vec<String> = first.values().flat_map(own).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_word_of_the_schema_is_one_answer_at_every_place() {
    let cases = of_schema();
    assert!(cases.len() > 150, "{} cases", cases.len());
    let repo = Repo::new();
    repo.write("countersign.json", CONFIG);
    let write = |word: Option<&str>| {
        for (number, case) in cases.iter().enumerate() {
            let bytes = word.map_or_else(|| FULL.as_bytes().to_vec(), |word| (case.bytes)(word));
            repo.write(&format!("matrices/case-{number}.json"), called(&format!("case-{number}"), &bytes));
        }
        repo.commit(word.unwrap_or("Sound"));
    };
    write(None);
    write(Some("Two"));
    write(Some("Three"));
    let check = repo.countersign(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&check.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let told: BTreeSet<(&str, &str)> =
        findings.iter().map(|one| (one["file"].as_str().unwrap(), one["rule"].as_str().unwrap())).collect();
    let changed = repo.countersign(&["diff", "HEAD~2", "HEAD~1"]);
    let shared = repo.countersign(&["diff", "HEAD~1", "HEAD"]);
    assert_eq!(repo.countersign(&["history", "--commits"]).code, 4);
    let who = ["HEAD~1", "HEAD"].map(|at| repo.countersign(&["who", "second", "--known-at", at]));
    for (number, case) in cases.iter().enumerate() {
        let (id, file) = (format!("case-{number}"), format!("matrices/case-{number}.json"));
        for at in ["HEAD~1", "HEAD"] {
            let show = repo.countersign(&["show", &file, "--at", at]);
            assert!(show.code == 4 && show.stderr.contains(&file), "show: {}: {}", case.name, show.stderr);
            let blame = repo.countersign(&["blame", &id, "--at", at]);
            let is_told = blame.stderr.contains("cannot be read");
            assert!(blame.code == 4 && is_told, "blame: {}: {}", case.name, blame.stderr);
        }
        for who in &who {
            assert!(who.code == 4 && who.stderr.contains(&file), "who: {}: {}", case.name, who.stderr);
        }
    }
    write(None);
    let history = repo.countersign(&["history", "--commits", "--format", "json"]);
    assert_eq!(history.code, 0, "{}", history.stderr);
    let history: Value = serde_json::from_str(&history.stdout).unwrap();
    let commits = history["commits"]["list"].as_array().unwrap();
    for (number, case) in cases.iter().enumerate() {
        let (id, file) = (format!("case-{number}"), format!("matrices/case-{number}.json"));
        assert!(told.contains(&(file.as_str(), case.rule.as_str())), "check: {}", case.name);
        // Where nothing but the fault is left nothing else can change.
        let is_shared = (case.bytes)("Two") != (case.bytes)("Three");
        for diff in [Some(&changed), Some(&shared).filter(|_| is_shared)].into_iter().flatten() {
            assert_eq!(diff.code, 4);
            assert!(diff.stderr.contains(&format!("`{file}`")), "diff: {}", case.name);
        }
        let own = commits.iter().filter(|one| one["matrix"] == *id);
        let unread = own
            .filter(|one| one["note"].as_str().is_some_and(|it| it.contains("cannot be read as a matrix")));
        assert_eq!(unread.count(), 1 + usize::from(is_shared), "history: {}", case.name);
    }
    println!(
        "{} words of the schema at their places, each in a changed and in a shared part, by six commands",
        cases.len()
    );
}
