//! A framework made of data alone: in the engagement's `packs/<id>/`, or as one more folder of ours.

use countersign::pack::{shipped_file, shipped_ids};
use countersign::schema::{self, Kind};
use serde_json::{Value, json};

use super::{checked, matrix, start_in, words};
use crate::support::Folder;

/// Ten controls, one of them in two parts.
fn catalogue() -> Value {
    let mut items: Vec<Value> = (1..=10)
        .map(|number| json!({ "id": format!("TOY-{number}"), "title": format!("Toy rule {number}"), "group": "T", "level": "control" }))
        .collect();
    for part in ["a", "b"] {
        items.push(json!({ "id": format!("TOY-3.{part}"), "title": format!("half {part}"), "group": "T", "level": "objective", "parent": "TOY-3" }));
    }
    json!({
        "format": "countersign/catalogue/1", "id": "toy", "title": "Toy standard", "noun": "rules",
        "groups": [{ "id": "T", "title": "Toys" }], "items": items,
    })
}

fn rules() -> Value {
    json!({ "format": "countersign/policy/1", "id": "toy", "title": "Toy rules", "rules": [{
        "id": "toy-is-covered", "title": "Every toy rule has an owner", "why": "Toys break.", "fix": "Add a row.",
        "severity": "error", "stage": "always", "references": ["Toy 1"],
        "check": { "kind": "coverage", "catalog": "toy" }, "message": "`{control}` ({title}) {what}",
        "examples": { "on": "starter", "pass": [{}], "fail": [{ "rows": [null] }] },
    }] })
}

fn starter() -> Value {
    let rows: Vec<Value> = (1..=10)
        .map(|number| {
            json!({
                "id": format!("toy-{number}"), "title": format!("Toy rule {number}"), "controls": [format!("toy:TOY-{number}")],
                "activity": format!("Look after toy number {number} every week"), "allocation": "provider",
                "duties": [
                    { "do": "perform", "party": "provider", "role": "Keeper", "text": "Polish it for {client}", "cadence": "weekly" },
                    { "do": "notify", "party": "provider", "to": ["client"], "escalate": ["client/owner"], "role": "Keeper" },
                ],
            })
        })
        .collect();
    json!({
        "format": "countersign/matrix/1", "id": "toy-starter", "kind": "engagement", "version": "1.0", "title": "Toys",
        "frameworks": [{ "pack": "toy", "coverage": "complete" }],
        "parties": [
            { "id": "client", "side": "client", "name": "{client}",
              "contacts": [{ "id": "owner", "role": "Owner", "channel": "toys@acme.example" }] },
            { "id": "provider", "side": "provider", "name": "{provider}" },
        ],
        "rows": rows,
    })
}

fn toys(with_starter: bool) -> Folder {
    let folder = Folder::new();
    let head = json!({ "format": "countersign/pack/1", "id": "toy", "title": "Toy standard", "aliases": ["Toys for all"] });
    folder
        .write("packs/toy/pack.json", head.to_string())
        .write("packs/toy/catalogue.json", catalogue().to_string());
    if with_starter {
        folder.write("packs/toy/rules.json", rules().to_string());
        folder.write("packs/toy/starter.json", starter().to_string());
    }
    folder
}

#[test]
fn a_toy_works_in_every_command() {
    let folder = toys(true);
    let path = start_in(&folder, &["toys for all"]);
    assert_eq!(path, "matrices/acme-defense-toy.json");
    let (code, report) = checked(&folder, &[]);
    assert_eq!((code, &report["matrices"][0]["coverage"]["toy"]["covered"]), (0, &10.into()), "{report}");
    assert_eq!(report["matrices"][0]["coverage"]["toy"]["objectivesCovered"], 2);
    let shown = folder.countersign(&["show", "acme-defense-toy"]).stdout;
    assert!(shown.contains("Polish it for Acme Defense"), "{shown}");
    assert!(folder.countersign(&["explain", "toy 3"]).stdout.contains("TOY-3.a"), "a control");
    assert!(folder.countersign(&["explain", "toy-is-covered"]).stdout.contains("Toys break."), "a rule");
    assert!(folder.countersign(&["test-rules", "toy-is-covered"]).stdout.contains("0 wrong"), "its examples");
    let duty = &matrix(&folder, &path)["rows"][0]["duties"][1];
    assert_eq!((&duty["to"], &duty["escalate"]), (&json!(["acme-defense"]), &json!(["acme-defense/owner"])));
}

#[test]
fn its_rules_find_what_is_missing() {
    let folder = toys(true);
    let path = start_in(&folder, &["toy"]);
    let mut value = matrix(&folder, &path);
    value["rows"].as_array_mut().unwrap().remove(2);
    folder.write(&path, value.to_string());
    let (code, report) = checked(&folder, &[]);
    assert_eq!(code, 1);
    assert!(report["findings"].as_array().unwrap().iter().any(|one| one["rule"] == "toy-is-covered"));
}

#[test]
fn a_pack_without_a_starter_starts_with_rows_that_nobody_owns() {
    let folder = toys(false);
    start_in(&folder, &["toy"]);
    let report = checked(&folder, &[]).1;
    assert_eq!(report["matrices"][0]["allocations"]["unassigned"], 10);
}

#[test]
fn it_joins_a_shipped_framework() {
    let folder = toys(true);
    start_in(&folder, &["soc2", "toy"]);
    let (code, report) = checked(&folder, &[]);
    let coverage = &report["matrices"][0]["coverage"];
    assert_eq!(
        (code, &coverage["soc2"]["covered"], &coverage["toy"]["covered"]),
        (0, &61.into(), &10.into())
    );
}

#[test]
fn a_malformed_pack_is_refused_with_its_place() {
    let folder = toys(true);
    folder
        .write("packs/toy/catalogue.json", "{\n  \"format\": \"countersign/catalogue/1\",\n  \"id\": 7\n}\n");
    for words in [words(&["toy"]), vec!["check"], vec!["explain", "TOY-1"]] {
        let output = folder.countersign(&words);
        assert_eq!(output.code, 2, "{words:?}: {}", output.stdout);
    }
    let said = folder.countersign(&words(&["toy"])).stderr;
    assert!(said.contains("packs/toy/catalogue.json:3:9: `id`"), "{said}");
    assert!(!folder.path("matrices").exists());
}

#[test]
fn a_copy_of_each_shipped_pack_is_a_pack_of_ones_own() {
    let starts = |id: &&str| *id != "core" && shipped_file(id, "starter.json").is_some();
    for id in shipped_ids().into_iter().filter(starts) {
        let folder = Folder::new();
        for name in ["pack.json", "catalogue.json", "obligations.json", "starter.json"] {
            let text = shipped_file(id, name).unwrap();
            let text = text.replace(&format!("\"{id}\""), "\"mine\"").replace(&format!("\"{id}:"), "\"mine:");
            folder.write(&format!("packs/mine/{name}"), text);
        }
        start_in(&folder, &["mine"]);
        let (code, report) = checked(&folder, &[]);
        let cover = &report["matrices"][0]["coverage"]["mine"];
        assert_eq!((code, &cover["covered"]), (0, &cover["controls"]), "{id}");
        assert!(cover["controls"].as_u64() > Some(20), "{id}");
    }
}

#[test]
fn the_shipped_packs_keep_to_the_schemas() {
    let kinds = [
        ("pack.json", Kind::Pack),
        ("catalogue.json", Kind::Catalogue),
        ("obligations.json", Kind::Obligations),
        ("starter.json", Kind::Matrix),
    ];
    for id in shipped_ids() {
        for (name, kind) in kinds {
            let Some(text) = shipped_file(id, name) else { continue };
            let faults = schema::validate(kind, &serde_json::from_str(text).unwrap());
            assert!(faults.is_empty(), "{id}/{name}: {:?}", faults.first());
        }
    }
}
