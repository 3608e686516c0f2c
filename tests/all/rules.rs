//! The shipped rules and packs as data: examples hold, and nothing is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use countersign::pack::{Packs, shipped_file, shipped_ids};
use countersign::policy::config::Config;
use countersign::policy::kinds::Reader;
use countersign::policy::{Policy, example};
use countersign::schema;
use regex::Regex;
use serde_json::Value;

const RULE_IDS: &str = include_str!("../golden/rule-ids.txt");

static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::shipped(shipped_ids()));
static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::assemble(&PACKS, &[], &Config::default()).expect("the shipped rules are sound"));

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn ids() -> BTreeSet<String> {
    POLICY.rules().map(|rule| rule.id.to_string()).collect()
}

fn read(pack: &str, file: &str) -> Option<Value> {
    let text = shipped_file(pack, file)?;
    Some(serde_json::from_str(text).unwrap_or_else(|error| panic!("policies/{pack}/{file}: {error}")))
}

fn listed(failures: &[example::Failure]) -> String {
    failures.iter().map(|failure| format!("{failure}\n")).collect()
}

#[test]
fn every_example_holds() {
    let outcome = example::run(&POLICY, &PACKS, &|_| true);
    assert!(outcome.failures.is_empty(), "{}", listed(&outcome.failures));
    assert_eq!(outcome.rules, ids().len());
}

#[test]
fn every_rule_is_silent_on_the_passing_examples_of_all_others() {
    let failures = example::cross(&POLICY, &PACKS);
    assert!(failures.is_empty(), "{}", listed(&failures));
}

#[test]
fn the_list_of_rules_is_complete() {
    let golden: BTreeSet<String> = RULE_IDS.lines().map(str::to_owned).collect();
    assert_eq!(golden, ids(), "ids are public for ever; add new ones to tests/golden/rule-ids.txt");
}

#[test]
fn every_rule_says_what_it_wants_why_and_how_to_put_it_right() {
    for rule in POLICY.rules() {
        let id = &rule.id;
        for text in [&rule.title, &rule.why, &*rule.fix] {
            assert!(text.trim().len() > 10, "{id}: `{text}`");
        }
        assert!(rule.why.ends_with('.') && rule.fix.ends_with('.'), "{id}: sentences end");
        assert!(
            !rule.title.ends_with('.') && !rule.message.ends_with('.'),
            "{id}: titles and messages do not"
        );
        let needs_none = matches!(example::reader(rule), Some(Reader::Repository | Reader::SignOffs));
        let has = !rule.examples.pass.is_empty() && !rule.examples.fail.is_empty();
        assert!(has != needs_none, "{id}: an example that passes and one that fails");
    }
}

#[test]
fn rules_of_a_framework_carry_its_name() {
    for rule in POLICY.rules().filter(|rule| &*rule.origin != "core") {
        let prefix = rule.origin.split('-').next().unwrap_or_default();
        assert!(rule.id.starts_with(&format!("{prefix}-")), "{} of {}", rule.id, rule.origin);
    }
}

#[test]
fn every_kind_is_used_by_a_rule() {
    let source = include_str!("../../src/policy/kinds/mod.rs");
    let variant = Regex::new(r#"(?m)(?:rename = "(\S+)"\)\]\n)?^    \w+::([A-Z]\w+),$"#).expect("a pattern");
    let used = |kind: &str| shipped_rules().contains(&format!("\"kind\": \"{kind}\""));
    let name =
        |found: &regex::Captures<'_>| found.get(1).map_or(kebab(&found[2]), |it| it.as_str().to_owned());
    let kinds: Vec<String> = variant.captures_iter(source).map(|found| name(&found)).collect();
    assert!(kinds.len() > 40 && kinds.contains(&"change".to_owned()), "{kinds:?}");
    for kind in kinds {
        assert!(used(&kind), "no rule uses `{kind}`");
    }
}

fn shipped_rules() -> String {
    shipped_ids().into_iter().filter_map(|pack| shipped_file(pack, "rules.json")).collect()
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

/// An id that is reported but stands in no rule could not be explained, weighed or waived.
#[test]
fn every_id_that_the_source_reports_is_a_rule() {
    let known = ids();
    let reported = reported();
    assert!(reported.len() > 30, "{reported:?}");
    // `doctor` reports sections, which are no rules.
    let is_section = |id: &str| id == "sign-offs";
    let unknown: Vec<&String> =
        reported.keys().filter(|id| !known.contains(*id) && !is_section(id)).collect();
    assert!(unknown.is_empty(), "{unknown:?} of {reported:?}");
}

/// Every built-in rule is one that something reports.
#[test]
fn every_built_in_rule_is_reported_by_the_source() {
    let reported = reported();
    for rule in POLICY.rules().filter(|rule| example::reader(rule).is_some()) {
        assert!(reported.contains_key(&*rule.id), "nothing reports `{}`", rule.id);
    }
}

/// Returns the ids that stand where findings are built, with the file.
fn reported() -> BTreeMap<String, PathBuf> {
    let id = r#""([a-z]+(?:-[a-z]+)+)""#;
    let direct = [
        format!(r"(?:of_file|Fault::at|report|finding|fault|of_version|lost|told)\(\s*{id}"),
        format!(r"\b(?:rule|RULE)(?:: &str)?\s*[:=]\s*{id}"),
        format!(r"\(\s*{id},\s*(?:message|format!)"),
        r#""(schema-[a-z]+(?:-[a-z]+)*)",?"#.to_owned(),
    ];
    let chosen = Regex::new(r"let rule = if[^;]*;").expect("a pattern");
    let any = Regex::new(id).expect("a pattern");
    let direct = direct.map(|pattern| Regex::new(&pattern).expect("a pattern"));
    let mut reported = BTreeMap::new();
    for path in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&path).expect("a source is text");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let found = direct.iter().flat_map(|pattern| pattern.captures_iter(text));
        let choices = chosen.find_iter(text).flat_map(|choice| any.captures_iter(choice.as_str()));
        for id in found.chain(choices).map(|found| found[1].to_owned()) {
            reported.insert(id, path.clone());
        }
    }
    reported
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn every_shipped_file_has_the_shape_that_its_schema_asks_for() {
    let files = [
        ("pack.json", schema::Kind::Pack),
        ("catalogue.json", schema::Kind::Catalogue),
        ("obligations.json", schema::Kind::Obligations),
        ("rules.json", schema::Kind::Policy),
        ("starter.json", schema::Kind::Matrix),
        ("minimal.json", schema::Kind::Matrix),
    ];
    for pack in shipped_ids() {
        for (file, kind) in files {
            let faults = read(pack, file).map(|value| schema::validate(kind, &value)).unwrap_or_default();
            assert!(faults.is_empty(), "policies/{pack}/{file}: {faults:#?}");
        }
    }
}

#[test]
fn catalogues_are_complete() {
    let count = |pack: &str, level: &str| {
        let catalogue = PACKS.catalogue(pack).expect("a shipped catalogue");
        catalogue.items.iter().filter(|item| level.split('|').any(|one| item.level == one)).count()
    };
    assert_eq!(count("cmmc-l2", "requirement"), 110);
    assert_eq!(count("cmmc-l2", "objective"), 320);
    assert_eq!(count("hipaa", "standard|specification"), 68);
    assert_eq!(count("soc2", "criterion"), 61);
}

#[test]
fn every_obligation_has_a_row_in_its_starter() {
    for pack in PACKS.iter() {
        let starter = pack.starter_value().unwrap_or_default();
        let none = Vec::new();
        let rows = starter["rows"].as_array().unwrap_or(&none);
        for obligation in &pack.obligations {
            let names = |row: &Value| row["references"] == serde_json::json!([obligation.reference]);
            let owned = rows.iter().any(names);
            assert!(owned, "{}: no row for {}", pack.id, obligation.reference);
        }
    }
}

#[test]
fn no_two_activities_of_a_starter_share_most_of_their_words() {
    for pack in PACKS.iter() {
        let Some(starter) = pack.starter_value() else { continue };
        let rows = starter["rows"].as_array().expect("rows");
        let words: Vec<(&str, BTreeSet<String>)> = rows.iter().map(of_row).collect();
        for (at, (left, mine)) in words.iter().enumerate() {
            for (right, theirs) in &words[at + 1..] {
                let least = mine.len().min(theirs.len());
                let shared = mine.intersection(theirs).count();
                assert!(shared * 10 <= least * 6, "{}: `{left}` and `{right}`: {shared} of {least}", pack.id);
            }
        }
    }
}

fn of_row(row: &Value) -> (&str, BTreeSet<String>) {
    let activity = row["activity"].as_str().expect("an activity").to_lowercase();
    let words = activity.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    (row["id"].as_str().expect("an id"), words.map(str::to_owned).collect())
}
