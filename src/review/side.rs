//! The two sides of a comparison, as people name them.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
use crate::git::Repository;
use crate::world::World;

/// One side of a comparison.
#[derive(Clone, Debug)]
pub enum Side {
    /// All matrices of a project at one state.
    Project {
        /// The state.
        world: World,
        /// What people call it.
        name: String,
    },
    /// One file that somebody named.
    File {
        /// The folder it lies in.
        world: World,
        /// Its name in the folder.
        path: String,
        /// How it was named.
        name: String,
    },
}

/// Both sides of a comparison.
#[derive(Clone, Debug)]
pub struct Sides {
    /// What was.
    pub before: Side,
    /// What is.
    pub after: Side,
}

impl Side {
    /// Returns what people call the side.
    pub fn name(&self) -> String {
        match self {
            Self::Project { name, .. } | Self::File { name, .. } => name.clone(),
        }
    }

    /// Returns the state that the side is read from.
    pub fn world(&self) -> &World {
        match self {
            Self::Project { world, .. } | Self::File { world, .. } => world,
        }
    }

    fn work_tree(root: &Path) -> Result<Self> {
        Ok(Self::Project { world: World::on_disk(root.to_path_buf())?, name: "work tree".to_owned() })
    }

    /// Reads what a person typed: a file that is there, a day, or a revision.
    fn named(root: &Path, text: &str) -> Result<Self> {
        if Path::new(text).is_file() {
            return Self::file(text);
        }
        match text.parse::<Date>() {
            Ok(day) => Self::on_day(root, day),
            Err(_) => Ok(Self::Project { world: World::at(root, text)?, name: text.to_owned() }),
        }
    }

    fn file(text: &str) -> Result<Self> {
        let cannot = || Error::usage(format!("cannot open `{text}`"));
        let full = std::fs::canonicalize(text).map_err(|error| cannot().because(error))?;
        let folder = full.parent().map(PathBuf::from).ok_or_else(cannot)?;
        let path = full.file_name().and_then(|name| name.to_str()).ok_or_else(cannot)?.to_owned();
        Ok(Self::File { world: World::on_disk(folder)?, path, name: text.to_owned() })
    }

    /// The last commit on or before the end of a day in UTC, over first parents: what the main line held.
    fn on_day(root: &Path, day: Date) -> Result<Self> {
        let repository = repository(root)?;
        let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
        let next =
            next.map_err(|error| Error::usage(format!("`{day}` is no day to look at")).because(error))?;
        let commit = repository.last_before(next.timestamp().as_second(), &day.to_string())?;
        let short: String = commit.id.to_string().chars().take(10).collect();
        let name = format!("{day} (commit {short}, over first parents)");
        Ok(Self::Project { world: World::of_commit(root, &repository, &commit, name.clone()), name })
    }
}

impl Sides {
    /// Reads what a person typed after `diff`.
    ///
    /// Nothing: the work tree against HEAD. One side: the work tree against it, or `A..B`, or `A...B`, which
    /// begins where the two parted. Two sides: the second against the first.
    ///
    /// # Errors
    /// Where a side does not exist or cannot be told.
    pub fn of(root: &Path, words: &[String]) -> Result<Self> {
        match words {
            [] => Ok(Self { before: Side::named(root, "HEAD")?, after: Side::work_tree(root)? }),
            [one] => match one.split_once("...") {
                Some((base, head)) => Self::parted(root, or_head(base), or_head(head)),
                None => match one.split_once("..") {
                    Some((base, head)) => Ok(Self {
                        before: Side::named(root, or_head(base))?,
                        after: Side::named(root, or_head(head))?,
                    }),
                    None => Ok(Self { before: Side::named(root, one)?, after: Side::work_tree(root)? }),
                },
            },
            [before, after, ..] => {
                Ok(Self { before: Side::named(root, before)?, after: Side::named(root, after)? })
            }
        }
    }

    fn parted(root: &Path, base: &str, head: &str) -> Result<Self> {
        let repository = repository(root)?;
        let commit = repository.merge_base(base, head)?;
        let name = format!("where {head} left {base}");
        let before =
            Side::Project { world: World::of_commit(root, &repository, &commit, name.clone()), name };
        Ok(Self { before, after: Side::named(root, head)? })
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
