//! The engagement that the fuzz targets of `fuzz/` put their inputs into: proven to be in force, so that an input which
//! changes that has found something.

use std::fs;
use std::path::Path;

use countersign::trust::fault::Severity;
use countersign::trust::force::Force;
use countersign::trust::{Blob, Tree, judge};

use crate::support::engagement::{Engagement, day, id, version};

fn read(folder: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => read(&entry.path(), &format!("{path}/"), tree),
            false => drop(tree.insert(path, Blob::plain(fs::read(entry.path()).unwrap()))),
        }
    }
}

/// Makes the ground anew with fresh keys: `BLESS=1`, after the format changed.
fn renew(root: &Path) {
    let mut one = Engagement::twice();
    one.mark("1.1", |_| ());
    for part in ["trust", "signoffs"] {
        fs::remove_dir_all(root.join(part)).unwrap();
    }
    for (path, blob) in &one.tree {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &blob.bytes).unwrap();
    }
}

#[test]
fn the_ground_of_the_fuzz_targets_is_in_force() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/ground");
    if std::env::var_os("BLESS").is_some() {
        renew(&root);
    }
    let mut tree = Tree::new();
    read(&root, "", &mut tree);
    let standing = judge(&tree, None, "2026-12-01".parse().unwrap()).unwrap();
    let errors = standing.faults.iter().filter(|one| one.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{:?}", standing.faults);
    assert_eq!(standing.in_force(&id(), day("2026-12-01")), Force::Version(version("1.1")));
}
