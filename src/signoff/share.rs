//! A first version in a few lines: how much there is, and what of it falls to the party that signs.
//!
//! Everything of a first version is new, so its differences are its whole text; that is for `show` to print.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::matrix::{
    Allocation, Deed, Duty, Matrix, Outcome, Party, Reviewed, Row, Side, VersionRef, short_name,
};
use crate::project::precondition;
use crate::report::words::{allocations, count, some};
use crate::report::{Style, escape, snippet};
use crate::trust::standing::Standing;

/// The most rows that one line names.
const MOST_NAMES: usize = 30;

/// Returns the figures of a first version and what falls to a party; `read` is the command that shows all of it.
pub fn of(matrix: &Matrix, standing: &Standing, party: &str, read: &str, style: &Style) -> String {
    let lines = Lines { style, out: endings(matrix, None, standing, style) };
    let Some(party) = matrix.party(party) else { return lines.whole(matrix).out };
    lines.whole(matrix).part(matrix, party, read).out
}

/// Returns what falls to a party, under its name.
pub fn falls_to(matrix: &Matrix, party: &str, read: &str, style: &Style) -> String {
    let lines = Lines { style, out: String::new() };
    matrix.party(party).map(|party| lines.part(matrix, party, read).out).unwrap_or_default()
}

/// Returns the figures of a version.
pub fn figures(matrix: &Matrix, style: &Style) -> String {
    Lines { style, out: String::new() }.whole(matrix).out
}

/// Says which other matrices a version ends that the one before it, if any, did not end: each as a whole, at the version
/// that is current, whatever number the text names.
pub fn endings(matrix: &Matrix, before: Option<&Matrix>, standing: &Standing, style: &Style) -> String {
    let mut lines = Lines { style, out: String::new() };
    let day = matrix.effective_from.map(|day| format!(" on {day}")).unwrap_or_default();
    let is_known = |old: &VersionRef| before.is_some_and(|before| before.replaces.contains(old));
    for old in matrix.replaces.iter().filter(|old| old.id != matrix.id && !is_known(old)) {
        let VersionRef { id, version, .. } = old;
        let current = id.parse().ok().and_then(|id| precondition::last_agreed(standing, &id));
        lines.line(
            "",
            &match current.map(|one| one.version.to_string()) {
                Some(current) => {
                    let named = if current == *version {
                        String::new()
                    } else {
                        format!(" (the text names {version})")
                    };
                    format!("ends matrix `{id}`, now at {current}{named}{day}: this matrix takes its place")
                }
                None => format!(
                    "names `{id}` {version} as ended{day}, which was never agreed here: it ends nothing"
                ),
            },
        );
    }
    lines.out
}

/// Says what the text says that a party has read: whoever edits the file can write that, and the party's signature is what
/// makes it true.
pub fn vouched(matrix: &Matrix, party: &str, style: &Style) -> String {
    let Some(party) = matrix.party(party) else { return String::new() };
    let own = |one: &&Reviewed| {
        one.outcome == Some(Outcome::Agreed) && one.party.as_ref().is_none_or(|named| *named == party.id)
    };
    let days: Vec<Option<Date>> = matrix
        .rows
        .iter()
        .filter(|row| row.reviewed.iter().any(|one| own(&one)))
        .map(|row| row.reviewed.iter().filter(own).filter_map(|one| one.on).max())
        .collect();
    let name = short_name(&party.name);
    let mut lines = Lines { style, out: String::from("\n") };
    let (read, rows) = (days.len(), matrix.rows.len());
    let last = days.into_iter().flatten().max().map(|day| format!(", last on {day}")).unwrap_or_default();
    if read > 0 {
        lines.line(
            "",
            &format!(
                "the text says that {name} has walked through {read} of {} and agreed{last}: that is signed too; do \
                 not sign if nobody at {name} did",
                count(rows, "row")
            ),
        );
    }
    lines.out
}

struct Lines<'a> {
    style: &'a Style,
    out: String,
}

impl Lines<'_> {
    fn whole(mut self, matrix: &Matrix) -> Self {
        let _ = writeln!(self.out, "{}", self.style.paint("1", &escape::terminal(&matrix.title)));
        self.line("", &format!("version {} of {}, the first", matrix.version, matrix.id));
        let number = |one: Allocation| matrix.rows.iter().filter(|row| row.allocation == one).count();
        let counts = Allocation::ALL.into_iter().map(|one| (one.word().to_owned(), number(one))).collect();
        self.line("  ", &allocations(matrix.rows.len(), &counts, &matrix.sides()));
        let from = matrix.effective_from.map(|day| format!("comes into force on {day}"));
        let until = matrix.effective_until.map(|day| format!("ends on {day}"));
        let agreement = matrix.agreement.as_ref().and_then(|one| one.reference.as_ref());
        let agreement = agreement.map(|reference| format!("belongs to {reference}"));
        let terms: Vec<String> = [from, until, agreement].into_iter().flatten().collect();
        self.line("  ", &terms.join("; "));
        if let Some(why) = &matrix.retroactive {
            self.line("  ", &format!("may come into force before it was signed, because {why}"));
        }
        self.accepted(matrix)
    }

    /// Says how many findings the matrix itself accepts, which nobody sees in the figures of its check.
    fn accepted(mut self, matrix: &Matrix) -> Self {
        let accepting: Vec<&Row> = matrix.rows.iter().filter(|row| !row.accepts.is_empty()).collect();
        let number: usize = accepting.iter().map(|row| row.accepts.len()).sum();
        if number > 0 {
            let rows: Vec<String> = accepting.iter().map(|row| row.id.clone()).collect();
            let (number, rows) = (count(number, "accepted finding"), some(&rows, MOST_NAMES));
            self.line("  ", &format!("{number} written into the matrix, changing no requirement: {rows}"));
        }
        self
    }

    fn part(mut self, matrix: &Matrix, party: &Party, read: &str) -> Self {
        let name = short_name(&party.name);
        let heading = escape::terminal(&format!("what falls to {name}"));
        let _ = writeln!(self.out, "\n{}", self.style.paint("1", &heading));
        let own = Own { matrix, party };
        let alone = match party.side {
            Side::Client => Allocation::Client,
            _ => Allocation::Provider,
        };
        let lines = [
            ("does the work alone", own.rows(|row, deed| row.allocation == alone && is_work(deed))),
            ("does a part of the work", own.rows(|row, deed| row.allocation != alone && is_work(deed))),
            ("approves or decides", own.rows(|_, deed| deed.counts() == Deed::Approve)),
            ("keeps the evidence", own.rows(|_, deed| deed == Deed::RetainEvidence)),
            ("answers for the result", own.rows(|_, deed| deed == Deed::Accountable)),
            ("has a deadline", own.hurried()),
        ];
        for (what, rows) in lines {
            self.rows(what, &rows, matrix.rows.len());
        }
        self.line("  ", &format!("all of it, in words: {read}"));
        self
    }

    fn rows(&mut self, what: &str, rows: &[String], of: usize) {
        match rows.len() {
            0 => {}
            all if all == of && of > 1 => self.line("  ", &format!("{what} in all {of} rows")),
            many if many > MOST_NAMES => self.line("  ", &format!("{what} in {}", count(many, "row"))),
            few => {
                self.line("  ", &format!("{what} in {}: {}", count(few, "row"), some(rows, MOST_NAMES)));
            }
        }
    }

    fn line(&mut self, lead: &str, text: &str) {
        if !text.is_empty() {
            let text = escape::terminal(text);
            self.out.push_str(&snippet::wrapped(lead, lead.len() + 2, &text, self.style.columns()));
        }
    }
}

fn is_work(deed: Deed) -> bool {
    matches!(deed.counts(), Deed::Perform | Deed::Document | Deed::Notify | Deed::Review)
}

/// What is a party's own in a matrix.
struct Own<'a> {
    matrix: &'a Matrix,
    party: &'a Party,
}

impl Own<'_> {
    /// Returns the names of the rows in which the party has such a duty, those it holds by default included.
    fn rows(&self, is_meant: impl Fn(&Row, Deed) -> bool) -> Vec<String> {
        self.named(|row| self.duties(row).any(|duty| is_meant(row, duty.deed)))
    }

    /// Returns the names of the rows in which the party has to act within a time.
    fn hurried(&self) -> Vec<String> {
        self.named(|row| self.duties(row).any(|duty| duty.within.is_some()))
    }

    fn named(&self, is_meant: impl Fn(&Row) -> bool) -> Vec<String> {
        let rows = self.matrix.rows.iter().filter(|row| is_meant(row));
        rows.map(|row| row.label().to_owned()).collect()
    }

    fn duties<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = &'a Duty> {
        self.matrix.duties(row).filter(|duty| duty.party == self.party.id)
    }
}
