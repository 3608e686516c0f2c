//! The text around a signature: exactly one block, nothing before and nothing after.

use base64ct::{Base64, Encoding};

use super::Flaw;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// Takes the armor off, whatever the width of its lines.
pub(super) fn remove(text: &[u8]) -> Result<Vec<u8>, Flaw> {
    if text.contains(&b'\r') {
        return Err(Flaw::CarriageReturn);
    }
    let text = std::str::from_utf8(text).map_err(|_| Flaw::Armor)?;
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let inner = lines.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or(Flaw::Armor)?;
    let inner = inner.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n')).ok_or(Flaw::Armor)?;
    if inner.split('\n').any(str::is_empty) {
        return Err(Flaw::Armor);
    }
    Base64::decode_vec(&inner.replace('\n', "")).map_err(|_| Flaw::Armor)
}
