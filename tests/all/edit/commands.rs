//! Each command makes the edit that it says, and no other.

use serde_json::{Value, json};

use super::support::Project;

#[test]
fn set_changes_one_line_and_says_what_it_means() {
    let one = Project::clean();
    let before = one.text();
    let said = one.ok(&["set", "minimal", "access-reviews", "duties.perform.within.time", "P9D"]);
    assert!(said.contains("access-reviews: ") && said.contains("9 days"), "{said}");
    assert_eq!(one.value()["rows"][0]["duties"][0]["within"]["time"], "P9D");
    assert_eq!(one.changed_lines(&before), 1);
    one.ok(&["set", "minimal", "access-reviews", "duties.perform.within.time", "P5D"]);
    assert_eq!(one.text(), before, "back again, byte for byte");
    let said = one.ok(&["set", "minimal", "access-reviews", "duties.perform.within.time", "P5D"]);
    assert!(said.contains("nothing changes"), "{said}");
}

#[test]
fn a_new_length_of_time_leaves_what_it_counts_from() {
    let one = Project::clean();
    let before = one.text();
    let said = one.ok(&["set", "minimal", "access-reviews", "duties.perform.within", "P9D"]);
    assert!(said.contains("9 days, before 5 days"), "{said}");
    let within = one.value()["rows"][0]["duties"][0]["within"].clone();
    assert_eq!(within, json!({ "time": "P9D", "of": "the end of the quarter", "clock": "business" }));
    assert_eq!(one.changed_lines(&before), 1);
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let one = Project::clean();
    let before = one.text();
    let dry = one.ok(&["set", "minimal", "access-reviews", "cadence", "monthly", "--dry-run"]);
    assert_eq!(one.text(), before);
    let wet = one.ok(&["set", "minimal", "access-reviews", "cadence", "monthly"]);
    assert_eq!(dry.lines().next(), wet.lines().next());
    assert!(dry.contains("nothing was written"), "{dry}");
}

#[test]
fn what_the_format_or_the_matrix_refuses_is_refused() {
    let one = Project::clean();
    for (code, words) in [
        (2, &["set", "minimal", "access-reviews", "cadence", "sometimes"][..]),
        (2, &["set", "minimal", "access-reviews", "duties.perform.party", "nobody"]),
        (3, &["set", "minimal", "access-review", "cadence", "weekly"]),
        (3, &["set", "minimal", "access-reviews", "cadense", "weekly"]),
        (3, &["set", "minimal", "access-reviews", "duties.fund.role", "CFO"]),
        (2, &["set", "minimal", "access-reviews", "id", "other"]),
        (2, &["set", "minimal", "access-reviews", "reviewed", "[]"]),
        (2, &["set", "minimal", ".", "version", "2.0"]),
        (2, &["add", "row", "minimal", "access-reviews", "title=Twice"]),
        (2, &["add", "scope", "minimal", "Not An Id"]),
        (3, &["add", "scope", "minimal", "plant", "colour=red"]),
        (2, &["remove", "party", "minimal", "harbor"]),
        (2, &["remove", "scope", "minimal", "office"]),
        (2, &["rename", "party", "minimal", "harbor", "acme"]),
        (3, &["rename", "role", "minimal", "IT manger", "Head of IT"]),
        (3, &["move", "duty", "minimal", "access-reviews", "fund", "acme"]),
        (2, &["bump", "minimal", "--to", "0.9"]),
    ] {
        let told = one.refused(code, words);
        assert!(told.starts_with("error: "), "{words:?}: {told}");
    }
    let told = one.refused(3, &["set", "minimal", "access-review", "cadence", "weekly"]);
    assert!(told.contains("did you mean `access-reviews`?"), "{told}");
}

#[test]
fn things_are_added_and_removed() {
    let one = Project::clean();
    let before = one.text();
    one.ok(&["add", "scope", "minimal", "plant", "title=Plant floor", "environment=on-premises"]);
    one.ok(&["set", "minimal", "access-reviews", "scope", "--add", "plant"]);
    one.ok(&[
        "add",
        "party",
        "minimal",
        "azure-gov",
        "side=subprovider",
        "boundBy=harbor",
        "name=Azure Government",
    ]);
    one.ok(&["add", "contact", "minimal", "azure-gov/desk", "role=Desk", "escalation=1"]);
    one.ok(&["add", "duty", "minimal", "access-reviews", "do=support", "party=azure-gov", "role=Desk"]);
    one.ok(&["add", "row", "minimal", "visitors", "title=Visitors", "allocation=client"]);
    one.ok(&["add", "document", "minimal", "ssp", "kind=ssp", "party=acme"]);
    one.ok(&["add", "exception", "minimal", "visitors", "row-has-performer", "reason=Reception does it"]);
    let value = one.value();
    assert_eq!(value["rows"][0]["scope"], json!(["office", "plant"]));
    assert_eq!(value["rows"][1]["accepts"][0]["rule"], "row-has-performer");
    assert_eq!(value["rows"][0]["duties"].as_array().unwrap().last().unwrap()["party"], "azure-gov");
    one.refused(2, &["remove", "party", "minimal", "azure-gov"]);
    one.ok(&["remove", "duty", "minimal", "access-reviews", "support"]);
    one.ok(&["remove", "contact", "minimal", "azure-gov/desk"]);
    one.ok(&["remove", "party", "minimal", "azure-gov"]);
    one.ok(&["remove", "scope", "minimal", "plant"]);
    one.ok(&["remove", "row", "minimal", "visitors"]);
    one.ok(&["remove", "document", "minimal", "ssp"]);
    assert_eq!(one.text(), before, "what was added is gone, byte for byte");
}

#[test]
fn a_renamed_id_is_renamed_everywhere_and_reviews_go_on_holding() {
    let one = Project::clean();
    let said = one.ok(&["rename", "party", "minimal", "harbor", "harbor-msp"]);
    assert!(said.contains("2 reviews of a text that differs in this name alone still hold"), "{said}");
    assert!(!one.text().contains("\"harbor\"") && !one.text().contains("\"harbor/"), "{}", one.text());
    let report = one.0.countersign(&["check", "--as-of", "2026-11-20", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["findings"], &report["matrices"][0]["reviewed"]), (&json!([]), &json!(1)));
    one.ok(&["rename", "row", "minimal", "access-reviews", "who-has-access"]);
    one.ok(&["rename", "scope", "minimal", "office", "offices"]);
    one.ok(&["rename", "contact", "minimal", "acme/it-manager", "head-of-it"]);
    assert!(one.text().contains("\"acme/head-of-it\""));
    let report = one.0.countersign(&["check", "--as-of", "2026-11-20", "--format", "json"]).stdout;
    assert!(report.contains("\"reviewed\": 1"), "{report}");
    one.ok(&["rename", "role", "minimal", "IT manager", "Head of IT"]);
    let report = one.0.countersign(&["check", "--as-of", "2026-11-20"]).stdout;
    assert!(report.contains("[review-follows-change]"), "a role is what the row says: {report}");
}

#[test]
fn work_changes_hands_in_one_command() {
    let one = Project::clean();
    let because = "Acme hired an administrator";
    let words =
        ["move", "row", "minimal", "access-reviews", "acme", "--role", "IT manager", "--because", because];
    let said = one.ok(&words);
    assert!(said.contains("Harbor MSP"), "{said}");
    let row = one.value()["rows"][0].clone();
    assert_eq!((row["allocation"].as_str(), row.get("shared")), (Some("client"), None));
    assert_eq!(row["justification"], because);
    assert!(row["duties"].as_array().unwrap().iter().all(|duty| duty["party"] == "acme"));
    let one = Project::clean();
    one.ok(&["move", "service", "minimal", "managed-identity", "acme"]);
    let value = one.value();
    assert_eq!((&value["services"], &value["rows"][0]["services"]), (&json!([]), &json!([])));
    assert_eq!(value["rows"][0]["allocation"], "client");
}

#[test]
fn a_framework_is_consolidated_and_goes_again() {
    let one = Project::clean();
    let said = one.ok(&["add", "framework", "minimal", "hipaa"]);
    assert!(said.contains("is consolidated: 1 rows before"), "{said}");
    let rows = one.value()["rows"].as_array().unwrap().len();
    assert!(rows > 50, "{rows}");
    let value = one.value();
    let duties = value["rows"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["duties"].as_array().into_iter().flatten());
    for duty in duties {
        assert!(
            duty["party"] != "provider" && duty["party"] != "client",
            "the parties have ids of their own: {duty}"
        );
    }
    one.refused(3, &["add", "framework", "minimal", "hipaa"]);
    let said = one.ok(&["remove", "framework", "minimal", "hipaa"]);
    assert!(said.contains("answered to nothing else"), "{said}");
}

#[test]
fn a_review_is_written_with_flags() {
    let one = Project::clean();
    one.ok(&["set", "minimal", "access-reviews", "cadence", "monthly"]);
    one.refused(2, &["review", "minimal", "--by", "acme,harbor", "--outcome", "agreed"]);
    one.refused(2, &["review", "minimal", "--all", "--by", "acme", "--outcome", "disputed"]);
    one.refused(
        2,
        &["review", "minimal", "--all", "--by", "acme", "--outcome", "agreed", "--on", "2999-01-01"],
    );
    one.refused(3, &["review", "minimal", "--all", "--by", "nobody", "--outcome", "agreed"]);
    let words =
        ["review", "minimal", "--rows", "access-reviews", "--by", "acme,harbor", "--outcome", "agreed"];
    let said = one.ok(&[&words[..], &["--person", "acme=Bob B."]].concat());
    assert!(said.contains("walked through and agreed: all 1 row"), "{said}");
    let reviewed = one.value()["rows"][0]["reviewed"].clone();
    assert_eq!((&reviewed[0]["by"], reviewed.as_array().unwrap().len()), (&json!("Bob B."), 2));
    let note = ["--by", "harbor", "--outcome", "disputed", "--note", "Five days are too few"];
    one.ok(&[&["review", "minimal", "--all"][..], &note].concat());
    let reviewed = one.value()["rows"][0]["reviewed"].clone();
    assert_eq!((&reviewed[0]["outcome"], &reviewed[1]["outcome"]), (&json!("agreed"), &json!("disputed")));
}

#[test]
fn the_version_rises() {
    let one = Project::clean();
    one.ok(&["bump", "minimal"]);
    assert_eq!(one.value()["version"], "1.1");
    one.ok(&["bump", "minimal", "--major", "--effective-from", "2027-01-01"]);
    assert_eq!(
        (&one.value()["version"], &one.value()["effectiveFrom"]),
        (&json!("2.0"), &json!("2027-01-01"))
    );
}

#[test]
fn an_object_is_typed_as_its_fields_and_never_as_json() {
    let project = Project::clean();
    let provider =
        project.value()["parties"].as_array().unwrap().iter().find(|one| one["side"] == "provider").unwrap()
            ["id"]
            .as_str()
            .unwrap()
            .to_owned();
    let row = project.value()["rows"][0]["id"].as_str().unwrap().to_owned();
    project.ok(&[
        "set",
        "minimal",
        ".",
        &format!("parties.{provider}.authorizations"),
        "--add",
        "kind=fedramp-high, reference=F16, 2nd letter, asOf=2026-10-01",
    ]);
    let held = json!([{ "kind": "fedramp-high", "reference": "F16, 2nd letter", "asOf": "2026-10-01" }]);
    let party = |value: Value| {
        value["parties"].as_array().unwrap().iter().find(|one| one["id"] == *provider).unwrap().clone()
    };
    assert_eq!(party(project.value())["authorizations"], held, "a comma in a value stays");
    project.ok(&["add", "scope", "minimal", "plant", "title=Plant floor"]);
    project.ok(&["set", "minimal", &row, "byScope", "--add", "scope=plant, allocation=client"]);
    assert_eq!(
        project.value()["rows"][0]["byScope"],
        json!([{ "scope": ["plant"], "allocation": "client" }])
    );
    project.ok(&["rename", "scope", "minimal", "plant", "floor"]);
    assert_eq!(project.value()["rows"][0]["byScope"][0]["scope"], json!(["floor"]), "renamed there, too");
    project.ok(&["remove", "scope", "minimal", "floor"]);
    assert_eq!(project.value()["rows"][0].get("byScope"), None, "what was said of it alone goes");
    project.refused(2, &["set", "minimal", &row, "byScope", "--add", "client"]);
}

#[test]
fn what_has_several_meanings_is_told_with_its_numbers() {
    let project = Project::clean();
    let row = project.value()["rows"][0]["id"].as_str().unwrap().to_owned();
    let provider = project.value()["rows"][0]["duties"][0]["party"].as_str().unwrap().to_owned();
    for text in ["Patch the plant", "Patch the office"] {
        project.ok(&[
            "add",
            "duty",
            "minimal",
            &row,
            "do=review",
            &format!("party={provider}"),
            &format!("text={text}"),
        ]);
    }
    let said = project.refused(2, &["set", "minimal", &row, "duties.review.role", "Engineer"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("Patch the plant") && said.contains("Patch the office") && said.contains('#'),
        "{said}"
    );
}
