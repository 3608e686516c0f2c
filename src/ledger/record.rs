//! What was recorded: every commit of the first-parent line that changed the file of a matrix.
//!
//! A matrix is known by its id, so that a file may move. A merge counts as one commit, on the day on which it was made.

use std::collections::HashMap;
use std::rc::Rc;

use git2::Oid;
use jiff::Timestamp;
use serde::Serialize;

use super::text::{Shelf, Text};
use crate::error::Result;
use crate::git::{Entry, Link, Objects, Recorded, Repository, Watch};
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

/// Where a matrix lies in a tree.
type Place = Option<(String, Oid)>;

/// The first commit that held something, as far as the walk has come.
struct Seen {
    id: Oid,
    tree: Oid,
    place: Place,
    held: Held,
}

impl Walk<'_> {
    /// Returns the commits that changed the file of a matrix, oldest first, each with what it held.
    ///
    /// A draft may be unfinished, so its text need not satisfy the schema; it has to have the shape of a matrix. Texts
    /// share the rows that did not change.
    ///
    /// # Errors
    /// Where history or an object is missing.
    pub fn drafts(&self, id: &str) -> Result<Vec<Draft>> {
        let objects = self.repository.many_objects()?;
        let mut seek = Seek::new(self, &objects, id);
        let mut newer: Option<Seen> = None;
        let mut changed: Vec<Seen> = Vec::new();
        self.repository.first_parents(self.head, &mut |link| {
            let is_same = seek.look(link)?;
            match newer.as_mut().filter(|_| is_same) {
                Some(newer) => (newer.id, newer.tree) = (link.id, link.tree),
                None => {
                    let seen =
                        Seen { id: link.id, tree: link.tree, place: seek.place.clone(), held: seek.held()? };
                    changed.extend(newer.replace(seen));
                }
            }
            Ok(())
        })?;
        changed.extend(newer.filter(|seen| seen.place.is_some()));
        changed.into_iter().rev().map(|seen| self.draft(seen)).collect()
    }

    /// Says whether the commit to begin at may hold a matrix; that it does not is known without its history.
    ///
    /// # Errors
    /// Where an object is missing.
    pub fn may_have(&self, id: &str) -> Result<bool> {
        let objects = self.repository.objects()?;
        let mut seek = Seek::new(self, &objects, id);
        match self.repository.commit_by_id(self.head) {
            Some(commit) => Ok(seek.find(&seek.files(commit.tree)?)?.is_some()),
            None => Ok(true),
        }
    }

    fn draft(&self, seen: Seen) -> Result<Draft> {
        let Seen { id, tree, place, held } = seen;
        Ok(Draft { commit: self.repository.recorded(id, tree)?, path: place.map(|at| at.0), held })
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

/// Says whether a path has the name of a matrix in it, whatever stands between its words: a guess where to look first.
pub fn is_called_after(path: &str, id: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|char| char.is_alphanumeric()).collect::<String>();
    bare(path).contains(&bare(id))
}

/// Looks for the file of one matrix in tree after tree; what did not change is not looked at again.
struct Seek<'a> {
    walk: &'a Walk<'a>,
    objects: &'a Objects<'a>,
    id: &'a str,
    paths: Vec<String>,
    ids: HashMap<Oid, Option<String>>,
    folders: Option<Vec<Option<Oid>>>,
    /// The paths that decide where the matrix lies; what changes none of them moves nothing.
    watched: Vec<Option<Watch>>,
    place: Place,
    shelf: Shelf,
    /// A blob that was read, with its text.
    read: Option<(Oid, Rc<Text>)>,
}

impl<'a> Seek<'a> {
    fn new(walk: &'a Walk<'a>, objects: &'a Objects<'a>, id: &'a str) -> Self {
        let paths = walk.config.folders().map(|folder| format!("{}{folder}", walk.prefix)).collect();
        Self {
            walk,
            objects,
            id,
            paths,
            ids: HashMap::new(),
            folders: None,
            watched: vec![None],
            place: None,
            shelf: Shelf::default(),
            read: None,
        }
    }

    /// Finds the place of the matrix in a commit, and says whether it is the same as in the commit after.
    fn look(&mut self, link: &Link<'_>) -> Result<bool> {
        if !self.watched.iter().any(|watch| watch.as_ref().is_none_or(|watch| link.may_differ(watch))) {
            return Ok(true);
        }
        let object = |path: &String| Ok(self.objects.entry_at(link.tree, path)?.map(|(_, object)| object));
        let folders = self.paths.iter().map(object).collect::<Result<Vec<_>>>()?;
        if self.folders.as_ref() == Some(&folders) {
            return Ok(true);
        }
        let place = match self.stayed(link.tree)? {
            Some(place) => Some(place),
            None => self.find(&self.files(link.tree)?)?,
        };
        let is_same = self.folders.replace(folders).is_some() && place == self.place;
        self.place = place;
        self.watch();
        Ok(is_same)
    }

    /// Watches the file while it is the matrix, for then no other file is asked; else every file.
    fn watch(&mut self) {
        let is_ours = |blob: &Oid| self.ids.get(blob).is_some_and(|id| id.as_deref() == Some(self.id));
        let own = self.place.as_ref().filter(|(_, blob)| is_ours(blob));
        self.watched = match own {
            Some((path, _)) => vec![Watch::over(path)],
            None => self.paths.iter().map(|path| Watch::over(path)).collect(),
        };
    }

    /// Returns the file at the last known path, if it still is the matrix: then no other file is asked.
    fn stayed(&mut self, tree: Oid) -> Result<Place> {
        let Some((path, blob)) = self.place.clone() else { return Ok(None) };
        let Some(now) = self.objects.blob_at(tree, &path)? else { return Ok(None) };
        let is_new = now != blob || !self.ids.contains_key(&now);
        if let Some(text) = if is_new { self.read(now)? } else { None } {
            self.ids.insert(now, Some(text.head.id.clone()));
            self.read = Some((now, text));
        }
        let is_ours = self.id_of(now)?.as_deref() == Some(self.id);
        Ok(is_ours.then_some((path, now)))
    }

    /// Returns all files that may be matrices.
    fn files(&self, tree: Oid) -> Result<Vec<Entry>> {
        let Walk { repository, prefix, config, .. } = self.walk;
        let own =
            |file: &Entry| file.path.strip_prefix(prefix.as_str()).is_some_and(|path| config.is_matrix(path));
        Ok(repository.files(tree, &self.paths)?.into_iter().filter(own).collect())
    }

    /// Returns the file with the id; else the one at the last known path, which then cannot be read.
    fn find(&mut self, files: &[Entry]) -> Result<Place> {
        let last = self.place.as_ref().map(|(path, _)| path.clone());
        let known = files.iter().find(|file| Some(&file.path) == last.as_ref());
        let (named, others): (Vec<&Entry>, _) =
            files.iter().partition(|file| is_called_after(&file.path, self.id));
        for file in known.into_iter().chain(named).chain(others) {
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
        let bytes = self.objects.blob_within(blob, Limits::MATRIX.bytes)?;
        let id = bytes.and_then(|bytes| Matrix::id_in(&bytes));
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
        let bytes = self.objects.pieces_within(blob, Limits::MATRIX.bytes)?;
        Ok(bytes.and_then(|bytes| self.shelf.read(bytes)).map(Rc::new))
    }
}
