//! What somebody is told who does this for the first time.

use crate::scene::{FILE, ID, Scene, day, file, matrix, ok, sign, text};
use crate::support::Folder;

fn status(place: &Folder) -> String {
    ok(place, &["status"])
}

fn holds(text: &str, lines: &[&str]) {
    lines.iter().for_each(|line| assert!(text.contains(line), "{line} is not in:\n{text}"));
}

fn lacks(text: &str, lines: &[&str]) {
    lines.iter().for_each(|line| assert!(!text.contains(line), "{line} is in:\n{text}"));
}

#[test]
fn a_list_that_waits_names_those_who_have_to_sign_it() {
    let scene = Scene::new();
    let before = status(&scene.harbor);
    holds(&before, &["countersign roster start --help", "judged as of"]);
    lacks(&before, &["by phone"]);
    scene.start(&[]);
    let text = status(&scene.harbor);
    holds(&text, &["ann of Harbor MSP signs list 1", "countersign roster sign --as harbor/ann"]);
    holds(&text, &["countersign roster sign --as acme/bob"]);
    lacks(&text, &["roster start", "PARTY/SIGNER", "by phone"]);
    ok(&scene.harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    let text = status(&scene.harbor);
    holds(&text, &["countersign roster sign --as acme/bob"]);
    lacks(&text, &["--as harbor/ann"]);
}

#[test]
fn between_agreement_and_first_day_everything_is_said_once() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    let said = sign(&scene.acme, "acme/bob", &scene.bob);
    let first = day(1);
    holds(
        &said,
        &[&format!("All parties have approved version 1.0 of {ID}. It comes into force on {first}.")],
    );
    let text = status(&scene.acme);
    holds(
        &text,
        &["in force: nothing yet", &format!("agreed: 1.0, comes into force on {first}, not marked")],
    );
    lacks(&text, &["not in force", "proposed", "takes effect"]);
    assert_eq!(text.matches(&first).count(), 1, "{text}");
}

#[test]
fn an_edit_of_the_offered_text_is_brought_back_or_gets_a_new_number() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let mut other = matrix("1.0", 1);
    other["title"] = "Another title".into();
    scene.change(&other);
    let told = status(&scene.harbor);
    let command = format!("cp signoffs/{ID}/1.0/matrix.json {FILE}");
    holds(&told, &["not the text that was offered", "raise `version` above 1.0", &command]);
    lacks(&told, &["offer 1.0 for signature"]);
    scene.harbor.write(FILE, text(&matrix("1.0", 1)));
    scene.harbor.commit("Bring it back");
    holds(&status(&scene.harbor), &["1.0, as it was offered"]);
}

#[test]
fn outside_a_repository_the_way_in_is_named() {
    let folder = Folder::new();
    for words in
        [&["sign", ID][..], &["mark", ID], &["roster", "start"], &["withdraw", ID, "--as", "acme/bob"]]
    {
        let output = folder.countersign(words);
        assert_eq!(output.code, 2, "{words:?}: {}", output.stderr);
        holds(&output.stderr, &["is not in a git repository", "git clone"]);
    }
    let output = folder.countersign(&["-C", "no-such-folder", "status"]);
    assert_eq!(output.code, 2);
    holds(&output.stderr, &["cannot enter `no-such-folder`", "help:"]);
}
