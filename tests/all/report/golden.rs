//! Golden files: they show change; each test says beside them what is true.
//!
//! `UPDATE_GOLDEN=1 cargo test --test all report` writes them anew.

use std::path::Path;

/// Compares `actual` with `tests/golden/report/<name>`.
#[track_caller]
pub(crate) fn compare(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "{name} has changed; it is now:\n{actual}");
}
