//! The matrices that somebody asks about by name.

use super::State;
use super::read::Found;
use super::side::{ReviewSide, Sides};
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::project::File;
use crate::source::Limits;

/// Refuses a name that no matrix of either side has: nothing was compared that could be told of it.
///
/// `found` are those that were read; what is the same on both sides was not.
pub(super) fn demand_known<'a>(
    names: &[String],
    sides: &Sides,
    states: (&State, &State),
    found: impl Iterator<Item = &'a Found> + Clone,
) -> Result<()> {
    for name in names {
        let is_read = found.clone().any(|one| one.matrix.id == *name || one.path == *name);
        if !is_read && !is_unread(name, sides, states)? {
            return Err(Error::nothing(format!("there is no matrix `{name}` on either side"))
                .hint("`countersign status` shows the matrices there are"));
        }
    }
    Ok(())
}

/// Says whether a file that was not read has the name, or holds the matrix of that name.
fn is_unread(name: &str, sides: &Sides, (before, after): (&State, &State)) -> Result<bool> {
    if !super::are_states(sides) {
        return Ok(false);
    }
    let has_name = |file: &File| file.path == name;
    Ok(before.files.iter().chain(&after.files).any(has_name) || holds(name, &sides.after, &after.files)?)
}

fn holds(id: &str, side: &ReviewSide, files: &[File]) -> Result<bool> {
    let reader = side.world().open()?;
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by_key(|file| !file.path.contains(id));
    for file in files.into_iter().filter(|file| file.is_plain) {
        if Matrix::id_in(&reader.read(file, Limits::MATRIX.bytes)?).is_some_and(|one| one == id) {
            return Ok(true);
        }
    }
    Ok(false)
}
