//! Which controls of a catalogue somebody owns, and what the gaps cost.
//!
//! An id covers all its parts except those that another row names; a row that is `unassigned` owns nothing.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::matrix::{Allocation, Coverage, Framework, Matrix};
use crate::pack::{Catalogue, Control};

/// What the rows of one or several matrices name, as `catalog:id`.
#[derive(Clone, Debug, Default)]
pub struct Owned {
    owned: BTreeSet<String>,
    nobody: BTreeSet<String>,
    /// What rows answer that are not in practice yet.
    open: BTreeSet<String>,
}

/// A control without a full owner.
#[derive(Clone, Debug)]
pub struct Gap<'a> {
    /// The control.
    pub control: &'a Control,
    /// Its parts without an owner; empty where the whole control has none.
    pub parts: Vec<&'a Control>,
}

/// How a catalogue is covered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cover {
    /// The catalogue's title.
    pub title: String,
    /// What its controls are called: requirements, specifications, criteria.
    pub noun: String,
    /// Controls that need a row.
    pub controls: usize,
    /// Of these, how many have one.
    pub covered: usize,
    /// How many of the controls are enhancements of another.
    pub enhancements: usize,
    /// What the catalogue calls the parts of its controls: objectives, parts, specifications.
    pub parts: String,
    /// Assessment objectives or other parts that need a row, 0 where the catalogue has none.
    pub objectives: usize,
    /// Of these, how many have one.
    pub objectives_covered: usize,
    /// The ids of controls without a row.
    pub missing: Vec<String>,
    /// The ids of objectives without a row, whose control has one.
    pub missing_objectives: Vec<String>,
}

/// What gaps cost in a catalogue that has points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Points {
    /// The points of the controls that nobody owns.
    pub lost: i64,
    /// All points of the catalogue.
    pub of: i64,
    /// The score that remains at best: highest score less points lost.
    pub score: i64,
    /// The highest score.
    pub highest: i64,
    /// Gaps worth five points.
    pub five_pointers: usize,
    /// Gaps and open requirements that a plan of action may not hold.
    pub not_on_plan: usize,
    /// The ids of requirements with a row that is planned or partial, without an exception.
    pub open: Vec<String>,
    /// Whether a conditional status is possible with what is open, which then has to be closed within 180 days.
    pub conditional: bool,
}

impl Owned {
    /// Collects what the rows of these matrices own together.
    pub fn of<'a>(matrices: impl IntoIterator<Item = &'a Matrix>) -> Self {
        let mut all = Self::default();
        for row in matrices.into_iter().flat_map(|matrix| &matrix.rows) {
            let list =
                if row.allocation == Allocation::Unassigned { &mut all.nobody } else { &mut all.owned };
            list.extend(row.controls.iter().cloned());
            if row.is_open() {
                all.open.extend(row.controls.iter().cloned());
            }
        }
        all
    }

    /// Adds what other matrices own.
    pub fn join(&mut self, other: Self) {
        self.owned.extend(other.owned);
        self.nobody.extend(other.nobody);
        self.open.extend(other.open);
    }

    /// Returns the controls of a catalogue without a full owner, in the catalogue's order.
    pub fn gaps<'a>(&self, catalogue: &'a Catalogue, framework: &'a Framework) -> Vec<Gap<'a>> {
        if framework.coverage == Coverage::Listed {
            return Vec::new();
        }
        wanted(catalogue, framework).filter_map(|control| self.gap(catalogue, control)).collect()
    }

    fn gap<'a>(&self, catalogue: &'a Catalogue, control: &'a Control) -> Option<Gap<'a>> {
        let leaves: Vec<&Control> = leaves(catalogue, control);
        let missing: Vec<&Control> =
            leaves.iter().copied().filter(|leaf| !self.owns(catalogue, leaf)).collect();
        if missing.is_empty() {
            return None;
        }
        let whole = missing.len() == leaves.len();
        Some(Gap { control, parts: if whole { Vec::new() } else { missing } })
    }

    /// Returns whether the innermost row that names the control or what it is part of has an owner.
    fn owns(&self, catalogue: &Catalogue, control: &Control) -> bool {
        for above in catalogue.lineage(control) {
            let name = format!("{}:{}", catalogue.id, above.id);
            if self.owned.contains(&name) {
                return true;
            }
            if self.nobody.contains(&name) {
                return false;
            }
        }
        false
    }

    /// Returns the figures for a summary.
    pub fn cover(&self, catalogue: &Catalogue, framework: &Framework) -> Cover {
        let controls: Vec<&Control> = match framework.coverage {
            Coverage::Complete => wanted(catalogue, framework).collect(),
            Coverage::Listed => {
                wanted(catalogue, framework).filter(|one| self.names(catalogue, one)).collect()
            }
        };
        let parts: Vec<&Control> = controls
            .iter()
            .flat_map(|control| leaves(catalogue, control).into_iter().filter(|leaf| leaf.id != control.id))
            .collect();
        let gaps: Vec<Gap<'_>> = controls.iter().filter_map(|control| self.gap(catalogue, control)).collect();
        let whole = gaps.iter().filter(|gap| gap.parts.is_empty());
        Cover {
            title: catalogue.title.clone(),
            noun: catalogue.noun.clone(),
            controls: controls.len(),
            covered: controls.len() - gaps.len(),
            enhancements: controls.iter().filter(|control| control.is_enhancement()).count(),
            parts: parts.first().map(|part| format!("{}s", part.level)).unwrap_or_default(),
            objectives: parts.len(),
            objectives_covered: parts.iter().filter(|part| self.owns(catalogue, part)).count(),
            missing: whole.map(|gap| gap.control.id.clone()).collect(),
            missing_objectives: gaps.iter().flat_map(|gap| &gap.parts).map(|part| part.id.clone()).collect(),
        }
    }

    fn names(&self, catalogue: &Catalogue, control: &Control) -> bool {
        std::iter::once(control).chain(leaves(catalogue, control)).any(|one| {
            let name = format!("{}:{}", catalogue.id, one.id);
            self.owned.contains(&name) || self.nobody.contains(&name)
        })
    }

    /// Returns what gaps and open rows cost, where the catalogue has points.
    pub fn points(&self, catalogue: &Catalogue, framework: &Framework) -> Option<Points> {
        let highest = catalogue.highest_score?;
        let gaps = self.gaps(catalogue, framework);
        let is_gap = |control: &Control| gaps.iter().any(|gap| gap.control.id == control.id);
        let open: Vec<&Control> = wanted(catalogue, framework)
            .filter(|control| !is_gap(control) && self.is_open(catalogue, control))
            .collect();
        let missed: Vec<&Control> = gaps.iter().map(|gap| gap.control).chain(open.iter().copied()).collect();
        let worth = |control: &&Control| control.points.unwrap_or_default();
        let lost: i64 = missed.iter().map(worth).sum();
        let never = |control: &&&Control| control.poam.as_deref() == Some("never");
        let not_on_plan = missed.iter().filter(never).count();
        // 32 CFR 170.21(a)(2): at least 80 % of the points, and nothing open that no plan of action may hold.
        let is_enough = (highest - lost) * 5 >= highest * 4;
        Some(Points {
            lost,
            of: catalogue.items.iter().filter_map(|item| item.points).sum(),
            score: highest - lost,
            highest,
            five_pointers: missed.iter().filter(|control| worth(control) == 5).count(),
            not_on_plan,
            open: open.iter().map(|control| control.id.clone()).collect(),
            conditional: !open.is_empty() && is_enough && not_on_plan == 0,
        })
    }

    fn is_open(&self, catalogue: &Catalogue, control: &Control) -> bool {
        std::iter::once(control)
            .chain(leaves(catalogue, control))
            .any(|one| self.open.contains(&format!("{}:{}", catalogue.id, one.id)))
    }
}

/// Returns whether a framework entry asks for a control: it names the control's group or one of its baselines, or nothing.
pub fn includes(framework: &Framework, control: &Control) -> bool {
    framework.include.is_empty() || framework.include.iter().any(|subset| control.is_in(subset))
}

/// Returns the controls that a framework entry asks for.
pub fn wanted<'a>(catalogue: &'a Catalogue, framework: &'a Framework) -> impl Iterator<Item = &'a Control> {
    catalogue.tops().filter(|control| includes(framework, control))
}

/// Returns what a control consists of at the lowest level; a control without parts is its own.
pub fn leaves<'a>(catalogue: &'a Catalogue, control: &'a Control) -> Vec<&'a Control> {
    let parts: Vec<&Control> = catalogue.parts(control).collect();
    if parts.is_empty() {
        return vec![control];
    }
    parts.into_iter().flat_map(|part| leaves(catalogue, part)).collect()
}
