//! Kind `label-fits`: a row's words fit the control it names better than any other.
//!
//! Compared are the words of a row (its title most, then its activity, then its duties) with those of each
//! control (title and keywords most, then the objectives folded into it); rare words weigh more than common
//! ones. The rule speaks up only where another control fits clearly better, by the title alone and by all
//! words together, for a wrong accusation costs more than a silent one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde::Deserialize;

use super::{Hit, Subject};
use crate::coverage;
use crate::finding::Place;
use crate::matrix::Row;
use crate::pack::{Catalogue, Control, Packs, StarterRow};

/// A row's words fit its control.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LabelFits {
    /// The catalogue; without it, every framework of the matrix whose pack has no such rule of its own.
    #[serde(default)]
    pub catalog: Option<String>,
    /// How many times better another control has to fit.
    #[serde(default = "margin")]
    pub margin: f64,
    /// How many times better it has to fit the row's title.
    #[serde(default = "title_margin")]
    pub title_margin: f64,
    #[serde(skip)]
    indices: Arc<Mutex<HashMap<String, Arc<Index>>>>,
}

fn margin() -> f64 {
    1.5
}

fn title_margin() -> f64 {
    1.3
}

/// The weights of a word in a row's title, activity and duties.
const ROW_WEIGHTS: [f64; 3] = [1.0, 0.5, 0.25];
/// What a word weighs more in a control's title than in its keywords, shared among the words of the title.
const SHORT_TITLE: f64 = 0.1;
/// The weight of a word in a control's objectives.
const OBJECTIVE_WEIGHT: f64 = 0.5;
/// The least score with which another control is suggested at all.
const LEAST: f64 = 0.4;

impl LabelFits {
    /// Returns one hit for each row whose words fit another control better.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let frameworks = subject.matrix.frameworks.iter().map(|framework| framework.pack.as_str());
        let judged = frameworks.filter(|catalog| match &self.catalog {
            Some(own) => own == catalog,
            None => subject.packs.get(catalog).is_some_and(|pack| !pack.has_rule_of_kind("label-fits")),
        });
        judged.flat_map(|catalog| self.catalogue(subject, catalog)).collect()
    }

    fn catalogue(&self, subject: &Subject<'_>, catalog: &str) -> Vec<Hit> {
        let Some(catalogue) = subject.packs.catalogue(catalog) else { return Vec::new() };
        let index = self.index(catalogue);
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter(|(_, row)| !is_joined(row, catalog, subject.packs))
            .filter_map(|(at, row)| self.row(subject, catalogue, &index, at, row))
            .collect()
    }

    fn index(&self, catalogue: &Catalogue) -> Arc<Index> {
        let mut indices = self.indices.lock().expect("no builder of an index panics");
        let index = indices.entry(catalogue.id.clone()).or_insert_with(|| Arc::new(Index::of(catalogue)));
        Arc::clone(index)
    }

    /// Returns whether the matrix answers this part of the catalogue.
    fn is_in_scope(subject: &Subject<'_>, catalog: &str, control: &Control) -> bool {
        let mut frameworks = subject.matrix.frameworks.iter().filter(|one| one.pack == catalog);
        frameworks.all(|one| coverage::includes(one, control))
    }

    fn row(
        &self,
        subject: &Subject<'_>,
        catalogue: &Catalogue,
        index: &Index,
        at: usize,
        row: &Row,
    ) -> Option<Hit> {
        let named: Vec<&Control> = row
            .controls
            .iter()
            .filter_map(|name| catalogue.get(name.strip_prefix(catalogue.id.as_str())?.strip_prefix(':')?))
            .collect();
        let first = named.first()?;
        let own = index.families(catalogue, &named);
        let scored = index.scores(row);
        let ours = scored.iter().zip(&own).filter(|(_, is_own)| **is_own);
        let ours = ours.fold(Score::default(), |most, (score, _)| most.at_least(*score));
        let candidates = scored.iter().enumerate();
        let best = candidates.reduce(|left, right| if right.1.all > left.1.all { right } else { left });
        let (position, best) = best?;
        let is_clear = best.all >= LEAST
            && best.all >= ours.all * self.margin
            && best.title > 0.0
            && best.title >= ours.title * self.title_margin;
        if own[position] || !is_clear {
            return None;
        }
        let other = &catalogue.items[index.candidates[position]];
        if !Self::is_in_scope(subject, &catalogue.id, other) {
            return None;
        }
        let label = catalogue.lineage(first).last().unwrap_or(first);
        let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/title")));
        let hit = hit.with("title", row.label()).with("control", &first.id).with("label", &label.title);
        Some(hit.with("other", &other.id).with("other-label", &other.title))
    }
}

/// Returns whether a row answers several frameworks as `init` has joined it: with the words of one of their
/// starters, and a control that the starter of this framework gives it. People have read those.
fn is_joined(row: &Row, catalog: &str, packs: &Packs) -> bool {
    let catalogs: BTreeSet<&str> =
        row.controls.iter().filter_map(|name| Some(name.split_once(':')?.0)).collect();
    let starter_row = |catalog: &str, is: &dyn Fn(&StarterRow) -> bool| {
        let rows = packs.get(catalog).map_or(&[][..], |pack| pack.starter_rows());
        rows.iter().any(|known| known.id == row.id && is(known))
    };
    catalogs.len() > 1
        && catalogs.iter().any(|catalog| starter_row(catalog, &|known| known.title == row.title))
        && starter_row(catalog, &|known| known.controls.iter().any(|one| row.controls.contains(one)))
}

/// How well a row fits a control.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// By all its words.
    all: f64,
    /// By its title alone.
    title: f64,
}

impl Score {
    fn at_least(self, other: Self) -> Self {
        Self { all: self.all.max(other.all), title: self.title.max(other.title) }
    }
}

/// Where words stand in a catalogue; built once for a rule.
#[derive(Debug)]
struct Index {
    /// The positions of the controls that have a label of their own; objectives belong to theirs.
    candidates: Vec<usize>,
    /// For each word the candidates that have it, with its weight there.
    postings: HashMap<String, Vec<(usize, f64)>>,
    /// The position of each candidate by its id.
    positions: HashMap<String, usize>,
}

impl Index {
    fn of(catalogue: &Catalogue) -> Self {
        let items = catalogue.items.iter().enumerate();
        let candidates: Vec<usize> =
            items.filter(|(_, item)| !item.is_objective() && !item.is_heading()).map(|(at, _)| at).collect();
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        for (candidate, item) in candidates.iter().enumerate() {
            for (word, weight) in profile(catalogue, &catalogue.items[*item]) {
                postings.entry(word).or_default().push((candidate, weight));
            }
        }
        for list in postings.values_mut() {
            #[expect(clippy::cast_precision_loss, reason = "controls are few")]
            let rarity = 1.0 / (list.len() as f64).sqrt();
            list.iter_mut().for_each(|(_, weight)| *weight *= rarity);
        }
        let id = |item: &usize| catalogue.items[*item].id.clone();
        let positions = candidates.iter().map(id).enumerate().map(|(at, id)| (id, at)).collect();
        Self { candidates, postings, positions }
    }

    /// Says of each candidate whether it is one of these controls, a part of one or what one is part of: a row that
    /// names them answers it.
    fn families(&self, catalogue: &Catalogue, controls: &[&Control]) -> Vec<bool> {
        let mut own = vec![false; self.candidates.len()];
        let mut add = |control: &Control| {
            if let Some(at) = self.positions.get(&control.id) {
                own[*at] = true;
            }
        };
        for control in controls {
            catalogue.lineage(control).for_each(&mut add);
            let whole = catalogue.lineage(control).last().unwrap_or(control);
            whole.parent.as_deref().and_then(|parent| catalogue.get(parent)).into_iter().for_each(&mut add);
            catalogue.enhancements(whole).for_each(&mut add);
            let mut below: Vec<&Control> = catalogue.parts(control).collect();
            while let Some(part) = below.pop() {
                add(part);
                below.extend(catalogue.parts(part));
            }
        }
        own
    }

    fn scores(&self, row: &Row) -> Vec<Score> {
        let mut scores = vec![Score::default(); self.candidates.len()];
        for (word, level) in row_words(row) {
            for (candidate, weight) in self.postings.get(&word).into_iter().flatten() {
                let score = &mut scores[*candidate];
                score.all += ROW_WEIGHTS[level] * weight;
                if level == 0 {
                    score.title += weight;
                }
            }
        }
        scores
    }
}

/// Returns the words of a control with their weights.
fn profile(catalogue: &Catalogue, control: &Control) -> BTreeMap<String, f64> {
    let parts = || catalogue.parts(control).filter(|part| part.is_objective());
    let mut weights: BTreeMap<String, f64> =
        parts().flat_map(|part| words(&part.title)).map(|word| (word, OBJECTIVE_WEIGHT)).collect();
    let keywords = control.keywords.iter().chain(parts().flat_map(|part| &part.keywords));
    weights.extend(keywords.flat_map(|text| words(text)).map(|word| (word, 1.0)));
    let title: Vec<String> = words(&control.title).collect();
    #[expect(clippy::cast_precision_loss, reason = "a title has few words")]
    let telling = 1.0 + SHORT_TITLE / title.len().max(1) as f64;
    weights.extend(title.into_iter().map(|word| (word, telling)));
    weights
}

/// Returns the words of a row, each once with the place in which it weighs most: title, activity, duties.
fn row_words(row: &Row) -> Vec<(String, usize)> {
    let duties = row.duties.iter().filter_map(|duty| duty.text.as_deref());
    let texts = std::iter::once((0, row.label()))
        .chain(row.activity.as_deref().map(|text| (1, text)))
        .chain(duties.map(|text| (2, text)));
    let mut found: Vec<(String, usize)> =
        texts.flat_map(|(level, text)| words(text).map(move |word| (word, level))).collect();
    found.sort_unstable();
    found.dedup_by(|again, first| again.0 == first.0);
    found
}

/// Words that every control is full of and that tell nothing, sorted.
const COMMON: [&str; 43] = [
    "all",
    "and",
    "any",
    "are",
    "been",
    "client",
    "control",
    "defin",
    "each",
    "for",
    "from",
    "has",
    "have",
    "identif",
    "implement",
    "information",
    "into",
    "its",
    "manag",
    "msp",
    "not",
    "organis",
    "organiz",
    "other",
    "own",
    "per",
    "provid",
    "requirement",
    "security",
    "such",
    "system",
    "that",
    "the",
    "their",
    "these",
    "this",
    "use",
    "using",
    "via",
    "when",
    "who",
    "with",
    "within",
];

/// Splits a text into the stems of its words.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .map(lowercase)
        .map(|word| stem(&word).to_owned())
        .filter(|stem| COMMON.binary_search(&stem.as_str()).is_err())
}

fn lowercase(word: &str) -> Cow<'_, str> {
    let is_lower = word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) }
}

/// Cuts the endings that distinguish a noun from its verb and one from many.
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 12] =
        ["ations", "ation", "ments", "ment", "ings", "ing", "ies", "ions", "ion", "ed", "es", "s"];
    let cut = |ending: &&str| {
        let stem = word.strip_suffix(*ending)?;
        (stem.len() >= 4 && !(*ending == "s" && stem.ends_with('s'))).then_some(stem)
    };
    let stem = ENDINGS.iter().find_map(cut).unwrap_or(word);
    stem.trim_end_matches(['e', 'y', 'i'])
}

#[cfg(test)]
mod tests {
    use super::{COMMON, stem};

    #[test]
    fn common_words_are_sorted() {
        assert!(COMMON.is_sorted(), "they are searched by halving");
        assert!(COMMON.binary_search(&"the").is_ok());
    }

    #[test]
    fn a_noun_and_its_verb_have_one_stem() {
        for same in [
            ["assess", "assessments"],
            ["device", "devices"],
            ["policy", "policies"],
            ["monitor", "monitoring"],
            ["configure", "configured"],
        ] {
            assert_eq!(stem(same[0]), stem(same[1]));
        }
    }
}
