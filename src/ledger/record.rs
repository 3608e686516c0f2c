//! What was recorded: every commit of the first-parent line that changed the file of a matrix.
//!
//! A matrix is known by its id, so that a file may move. A merge counts as one commit, on the day on which it was made.

use std::collections::HashMap;
use std::rc::Rc;

use crate::git::Id;
use jiff::Timestamp;
use serde::Serialize;

use super::text::{SharedText, TextReader};
use crate::error::Result;
use crate::git::{Entry, Link, Objects, Recorded, Repository, Watch};
use crate::matrix::Matrix;
use crate::policy::config::Config;
use crate::source::Limits;
use crate::trust::name::MatrixId;

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
    Text(Rc<SharedText>),
    /// A file that is no matrix that can be judged, and the first reason why.
    Unreadable(String),
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
    pub head: Id,
}

/// A file with its object.
type Place = (String, Id);

/// Where a matrix lies in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    /// In this file, which has its id.
    At(Place),
    /// No file has its id; of these the id cannot be read.
    Among(Vec<Place>),
}

/// The first commit that held something, as far as the walk has come.
struct Seen {
    id: Id,
    tree: Id,
    found: Found,
    held: Held,
}

/// A commit with the path of the matrix, where it lies in one.
type Placed = (Seen, Option<String>);

impl Walk<'_> {
    /// Returns the commits that changed the file of a matrix, oldest first, each with what it held.
    ///
    /// A draft is judged as every file is, by the loader and the schema; what is refused is unreadable, and so is a file
    /// whose id cannot be read, at a path where the matrix lay before or after. Texts share the rows that did not change.
    ///
    /// # Errors
    /// Where history or an object is missing.
    pub fn drafts(&self, id: &str) -> Result<Vec<Draft>> {
        let objects = self.repository.objects()?;
        let mut seek = Seek::new(self, &objects, id);
        let mut newer: Option<Seen> = None;
        let mut changed: Vec<Seen> = Vec::new();
        self.repository.first_parents(self.head, &mut |link| {
            let is_same = seek.look(link)?;
            match newer.as_mut().filter(|_| is_same) {
                Some(newer) => (newer.id, newer.tree) = (link.id, link.tree),
                None => {
                    let seen =
                        Seen { id: link.id, tree: link.tree, found: seek.found.clone(), held: seek.held()? };
                    changed.extend(newer.replace(seen));
                }
            }
            Ok(())
        })?;
        changed.extend(newer);
        changed.reverse();
        placed(changed, id).into_iter().map(|(seen, path)| self.draft(seen, path)).collect()
    }

    /// Says whether the commit to begin at may hold a matrix; that it does not is known without its history.
    ///
    /// # Errors
    /// Where an object is missing.
    pub fn may_have(&self, id: &str) -> Result<bool> {
        let objects = self.repository.objects()?;
        let mut seek = Seek::new(self, &objects, id);
        match self.repository.commit_by_id(self.head) {
            Some(commit) => Ok(seek.find(&seek.files(commit.tree)?)? != Found::Among(Vec::new())),
            None => Ok(true),
        }
    }

    fn draft(&self, seen: Seen, path: Option<String>) -> Result<Draft> {
        let Seen { id, tree, held, .. } = seen;
        Ok(Draft { commit: self.repository.recorded(id, tree)?, path, held })
    }
}

/// Says in which file the matrix lies in each commit, oldest first, also where no file has its id: in the unreadable one
/// at the path where it lay before, or else lay after, or that is called after it. Commits that change none of that are
/// left out, and so are those before the first file.
fn placed(commits: Vec<Seen>, id: &str) -> Vec<Placed> {
    let mut after: Vec<Option<String>> = commits
        .iter()
        .rev()
        .scan(None, |last, seen| {
            let next = last.clone();
            if let Found::At((path, _)) = &seen.found {
                *last = Some(path.clone());
            }
            Some(next)
        })
        .collect();
    let mut placed: Vec<Placed> = Vec::new();
    let (mut before, mut last): (Option<String>, Option<Place>) = (None, None);
    for mut seen in commits {
        let after = after.pop().flatten();
        let place = match &seen.found {
            Found::At(place) => Some(place.clone()),
            Found::Among(files) => meant(files, id, before.as_deref(), after.as_deref()).cloned(),
        };
        if place.is_some() && matches!(seen.held, Held::Nothing) {
            seen.held = Held::Unreadable("its id cannot be read".to_owned());
        }
        if place != last {
            before = place.as_ref().map(|place| place.0.clone()).or(before);
            placed.push((seen, place.as_ref().map(|place| place.0.clone())));
            last = place;
        }
    }
    placed
}

/// Returns the file that a matrix most likely is, of those whose id cannot be read.
fn meant<'f>(files: &'f [Place], id: &str, before: Option<&str>, after: Option<&str>) -> Option<&'f Place> {
    let at = |path: Option<&str>| files.iter().find(|file| Some(file.0.as_str()) == path);
    let alone = || if let ([only], Some(_)) = (files, before) { Some(only) } else { None };
    at(before)
        .or_else(|| at(after))
        .or_else(|| files.iter().find(|file| is_called_after(&file.0, id)))
        .or_else(alone)
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
    pub fn text(&self) -> Option<&Rc<SharedText>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Unreadable(_) | Self::Nothing => None,
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
    ids: HashMap<Id, Option<String>>,
    folders: Option<Vec<Option<Id>>>,
    /// The paths that decide where the matrix lies; what changes none of them moves nothing.
    watched: Vec<Option<Watch>>,
    found: Found,
    /// The path of the matrix, as last known.
    path: Option<String>,
    texts: TextReader,
    /// A blob that was read, with what it holds.
    read: Option<(Id, Held)>,
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
            found: Found::Among(Vec::new()),
            path: None,
            texts: TextReader::default(),
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
        let found = match self.stayed(link.tree)? {
            Some(place) => Found::At(place),
            None => self.find(&self.files(link.tree)?)?,
        };
        let is_same = self.folders.replace(folders).is_some() && found == self.found;
        self.watched = match &found {
            // While a file is the matrix no other is asked.
            Found::At((path, _)) => vec![Watch::over(path)],
            Found::Among(_) => self.paths.iter().map(|path| Watch::over(path)).collect(),
        };
        if let Found::At((path, _)) = &found {
            self.path = Some(path.clone());
        }
        self.found = found;
        Ok(is_same)
    }

    /// Returns the file at the last known path, if it still is the matrix: then no other file is asked.
    fn stayed(&mut self, tree: Id) -> Result<Option<Place>> {
        let Some(path) = self.path.clone() else { return Ok(None) };
        let Some(now) = self.objects.blob_at(tree, &path)? else { return Ok(None) };
        if !self.ids.contains_key(&now) {
            let held = self.read(now)?;
            if let Held::Text(text) = &held {
                self.ids.insert(now, Some(text.head.id.clone()));
            }
            self.read = Some((now, held));
        }
        let is_ours = self.id_of(now)?.as_deref() == Some(self.id);
        Ok(is_ours.then_some((path, now)))
    }

    /// Returns all files that may be matrices.
    fn files(&self, tree: Id) -> Result<Vec<Entry>> {
        let Walk { repository, prefix, config, .. } = self.walk;
        let own =
            |file: &Entry| file.path.strip_prefix(prefix.as_str()).is_some_and(|path| config.is_matrix(path));
        Ok(repository.files(tree, &self.paths)?.into_iter().filter(own).collect())
    }

    /// Returns the file with the id, else all files whose id cannot be read.
    fn find(&mut self, files: &[Entry]) -> Result<Found> {
        let (named, others): (Vec<&Entry>, _) =
            files.iter().partition(|file| is_called_after(&file.path, self.id));
        let mut unread = Vec::new();
        for file in named.into_iter().chain(others) {
            match self.id_of(file.blob)? {
                Some(id) if id == self.id => return Ok(Found::At((file.path.clone(), file.blob))),
                Some(_) => {}
                None => unread.push((file.path.clone(), file.blob)),
            }
        }
        Ok(Found::Among(unread))
    }

    fn id_of(&mut self, blob: Id) -> Result<Option<String>> {
        if let Some(known) = self.ids.get(&blob) {
            return Ok(known.clone());
        }
        let bytes = self.objects.blob_within(blob, Limits::MATRIX.bytes)?;
        // What cannot be an id is none: the file is broken, and no other matrix.
        let id = bytes.and_then(|bytes| Matrix::id_in(&bytes)).filter(|id| id.parse::<MatrixId>().is_ok());
        self.ids.insert(blob, id.clone());
        Ok(id)
    }

    /// Returns what the file with the id holds.
    fn held(&mut self) -> Result<Held> {
        let Found::At((_, blob)) = self.found else { return Ok(Held::Nothing) };
        match self.read.take().filter(|(read, _)| *read == blob) {
            Some((_, held)) => Ok(held),
            None => self.read(blob),
        }
    }

    fn read(&mut self, blob: Id) -> Result<Held> {
        let Some(bytes) = self.objects.blob_within(blob, Limits::MATRIX.bytes)? else {
            return Ok(Held::Unreadable("the file is too large".to_owned()));
        };
        Ok(self.texts.read(&bytes).map_or_else(Held::Unreadable, |text| Held::Text(Rc::new(text))))
    }
}
