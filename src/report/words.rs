//! The words for figures and names, the same in every format for people.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use super::Summary;
use crate::coverage::{Cover, Points};
use crate::finding::Finding;
use crate::matrix::Allocation;
pub use crate::matrix::short_name;

/// Returns a number with its noun: "1 row", "2 rows", "2 entries".
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {}", if number == 1 { noun.to_owned() } else { plural(noun) })
}

fn plural(noun: &str) -> String {
    if noun == "matrix" {
        return "matrices".to_owned();
    }
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// Joins words as people do: "a", "a and b", "a, b and c".
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Joins at most `most` words, and says how many more there are.
pub fn some(words: &[String], most: usize) -> String {
    if words.len() <= most {
        return list(words);
    }
    format!("{} and {} more", words[..most].join(", "), words.len() - most)
}

/// Returns the message of a finding with its row, unless the message names the row itself.
pub fn about(finding: &Finding) -> String {
    match &finding.row {
        Some(row) if !finding.message.contains(&format!("`{row}`")) => {
            format!("row `{row}`: {}", finding.message)
        }
        _ => finding.message.to_string(),
    }
}

/// Returns rows by who acts: "110 rows: Acme Defense 22, Harbor MSP 18, shared 68".
///
/// `parties` are pairs of side and name; a side of one party goes by its name.
pub fn allocations(rows: usize, counts: &BTreeMap<String, usize>, parties: &[(&str, &str)]) -> String {
    let parts: Vec<String> = Allocation::ALL
        .into_iter()
        .filter_map(|allocation| {
            let rows = *counts.get(allocation.word())?;
            (rows > 0).then(|| format!("{} {rows}", holder(allocation, parties)))
        })
        .collect();
    let rows = count(rows, "row");
    if parts.is_empty() { rows } else { format!("{rows}: {}", parts.join(", ")) }
}

/// Returns who acts in rows of an allocation, by name where one party makes up the side.
pub fn holder(allocation: Allocation, parties: &[(&str, &str)]) -> String {
    let of_side = |side: &str| {
        let names: Vec<&str> =
            parties.iter().filter(|party| party.0 == side).map(|party| short_name(party.1)).collect();
        if let [name] = names[..] { name.to_owned() } else { format!("{side}s") }
    };
    match allocation {
        Allocation::Client => of_side("client"),
        Allocation::Provider => of_side("provider"),
        Allocation::Shared => "shared".to_owned(),
        Allocation::Inherited => "inherited".to_owned(),
        Allocation::NotApplicable => "not applicable".to_owned(),
        Allocation::Unassigned => "nobody".to_owned(),
    }
}

/// Returns the rows that nobody owns, or nothing where every row has an owner.
pub fn nobody(summary: &Summary) -> Option<String> {
    let rows = summary.nobody.len();
    (rows > 0).then(|| {
        let verb = if rows == 1 { "belongs" } else { "belong" };
        format!("{} {verb} to nobody: {}", count(rows, "row"), some(&summary.nobody, 5))
    })
}

/// Returns how a catalogue is covered and what its gaps cost.
///
/// A noun such as "standards and specifications" names the controls and their parts; enhancements are counted among the
/// controls, as baselines count them.
pub fn coverage(cover: &Cover, points: Option<&Points>) -> String {
    let noun = if cover.noun.is_empty() { "controls" } else { &cover.noun };
    let usual = if cover.parts.is_empty() { "objectives" } else { &cover.parts };
    let (noun, parts) = noun.split_once(" and ").unwrap_or((noun, usual));
    let noun = match cover.enhancements {
        0 => noun.to_owned(),
        some => format!("{noun} ({some} of them enhancements)"),
    };
    let (controls, objectives) = (cover.controls, cover.objectives);
    let open = controls.saturating_sub(cover.covered);
    let open_objectives = objectives.saturating_sub(cover.objectives_covered);
    let mut line = match (open, open_objectives) {
        (0, 0) if objectives == 0 => format!("all {controls} {noun} have a row"),
        (0, 0) => format!("all {controls} {noun} and all {objectives} {parts} have a row"),
        (0, _) => format!(
            "all {controls} {noun} have a row, but {open_objectives} of {objectives} {parts} have none"
        ),
        (_, 0) => format!("{open} of {controls} {noun} have no row"),
        (_, _) => {
            format!("{open} of {controls} {noun} and {open_objectives} of {objectives} {parts} have no row")
        }
    };
    if let Some(points) = points.filter(|points| points.lost > 0) {
        let _ = write!(line, "; {}", cost(points));
    }
    line
}

fn cost(points: &Points) -> String {
    let mut line = format!("{} of {} points lost", points.lost, points.of);
    if points.five_pointers > 0 {
        let _ = write!(line, ", {}", count(points.five_pointers, "five-pointer"));
    }
    if points.not_on_plan > 0 {
        let _ = write!(line, ", {} may not be on a POA&M", points.not_on_plan);
    }
    let _ = write!(line, "; score at best {} of {}", points.score, points.highest);
    if !points.open.is_empty() {
        let _ = write!(line, "; not in practice yet: {}", some(&points.open, 5));
        let possible = if points.conditional {
            "a conditional status is possible, to be closed within 180 days"
        } else {
            "no conditional status is possible"
        };
        let _ = write!(line, "; {possible}");
    }
    line
}

/// Returns how many rows both parties have walked through.
pub fn reviewed(agreed: usize, rows: usize) -> String {
    match agreed {
        0 => format!("nobody has walked through the {} yet", count(rows, "row")),
        all if all == rows => format!("walked through and agreed: all {}", count(all, "row")),
        some => format!("walked through and agreed: {some} of {}", count(rows, "row")),
    }
}

/// Writes the name of a file or of a matrix as part of a command that is to be copied: for a shell one word, and for
/// the command no option. Plain names stay, others stand in single quotes.
pub fn shell(name: impl Display) -> String {
    let name = name.to_string();
    let name = if name.starts_with('-') { format!("./{name}") } else { name };
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "_-./@:=+,%".contains(one);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name;
    }
    format!("'{}'", name.replace('\'', "'\\''"))
}

/// Returns the hint about a file that cannot be read as a matrix.
pub fn every_fault(path: &str) -> String {
    format!("`countersign check {}` shows every fault with its line", shell(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(count(0, "entry"), "0 entries");
        assert_eq!(count(2, "matrix"), "2 matrices");
    }

    #[test]
    fn names_lose_their_legal_form_only() {
        assert_eq!(short_name("Acme Defense, Inc."), "Acme Defense");
        assert_eq!(short_name("Miller, Sons"), "Miller, Sons");
        assert_eq!(short_name(", LLC"), ", LLC");
    }

    #[test]
    fn a_name_in_a_command_is_one_word_and_no_option() {
        assert_eq!(shell("matrices/acme-1.0.json"), "matrices/acme-1.0.json");
        assert_eq!(shell("Acme's $draft.json"), "'Acme'\\''s $draft.json'");
        assert_eq!(shell("-x.json"), "./-x.json");
        assert_eq!(shell("--yes now"), "'./--yes now'");
        assert_eq!(shell(""), "''");
    }
}
