//! Several at once: duties that are called alike, fields that go together, services that a framework would bring back.

use serde_json::json;

use super::support::{FILE, Project};

#[test]
fn all_that_are_called_alike_change_only_where_that_is_asked() {
    let one = Project::clean();
    let mut matrix = one.value();
    let duty = |party: &str| json!({ "do": "perform", "party": party, "text": "Review who has access" });
    matrix["rows"][0]["duties"] = json!([duty("acme"), duty("harbor"), { "do": "approve", "party": "acme" }]);
    one.0.write(FILE, matrix.to_string());
    let row = matrix["rows"][0]["id"].as_str().unwrap();
    let refused = one.0.countersign(&["set", "minimal", row, "duties.perform.within", "P5D"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--every"), "{}", refused.stderr);
    assert_eq!(one.value(), matrix, "nothing was written");
    one.ok(&["set", "minimal", row, "duties.perform.within", "P5D", "--every"]);
    let after = one.value();
    let times: Vec<_> = (0..3).map(|at| after["rows"][0]["duties"][at]["within"]["time"].clone()).collect();
    assert_eq!(times, [json!("P5D"), json!("P5D"), json!(null)]);
    one.ok(&["set", "minimal", row, "duties.perform", "--clear", "--every"]);
    assert_eq!(one.value()["rows"][0]["duties"], json!([{ "do": "approve", "party": "acme" }]));
}

#[test]
fn fields_are_cleared_together_and_a_row_that_does_not_apply_says_what_is_left() {
    let one = Project::clean();
    let row = one.value()["rows"][0]["id"].as_str().unwrap().to_owned();
    let said = one.ok(&["set", "minimal", &row, "allocation", "not-applicable"]);
    assert!(said.contains("duties,evidence --clear"), "{said}");
    one.ok(&["set", "minimal", &row, "duties,evidence", "--clear"]);
    let after = one.value();
    assert!(after["rows"][0].get("duties").is_none() && after["rows"][0].get("evidence").is_none());
}

#[test]
fn a_scope_that_goes_leaves_no_empty_list_of_variations() {
    let one = Project::clean();
    let mut matrix = one.value();
    matrix["scopes"] = json!([{ "id": "cloud" }, { "id": "plant" }]);
    matrix["rows"][0]["byScope"] = json!([{ "scope": ["plant"], "allocation": "client" }]);
    one.0.write(FILE, matrix.to_string());
    one.ok(&["remove", "scope", "minimal", "plant"]);
    assert!(one.value()["rows"][0].get("byScope").is_none(), "{}", one.text());
}

#[test]
fn a_framework_brings_back_no_service_that_was_dropped() {
    let one = Project::clean();
    let mut matrix = one.value();
    matrix["services"] = json!([{ "id": "service-desk", "name": "Service desk" }]);
    one.0.write(FILE, matrix.to_string());
    let said = one.ok(&["add", "framework", "minimal", "hipaa"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("were left out:") && said.contains("managed-backup"), "{said}");
    let after = one.value();
    assert_eq!(after["services"].as_array().unwrap().len(), 1);
    assert!(!after.to_string().contains("managed-backup"));
}

#[test]
fn what_is_not_found_is_looked_for_in_the_words_of_rows() {
    let one = Project::clean();
    let row = one.value()["rows"][0].clone();
    let word = row["title"].as_str().unwrap().split_whitespace().next().unwrap().to_lowercase();
    let refused = one.0.countersign(&["set", "minimal", &word, "cadence", "weekly"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains(row["id"].as_str().unwrap()), "{}", refused.stderr);
    let refused = one.0.countersign(&["set", "minimal", ".", "agreement", "document=msa"]);
    assert!(refused.stderr.contains("write FIELD=VALUE"), "{}", refused.stderr);
}
