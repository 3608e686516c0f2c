//! The number of a version, raised.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::trust::name::Version;

/// How far a version is raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rise {
    /// To the next whole number.
    Major,
    /// To the next number behind the point.
    Minor,
    /// To this one.
    To(Version),
}

/// Raises the version and returns the new one.
///
/// # Errors
/// Where the new one would not be higher.
pub fn raise(matrix: &mut Value, rise: &Rise) -> Result<String> {
    let was = super::text(matrix, "version").to_owned();
    let (major, minor) = was.split_once('.').unwrap_or((&was, "0"));
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    let (major, minor) = (number(major), number(minor));
    let is = match rise {
        Rise::Major => format!("{}.0", major + 1),
        Rise::Minor => format!("{major}.{}", minor + 1),
        Rise::To(version) => version.to_string(),
    };
    let (to_major, to_minor) = is.split_once('.').unwrap_or((&is, "0"));
    if (number(to_major), number(to_minor)) <= (major, minor) {
        return Err(Error::usage(format!("version {is} is not higher than {was}")));
    }
    matrix["version"] = json!(is);
    Ok(is)
}
