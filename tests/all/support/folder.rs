//! A folder with files, and `countersign` run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use super::key::{Key, KeyKind};
use super::sandbox::Sandbox;

/// A folder in a sandbox; without git, as an unpacked archive is.
pub(crate) struct Folder {
    pub(super) sandbox: Rc<Sandbox>,
    root: PathBuf,
}

/// How a program ended and what it said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// The exit code.
    pub(crate) code: i32,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it complained about.
    pub(crate) stderr: String,
}

impl Output {
    /// Runs a command to its end; a signal is a failure of the test.
    pub(super) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not run: {error}"));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("programs print UTF-8");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let code = output.status.code().unwrap_or_else(|| panic!("{command:?}: {}\n{stderr}", output.status));
        Self { code, stdout, stderr }
    }
}

impl Folder {
    /// Makes an empty folder in a sandbox of its own.
    pub(crate) fn new() -> Self {
        let sandbox = Rc::new(Sandbox::new());
        let root = sandbox.place("folder");
        fs::create_dir(&root).expect("a folder can be made");
        Self::at(sandbox, root)
    }

    pub(super) fn at(sandbox: Rc<Sandbox>, root: PathBuf) -> Self {
        Self { sandbox, root }
    }

    /// Returns where it is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the path of a file in it.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("its folders can be made");
        fs::write(path, bytes).expect("a file can be written");
        self
    }

    /// Removes a file, or a folder with all that is in it.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        let path = self.path(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
            .expect("it can be removed");
        self
    }

    /// Returns the text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
    }

    /// Makes a key that lies in the sandbox, outside this folder.
    pub(crate) fn key(&self, kind: KeyKind) -> Key {
        Key::new(&self.sandbox.root().join("keys"), kind)
    }

    /// Runs `countersign` here.
    pub(crate) fn countersign(&self, words: &[&str]) -> Output {
        self.countersign_with(words, &[])
    }

    /// Runs `countersign` here with settings of the environment.
    pub(crate) fn countersign_with(&self, words: &[&str], settings: &[(&str, &str)]) -> Output {
        let mut command = self.sandbox.command(env!("CARGO_BIN_EXE_countersign"), &self.root);
        Output::of(command.args(words).envs(settings.iter().copied()))
    }

    /// Runs any program here.
    pub(crate) fn run(&self, program: &str, words: &[&str]) -> Output {
        Output::of(self.sandbox.command(program, &self.root).args(words))
    }
}
