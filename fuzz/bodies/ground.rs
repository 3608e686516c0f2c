//! The engagement in `fuzz/ground`, in force: what nobody signed must not change that.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use countersign::trust::force::Force;
use countersign::trust::name::{MatrixId, Version};
use countersign::trust::{Blob, Tree, judge};
use jiff::civil::date;

/// The files of the engagement.
pub static TREE: LazyLock<Tree> = LazyLock::new(|| {
    let mut tree = Tree::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The crate of the targets lies in `fuzz`; the tests run the same bodies from above.
    let folder = [root.join("ground"), root.join("fuzz/ground")].into_iter().find(|folder| folder.is_dir());
    read(&folder.expect("the ground is there"), "", &mut tree);
    assert!(is_in_force(&tree), "the ground is in force before anything is added");
    tree
});

fn read(folder: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(folder).expect("the ground is a folder").flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), tree);
        } else {
            tree.insert(path, Blob::plain(fs::read(entry.path()).expect("the ground can be read")));
        }
    }
}

fn is_in_force(tree: &Tree) -> bool {
    let id: MatrixId = "acme-cmmc-l2".parse().expect("an id");
    let version: Version = "1.1".parse().expect("a version");
    let standing = judge(tree, None, date(2026, 12, 1)).expect("the tree is small");
    standing.in_force(&id, standing.day) == Force::Version(version)
}

/// Adds files beside those of the engagement and asserts that it stands as before.
pub fn assert_stands_with<const N: usize>(files: [(String, &[u8]); N]) {
    let mut tree = TREE.clone();
    for (path, bytes) in files {
        if tree.insert(path, Blob::plain(bytes)).is_some() {
            return;
        }
    }
    assert!(is_in_force(&tree));
}

/// Splits an input into a text and its signature.
pub fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    (&bytes[..end], bytes.get(end + 1..).unwrap_or_default())
}
