//! The two sides of a comparison, as people name them.

use std::path::{Path, PathBuf};

use crate::git::Id;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
use crate::git::{Commit, Repository};
use crate::matrix::Matrix;
use crate::project::SignoffState;
use crate::project::Snapshot;
use crate::project::words::{self, Names};
use crate::report::words::{every_fault, list};
use crate::trust::name::{MatrixId, Version};
use crate::trust::statement::folder;

/// How many commits are looked at for what was said in them.
const MOST: usize = 1000;

/// One side of a comparison.
#[derive(Clone, Debug)]
pub enum ReviewSide {
    /// All matrices of a project at one state.
    Project {
        /// The state.
        world: Snapshot,
        /// What people call it.
        name: String,
        /// The commit, or nothing for the work tree.
        commit: Option<Id>,
    },
    /// One file that somebody named.
    File {
        /// The folder it lies in.
        world: Snapshot,
        /// Its name in the folder.
        path: String,
        /// How it was named.
        name: String,
    },
    /// A version of one matrix that was offered for signature.
    Version {
        /// The project.
        world: Snapshot,
        /// Where its text lies.
        path: String,
        /// The text.
        matrix: Box<Matrix>,
        /// Its name, and how it stands.
        name: String,
    },
}

/// Both sides of a comparison.
#[derive(Clone, Debug)]
pub struct Sides {
    /// What was.
    pub before: ReviewSide,
    /// What is.
    pub after: ReviewSide,
}

impl ReviewSide {
    /// Returns what people call the side.
    pub fn name(&self) -> String {
        match self {
            Self::Project { name, .. } | Self::File { name, .. } | Self::Version { name, .. } => name.clone(),
        }
    }

    /// Returns the state that the side is read from.
    pub fn world(&self) -> &Snapshot {
        match self {
            Self::Project { world, .. } | Self::File { world, .. } | Self::Version { world, .. } => world,
        }
    }

    /// Returns the path of the project from the top of its repository; empty at the top, and for a file by itself.
    pub fn prefix(&self) -> String {
        let prefix = || self.world().open().ok()?.prefix().ok()?;
        if matches!(self, Self::File { .. }) { String::new() } else { prefix().unwrap_or_default() }
    }

    fn work_tree(root: &Path) -> Result<Self> {
        let world = Snapshot::on_disk(root.to_path_buf())?;
        Ok(Self::Project { world, name: "work tree".to_owned(), commit: None })
    }

    /// Returns whether the side has all matrices of a project.
    pub(super) fn is_project(&self) -> bool {
        matches!(self, Self::Project { .. })
    }

    /// Returns the id of the only matrix that the side has, where it has one by its nature.
    pub(super) fn only(&self) -> Option<&str> {
        match self {
            Self::Version { matrix, .. } => Some(&matrix.id),
            Self::Project { .. } | Self::File { .. } => None,
        }
    }

    /// Reads what a person typed: a file that is there, a version of a matrix, a day, or a revision.
    fn named(root: &Path, text: &str, today: Date) -> Result<Self> {
        if Path::new(text).is_file() {
            return Self::file(text);
        }
        if let Some((id, version)) = text.rsplit_once('@')
            && let (Ok(id), Ok(version)) = (id.parse(), version.parse())
        {
            return Self::version(root, &id, version, today);
        }
        match text.parse::<Date>() {
            Ok(day) => Self::on_day(root, day),
            Err(_) => Self::revision(root, text),
        }
    }

    fn revision(root: &Path, text: &str) -> Result<Self> {
        let repository = Repository::around(root)?.ok_or_else(|| {
            Error::cannot_judge(format!("`{text}` is no file, and no repository is here to know it"))
                .hint("compare two files: `countersign diff BEFORE.json AFTER.json`")
        })?;
        let commit = repository.commit(text)?;
        let told = repository.tell(&commit);
        Ok(Self::commit(root, &repository, &commit, format!("{text} ({told})")))
    }

    fn commit(root: &Path, repository: &Repository, commit: &Commit, name: String) -> Self {
        let world = Snapshot::of_commit(root, repository, commit, name.clone());
        Self::Project { world, name, commit: Some(commit.id) }
    }

    /// A version as it was offered, with how it stands.
    fn version(root: &Path, id: &MatrixId, version: Version, today: Date) -> Result<Self> {
        let world = Snapshot::on_disk(root.to_path_buf())?;
        let signoffs = SignoffState::read(&world, None, today)?;
        let one = signoffs
            .standing
            .version(id, version)
            .filter(|one| signoffs.text(&one.id, one.version).is_some());
        let one = one.zip(signoffs.calendar(id.as_str()));
        let (one, calendar) = one.ok_or_else(|| unknown(&signoffs, id, version))?;
        let path = format!("{}/matrix.json", folder(id, version));
        let matrix = signoffs.read_matrix(id, version).ok_or_else(|| {
            Error::cannot_judge(format!("`{path}` is not a matrix that can be compared"))
                .hint(every_fault(&path))
        })?;
        let standing = words::standing(one, &calendar, &Names::of_matrix(&matrix));
        Ok(Self::Version {
            world,
            path,
            name: format!("{id}@{version} ({standing})"),
            matrix: Box::new(matrix),
        })
    }

    fn file(text: &str) -> Result<Self> {
        let cannot = || Error::usage(format!("cannot open `{text}`"));
        let full = std::fs::canonicalize(text).map_err(|error| cannot().because(error))?;
        let folder = full.parent().map(PathBuf::from).ok_or_else(cannot)?;
        let path = full.file_name().and_then(|name| name.to_str()).ok_or_else(cannot)?.to_owned();
        Ok(Self::File { world: Snapshot::apart(folder), path, name: text.to_owned() })
    }

    /// The last commit on or before the end of a day in UTC, over first parents: what the main line held.
    fn on_day(root: &Path, day: Date) -> Result<Self> {
        let repository = repository(root)?;
        let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
        let next =
            next.map_err(|error| Error::usage(format!("`{day}` is no day to look at")).because(error))?;
        let commit = repository.last_before(next.timestamp().as_second(), &day.to_string())?;
        let name = format!("{day} ({}, over first parents)", repository.tell(&commit));
        Ok(Self::commit(root, &repository, &commit, name))
    }
}

impl Sides {
    /// Reads what a person typed after `diff` in a folder.
    ///
    /// Nothing: the work tree against HEAD. One side: the work tree against it, or `A..B`, or `A...B`, which
    /// begins where the two parted. Two sides: the second against the first. `today` is the day on which
    /// versions are judged. Two files are what they are: no project around them is asked for.
    ///
    /// # Errors
    /// Where a side does not exist or cannot be told.
    pub fn of(folder: &Path, words: &[String], today: Date) -> Result<Self> {
        if let [before, after] = words
            && words.iter().all(|text| Path::new(text).is_file())
        {
            return Ok(Self { before: ReviewSide::file(before)?, after: ReviewSide::file(after)? });
        }
        let root = &Snapshot::root_of(folder)?;
        let named = |text: &str| ReviewSide::named(root, text, today);
        match words {
            [] => Ok(Self { before: named("HEAD")?, after: ReviewSide::work_tree(root)? }),
            [one] => match one.split_once("...") {
                Some((base, head)) => Self::parted(root, or_head(base), or_head(head), today),
                None => match one.split_once("..") {
                    Some((base, head)) => {
                        Ok(Self { before: named(or_head(base))?, after: named(or_head(head))? })
                    }
                    None => Ok(Self { before: named(one)?, after: ReviewSide::work_tree(root)? }),
                },
            },
            [before, after, ..] => Ok(Self { before: named(before)?, after: named(after)? }),
        }
    }

    /// Returns whether both are files that somebody named: then no project and no repository has a say.
    pub(super) fn are_files(&self) -> bool {
        matches!((&self.before, &self.after), (ReviewSide::File { .. }, ReviewSide::File { .. }))
    }

    /// Returns what was said in the commits between the sides that changed one of some files, the oldest first.
    pub(super) fn subjects(&self, files: &[String]) -> Vec<String> {
        let (ReviewSide::Project { commit: Some(from), .. }, ReviewSide::Project { world, commit: to, .. }) =
            (&self.before, &self.after)
        else {
            return Vec::new();
        };
        let Ok(Some(store)) = world.store() else { return Vec::new() };
        let Some(to) = to.or_else(|| store.repository.head().map(|head| head.id)) else { return Vec::new() };
        let files: Vec<String> = files.iter().map(|file| format!("{}{file}", store.prefix)).collect();
        store.repository.subjects(*from, to, &files, MOST)
    }

    fn parted(root: &Path, base: &str, head: &str, today: Date) -> Result<Self> {
        let repository = repository(root)?;
        let commit = repository.merge_base(base, head)?;
        let name = format!("where {head} left {base} ({})", repository.tell(&commit));
        let before = ReviewSide::commit(root, &repository, &commit, name);
        Ok(Self { before, after: ReviewSide::named(root, head, today)? })
    }
}

fn or_head(text: &str) -> &str {
    if text.is_empty() { "HEAD" } else { text }
}

fn repository(root: &Path) -> Result<Repository> {
    Repository::around(root)?.ok_or_else(|| {
        Error::cannot_judge(format!("`{}` is not in a git repository", root.display()))
            .hint("compare two files instead: `countersign diff BEFORE.json AFTER.json`")
    })
}

/// Says that a version was never offered, and which were.
fn unknown(signoffs: &SignoffState, id: &MatrixId, version: Version) -> Error {
    let versions = signoffs.standing.matrices.get(id).map(|matrix| matrix.versions.keys());
    let known: Vec<String> = versions.into_iter().flatten().map(|known| format!("{id}@{known}")).collect();
    let known = match known.is_empty() {
        true => format!("no version of `{id}` was ever offered"),
        false => format!("there are {}", list(&known)),
    };
    Error::nothing(format!("version {version} of `{id}` was never offered for signature"))
        .because(known)
        .hint("`countersign status` shows every matrix and its versions")
}
