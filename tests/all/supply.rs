//! What is built in comes from one registry, and nothing of it is on the list of what may not be: as `cargo deny` has it,
//! where that tool is not at hand.

const LOCK: &str = include_str!("../../Cargo.lock");
const DENY: &str = include_str!("../../deny.toml");

fn values<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let start = format!("{key} = \"");
    text.lines().filter_map(|line| line.strip_prefix(&start)?.strip_suffix('"')).collect()
}

#[test]
fn every_crate_comes_from_the_registry() {
    let sources = values(LOCK, "source");
    assert!(sources.len() > 200, "{}", sources.len());
    let other =
        sources.iter().find(|source| **source != "registry+https://github.com/rust-lang/crates.io-index");
    assert_eq!(other, None);
    assert_eq!(values(LOCK, "name").len(), sources.len() + 1, "all but this crate have a source");
    assert_eq!(values(LOCK, "checksum").len(), sources.len(), "and a checksum");
}

#[test]
fn nothing_that_is_denied_is_built_in() {
    let denied: Vec<&str> =
        DENY.lines().filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split('"').next()).collect();
    assert!(denied.len() >= 6, "{denied:?}");
    let names = values(LOCK, "name");
    assert_eq!(names.iter().filter(|name| denied.contains(name)).collect::<Vec<_>>(), Vec::<&&str>::new());
}
