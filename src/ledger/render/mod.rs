//! The ledger's answers in their formats: each is a document for people, rows for a spreadsheet, and itself for programs.

mod blame;
mod history;
mod table;
mod who;

use super::blame::Blame;
use super::history::History;
use super::who::Who;
use crate::document::{Answer, Document};

impl Answer for Who {
    fn document(&self) -> Document {
        Document { blocks: who::lines(self) }
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::WHO.to_vec(), table::who(self))
    }
}

impl Answer for History {
    fn document(&self) -> Document {
        Document { blocks: history::lines(self) }
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::HISTORY.to_vec(), table::history(self))
    }
}

impl Answer for Blame {
    fn document(&self) -> Document {
        Document { blocks: blame::lines(self) }
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::BLAME.to_vec(), table::blame(self))
    }
}
