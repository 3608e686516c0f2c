//! Commands that are printed to be copied, as a shell takes them.

use crate::signoff::newcomer::{holds, status};
use crate::signoff::scene::{FILE, Scene, fails, matrix, ok, sign, text};
use crate::support::{Folder, Output};

/// Runs a command as a shell takes it that finds it in a text, between its start and what ends it.
fn copied(place: &Folder, text: &str, start: &str, end: char) -> (String, Output) {
    let at = text.find(start).unwrap_or_else(|| panic!("{start} is not in:\n{text}"));
    let command = text[at..].split(end).next().unwrap().trim_end().to_owned();
    let line = command.replacen("countersign", env!("CARGO_BIN_EXE_countersign"), 1);
    (command, place.run("sh", &["-c", &line]))
}

#[test]
fn a_command_to_copy_holds_whatever_name_a_file_has() {
    let scene = Scene::with_roster();
    let file_name = "matrices/Acme's $draft.json";
    let quoted = "'matrices/Acme'\\''s $draft.json'";
    scene.harbor.git(&["mv", FILE, file_name]);
    scene.harbor.commit("Another name");
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let mut draft = matrix("1.0", 1);
    draft["title"] = "Another title".into();
    scene.harbor.write(file_name, text(&draft));
    scene.harbor.commit("Change what was offered");
    let told = status(&scene.harbor);
    let (command, output) = copied(&scene.harbor, &told, "cp ", '\n');
    assert!(command.ends_with(quoted), "{command}");
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(scene.harbor.git(&["status", "--porcelain"]).lines().count(), 1);
    scene.harbor.write(file_name, "{}");
    scene.harbor.commit("No matrix any more");
    let refused = fails(&scene.harbor, 2, &["sign", file_name]);
    let (command, output) = copied(&scene.harbor, &refused, "countersign check", '`');
    assert!(command.ends_with(quoted), "{command}");
    assert_eq!(output.code, 1, "{}", output.stderr);
}

#[test]
fn a_file_that_begins_with_a_dash_is_no_option() {
    let scene = Scene::with_roster();
    let said = ok(&scene.harbor, &["sign", "--prepare", "./-1 0.json"]);
    for (start, whole, outcome) in [
        ("countersign show", "countersign show './-1 0.json'", "in a file that was sent"),
        ("countersign sign", "countersign sign './-1 0.json'", "no key to sign with was named"),
    ] {
        let (command, output) = copied(&scene.harbor, &said, start, '\n');
        assert_eq!(command, whole);
        holds(&format!("{}{}", output.stdout, output.stderr), &[outcome]);
    }
}
