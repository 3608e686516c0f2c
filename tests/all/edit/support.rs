//! A project with one matrix to edit, laid out as people do.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Folder, Output};

pub(super) const FILE: &str = "matrices/acme.json";

/// A folder with one matrix.
pub(super) struct Project(pub(super) Folder);

impl Project {
    /// Returns a project with the smallest matrix that no rule has anything to say about, laid out by hand.
    pub(super) fn clean() -> Self {
        let folder = Folder::new();
        folder.write(FILE, include_str!("../../../policies/core/minimal.json"));
        Self(folder)
    }

    pub(super) fn text(&self) -> String {
        self.0.read(FILE)
    }

    pub(super) fn value(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.root().join(FILE)
    }

    /// Runs a command that has to succeed.
    #[track_caller]
    pub(super) fn ok(&self, words: &[&str]) -> String {
        let output = self.0.countersign(words);
        assert_eq!(output.code, 0, "{words:?}: {}{}", output.stdout, output.stderr);
        output.stdout
    }

    /// Runs a command that has to be refused and write nothing.
    #[track_caller]
    pub(super) fn refused(&self, code: i32, words: &[&str]) -> String {
        let before = self.text();
        let output: Output = self.0.countersign(words);
        assert_eq!(output.code, code, "{words:?}: {}{}", output.stdout, output.stderr);
        assert_eq!(self.text(), before, "{words:?} wrote");
        output.stderr
    }

    /// Returns how many lines of the file are not those that they were.
    pub(super) fn changed_lines(&self, before: &str) -> usize {
        let after = self.text();
        let old: Vec<&str> = before.lines().collect();
        let new: Vec<&str> = after.lines().collect();
        new.iter()
            .filter(|line| !old.contains(line))
            .count()
            .max(old.iter().filter(|line| !new.contains(line)).count())
    }
}
