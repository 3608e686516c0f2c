//! The language of `git fast-import`, as much of it as a synthetic history needs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::random::Random;

/// 2024-01-01T00:00:00Z, shortly before the first commit.
const START: u64 = 1_704_067_200;

/// One commit to write; its files are given whole.
pub(crate) struct Commit<'a> {
    /// The branch it goes to.
    pub(crate) branch: &'a str,
    /// Its message with the final newline.
    pub(crate) message: &'a str,
    /// The mark of its first parent.
    pub(crate) from: Option<usize>,
    /// The mark of its second parent.
    pub(crate) merge: Option<usize>,
    /// The files that it changes.
    pub(crate) files: &'a BTreeMap<String, String>,
}

/// Where commits are written to; it numbers and dates them.
pub(crate) struct Stream<W> {
    out: W,
    marks: usize,
    now: u64,
}

impl<W: Write> Stream<W> {
    /// Begins a stream.
    pub(crate) fn to(out: W) -> Self {
        Self { out, marks: 0, now: START }
    }

    /// Writes a commit, a minute to an hour after the one before, and returns its mark.
    pub(crate) fn commit(&mut self, commit: &Commit, random: &mut Random) -> io::Result<usize> {
        self.marks += 1;
        self.now += random.between(60, 3000);
        let person = random.below(12);
        let who = format!("Person {person} <p{person}@example.org> {} +0000", self.now);
        writeln!(self.out, "commit refs/heads/{}\nmark :{}", commit.branch, self.marks)?;
        writeln!(self.out, "author {who}\ncommitter {who}")?;
        self.data(commit.message)?;
        if let Some(from) = commit.from {
            writeln!(self.out, "from :{from}")?;
        }
        if let Some(merge) = commit.merge {
            writeln!(self.out, "merge :{merge}")?;
        }
        for (path, text) in commit.files {
            writeln!(self.out, "M 100644 inline {path}")?;
            self.data(text)?;
        }
        Ok(self.marks)
    }

    /// Deletes the branch `side` again and ends the stream.
    pub(crate) fn finish(&mut self, side: &str) -> io::Result<()> {
        writeln!(self.out, "reset refs/heads/{side}\nfrom {:040}\n", 0)?;
        self.out.flush()
    }

    fn data(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "data {}\n{text}", text.len())
    }
}
