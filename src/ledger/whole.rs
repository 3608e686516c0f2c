//! The whole matrix in force on a day, with what proves it.

use super::Ledger;
use super::agreed::{Agreed, Signature};
use super::note::MatrixOnDay;
use super::standing::Standing;
use crate::error::{Error, Result};
use crate::project::words::Names;
use crate::report::words::list;
use crate::trust::force::Force;
use crate::trust::name::{MatrixId, Version};
use crate::trust::period;

/// The version of a matrix in force on a day.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The version.
    pub version: Version,
    /// "in force on 2026-07-04, from 2026-06-01, no longer on 2026-10-01".
    pub standing: String,
    /// Who agreed, where that lies, and what else a reader must not miss.
    pub proof: Vec<String>,
}

impl Ledger<'_> {
    /// Returns the version of a matrix that was in force on the day that was judged.
    ///
    /// # Errors
    /// Where there is no such matrix, or nothing of it was in force, or it cannot be said what.
    pub fn whole(&self, id: &MatrixId) -> Result<Whole> {
        let matrix = self.matrices().get(id).ok_or_else(|| self.no_matrix(id.as_str()))?;
        let periods = period::periods(matrix);
        let now = period::on(&periods, self.day());
        let names = match now.force {
            Force::Version(version) | Force::Ended(version) => self.text(id, version),
            Force::Nothing | Force::InDoubt { .. } => None,
        };
        let names = names.map(|text| Names::of_matrix(&text)).unwrap_or_default();
        let on_day = MatrixOnDay { ledger: self, matrix, day: self.day(), names };
        let (Force::Version(version), Some(from)) = (&now.force, now.from) else {
            let standing = Standing::of(&now.force, true, !on_day.coming(&periods).is_empty());
            let what = if standing == Standing::InDoubt { "it cannot be said what" } else { "nothing" };
            let why = standing.why(now, matrix, &on_day.names);
            let message = format!("{what} of {id} was in force on {}: {why}", self.day());
            return Err(Error::not_in_force(message).hint(format!(
                "`countersign history {id}` shows what was in force when, `countersign show {id}@VERSION` a version"
            )));
        };
        let until = now.until.map(|day| format!(", no longer on {day}")).unwrap_or_default();
        let one = &matrix.versions[version];
        let agreed = Agreed::of(self, one, &on_day.names);
        let mut proof = vec![proof(&agreed, id)];
        proof.extend(on_day.late(one));
        proof.extend(on_day.unsettled(Some(*version)));
        let standing = format!("in force on {}: from {from}{until}", self.day());
        Ok(Whole { version: *version, standing, proof })
    }
}

fn proof(agreed: &Agreed, id: &MatrixId) -> String {
    let who: Vec<String> = agreed.signatures.iter().map(Signature::says).collect();
    let sha256 = agreed.sha256.as_deref().unwrap_or("unknown");
    format!(
        "Agreed by {}. Proof: {}/matrix.json, SHA-256 {sha256}; countersign evidence {id}@{}",
        list(&who),
        agreed.folder,
        agreed.version
    )
}
