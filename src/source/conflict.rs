//! Conflict markers that a merge left behind.

use std::ops::Range;

use super::fault::{Fault, capped};

const HELP: &str = "finish the merge: keep one side, or both in order, and delete the marker lines";

/// Returns a fault for each conflict, with its end, and for each marker without a beginning.
pub(super) fn faults(text: &str) -> Vec<Fault> {
    let mut found: Vec<Fault> = Vec::new();
    let mut inside = false;
    for (bytes, sign) in markers(text) {
        match (sign, inside) {
            ('<', _) => inside = true,
            (sign, true) => {
                if let (Some(conflict), '>') = (found.last_mut(), sign) {
                    conflict.related = Some((bytes, "the conflict ends here"));
                    inside = false;
                }
                continue;
            }
            (_, false) => {}
        }
        let message = format!(
            "a merge conflict is not resolved: the line starts with `{}`",
            sign.to_string().repeat(7)
        );
        found.push(Fault::at("no-conflict-markers", bytes, message).help(HELP));
    }
    capped(found.into_iter(), |fault| fault)
}

/// Returns every line that starts with seven equal signs of git's, and the sign.
fn markers(text: &str) -> impl Iterator<Item = (Range<usize>, char)> + '_ {
    let mut next = 0;
    text.split_inclusive(['\n', '\r']).filter_map(move |line| {
        let start = next;
        next += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let sign = line.chars().next().filter(|sign| matches!(sign, '<' | '=' | '>' | '|'))?;
        let rest = line.trim_start_matches(sign);
        let marked = line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '));
        marked.then_some((start..start + line.len(), sign))
    })
}
