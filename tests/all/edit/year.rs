//! A year later: what has to be looked at, and a review that leaves everything as it is.

use serde_json::{Value, json};

use super::support::{FILE, Project};

const LATER: &str = "2027-12-15";
const STATE: &str = "state/minimal.json";

fn check(one: &Project) -> Vec<(String, String, String)> {
    let output = one.0.countersign(&["check", "--format", "json", "--as-of", LATER]);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|one| (text(one, "rule"), text(one, "severity"), text(one, "message"))).collect()
}

fn rules(one: &Project) -> Vec<String> {
    check(one).into_iter().map(|(rule, ..)| rule).collect()
}

#[test]
fn what_the_calendar_asks_is_listed_and_nothing_is_written() {
    let one = Project::clean();
    let mut matrix = one.value();
    matrix["parties"][1]["authorizations"] = json!([{ "kind": "fedramp-moderate", "expires": "2027-12-31" }]);
    one.0.write(FILE, matrix.to_string());
    let before = one.text();
    let said = one.ok(&["review", "minimal", "--due", "--as-of", LATER]);
    for line in [
        "the whole: last reviewed on",
        "due since",
        "1 row read longer ago",
        "are these still whom to call?",
        "fedramp-moderate ends on 2027-12-31",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(one.text(), before);
}

#[test]
fn a_review_without_change_is_one_command_and_holds_for_this_text_alone() {
    let one = Project::clean();
    assert!(rules(&one).contains(&"review-is-current".to_owned()));
    let before = one.text();
    let said = one.ok(&["renew", "minimal", "--as-of", LATER, "--person", "acme=Bob B."]);
    assert!(said.contains("1 row read longer ago") && said.contains("current, not signed"), "{said}");
    assert_eq!(one.text(), before, "the signed bytes stay");
    let found = check(&one);
    assert!(found.iter().all(|(rule, ..)| rule != "review-is-current"), "{found:?}");
    let (_, weight, message) = found.iter().find(|(rule, ..)| rule == "review-without-change").unwrap();
    assert_eq!(weight, "note");
    assert_eq!(
        message,
        "reviewed without change on 2027-12-15 by Acme Defense and Harbor MSP; current, not signed"
    );
    let status = one.0.countersign(&["status", "--as-of", LATER]).stdout;
    let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(status.contains("reviewed without change on 2027-12-15"), "{status}");
    let history = one.0.countersign(&["history", "--as-of", LATER]).stdout;
    let history = history.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(history.contains("minimal, as it lies here reviewed without change on 2027-12-15"), "{history}");
    let said = one.ok(&["review", "minimal", "--due", "--as-of", LATER]);
    assert!(said.contains("last reviewed on 2027-12-15, due on 2028-12-15"), "{said}");
    one.ok(&["set", "minimal", ".", "title", "Another title"]);
    let found = check(&one);
    assert!(found.iter().any(|(rule, ..)| rule == "review-is-current"), "{found:?}");
    let message = &found.iter().find(|(rule, ..)| rule == "review-without-change").unwrap().2;
    assert!(message.contains("does not count: the matrix has another text now"), "{message}");
}

#[test]
fn what_else_stands_in_the_state_stays_and_garbage_is_found() {
    let one = Project::clean();
    let state = "{ \"format\": \"countersign/state/1\",\n  \"rows\": {\"access-reviews\":{\"due\":\"2027-02-01\"}} }\n";
    one.0.write(STATE, state);
    assert!(!rules(&one).iter().any(|rule| rule.starts_with("state-") || rule.starts_with("schema-")));
    one.ok(&["renew", "minimal", "--as-of", LATER]);
    let text = one.0.read(STATE);
    assert!(text.contains("{\"access-reviews\":{\"due\":\"2027-02-01\"}}"), "{text}");
    let dry = one.ok(&["renew", "minimal", "--as-of", "2027-12-16", "--dry-run"]);
    assert!(dry.contains("nothing was written") && one.0.read(STATE) == text, "{dry}");
    one.0.write(STATE, "{ \"format\": \"countersign/state/1\", \"rows\": { \"no-such-row\": {} }, \"contacts\": { \"acme\": { \"x\": {} } } }");
    let found = rules(&one);
    assert_eq!(found.iter().filter(|rule| *rule == "state-names-the-matrix").count(), 2, "{found:?}");
    for (garbage, rule) in [
        ("{ \"format\": \"countersign/state/1\", \"rowz\": {} }", "schema-unknown-field"),
        ("{", "strict-json"),
    ] {
        one.0.write(STATE, garbage);
        let output = one.0.countersign(&["check", "--as-of", LATER]);
        assert_eq!(output.code, 1, "{}", output.stdout);
        assert!(output.stdout.contains(rule) && output.stdout.contains(STATE), "{}", output.stdout);
        assert_eq!(one.0.countersign(&["renew", "minimal"]).code, 4);
        assert_eq!(one.0.read(STATE), garbage);
    }
    one.0.write(STATE, "{ \"format\": \"countersign/state/1\", \"review\": { \"last\": \"2999-01-01\" } }");
    assert!(check(&one).iter().any(|(_, _, message)| message.contains("its day is still to come")));
    assert_eq!(one.0.countersign(&["renew", "minimal", "--on", "2999-01-01"]).code, 2);
}
