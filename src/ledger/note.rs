//! What a reader must not miss beside what was in force: offers, notices, disputes, a late signature.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Ledger;
use super::agreed::{Signature, signature};
use crate::project::words::{self, Names};
use crate::report::words::list;
use crate::trust::day::Day;
use crate::trust::force::Force;
use crate::trust::name::Version;
use crate::trust::period::Period;
use crate::trust::standing::{MatrixStanding, State, StatementStanding, Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement};

/// A version that was agreed and whose day had not come.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coming {
    /// The version.
    pub version: String,
    /// Its first day.
    pub from: String,
    /// The day of the last signature that was needed, as its signer says.
    pub agreed_on: String,
}

/// A statement that disputes a version without changing anything.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contest {
    /// The version.
    pub version: String,
    /// Who disputes it.
    #[serde(flatten)]
    pub by: Signature,
    /// Why.
    pub reason: Option<String>,
}

/// One matrix on one day.
pub(super) struct MatrixOnDay<'a> {
    pub(super) ledger: &'a Ledger<'a>,
    pub(super) matrix: &'a MatrixStanding,
    pub(super) day: Day,
    pub(super) names: Names,
}

impl MatrixOnDay<'_> {
    /// Returns the versions that were agreed by the day and whose day had not come; not those that never have one.
    ///
    /// `periods` are those of the matrix.
    pub(super) fn coming(&self, periods: &[Period]) -> Vec<Coming> {
        let standing = self.matrix.versions.values().filter(|one| one.state.is_final());
        let coming = standing.filter_map(|one| {
            let from = periods.iter().find(|period| period.force.may_be(one.version))?.from?;
            let agreed = one.closed_on?;
            (agreed <= self.day && self.day < from).then(|| Coming {
                version: one.version.to_string(),
                from: from.to_string(),
                agreed_on: agreed.to_string(),
            })
        });
        coming.collect()
    }

    /// Returns sentences about the versions above what was in force that had begun to matter and did not hold.
    pub(super) fn unsettled(&self, above: Option<Version>) -> Vec<String> {
        let others = self.matrix.versions.values().filter(|one| above.is_none_or(|top| one.version > top));
        let has_begun = |one: &&VersionStanding| {
            let from = one.head.as_ref().map(|head| head.effective_from);
            let first = said(one).map(|(_, said)| said.signed_at.day()).min();
            from.into_iter().chain(first).any(|day| day <= self.day)
        };
        others.filter(has_begun).filter_map(|one| self.unsettled_one(one)).collect()
    }

    fn unsettled_one(&self, one: &VersionStanding) -> Option<String> {
        let from = one.head.as_ref().map(|head| format!(" (to hold from {})", head.effective_from));
        let name = format!("version {}{}", one.version, from.unwrap_or_default());
        match &one.state {
            State::Future | State::InForce | State::Superseded(_) | State::Ended | State::InDoubt => None,
            State::Offered => Some(format!(
                "{name} was offered; {}{}",
                words::lacking(&one.missing, &self.names),
                self.withdrawn_by(one)
            )),
            State::Complete => {
                Some(format!("{name} was {}{}", words::unsettled(one, &self.names)?, self.withdrawn_by(one)))
            }
            State::InQuestion(_) => Some(format!("{name} is {}", words::unsettled(one, &self.names)?)),
        }
    }

    fn withdrawn_by(&self, one: &VersionStanding) -> String {
        let standing = &self.ledger.signoffs.standing;
        let back = said(one).filter(|(_, said)| said.decision == Decision::Withdraw);
        let who = back.map(|(at, said)| {
            let by = signature(standing, at, said, &self.names);
            format!("{} for {} on {}", by.name, by.party_name, said.signed_at.day())
        });
        let who: Vec<String> = who.collect();
        if who.is_empty() { String::new() } else { format!("; not wanted any more: {}", list(&who)) }
    }

    /// Returns what a version's disputes say.
    pub(super) fn contests(&self, one: &VersionStanding) -> Vec<Contest> {
        let standing = &self.ledger.signoffs.standing;
        let disputes = one.statements.iter().filter(|at| one.contests.contains(&at.digest));
        let contests = disputes.filter_map(|at| {
            let said = at.statement.as_ref()?;
            let by = signature(standing, at, said, &self.names);
            Some(Contest { version: one.version.to_string(), by, reason: said.reason.clone() })
        });
        contests.collect()
    }

    /// Says that a version was signed after the day that is asked about, and what was signed until then.
    pub(super) fn late(&self, one: &VersionStanding) -> Option<String> {
        let agreed = one.closed_on.filter(|agreed| *agreed > self.day)?;
        let known = |other: &VersionStanding| {
            !other.state.is_final() || other.closed_on.is_none_or(|day| day <= self.day)
        };
        let versions: BTreeMap<Version, VersionStanding> = self
            .matrix
            .versions
            .iter()
            .filter(|(_, other)| known(other))
            .map(|(number, other)| (*number, other.clone()))
            .collect();
        let then = MatrixStanding { versions, replaced: self.matrix.replaced.clone() };
        let otherwise = match then.in_force(self.day) {
            Force::Version(version) => format!("by what was signed on {}, version {version} was", self.day),
            Force::Nothing | Force::Ended(_) | Force::InDoubt { .. } => {
                format!("by what was signed on {}, nothing was", self.day)
            }
        };
        Some(format!("version {} was signed only on {agreed}; {otherwise} in force", one.version))
    }
}

fn said(one: &VersionStanding) -> impl Iterator<Item = (&StatementStanding, &Statement)> {
    let counts = one.statements.iter().filter(|at| at.verdict == Verdict::Accepted);
    counts.filter_map(|at| Some((at, at.statement.as_ref()?)))
}
