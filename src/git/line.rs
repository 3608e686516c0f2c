//! The first-parent line: what stood on a branch, commit by commit, and who put it there.
//!
//! A line that was cut off when the repository was cloned is an error and never a shorter answer.

use super::Id;

use super::bloom::Key;
use super::graph::{Graph, Node};
use super::{Objects, Repository, missing};
use crate::error::{Error, Result};

/// A commit of the line, as far as every walk has to know it.
#[derive(Debug)]
pub struct Link<'g> {
    /// Its id.
    pub id: Id,
    /// Its tree.
    pub tree: Id,
    /// The commit after it on the line, where a commit graph knows what that one changed.
    after: Option<(&'g Graph, u32)>,
}

/// A path that a walk asks about, with the folders that it lies in: what changed changed them too.
#[derive(Clone, Debug)]
pub struct Watch(Vec<Key>);

/// A commit of the line with what people read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub id: Id,
    /// Who wrote it, as the commit says.
    pub author: String,
    /// When it was recorded: the committer's clock, in seconds since 1970.
    pub seconds: i64,
    /// The first line of its message.
    pub summary: String,
    /// Whether it merged another line into this one.
    pub is_merge: bool,
}

impl Watch {
    /// Watches what lies at a path, a file or a folder with all below; nothing for the top of the tree.
    pub fn over(path: &str) -> Option<Self> {
        let path = path.trim_end_matches('/');
        let folders = path.match_indices('/').rev().map(|(at, _)| &path[..at]);
        let keys = || std::iter::once(path).chain(folders).map(Key::of).collect();
        (!path.is_empty()).then(|| Self(keys()))
    }
}

impl Link<'_> {
    /// Says whether what lies at a path may differ from what the commit after this one has there.
    pub fn may_differ(&self, watch: &Watch) -> bool {
        self.after.is_none_or(|(graph, at)| watch.0.iter().all(|key| graph.may_have_changed(at, *key)))
    }
}

/// Where the line goes on.
#[derive(Clone, Copy)]
enum Next {
    Object(Id),
    Graph(u32),
}

/// A commit of the line with where the line goes on.
struct Stop {
    id: Id,
    tree: Id,
    next: Option<Next>,
    /// Its place in the commit graph, if it is there.
    place: Option<u32>,
}

impl Repository {
    /// Shows each commit from `head` back over first parents, newest first.
    ///
    /// # Errors
    /// Where the line was cut off, was given other parents, or an object is missing.
    pub fn first_parents(&self, head: Id, look: &mut dyn FnMut(&Link<'_>) -> Result<()>) -> Result<()> {
        self.refuse_grafts()?;
        Self::trust_storage();
        // Nothing is read twice on the way, so nothing is kept.
        git2::opts::enable_caching(false);
        let (objects, graph) = (self.objects()?, self.graph());
        let graph = graph.as_ref();
        let (mut next, mut after, mut known) = (Some(Next::Object(head)), None, 0);
        while let Some(at) = next {
            let stop = self.stop(&objects, graph, at)?;
            known += u32::from(stop.place.is_some());
            if graph.is_some_and(|graph| known > graph.size()) {
                return Err(damaged());
            }
            look(&Link { id: stop.id, tree: stop.tree, after })?;
            after = graph.zip(stop.place);
            next = stop.next;
        }
        Ok(())
    }

    /// Reads a commit of the line from the graph, or from the objects where the graph does not know it.
    fn stop(&self, objects: &Objects<'_>, graph: Option<&Graph>, at: Next) -> Result<Stop> {
        if let Some(Node { id, tree, parent, at }) = graph.map(|it| node(it, at)).transpose()?.flatten() {
            return Ok(Stop { id, tree, next: parent.map(Next::Graph), place: Some(at) });
        }
        let Next::Object(id) = at else { return Err(damaged()) };
        let (tree, parent) = objects.links(id).map_err(|error| self.cut_off(id, &error))?;
        Ok(Stop { id, tree, next: parent.map(Next::Object), place: None })
    }

    /// Returns what people read of a commit of the line.
    ///
    /// # Errors
    /// Where the clone does not hold it, or its commit graph says something else of it.
    pub fn recorded(&self, id: Id, tree: Id) -> Result<Recorded> {
        let commit = self.inner.find_commit(id.0).map_err(|error| self.cut_off(id, &error))?;
        if commit.tree_id() != tree.0 {
            return Err(damaged());
        }
        Ok(Recorded {
            id,
            author: decoded(&commit, commit.author().name_bytes()),
            seconds: commit.time().seconds(),
            summary: decoded(&commit, commit.summary_bytes().unwrap_or_default()),
            is_merge: commit.parent_count() > 1,
        })
    }

    /// Opens the commit graph; none where a clone or its references say other than the objects, as git has it.
    fn graph(&self) -> Option<Graph> {
        let is_replaced =
            self.inner.references_glob("refs/replace/*").is_ok_and(|mut all| all.next().is_some());
        if self.is_shallow() || is_replaced {
            return None;
        }
        Graph::of(self.inner.commondir())
    }

    fn cut_off(&self, id: Id, error: &git2::Error) -> Error {
        if self.is_shallow() { shallow(id) } else { missing(&format!("commit {id}"), error) }
    }
}

/// Returns a text of a commit, which says itself in which encoding it was written, if not in UTF-8.
pub(super) fn decoded(commit: &git2::Commit<'_>, bytes: &[u8]) -> String {
    let named = commit.header_field_bytes("encoding").ok();
    let named = named.and_then(|name| encoding_rs::Encoding::for_label(&name));
    match (std::str::from_utf8(bytes), named) {
        (Err(_), Some(encoding)) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn node(graph: &Graph, at: Next) -> Result<Option<Node>> {
    let place = match at {
        Next::Object(id) => graph.find(id),
        Next::Graph(place) => Some(place),
    };
    place.map(|place| graph.node(place).ok_or_else(damaged)).transpose()
}

fn shallow(id: Id) -> Error {
    Error::cannot_judge(format!("this clone is shallow: what was recorded up to commit {id} is not in it"))
        .hint("run `git fetch --unshallow` and try again")
}

fn damaged() -> Error {
    Error::cannot_judge("the commit graph of this clone contradicts its commits")
        .hint("`git commit-graph write --reachable --changed-paths` writes it anew; then try again")
}
