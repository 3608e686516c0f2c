//! Which rows of a matrix are shown: those of a family, a control, an owner, a scope.

use super::{Labels, page};
use crate::matrix::{Matrix, Row};
use crate::near;

/// What rows have to have, to be shown; what is `None` is not asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The family, or the beginning of its title, or what its controls begin with, such as `AC`.
    pub family: Option<String>,
    /// A control, or what it is part of.
    pub control: Option<String>,
    /// The id of the party that works in it.
    pub owner: Option<String>,
    /// The id of the scope that it holds in.
    pub scope: Option<String>,
}

impl Filter {
    /// Returns a matrix with the rows that are meant, each as it holds in the scope that is asked for.
    ///
    /// # Errors
    /// Where no row is meant: what there is instead, if anything is near.
    pub fn apply(&self, matrix: &Matrix, labels: &Labels) -> Result<Matrix, String> {
        let scope = self.scope.as_ref().map(|scope| known_scope(matrix, scope)).transpose()?;
        let rows = matrix.rows.iter();
        let rows: Vec<Row> = rows
            .filter(|row| self.family.as_ref().is_none_or(|family| is_of_family(row, family, labels)))
            .filter(|row| self.control.as_ref().is_none_or(|control| answers(row, control)))
            .flat_map(|row| {
                scope.as_ref().map_or_else(|| vec![row.clone()], |scope| matrix.in_scope(row, scope))
            })
            .filter(|row| {
                self.owner.as_ref().is_none_or(|owner| row.duties.iter().any(|duty| duty.party == *owner))
            })
            .collect();
        if rows.is_empty() {
            return Err(self.nothing(matrix, labels));
        }
        Ok(Matrix { rows, ..matrix.without_rows() })
    }

    fn nothing(&self, matrix: &Matrix, labels: &Labels) -> String {
        let mut families: Vec<String> = matrix.rows.iter().map(|row| page::group_of(row, labels)).collect();
        families.dedup();
        match &self.family {
            Some(family) => {
                let near = near::nearest(family, families.iter().map(String::as_str));
                near.map_or_else(
                    || format!("the families are {}", families.join("; ")),
                    |near| format!("did you mean `{near}`?"),
                )
            }
            None => "fewer conditions show more".to_owned(),
        }
    }
}

fn known_scope(matrix: &Matrix, wanted: &str) -> Result<String, String> {
    let known: Vec<&str> = matrix.scopes.iter().map(|scope| scope.id.as_str()).collect();
    matrix
        .scope_named(wanted)
        .map(|scope| scope.id.clone())
        .ok_or_else(|| format!("the scopes are {}", known.join(", ")))
}

fn is_of_family(row: &Row, family: &str, labels: &Labels) -> bool {
    let wanted = family.to_lowercase();
    let begins = |control: &String| {
        let own = control.split_once(':').map_or(control.as_str(), |(_, own)| own).to_lowercase();
        own.strip_prefix(&wanted).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    page::group_of(row, labels).to_lowercase().starts_with(&wanted) || row.controls.iter().any(begins)
}

fn answers(row: &Row, control: &str) -> bool {
    let is_meant = |own: &String| {
        let bare = own.split_once(':').map_or(own.as_str(), |(_, bare)| bare);
        let [own, bare, control] = [own.as_str(), bare, control].map(str::to_lowercase);
        own == control
            || bare == control
            || bare.starts_with(&format!("{control}["))
            || control.starts_with(&format!("{bare}["))
    };
    row.controls.iter().any(is_meant) || row.references.iter().any(|one| one.starts_with(control))
}
