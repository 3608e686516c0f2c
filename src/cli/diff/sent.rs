//! Versions in files that were sent, as sides of a comparison.

use std::fs;
use std::path::Path;

use crate::cli::{output, today};
use crate::error::{Error, Result};
use crate::project::Snapshot;
use crate::review::{ReviewSide, Sides};
use crate::signoff::{Sent, bundle};

/// A folder for the texts of sent files, gone when it is dropped.
pub(super) struct Unpacked(tempfile::TempDir);

impl Unpacked {
    /// Makes the folder.
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::tempdir();
        folder.map(Self).map_err(|error| Error::usage("cannot make a temporary folder").because(error))
    }

    /// Returns two sides of which at least one is a file that was sent.
    pub(super) fn sides(&self, words: &[String]) -> Result<Sides> {
        match words {
            [before, after] => Ok(Sides { before: self.side(before, "before")?, after: self.side(after, "after")? }),
            _ => Err(Error::usage("a file that was sent is compared with another side")
                .hint("`countersign show FILE` begins with what its version changes; `countersign diff OLD.json NEW.json` compares two")),
        }
    }

    fn side(&self, word: &str, place: &str) -> Result<ReviewSide> {
        let file = Path::new(word);
        if !bundle::is_bundle(file) {
            let alone =
                if file.is_file() { vec![word.to_owned(), word.to_owned()] } else { vec![word.to_owned()] };
            return Ok(Sides::of(Path::new("."), &alone, today())?.before);
        }
        let sent = Sent::read(file)?;
        let folder = self.0.path().join(place);
        let path = "matrix.json";
        let text = sent.text()?;
        let made = fs::create_dir_all(&folder);
        made.map_err(|error| Error::usage(format!("cannot unpack `{word}`")).because(error))?;
        output::write_bytes(&folder.join(path), &text)?;
        Ok(ReviewSide::File { world: Snapshot::apart(folder), path: path.to_owned(), name: word.to_owned() })
    }
}
