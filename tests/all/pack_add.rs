//! `pack add`: a pack made of an OSCAL catalogue or profile, and what is refused.

use serde_json::{Value, json};

use crate::support::Folder;

fn label(value: &str) -> Value {
    json!([{"name": "label", "value": value}])
}

fn catalogue() -> Value {
    let statement = json!([{"name": "statement", "id": "ac-1_smt", "parts": [
        {"name": "item", "id": "ac-1_smt.a", "props": label("a."), "prose": "Develop {{ insert: param, ac-1_prm_1 }}:",
         "parts": [{"name": "item", "id": "ac-1_smt.a.1", "props": label("1."), "prose": "a policy; and"}]},
        {"name": "item", "id": "ac-1_smt.b", "props": label("b."), "prose": "Review it."}
    ]}, {"name": "guidance", "prose": "Read more."}]);
    json!({"catalog": {
        "uuid": "6f1b1a6e-8f0d-4a0e-9f57-000000000001",
        "metadata": {"title": "Bank Controls", "last-modified": "2026-01-01T00:00:00Z", "version": "2.1", "oscal-version": "1.1.2"},
        "groups": [
            {"id": "ac", "title": "Access Control", "controls": [
                {"id": "ac-1", "title": "Policy", "props": label("AC-1"), "parts": statement,
                 "params": [{"id": "ac-1_prm_1", "label": "frequency"}],
                 "controls": [{"id": "ac-1.1", "title": "Policy | Automated", "props": label("AC-1 (1)")}]},
                {"id": "ac-2", "title": "Old", "props": [{"name": "label", "value": "AC-2"}, {"name": "status", "value": "withdrawn"}],
                 "links": [{"rel": "incorporated-into", "href": "#ac-1_smt.b"}]}
            ]},
            {"id": "au", "title": "Audit", "controls": [{"id": "au-1", "title": "Logs", "props": label("AU-1")}]}
        ]
    }})
}

fn profile(import: &Value) -> String {
    json!({"profile": {
        "metadata": {"title": "Low", "version": "1"}, "imports": [import],
        "back-matter": {"resources": [{"uuid": "c0ffee", "rlinks": [{"href": "bank.xml"}, {"href": "bank.json"}]}]}
    }})
    .to_string()
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("bank.json", serde_json::to_string_pretty(&catalogue()).unwrap());
    folder
}

fn made(folder: &Folder, id: &str) -> Value {
    serde_json::from_str(&folder.read(&format!("packs/{id}/catalogue.json"))).unwrap()
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

#[test]
fn a_catalogue_becomes_a_pack_that_init_starts_from() {
    let folder = folder();
    let done = folder.countersign(&["pack", "add", "bank.json"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stdout.contains("2 controls, 1 enhancement, 3 parts, 2 groups and 1 withdrawn"),
        "{}",
        done.stdout
    );
    let pack = made(&folder, "bank");
    assert_eq!(ids(&pack["items"]), ["AC-1", "AC-1_a", "AC-1_a.1", "AC-1_b", "AC-1(1)", "AU-1"]);
    assert_eq!(ids(&pack["groups"]), ["AC", "AU"]);
    assert_eq!(pack["items"][1]["title"], "Develop [frequency]");
    assert_eq!(pack["items"][2]["parent"], "AC-1_a");
    assert_eq!(pack["items"][4]["parent"], "AC-1");
    assert_eq!(pack["withdrawn"], json!([{"id": "AC-2", "title": "Old", "into": ["AC-1_b"]}]));
    let started =
        folder.countersign(&["init", "--framework", "bank", "--client", "Acme", "--provider", "Harbor"]);
    assert_eq!(started.code, 0, "{}", started.stderr);
    let checked = folder.countersign(&["check", "--exit-zero"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder();
    folder.write("packs/bank/pack.json", "mine");
    let again = folder.countersign(&["pack", "add", "bank.json"]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert_eq!(folder.read("packs/bank/pack.json"), "mine");
    assert!(!folder.path("packs/bank/catalogue.json").exists());
    let shipped = folder.countersign(&["pack", "add", "bank.json", "--id", "nist-800-53r5"]);
    assert_eq!(shipped.code, 2, "{}", shipped.stderr);
    assert_eq!(folder.countersign(&["pack", "add", "bank.json", "--id", "../x"]).code, 2);
}

#[test]
fn a_profile_takes_what_it_names() {
    let folder = folder();
    for (id, import, expected) in [
        (
            "named",
            json!({"href": "#c0ffee", "include-controls": [{"with-ids": ["ac-1.1", "au-1"]}]}),
            &["AC-1(1)", "AU-1"][..],
        ),
        (
            "all",
            json!({"href": "bank.json", "include-all": {}, "exclude-controls": [{"with-child-controls": "yes", "with-ids": ["ac-1"]}]}),
            &["AU-1"],
        ),
        (
            "children",
            json!({"href": "x", "include-controls": [{"with-child-controls": "yes", "with-ids": ["ac-1"]}]}),
            &["AC-1", "AC-1_a", "AC-1_a.1", "AC-1_b", "AC-1(1)"],
        ),
    ] {
        folder.write("p.json", profile(&import));
        let done = folder.countersign(&["pack", "add", "p.json", "--catalog", "bank.json", "--id", id]);
        assert_eq!(done.code, 0, "{id}: {}", done.stderr);
        assert_eq!(ids(&made(&folder, id)["items"]), expected, "{id}");
    }
}

#[test]
fn an_import_that_is_not_at_hand_is_named() {
    let folder = folder();
    folder.write("p.json", profile(&json!({"href": "#c0ffee", "include-all": {}})));
    let done = folder.countersign(&["pack", "add", "p.json"]);
    assert_eq!(done.code, 4, "{}", done.stderr);
    assert!(done.stderr.contains("`bank.json` with `--catalog FILE`"), "{}", done.stderr);
    assert!(!folder.path("packs").exists());
}

#[test]
fn what_is_malformed_is_refused_with_its_place() {
    let folder = folder();
    let mut twice = catalogue();
    twice["catalog"]["groups"][1]["controls"][0]["id"] = json!("ac-1");
    let mut untitled = catalogue();
    untitled["catalog"]["groups"][0]["controls"][0]["title"] = json!(7);
    let mut listless = catalogue();
    listless["catalog"]["groups"][0]["controls"] = json!({});
    let mut parts = catalogue();
    parts["catalog"]["groups"][0]["controls"][0]["parts"][0]["parts"][1]["props"] = label("a.");
    let mut nothing = catalogue();
    nothing["catalog"]["groups"] = json!([]);
    for (text, place) in [
        (twice.to_string(), "bad.json:1 at /catalog/groups/1/controls/0/id: the id `ac-1` stands twice"),
        (untitled.to_string(), "/catalog/groups/0/controls/0/title: `title` is no text"),
        (listless.to_string(), "/catalog/groups/0/controls: `controls` is no list"),
        (parts.to_string(), "/catalog/groups/0/controls/0/parts/0/parts/1: the part `AC-1_a` stands twice"),
        (nothing.to_string(), "/catalog: the catalogue has no controls"),
        ("{\"catalog\":\n {\"groups\": [}".to_owned(), "bad.json:2"),
        ("{\"catalog\": 3}".to_owned(), "it has no object `catalog`"),
        ("[]".to_owned(), "neither `catalog` nor `profile`"),
        (format!("{{\"catalog\": {}{}}}", "[".repeat(100), "]".repeat(100)), "bad.json:1"),
        (profile(&json!({"href": "x", "include-all": {}})), "`x` with `--catalog FILE`"),
    ] {
        folder.write("bad.json", text);
        let done = folder.countersign(&["pack", "add", "bad.json"]);
        assert_eq!(done.code, 4, "{place}: {}{}", done.stdout, done.stderr);
        assert!(done.stderr.contains(place), "{place}: {}", done.stderr);
    }
    for (import, place) in [
        (
            json!({"href": "x", "include-controls": [{"with-ids": ["zz-1"]}]}),
            "/include-controls/0/with-ids/0",
        ),
        (
            json!({"href": "x", "include-controls": [{"matching": [{"pattern": "ac-*"}]}]}),
            "/include-controls/0/matching",
        ),
        (json!({"href": "x"}), "neither `include-all` nor `include-controls`"),
    ] {
        folder.write("bad.json", profile(&import));
        let done = folder.countersign(&["pack", "add", "bad.json", "--catalog", "bank.json"]);
        assert_eq!(done.code, 4, "{place}: {}{}", done.stdout, done.stderr);
        assert!(done.stderr.contains(place), "{place}: {}", done.stderr);
    }
    assert!(!folder.path("packs").exists());
}

/// A profile that takes everything, with more beside its imports.
fn more(field: &str, value: Value) -> String {
    let mut profile: Value =
        serde_json::from_str(&profile(&json!({"href": "#c0ffee", "include-all": {}}))).unwrap();
    profile["profile"][field] = value;
    profile.to_string()
}

#[test]
fn what_a_profile_modifies_is_done_or_refused() {
    let folder = folder();
    for (field, value, place) in [
        (
            "merge",
            json!({"custom": {"groups": []}}),
            "/profile/merge/custom: the profile groups its controls anew",
        ),
        ("merge", json!({"flat": {}}), "/profile/merge/flat"),
        (
            "modify",
            json!({"alters": [{"control-id": "ac-1", "removes": [{"by-name": "guidance"}]}]}),
            "/profile/modify/alters/0: the profile rewrites ac-1",
        ),
        (
            "modify",
            json!({"alters": [{"control-id": "au-1", "adds": [{"parts": [{"name": "item", "prose": "More."}]}]}]}),
            "/profile/modify/alters/0: the profile rewrites au-1",
        ),
        (
            "modify",
            json!({"set-parameters": {}}),
            "/profile/modify/set-parameters: `set-parameters` is no list",
        ),
    ] {
        folder.write("low.json", more(field, value));
        let done = folder.countersign(&["pack", "add", "low.json", "--catalog", "bank.json", "--id", "low"]);
        assert_eq!(done.code, 4, "{place}: {}{}", done.stdout, done.stderr);
        assert!(done.stderr.contains(place), "{place}: {}", done.stderr);
    }
    for (id, value) in [
        ("as-is", more("merge", json!({"as-is": true}))),
        (
            "alters",
            more("modify", json!({"alters": [{"control-id": "ac-1", "adds": [{"props": label("x")}]}]})),
        ),
    ] {
        folder.write("low.json", value);
        let done = folder.countersign(&["pack", "add", "low.json", "--catalog", "bank.json", "--id", id]);
        assert_eq!(done.code, 0, "{id}: {}", done.stderr);
    }
    folder.write(
        "low.json",
        more("modify", json!({"set-parameters": [{"param-id": "ac-1_prm_1", "values": ["each year"]}]})),
    );
    let done = folder.countersign(&["pack", "add", "low.json", "--catalog", "bank.json", "--id", "set"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let set = made(&folder, "set");
    let titles: Vec<&str> =
        set["items"].as_array().unwrap().iter().filter_map(|it| it["title"].as_str()).collect();
    assert!(titles.iter().any(|title| title.contains("each year")), "{titles:?}");
}
