//! The shipped packs are compiled in: a changed rule is a changed binary.

fn main() {
    println!("cargo::rerun-if-changed=policies");
}
