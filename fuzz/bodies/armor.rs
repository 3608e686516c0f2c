//! Any signature is refused, or is one that the owner of the key has made, whatever the width of its lines.
//!
//! An input that starts with a zero is the bare signature, so that its fields are reached behind the armor.

use std::sync::LazyLock;

use base64ct::{Base64, Encoding};
use countersign::trust::roster::Roll;
use countersign::trust::sshsig::{Namespace, Touch, claimed_key, verify};

use super::ground;

static ROLL: LazyLock<Roll> =
    LazyLock::new(|| Roll::parse(&ground::TREE["trust/1.json"].bytes).expect("the ground has a roster"));

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let armored = match bytes.split_first() {
        Some((0, bare)) => {
            let base64 = Base64::encode_string(bare);
            format!("-----BEGIN SSH SIGNATURE-----\n{base64}\n-----END SSH SIGNATURE-----\n").into_bytes()
        }
        _ => bytes.to_vec(),
    };
    let message = &ground::TREE["trust/1.json"].bytes;
    if let Ok(key) = claimed_key(&armored) {
        let _ = verify(&armored, &key, Namespace::Roster, message, Touch::Plain);
        assert!(verify(&armored, &key, Namespace::Statement, message, Touch::Plain).is_err());
    }
    for key in &ROLL.keys {
        if verify(&armored, &key.key, Namespace::Roster, message, Touch::WithVerification).is_ok() {
            assert!(is_known(&armored), "nobody made this signature");
        }
    }
}

fn is_known(armored: &[u8]) -> bool {
    let bare = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\n').collect::<Vec<u8>>();
    let signatures = ground::TREE.iter().filter(|(path, _)| path.starts_with("trust/1/"));
    signatures.into_iter().any(|(_, blob)| bare(&blob.bytes) == bare(armored))
}
