//! From bytes to text: UTF-8 without a byte order mark, or a word about what it is instead.

use super::fault::{Fault, capped};

const RULE: &str = "text-encoding";
const HELP: &str = "save the file as UTF-8 without a byte order mark";

/// Text as long as the bytes it came from, so that offsets hold, and what was wrong with them.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) faults: Vec<Fault>,
}

/// Decodes `bytes`; an error if they are no text of ours at all.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Decoded, Fault> {
    if let Some(name) = foreign(&bytes) {
        return Err(Fault::of_file(RULE, format!("the file is {name}, not UTF-8")).help(HELP));
    }
    let mut decoded = match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, faults: Vec::new() },
        Err(error) => repaired(error.into_bytes()),
    };
    if decoded.text.starts_with('\u{FEFF}') {
        decoded.text.replace_range(..3, "   ");
        let fault = Fault::at(RULE, 0..3, "the file starts with a byte order mark").help(HELP);
        decoded.faults.insert(0, fault);
    }
    Ok(decoded)
}

/// Names the encoding of bytes that are not UTF-8 from their start.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [0, 1..=0x7F, 0, ..] | [1..=0x7F, 0, 1..=0x7F, 0, ..] => Some("UTF-16"),
        [0x1F, 0x8B, ..] | [b'P', b'K', 3, 4, ..] => Some("compressed"),
        _ => None,
    }
}

/// Puts a question mark for each byte that is not UTF-8.
fn repaired(mut bytes: Vec<u8>) -> Decoded {
    let mut broken = Vec::new();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            broken.push((at, chunk.invalid().len(), chunk.invalid()[0]));
        }
        at += chunk.invalid().len();
    }
    for (start, length, _) in &broken {
        bytes[*start..start + length].fill(b'?');
    }
    let faults = capped(broken.iter(), |(start, length, byte)| {
        Fault::at(RULE, *start..start + length, format!("byte 0x{byte:02X} is not UTF-8 here")).help(HELP)
    });
    Decoded { text: String::from_utf8_lossy(&bytes).into_owned(), faults }
}
