//! Where a finding is in lines and columns, once the text was looked at.

use std::num::NonZeroU32;
use std::ops::Range;

/// Where a finding is, in all the ways that formats ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The bytes, end exclusive, within one line and on character boundaries.
    pub bytes: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in UTF-16 units.
    pub column: usize,
    /// The line of the end.
    pub end_line: usize,
    /// The column behind the last character.
    pub end_column: usize,
}

/// The same in a fifth of the room, for keeping it with every finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The line, from 1; all of a place lies in it.
    line: NonZeroU32,
    start: u32,
    end: u32,
    column: u32,
    end_column: u32,
}

impl Spot {
    /// Returns what is to be kept of a place, unless its text is larger than any that we read.
    pub fn of(located: &Located) -> Option<Self> {
        let small = |number: usize| u32::try_from(number).ok();
        Some(Self {
            line: NonZeroU32::new(small(located.line)?)?,
            start: small(located.bytes.start)?,
            end: small(located.bytes.end)?,
            column: small(located.column)?,
            end_column: small(located.end_column)?,
        })
    }
}

impl From<Spot> for Located {
    fn from(spot: Spot) -> Self {
        let line = spot.line.get() as usize;
        Self {
            bytes: spot.start as usize..spot.end as usize,
            line,
            column: spot.column as usize,
            end_line: line,
            end_column: spot.end_column as usize,
        }
    }
}
