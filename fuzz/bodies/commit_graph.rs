//! Any bytes as a commit graph are refused, or are walked to their end without a panic.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use countersign::git::bloom::Key;
use countersign::git::graph::Graph;

/// A folder of this process with the one file of a graph in it.
static GIT: LazyLock<PathBuf> = LazyLock::new(|| {
    let git = std::env::temp_dir().join(format!("commit-graph-{}", std::process::id()));
    fs::create_dir_all(git.join("objects/info")).expect("a folder can be made");
    git
});

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    fs::write(GIT.join("objects/info/commit-graph"), bytes).expect("a file can be written");
    let Some(graph) = Graph::of(&GIT) else { return };
    let key = Key::of("matrices/acme.json");
    for at in 0..graph.size().min(1000) {
        let Some(node) = graph.node(at) else { continue };
        graph.may_have_changed(at, key);
        graph.find(node.id);
        let mut next = node.parent;
        for _ in 0..graph.size().min(100) {
            next = next.and_then(|at| graph.node(at)).and_then(|node| node.parent);
        }
    }
    assert!(graph.node(graph.size()).is_none(), "there is no commit behind the last");
}
