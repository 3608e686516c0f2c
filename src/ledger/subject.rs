//! What a question is about: a control in any spelling, an objective, a reference, a row.

use serde::Serialize;

use super::row::RowAnswer;
use crate::matrix::{Duty, Evidence, Matrix, Row};
use crate::pack::{Catalogue, Packs, spelling};

/// A control that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meant {
    /// Its id, as `catalog:id`.
    pub control: String,
    /// What the catalogue calls it.
    pub title: String,
}

/// What a question is about.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// As it was typed.
    pub asked: String,
    /// The controls that it may mean.
    pub meant: Vec<Meant>,
    reference: String,
    /// Whether it is taken for a row's title, which is done where nothing has it for a name.
    by_title: bool,
    /// The ids that the rows have in the text that is asked, where they had the name that was typed in another one.
    also: Vec<String>,
    /// The scope that is asked about, by its id or title; `None` for all.
    scope: Option<String>,
    packs: &'a Packs,
}

impl<'a> Subject<'a> {
    /// Understands what was typed.
    pub fn of(asked: &str, packs: &'a Packs) -> Self {
        let catalogues = packs.frameworks().filter_map(|pack| pack.catalogue());
        let meant = catalogues.flat_map(|catalogue| meant(asked, catalogue, packs)).collect();
        Self {
            asked: asked.trim().to_owned(),
            meant,
            reference: spelling::normal(asked),
            by_title: false,
            also: Vec::new(),
            scope: None,
            packs,
        }
    }

    /// Returns the same question about rows with this title.
    #[must_use]
    pub fn by_title(&self) -> Self {
        Self { by_title: true, ..self.clone() }
    }

    /// Returns the same question about one scope, by its id or title.
    #[must_use]
    pub fn in_scope(self, scope: Option<String>) -> Self {
        Self { scope, ..self }
    }

    /// Returns the scope that is asked about, as it was typed.
    pub(super) fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Returns the same question about rows that are called otherwise in the text that is asked.
    #[must_use]
    pub fn called(&self, ids: Vec<String>) -> Self {
        Self { also: ids, ..self.clone() }
    }

    fn is_named(&self, row: &Row) -> bool {
        row.id == self.asked
            || self.also.contains(&row.id)
            || (self.by_title && row.label().eq_ignore_ascii_case(&self.asked))
    }

    /// Returns the rows of a matrix that it is about, in the order of the matrix.
    pub fn rows<'m>(&self, matrix: &'m Matrix) -> Vec<&'m Row> {
        let named: Vec<&Row> = matrix.rows.iter().filter(|row| self.is_named(row)).collect();
        if !named.is_empty() {
            return named;
        }
        let of_control = |row: &&Row| self.meant.iter().any(|one| self.answers(row, &one.control, matrix));
        let by_control: Vec<&Row> = matrix.rows.iter().filter(of_control).collect();
        if !by_control.is_empty() {
            return by_control;
        }
        let exact: Vec<&Row> = matrix.rows.iter().filter(|row| self.is_referred(row, false)).collect();
        if !exact.is_empty() {
            return exact;
        }
        matrix.rows.iter().filter(|row| self.is_referred(row, true)).collect()
    }

    /// Returns what the rows of a matrix answer, each as it holds in the scope that is asked about.
    pub(super) fn answers_in(&self, matrix: &Matrix) -> Vec<RowAnswer> {
        let Some(scope) = &self.scope else {
            return self.rows(matrix).into_iter().map(|row| RowAnswer::of(matrix, row, Some(self))).collect();
        };
        let Some(scope) = matrix.scope_named(scope) else { return Vec::new() };
        let rows = self.rows(matrix).into_iter().flat_map(|row| matrix.in_scope(row, &scope.id));
        rows.map(|row| RowAnswer::of(matrix, &row, Some(self))).collect()
    }

    /// Says whether a duty of a row has anything to do with what was asked.
    pub fn has_duty(&self, row: &Row, duty: &Duty) -> bool {
        self.has_part(row, &duty.controls)
    }

    /// Says whether a piece of evidence of a row has anything to do with what was asked.
    pub fn has_evidence(&self, row: &Row, evidence: &Evidence) -> bool {
        self.has_part(row, &evidence.controls)
    }

    fn has_part(&self, row: &Row, controls: &[String]) -> bool {
        if controls.is_empty() || self.meant.is_empty() || self.is_named(row) {
            return true;
        }
        self.meant.iter().any(|one| {
            let up = self.lineage(&one.control);
            let is_within = |own: &String| self.lineage(own).contains(&one.control);
            controls.iter().any(|own| up.contains(own) || is_within(own))
        })
    }

    /// Says whether a row answers for a control: it names the control or a part of it, or it names what the control is
    /// part of and no row names anything closer.
    fn answers(&self, row: &Row, control: &str, matrix: &Matrix) -> bool {
        if row.controls.iter().any(|own| self.lineage(own).iter().any(|up| up == control)) {
            return true;
        }
        let names = |row: &Row, id: &String| row.controls.contains(id);
        let lineage = self.lineage(control);
        let closest = lineage.iter().find(|id| matrix.rows.iter().any(|row| names(row, id)));
        closest.is_some_and(|id| names(row, id))
    }

    /// Returns a control and everything that it is part of, as `catalog:id`, innermost first.
    fn lineage(&self, control: &str) -> Vec<String> {
        let found = control.split_once(':').and_then(|(catalog, id)| {
            let catalogue = self.packs.catalogue(catalog)?;
            Some((catalogue, catalogue.get(id)?))
        });
        let Some((catalogue, found)) = found else { return vec![control.to_owned()] };
        catalogue.lineage(found).map(|one| format!("{}:{}", catalogue.id, one.id)).collect()
    }

    fn is_referred(&self, row: &Row, whole: bool) -> bool {
        let is_same = |reference: &String| {
            let reference = spelling::normal(reference);
            let rest = reference.strip_prefix(&self.reference);
            rest.is_some_and(|rest| rest.is_empty() || (whole && rest.starts_with('.')))
        };
        !self.reference.is_empty() && row.references.iter().any(is_same)
    }

    /// Returns names that look like what was typed, best first.
    pub fn like(&self) -> Vec<String> {
        let catalogues = self.packs.frameworks().filter_map(|pack| pack.catalogue());
        catalogues.flat_map(|catalogue| catalogue.like(&self.asked)).map(str::to_owned).take(3).collect()
    }
}

fn meant(asked: &str, catalogue: &Catalogue, packs: &Packs) -> Vec<Meant> {
    let bare = match asked.split_once(':') {
        Some((prefix, bare)) if packs.framework(prefix).is_some() => {
            let pack = packs.framework(prefix).filter(|pack| pack.id == catalogue.id);
            let Some(_) = pack else { return Vec::new() };
            bare
        }
        _ => asked,
    };
    let meant = catalogue.meant(bare.trim()).into_iter();
    meant
        .map(|one| Meant { control: format!("{}:{}", catalogue.id, one.id), title: one.title.clone() })
        .collect()
}
