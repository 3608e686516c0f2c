//! The number of a version, raised.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::trust::name::Version;

/// How far a version is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rise {
    /// As far as its changes ask for.
    Due,
    /// To the next whole number.
    Major,
    /// To the next number behind the point.
    Minor,
    /// To this one.
    To(Version),
}

/// What a next version has to be higher than.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The highest version that was offered or agreed; None if none was.
    pub highest: Option<Version>,
    /// The least version that the changes since the agreed one ask for; None if they ask for none.
    pub due: Option<Version>,
}

/// Raises the version and returns the new one.
///
/// # Errors
/// Where the new one would not be higher than what was offered, or less than its changes ask for.
pub fn raise(matrix: &mut Value, rise: &Rise, base: &Base) -> Result<String> {
    let was = super::text(matrix, "version").to_owned();
    let is = match base.highest {
        None => first(&was, rise)?,
        Some(highest) => next(was.parse().ok(), rise, highest, base.due)?,
    };
    matrix["version"] = json!(is);
    Ok(is)
}

/// Returns the number of a matrix of which no version was ever offered.
fn first(was: &str, rise: &Rise) -> Result<String> {
    let (major, minor) = was.split_once('.').unwrap_or((was, "0"));
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    let (major, minor) = (number(major), number(minor));
    let is = match rise {
        Rise::Major => format!("{}.0", major + 1),
        Rise::Due | Rise::Minor => format!("{major}.{}", minor + 1),
        Rise::To(version) => version.to_string(),
    };
    let (to_major, to_minor) = is.split_once('.').unwrap_or((&is, "0"));
    if (number(to_major), number(to_minor)) <= (major, minor) {
        return Err(Error::usage(format!("version {is} is not higher than {was}")));
    }
    Ok(is)
}

/// Returns the number after the highest that was offered or agreed; a draft's own number says nothing.
fn next(was: Option<Version>, rise: &Rise, highest: Version, due: Option<Version>) -> Result<String> {
    let above = |(major, minor): (u32, u32)| format!("{major}.{minor}").parse::<Version>();
    let too_high = |error| Error::usage(format!("there is no version after {highest}: {error}"));
    let (major, minor) = numbers(highest);
    let least = above((major, minor + 1)).map_err(too_high)?.max(due.unwrap_or(highest));
    let is = match rise {
        Rise::Due => was.filter(|was| *was >= least).unwrap_or(least),
        Rise::Minor => above((major, minor + 1)).map_err(too_high)?,
        Rise::Major => above((major + 1, 0)).map_err(too_high)?,
        Rise::To(version) => *version,
    };
    if is <= highest {
        return Err(Error::usage(format!("version {is} is not higher than {highest}"))
            .because(format!("version {highest} was offered for signature already")));
    }
    if let Some(due) = due.filter(|due| is < *due) {
        return Err(Error::usage(format!("version {is} has to be {due} at least"))
            .because("that is what the changes since the version agreed last ask for")
            .hint("`countersign diff` shows them"));
    }
    Ok(is.to_string())
}

fn numbers(version: Version) -> (u32, u32) {
    let text = version.to_string();
    let parts =
        text.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    parts.expect("a version is two numbers")
}
