//! The commit graph: parents and trees of commits in one file that git writes beside its objects.
//!
//! A repository need not have one, and it may not know the newest commits. A damaged one is left unused.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::Id;
use gix_commitgraph::{Graph as Commits, Position};
use gix_hash::oid;

use super::bloom::{Filters, Key};

/// The most that parents of merges may take, in bytes; they are not asked for.
const MOST_EDGES: usize = 256 << 20;

/// The most bytes of the list of files that make a graph.
const MOST_CHAIN: u64 = 1 << 20;

/// A commit graph with its changed-path filters.
pub struct Graph {
    commits: Commits,
    size: u32,
    /// The filters of each of its files, oldest commits first; none where a file has none.
    layers: Vec<Filters>,
}

/// A commit that the graph knows.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Its id.
    pub id: Id,
    /// Its tree.
    pub tree: Id,
    /// Its first parent, if it has one.
    pub parent: Option<u32>,
    /// Its place.
    pub at: u32,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Graph {
    /// Opens the commit graph of a repository, if there is one that makes sense.
    pub fn of(git: &Path) -> Option<Self> {
        let info = git.join("objects/info");
        let (path, files) = files(&info)?;
        if !files.iter().all(|path| is_as_written(path)) {
            return None;
        }
        let commits = Commits::at(&path, gix_hash::Kind::Sha1, Some(MOST_EDGES)).ok()?;
        let layers: Vec<Filters> =
            files.iter().filter_map(|path| Filters::read(&mut File::open(path).ok()?)).collect();
        let size = commits.num_commits();
        let known: u64 = layers.iter().map(|layer| u64::from(layer.commits)).sum();
        let is_whole = layers.len() == files.len() && known == u64::from(size);
        Some(Self { commits, size, layers: if is_whole { layers } else { Vec::new() } })
    }

    /// Returns how many commits it knows.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Returns the place of a commit, if the graph knows it.
    pub fn find(&self, id: Id) -> Option<u32> {
        self.commits.lookup(oid::try_from_bytes(id.0.as_bytes()).ok()?).map(|at| at.0)
    }

    /// Returns the commit at a place; nothing where the graph contradicts itself.
    pub fn node(&self, at: u32) -> Option<Node> {
        if at >= self.size {
            return None;
        }
        let commit = self.commits.commit_at(Position(at));
        let known = |id: &oid| git2::Oid::from_bytes(id.as_bytes()).ok().map(Id);
        let (id, tree) = (known(commit.id())?, known(commit.root_tree_id())?);
        Some(Node { id, tree, parent: commit.parent1().ok()?.map(|at| at.0), at })
    }

    /// Says whether a commit may have changed what lies at a path, against its first parent.
    pub fn may_have_changed(&self, mut at: u32, key: Key) -> bool {
        for layer in &self.layers {
            match at.checked_sub(layer.commits) {
                Some(rest) => at = rest,
                None => return layer.may_contain(at, key),
            }
        }
        true
    }
}

/// Says whether a file of a graph fits the checksum at its end: a parent or a filter that rot changed would skip commits
/// in silence.
fn is_as_written(path: &Path) -> bool {
    gix_commitgraph::File::at(path).is_ok_and(|file| file.verify_checksum().is_ok())
}

/// Returns the path of the graph and the paths of its files, oldest commits first: git looks for one file, then a chain.
fn files(info: &Path) -> Option<(PathBuf, Vec<PathBuf>)> {
    let single = info.join("commit-graph");
    if single.is_file() {
        return Some((single.clone(), vec![single]));
    }
    let folder = info.join("commit-graphs");
    let chain = folder.join("commit-graph-chain");
    // What is no ordinary file could keep us waiting for ever.
    let is_small = chain.metadata().is_ok_and(|found| found.is_file() && found.len() <= MOST_CHAIN);
    let chain = is_small.then(|| fs::read_to_string(chain).ok())??;
    let files: Vec<PathBuf> = chain.lines().map(|line| folder.join(format!("graph-{line}.graph"))).collect();
    files.iter().all(|file| file.is_file()).then_some((folder, files))
}
