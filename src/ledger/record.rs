//! What was recorded: every commit of the first-parent line that changed the file of a matrix.
//!
//! A matrix is known by its id, so that a file may move. A merge counts as one commit, on the day on which it was made.

use std::collections::HashMap;
use std::rc::Rc;

use git2::Oid;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::git::{Entry, Recorded, Repository};
use crate::matrix::Matrix;
use crate::policy::config::Config;
use crate::source::Limits;

/// The rule by which commits are chosen, for everyone who reads them.
pub const RULE: &str =
    "first parents only, as `git log --first-parent` has them: a merge is one commit, on the day it was made";

/// A commit, as people and programs read of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The commit's id.
    pub commit: String,
    /// Who wrote it, as the commit says.
    pub author: String,
    /// When it was recorded, as the commit says, in UTC.
    pub recorded: String,
    /// The first line of its message.
    pub summary: String,
    /// Whether it merged another line.
    pub merge: bool,
    /// Where the matrix lay; none where the commit removed it.
    pub path: Option<String>,
    /// The version that its text names.
    pub version: Option<String>,
}

/// What a commit held of a matrix.
#[derive(Clone, Debug)]
pub enum Held {
    /// A text.
    Text(Rc<Matrix>),
    /// A file that is no matrix that can be read.
    Unreadable,
    /// No file.
    Nothing,
}

/// A commit that changed the file of a matrix; what it held is read where it is needed, so that texts do not pile up.
#[derive(Clone, Debug)]
pub struct Draft {
    commit: Recorded,
    place: Place,
}

/// A repository to walk, and where matrices lie in it.
#[derive(Debug)]
pub struct Walk<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// The path of the project below the top, with a final slash, empty for the top.
    pub prefix: String,
    /// Which files are matrices.
    pub config: &'a Config,
    /// Where to begin.
    pub head: Oid,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

/// Where a matrix lies in a tree.
type Place = Option<(String, Oid)>;

impl Walk<'_> {
    /// Returns the commits that changed the file of a matrix, oldest first.
    ///
    /// # Errors
    /// Where history or an object is missing.
    pub fn drafts(&self, id: &str) -> Result<Vec<Draft>> {
        let mut seek = Seek { walk: self, id, ids: HashMap::new(), folders: None, place: None };
        let mut newer: Option<(Recorded, Place)> = None;
        let mut changed: Vec<(Recorded, Place)> = Vec::new();
        self.repository.first_parents(self.head, &mut |commit| {
            let place = seek.place(commit)?;
            changed.extend(newer.take().filter(|(_, after)| *after != place));
            newer = Some((commit.clone(), place));
            Ok(true)
        })?;
        changed.extend(newer.filter(|(_, place)| place.is_some()));
        changed.reverse();
        Ok(changed.into_iter().map(|(commit, place)| Draft { commit, place }).collect())
    }

    /// Returns what a commit held of the matrix.
    ///
    /// A draft may be unfinished, so its text need not satisfy the schema; it has to have the shape of a matrix.
    ///
    /// # Errors
    /// Where an object is missing.
    pub fn held(&self, draft: &Draft) -> Result<Held> {
        let Some((_, blob)) = &draft.place else { return Ok(Held::Nothing) };
        if self.repository.size(*blob)? > Limits::MATRIX.bytes {
            return Ok(Held::Unreadable);
        }
        let read = serde_json::from_slice::<Matrix>(&self.repository.bytes(*blob)?);
        Ok(read.map_or(Held::Unreadable, |matrix| Held::Text(Rc::new(matrix))))
    }
}

impl Draft {
    /// Says who wrote what when.
    pub fn written(&self, held: &Held) -> Written {
        let commit = &self.commit;
        let recorded = Timestamp::from_second(commit.seconds).map(|moment| moment.to_string());
        Written {
            commit: commit.id.to_string(),
            author: commit.author.clone(),
            recorded: recorded.unwrap_or_else(|_| "unknown".to_owned()),
            summary: commit.summary.clone(),
            merge: commit.is_merge,
            path: self.place.as_ref().map(|(path, _)| path.clone()),
            version: held.text().map(|matrix| matrix.version.clone()),
        }
    }
}

impl Held {
    /// Returns the text, if there is one that can be read.
    pub fn text(&self) -> Option<&Rc<Matrix>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Unreadable | Self::Nothing => None,
        }
    }
}

/// Looks for the file of one matrix in tree after tree; trees that did not change are not looked at again.
struct Seek<'a> {
    walk: &'a Walk<'a>,
    id: &'a str,
    ids: HashMap<Oid, Option<String>>,
    folders: Option<Vec<Option<Oid>>>,
    place: Place,
}

impl Seek<'_> {
    fn place(&mut self, commit: &Recorded) -> Result<Place> {
        let Walk { repository, prefix, config, .. } = self.walk;
        let paths: Vec<String> = config.folders().map(|folder| format!("{prefix}{folder}")).collect();
        let folder = |path: &String| repository.object_at(commit.tree, path.trim_end_matches('/'));
        let folders = paths.iter().map(folder).collect::<Result<Vec<_>>>()?;
        if self.folders.as_ref() == Some(&folders) {
            return Ok(self.place.clone());
        }
        let files = repository.files(commit.tree, &paths)?;
        let own =
            |file: &Entry| file.path.strip_prefix(prefix.as_str()).is_some_and(|path| config.is_matrix(path));
        let files: Vec<Entry> = files.into_iter().filter(own).collect();
        self.place = self.find(&files)?;
        self.folders = Some(folders);
        Ok(self.place.clone())
    }

    /// Returns the file with the id; else the one at the last known path, which then cannot be read.
    fn find(&mut self, files: &[Entry]) -> Result<Place> {
        let last = self.place.as_ref().map(|(path, _)| path.clone());
        let known = files.iter().find(|file| Some(&file.path) == last.as_ref());
        for file in known.into_iter().chain(files) {
            if self.id_of(file.blob)?.is_some_and(|id| id == self.id) {
                return Ok(Some((file.path.clone(), file.blob)));
            }
        }
        let Some(known) = known else { return Ok(None) };
        let is_broken = self.id_of(known.blob)?.is_none();
        Ok(is_broken.then(|| (known.path.clone(), known.blob)))
    }

    fn id_of(&mut self, blob: Oid) -> Result<Option<String>> {
        if let Some(known) = self.ids.get(&blob) {
            return Ok(known.clone());
        }
        let repository = self.walk.repository;
        let id = if repository.size(blob)? <= Limits::MATRIX.bytes {
            serde_json::from_slice::<Id>(&repository.bytes(blob)?).ok().map(|found| found.id)
        } else {
            None
        };
        self.ids.insert(blob, id.clone());
        Ok(id)
    }
}
