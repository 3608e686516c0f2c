//! The current state of a matrix, `state/<id>.json`: what changes beside the signed text, and is never signed with it.
//!
//! It cannot change who does what. The review without change stands here: it holds for one text of the matrix, byte by
//! byte, and moves the day of the next review while that text is the one that is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::error::Result;
use crate::finding::{Finding, Place, Severity, Spot};
use crate::matrix::{Matrix, short_name};
use crate::project::{File, Reader};
use crate::report::words;
use crate::schema;
use crate::source::place::Places;
use crate::source::{self, Limits};
use crate::trust::name::Digest;

/// The folder of the states.
pub const FOLDER: &str = "state";
/// The rule that says what came of a review without change.
pub const RENEWED: &str = "review-without-change";

/// The state of one matrix.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct State {
    /// How far rows are, by their ids.
    #[serde(default)]
    pub rows: BTreeMap<String, Value>,
    /// How contacts are reached, by party and contact.
    #[serde(default)]
    pub contacts: BTreeMap<String, BTreeMap<String, Value>>,
    /// The last review without change.
    #[serde(default)]
    pub review: Option<Renewal>,
    /// Its file.
    #[serde(skip)]
    pub path: String,
}

/// A review that left the matrix as it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Renewal {
    /// The day.
    #[serde(default)]
    pub last: Option<Date>,
    /// The version that was looked at.
    #[serde(default)]
    pub version: Option<String>,
    /// The SHA-256 of the text that was looked at, hex.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Who looked at it.
    #[serde(default)]
    pub by: Vec<By>,
}

/// A party that looked at a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct By {
    /// The party.
    pub party: String,
    /// The person, where one is named.
    #[serde(default)]
    pub by: Option<String>,
}

impl Renewal {
    /// Returns the day if the review counts for this text on a day, or else why it does not.
    ///
    /// # Errors
    /// The reason, as the end of a sentence.
    pub fn counts(&self, text: &[u8], today: Date) -> std::result::Result<Date, String> {
        let Some(last) = self.last else { return Err("it names no day".to_owned()) };
        if last > today {
            return Err("its day is still to come".to_owned());
        }
        match &self.sha256 {
            None => Err("it does not say of which text it is".to_owned()),
            Some(digest) if *digest != Digest::of(text).to_string() => {
                Err("the matrix has another text now".to_owned())
            }
            Some(_) => Ok(last),
        }
    }
}

impl State {
    /// Reads the bytes of the file at `path`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of(path: &str, bytes: Vec<u8>) -> std::result::Result<Self, Vec<Finding>> {
        let document = source::load(path, bytes, Limits::OTHER).map_err(|unreadable| unreadable.findings)?;
        let faults = schema::validate(schema::Kind::State, &document.value);
        if !faults.is_empty() {
            let places = Places::of(&document.source);
            let mut findings: Vec<Finding> = faults.into_iter().map(|fault| fault.in_file(path)).collect();
            for finding in &mut findings {
                finding.located = Spot::of(&places.locate(&finding.place));
            }
            return Err(findings);
        }
        let state = serde_json::from_value::<Self>(document.value);
        state.map(|state| Self { path: path.to_owned(), ..state }).map_err(|error| {
            let message = format!("the state cannot be used: {error}");
            vec![Finding::of_file("schema-value", path, Place::File, message)]
        })
    }

    /// Returns what is to be said of the state of a matrix with this text.
    pub fn findings(&self, matrix: &Matrix, text: &[u8], today: Date) -> Vec<Finding> {
        let mut findings = self.unknown(matrix);
        if let Some(renewal) = &self.review {
            findings.push(self.renewed(renewal, matrix, text, today));
        }
        for finding in &mut findings {
            finding.matrix = Some(Arc::from(matrix.id.as_str()));
        }
        findings
    }

    fn renewed(&self, renewal: &Renewal, matrix: &Matrix, text: &[u8], today: Date) -> Finding {
        let on = renewal.last.map_or_else(|| "an unknown day".to_owned(), |day| day.to_string());
        let name =
            |by: &By| matrix.party(&by.party).map_or(&*by.party, |party| short_name(&party.name)).to_owned();
        let who: Vec<String> = renewal.by.iter().map(name).collect();
        let who = if who.is_empty() { "somebody".to_owned() } else { words::list(&who) };
        let (severity, message) = match renewal.counts(text, today) {
            Ok(_) => {
                (Severity::Note, format!("reviewed without change on {on} by {who}; current, not signed"))
            }
            Err(why) => (
                Severity::Warning,
                format!("the review without change of {on} by {who} does not count: {why}"),
            ),
        };
        Finding {
            severity,
            ..Finding::of_file("review-without-change", &self.path, Place::value("/review"), message)
        }
    }

    /// Names rows and contacts that the matrix does not have.
    fn unknown(&self, matrix: &Matrix) -> Vec<Finding> {
        let rows: BTreeSet<&str> = matrix.rows.iter().map(|row| row.id.as_str()).collect();
        let unknown = self.rows.keys().filter(|row| !rows.contains(row.as_str()));
        let rows = unknown.map(|row| (format!("/rows/{row}"), format!("the matrix has no row `{row}`")));
        let has = |party: &str, contact: &str| {
            matrix.party(party).is_some_and(|party| party.contacts.iter().any(|one| one.id == contact))
        };
        let contacts = self.contacts.iter().flat_map(|(party, all)| all.keys().map(move |one| (party, one)));
        let contacts = contacts.filter(|(party, contact)| !has(party, contact)).map(|(party, contact)| {
            (format!("/contacts/{party}/{contact}"), format!("the matrix has no contact `{party}/{contact}`"))
        });
        let finding = |(pointer, message): (String, String)| {
            let finding =
                Finding::of_file("state-names-the-matrix", &self.path, Place::value(pointer), message);
            Finding { severity: Severity::Warning, ..finding }
        };
        rows.chain(contacts).map(finding).collect()
    }
}

/// The states of a project by the ids of their matrices, and what is wrong with those that cannot be used.
#[derive(Debug, Default)]
pub struct States {
    /// Those that can be used.
    pub by_id: BTreeMap<String, State>,
    /// What is wrong with the others.
    pub findings: Vec<Finding>,
}

impl States {
    /// Reads every state of a project.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn read(reader: &Reader<'_>) -> Result<Self> {
        let mut states = Self::default();
        for file in reader.files(&[FOLDER])?.into_iter().filter(|file| file.path.ends_with(".json")) {
            let id = file.path.trim_end_matches(".json").rsplit('/').next().unwrap_or_default().to_owned();
            match one(reader, &file)? {
                Ok(state) => drop(states.by_id.insert(id, state)),
                Err(findings) => states.findings.extend(findings),
            }
        }
        Ok(states)
    }
}

fn one(reader: &Reader<'_>, file: &File) -> Result<std::result::Result<State, Vec<Finding>>> {
    if !file.is_plain {
        let message = "the state is a link, a submodule or an executable file; only ordinary files are read";
        let finding = Finding::of_file("matrix-is-regular-file", &file.path, Place::File, message);
        return Ok(Err(vec![finding]));
    }
    if let Some(finding) = source::too_large(&file.path, file.size, Limits::OTHER) {
        return Ok(Err(vec![finding]));
    }
    Ok(State::of(&file.path, reader.read(file, Limits::OTHER.bytes)?))
}
