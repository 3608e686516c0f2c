//! Questions about something that is not here, and what helps.

use super::Ledger;
use super::subject::Subject;
use crate::error::Error;

impl Ledger<'_> {
    /// Returns the error about a matrix that nobody offered.
    pub fn no_matrix(&self, id: &str) -> Error {
        let known: Vec<String> = self.matrices().keys().map(ToString::to_string).collect();
        let error = Error::nothing(format!("no version of a matrix `{id}` was ever offered for signature"));
        if known.is_empty() {
            return error
                .hint("`countersign status` shows where every matrix stands, `countersign show` a draft");
        }
        error.hint(format!("those that were are {}", known.join(", ")))
    }

    pub(super) fn nothing_named(&self, subject: &Subject<'_>) -> Error {
        let error = Error::nothing(format!(
            "nothing is called `{}`: no row, control, objective or reference of any matrix here",
            subject.asked
        ));
        let like = subject.like();
        let near = like.first().map(|one| format!("did you mean `{one}`? ")).unwrap_or_default();
        error.hint(format!(
            "{near}`countersign status` shows the matrices, `countersign show MATRIX` their rows"
        ))
    }
}
