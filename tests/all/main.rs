//! All integration tests, in one program: one link, one start.
//!
//! A file a subject; what tests stand on is in `support`, data lies beside this folder.

#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "tests may panic, and share what not all of them need"
)]

mod catalogues;
mod check;
mod cli;
mod demo;
mod diff;
mod diff_editions;
mod diff_fields;
mod diff_formats;
mod diff_leaves;
mod diff_noise;
mod diff_reader;
mod diff_shapes;
mod docs;
mod document;
mod edit;
mod edits;
mod fuzz;
mod gate;
mod generate;
mod hostile;
mod house;
mod init;
mod law;
mod ledger;
mod one_answer;
mod pack_add;
mod report;
mod reviewed;
mod rules;
mod schema;
mod signoff;
mod soak;
mod source;
mod standing;
mod supply;
mod support;
mod support_self;
mod trust;
mod wording;
mod workbook;

/// A file that no `mod` names is compiled by nobody, and its tests would pass by being absent.
#[test]
fn no_file_is_forgotten() {
    fn look(folder: &std::path::Path, names: &str, forgotten: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if path.is_dir() {
                let Ok(text) = std::fs::read_to_string(path.join("mod.rs")) else { continue };
                look(&path, &text, forgotten);
            } else if path.extension().is_none_or(|it| it != "rs") || matches!(name, "main" | "mod") {
                continue;
            }
            if !names.lines().any(|line| line.trim_start_matches("pub(crate) ") == format!("mod {name};")) {
                forgotten.push(path);
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all");
    let mut forgotten = Vec::new();
    look(&root, include_str!("main.rs"), &mut forgotten);
    assert_eq!(forgotten, Vec::<std::path::PathBuf>::new(), "no `mod` names these");
}
