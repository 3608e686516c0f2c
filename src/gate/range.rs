//! The commits of a gate: whose rules judge, what the change is told from, and what is judged.

use super::host::{Event, Occasion};
use crate::error::{Error, Result};
use crate::git::{Commit, Repository};

/// The commits that a gate looks at.
#[derive(Clone, Debug)]
pub struct Range {
    /// Rules, waivers, configuration and the list of signers come from here; `None` if there is nothing before.
    pub base: Option<Commit>,
    /// What is judged is compared with this: the base, or where the change left it.
    pub from: Option<Commit>,
    /// What is judged.
    pub head: Commit,
}

impl Range {
    /// Finds the commits that an event names.
    ///
    /// What is judged is the commit that is checked out where it contains the one that was proposed, as the merge of both
    /// does, and else the proposed one.
    ///
    /// # Errors
    /// Where a commit is not in the clone, or history that was cut off may hide where the change left the base.
    pub fn find(repository: &Repository, event: &Event) -> Result<Self> {
        repository.refuse_grafts()?;
        let head = head(repository, event)?;
        let Some(name) = &event.base else { return Ok(Self { base: None, from: None, head }) };
        let base =
            repository.commit(name).map_err(|error| lacking(repository, event, "base", name, &error))?;
        let from = match (event.occasion, repository.is_before(&base, &head)) {
            (Occasion::Push, _) | (_, Some(true)) => base.clone(),
            (_, Some(false)) => repository.merge_base(name, &head.id.to_string())?,
            (_, None) => return Err(cut_off(event)),
        };
        Ok(Self { base: Some(base), from: Some(from), head })
    }

    /// Says whether the base went on since the change left it, and what is judged does not have that yet.
    pub fn is_behind(&self) -> bool {
        self.base.as_ref().map(|base| base.id) != self.from.as_ref().map(|from| from.id)
    }
}

fn head(repository: &Repository, event: &Event) -> Result<Commit> {
    let checked_out = repository.head();
    let Some(name) = &event.head else {
        return checked_out.ok_or_else(|| Error::cannot_judge("nothing was committed here yet"));
    };
    let proposed = repository.commit(name);
    match (checked_out, proposed) {
        (Some(here), Ok(head)) if repository.is_before(&head, &here) == Some(true) => Ok(here),
        (_, Ok(head)) => Ok(head),
        (_, Err(error)) => Err(lacking(repository, event, "proposed commit", name, &error)),
    }
}

fn lacking(repository: &Repository, event: &Event, what: &str, name: &str, error: &Error) -> Error {
    let error =
        Error::cannot_judge(format!("the {what} `{name}` is not in this clone")).because(&error.message);
    let fetch = event.fetch.as_deref().unwrap_or("git fetch --no-tags origin");
    error.hint(match repository.is_shallow() {
        true => format!(
            "this clone is shallow: `git fetch --unshallow`, then `{fetch}`; in a workflow `fetch-depth: 0`"
        ),
        false => format!("`{fetch}` brings it"),
    })
}

fn cut_off(event: &Event) -> Error {
    let fetch = event.fetch.as_deref().map(|fetch| format!(", then `{fetch}`")).unwrap_or_default();
    Error::cannot_judge("this clone is shallow, so where the change left the base cannot be told")
        .hint(format!("`git fetch --unshallow`{fetch}; in a workflow `fetch-depth: 0`"))
}
