//! Unknown and missing fields of one object: a misspelt name is one mistake, not two.

use super::because::Condition;
use super::fault::Fault;
use super::message::Reader;
use super::words::{either, quote, suggest};

/// How many fields a help lists.
const LISTED: usize = 24;

/// What is unknown and what is missing in one object.
#[derive(Default)]
pub(super) struct Object {
    unknown: Vec<Claim>,
    missing: Vec<Claim>,
}

/// A field, and the place in the schema that says it is unknown or missing.
struct Claim {
    field: String,
    schema_path: String,
}

impl Object {
    pub(super) fn add_unknown(&mut self, field: &str, schema_path: &str) {
        add(&mut self.unknown, field, schema_path);
    }

    pub(super) fn add_missing(&mut self, field: &str, schema_path: &str) {
        add(&mut self.missing, field, schema_path);
    }

    /// Returns the faults of the object at `at`.
    pub(super) fn faults(mut self, reader: &Reader, at: &str) -> Vec<Fault> {
        let absent = reader.absent_fields(at);
        let mut faults = Vec::new();
        while let Some(claim) = self.next_unknown(reader, &absent) {
            let meant = self.meant(&claim.field, &absent);
            if let Some(meant) = &meant {
                self.missing
                    .retain(|missing| missing.field != *meant && !missing.is_undone_by(reader, meant));
                self.unknown.retain(|unknown| !unknown.is_undone_by(reader, meant));
            }
            let help = meant
                .map_or_else(|| listed(&absent), |meant| Some(format!("did you mean {}?", quote(&meant))));
            faults.push(Fault::unknown(at, &claim.field, help));
        }
        faults.extend(self.missing.iter().map(|m| Fault::missing(reader, at, &m.field, &m.schema_path)));
        faults
    }

    /// Takes the next unknown field; one whose right name would change what else is known comes first.
    fn next_unknown(&mut self, reader: &Reader, absent: &[&str]) -> Option<Claim> {
        let decides = |claim: &Claim| {
            self.meant(&claim.field, absent).is_some_and(|meant| claim.is_undone_by(reader, &meant))
        };
        let first = self.unknown.iter().position(decides).unwrap_or_default();
        (first < self.unknown.len()).then(|| self.unknown.remove(first))
    }

    /// Returns the field that was meant by an unknown one, those that are missing first.
    fn meant(&self, field: &str, absent: &[&str]) -> Option<String> {
        let missing = suggest(field, self.missing.iter().map(|missing| missing.field.as_str()));
        missing.or_else(|| suggest(field, absent.iter().copied())).map(str::to_owned)
    }
}

fn add(claims: &mut Vec<Claim>, field: &str, schema_path: &str) {
    if !claims.iter().any(|claim| claim.field == field) {
        claims.push(Claim { field: field.to_owned(), schema_path: schema_path.to_owned() });
    }
}

impl Claim {
    /// Returns whether the claim would fall if the field `meant` were given.
    fn is_undone_by(&self, reader: &Reader, meant: &str) -> bool {
        Condition::of(reader.schema, &self.schema_path).is_some_and(|condition| condition.is_undone_by(meant))
    }
}

fn listed(absent: &[&str]) -> Option<String> {
    let shown: Vec<String> = absent.iter().take(LISTED).map(|field| quote(field)).collect();
    (!shown.is_empty()).then(|| format!("other fields that can stand here: {}", either(&shown)))
}
