//! A shared responsibility matrix as typed values.
//!
//! [`Matrix::of`] reads a value that the matrix schema has accepted, so every enum is exhaustive and every
//! list is there. Rules ask for the rest; a draft with holes is a matrix too.

mod duration;
mod duty;
mod name;
mod party;
mod read;
mod reviewed;
mod row;
pub(crate) mod slug;
pub mod value;
mod variation;
pub mod write;

pub use duration::Duration;
pub use duty::{Clock, Deed, Duty, Within};
pub use name::short_name;
pub use party::{Authorization, Contact, Party, Service, Side};
pub use reviewed::{Outcome, Reviewed, TextRead, text_digest};
pub use row::{
    Accept, Allocation, Citation, Evidence, Inheritance, Mode, Native, Report, Row, Shared, Status,
};
pub use variation::Variation;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The key of the rows in the text of a matrix.
pub const ROWS: &str = "rows";

/// A matrix: parties, where it applies, and who does what.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Matrix {
    /// Its id; the file may move, the id stays.
    pub id: String,
    /// Between two named parties, or a provider's own standard.
    pub kind: MatrixKind,
    /// `MAJOR.MINOR`, ordered as numbers.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// The standard it was made from.
    #[serde(default)]
    pub based_on: Option<VersionRef>,
    /// Which catalogues it answers to.
    #[serde(default)]
    pub frameworks: Vec<Framework>,
    /// The contract it is an exhibit of.
    #[serde(default)]
    pub agreement: Option<Agreement>,
    /// Documents that rows refer to, such as the SSP.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// The first day it is in force, UTC.
    #[serde(default)]
    pub effective_from: Option<Date>,
    /// The first day it is no longer in force, UTC.
    #[serde(default)]
    pub effective_until: Option<Date>,
    /// Why it takes effect before it was signed.
    #[serde(default)]
    pub retroactive: Option<String>,
    /// Matrices that end where this one begins.
    #[serde(default)]
    pub replaces: Vec<VersionRef>,
    /// How often it is reviewed as a whole.
    #[serde(default)]
    pub review: Option<Review>,
    /// Everyone who holds a duty or is told.
    pub parties: Vec<Party>,
    /// What the provider is paid to do.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Where the matrix applies.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// What holds for every row that does not say otherwise.
    #[serde(default)]
    pub defaults: Defaults,
    /// The division of work.
    pub rows: Vec<Row>,
}

impl Matrix {
    /// Reads a value that the matrix schema has accepted.
    ///
    /// # Errors
    /// The reason as text, where the value does not have the shape of a matrix after all.
    pub fn of(value: &serde_json::Value) -> Result<Self, String> {
        let mut matrix = Self::deserialize(value).map_err(|error| error.to_string())?;
        reviewed::compare(&mut matrix, value);
        Ok(matrix)
    }

    /// Returns a matrix with the same head and no rows, without copying any.
    #[must_use]
    pub fn without_rows(&self) -> Self {
        Self {
            id: self.id.clone(),
            kind: self.kind,
            version: self.version.clone(),
            title: self.title.clone(),
            based_on: self.based_on.clone(),
            frameworks: self.frameworks.clone(),
            agreement: self.agreement.clone(),
            documents: self.documents.clone(),
            effective_from: self.effective_from,
            effective_until: self.effective_until,
            retroactive: self.retroactive.clone(),
            replaces: self.replaces.clone(),
            review: self.review.clone(),
            parties: self.parties.clone(),
            services: self.services.clone(),
            scopes: self.scopes.clone(),
            defaults: self.defaults.clone(),
            rows: Vec::new(),
        }
    }

    /// Returns whether it follows another matrix, which it names in `replaces`.
    pub fn ends(&self, id: &str) -> bool {
        self.id != id && self.replaces.iter().any(|one| one.id == id)
    }

    /// Returns the party with this id.
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// Returns the side and the name of every party, in their order.
    pub fn sides(&self) -> Vec<(&'static str, &str)> {
        self.parties.iter().map(|party| (party.side.word(), party.name.as_str())).collect()
    }

    /// Returns the side of a party, if the party exists.
    pub fn side(&self, party: &str) -> Option<Side> {
        self.party(party).map(|party| party.side)
    }

    /// Returns the duties of a row with the defaults that it does not override, own duties first.
    pub fn duties<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = &'a Duty> {
        let defaults = self.defaults.duties.iter();
        row.duties
            .iter()
            .chain(defaults.filter(|default| row.duties.iter().all(|own| own.deed != default.deed)))
    }

    /// Returns how often the work of a row is done, by the row itself or by the defaults.
    pub fn cadence<'a>(&'a self, row: &'a Row) -> Option<&'a str> {
        row.cadence.as_deref().or(self.defaults.cadence.as_deref())
    }

    /// Returns the catalogues that the matrix names.
    pub fn catalogs(&self) -> impl Iterator<Item = &str> {
        self.frameworks.iter().map(|framework| framework.pack.as_str())
    }
}

/// Whether a matrix binds named parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatrixKind {
    /// Between a client and a provider.
    Engagement,
    /// A provider's own, without client, agreement, date or signature.
    Standard,
}

/// A version of a matrix, named by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct VersionRef {
    /// The matrix's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its bytes, hex.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// A catalogue that a matrix answers to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Framework {
    /// The pack, which names the catalogue.
    pub pack: String,
    /// The edition of the catalogue, where several exist.
    #[serde(default)]
    pub edition: Option<String>,
    /// Parts of the catalogue, such as SOC 2 categories; empty for all.
    #[serde(default)]
    pub include: Vec<String>,
    /// Whether every control must have a row.
    #[serde(default)]
    pub coverage: Coverage,
}

/// Whether a matrix claims to answer a whole catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// Every control of the catalogue, or of the included parts.
    #[default]
    Complete,
    /// Only the controls that rows list.
    Listed,
}

/// The contract that a matrix is an exhibit of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Agreement {
    /// What it is: msa, sow, baa ...
    #[serde(default)]
    pub kind: Option<String>,
    /// Its number or name.
    #[serde(default)]
    pub reference: Option<String>,
    /// Which exhibit the matrix is.
    #[serde(default)]
    pub exhibit: Option<String>,
}

/// A document that rows refer to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Document {
    /// Its id in this matrix.
    pub id: String,
    /// What it is: ssp, service-description ...
    #[serde(default)]
    pub kind: Option<String>,
    /// Whose it is.
    #[serde(default)]
    pub party: Option<String>,
    /// Its number or name.
    #[serde(default)]
    pub reference: Option<String>,
    /// The part of it that is meant.
    #[serde(default)]
    pub section: Option<String>,
    /// SHA-256 of the document, hex.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// How often a matrix is reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Review {
    /// The longest time between two reviews.
    #[serde(default)]
    pub every: Option<Duration>,
    /// The day of the last one.
    #[serde(default)]
    pub last: Option<Date>,
    /// What calls for one in between.
    #[serde(default)]
    pub triggers: Vec<String>,
}

/// Where rows apply.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Scope {
    /// Its id in this matrix.
    pub id: String,
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// cloud, on-premises, saas ...
    #[serde(default)]
    pub environment: Option<String>,
    /// The asset category.
    #[serde(default)]
    pub assets: Option<String>,
    /// Kinds of data in it.
    #[serde(default)]
    pub data: Vec<String>,
    /// Systems in it.
    #[serde(default)]
    pub systems: Vec<String>,
    /// Places it covers.
    #[serde(default)]
    pub locations: Vec<String>,
    /// What it leaves out.
    #[serde(default)]
    pub excludes: Vec<String>,
}

/// What holds for every row that does not name the same deed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Defaults {
    /// Duties of every row.
    #[serde(default)]
    pub duties: Vec<Duty>,
    /// How long evidence is kept.
    #[serde(default)]
    pub retention: Option<Duration>,
    /// How often the work of a row is done.
    #[serde(default)]
    pub cadence: Option<String>,
}
