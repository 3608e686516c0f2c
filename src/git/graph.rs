//! The commit graph: parents and trees of commits in one file that git writes beside its objects.
//!
//! A repository need not have one, and it may not know the newest commits. A damaged one is left unused.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use git2::Oid;
use gix_commitgraph::{Graph as Commits, Position};
use gix_hash::oid;

use super::bloom::{Filters, Key};

/// The most that parents of merges may take, in bytes; they are not asked for.
const MOST_EDGES: usize = 256 << 20;

/// A commit graph with its changed-path filters.
pub(super) struct Graph {
    commits: Commits,
    size: u32,
    /// The filters of each of its files, oldest commits first; none where a file has none.
    layers: Vec<Filters>,
}

/// A commit that the graph knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Its id.
    pub(super) id: Oid,
    /// Its tree.
    pub(super) tree: Oid,
    /// Its first parent, if it has one.
    pub(super) parent: Option<Position>,
    /// Where it is.
    pub(super) at: Position,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Graph {
    /// Opens the commit graph of a repository, if there is one that makes sense.
    pub(super) fn of(git: &Path) -> Option<Self> {
        let info = git.join("objects/info");
        let (path, files) = files(&info)?;
        let commits = Commits::at(&path, gix_hash::Kind::Sha1, Some(MOST_EDGES)).ok()?;
        let layers: Vec<Filters> =
            files.iter().filter_map(|path| Filters::read(&mut File::open(path).ok()?)).collect();
        let size = commits.num_commits();
        let is_whole = layers.iter().map(|layer| u64::from(layer.commits)).sum::<u64>() == u64::from(size);
        Some(Self { commits, size, layers: if is_whole { layers } else { Vec::new() } })
    }

    /// Returns how many commits it knows.
    pub(super) fn size(&self) -> u32 {
        self.size
    }

    /// Returns the place of a commit, if the graph knows it.
    pub(super) fn find(&self, id: Oid) -> Option<Position> {
        self.commits.lookup(oid::try_from_bytes(id.as_bytes()).ok()?)
    }

    /// Returns the commit at a place; nothing where the graph contradicts itself.
    pub(super) fn node(&self, at: Position) -> Option<Node> {
        if at.0 >= self.size {
            return None;
        }
        let commit = self.commits.commit_at(at);
        let known = |id: &oid| Oid::from_bytes(id.as_bytes()).ok();
        let (id, tree) = (known(commit.id())?, known(commit.root_tree_id())?);
        Some(Node { id, tree, parent: commit.parent1().ok()?, at })
    }

    /// Says whether a commit may have changed what lies at a path, against its first parent.
    pub(super) fn may_have_changed(&self, at: Position, key: Key) -> bool {
        let mut at = at.0;
        for layer in &self.layers {
            match at.checked_sub(layer.commits) {
                Some(rest) => at = rest,
                None => return layer.may_contain(at, key),
            }
        }
        true
    }
}

/// Returns the path of the graph and the paths of its files, oldest commits first: git looks for one file, then a chain.
fn files(info: &Path) -> Option<(PathBuf, Vec<PathBuf>)> {
    let single = info.join("commit-graph");
    if single.is_file() {
        return Some((single.clone(), vec![single]));
    }
    let folder = info.join("commit-graphs");
    let chain = fs::read_to_string(folder.join("commit-graph-chain")).ok()?;
    let files = chain.lines().map(|line| folder.join(format!("graph-{line}.graph"))).collect();
    Some((folder, files))
}
