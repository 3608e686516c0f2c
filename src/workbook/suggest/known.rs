//! Which column names the controls, and of which catalogue they are.

use std::collections::BTreeSet;

use super::super::Controls;
use super::Column;
use crate::pack::spelling::folded;
use crate::pack::{Catalogue, Packs};

/// How many cells of a column are looked up.
const LOOKED_UP: usize = 400;
/// Catalogues that do not come with the program, and how their sheets give themselves away.
const FOREIGN: [(&str, &str); 3] = [("ccm", "csa-ccm-4"), ("caiq", "csa-ccm-4"), ("hitrust", "hitrust-csf")];

/// The column of the controls.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The catalogue that the controls are of.
    pub(super) catalog: Option<String>,
    /// Whether the catalogue is not at hand.
    pub(super) is_foreign: bool,
    /// The column.
    pub(super) column: Option<u32>,
    /// Whether the name of the row follows the control in the cell.
    pub(super) has_titles: bool,
    /// How many controls were known.
    count: usize,
    /// Other catalogues that know as many of the controls.
    others: Vec<String>,
}

impl Known {
    /// Says where the controls stand and how sure that is.
    pub(super) fn note(&self, columns: &[Column]) -> Option<String> {
        let column = columns.iter().find(|column| Some(column.at) == self.column)?;
        let letters = super::super::book::letters(column.at);
        Some(match (&self.catalog, self.is_foreign) {
            (None, _) => format!(
                "column {letters} `{}` looks like names of controls, but no catalogue at hand has them: name one in `catalog` and make the \
                 column `control`, or leave it a `reference`",
                column.key
            ),
            (Some(catalog), true) => {
                format!("column {letters} `{}`: controls of `{catalog}`, which is not at hand", column.key)
            }
            (Some(catalog), false) => {
                let others = match &self.others[..] {
                    [] => String::new(),
                    others => format!(
                        "; {} would fit as well: correct `catalog` if it is that",
                        others.join(" and ")
                    ),
                };
                format!("column {letters} `{}`: {} controls of `{catalog}`{others}", column.key, self.count)
            }
        })
    }
}

/// Finds the column of controls and the catalogue that knows most of them.
pub(super) fn find(columns: &[Column], sheet: &str, packs: &Packs) -> Known {
    let mut best = Known::default();
    let hints =
        folded(&format!("{sheet} {}", columns.iter().map(Column::heading).collect::<Vec<_>>().join(" ")));
    let mut rank = (0, false, false);
    for column in columns.iter().filter(|column| !column.is_apart && !are_ordinals(column)) {
        for pack in packs.frameworks() {
            let Some(catalogue) = packs.catalogue(&pack.id) else { continue };
            let Some(found) = Counted::of(column, catalogue) else { continue };
            let is_hinted = words_of(&pack.id).any(|word| hints.split(' ').any(|one| one == word));
            if found.is_bare && !is_hinted && !sounds_like_ids(column) {
                continue;
            }
            let own = (found.distinct, !found.has_titles, is_hinted);
            if own.0 == best.count
                && best.column == Some(column.at)
                && best.catalog.as_ref() != Some(&pack.id)
            {
                best.others.push(format!("`{}`", pack.id));
            }
            if own > rank {
                let others = match own.0 == rank.0 && best.column == Some(column.at) {
                    true => best.catalog.iter().map(|it| format!("`{it}`")).collect(),
                    false => Vec::new(),
                };
                rank = own;
                best = Known {
                    catalog: Some(pack.id.clone()),
                    is_foreign: false,
                    column: Some(column.at),
                    has_titles: found.has_titles,
                    count: found.distinct,
                    others,
                };
            }
        }
    }
    if best.column.is_none() { likely(columns, &hints) } else { best }
}

/// Returns the words of a catalogue's id that tell it from others.
fn words_of(id: &str) -> impl Iterator<Item = &str> {
    id.split('-').filter(|word| word.len() > 2 && *word != "nist")
}

/// Returns whether a heading says that its column names controls.
fn sounds_like_ids(column: &Column) -> bool {
    let name = folded(&column.heading());
    let words = [
        "control",
        "requirement",
        "id",
        "ref",
        "criteria",
        "criterion",
        "objective",
        "practice",
        "req",
        "buid",
        "clause",
        "safeguard",
        "annex",
        "standard",
        "subcategory",
        "anforderung",
    ];
    words.iter().any(|word| name.split(' ').any(|it| it.starts_with(word)))
}

/// Returns whether a column only counts its rows.
fn are_ordinals(column: &Column) -> bool {
    !column.cells.is_empty()
        && column.cells.iter().filter(|text| text.parse::<u32>().is_ok()).count() * 10
            > column.cells.len() * 6
}

/// What a catalogue knows of a column.
struct Counted {
    distinct: usize,
    has_titles: bool,
    /// Whether its ids are numbers such as 1.2, by which any list may be numbered.
    is_bare: bool,
}

impl Counted {
    /// Returns how many controls a catalogue knows in a column; `None` if these are too few of its ids.
    fn of(column: &Column, catalogue: &Catalogue) -> Option<Self> {
        let any = Controls::of(None, Some(catalogue));
        let (mut distinct, mut whole, mut leading, mut ids) = (BTreeSet::new(), 0, 0, 0);
        for text in column.cells.iter().take(LOOKED_UP) {
            let known = any.known(text);
            let first = any.split(text).0;
            ids += usize::from(
                !known.is_empty() || first.is_some_and(|it| it.chars().any(|c| c.is_ascii_digit())),
            );
            if !known.is_empty() {
                whole += 1;
                distinct.extend(known);
            } else if let Some(control) = first.and_then(|first| catalogue.spelled(first)) {
                leading += 1;
                distinct.insert(control.id.clone());
            }
        }
        let is_enough = whole + leading > 0 && (whole + leading) * 10 >= ids * 6;
        let is_bare = |id: &String| !id.contains(|c: char| c.is_alphabetic()) && id.matches('.').count() < 2;
        is_enough.then(|| Self {
            distinct: distinct.len(),
            has_titles: leading > whole,
            is_bare: distinct.iter().all(is_bare),
        })
    }
}

/// Returns the column that looks like names of controls which no catalogue at hand has.
fn likely(columns: &[Column], hints: &str) -> Known {
    let any = Controls::of(None, None);
    let is_one = |column: &&Column| {
        let ids = column.cells.iter().filter(|text| any.looks_like_one(text)).count();
        !column.cells.is_empty() && ids * 10 > column.cells.len() * 6 && sounds_like_ids(column)
    };
    let hinted = FOREIGN.iter().find(|(word, _)| hints.split(' ').any(|one| one.starts_with(word)));
    let by_hint = columns
        .iter()
        .filter(is_one)
        .find(|column| hinted.is_some_and(|(word, _)| folded(&column.heading()).contains(word)));
    let column = by_hint.or_else(|| columns.iter().find(is_one));
    Known {
        catalog: column.and(hinted).map(|(_, catalog)| (*catalog).to_owned()),
        is_foreign: true,
        column: column.map(|column| column.at),
        ..Known::default()
    }
}
