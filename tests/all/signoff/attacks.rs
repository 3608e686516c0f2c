//! The attacks on the order of statements that an adversary with one party's keys found, each played by the program from
//! an engagement that it made: the attacker signs in clones that lack what he does not want to have seen.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::signoff::answers::all_say;
use crate::signoff::scene::{
    FILE, ID, Scene, assert_tidy, close, day, fails, file, matrix, ok, public, sign, state, text,
};
use crate::support::{Key, KeyKind, Repo};

/// The commits of an offer that its author gave notice of: with the text alone, and with his approval.
struct Unwanted {
    offer: String,
    approved: String,
    noticed: String,
}

/// Harbor offers a version and gives notice, before anybody else signs, that it does not want it completed.
fn unwanted(scene: &Scene, version: &str, from: i64) -> Unwanted {
    scene.change(&matrix(version, from));
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let [offer, approved] = ["HEAD~1", "HEAD"].map(|at| scene.harbor.git(&["rev-parse", at]));
    ok(&scene.harbor, &["withdraw", ID, "--key", file(&scene.ann), "--yes"]);
    Unwanted { offer, approved, noticed: scene.harbor.head() }
}

/// Returns a clone of a repository as it was at a commit.
fn as_of(repo: &Repo, commit: &str) -> Repo {
    let clone = repo.clone_whole();
    clone.git(&["reset", "-q", "--hard", commit]);
    clone
}

/// Offer, acceptance, closing.
fn agree(scene: &Scene, version: &str, from: i64) {
    scene.change(&matrix(version, from));
    scene.agree();
}

/// Lets a second pass, so that the next statement differs from the last in its moment.
fn pause() {
    thread::sleep(Duration::from_millis(1_100));
}

/// B1: three files of one party on an offer that the other did not want any more took out the version that both had
/// agreed since, and brought back the one before it.
#[test]
fn three_files_of_one_party_take_nothing_out() {
    let scene = Scene::agreed();
    let unwanted = unwanted(&scene, "1.1", 2);
    agree(&scene, "1.2", 3);
    all_say(&scene.acme, 3, &["1.2"]);
    // Acme, who signed 1.2 last: two blind approvals of 1.1, and a notice about the second.
    let blind = as_of(&scene.acme, &unwanted.offer);
    sign(&blind, "acme/bob", &scene.bob);
    pause();
    let again = as_of(&scene.acme, &unwanted.offer);
    sign(&again, "acme/bob", &scene.bob);
    again.git(&["merge", "-q", "--no-edit", &unwanted.approved]);
    ok(&again, &["withdraw", ID, "--key", file(&scene.bob), "--yes"]);
    for other in [&blind, &again] {
        scene.acme.pull_from(other);
    }
    let approved = |path: &&str| path.contains("/1.1/acme.bob.") && path.ends_with(".json");
    assert_eq!(scene.acme.git(&["ls-files", "signoffs"]).lines().filter(approved).count(), 3);
    scene.to_harbor();
    for place in [&scene.acme, &scene.harbor] {
        assert_eq!(state(place, "1.1"), "complete");
        all_say(place, 1, &["1.0"]);
        all_say(place, 2, &["1.0"]);
        all_say(place, 3, &["1.2"]);
    }
    // Acme may bind itself; the party that did not want it is bound by nothing but its own last word.
    ok(&scene.acme, &["mark", "minimal@1.1", "--key", file(&scene.bob), "--yes"]);
    assert_eq!(state(&scene.acme, "1.1"), "complete");
    all_say(&scene.acme, 3, &["1.2"]);
    let refused = fails(&scene.acme, 2, &["mark", "minimal@1.1", "--key", file(&scene.bob), "--yes"]);
    assert!(refused.contains("waits for the last word of Harbor MSP"), "{refused}");
}

/// B1, other ways: notice and revocation after 1.2, and the same files on the version in force itself.
#[test]
fn notices_and_disputes_of_what_is_agreed_change_no_answer() {
    let scene = Scene::agreed();
    agree(&scene, "1.1", 2);
    let bob = file(&scene.bob);
    for version in ["minimal@1.0", "minimal@1.1"] {
        ok(&scene.acme, &["withdraw", version, "--key", bob, "--yes"]);
        ok(&scene.acme, &["contest", version, "--reason", "it was a slip", "--key", bob, "--yes"]);
    }
    all_say(&scene.acme, 1, &["1.0"]);
    all_say(&scene.acme, 2, &["1.1"]);
}

/// B2: one gives notice here while the other signs there; neither could sign anything afterwards.
#[test]
fn an_honest_race_keeps_nobody_from_signing_the_next_version() {
    let scene = Scene::agreed();
    let unwanted = unwanted(&scene, "1.1", 2);
    let (harbor, acme) = (&scene.harbor, &scene.acme);
    // Acme has fetched the offer and not yet the notice.
    harbor.git(&["push", "-q", "origin", &format!("{}:refs/heads/main", unwanted.approved)]);
    acme.pull();
    sign(acme, "acme/bob", &scene.bob);
    acme.push();
    harbor.pull();
    harbor.push();
    acme.pull();
    assert_eq!(state(acme, "1.1"), "complete");
    for place in [harbor, acme] {
        all_say(place, 2, &["1.0"]);
        let said = ok(place, &["status", ID]);
        assert!(said.contains("Harbor MSP does not want version 1.1 to be completed any more"), "{said}");
        assert!(!said.contains("countersign withdraw"), "{said}");
    }
    // Both may say that they do not want it, and nobody has to: the next version is signed as ever.
    ok(acme, &["withdraw", "minimal@1.1", "--key", file(&scene.bob), "--yes"]);
    scene.to_harbor();
    agree(&scene, "1.2", 3);
    for place in [harbor, acme] {
        all_say(place, 2, &["1.0"]);
        all_say(place, 3, &["1.2"]);
    }
    assert_tidy(acme);
}

fn person<'a>(party: &'a str, id: &'a str, key: &'a str) -> [&'a str; 10] {
    ["--party", party, "--signer", id, "--name", id, "--role", "CTO", "--key", key]
}

fn sign_list(place: &Repo, who: &str, key: &Key) -> String {
    ok(place, &["roster", "sign", "--as", who, "--key", file(key), "--yes"])
}

/// B3: the other party deletes a notice and has its author seal what is left by signing a new list.
#[test]
fn a_deleted_notice_is_not_laundered_by_its_authors_signature_on_a_list() {
    let scene = Scene::agreed();
    let unwanted = unwanted(&scene, "1.1", 2);
    let (harbor, acme) = (&scene.harbor, &scene.acme);
    scene.to_acme();
    let notice = acme.git(&["diff", "--name-only", &unwanted.approved, "HEAD"]);
    for path in notice.lines() {
        acme.remove(path);
    }
    acme.commit("Tidy");
    let bea = acme.key(KeyKind::Ed25519);
    let added = public(&bea);
    let propose = [&["roster", "propose"][..], &person("acme", "bea", &added)].concat();
    // Not even the attacker's own program helps: he has to draw the list up where the notice never was.
    let words = ["sign", ID, "--as", "acme/bob", "--key", file(&scene.bob), "--yes"];
    for refused in [fails(acme, 2, &words), fails(acme, 2, &propose)] {
        assert!(refused.contains("the notice of harbor/ann on minimal@1.1"), "{refused}");
    }
    let elsewhere = as_of(acme, &unwanted.approved);
    sign(&elsewhere, "acme/bob", &scene.bob);
    ok(&elsewhere, &propose);
    sign_list(&elsewhere, "acme/bob", &scene.bob);
    sign_list(&elsewhere, "acme/bea", &bea);
    acme.pull_from(&elsewhere);
    scene.to_harbor();
    let words = ["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    let refused = fails(harbor, 2, &words);
    assert!(refused.contains("the notice of harbor/ann on minimal@1.1"), "{refused}");
    // The notice is brought back, and was never what decided: who did not close 1.1 is not bound by it.
    let listed: Vec<&str> = notice.lines().collect();
    harbor.git(&[&["checkout", "-q", &unwanted.noticed, "--"][..], &listed].concat());
    harbor.commit("Bring it back");
    assert_eq!(state(harbor, "1.1"), "complete");
    all_say(harbor, 3, &["1.0"]);
}

/// B6: two trees with different standings shared the code that people compare by phone.
#[test]
fn every_file_of_the_sign_offs_is_in_the_code_to_compare() {
    let scene = Scene::agreed();
    let unwanted = unwanted(&scene, "1.1", 2);
    let acme = &scene.acme;
    scene.to_acme();
    let mut seen = BTreeSet::new();
    let mut is_new = |what: &str| assert!(seen.insert(code(acme)), "{what}");
    is_new("notice");
    let blind = as_of(acme, &unwanted.offer);
    sign(&blind, "acme/bob", &scene.bob);
    acme.pull_from(&blind);
    is_new("a blind approval");
    let bea = acme.key(KeyKind::Ed25519);
    let added = public(&bea);
    ok(acme, &[&["roster", "propose"][..], &person("acme", "bea", &added)].concat());
    is_new("a proposal");
    for (who, key) in [("acme/bob", &scene.bob), ("acme/bea", &bea), ("harbor/ann", &scene.ann)] {
        sign_list(acme, who, key);
        is_new(who);
    }
    // Late: signed under the first list, unsealed.
    pause();
    let late = as_of(acme, &unwanted.approved);
    sign(&late, "acme/bob", &scene.bob);
    acme.pull_from(&late);
    is_new("a late approval");
    let stolen = bea.fingerprint();
    let words = ["roster", "revoke", &stolen, "--key", file(&scene.bob), "--reason", "lost", "--yes"];
    ok(acme, &[&words[..], &["--stands-by", "none"]].concat());
    is_new("a revocation");
    // Each file of the sign-offs that is taken out or damaged makes another code.
    let whole = code(acme);
    for path in acme.git(&["ls-files", "signoffs", "trust"]).lines() {
        let bytes = acme.read(path);
        acme.remove(path);
        assert_ne!(code(acme), whole, "{path} is gone");
        acme.write(path, format!("{bytes}x"));
        assert_ne!(code(acme), whole, "{path} is damaged");
        acme.write(path, bytes);
    }
    assert_eq!(code(acme), whole);
}

fn code(place: &Repo) -> String {
    place.git(&["add", "--all"]);
    let status = place.countersign(&["status", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    let code = status["compare"].as_str().unwrap().to_owned();
    assert_eq!(code.replace(' ', "").len(), 24, "96 bits: {code}");
    code
}

/// B7: in doubt, the version that was in force was in neither reading.
#[test]
fn in_doubt_what_was_in_force_is_among_the_answers() {
    let scene = Scene::agreed();
    let harbor = &scene.harbor;
    let amy = harbor.key(KeyKind::Ed25519);
    let added = public(&amy);
    ok(harbor, &[&["roster", "propose"][..], &person("harbor", "amy", &added)].concat());
    for (who, key) in [("harbor/ann", &scene.ann), ("harbor/amy", &amy), ("acme/bob", &scene.bob)] {
        sign_list(harbor, who, key);
    }
    // 1.1 is closed by both of Harbor's keys; 1.2 by the one that is revoked then.
    agree(&scene, "1.1", 2);
    scene.change(&matrix("1.2", 3));
    sign(harbor, "harbor/amy", &amy);
    sign(harbor, "acme/bob", &scene.bob);
    close(harbor, &amy);
    all_say(harbor, 3, &["1.2"]);
    let stolen = amy.fingerprint();
    let words = ["roster", "revoke", &stolen, "--key", file(&scene.ann), "--reason", "stolen", "--yes"];
    ok(harbor, &[&words[..], &["--stands-by", "none"]].concat());
    all_say(harbor, 3, &["1.2", "1.1"]);
    all_say(harbor, 2, &["1.1"]);
    // The way out that is printed.
    let status = harbor.countersign(&["status", ID]).stdout;
    assert!(status.contains("countersign mark minimal@1.2"), "{status}");
    ok(harbor, &["mark", "minimal@1.2", "--key", file(&scene.ann), "--yes"]);
    all_say(harbor, 3, &["1.2"]);
}

/// B8: two of three parties took a version from the third.
#[test]
fn two_of_three_parties_take_nothing_from_the_third() {
    let scene = Scene::new();
    let harbor = &scene.harbor;
    let cy = harbor.key(KeyKind::Ed25519);
    let parties = |version: &str, from| {
        let mut matrix = matrix(version, from);
        let mut third = matrix["parties"][1].clone();
        (third["id"], third["name"]) = (json!("cedar"), json!("Cedar SOC, LLC"));
        matrix["parties"].as_array_mut().unwrap().push(third);
        let duty = json!({ "do": "inform", "party": "cedar", "role": "SOC lead", "text": "Read the report" });
        matrix["rows"][0]["duties"].as_array_mut().unwrap().push(duty);
        crate::support::reviews::read_all(&mut matrix, &day(-1));
        matrix
    };
    let keys = [public(&scene.bob), public(&scene.ann), public(&cy)];
    let mut words = vec!["roster", "start"];
    for ((party, id), key) in [("acme", "bob"), ("harbor", "ann"), ("cedar", "cy")].into_iter().zip(&keys) {
        words.extend(person(party, id, key));
    }
    harbor.write(FILE, text(&parties("1.0", 1)));
    harbor.commit("A third party");
    ok(harbor, &words);
    let all = [("harbor/ann", &scene.ann), ("acme/bob", &scene.bob), ("cedar/cy", &cy)];
    all.iter().for_each(|(who, key)| drop(sign_list(harbor, who, key)));
    let mut before_cy = String::new();
    for (version, from) in [("1.0", 1), ("1.1", 2)] {
        scene.change(&parties(version, from));
        for (who, key) in all {
            before_cy = harbor.head();
            sign(harbor, who, key);
        }
        close(harbor, &scene.ann);
        close(harbor, &scene.bob);
    }
    all_say(harbor, 2, &["1.1"]);
    // Harbor gives notice where Cedar has not signed yet, and Cedar approves again with that in sight.
    pause();
    let early = as_of(harbor, &before_cy);
    ok(&early, &["withdraw", ID, "--key", file(&scene.ann), "--yes"]);
    sign(&early, "cedar/cy", &cy);
    harbor.pull_from(&early);
    assert_eq!(harbor.git(&["ls-files", "signoffs/minimal/1.1/cedar.*.json"]).lines().count(), 2);
    all_say(harbor, 2, &["1.1"]);
    all_say(harbor, 1, &["1.0"]);
}

/// B9: a signer read that another matrix ends at the number which the text names, while it ended at a later one.
#[test]
fn who_signs_reads_which_matrix_ends_and_where_it_is_now() {
    let scene = Scene::agreed();
    agree(&scene, "1.1", 2);
    let harbor = &scene.harbor;
    let sha256 = |version: &str| {
        let line = harbor.git(&["show", &format!("HEAD:signoffs/{ID}/{version}/matrix.json")]);
        countersign::trust::name::Digest::of(format!("{line}\n").as_bytes()).to_string()
    };
    let mut other = matrix("1.0", 3);
    other["id"] = json!("other");
    other["replaces"] = json!([{ "id": ID, "version": "1.0", "sha256": sha256("1.0") }]);
    harbor.write("matrices/other.json", text(&other));
    harbor.commit("Another matrix takes its place");
    let report = harbor.countersign(&["check", "--format", "json"]).stdout;
    assert!(report.contains("replaces-current-version"), "{report}");
    other["replaces"][0]["version"] = json!("1.1");
    other["replaces"][0]["sha256"] = json!(sha256("1.1"));
    harbor.write("matrices/other.json", text(&other));
    harbor.commit("The current version");
    let report = harbor.countersign(&["check", "--format", "json"]).stdout;
    assert!(!report.contains("replaces-current-version"), "{report}");
    let words = ["sign", "other", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    let said = ok(harbor, &words);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(&format!("ends matrix `{ID}`, now at 1.1 on {}", day(3))), "{said}");
    ok(harbor, &["sign", "other", "--as", "acme/bob", "--key", file(&scene.bob), "--yes"]);
    ok(harbor, &["mark", "other", "--key", file(&scene.ann), "--yes"]);
    let status = ok(harbor, &["status", ID]);
    assert!(status.contains("until other 1.0 takes its place"), "{status}");
}
