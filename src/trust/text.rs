//! The sentence of a statement, made from its fields alone.
//!
//! These templates are part of the format: a statement whose sentence differs by a letter does not count.

use super::statement::{Decision, Statement};

/// Renders the sentence that a signer reads and signs.
pub fn render(statement: &Statement) -> String {
    let Statement { party, signer, matrix, effective_from, .. } = statement;
    let version = format!("version {} of {}", matrix.version, matrix.id);
    let text = format!("The text has the SHA-256 {}.", matrix.sha256);
    match statement.decision {
        Decision::Approve => {
            let place = match &statement.previous {
                Some(previous) => format!("as the successor of version {}", previous.version),
                None => "as its first version".to_owned(),
            };
            format!("{signer} of {party} approves {version}, in force from {effective_from}, {place}. {text}")
        }
        Decision::Acknowledge => {
            format!(
                "{signer} of {party} has seen that all parties approved {version} and gives the last word of {party} on it. {text}"
            )
        }
        Decision::Withdraw => {
            format!(
                "{signer} of {party} gives notice that {party} does not want the approval of {version} to be completed. {text}"
            )
        }
        Decision::Contest => {
            let reason = statement.reason.as_deref().unwrap_or_default();
            format!("{signer} of {party} disputes {version}. {text} The reason given: {reason}")
        }
    }
}
