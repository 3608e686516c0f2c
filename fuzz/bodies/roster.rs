//! Any roster is refused or has one spelling, and signed by nobody it changes nothing.

use countersign::trust::roster::{Roll, Roster};

use super::ground;

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let (text, signature) = ground::split(bytes);
    let Ok(roll) = Roll::parse(text) else { return };
    assert_eq!(roll.roster.to_bytes(), text);
    let Some(first) = roll.keys.first() else { return };
    let number = roll.roster.number;
    let print = first.key.fingerprint();
    let path = Roster::signature_path(number, &first.party, &first.signer, &print);
    ground::assert_stands_with([(path, signature), (roll.roster.path(), text)]);
}
