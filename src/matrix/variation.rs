//! Variations: scopes in which a row is divided otherwise than the row itself says.
//!
//! A row with variations is read as several: [`Matrix::divisions`] returns the row once for each way in which it is
//! divided, so that nobody else has to know how the format writes that.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Allocation, Matrix, Row, Scope, Shared};

/// How a row is divided in some of its scopes; what it leaves out is as the row has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Variation {
    /// The scopes, a part of those of the row.
    pub scope: Vec<String>,
    /// Which side acts there.
    #[serde(default)]
    pub allocation: Option<Allocation>,
    /// How it is divided there, if it is shared.
    #[serde(default)]
    pub shared: Option<Shared>,
    /// What the provider lets others inherit there: yes, partial or no.
    #[serde(default)]
    pub offered: Option<String>,
}

impl Matrix {
    /// Returns a row once for each way in which it is divided: first with the scopes that no variation names, then
    /// with those of each variation. A row without variations is returned as it is.
    pub fn divisions<'a>(&self, row: &'a Row) -> Vec<Cow<'a, Row>> {
        if row.by_scope.is_empty() {
            return vec![Cow::Borrowed(row)];
        }
        let everywhere = || self.scopes.iter().map(|scope| scope.id.clone()).collect();
        let all: Vec<String> = if row.scope.is_empty() { everywhere() } else { row.scope.clone() };
        let is_named = |scope: &String| row.by_scope.iter().any(|one| one.scope.contains(scope));
        let rest: Vec<String> = all.into_iter().filter(|scope| !is_named(scope)).collect();
        let plain = Row { by_scope: Vec::new(), ..row.clone() };
        let mut divisions = Vec::new();
        if !rest.is_empty() {
            divisions.push(Cow::Owned(narrowed(&plain, &rest)));
        }
        divisions.extend(row.by_scope.iter().map(|one| Cow::Owned(one.applied(&plain))));
        divisions
    }

    /// Returns the scope that a person means by its id or its title.
    pub fn scope_named(&self, name: &str) -> Option<&Scope> {
        let is_meant = |scope: &&Scope| scope.id == name || scope.title.as_deref() == Some(name);
        self.scopes.iter().find(is_meant)
    }

    /// Returns a row as it holds in one scope, with the duties and the evidence that reach there; nothing if it does not
    /// hold there.
    pub fn in_scope(&self, row: &Row, scope: &str) -> Vec<Row> {
        let divisions = self.divisions(row).into_iter();
        let here = divisions.filter(|one| one.scope.is_empty() || one.scope.iter().any(|own| own == scope));
        here.map(|one| narrowed(&one, &[scope.to_owned()])).collect()
    }
}

impl Variation {
    /// Returns a row as it holds in these scopes.
    fn applied(&self, row: &Row) -> Row {
        let mut row = narrowed(row, &self.scope);
        let is_other = self.allocation.is_some_and(|allocation| allocation != row.allocation);
        if let Some(allocation) = self.allocation {
            row.allocation = allocation;
        }
        if self.shared.is_some() || is_other {
            row.shared.clone_from(&self.shared);
        }
        if self.offered.is_some() {
            row.offered.clone_from(&self.offered);
        }
        row
    }
}

/// Returns a row that holds in these scopes alone, with the duties and the evidence that reach there.
fn narrowed(row: &Row, scope: &[String]) -> Row {
    let reaches = |own: &Vec<String>| own.is_empty() || own.iter().any(|one| scope.contains(one));
    let mut row = Row { scope: scope.to_vec(), ..row.clone() };
    row.duties.retain(|duty| reaches(&duty.scope));
    row.evidence.retain(|piece| reaches(&piece.scope));
    row
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use serde_json::json;

    use super::*;

    fn matrix() -> Matrix {
        let scope = |id: &str| json!({ "id": id });
        let value = json!({ "id": "m", "kind": "engagement", "version": "0.1", "title": "M", "parties": [],
            "scopes": [scope("cloud"), scope("plant"), scope("office")],
            "rows": [{ "id": "patching", "title": "Patching", "controls": [], "allocation": "shared", "offered": "yes",
                "shared": { "mode": "joint" },
                "duties": [{ "do": "perform", "party": "harbor", "scope": ["cloud"] }, { "do": "approve", "party": "acme" }],
                "byScope": [{ "scope": ["plant"], "allocation": "client" }, { "scope": ["cloud"], "offered": "no" }] }] });
        Matrix::of(&value).unwrap()
    }

    #[test]
    fn a_row_is_read_once_for_each_way_in_which_it_is_divided() {
        let matrix = matrix();
        let divisions = matrix.divisions(&matrix.rows[0]);
        let said: Vec<_> = divisions
            .iter()
            .map(|one| {
                (
                    one.scope.join(" "),
                    one.allocation,
                    one.shared.is_some(),
                    one.offered.as_deref(),
                    one.duties.len(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("office".to_owned(), Allocation::Shared, true, Some("yes"), 1),
                ("plant".to_owned(), Allocation::Client, false, Some("yes"), 1),
                ("cloud".to_owned(), Allocation::Shared, true, Some("no"), 2),
            ]
        );
    }

    #[test]
    fn a_row_without_variations_is_itself() {
        let mut matrix = matrix();
        matrix.rows[0].by_scope.clear();
        let divisions = matrix.divisions(&matrix.rows[0]);
        assert!(matches!(divisions[..], [Cow::Borrowed(row)] if *row == matrix.rows[0]));
    }
}
