//! Tells cargo that the shipped packs are compiled in, so that a changed rule is a changed binary.

fn main() {
    println!("cargo::rerun-if-changed=policies");
}
