//! Duties: who does what in a row.

use serde::{Deserialize, Serialize};

use super::Duration;

/// One deed of one party in one row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Duty {
    /// Its id, where a party has two duties of one kind.
    #[serde(default)]
    pub id: Option<String>,
    /// What is done.
    #[serde(rename = "do")]
    pub deed: Deed,
    /// Who does it.
    pub party: String,
    /// The role or person at the party.
    #[serde(default)]
    pub role: Option<String>,
    /// Whom an assessor interviews about it, where it is not the role itself.
    #[serde(default)]
    pub interviewee: Option<String>,
    /// What exactly.
    #[serde(default)]
    pub text: Option<String>,
    /// How often.
    #[serde(default)]
    pub cadence: Option<String>,
    /// The deadline.
    #[serde(default)]
    pub within: Option<Within>,
    /// Whom a notice goes to.
    #[serde(default)]
    pub to: Vec<String>,
    /// Whom to call when the deadline passes, as `party/contact`.
    #[serde(default)]
    pub escalate: Vec<String>,
    /// The step of a longer process.
    #[serde(default)]
    pub phase: Option<String>,
    /// How long it lasts.
    #[serde(default, rename = "for")]
    pub lasting: Option<Duration>,
    /// The part of the row's scope; empty for all of it.
    #[serde(default)]
    pub scope: Vec<String>,
    /// The part of the row's controls; empty for all of them.
    #[serde(default)]
    pub controls: Vec<String>,
}

/// A deadline and what starts its clock.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Within {
    /// How long.
    pub time: Duration,
    /// What starts the clock.
    #[serde(default)]
    pub of: Option<String>,
    /// Which clock runs.
    #[serde(default)]
    pub clock: Option<Clock>,
}

/// Which hours count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The party's business hours.
    Business,
    /// Every hour.
    Wall,
}

impl Clock {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Wall => "wall",
        }
    }
}

/// What a duty consists of. The words are those of RACI, RASCI, DACI and RAPID, and the four that an
/// assessor asks for: perform, approve, document, retain evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Does the work.
    Perform,
    /// Sets up what the other side supplies.
    Configure,
    /// Says yes or no.
    Approve,
    /// Chooses.
    Decide,
    /// Says what is wanted.
    Define,
    /// Writes it down.
    Document,
    /// Keeps what proves it.
    RetainEvidence,
    /// Looks at the result.
    Review,
    /// Confirms the result.
    Verify,
    /// Makes people or systems comply.
    Enforce,
    /// Tells someone.
    Notify,
    /// Pays.
    Fund,
    /// Helps.
    Support,
    /// Is asked.
    Consult,
    /// Is told.
    Inform,
    /// May act without asking first.
    MayAct,
    /// Answers for it.
    Accountable,
    /// Drives the work (DACI).
    Drive,
    /// Proposes (RAPID).
    Recommend,
    /// Must agree (RAPID).
    Agree,
}

impl Deed {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Perform => "perform",
            Self::Configure => "configure",
            Self::Approve => "approve",
            Self::Decide => "decide",
            Self::Define => "define",
            Self::Document => "document",
            Self::RetainEvidence => "retain-evidence",
            Self::Review => "review",
            Self::Verify => "verify",
            Self::Enforce => "enforce",
            Self::Notify => "notify",
            Self::Fund => "fund",
            Self::Support => "support",
            Self::Consult => "consult",
            Self::Inform => "inform",
            Self::MayAct => "may-act",
            Self::Accountable => "accountable",
            Self::Drive => "drive",
            Self::Recommend => "recommend",
            Self::Agree => "agree",
        }
    }

    /// Returns the deed in the third person, as in "Harbor performs".
    pub fn says(self) -> &'static str {
        match self {
            Self::Perform => "performs",
            Self::Configure => "configures",
            Self::Approve => "approves",
            Self::Decide => "decides",
            Self::Define => "defines",
            Self::Document => "documents",
            Self::RetainEvidence => "keeps the evidence",
            Self::Review => "reviews",
            Self::Verify => "verifies",
            Self::Enforce => "enforces",
            Self::Notify => "notifies",
            Self::Fund => "pays",
            Self::Support => "supports",
            Self::Consult => "is consulted",
            Self::Inform => "is informed",
            Self::MayAct => "may act without asking first",
            Self::Accountable => "is accountable",
            Self::Drive => "drives",
            Self::Recommend => "recommends",
            Self::Agree => "agrees",
        }
    }

    /// Returns the deed as a thing to take over, as in "Harbor takes over performing".
    pub fn doing(self) -> &'static str {
        match self {
            Self::Perform => "performing",
            Self::Configure => "configuring",
            Self::Approve => "approving",
            Self::Decide => "deciding",
            Self::Define => "defining",
            Self::Document => "documenting",
            Self::RetainEvidence => "keeping the evidence",
            Self::Review => "reviewing",
            Self::Verify => "verifying",
            Self::Enforce => "enforcing",
            Self::Notify => "notifying",
            Self::Fund => "paying",
            Self::Support => "supporting",
            Self::Consult => "being consulted",
            Self::Inform => "being informed",
            Self::MayAct => "acting without asking first",
            Self::Accountable => "being accountable",
            Self::Drive => "driving",
            Self::Recommend => "recommending",
            Self::Agree => "agreeing",
        }
    }

    /// Returns the deed in the past, as in "Harbor performed".
    pub fn did(self) -> &'static str {
        match self {
            Self::Perform => "performed",
            Self::Configure => "configured",
            Self::Approve => "approved",
            Self::Decide => "decided",
            Self::Define => "defined",
            Self::Document => "documented",
            Self::RetainEvidence => "kept the evidence",
            Self::Review => "reviewed",
            Self::Verify => "verified",
            Self::Enforce => "enforced",
            Self::Notify => "notified",
            Self::Fund => "paid",
            Self::Support => "supported",
            Self::Consult => "was consulted",
            Self::Inform => "was informed",
            Self::MayAct => "could act without asking first",
            Self::Accountable => "was accountable",
            Self::Drive => "drove",
            Self::Recommend => "recommended",
            Self::Agree => "agreed",
        }
    }

    /// Returns which of an assessor's four duties the deed counts as, else the deed itself.
    pub fn counts(self) -> Self {
        match self {
            Self::Configure | Self::Enforce | Self::Drive => Self::Perform,
            Self::Decide | Self::Define | Self::Verify | Self::Agree => Self::Approve,
            other => other,
        }
    }

    /// Returns whether the deed only passes on news.
    pub fn is_notice(self) -> bool {
        matches!(self, Self::Notify | Self::Inform)
    }
}
