//! The file on disk: never half-written, never over what somebody else wrote.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use countersign::edit::{Draft, Held};
use serde_json::json;

use super::support::{FILE, Project};

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_overwritten() {
    let one = Project::clean();
    let mut held = Held::read(&one.path()).unwrap();
    let draft = Draft::of(FILE, held.bytes().to_vec()).unwrap();
    let (after, ()) = draft
        .edit(|matrix| {
            matrix["title"] = json!("Another title");
            Ok(())
        })
        .unwrap();
    let theirs = one.text().replace("\"version\": \"1.0\"", "\"version\": \"1.1\"");
    fs::write(one.path(), &theirs).unwrap();
    let error = held.replace(after.text()).unwrap_err();
    assert!(error.message.contains("has changed on disk"), "{}", error.message);
    assert_eq!(one.text(), theirs);
    let mut held = Held::read(&one.path()).unwrap();
    held.replace(after.text()).unwrap();
    held.replace(&theirs).unwrap();
    assert_eq!(one.text(), theirs, "the one who wrote last may write again");
    let left = fs::read_dir(one.path().parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "nothing is left beside");
}

#[test]
fn of_many_writers_each_is_either_written_or_refused() {
    let one = Project::clean();
    let adds: Vec<_> = (0..8)
        .map(|number| {
            let root = one.0.root().to_owned();
            thread::spawn(move || {
                let program = env!("CARGO_BIN_EXE_countersign");
                let id = format!("scope-{number}");
                let words = ["add", "scope", "minimal", &id];
                Command::new(program).args(words).current_dir(root).output().unwrap().status.success()
            })
        })
        .collect();
    let written = adds.into_iter().map(|add| add.join().unwrap()).filter(|done| *done).count();
    let scopes = one.value()["scopes"].as_array().unwrap().len();
    assert!(written >= 1);
    assert_eq!(scopes, 1 + written, "whoever was told that it is written is in the file, and nobody else");
}

#[test]
fn whoever_is_killed_while_writing_leaves_the_old_text_or_the_new_one() {
    let one = Project::clean();
    let before = one.text();
    let program = env!("CARGO_BIN_EXE_countersign");
    for wait in 0..40 {
        let mut child = Command::new(program)
            .args(["set", "minimal", "access-reviews", "activity", "Review every month who has access"])
            .current_dir(one.0.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_micros(wait * 700));
        drop(child.kill());
        drop(child.wait());
        let text = one.text();
        let is_new = text.contains("Review every month who has access");
        assert!(text == before || is_new, "after {wait}");
        assert!(Draft::of(FILE, text.into_bytes()).is_ok());
        fs::write(one.path(), &before).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed_and_access_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let one = Project::clean();
    fs::set_permissions(one.path(), fs::Permissions::from_mode(0o640)).unwrap();
    one.ok(&["set", "minimal", ".", "title", "Another title"]);
    assert_eq!(fs::metadata(one.path()).unwrap().permissions().mode() & 0o777, 0o640);
    let away = one.0.root().join("away.json");
    fs::rename(one.path(), &away).unwrap();
    symlink(&away, one.path()).unwrap();
    assert!(Held::read(&one.path()).is_err());
}

/// Nobody but the editing core replaces a file of the work tree that may be a matrix.
#[test]
fn every_edit_of_a_matrix_goes_through_the_core() {
    let mut writers = Vec::new();
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            if entry.ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&entry).unwrap();
            let code = text.split("mod tests {").next().unwrap();
            let writes =
                ["fs::write(", ".persist", "fs::rename(", "File::create(", "OpenOptions", "file::replace"];
            if writes.iter().any(|write| code.contains(write)) {
                writers.push(entry.display().to_string().replace('\\', "/"));
            }
        }
    }
    writers.sort();
    assert_eq!(writers, WRITERS, "a new writer: does it write a matrix? then through `edit::Held`");
}

/// Who writes files at all, and what: new files, reports, keys and sign-offs, and the tour's own repository.
const WRITERS: &[&str] = &[
    "src/cli/evidence.rs",
    "src/cli/file.rs",
    "src/cli/output.rs",
    "src/demo/mod.rs",
    "src/edit/file.rs",
    "src/git/record/mod.rs",
    "src/signoff/key.rs",
    "src/signoff/known.rs",
];
