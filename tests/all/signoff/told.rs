//! What signers are told: what binds them, what nobody wants any more, who disputes what, and what a file is.

use serde_json::{Value, json};

use crate::signoff::scene::{FILE, ID, Scene, close, day, fails, file, matrix, ok, sign, text};
use crate::signoff::without_git::{Client, prepared};
use crate::support::KeyKind;

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    let text = flat(text);
    parts.iter().for_each(|part| assert!(text.contains(part), "{part}\n{text}"));
}

#[track_caller]
fn lacks(text: &str, parts: &[&str]) {
    let text = flat(text);
    parts.iter().for_each(|part| assert!(!text.contains(part), "{part}\n{text}"));
}

/// Both have approved 1.0; it waits for Harbor's last word.
fn accepted() -> Scene {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    sign(&scene.acme, "acme/bob", &scene.bob);
    scene.to_harbor();
    scene
}

/// Returns the commands that `status` names next for the matrix.
fn next(scene: &Scene) -> Vec<String> {
    let status: Value = serde_json::from_str(&ok(&scene.harbor, &["status", "--format", "json"])).unwrap();
    let steps = status["matrices"][0]["next"].as_array().unwrap().clone();
    steps.iter().map(|step| step["command"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn whoever_signs_is_told_what_it_binds_him_to() {
    let scene = Scene::with_roster();
    let offered = sign(&scene.harbor, "harbor/ann", &scene.ann);
    holds(
        &offered,
        &[
            "Harbor MSP offers version 1.0 of `minimal` and is not bound by it yet",
            "Acme Defense has signed it",
        ],
    );
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let (accepted, _) = client.act(&["sign", &bundle], &scene.bob);
    holds(
        &accepted,
        &[
            "by this signature Acme Defense gives its last word on version 1.0 of `minimal`",
            "it is bound as soon as Harbor MSP has closed it with `countersign mark`, at any time, and nothing takes that back",
            "It waits for the last word of Harbor MSP.",
        ],
    );
}

#[test]
fn nobody_is_urged_to_close_what_both_do_not_want() {
    let scene = accepted();
    assert_eq!(next(&scene), ["countersign mark minimal@1.0"]);
    for key in [&scene.bob, &scene.ann] {
        ok(&scene.harbor, &["withdraw", ID, "--key", file(key), "--yes"]);
    }
    assert_eq!(next(&scene), ["countersign bump minimal"]);
    let status = ok(&scene.harbor, &["status"]);
    holds(
        &status,
        &[
            "Acme Defense and Harbor MSP do not want version 1.0 to be completed any more",
            "Harbor MSP can still close version 1.0, with `countersign mark minimal@1.0`: then all are bound, and it is in \
         force from",
        ],
    );
    lacks(&status, &["is to hold from", "gives its last word on 1.0"]);
}

#[test]
fn nobody_is_urged_to_sign_what_a_higher_version_has_overtaken() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    assert_eq!(next(&scene), ["countersign sign minimal@1.0 --as acme/bob"]);
    holds(&ok(&scene.harbor, &["status"]), &["who has no git signs the file that `--prepare FILE` writes"]);
    scene.change(&matrix("2.0", 1));
    ok(&scene.harbor, &["sign", "minimal@2.0", "--key", file(&scene.ann), "--yes"]);
    assert_eq!(next(&scene), ["countersign sign minimal@2.0 --as acme/bob"]);
    holds(&ok(&scene.harbor, &["status"]), &["Acme Defense can still sign version 1.0"]);
    ok(&scene.harbor, &["sign", "minimal@2.0", "--key", file(&scene.bob), "--yes"]);
    ok(&scene.harbor, &["mark", "minimal@2.0", "--key", file(&scene.ann), "--yes"]);
    assert_eq!(next(&scene), Vec::<String>::new());
    holds(&ok(&scene.harbor, &["status"]), &["version 1.0 can no longer be signed"]);
    fails(&scene.harbor, 2, &["sign", "minimal@1.0", "--key", file(&scene.bob), "--yes"]);
}

#[test]
fn a_dispute_is_told_with_who_when_and_why() {
    let scene = accepted();
    let client = Client::new();
    let closing = prepared(&scene, &["mark", ID], "closing");
    let (said, back) = client.act(&["contest", &closing, "--reason", "the reports are late"], &scene.bob);
    holds(&said, &["The dispute of Acme Defense is kept for ever."]);
    ok(&scene.harbor, &["record", &back]);
    let why = format!("Acme Defense (bob) on {}: the reports are late", day(0));
    for words in [&["status"][..], &["status", "--format", "html"], &["status", "--format", "markdown"]] {
        holds(&ok(&scene.harbor, words), &[&format!("disputed by {why}")]);
    }
    holds(&ok(&scene.harbor, &["status"]), &["closes it (Acme Defense disputes it: read why first)"]);
    let status: Value = serde_json::from_str(&ok(&scene.harbor, &["status", "--format", "json"])).unwrap();
    let told = json!([{ "party": "acme", "signer": "bob", "on": day(0), "reason": "the reports are late" }]);
    assert_eq!(status["matrices"][0]["open"][0]["contests"], told);
    let again = prepared(&scene, &["mark", ID], "again");
    holds(&client.ok(&["show", &again]), &[&format!("disputed by {why}"), "acme/bob disputed it on"]);
    holds(&ok(&scene.harbor, &["check"]), &["is disputed by acme/bob on", "the reports are late"]);
    // Whoever has disputed a version reads it before he signs that version.
    let offer = prepared(&scene, &["sign", "minimal@1.0"], "offer");
    let said = client.ok(&["sign", &offer, "--key", file(&scene.bob), "--yes"]);
    holds(&said, &["you disputed version 1.0 of `minimal` on this machine: the reports are late"]);
}

#[test]
fn a_reply_is_never_written_over_another_file() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let (_, first) = client.act(&["sign", &bundle], &scene.bob);
    let was = std::fs::read_to_string(&first).unwrap();
    // ECDSA signatures of the same bytes differ.
    let (_, second) = client.act(&["sign", &bundle], &scene.bob);
    assert!(first.ends_with("minimal-1.0.acme.bob.signed.json"), "{first}");
    assert!(second.ends_with("minimal-1.0.acme.bob.2.signed.json"), "{second}");
    assert_eq!(std::fs::read_to_string(&first).unwrap(), was);
    let words = ["sign", &bundle, "--key", file(&scene.bob), "--yes", "--out", &first];
    let output = client.run(&words);
    assert_eq!(output.code, 2, "{}", output.stdout);
    holds(&output.stderr, &["is there already, and nothing is written over it", "--out"]);
    assert_eq!(std::fs::read_to_string(&first).unwrap(), was);
    let kept = scene.harbor.path("../first.json");
    std::fs::copy(&first, &kept).unwrap();
    let words = ["sign", ID, "--prepare", kept.to_str().unwrap()];
    holds(&fails(&scene.harbor, 2, &words), &["is there already"]);
    prepared(&scene, &["sign", ID], "offer");
}

#[test]
fn a_person_with_two_keys_is_told_that_each_signs_a_list() {
    let scene = Scene::new();
    let spare = scene.harbor.key(KeyKind::Ed25519);
    let (bob, ann, public) = (
        format!("{}.pub", file(&scene.bob)),
        format!("{}.pub", file(&scene.ann)),
        format!("{}.pub", file(&spare)),
    );
    let acme = [
        "--party", "acme", "--signer", "bob", "--name", "Bob", "--role", "CIO", "--key", &bob, "--key",
        &public,
    ];
    let harbor = ["--party", "harbor", "--signer", "ann", "--name", "Ann", "--role", "CTO", "--key", &ann];
    ok(&scene.harbor, &[&["roster", "start"], &acme[..], &harbor].concat());
    let client = Client::new();
    let list = prepared(&scene, &["roster", "sign"], "list");
    let (said, first) = client.act(&["roster", "sign", &list], &scene.bob);
    let print = spare.fingerprint();
    holds(&said, &[&format!("the list needs another signature of yours, with the key {print}")]);
    let (said, second) = client.act(&["roster", "sign", &list], &spare);
    assert_ne!(first, second);
    holds(&said, &["the list needs another signature of yours"]);
    for reply in [&first, &second] {
        ok(&scene.harbor, &["record", reply]);
    }
    ok(&scene.harbor, &["roster", "sign", "--key", file(&scene.ann), "--yes"]);
    holds(&ok(&scene.harbor, &["status"]), &["who may sign, by list 1"]);
    // The spare key of the same person does not revoke the lost one.
    let words =
        ["roster", "revoke", &scene.bob.fingerprint(), "--reason", "lost", "--stands-by", "all", "--yes"];
    let said = fails(&scene.harbor, 2, &[&words[..], &["--key", file(&spare)]].concat());
    let remove = format!("countersign roster propose --remove-key {}", scene.bob.fingerprint());
    holds(&said, &["another key of acme/bob does not revoke it", &remove, "name a second person"]);
}

#[test]
fn a_fingerprint_of_another_contract_is_not_called_damage() {
    let scene = Scene::with_roster();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let client = Client::new();
    let (other, key) = ("ab".repeat(32), file(&scene.bob));
    for words in [
        &["show", &bundle][..],
        &["sign", &bundle, "--yes", "--key", key],
        &["contest", &bundle, "--reason", "x", "--yes", "--key", key],
    ] {
        let output = client.run(&[words, &["--anchor", &other]].concat());
        assert_eq!(output.code, 4, "{}", output.stdout);
        holds(
            &output.stderr,
            &[
                "has the fingerprint that was given: do not sign it",
                "the fingerprint of list 1 in the file is",
                "call the other party",
            ],
        );
        lacks(&output.stderr, &["does not verify"]);
    }
}

#[test]
fn a_file_with_an_agreed_version_says_that_it_is_agreed() {
    let scene = Scene::agreed();
    let client = Client::new();
    let shown = client.ok(&["show", &prepared(&scene, &["mark", ID], "state")]);
    holds(
        &shown,
        &[
            &format!("comes into force on {}", day(1)),
            "nothing: all parties have given their last word on this version",
        ],
    );
    lacks(&shown, &["nothing changes since", "countersign mark /", "offered for signature"]);
}

#[test]
fn a_revocation_that_was_prepared_keeps_key_and_reason() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let print = scene.bob.fingerprint();
    let words = ["roster", "revoke", &print, "--reason", "laptop lost", "--stands-by", "none"];
    let bundle = prepared(&scene, &words, "lost");
    let shown = client.ok(&["show", &bundle]);
    holds(&shown, &["What is to be revoked", &print, "reason: laptop lost"]);
    lacks(&shown, &["SHA256:..."]);
    let (said, back) = client.act(&["roster", "revoke", &print, &bundle, "--end"], &scene.bob);
    holds(&said, &["reason: laptop lost"]);
    assert!(back.ends_with("revocation-of.acme.bob.by.bob.signed.json"), "{back}");
    ok(&scene.harbor, &["record", &back]);
    let bare = prepared(&scene, &["roster", "revoke", &scene.ann.fingerprint()], "bare");
    let words =
        ["roster", "revoke", &scene.ann.fingerprint(), &bare, "--end", "--key", file(&scene.ann), "--yes"];
    let output = client.run(&words);
    assert_eq!(output.code, 2, "{}", output.stdout);
    holds(&output.stderr, &["nobody has said why the key is revoked", "--reason TEXT"]);
}

#[test]
fn a_list_of_another_engagement_of_the_same_parties_is_told() {
    let (one, other) = (Scene::with_roster(), Scene::new());
    let client = Client::new();
    let bundle = prepared(&one, &["sign", ID], "offer");
    client.act(&["sign", &bundle], &one.bob);
    let (ann, bob) = (format!("{}.pub", file(&one.ann)), format!("{}.pub", file(&one.bob)));
    let acme = ["--party", "acme", "--signer", "bob", "--name", "Bob", "--role", "CIO", "--key", &bob];
    let harbor = ["--party", "harbor", "--signer", "ann", "--name", "Ann", "--role", "CTO", "--key", &ann];
    ok(&other.harbor, &[&["roster", "start"], &acme[..], &harbor].concat());
    let list = prepared(&other, &["roster", "sign"], "list");
    let warning =
        "this is of another engagement than the one of the same parties that you signed in on this machine";
    holds(&client.ok(&["show", &list]), &[warning, "of the engagement"]);
    let (said, back) = client.act(&["roster", "sign", &list], &one.bob);
    holds(&said, &[warning]);
    holds(&fails(&one.harbor, 2, &["record", &back]), &["belongs to another engagement"]);
    ok(&other.harbor, &["record", &back]);
}

#[test]
fn what_a_mail_leaves_of_a_file_is_named() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let whole = std::fs::read_to_string(&bundle).unwrap();
    let damaged = [
        ("footer.json", format!("{whole}\n-- \nBob B.\nAcme Defense\n"), "there is other text after it"),
        ("curly.json", whole.replacen("\"act\"", "“act”", 1), "curly quotes"),
        ("space.json", whole.replacen("  \"act\"", "\u{a0} \"act\"", 1), "U+00A0"),
        (
            "base64.json",
            "ewogICJmb3JtYXQiOiAiY291bnRlcnNpZ24vYnVuZGxlLzIiLAogICJhY3QiOiAiYXBwcm92\n".repeat(9),
            "as base64",
        ),
        ("empty.json", String::new(), "it is empty"),
        (
            "page.json",
            format!("<html><body><pre>{whole}</pre></body></html>"),
            "there is other text before it",
        ),
    ];
    for (name, text, why) in damaged {
        client.folder.write(name, text);
        for words in [&["sign", name][..], &["show", name]] {
            let output = client.run(words);
            assert_eq!(output.code, 2, "{name}: {}", output.stdout);
            holds(&output.stderr, &[why, "attachment"]);
        }
    }
}

#[test]
fn an_old_file_says_that_it_is_old_before_it_says_who_may_sign() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let old = prepared(&scene, &["sign", ID], "old");
    let bea = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&bea));
    let person = ["--party", "acme", "--signer", "bea", "--name", "Bea", "--role", "CTO", "--key", &public];
    ok(&scene.harbor, &[&["roster", "propose"], &person[..]].concat());
    for key in [&scene.ann, &bea, &scene.bob] {
        ok(&scene.harbor, &["roster", "sign", "--key", file(key), "--yes"]);
    }
    client.act(&["sign", &prepared(&scene, &["sign", ID], "new")], &bea);
    let output = client.run(&["sign", &old, "--key", file(&bea), "--yes"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    holds(
        &output.stdout,
        &["this is older than what you signed on this machine: it has list 1", "under list 2"],
    );
}

#[test]
fn an_accepted_version_that_is_still_open_is_told_when_the_next_is_signed() {
    let scene = accepted();
    scene.change(&matrix("2.0", 1));
    sign_next(&scene);
    let bundle = prepared(&scene, &["sign", "minimal@2.0"], "next");
    let (said, _) = Client::new().act(&["sign", &bundle], &scene.bob);
    holds(
        &said,
        &["version 1.0 is still open: Acme Defense gave its last word on it, and Harbor MSP can close it"],
    );
    assert!(text(&matrix("2.0", 1)).contains("2.0") && scene.harbor.path(FILE).exists());
    close(&scene.harbor, &scene.ann);
}

fn sign_next(scene: &Scene) {
    ok(&scene.harbor, &["sign", "minimal@2.0", "--key", file(&scene.ann), "--yes"]);
}

#[test]
fn whoever_signed_by_file_takes_it_back_by_file() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    std::fs::copy(&bundle, client.path("offer.json")).unwrap();
    let (_, signed) = client.act(&["sign", "offer.json"], &scene.bob);
    let (_, by_reply) = client.act(&["withdraw", &signed], &scene.bob);
    let notice = scene.harbor.path("../notice.json").display().to_string();
    std::fs::copy(&by_reply, &notice).unwrap();
    std::fs::remove_file(&by_reply).unwrap();
    let (_, by_file) = client.act(&["withdraw", "offer.json"], &scene.bob);
    assert!(by_reply.ends_with("minimal-1.0.acme.bob.withdraw.signed.json"), "{by_reply}");
    holds(
        &fails(&scene.harbor, 2, &["record", &by_file]),
        &["is not recorded here", "record that one first"],
    );
    ok(&scene.harbor, &["record", &signed]);
    ok(&scene.harbor, &["record", &notice]);
    holds(
        &ok(&scene.harbor, &["status"]),
        &["Acme Defense does not want version 1.0 to be completed any more"],
    );
    let elsewhere = Client::new();
    std::fs::copy(&signed, elsewhere.path("alone.json")).unwrap();
    let output = elsewhere.run(&["withdraw", "alone.json", "--key", file(&scene.bob), "--yes"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    holds(
        &output.stderr,
        &["delete it: then nothing was said", "countersign withdraw minimal@1.0 --prepare FILE"],
    );
}

#[test]
fn a_file_says_what_one_has_signed_what_binds_and_what_waits() {
    let scene = accepted();
    let client = Client::new();
    let key = file(&scene.bob);
    std::fs::copy(prepared(&scene, &["mark", ID], "closing"), client.path("closing.json")).unwrap();
    let said = client.ok(&["status", "closing.json", "--key", key]);
    holds(
        &said,
        &[
            "you are acme/bob, by the key at hand",
            &format!("version 1.0 of minimal: you approved it on {}", day(0)),
            "Acme Defense gave its last word on version 1.0 of minimal: Harbor MSP can close it at any time",
            "nothing waits for you",
            "to compare by phone:",
            "the file closing.json",
        ],
    );
    let code = |text: &str| flat(text).split("to compare by phone: ").nth(1).unwrap()[..29].to_owned();
    assert_eq!(code(&said), code(&ok(&scene.harbor, &["status"])));
    holds(
        &client.ok(&["status", "closing.json", "--key", file(&scene.ann)]),
        &["version 1.0 of minimal waits for your last word, which closes it: countersign mark closing.json"],
    );
    let json: Value =
        serde_json::from_str(&client.ok(&["status", "closing.json", "--key", key, "--format", "json"]))
            .unwrap();
    assert_eq!(json["concerns"][0], "you are acme/bob, by the key at hand");
    let output = client.run(&["check", "closing.json"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    holds(
        &output.stderr,
        &["is a file that was sent to be signed, not a matrix", "countersign show closing.json"],
    );
}

#[test]
fn files_that_were_sent_are_compared_and_read_in_part() {
    let scene = accepted();
    let client = Client::new();
    let old = prepared(&scene, &["mark", ID], "old");
    let mut next = matrix("2.0", 1);
    next["rows"][0]["cadence"] = json!("weekly");
    crate::support::reviews::read_all(&mut next, &day(0));
    scene.change(&next);
    let new = prepared(&scene, &["sign", "minimal@2.0"], "new");
    holds(&client.ok(&["diff", &old, &new]), &["version 1.0 to 2.0", "weekly"]);
    let said = client.run(&["diff", &new]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    let part = client.ok(&["show", &new, "--owner", "acme"]);
    holds(&part, &["only acme:"]);
    lacks(&part, &["What this version brings"]);
    // Who edits the file writes what the other party has read; its signer is told that it signs that.
    let read = format!(
        "the text says that Acme Defense has walked through 1 of 1 row and agreed, last on {}",
        day(0)
    );
    holds(&client.ok(&["show", &new, "--party", "acme"]), &[&read]);
    let (said, _) = client.act(&["sign", &new], &scene.bob);
    holds(&said, &[&read, "do not sign if nobody at Acme Defense did"]);
    assert_ne!(client.run(&["show", &new, "--control", "NO-SUCH"]).code, 0);
}

#[test]
fn a_version_rises_from_what_was_offered_and_not_from_a_draft() {
    let scene = accepted();
    let version = || serde_json::from_str::<Value>(&scene.harbor.read(FILE)).unwrap()["version"].clone();
    ok(&scene.harbor, &["mark", ID, "--key", file(&scene.ann), "--yes"]);
    let mut next = matrix("1.0", 1);
    next["rows"][0]["allocation"] = json!("client");
    next["rows"][0]["cadence"] = json!("weekly");
    scene.change(&next);
    ok(&scene.harbor, &["bump", ID]);
    assert_eq!(version(), "2.0");
    ok(&scene.harbor, &["bump", ID]);
    assert_eq!(version(), "2.0");
    ok(&scene.harbor, &["bump", ID, "--to", "3.0"]);
    ok(&scene.harbor, &["bump", ID, "--to", "2.0"]);
    assert_eq!(version(), "2.0");
    holds(&fails(&scene.harbor, 2, &["bump", ID, "--to", "1.1"]), &["has to be 2.0 at least"]);
    holds(&fails(&scene.harbor, 2, &["bump", ID, "--to", "1.0"]), &["was offered for signature already"]);
}

#[test]
fn a_revoked_key_is_told_by_status_and_where_there_is_no_remote_nothing_is_pushed() {
    let scene = Scene::with_roster();
    let print = scene.bob.fingerprint();
    let words =
        ["roster", "revoke", &print, "--reason", "laptop lost", "--stands-by", "all", "--end", "--yes"];
    let said = ok(&scene.harbor, &[&words[..], &["--key", file(&scene.bob)]].concat());
    holds(&said, &["next: git push"]);
    let status = ok(&scene.harbor, &["status"]);
    holds(&status, &[&format!("the key {print} of acme/bob was revoked on {}: laptop lost", day(0))]);
    scene.harbor.git(&["remote", "remove", "origin"]);
    let said = ok(&scene.harbor, &["sign", ID, "--key", file(&scene.ann), "--yes"]);
    lacks(&said, &["git push"]);
}
