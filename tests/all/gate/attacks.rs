//! What a pull request may try: each is refused, or shown for what it is.

use serde_json::json;

use super::place::{errors, gate, github, guards, in_force, judged, pull_request, write_json};
use crate::standing::project::{WORKING, matrix, policy, text};
use crate::support::Repo;
use crate::support::engagement::{AL, BOB, Engagement};
use crate::support::keys;
use crate::support::people::Person;

#[test]
fn a_rule_that_the_change_weakens_goes_on_finding() {
    let (one, _) = in_force();
    one.repo
        .write("policies/acme.json", policy("warning"))
        .write(WORKING, text(&matrix("1.1", "2026-12-01")));
    let base = one.repo.commit("A rule that the draft breaks, as a warning");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert_eq!(code, 0, "{outcome:#}");
    for severity in ["off", "note"] {
        write_json(
            &one.repo,
            "countersign.json",
            &json!({ "format": "countersign/config/1", "packs": ["core"], "rules": { "acme-is-gold": { "severity": severity } } }),
        );
        one.repo.commit("Who needs gold");
        let (code, outcome) = judged(&one.repo, &base, &[]);
        assert_eq!(code, 1, "{severity}");
        assert!(errors(&outcome).contains(&"acme-is-gold"), "{severity}: {outcome:#}");
        assert_eq!(guards(&outcome), ["rules adds countersign.json"]);
    }
    one.repo.remove("countersign.json").remove("policies/acme.json").commit("No rules");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"acme-is-gold"), "{outcome:#}");
    one.repo.write("policies/acme.json", policy("warning").replace("gold", "old")).commit("Another rule");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"acme-is-gold"), "{outcome:#}");
}

#[test]
fn a_waiver_and_an_acceptance_of_its_own_do_not_count() {
    let (one, _) = in_force();
    one.repo
        .write("policies/acme.json", policy("warning"))
        .write(WORKING, text(&matrix("1.1", "2026-12-01")));
    let base = one.repo.commit("A rule that the draft breaks");
    let waiver = json!({ "rule": "acme-is-gold", "matrix": "acme-cmmc-l2", "row": "access-reviews", "reason": "silver is nice",
        "owner": "harbor/desk", "approvedBy": "acme/it-manager", "expires": "2027-02-01" });
    write_json(&one.repo, "waivers.json", &json!({ "format": "countersign/waivers/1", "waivers": [waiver] }));
    one.repo.commit("Silver will do");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"acme-is-gold"), "{outcome:#}");
    // By a waiver that the base knows, it passes.
    let known = one.repo.head();
    one.repo.write("docs/x.md", "x").commit("Something else");
    let (code, outcome) = judged(&one.repo, &known, &[]);
    assert_eq!(code, 0, "{outcome:#}");
    one.repo.git(&["checkout", "-q", &base]);
    let mut value = matrix("1.1", "2026-12-01");
    value["rows"][0]["accepts"] = json!([{ "rule": "acme-is-gold", "reason": "silver is nice" }]);
    one.repo.write(WORKING, text(&value)).commit("Silver, written into the row");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"acme-is-gold"), "{outcome:#}");
}

#[test]
fn signers_and_rosters_are_those_of_the_base() {
    let (one, base) = in_force();
    let roster = one.repo.read("trust/1.json").replacen(&keys::public("bob"), &keys::public("mallory"), 1);
    one.repo.write("trust/1.json", roster).commit("A better key for Bob");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert_ne!(code, 0);
    assert!(guards(&outcome)[0].starts_with("roster alters trust/1.json"), "{outcome:#}");
    // A whole new engagement, both of whose parties are the attacker's.
    one.repo.git(&["checkout", "-q", &base]);
    let mut other = Engagement::with(&[(&[Person { key: "mallory", ..BOB }], 1), (&[AL], 1)]);
    other.offer_json("1.0", &matrix("1.0", "2026-11-15"));
    one.repo.remove("trust").remove("signoffs");
    for (path, blob) in &other.tree {
        one.repo.write(path, &*blob.bytes);
    }
    one.repo.commit("Begin anew");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert_ne!(code, 0, "{outcome:#}");
    assert!(guards(&outcome)[0].starts_with("roster"), "{outcome:#}");
    // A list that nobody has signed is only a proposal, and is shown.
    one.repo.git(&["checkout", "-q", &base]);
    let second = one.repo.read("trust/1.json").replacen("\"number\":1", "\"number\":2", 1);
    one.repo.write("trust/2.json", second).commit("Add a signer");
    let (_, outcome) = judged(&one.repo, &base, &[]);
    assert_eq!(guards(&outcome), ["roster adds trust/2.json"]);
}

#[test]
fn what_was_signed_may_not_go() {
    let (one, base) = in_force();
    one.repo.remove("signoffs").commit("Nothing was signed");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"record-is-kept"), "{outcome:#}");
    one.repo.git(&["checkout", "-q", &base]);
    let mark = one.repo.read("signoffs/acme-cmmc-l2/1.0/effective.json").replace("2026-11", "2025-11");
    one.repo.write("signoffs/acme-cmmc-l2/1.0/effective.json", mark).commit("In force a year ago");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code != 0 && guards(&outcome)[0].starts_with("sign-off alters"), "{outcome:#}");
}

#[test]
fn a_version_that_the_change_says_is_in_force_is_not() {
    let (one, base) = in_force();
    let mut value = matrix("1.1", "2026-11-16");
    value["title"] = json!("Signed by nobody");
    one.repo.write(WORKING, text(&value));
    one.repo.write("signoffs/acme-cmmc-l2/1.1/matrix.json", text(&value));
    let mark = one.repo.read("signoffs/acme-cmmc-l2/1.0/effective.json").replace("1.0", "1.1");
    one.repo.write("signoffs/acme-cmmc-l2/1.1/effective.json", mark).commit("1.1 is in force");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert_eq!(code, 1, "{outcome:#}");
}

#[test]
fn a_workflow_and_owners_are_shown_first() {
    let (one, base) = in_force();
    one.repo.write(".github/workflows/countersign.yml", "on: push\n").write("action.yml", "runs: {}\n");
    one.repo.write(".github/CODEOWNERS", "* @mallory\n").commit("Nothing to see");
    let environment = github(&one.repo, &pull_request(&base, &one.repo.head()));
    let output = gate(&one.repo, &["--output", "summary=../summary.md"], &environment);
    let summary = std::fs::read_to_string(one.repo.path("../summary.md")).unwrap();
    let first = summary.find("Look at these first").unwrap();
    for file in [".github/workflows/countersign.yml", "action.yml", ".github/CODEOWNERS"] {
        assert!(summary[first..].contains(file), "{summary}");
        assert!(output.stdout.contains(file), "{}", output.stdout);
    }
}

#[test]
fn a_matrix_does_not_slip_out_of_the_pattern() {
    let (one, base) = in_force();
    let attempts: [&dyn Fn(); 5] = [
        &|| drop(one.repo.git(&["mv", WORKING, "matrices/acme.txt"])),
        &|| {
            one.repo.remove(WORKING);
        },
        &|| {
            std::fs::create_dir_all(one.repo.path("elsewhere")).unwrap();
            one.repo.git(&["mv", "matrices", "elsewhere/matrices"]);
            std::os::unix::fs::symlink("elsewhere/matrices", one.repo.path("matrices")).unwrap();
        },
        &|| {
            one.repo.git(&["rm", "-r", "-q", "matrices"]);
            let head = one.repo.head();
            one.repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},matrices")]);
        },
        &|| {
            let config = json!({ "format": "countersign/config/1", "packs": ["core"], "matrices": ["other/**/*.json"] });
            write_json(&one.repo, "countersign.json", &config);
            one.repo.remove(WORKING);
        },
    ];
    for (at, attempt) in attempts.iter().enumerate() {
        attempt();
        if at == 3 {
            one.repo.git(&["commit", "-q", "-m", "Attempt"]);
        } else {
            one.repo.commit("Attempt");
        }
        let (code, outcome) = judged(&one.repo, &base, &[]);
        assert!(code != 0 && errors(&outcome).contains(&"matrix-is-kept"), "{at}: {outcome:#}");
        one.repo.git(&["reset", "-q", "--hard", &base]);
        one.repo.git(&["clean", "-q", "-d", "-f", "-f"]);
    }
}

#[test]
fn the_gate_of_the_base_holds_whatever_the_change_makes_of_it() {
    let (one, _) = in_force();
    let config = |gate: serde_json::Value| {
        write_json(
            &one.repo,
            "countersign.json",
            &json!({ "format": "countersign/config/1", "packs": ["core"], "gate": gate }),
        );
    };
    config(json!({ "fails": ["weakened"], "signatures": { "terms-changed": ["client"] } }));
    let base = one.repo.commit("A gate");
    config(json!({}));
    let mut value = matrix("1.1", "2026-12-01");
    value["review"]["every"] = json!("P24M");
    one.repo.write(WORKING, text(&value)).commit("No gate");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    let found = errors(&outcome);
    assert!(
        code == 1 && found.contains(&"change-is-allowed") && found.contains(&"change-is-signed"),
        "{outcome:#}"
    );
    // With the signature it passes.
    one.repo.git(&["checkout", "-q", &base]);
    let mut signed = one.signed;
    signed.offer_json("1.1", &value);
    signed.approve(BOB, "1.1");
    for (path, blob) in &signed.tree {
        one.repo.write(path, &*blob.bytes);
    }
    one.repo.write(WORKING, text(&value));
    std::fs::write(one.repo.path(WORKING), &*signed.tree["signoffs/acme-cmmc-l2/1.1/matrix.json"].bytes)
        .unwrap();
    one.repo.commit("Offered, and signed by the client");
    let (_, outcome) = judged(&one.repo, &base, &[]);
    assert!(!errors(&outcome).contains(&"change-is-signed"), "{outcome:#}");
}

#[test]
fn work_goes_to_the_client_with_a_reason_or_not_at_all() {
    let (one, _) = in_force();
    let gate = json!({ "fails": ["moved-to-client-without-reason", "nobody"] });
    write_json(
        &one.repo,
        "countersign.json",
        &json!({ "format": "countersign/config/1", "packs": ["core"], "gate": gate }),
    );
    let base = one.repo.commit("A gate");
    let mut value = matrix("2.0", "2026-12-24");
    value["rows"][0]["allocation"] = json!("client");
    value["rows"][0].as_object_mut().unwrap().remove("shared");
    for duty in value["rows"][0]["duties"].as_array_mut().unwrap() {
        duty["party"] = json!("acme");
    }
    one.repo.write(WORKING, text(&value)).commit("It is yours now");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"change-is-allowed"), "{outcome:#}");
    value["rows"][0]["justification"] = json!("Acme hired its own administrator in October");
    one.repo.write(WORKING, text(&value)).commit("Because");
    let (_, outcome) = judged(&one.repo, &base, &[]);
    assert!(!errors(&outcome).contains(&"change-is-allowed"), "{outcome:#}");
    value["rows"][0]["allocation"] = json!("unassigned");
    one.repo.write(WORKING, text(&value)).commit("Nobody's");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert_eq!(code, 1, "{outcome:#}");
}

/// Texts that mean something to a log, a page, or a platform.
const HOSTILE: [&str; 9] = [
    "::set-output name=x::y",
    "::add-mask::e",
    "x%0A::error::y",
    "##[error]x",
    "<img src=x onerror=alert(1)>",
    "@acme/admins please merge",
    "[click](javascript:alert(1))",
    "`code` | table | $(id)",
    "</details><!-- -->",
];

#[test]
fn nothing_of_a_row_a_file_name_or_a_branch_is_obeyed() {
    let (one, base) = in_force();
    for (at, hostile) in HOSTILE.iter().enumerate() {
        let mut value = matrix("2.0", "2026-12-24");
        value["rows"][0]["title"] = json!(hostile);
        value["rows"][0]["activity"] = json!(format!("{hostile} {hostile}"));
        one.repo.write(WORKING, text(&value));
        let name = hostile.replace('/', "_");
        one.repo
            .write(&format!("policies/{name}.json"), "{}")
            .write(&format!(".github/workflows/{name}"), "x");
        one.repo.commit(hostile);
        let environment = github(&one.repo, &pull_request(&base, &one.repo.head()));
        let kinds = ["summary", "comment", "sarif", "junit", "json", "gitlab", "text"];
        let outputs: Vec<String> = kinds.iter().map(|kind| format!("{kind}=../{kind}.out")).collect();
        let words: Vec<&str> = outputs.iter().flat_map(|one| ["--output", one]).collect();
        let output = gate(&one.repo, &words, &environment);
        assert_ne!(output.code, 70, "{hostile}: {}", output.stderr);
        is_obeyed_by_no_log(hostile, &output.stdout, true);
        is_obeyed_by_no_log(hostile, &output.stderr, false);
        for kind in kinds {
            let said = std::fs::read_to_string(one.repo.path(&format!("../{kind}.out"))).unwrap();
            is_obeyed_by_no_log(&format!("{hostile} in {kind}"), &said, false);
            if matches!(kind, "summary" | "comment") {
                assert!(!said.contains("@acme/admins"), "{kind}: {said}");
                links_and_embeds_nothing(&said);
            }
        }
        if at == 0 {
            assert!(std::fs::read_to_string(one.repo.path("../summary.md")).is_err());
        }
    }
}

/// A second reader of Markdown finds no link, no image and no HTML but ours.
fn links_and_embeds_nothing(page: &str) {
    use pulldown_cmark::{Event, Parser, Tag};
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                panic!("{dest_url}: {page}")
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = ["<!-- countersign-gate -->", "<details>", "</details>", "<summary>", "<br>"];
                assert!(ours.iter().any(|one| html.trim().starts_with(one)), "{html}: {page}");
            }
            _ => {}
        }
    }
}

/// No line is a command of a build log but those that are ours.
fn is_obeyed_by_no_log(about: &str, text: &str, has_annotations: bool) {
    for line in text.lines() {
        let start = line.trim_start();
        let ours = ["::error ", "::warning ", "::notice "].iter().any(|own| line.starts_with(own));
        assert!(!start.starts_with("::") || (has_annotations && ours), "{about}: {line}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{about}: {line}");
        assert!(!ours || !line[2..].contains("\u{0}"), "{about}: {line}");
    }
}

#[test]
fn a_text_of_two_mebibytes_is_refused_and_breaks_no_page() {
    let (one, base) = in_force();
    let mut value = matrix("2.0", "2026-12-24");
    value["rows"][0]["activity"] = json!("long ".repeat(2 << 18));
    one.repo.write(WORKING, text(&value)).commit("Long");
    let environment = github(&one.repo, &pull_request(&base, &one.repo.head()));
    let output = gate(
        &one.repo,
        &["--output", "comment=../comment.md", "--output", "summary=../summary.md"],
        &environment,
    );
    assert_ne!(output.code, 0, "{}", &output.stdout[..output.stdout.len().min(2000)]);
    let size = |name: &str| std::fs::metadata(one.repo.path(name)).unwrap().len();
    assert!(size("../comment.md") <= 65_536 && size("../summary.md") <= 1 << 20);
}

#[test]
fn a_framework_that_is_asked_for_less_is_shown_or_refused() {
    let folder = Repo::new();
    let words = ["init", "--framework", "soc2", "--client", "Acme Defense", "--provider", "Harbor MSP"];
    assert_eq!(folder.countersign(&words).code, 0);
    let base = folder.commit("Start");
    let path = "matrices/acme-defense-soc2.json";
    let lower = || {
        folder
            .write(path, folder.read(path).replace("\"coverage\": \"complete\"", "\"coverage\": \"listed\""))
            .commit("Less")
    };
    lower();
    let (code, outcome) = judged(&folder, &base, &[]);
    let findings = outcome["report"]["findings"].as_array().unwrap();
    assert!(
        code == 0
            && findings.iter().any(|one| one["rule"] == "gate-is-kept" && one["line"].as_u64() > Some(1)),
        "{code}"
    );
    folder.git(&["checkout", "-q", &base]);
    let gate = folder.read("countersign.json").replacen('{', "{ \"gate\": { \"fails\": [\"weakened\"] },", 1);
    let base = folder.write("countersign.json", gate).commit("A gate");
    lower();
    let (code, outcome) = judged(&folder, &base, &[]);
    assert_eq!((code, errors(&outcome)), (1, vec!["gate-is-kept"]));
}

#[test]
fn a_row_that_is_split_does_not_slip_past_the_reason_for_a_move() {
    let folder = Repo::new();
    let words = ["init", "--framework", "cmmc-l2", "--client", "Acme Defense", "--provider", "Harbor MSP"];
    assert_eq!(folder.countersign(&words).code, 0);
    let gate = "{ \"gate\": { \"fails\": [\"moved-to-client-without-reason\"] },";
    let base = folder
        .write("countersign.json", folder.read("countersign.json").replacen('{', gate, 1))
        .commit("Start");
    let path = "matrices/acme-defense-cmmc-l2.json";
    let mut value: serde_json::Value = serde_json::from_str(&folder.read(path)).unwrap();
    let rows = value["rows"].as_array_mut().unwrap();
    let at = rows.iter().position(|row| {
        row["allocation"] == "provider" && row["controls"].as_array().is_some_and(|all| all.len() > 1)
    });
    let at = at.unwrap();
    let mut part = rows[at].clone();
    let moved = rows[at]["controls"].as_array_mut().unwrap().pop().unwrap();
    part["id"] = json!("the-other-part");
    part["controls"] = json!([moved]);
    part["allocation"] = json!("client");
    for duty in part["duties"].as_array_mut().unwrap() {
        duty["party"] = json!("acme-defense");
        duty.as_object_mut().unwrap().remove("controls");
    }
    rows.insert(at + 1, part);
    write_json(&folder, path, &value);
    folder.commit("Only another shape");
    let (code, outcome) = judged(&folder, &base, &[]);
    assert!(
        code == 1 && errors(&outcome).contains(&"change-is-allowed"),
        "{:#}",
        outcome["report"]["findings"][0]
    );
}
