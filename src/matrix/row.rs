//! Rows: one piece of work and how it is divided.

use serde::{Deserialize, Serialize};

use super::reviewed::{self, Outcome, Reviewed, TextRead};
use super::{Duration, Duty, Variation, Within};

/// One piece of work and who does what of it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its id, never reused.
    pub id: String,
    /// A short label.
    #[serde(default)]
    pub title: String,
    /// The section of the source that it stands in.
    #[serde(default)]
    pub group: Option<String>,
    /// The controls it answers, as `catalog:id`.
    #[serde(default)]
    pub controls: Vec<String>,
    /// Texts it answers that are no control, such as a contract clause.
    #[serde(default)]
    pub references: Vec<String>,
    /// What the framework asks for, in its own words.
    #[serde(default)]
    pub statement: Option<String>,
    /// What is done, in one sentence.
    #[serde(default)]
    pub activity: Option<String>,
    /// Which side acts.
    pub allocation: Allocation,
    /// How a shared row is divided.
    #[serde(default)]
    pub shared: Option<Shared>,
    /// Scopes in which it is divided otherwise.
    #[serde(default)]
    pub by_scope: Vec<Variation>,
    /// Who does what.
    #[serde(default)]
    pub duties: Vec<Duty>,
    /// The services it belongs to.
    #[serde(default)]
    pub services: Vec<String>,
    /// Where it applies; empty for everywhere.
    #[serde(default)]
    pub scope: Vec<String>,
    /// Where documents of the matrix describe it.
    #[serde(default)]
    pub documents: Vec<Citation>,
    /// What is inherited from whom.
    #[serde(default)]
    pub inherits: Vec<Inheritance>,
    /// What a provider lets others inherit: yes, partial or no.
    #[serde(default)]
    pub offered: Option<String>,
    /// How often.
    #[serde(default)]
    pub cadence: Option<String>,
    /// What proves it.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// What is reported to whom.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// Tools it is done with.
    #[serde(default)]
    pub tools: Vec<String>,
    /// How far it is implemented.
    #[serde(default)]
    pub status: Option<Status>,
    /// Why it does not apply.
    #[serde(default)]
    pub justification: Option<String>,
    /// Exceptions that both parties sign.
    #[serde(default)]
    pub accepts: Vec<Accept>,
    /// Remarks that bind nobody.
    #[serde(default)]
    pub notes: Option<String>,
    /// What each party said when it walked through the row.
    #[serde(default, deserialize_with = "reviewed::either")]
    pub reviewed: Vec<Reviewed>,
    /// What the source said, verbatim.
    #[serde(default)]
    pub native: Vec<Native>,
}

impl Row {
    /// Returns the label that people see: the title, or the id where there is none.
    pub fn label(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }

    /// Returns whether everybody who walked through the row agreed, and it has not changed since.
    pub fn is_agreed(&self) -> bool {
        let agrees =
            |entry: &Reviewed| entry.outcome == Some(Outcome::Agreed) && entry.text != TextRead::Changed;
        !self.reviewed.is_empty() && self.reviewed.iter().all(agrees)
    }

    /// Returns whether the row is not in practice yet, without an exception that counts as met.
    pub fn is_open(&self) -> bool {
        let status = self.status.as_ref().filter(|status| status.exception.is_none());
        let implementation = status.and_then(|status| status.implementation.as_deref());
        let also = status.map_or(&[][..], |status| &status.also).iter().map(String::as_str);
        implementation.into_iter().chain(also).any(|word| matches!(word, "planned" | "partial"))
    }

    /// Returns whether the row has no duties of its own but to tell someone.
    pub fn is_notice(&self) -> bool {
        !self.duties.is_empty() && self.duties.iter().all(|duty| duty.deed.is_notice())
    }
}

/// Which side acts in a row. Accountability is a duty and not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allocation {
    /// The client alone.
    Client,
    /// The provider alone.
    Provider,
    /// Both.
    Shared,
    /// Someone upstream, without any work of client or provider.
    Inherited,
    /// Nobody has to; the justification says why.
    NotApplicable,
    /// Nobody yet.
    Unassigned,
}

impl Allocation {
    /// All allocations in the order in which people expect them.
    pub const ALL: [Self; 6] =
        [Self::Client, Self::Provider, Self::Shared, Self::Inherited, Self::NotApplicable, Self::Unassigned];

    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Provider => "provider",
            Self::Shared => "shared",
            Self::Inherited => "inherited",
            Self::NotApplicable => "not-applicable",
            Self::Unassigned => "unassigned",
        }
    }

    /// Returns whether somebody has to do work of the row.
    pub fn is_work(self) -> bool {
        matches!(self, Self::Client | Self::Provider | Self::Shared | Self::Unassigned)
    }
}

/// How a shared row is divided.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Shared {
    /// The pattern of the division.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// Who does what, in words.
    #[serde(default)]
    pub details: Option<String>,
}

/// The pattern of a shared row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One acts, the other decides.
    Handoff,
    /// Each for its own scope.
    SplitScope,
    /// The provider supplies, the client configures.
    Configured,
    /// Both together.
    Joint,
    /// Different assessment objectives.
    SplitObjective,
}

impl Mode {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Handoff => "handoff",
            Self::SplitScope => "split-scope",
            Self::Configured => "configured",
            Self::Joint => "joint",
            Self::SplitObjective => "split-objective",
        }
    }

    /// Returns the pattern in words for people.
    pub fn says(self) -> &'static str {
        match self {
            Self::Handoff => "one acts, the other decides",
            Self::SplitScope => "each for its own part",
            Self::Configured => "the provider supplies, the client configures",
            Self::Joint => "both together",
            Self::SplitObjective => "each answers for its own objectives",
        }
    }
}

/// An edge of inheritance: `by` relies on `from`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Inheritance {
    /// Who inherits.
    pub by: String,
    /// From whom.
    pub from: String,
    /// full, partial or none.
    #[serde(default)]
    pub extent: Option<String>,
    /// What the provider lets others inherit: yes, partial or no.
    #[serde(default)]
    pub offered: Option<String>,
    /// The document that says so.
    #[serde(default)]
    pub document: Option<String>,
    /// The place in the document, or the control in the other party's matrix.
    #[serde(default)]
    pub reference: Option<String>,
    /// What the inheriting side still has to do.
    #[serde(default)]
    pub responsibilities: Vec<Responsibility>,
}

/// What an inheriting side still has to do, and the row that does it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Responsibility {
    /// What has to be done.
    pub text: String,
    /// The row that does it.
    #[serde(default)]
    pub row: Option<String>,
}

/// What proves that a row's work was done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Evidence {
    /// The thing itself.
    pub artifact: String,
    /// record, log, configuration ...
    #[serde(default)]
    pub kind: Option<String>,
    /// Who collects it.
    #[serde(default)]
    pub collector: Option<String>,
    /// Where it lies.
    #[serde(default)]
    pub location: Option<String>,
    /// How long it is kept.
    #[serde(default)]
    pub retention: Option<Duration>,
    /// How an assessor looks at it: examine, interview or test.
    #[serde(default)]
    pub method: Option<String>,
    /// Whether it is final; a draft is no evidence.
    #[serde(default, rename = "final")]
    pub is_final: Option<bool>,
    /// The part of the row's scope; empty for all of it.
    #[serde(default)]
    pub scope: Vec<String>,
    /// The part of the row's controls; empty for all of them.
    #[serde(default)]
    pub controls: Vec<String>,
}

/// What one party reports to others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Report {
    /// Who reports.
    #[serde(default)]
    pub by: Option<String>,
    /// To whom.
    #[serde(default)]
    pub to: Vec<String>,
    /// What.
    #[serde(default)]
    pub what: Option<String>,
    /// How often.
    #[serde(default)]
    pub cadence: Option<String>,
    /// The deadline.
    #[serde(default)]
    pub within: Option<Within>,
}

/// How far a row is implemented.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Status {
    /// implemented, partial, planned, alternative or not-applicable.
    #[serde(default)]
    pub implementation: Option<String>,
    /// Further words, where the source ticks several.
    #[serde(default)]
    pub also: Vec<String>,
    /// enduring-exception or temporary-deficiency.
    #[serde(default)]
    pub exception: Option<String>,
    /// The plan that an exception needs.
    #[serde(default)]
    pub plan: Option<String>,
}

/// Where a document of the matrix describes a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Citation {
    /// The document's id in the matrix.
    pub document: String,
    /// The part of it.
    #[serde(default)]
    pub section: Option<String>,
}

/// An exception that both parties sign, without expiry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Accept {
    /// The rule whose finding is accepted.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Where it was decided.
    #[serde(default)]
    pub reference: Option<String>,
}

/// What a source said, verbatim.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Native {
    /// Whose words.
    pub vocabulary: String,
    /// The column or property.
    pub field: String,
    /// What stood there.
    #[serde(default)]
    pub value: serde_json::Value,
}
