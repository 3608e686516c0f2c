//! The SSH wire format, as much as keys and signatures need, read to the last byte.

use super::Flaw;

/// Reads fields from the front of some bytes.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Flaw> {
        let (front, rest) = self.0.split_at_checked(count).ok_or(Flaw::Malformed)?;
        self.0 = rest;
        Ok(front)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Flaw> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn number(&mut self) -> Result<u32, Flaw> {
        let bytes = self.take(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(super) fn string(&mut self) -> Result<&'a [u8], Flaw> {
        let length = usize::try_from(self.number()?).map_err(|_| Flaw::Malformed)?;
        self.take(length)
    }

    /// Reads a positive integer of at most 256 bits in its shortest form.
    pub(super) fn scalar(&mut self) -> Result<[u8; 32], Flaw> {
        let bytes = self.string()?;
        let digits = match bytes {
            [] => return Err(Flaw::Malformed),
            [0, rest @ ..] if rest.first().is_some_and(|b| b & 0x80 != 0) => rest,
            [first, ..] if *first == 0 || first & 0x80 != 0 => return Err(Flaw::Malformed),
            all => all,
        };
        let mut scalar = [0; 32];
        let start = scalar.len().checked_sub(digits.len()).ok_or(Flaw::Malformed)?;
        scalar[start..].copy_from_slice(digits);
        Ok(scalar)
    }

    /// Refuses whatever is left.
    pub(super) fn end(self) -> Result<(), Flaw> {
        if self.0.is_empty() { Ok(()) } else { Err(Flaw::Trailing) }
    }
}

/// Appends a string field.
pub(super) fn push_string(out: &mut Vec<u8>, field: &[u8]) {
    let length = u32::try_from(field.len()).expect("our fields are short");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(field);
}
