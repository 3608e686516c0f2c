//! Files that were sent: what happens to them on the way, what does not verify in them, what the machine remembers.

use serde_json::{Value, json};

use crate::signoff::scene::{ID, Scene, day, fails, file, matrix, ok, sign};
use crate::signoff::without_git::{Client, prepared};
use crate::support::KeyKind;

/// A second version after one that both have signed, in a file for the client.
fn second(scene: &Scene, client: &Client) -> String {
    let first = prepared(scene, &["sign", ID], "first");
    let (_, back) = client.act(&["sign", &first], &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let closing = prepared(scene, &["mark", ID], "closing");
    let words = ["mark", &closing, "--key", file(&scene.bob), "--yes"];
    let output = client.run(&words);
    if output.stdout.contains("It counts once it is recorded") {
        let name = output.stdout.split("written to ").nth(1).unwrap().split(". It counts").next().unwrap();
        ok(&scene.harbor, &["record", &client.path(name)]);
    }
    scene.change(&next());
    prepared(scene, &["sign", ID], "second")
}

fn next() -> Value {
    let mut next = matrix("2.0", 3);
    next["rows"][0]["activity"] =
        json!("Read the reports of the log system each month and say what is missing");
    crate::support::reviews::read_all(&mut next, &day(0));
    next
}

fn changed(client: &Client, bundle: &str, name: &str, change: &dyn Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&std::fs::read_to_string(bundle).unwrap()).unwrap();
    change(&mut value);
    client.folder.write(name, value.to_string());
    client.path(name)
}

fn refused(client: &Client, file: &str, words: &[&str]) -> String {
    let output = client.run(&[words, &[file]].concat());
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    output.stderr
}

#[test]
fn what_does_not_verify_in_a_file_is_refused_by_name() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = second(&scene, &client);
    let tampered = changed(&client, &bundle, "tampered.json", &|value| {
        let text = value["files"]["signoffs/minimal/1.0/matrix.json"]
            .as_str()
            .unwrap()
            .replace("Acme Defense", "Acme Offense");
        assert!(text.contains("Acme Offense"));
        value["files"]["signoffs/minimal/1.0/matrix.json"] = json!(text);
    });
    for words in [&["show"][..], &["sign"], &["contest", "--reason", "x"]] {
        let why = refused(&client, &tampered, words);
        assert!(why.contains("holds something that does not verify"), "{why}");
        assert!(why.contains("signoffs/minimal/1.0/"), "{why}");
    }
    let stray = changed(&client, &bundle, "stray.json", &|value| {
        value["files"]["matrices/acme.json"] = json!("{}");
    });
    assert!(refused(&client, &stray, &["sign"]).contains("is no file of sign-offs"));
    let offer = changed(&client, &bundle, "offer.json", &|value| {
        value["offer"]["signoffs/minimal/1.0/judged.json"] = json!("{}");
    });
    assert!(refused(&client, &offer, &["sign"]).contains("is none of the offer"));
}

#[test]
fn a_machine_remembers_what_was_signed_on_it() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = second(&scene, &client);
    let without = changed(&client, &bundle, "older.json", &|value| {
        value["files"].as_object_mut().unwrap().retain(|path, _| !path.starts_with("signoffs/"));
    });
    let shown = client.ok(&["show", &without]);
    assert!(shown.contains("warning: this is older than what you signed on this machine"), "{shown}");
    assert!(shown.contains("version 1.0 of `minimal`"), "{shown}");
    assert!(!client.ok(&["show", &bundle]).contains("warning:"));
    let folder = client.folder.path("../home/.local/state/countersign");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(!client.ok(&["show", &without]).contains("warning:"));
}

/// Closing is signing, too: the machine keeps the version whose last word it gave.
#[test]
fn a_machine_remembers_what_was_closed_on_it() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let empty = prepared(&scene, &["roster", "revoke", &scene.bob.fingerprint()], "empty");
    let offer = prepared(&scene, &["sign", ID], "offer");
    let (_, back) = client.act(&["sign", &offer], &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let closing = prepared(&scene, &["mark", ID], "closing");
    let folder = client.folder.path("../home/.local/state/countersign");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(!client.ok(&["show", &empty]).contains("warning:"));
    client.act(&["mark", &closing], &scene.bob);
    let shown = client.ok(&["show", &empty]);
    assert!(shown.contains("warning: this is older than what you signed on this machine"), "{shown}");
    assert!(shown.contains("version 1.0 of `minimal`"), "{shown}");
}

/// What its receiver would be refused for is found before the file is sent.
#[test]
fn no_file_is_prepared_that_its_receiver_would_be_refused_for() {
    let scene = Scene::with_roster();
    let harbor = &scene.harbor;
    let early = fails(harbor, 3, &["mark", ID, "--prepare", "../early.json"]);
    assert!(early.contains("was ever offered for signature"), "{early}");
    sign(harbor, "harbor/ann", &scene.ann);
    let early = fails(harbor, 2, &["mark", ID, "--prepare", "../early.json"]);
    assert!(early.contains("not all parties have approved it"), "{early}");
    harbor.write("signoffs/minimal/1.0/acme.bob.0123456789abcdef.json", "{}");
    harbor.commit("Junk");
    let next = ["sign", ID, "--prepare", "../next.json"];
    let lost = ["roster", "revoke", &scene.bob.fingerprint(), "--prepare", "../lost.json"];
    let notice = ["contest", ID, "--prepare", "../notice.json"];
    for words in [&next[..], &lost, &notice] {
        let refused = fails(harbor, 2, words);
        assert!(refused.contains("acme.bob.0123456789abcdef.json"), "{refused}");
        assert!(refused.contains("no file was written"), "{refused}");
    }
    assert!(!harbor.path("../next.json").exists());
}

#[test]
fn what_mail_and_editors_do_to_a_file_is_read_or_named() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let text = std::fs::read_to_string(&bundle).unwrap();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let kept: [(&str, Vec<u8>); 3] = [
        ("bom.json", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("utf16.json", [b"\xFF\xFE".to_vec(), wide].concat()),
        ("crlf.json", text.replace('\n', "\r\n").into_bytes()),
    ];
    for (name, bytes) in kept {
        client.folder.write(name, bytes);
        assert!(client.ok(&["show", name]).contains("fingerprint for the contract"), "{name}");
    }
    let wrapped = text.replacen("Acme Defense", "Acme\nDefense", 1);
    let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
    let damaged = [
        ("wrapped.json", wrapped, "a mail program broke its lines"),
        ("quoted.json", quoted, "a mail program quoted it"),
        ("printable.json", text.replacen('"', "=3D\"", 1), "quoted-printable"),
        ("greeting.json", format!("Dear Bob,\n\n{text}"), "there is other text before it"),
        ("half.json", text[..text.len() / 2].to_owned(), "its end is missing"),
    ];
    for (name, text, why) in damaged {
        client.folder.write(name, text);
        let said = refused(&client, name, &["sign"]);
        assert!(said.contains(why) && said.contains("attachment"), "{name}: {said}");
    }
}

#[test]
fn files_of_older_formats_are_refused_by_name() {
    let scene = Scene::with_roster();
    let client = Client::new();
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let old = changed(&client, &bundle, "old.json", &|value| {
        value["format"] = json!("countersign/bundle/1");
        value.as_object_mut().unwrap().remove("act");
    });
    let why = refused(&client, &old, &["sign"]);
    assert!(why.contains("written by another version") && why.contains("countersign/bundle/1"), "{why}");
    client
        .folder
        .write("reply.json", r#"{"format":"countersign/reply/1","statement":"","signature":"","offer":{}}"#);
    let why = fails(&scene.harbor, 2, &["record", &client.path("reply.json")]);
    assert!(why.contains("written by another version") && why.contains("countersign/reply/1"), "{why}");
    let why = fails(&scene.harbor, 2, &["record", &bundle]);
    assert!(why.contains("is another file than is wanted here"), "{why}");
}

#[test]
fn after_a_rotation_the_signer_reads_the_chain_of_lists() {
    let scene = Scene::with_roster();
    let list = |words: &[&str]| ok(&scene.harbor, words);
    let first = list(&["roster", "show"]);
    let first = first.lines().nth_back(0).unwrap().trim().to_owned();
    let al = scene.harbor.key(KeyKind::Ed25519);
    let public = format!("{}.pub", file(&al));
    let person = ["--party", "harbor", "--signer", "al", "--name", "Al", "--role", "CTO", "--key", &public];
    list(&[&["roster", "propose"], &person[..]].concat());
    for (who, key) in [("harbor/ann", &scene.ann), ("harbor/al", &al), ("acme/bob", &scene.bob)] {
        list(&["roster", "sign", "--as", who, "--key", file(key), "--yes"]);
    }
    let bundle = prepared(&scene, &["sign", ID], "offer");
    let client = Client::new();
    let said = client.ok(&["show", &bundle]);
    assert!(said.contains("your contract has one of these"), "{said}");
    assert!(said.contains(&format!("list 1  {first}")), "{first}\n{said}");
    assert!(said.contains("follows list 1, signed by") && said.contains("acme/bob"), "{said}");
    let anchor: String = first.split_whitespace().collect();
    let said = client.ok(&["show", &bundle, "--anchor", &anchor]);
    assert!(said.contains("is that of list 1"), "{said}");
}
