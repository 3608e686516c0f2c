//! A matrix from one side: a page for each objective, party or role, or the list of its evidence.
//!
//! A view is made of `Leaf`s, one for each thing that it is about; how a leaf is laid out in a form is said here once.

mod evidence;
mod objective;
mod party;
mod role;

use crate::choice::choices;
use crate::document::{Block, Document, Layout, sheet};
use crate::matrix::{Matrix, Row};
use crate::pack::Packs;

use super::Options;

choices! {
    /// From which side a matrix is shown.
    View {
        /// A page for each assessment objective, or control without objectives.
        Objective "objective",
        /// A sheet for each party.
        Party "party",
        /// The list of the evidence.
        Evidence "evidence",
        /// What one role has to do, and when.
        Role "role",
    }
}

/// What a view says of one thing.
pub(super) struct Leaf {
    /// What it is about.
    title: String,
    /// What must not be missed.
    alarm: Option<&'static str>,
    /// What is said of it; a term may have several.
    facts: Vec<(&'static str, Vec<String>)>,
}

impl Leaf {
    fn of(title: impl Into<String>) -> Self {
        Self { title: title.into(), alarm: None, facts: Vec::new() }
    }

    /// Adds what there is to say, if there is any.
    fn add(&mut self, term: &'static str, facts: impl IntoIterator<Item = String>) {
        let mut said: Vec<String> = Vec::new();
        for fact in facts {
            if !fact.is_empty() && !said.contains(&fact) {
                said.push(fact);
            }
        }
        if !said.is_empty() {
            self.facts.push((term, said));
        }
    }
}

/// Returns a matrix from one side, in one form.
pub fn render(form: Layout, view: View, matrix: &Matrix, packs: &Packs, options: &Options) -> String {
    let leaves = leaves(view, matrix, packs, options);
    let document = document(view, matrix, options, &leaves);
    match form {
        Layout::Csv => table(view, &leaves),
        form => document.laid_out(form, &options.style),
    }
}

fn leaves(view: View, matrix: &Matrix, packs: &Packs, options: &Options) -> Vec<Leaf> {
    match view {
        View::Objective => objective::leaves(matrix, packs),
        View::Party => party::leaves(matrix, options.party),
        View::Evidence => evidence::leaves(matrix, options.party),
        View::Role => role::leaves(matrix, options.party),
    }
}

fn document(view: View, matrix: &Matrix, options: &Options, leaves: &[Leaf]) -> Document {
    let standing = options.standing.map(|standing| format!(", {standing}")).unwrap_or_default();
    let open = leaves.iter().filter(|leaf| leaf.alarm.is_some()).count();
    let (one, many) = nouns(view);
    let noun = if leaves.len() == 1 { one } else { many };
    let figures = match open {
        0 => format!("{} {noun}", leaves.len()),
        open => format!("{} {noun}, of which {open} have an alarm", leaves.len()),
    };
    let mut blocks = vec![
        Block::title(matrix.title.clone()),
        Block::Subtitle(format!("{} {}{standing}", matrix.id, matrix.version).into()),
        Block::sentence(figures),
    ];
    for leaf in leaves {
        blocks.push(Block::part(leaf.title.clone()));
        blocks.extend(leaf.alarm.map(Block::alarm));
        for (term, facts) in &leaf.facts {
            match &facts[..] {
                [only] => blocks.push(Block::fact(*term, only.clone())),
                many => blocks.extend(Block::facts(*term, many.iter().cloned())),
            }
        }
    }
    Document { blocks }
}

fn nouns(view: View) -> (&'static str, &'static str) {
    match view {
        View::Objective => ("objective", "objectives"),
        View::Party => ("party", "parties"),
        View::Evidence => ("piece of evidence", "pieces of evidence"),
        View::Role => ("role", "roles"),
    }
}

/// Lays leaves out for a spreadsheet: a line each, a column for each term in the order of reading.
fn table(view: View, leaves: &[Leaf]) -> String {
    let mut columns: Vec<&'static str> = vec![nouns(view).0, "alarm"];
    let terms = match view {
        View::Objective => objective::TERMS,
        View::Party => party::TERMS,
        View::Evidence => evidence::TERMS,
        View::Role => role::TERMS,
    };
    columns.extend(terms);
    let cell = |leaf: &Leaf, term: &&str| {
        let own = leaf.facts.iter().find(|(own, _)| own == term);
        own.map(|(_, facts)| facts.join("; ")).unwrap_or_default()
    };
    let row = |leaf: &Leaf| {
        let lead = [leaf.title.clone(), leaf.alarm.unwrap_or_default().to_owned()];
        lead.into_iter().chain(terms.iter().map(|term| cell(leaf, term))).collect()
    };
    sheet::render(&columns, &leaves.iter().map(row).collect::<Vec<_>>())
}

/// Returns a row as it is named in a view: "Access reviews [access-reviews]".
fn named(row: &Row) -> String {
    if row.label() == row.id { row.id.clone() } else { format!("{} [{}]", row.label(), row.id) }
}
