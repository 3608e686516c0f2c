//! A git repository made by stock git: fixed clock, fixed author, no configuration but its own.

use std::fs;
use std::ops::Deref;
use std::rc::Rc;

use super::folder::{Folder, Output};
use super::sandbox::Sandbox;

/// A repository; clones of it live in the same sandbox and share its clock.
pub(crate) struct Repo(Folder);

impl Deref for Repo {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.0
    }
}

impl Repo {
    /// Makes an empty repository on branch `main`.
    pub(crate) fn new() -> Self {
        let sandbox = Rc::new(Sandbox::new());
        let root = sandbox.place("tree");
        fs::create_dir(&root).expect("a folder can be made");
        let repo = Self(Folder::at(sandbox, root));
        repo.git(&["init", "-q", "-b", "main", "--template="]);
        repo
    }

    /// Runs git and returns what it printed, without the last newline. That git fails is a failure of the test.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let output = self.git_output(words);
        assert_eq!(output.code, 0, "git {}: {}", words.join(" "), output.stderr);
        output.stdout.trim_end_matches('\n').to_owned()
    }

    /// Runs git, which has to fail, and returns what it complained about.
    pub(crate) fn git_fails(&self, words: &[&str]) -> String {
        let output = self.git_output(words);
        assert_ne!(output.code, 0, "git {}: did not fail", words.join(" "));
        output.stderr
    }

    fn git_output(&self, words: &[&str]) -> Output {
        let quiet = ["-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "advice.detachedHead=false"];
        self.run("git", &[&quiet, words].concat())
    }

    /// Returns the id of the commit that is checked out.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Makes the next commit on the morning of a day, `YYYY-MM-DD`.
    pub(crate) fn on_day(&self, day: &str) -> &Self {
        self.sandbox.set_day(day);
        self
    }

    /// Writes a file of the work tree, and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        self.0.write(path, bytes);
        self
    }

    /// Removes a file, or a folder with all that is in it, from the work tree.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        self.0.remove(path);
        self
    }

    /// Commits the work tree as it stands and returns the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.record(&["commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message])
    }

    /// Runs a git command that makes commits; time passes afterwards.
    fn record(&self, words: &[&str]) -> String {
        self.git(words);
        self.sandbox.tick();
        self.head()
    }

    /// Makes a branch here and goes to it.
    pub(crate) fn branch(&self, name: &str) -> &Self {
        self.git(&["switch", "-q", "-c", name]);
        self
    }

    /// Goes to a branch that exists.
    pub(crate) fn switch(&self, name: &str) -> &Self {
        self.git(&["switch", "-q", name]);
        self
    }

    /// Names the commit that is checked out.
    pub(crate) fn tag(&self, name: &str) -> &Self {
        self.git(&["tag", name]);
        self
    }

    /// Merges a branch with a commit of its own and returns its id.
    pub(crate) fn merge(&self, branch: &str) -> String {
        self.record(&["merge", "-q", "--no-ff", "--no-edit", branch])
    }

    /// Brings what a branch did as one commit, as a squash merge does, and returns its id.
    pub(crate) fn squash(&self, branch: &str) -> String {
        self.git(&["merge", "-q", "--squash", branch]);
        self.commit(&format!("Squash {branch}"))
    }

    /// Puts the commits of this branch on top of another and returns the id of the last.
    pub(crate) fn rebase(&self, onto: &str) -> String {
        self.record(&["rebase", "-q", onto])
    }

    /// Clones the last `depth` commits of the branch that is checked out.
    pub(crate) fn clone_depth(&self, depth: usize) -> Self {
        self.clone_with(&[&format!("--depth={depth}")])
    }

    /// Clones everything.
    pub(crate) fn clone_whole(&self) -> Self {
        self.clone_with(&[])
    }

    fn clone_with(&self, words: &[&str]) -> Self {
        let root = self.sandbox.place("clone");
        let (from, to) = (format!("file://{}", self.root().display()), root.display().to_string());
        self.git(&[&["clone", "-q", "--template="], words, &[&from, &to]].concat());
        Self(Folder::at(Rc::clone(&self.sandbox), root))
    }

    /// Makes a bare repository, has this one know it as `origin`, and pushes the branch that is checked out.
    pub(crate) fn bare_remote(&self) -> Self {
        let root = self.sandbox.place("remote");
        let to = root.display().to_string();
        self.git(&["init", "-q", "--bare", "-b", "main", "--template=", &to]);
        self.git(&["remote", "add", "origin", &format!("file://{to}")]);
        self.git(&["push", "-q", "-u", "origin", "HEAD"]);
        Self(Folder::at(Rc::clone(&self.sandbox), root))
    }

    /// Pushes the branch that is checked out to `origin`.
    pub(crate) fn push(&self) -> &Self {
        self.git(&["push", "-q", "origin", "HEAD"]);
        self
    }

    /// Pulls from `origin`, with a merge where both sides moved, and returns the commit's id.
    pub(crate) fn pull(&self) -> String {
        self.record(&["pull", "-q", "--no-rebase", "--no-edit"])
    }

    /// Merges what another clone has, without a remote between them.
    pub(crate) fn pull_from(&self, other: &Self) -> String {
        let from = other.root().display().to_string();
        self.record(&["pull", "-q", "--no-rebase", "--no-edit", &from, "HEAD"])
    }

    /// Unpacks `git archive HEAD` into a folder that is no repository.
    pub(crate) fn archive(&self) -> Folder {
        let (tar, root) = (self.sandbox.place("archive"), self.sandbox.place("unpacked"));
        let tar = tar.display().to_string();
        self.git(&["archive", "--format=tar", "-o", &tar, "HEAD"]);
        fs::create_dir(&root).expect("a folder can be made");
        let folder = Folder::at(Rc::clone(&self.sandbox), root);
        let unpacked = folder.run("tar", &["-xf", &tar]);
        assert_eq!(unpacked.code, 0, "tar: {}", unpacked.stderr);
        folder
    }
}
