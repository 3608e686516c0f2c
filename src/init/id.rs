//! The ids of a new engagement, made of the names of its parties and frameworks.

use super::Engagement;
use crate::error::{Error, Result};
use crate::matrix::slug::{LONGEST as LONGEST_ID, is_reserved, slug};
use crate::pack::starter::Names;

/// The longest id of a party that is made of a name.
const LONGEST: usize = 30;

/// The ids of a new engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ids {
    /// The client's.
    pub(super) client: String,
    /// The provider's.
    pub(super) provider: String,
    /// The matrix's.
    pub(super) matrix: String,
}

/// Returns the ids of an engagement.
///
/// # Errors
/// Where both parties have one name, or the id that was asked for is none.
pub(super) fn of(engagement: &Engagement) -> Result<Ids> {
    let names = Names::of(&engagement.client, &engagement.provider);
    let client = slug(&names.client, "client", LONGEST);
    let provider = slug(&names.provider, "provider", LONGEST);
    if client == provider {
        return Err(Error::usage(format!(
            "`{}` and `{}` cannot be told apart",
            engagement.client, engagement.provider
        ))
        .hint("a matrix is between two parties; give each a name of its own"));
    }
    let matrix = match &engagement.id {
        Some(id) => valid(id)?,
        None => usual(&client, engagement),
    };
    Ok(Ids { client, provider, matrix })
}

fn valid(id: &str) -> Result<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty()
        || id.len() > LONGEST_ID
        || id.starts_with('-')
        || !id.chars().all(fits)
        || is_reserved(id)
    {
        return Err(Error::usage(format!("`{id}` cannot be the id of a matrix")).hint(format!(
            "an id has at most {LONGEST_ID} lowercase letters, digits and dashes, such as `{}`",
            slug(id, "acme-cmmc-l2", LONGEST)
        )));
    }
    Ok(id.to_owned())
}

/// Returns the client's id and the frameworks': `acme-defense-cmmc-l2`.
fn usual(client: &str, engagement: &Engagement) -> String {
    let packs: Vec<&str> = engagement.frameworks.iter().map(|pack| pack.id.as_str()).collect();
    let all = format!("{client}-{}", packs.join("-"));
    if all.len() <= LONGEST_ID { all } else { format!("{client}-matrix") }
}

/// Returns the id of a row about one control: `ac-2-1` of AC-2(1).
pub(super) fn row(control: &str) -> String {
    slug(control, "control", LONGEST_ID)
}
