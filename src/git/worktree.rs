//! New repositories, and commits of a work tree as it stands.

use std::path::Path;

use crate::git::Id;
use git2::build::CheckoutBuilder;
use git2::{IndexAddOption, RepositoryInitOptions, Signature, Time};

use super::{Author, Repository};
use crate::error::{Error, Result};

impl Repository {
    /// Makes a repository with a work tree, on the branch `main`, without templates.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(path: &Path) -> Result<Self> {
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false).no_reinit(true);
        let inner = git2::Repository::init_opts(path, &options);
        let inner =
            inner.map_err(|error| cannot(&format!("make a repository at `{}`", path.display()), &error))?;
        Ok(inner.into())
    }

    /// Commits the work tree as it stands, at a time in seconds since 1970, and returns the commit's id.
    ///
    /// # Errors
    /// Where a file cannot be read or an object not be written.
    pub fn commit_all(&self, message: &str, author: &Author, at: i64) -> Result<Id> {
        let commit = || -> std::result::Result<Id, git2::Error> {
            let mut index = self.inner.index()?;
            index.add_all(["*"], IndexAddOption::DEFAULT, None)?;
            index.update_all(["*"], None)?;
            index.write()?;
            let tree = self.inner.find_tree(index.write_tree()?)?;
            let signature = Signature::new(&author.name, &author.email, &Time::new(at, 0))?;
            let parent = self.inner.head().ok().map(|head| head.peel_to_commit()).transpose()?;
            let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
            self.inner.commit(Some("HEAD"), &signature, &signature, message, &tree, &parents).map(Id)
        };
        commit().map_err(|error| cannot("make a commit", &error))
    }

    /// Makes a branch at the commit that is checked out, and goes to it.
    ///
    /// # Errors
    /// Where there is no commit yet, or such a branch already.
    pub fn begin_branch(&self, name: &str) -> Result<()> {
        let branch = || -> std::result::Result<(), git2::Error> {
            let head = self.inner.head()?.peel_to_commit()?;
            self.inner.branch(name, &head, false)?;
            self.inner.set_head(&format!("refs/heads/{name}"))
        };
        branch().map_err(|error| cannot(&format!("make the branch `{name}`"), &error))
    }

    /// Makes a clone with a work tree at a path on this machine.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn clone_to(&self, path: &Path) -> Result<Self> {
        let source = self.path().to_str().ok_or_else(|| {
            Error::usage(format!("cannot clone `{}`, whose path is not UTF-8", self.path().display()))
        })?;
        let inner = git2::Repository::clone(source, path);
        inner.map(Self::from).map_err(|error| cannot(&format!("clone to `{}`", path.display()), &error))
    }

    /// Takes over what another repository on this machine has on a branch that is checked out here, as a pull does that finds
    /// nothing of its own.
    ///
    /// # Errors
    /// Where it cannot be read, or a file not be written.
    pub fn follow(&self, other: &Path, branch: &str) -> Result<()> {
        let follow = || -> std::result::Result<(), git2::Error> {
            let source = git2::Repository::open(other)?;
            let mut remote = self.inner.remote_anonymous(&source.path().to_string_lossy())?;
            let brought = format!("refs/remotes/other/{branch}");
            remote.fetch(&[format!("+refs/heads/{branch}:{brought}")], None, None)?;
            let tip = self.inner.find_reference(&brought)?.peel_to_commit()?;
            self.inner.find_reference(&brought)?.delete()?;
            self.inner.reset(tip.as_object(), git2::ResetType::Hard, None)
        };
        follow().map_err(|error| cannot(&format!("pull from `{}`", other.display()), &error))
    }

    /// Goes to a branch; changes that are not committed are lost.
    ///
    /// # Errors
    /// Where there is no such branch, or a file cannot be written.
    pub fn switch_to(&self, name: &str) -> Result<()> {
        let switch = || -> std::result::Result<(), git2::Error> {
            self.inner.set_head(&format!("refs/heads/{name}"))?;
            self.inner.checkout_head(Some(CheckoutBuilder::new().force()))
        };
        switch().map_err(|error| cannot(&format!("go to the branch `{name}`"), &error))
    }
}

fn cannot(what: &str, error: &git2::Error) -> Error {
    Error::usage(format!("cannot {what}")).because(error.message())
}
