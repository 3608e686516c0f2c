//! How contacts can be reached today: what `state/<id>.json` says beside what was signed.
//!
//! It is never signed and can change nobody's duties, so it stands beside the signed values and never in their place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::who::Who;
use crate::error::Result;
use crate::project::Snapshot;
use crate::schema;
use crate::source::{self, Limits};

/// How a contact can be reached today.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ContactToday {
    /// The role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone, mail or portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When the channel answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

#[derive(Default, Deserialize)]
struct State {
    #[serde(default)]
    contacts: BTreeMap<String, BTreeMap<String, ContactToday>>,
}

impl Who {
    /// Adds how contacts can be reached today; a file that cannot be read is told of and changes nothing.
    ///
    /// # Errors
    /// Where the project cannot be looked at.
    pub fn add_contacts(&mut self, world: &Snapshot) -> Result<()> {
        for answer in &mut self.answers {
            let path = format!("state/{}.json", answer.matrix);
            let Some(state) = read(world, &path)? else {
                answer
                    .notes
                    .push(format!("{path} cannot be read, so contacts are only those that were signed"));
                continue;
            };
            let rows = answer.readings.iter_mut().flat_map(|reading| &mut reading.rows);
            for call in rows.flat_map(|row| &mut row.call) {
                call.now = state.contacts.get(&call.party).and_then(|own| own.get(&call.id)).cloned();
            }
        }
        Ok(())
    }
}

/// Reads a state file; an empty state where there is none, nothing where it is wrong.
fn read(world: &Snapshot, path: &str) -> Result<Option<State>> {
    let reader = world.open()?;
    let Some(file) = reader.file(path)?.filter(|file| file.is_plain) else {
        return Ok(Some(State::default()));
    };
    let bytes = reader.read(&file, Limits::OTHER.bytes)?;
    let Ok(document) = source::load(path, bytes, Limits::OTHER) else { return Ok(None) };
    let is_valid = schema::validate(schema::Kind::State, &document.value).is_empty();
    Ok(State::deserialize(&document.value).ok().filter(|_| is_valid))
}
