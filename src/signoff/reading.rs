//! What a file that was sent says, before anything is signed: the same facts in every format.

use super::approve;
use super::basis::Basis;
use super::bundle::Act;
use super::place::Sent;
use super::roster;
use super::session::Session;
use super::verified;
use crate::error::Result;
use crate::matrix::Matrix;
use crate::report::Style;
use crate::show::Lead;

/// What a file that was sent says.
#[derive(Debug)]
pub struct Reading {
    /// What people call it.
    pub title: String,
    /// What it is.
    pub subtitle: String,
    /// What it leads with: what changes, what falls to the party, who has signed, fingerprints, digest, what comes next.
    pub lead: Vec<Lead>,
    /// What changes since the version before, or which matrices a first version ends, for a terminal.
    pub changes: String,
    /// Whether there is a version before.
    pub is_later: bool,
    /// The matrix; None if the file is about those who may sign.
    pub matrix: Option<Matrix>,
    /// The party whose part is shown: the only one that has still to sign, if none was named.
    pub party: Option<String>,
    /// How the version stands, or what the file is about.
    pub standing: String,
    /// What can be typed next.
    pub next: Vec<String>,
    /// What is older here, or on another line, than what was signed on this machine.
    pub warnings: String,
}

/// Reads a file that was sent.
///
/// # Errors
/// Where something in it does not verify.
pub fn read(sent: &Sent, party: Option<&str>, session: &Session, style: &Style) -> Result<Reading> {
    let basis = Basis::of(&sent.tree, session)?;
    verified::demand_anchor(&basis)?;
    verified::demand_sound(&sent.bundle, &basis)?;
    match sent.bundle.act {
        Act::RosterSign => roster::sign::read(sent, &basis, session),
        Act::RosterRevoke => roster::revoke::read(sent, &basis, session),
        Act::Approve | Act::Withdraw | Act::Contest | Act::Mark => {
            approve::read(sent, &basis, party, session, style)
        }
    }
}

/// Returns the lines of a text that say something.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
