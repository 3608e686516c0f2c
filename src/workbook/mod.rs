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
mod fit;
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
pub use fit::{fitting, settle};
pub use frame::matrix;
pub use ids::slug;
pub use mapping::Mapping;
pub use merge::{Merge, merge};
pub use onto::{Beside, Difference, beside, take};
pub use parties::Parties;
pub use read::read;
pub use stamp::Stamp;
pub use suggest::{Suggested, suggest};
pub use table::short;
pub use tell::{json, text};
pub use template::{Fill, Filled, fill};
pub use understand::{Understood, Wish, understand};
pub use write::{Cover, Said, refilled, write};

use crate::error::{Error, Result};
use crate::matrix::Allocation;

/// The most rows that a matrix may have.
pub const MOST_ROWS: usize = 20_000;

impl Understood {
    /// Refuses what a matrix has no room for.
    ///
    /// # Errors
    /// Where the rows are too many.
    pub fn demand_room(&self) -> Result<()> {
        let rows = self.account.rows;
        if rows <= MOST_ROWS {
            return Ok(());
        }
        Err(Error::usage(format!("{rows} rows are more than the {MOST_ROWS} that a matrix may have")).hint(
            "split the sheet by family, and import each part with an `--id` of its own; `coverage` in countersign.json joins them",
        ))
    }
}

/// The most cells that are filled with the text of one that is merged downwards.
const MOST_FILLED: usize = 500_000;

/// Lets a cell that is merged downwards speak for each of its rows.
pub fn fill_merged(book: &mut Book) {
    let mut left = MOST_FILLED;
    for sheet in &mut book.sheets {
        left -= sheet.fill_merged(left);
    }
}

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

/// Returns the word of an allocation for the account.
fn owner_word(word: &str) -> &'static str {
    Allocation::ALL.iter().map(|one| one.word()).find(|one| *one == word).unwrap_or("unassigned")
}
