//! A text in pieces, some of which other texts have too: what two texts share is known to be the same without a look.
//!
//! Git stores versions of a file as what they copy from each other. Texts made that way are compared in the time that
//! their differences take, however long they are.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

/// Pieces of fewer bytes are short: to compare them costs less than to tell them apart.
const SHORT: usize = 1 << 12;

/// A text that may share pieces with others.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pieces: Vec<Piece>,
    length: usize,
}

/// Bytes of a source, from here to the next piece.
#[derive(Clone, Debug)]
struct Piece {
    source: Rc<Vec<u8>>,
    /// Where it begins in its source.
    from: u32,
    /// Where it begins in the text.
    at: u32,
}

impl Piece {
    /// Takes a piece of a source. Texts are made of thousands of them, so places are kept short.
    fn of(source: Rc<Vec<u8>>, from: usize, at: usize) -> Self {
        let short = |place| u32::try_from(place).expect("nobody reads texts of four gigabytes");
        Self { source, from: short(from), at: short(at) }
    }

    fn from(&self) -> usize {
        self.from as usize
    }

    fn at(&self) -> usize {
        self.at as usize
    }
}

/// Where a part of another text was found: the next is looked for there first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Near(usize);

impl From<Vec<u8>> for Pieces {
    fn from(bytes: Vec<u8>) -> Self {
        let (mut pieces, length) = (Self::default(), bytes.len());
        pieces.append(&Rc::new(bytes), 0..length);
        pieces
    }
}

impl Pieces {
    /// Returns how many bytes it has.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Returns whether it has no byte.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Returns of how many pieces it is made.
    pub fn count(&self) -> usize {
        self.pieces.len()
    }

    /// Returns how many bytes are held for this text alone: those of sources of which nobody else has a piece.
    pub fn own(&self) -> usize {
        let own = self.pieces.iter().filter(|piece| Rc::strong_count(&piece.source) == 1);
        own.map(|piece| piece.source.len()).sum()
    }

    /// Returns some of its bytes, copied only where they lie in several pieces.
    ///
    /// # Panics
    /// Where it has no such bytes.
    pub fn part(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        let mut slices =
            self.within(self.index(range.start), range.clone()).map(|(source, bytes)| &source[bytes]);
        let first = slices.next().unwrap_or_default();
        if first.len() == range.len() {
            return Cow::Borrowed(first);
        }
        let mut bytes = Vec::with_capacity(range.len());
        bytes.extend_from_slice(first);
        slices.for_each(|slice| bytes.extend_from_slice(slice));
        Cow::Owned(bytes)
    }

    /// Adds bytes of a source at the end.
    ///
    /// # Panics
    /// Where the source has no such bytes.
    pub fn append(&mut self, source: &Rc<Vec<u8>>, range: Range<usize>) {
        assert!(range.end <= source.len(), "a piece lies in its source");
        if range.is_empty() {
            return;
        }
        let goes_on = self.pieces.last().is_some_and(|last| {
            Rc::ptr_eq(&last.source, source) && last.from() + (self.length - last.at()) == range.start
        });
        if !goes_on {
            self.pieces.push(Piece::of(Rc::clone(source), range.start, self.length));
        }
        self.length += range.len();
    }

    /// Adds a part of another text at the end; most parts come near the one before.
    ///
    /// # Panics
    /// Where the other text has no such bytes.
    pub fn append_part(&mut self, other: &Self, range: Range<usize>, near: &mut Near) {
        let is_in = |index: usize| {
            other.pieces.get(index).is_some_and(|piece| piece.at() <= range.start)
                && range.start < other.end(index)
        };
        let near_by = [near.0, near.0 + 1].into_iter().find(|index| is_in(*index));
        let first = near_by.unwrap_or_else(|| other.index(range.start));
        for (index, (source, bytes)) in (first..).zip(other.within(first, range)) {
            self.append(source, bytes);
            near.0 = index;
        }
    }

    /// Puts short pieces that lie beside each other into one, so that what was changed time and again is not looked at
    /// letter by letter.
    pub fn settle(&mut self) {
        let is_short = |index: usize| self.end(index) - self.pieces[index].at() < SHORT;
        let mut runs: Vec<Range<usize>> = Vec::new();
        for index in (0..self.pieces.len()).filter(|index| is_short(*index)) {
            match runs.last_mut().filter(|run| run.end == index) {
                Some(run) => run.end += 1,
                None => runs.push(index..index + 1),
            }
        }
        runs.retain(|run| run.len() > 1);
        let whole = |run: &Range<usize>| {
            let at = self.pieces[run.start].at();
            Piece::of(Rc::new(self.part(at..self.end(run.end - 1)).into_owned()), 0, at)
        };
        let wholes: Vec<Piece> = runs.iter().map(whole).collect();
        let mut old = std::mem::take(&mut self.pieces).into_iter();
        let mut done = 0;
        for (run, whole) in runs.into_iter().zip(wholes) {
            self.pieces.extend(old.by_ref().take(run.start - done));
            old.by_ref().take(run.len()).for_each(drop);
            self.pieces.push(whole);
            done = run.end;
        }
        self.pieces.extend(old);
    }

    /// Returns how many bytes from `at` on, of at most so many, are the same as those of another text from `from` on.
    pub fn run(&self, at: usize, other: &Self, from: usize, most: usize) -> usize {
        let most = most.min(self.length.saturating_sub(at)).min(other.length.saturating_sub(from));
        let (mut mine, mut theirs) = (self.index(at), other.index(from));
        let mut run = 0;
        while run < most {
            let (one, another) = (&self.pieces[mine], &other.pieces[theirs]);
            let (left, right) = (self.end(mine) - at - run, other.end(theirs) - from - run);
            let length = left.min(right).min(most - run);
            let (start, other_start) =
                (one.from() + (at + run - one.at()), another.from() + (from + run - another.at()));
            if start != other_start || !Rc::ptr_eq(&one.source, &another.source) {
                let bytes = &one.source[start..start + length];
                let same = common(bytes, &another.source[other_start..other_start + length]);
                if same < length {
                    return run + same;
                }
            }
            run += length;
            mine += usize::from(length == left);
            theirs += usize::from(length == right);
        }
        run
    }

    /// Returns the piece that has the byte at this place.
    fn index(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at() <= at).saturating_sub(1)
    }

    /// Returns where a piece ends in the text.
    fn end(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.length, |next| next.at())
    }

    /// Returns the sources of some of its bytes, the first of which this piece has, and where the bytes are in them.
    fn within(
        &self,
        first: usize,
        range: Range<usize>,
    ) -> impl Iterator<Item = (&Rc<Vec<u8>>, Range<usize>)> {
        assert!(range.end <= self.length, "a part lies in its text");
        let pieces = self.pieces.get(first..).unwrap_or_default();
        (first..).zip(pieces).take_while(move |(_, piece)| piece.at() < range.end).map(
            move |(index, piece)| {
                let (start, end) = (range.start.max(piece.at()), range.end.min(self.end(index)));
                (&piece.source, piece.from() + (start - piece.at())..piece.from() + (end - piece.at()))
            },
        )
    }
}

/// Returns how many bytes at the start of both are the same.
pub(super) fn common(one: &[u8], other: &[u8]) -> usize {
    let mut at = 0;
    for step in [1 << 12, 1 << 6, 1] {
        let steps = one[at..].chunks_exact(step).zip(other[at..].chunks_exact(step));
        at += steps.take_while(|(one, other)| one == other).count() * step;
    }
    at
}
