//! Kind `label-fits`: a row's words fit the control it names better than any other.
//!
//! Compared are sets of words: the row's title (which weighs most), activity and duties against each
//! control's title, keywords and parts. Rare words weigh more than common ones. The rule speaks up only
//! where another control fits clearly better, for a wrong accusation costs more than a silent one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Row;
use crate::pack::{Catalogue, Control, Pack, Packs};

/// A row's words fit its control.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelFits {
    /// The catalogue.
    pub catalog: String,
    /// How many times better another control has to fit.
    #[serde(default = "margin")]
    pub margin: f64,
}

fn margin() -> f64 {
    1.35
}

/// The weight of a word in the title against one in the other texts.
const TITLE_WEIGHT: f64 = 3.0;
/// The least score with which another control is suggested at all.
const LEAST: f64 = 0.5;

impl LabelFits {
    /// Returns one hit for each row whose words fit another control better.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(catalogue) = subject.packs.catalogue(&self.catalog) else { return Vec::new() };
        let profiles = Profiles::of(catalogue);
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter(|(_, row)| !self.is_from_starter(row, subject.packs))
            .filter_map(|(at, row)| self.row(catalogue, &profiles, at, row))
            .collect()
    }

    /// Returns whether a row has its label and a control from the starters. People have read those, so no words
    /// have to prove them; and a row that answers several frameworks has the words of one only.
    fn is_from_starter(&self, row: &Row, packs: &Packs) -> bool {
        let named = packs.get(&self.catalog).is_some_and(|pack| {
            let same = pack.starter_rows().iter().filter(|known| known.id == row.id);
            same.flat_map(|known| &known.controls).any(|control| row.controls.contains(control))
        });
        let titled = |pack: &Arc<Pack>| {
            pack.starter_rows().iter().any(|known| known.id == row.id && known.title == row.title)
        };
        named && packs.iter().any(titled)
    }

    fn row(&self, catalogue: &Catalogue, profiles: &Profiles<'_>, at: usize, row: &Row) -> Option<Hit> {
        let own: BTreeSet<&str> = row
            .controls
            .iter()
            .filter_map(|name| {
                let control = catalogue.get(name.strip_prefix(self.catalog.as_str())?.strip_prefix(':')?)?;
                catalogue.lineage(control).last().map(|top| top.id.as_str())
            })
            .collect();
        if own.is_empty() {
            return None;
        }
        let words = Words::of(row);
        let scores: Vec<(f64, &Control)> = profiles
            .controls
            .iter()
            .map(|profile| (profiles.score(&words, profile), profile.control))
            .collect();
        let ours = scores.iter().filter(|(_, control)| own.contains(control.id.as_str()));
        let ours = ours.map(|(score, _)| *score).fold(0.0, f64::max);
        let (best, other) = scores.iter().max_by(|left, right| left.0.total_cmp(&right.0))?;
        if own.contains(other.id.as_str()) || *best < LEAST || *best < ours * self.margin {
            return None;
        }
        let named = catalogue.get(own.first()?)?;
        let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/title")));
        let hit = hit.with("title", row.label()).with("control", &named.id).with("label", &named.title);
        Some(hit.with("other", &other.id).with("other-label", &other.title))
    }
}

/// The words of a row with their weights.
struct Words(BTreeMap<String, f64>);

impl Words {
    fn of(row: &Row) -> Self {
        let mut weights = BTreeMap::new();
        let mut add = |text: &str, weight: f64| {
            for word in words(text) {
                let most = weights.entry(word).or_insert(0.0);
                *most = f64::max(*most, weight);
            }
        };
        let texts = row.activity.iter().chain(row.duties.iter().filter_map(|duty| duty.text.as_ref()));
        for text in texts {
            add(text, 1.0);
        }
        add(row.label(), TITLE_WEIGHT);
        Self(weights)
    }
}

struct Profile<'a> {
    control: &'a Control,
    title: BTreeSet<String>,
    all: BTreeSet<String>,
}

struct Profiles<'a> {
    controls: Vec<Profile<'a>>,
    rarity: BTreeMap<String, f64>,
}

impl<'a> Profiles<'a> {
    fn of(catalogue: &'a Catalogue) -> Self {
        let controls: Vec<Profile<'a>> =
            catalogue.tops().map(|control| Profile::of(catalogue, control)).collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for word in controls.iter().flat_map(|profile| &profile.all) {
            *counts.entry(word.clone()).or_default() += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of controls are small")]
        let rarity = counts.into_iter().map(|(word, count)| (word, 1.0 / (count as f64))).collect();
        Self { controls, rarity }
    }

    fn score(&self, words: &Words, profile: &Profile<'_>) -> f64 {
        let shared = words.0.iter().filter(|(word, _)| profile.all.contains(*word));
        shared
            .map(|(word, weight)| {
                let titled = if profile.title.contains(word) { 2.0 } else { 1.0 };
                weight * titled * self.rarity.get(word).copied().unwrap_or_default()
            })
            .sum()
    }
}

impl<'a> Profile<'a> {
    fn of(catalogue: &Catalogue, control: &'a Control) -> Self {
        let title: BTreeSet<String> = words(&control.title).collect();
        let mut all = title.clone();
        all.extend(control.keywords.iter().flat_map(|keyword| words(keyword)));
        all.extend(catalogue.parts(control).flat_map(|part| words(&part.title).collect::<Vec<_>>()));
        Self { control, title, all }
    }
}

/// Words that every control is full of and that tell nothing.
const COMMON: [&str; 44] = [
    "the",
    "and",
    "for",
    "with",
    "from",
    "are",
    "that",
    "when",
    "who",
    "their",
    "its",
    "into",
    "all",
    "any",
    "control",
    "system",
    "organiz",
    "organis",
    "security",
    "information",
    "requirement",
    "policy",
    "manag",
    "provid",
    "client",
    "msp",
    "implement",
    "defin",
    "identif",
    "use",
    "using",
    "within",
    "such",
    "these",
    "this",
    "other",
    "each",
    "have",
    "has",
    "been",
    "not",
    "own",
    "per",
    "via",
];

/// Splits a text into the stems of its words.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .map(|word| stem(&word.to_lowercase()))
        .filter(|stem| !COMMON.contains(&stem.as_str()))
}

/// Cuts the endings that distinguish a noun from its verb and one from many.
fn stem(word: &str) -> String {
    const ENDINGS: [&str; 12] =
        ["ations", "ation", "ments", "ment", "ings", "ing", "ies", "ions", "ion", "ed", "es", "s"];
    for ending in ENDINGS {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 4
        {
            return stem.trim_end_matches('e').to_owned();
        }
    }
    word.trim_end_matches('e').to_owned()
}
