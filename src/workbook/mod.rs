//! Workbooks and tables: a sheet becomes a matrix.
//!
//! ```text
//! file -> read (within a budget) -> Book -> table (headings found) -> understand (by a mapping) -> rows + Account
//! ```
//!
//! A mapping says what the columns mean; nothing is guessed in silence, and nothing that was in the sheet is lost.

mod account;
pub mod back;
mod book;
mod clean;
mod controls;
mod frame;
mod ids;
pub mod layout;
pub mod mapping;
mod merge;
mod onto;
mod parties;
mod read;
mod row;
mod says;
mod stamp;
mod suggest;
mod table;
mod tell;
mod template;
mod understand;
mod votes;
mod write;

pub use account::{Account, Doubtful};
pub use book::{Book, address};
pub use controls::Controls;
pub use frame::matrix;
pub use ids::slug;
pub use mapping::Mapping;
pub use merge::{Merge, merge};
pub use onto::{Beside, Difference, beside, take};
pub use parties::Parties;
pub use read::read;
pub use stamp::Stamp;
pub use suggest::suggest;
pub use table::short;
pub use tell::{json, text};
pub use template::{Fill, Filled, fill};
pub use understand::{Understood, Wish, understand};
pub use write::{Cover, Said, refilled, write};

use crate::matrix::Allocation;
use crate::pack::Packs;
use mapping::Field;

/// The most rows that a matrix may have.
pub const MOST_ROWS: usize = 20_000;

/// Leaves out of a book what the program that wrote it does not show; says what that was.
pub fn leave_out_hidden(book: &mut Book) -> Vec<String> {
    let mut notices = Vec::new();
    for sheet in &mut book.sheets {
        if let Some(hidden) = sheet.leave_out_hidden() {
            notices
                .push(format!("sheet `{}`: {hidden} hidden and not read; `--hidden` reads them", sheet.name));
        }
    }
    notices
}

/// Returns the catalogue at hand that knows most of the controls that a mapping without `catalog` finds in a book.
///
/// At least two thirds have to be known, and no second catalogue may know as many.
pub fn catalog_of(book: &Book, mapping: &Mapping, packs: &Packs) -> Option<String> {
    let mut known: Vec<(usize, String)> = Vec::new();
    let mut all = 0;
    for map in mapping.sheet_maps() {
        let keys: Vec<&String> = map
            .columns
            .iter()
            .filter(|(_, it)| matches!(it.field(), Some(Field::Control | Field::ControlAndTitle)))
            .map(|(key, _)| key)
            .collect();
        let tables = book.sheets.iter().filter_map(|sheet| table::find(sheet, &map).ok());
        let any = Controls::of(None, None);
        let texts: Vec<String> = tables
            .flat_map(|table| {
                table
                    .rows()
                    .filter_map(|(_, line)| keys.iter().find_map(|key| table.cell(line, key)))
                    .map(|cell| clean::clean(&cell.text).0)
                    .collect::<Vec<_>>()
            })
            .filter_map(|text| {
                any.split(&text).0.map(str::to_owned).or_else(|| any.looks_like_one(&text).then_some(text))
            })
            .collect();
        all += texts.len();
        for pack in packs.frameworks() {
            let catalogue = packs.catalogue(&pack.id)?;
            known.push((
                texts.iter().filter(|text| catalogue.spelled(text).is_some()).count(),
                pack.id.clone(),
            ));
        }
    }
    known.sort();
    let (most, id) = known.pop()?;
    let second = known.pop().map_or(0, |(count, _)| count);
    (most > second && most * 3 >= all * 2).then_some(id)
}

/// Returns the presets that understand a book without a doubtful cell.
pub fn fitting(book: &Book, packs: &Packs) -> Vec<&'static str> {
    let fits = |name: &str| {
        let Ok(mappings) = Mapping::presets(name) else { return false };
        mappings.iter().any(|mapping| {
            let Ok(parties) = Parties::of("Client", "Provider", mapping, None) else { return false };
            let catalog = mapping.catalog.as_deref();
            let controls = Controls::of(catalog, catalog.and_then(|it| packs.catalogue(it)));
            understand(book, mapping, &parties, &controls, &Wish::default(), "")
                .is_ok_and(|it| it.account.doubtful.is_empty())
        })
    };
    let mut names: Vec<&'static str> =
        mapping::PRESETS.iter().map(|(name, _)| *name).filter(|name| fits(name)).collect();
    names.dedup();
    names
}

/// Returns the word of an allocation for the account.
fn owner_word(word: &str) -> &'static str {
    Allocation::ALL.iter().map(|one| one.word()).find(|one| *one == word).unwrap_or("unassigned")
}
