//! Any revocation is refused or has one spelling, and signed by nobody it changes nothing.

use countersign::trust::revocation::Revocation;

use super::ground;

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let (text, signature) = ground::split(bytes);
    let Ok(revocation) = Revocation::parse(text) else { return };
    assert_eq!(revocation.to_bytes(), text);
    let path = revocation.path();
    ground::assert_stands_with([(format!("{path}.sig"), signature), (path, text)]);
}
