//! What was recorded: every commit of the first-parent line that changed the file of a matrix.
//!
//! A matrix is known by its id, so that a file may move. A merge counts as one commit, on the day on which it was made.

use std::collections::HashMap;
use std::rc::Rc;

use git2::Oid;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::{Shelf, Text};
use crate::error::Result;
use crate::git::{Entry, Recorded, Repository};
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
    Text(Rc<Text>),
    /// A file that is no matrix that can be read.
    Unreadable,
    /// No file.
    Nothing,
}

/// A commit that changed the file of a matrix.
#[derive(Clone, Debug)]
pub struct Draft {
    commit: Recorded,
    path: Option<String>,
    /// What it held.
    pub held: Held,
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
    /// Returns the commits that changed the file of a matrix, oldest first, each with what it held.
    ///
    /// A draft may be unfinished, so its text need not satisfy the schema; it has to have the shape of a matrix. Texts
    /// share the rows that did not change.
    ///
    /// # Errors
    /// Where history or an object is missing.
    pub fn drafts(&self, id: &str) -> Result<Vec<Draft>> {
        let mut seek = Seek::new(self, id);
        let mut newer: Option<(Recorded, Place, Held)> = None;
        let mut changed: Vec<(Recorded, Place, Held)> = Vec::new();
        self.repository.first_parents(self.head, &mut |commit| {
            let place = seek.place(commit)?;
            match newer.take() {
                Some((_, after, held)) if after == place => newer = Some((commit.clone(), place, held)),
                other => {
                    changed.extend(other);
                    newer = Some((commit.clone(), place, seek.held()?));
                }
            }
            Ok(true)
        })?;
        changed.extend(newer.filter(|(_, place, _)| place.is_some()));
        changed.reverse();
        let draft = |(commit, place, held): (_, Place, _)| Draft { commit, path: place.map(|at| at.0), held };
        Ok(changed.into_iter().map(draft).collect())
    }
}

impl Draft {
    /// Says who wrote what when.
    pub fn written(&self) -> Written {
        let commit = &self.commit;
        let recorded = Timestamp::from_second(commit.seconds).map(|moment| moment.to_string());
        Written {
            commit: commit.id.to_string(),
            author: commit.author.clone(),
            recorded: recorded.unwrap_or_else(|_| "unknown".to_owned()),
            summary: commit.summary.clone(),
            merge: commit.is_merge,
            path: self.path.clone(),
            version: self.held.text().map(|text| text.head.version.clone()),
        }
    }
}

impl Held {
    /// Returns the text, if there is one that can be read.
    pub fn text(&self) -> Option<&Rc<Text>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Unreadable | Self::Nothing => None,
        }
    }
}

/// Looks for the file of one matrix in tree after tree; what did not change is not looked at again.
struct Seek<'a> {
    walk: &'a Walk<'a>,
    id: &'a str,
    paths: Vec<String>,
    ids: HashMap<Oid, Option<String>>,
    folders: Option<Vec<Option<Oid>>>,
    place: Place,
    shelf: Shelf,
    /// A blob that was read, with its text.
    read: Option<(Oid, Rc<Text>)>,
}

impl<'a> Seek<'a> {
    fn new(walk: &'a Walk<'a>, id: &'a str) -> Self {
        let paths = walk.config.folders().map(|folder| format!("{}{folder}", walk.prefix)).collect();
        let (ids, shelf) = (HashMap::new(), Shelf::default());
        Self { walk, id, paths, ids, folders: None, place: None, shelf, read: None }
    }

    fn place(&mut self, commit: &Recorded) -> Result<Place> {
        let repository = self.walk.repository;
        let folder = |path: &String| repository.object_at(commit.tree, path.trim_end_matches('/'));
        let folders = self.paths.iter().map(folder).collect::<Result<Vec<_>>>()?;
        if self.folders.as_ref() != Some(&folders) {
            self.place = match self.stayed(commit)? {
                Some(place) => Some(place),
                None => self.find(&self.files(commit)?)?,
            };
            self.folders = Some(folders);
        }
        Ok(self.place.clone())
    }

    /// Returns the file at the last known path, if it still is the matrix: then no other file is asked.
    fn stayed(&mut self, commit: &Recorded) -> Result<Place> {
        let Some((path, blob)) = self.place.clone() else { return Ok(None) };
        let Some(now) = self.walk.repository.blob_at(commit.tree, &path)? else { return Ok(None) };
        let is_new = now != blob || !self.ids.contains_key(&now);
        if let Some(text) = if is_new { self.read(now)? } else { None } {
            self.ids.insert(now, Some(text.head.id.clone()));
            self.read = Some((now, text));
        }
        let is_ours = self.id_of(now)?.as_deref() == Some(self.id);
        Ok(is_ours.then_some((path, now)))
    }

    /// Returns all files that may be matrices.
    fn files(&self, commit: &Recorded) -> Result<Vec<Entry>> {
        let Walk { repository, prefix, config, .. } = self.walk;
        let own =
            |file: &Entry| file.path.strip_prefix(prefix.as_str()).is_some_and(|path| config.is_matrix(path));
        Ok(repository.files(commit.tree, &self.paths)?.into_iter().filter(own).collect())
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
        let bytes = self.walk.repository.bytes_within(blob, Limits::MATRIX.bytes)?;
        let found = bytes.and_then(|bytes| serde_json::from_slice::<Id>(&bytes).ok());
        let id = found.map(|found| found.id);
        self.ids.insert(blob, id.clone());
        Ok(id)
    }

    /// Returns what the file at the place holds.
    fn held(&mut self) -> Result<Held> {
        let Some((_, blob)) = self.place else { return Ok(Held::Nothing) };
        let text = match self.read.take().filter(|(read, _)| *read == blob) {
            Some((_, text)) => Some(text),
            None => self.read(blob)?,
        };
        Ok(text.map_or(Held::Unreadable, Held::Text))
    }

    fn read(&mut self, blob: Oid) -> Result<Option<Rc<Text>>> {
        let bytes = self.walk.repository.bytes_within(blob, Limits::MATRIX.bytes)?;
        Ok(bytes.and_then(|bytes| self.shelf.read(bytes)).map(Rc::new))
    }
}
