//! The controls that a sheet names, in the spelling of their catalogue.

use crate::pack::{Catalogue, spelling};

/// The longest text that is taken for the id of a control.
const LONGEST_ID: usize = 60;
/// What stands between the first and the last control of a range.
const RANGES: [&str; 6] = [" through ", " thru ", " to ", " - ", "–", "-"];

/// The controls of one catalogue, which may not be at hand.
#[derive(Clone, Copy, Debug)]
pub struct Controls<'p> {
    catalog: Option<&'p str>,
    catalogue: Option<&'p Catalogue>,
}

impl<'p> Controls<'p> {
    /// Makes the controls of a catalogue by its id, and the catalogue itself where it is at hand.
    pub fn of(catalog: Option<&'p str>, catalogue: Option<&'p Catalogue>) -> Self {
        Self { catalog, catalogue }
    }

    /// Returns whether a text may be the ids of controls, and is no heading or sentence.
    pub fn looks_like_one(&self, text: &str) -> bool {
        let parts = parts(text);
        !parts.is_empty()
            && parts.iter().all(|part| {
                self.knows(part)
                    || self.range(part).is_some()
                    || (part.len() <= LONGEST_ID
                        && part.contains(|it: char| it.is_ascii_digit())
                        && part.split_whitespace().count() <= 4)
            })
    }

    fn knows(&self, part: &str) -> bool {
        self.catalogue.is_some_and(|catalogue| catalogue.spelled(part).is_some())
    }

    /// Returns whether it is known of which catalogue the controls are.
    pub fn have_catalog(&self) -> bool {
        self.catalog.is_some()
    }

    /// Returns whether a number may have lost a zero at its end: the catalogue has 3.1 and 3.10.
    pub fn may_lack_zero(&self, number: &str) -> bool {
        number.contains('.')
            && self.catalogue.is_none_or(|catalogue| catalogue.spelled(&format!("{number}0")).is_some())
    }

    /// Returns the ids of the controls that a cell names, if the catalogue knows each of them.
    pub fn known(&self, text: &str) -> Vec<String> {
        let all: Option<Vec<Vec<String>>> = parts(text)
            .iter()
            .map(|part| match self.catalogue?.spelled(part) {
                Some(control) => Some(vec![control.id.clone()]),
                None => self.range(part),
            })
            .collect();
        all.unwrap_or_default().concat()
    }

    /// Returns the controls from one to another, `3.3.1-3.3.9`, if both are known and of one level.
    fn range(&self, part: &str) -> Option<Vec<String>> {
        let catalogue = self.catalogue?;
        let ends = RANGES
            .iter()
            .flat_map(|between| part.match_indices(between).map(move |(at, _)| (at, at + between.len())));
        ends.into_iter().find_map(|(end, start)| {
            let first = catalogue.spelled(part[..end].trim())?;
            let last = catalogue.spelled(part[start..].trim())?;
            if first.parent != last.parent || first.group != last.group {
                return None;
            }
            let level = |one: &&crate::pack::Control| one.parent == first.parent && one.group == first.group;
            let all: Vec<&crate::pack::Control> = catalogue.items.iter().filter(level).collect();
            let at = |id: &str| all.iter().position(|one| one.id == id);
            let (from, to) = (at(&first.id)?, at(&last.id)?);
            (from < to).then(|| all[from..=to].iter().map(|one| one.id.clone()).collect())
        })
    }

    /// Splits a cell into the control that it begins with, if it does, and what follows.
    pub fn split<'t>(&self, text: &'t str) -> (Option<&'t str>, &'t str) {
        let text = text.trim();
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let id = first.trim_end_matches([':', ',', '.', '-', '–']);
        match !id.is_empty() && self.looks_like_one(id) {
            true => (Some(id), rest.trim_start_matches([':', '-', '–', ' ']).trim()),
            false => (None, text),
        }
    }

    /// Returns the controls that a cell names, and what is wrong with those that are unknown.
    pub fn read(&self, text: &str) -> (Vec<String>, Option<String>) {
        let Some(catalog) = self.catalog else {
            return (
                Vec::new(),
                Some("the mapping names no `catalog` that the control could be of".to_owned()),
            );
        };
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for part in parts(text) {
            match (self.catalogue, self.catalogue.and_then(|it| it.spelled(part))) {
                (_, Some(control)) => found.push(format!("{catalog}:{}", control.id)),
                (Some(_), None) if self.range(part).is_some() => {
                    let all = self.range(part).unwrap_or_default();
                    found.extend(all.into_iter().map(|id| format!("{catalog}:{id}")));
                }
                (None, None) => found.push(format!("{catalog}:{}", canonical(part))),
                (Some(catalogue), None) => {
                    found.push(format!("{catalog}:{}", canonical(part)));
                    let like = catalogue.like(part);
                    let meant = like.first().map(|it| format!("; `{it}` is meant?")).unwrap_or_default();
                    unknown.push(format!("{} has no control `{part}`{meant}", catalogue.title));
                }
            }
        }
        (found, (!unknown.is_empty()).then(|| unknown.join("; ")))
    }

    /// Returns the title of the first control, with the part where it is one.
    pub fn title(&self, controls: &[String]) -> Option<String> {
        let id = controls.first()?.split_once(':')?.1;
        let catalogue = self.catalogue?;
        let control = catalogue.get(id)?;
        let top = catalogue.lineage(control).last().unwrap_or(control);
        let label = if control.title.is_empty() { &top.title } else { &control.title };
        (!label.is_empty()).then(|| label.clone())
    }

    /// Returns the form in which two spellings of the same controls are equal.
    pub fn key(&self, text: &str) -> String {
        let mut keys: Vec<String> = parts(text).iter().map(|part| spelling::normal(part)).collect();
        if keys.iter().any(String::is_empty) {
            return spelling::folded(text);
        }
        keys.sort();
        keys.join(" ")
    }
}

/// Splits a cell that names several controls.
fn parts(text: &str) -> Vec<&str> {
    text.split([',', ';', '\n'])
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// Returns an id without spaces and leading zeros: `AC-02 (01)(a)` is `AC-2(1)(a)`.
fn canonical(id: &str) -> String {
    let mut canonical = String::new();
    let mut after_digit = false;
    let mut zeros = String::new();
    for character in id.chars().filter(|it| !it.is_whitespace()) {
        if character == '0' && !after_digit {
            zeros.push('0');
            continue;
        }
        if !zeros.is_empty() {
            if !character.is_ascii_digit() {
                canonical.push('0');
            }
            zeros.clear();
        }
        canonical.push(character);
        after_digit = character.is_ascii_digit();
    }
    if !zeros.is_empty() {
        canonical.push('0');
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::{Controls, canonical, parts};

    #[test]
    fn spaces_and_leading_zeros_go() {
        for (id, expected) in [
            ("AC-02 (01)(a)", "AC-2(1)(a)"),
            ("AC-10", "AC-10"),
            ("3.10.0", "3.10.0"),
            ("12.8.5", "12.8.5"),
            ("AC-02 (10)", "AC-2(10)"),
        ] {
            assert_eq!(canonical(id), expected);
        }
    }

    #[test]
    fn a_cell_may_name_several() {
        assert_eq!(parts("AC-2 (1), AC-3; AC-4"), ["AC-2 (1)", "AC-3", "AC-4"]);
        let any = Controls::of(None, None);
        assert_eq!(any.key("AC-02 (01)"), any.key("AC-2(1)"));
        assert!(!any.looks_like_one("Access Control") && any.looks_like_one("CC6.1"));
    }
}
