//! A temporary place with its own clock and an environment of its own.
//!
//! Programs that run in it see no configuration of the machine or the user and no network, and every commit
//! of the same steps has the same id.

use std::cell::Cell;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use tempfile::TempDir;

/// When the first commit is made.
const START: &str = "2026-11-20T09:00:00Z";

/// What passes from outside: how programs are found, and where coverage is written.
const INHERITED: &[&str] = &["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];

/// The settings that keep git to the sandbox; its home and its dates are set beside them.
const GIT: &[(&str, &str)] = &[
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_ALLOW_PROTOCOL", "file"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_EDITOR", "true"),
    ("GIT_PAGER", "cat"),
    ("GIT_AUTHOR_NAME", "Ann Author"),
    ("GIT_AUTHOR_EMAIL", "ann@harbor.example"),
    ("GIT_COMMITTER_NAME", "Ann Author"),
    ("GIT_COMMITTER_EMAIL", "ann@harbor.example"),
    ("LC_ALL", "C"),
    ("TZ", "UTC"),
];

/// A temporary folder, deleted with the last repository in it.
pub(super) struct Sandbox {
    root: TempDir,
    now: Cell<Timestamp>,
    places: Cell<usize>,
}

impl Sandbox {
    /// Makes an empty sandbox whose clock stands at the start.
    pub(super) fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(root.path().join("home")).expect("a home can be made");
        let now = START.parse().expect("the start is a time");
        Self { root, now: Cell::new(now), places: Cell::new(0) }
    }

    /// Returns a path that nothing uses yet, such as `…/tree-1`.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.places.set(self.places.get() + 1);
        self.root().join(format!("{name}-{}", self.places.get()))
    }

    /// Returns the folder itself, without symbolic links in its path.
    pub(super) fn root(&self) -> PathBuf {
        self.root.path().canonicalize().expect("the sandbox is there")
    }

    /// Lets a minute pass.
    pub(super) fn tick(&self) {
        self.now.set(
            Timestamp::from_second(self.now.get().as_second() + 60).expect("the clock does not overflow"),
        );
    }

    /// Sets the clock to the morning of a day, `YYYY-MM-DD`.
    pub(super) fn set_day(&self, day: &str) {
        self.now.set(format!("{day}T09:00:00Z").parse().expect("that is a day"));
    }

    /// Returns a command that runs in `folder` and sees nothing but the sandbox.
    pub(super) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear().envs(GIT.iter().copied());
        command.envs(INHERITED.iter().filter_map(|key| Some((key, env::var_os(key)?))));
        command.env("HOME", self.root().join("home")).env("GIT_CEILING_DIRECTORIES", self.root());
        let now = format!("{} +0000", self.now.get().as_second());
        command.env("GIT_AUTHOR_DATE", &now).env("GIT_COMMITTER_DATE", &now);
        command
    }
}
