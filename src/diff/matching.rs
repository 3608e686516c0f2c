//! Which row before is which row after: by id, then by control and text where an id changed.
//!
//! An id that stayed is not believed where another row says exactly what this one said: two rows that
//! exchange their ids are two rows with a new id, not two rows with new work. Exchanging the sides exchanges
//! the pairs and nothing else; ties are broken by ids, never by position.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::change::Both;
use super::leaf::{kin, lineage, overlap};
use super::likeness::{Words, plain};
use super::pairing;
use crate::matrix::Row;

/// Pairs of rows whose texts are compared; beyond that only rows of one control are.
const COMPARISONS: usize = 120_000;

/// Rows of one control that are looked at for splits and merges.
const KIN: usize = 20;

/// Every row of both sides, once.
pub(crate) struct Matched {
    /// Rows by their places.
    pub(crate) pairs: Vec<Both<Option<usize>>>,
    /// The pair of each row, by its place on its side.
    pub(crate) pair_of: Both<Vec<usize>>,
    /// Whether a row before is found unchanged, letter by letter.
    pub(crate) equal: Vec<bool>,
    /// New rows with the rows before that they were cut from.
    pub(crate) splits: BTreeMap<usize, Vec<usize>>,
    /// Removed rows with the rows after that took them in.
    pub(crate) merges: BTreeMap<usize, Vec<usize>>,
}

/// Matches the rows of two versions.
pub(crate) fn rows(before: &[Row], after: &[Row]) -> Matched {
    let mut fate = Fate::new(before.len(), after.len());
    let mut doubtful = Vec::new();
    let mut equal = vec![false; before.len()];
    for (was, is) in same_id(before, after) {
        if before[was] == after[is] {
            fate.link(was, is);
            equal[was] = true;
        } else if says_same(&before[was], &after[is]) {
            fate.link(was, is);
        } else {
            doubtful.push((was, is));
        }
    }
    let open_before = fate.open(&fate.after_of);
    let open_after = fate.open(&fate.before_of);
    let cards = Cards::of((before, &open_before), (after, &open_after), &doubtful);
    for &(was, is) in &doubtful {
        if !cards.is_suspicious(was, is) {
            fate.link(was, is);
        }
    }
    cards.by_content(&mut fate);
    cards.by_likeness(&mut fate);
    cards.by_lone_controls(&mut fate, before, after);
    for (was, is) in doubtful {
        if !cards.before[&was].is_stranger(&cards.after[&is]) {
            fate.link_open(was, is);
        }
    }
    let splits = relations(&fate.before_of, &fate.after_of, (after, before));
    let merges = relations(&fate.after_of, &fate.before_of, (before, after));
    let pairs = fate.pairs();
    let mut pair_of = Both::of(vec![0; before.len()], vec![0; after.len()]);
    for (number, pair) in pairs.iter().enumerate() {
        pair.before.into_iter().for_each(|was| pair_of.before[was] = number);
        pair.after.into_iter().for_each(|is| pair_of.after[is] = number);
    }
    Matched { pairs, pair_of, equal, splits, merges }
}

/// Says whether two rows of one id are one row beyond doubt: they say the same for the same controls.
fn says_same(was: &Row, is: &Row) -> bool {
    was.title == is.title && was.activity == is.activity && was.controls == is.controls
}

fn ids(rows: &[Row]) -> impl Iterator<Item = &str> {
    rows.iter().map(|row| row.id.as_str())
}

fn id_set(rows: &[Row]) -> HashSet<&str> {
    ids(rows).collect()
}

/// Returns the rows that have one id on both sides; equal ids within a file are paired by what they say.
fn same_id(before: &[Row], after: &[Row]) -> Vec<(usize, usize)> {
    if id_set(before).len() == before.len() {
        if ids(before).eq(ids(after)) {
            return (0..before.len()).map(|place| (place, place)).collect();
        }
        let places: HashMap<&str, usize> = ids(after).zip(0..).collect();
        if places.len() == after.len() {
            return (0..).zip(ids(before)).filter_map(|(was, id)| Some((was, *places.get(id)?))).collect();
        }
    }
    let pairs = pairing::pair(pairing::items(before), pairing::items(after), &[pairing::renamed(&["id"])]);
    let both = |pair: pairing::Pair| Some((pair.before?.index, pair.after?.index));
    pairs.into_iter().filter_map(both).collect()
}

/// What became of each row so far.
struct Fate {
    after_of: Vec<Option<usize>>,
    before_of: Vec<Option<usize>>,
}

impl Fate {
    fn new(before: usize, after: usize) -> Self {
        Self { after_of: vec![None; before], before_of: vec![None; after] }
    }

    fn link(&mut self, was: usize, is: usize) {
        self.after_of[was] = Some(is);
        self.before_of[is] = Some(was);
    }

    fn link_open(&mut self, was: usize, is: usize) {
        if self.after_of[was].is_none() && self.before_of[is].is_none() {
            self.link(was, is);
        }
    }

    fn open(&self, side: &[Option<usize>]) -> Vec<usize> {
        (0..side.len()).filter(|place| side[*place].is_none()).collect()
    }

    fn pairs(self) -> Vec<Both<Option<usize>>> {
        let kept = self.before_of.iter().enumerate().map(|(is, was)| Both::of(*was, Some(is)));
        let gone = (0..self.after_of.len()).filter(|was| self.after_of[*was].is_none());
        kept.chain(gone.map(|was| Both::of(Some(was), None))).collect()
    }
}

/// What identifies a row besides its id.
struct Card<'a> {
    place: usize,
    id: &'a str,
    title: String,
    activity: String,
    controls: BTreeSet<&'a str>,
    /// What it says for which controls, unless it says nothing.
    content: Option<Content<'a>>,
    /// Whether no other row of either side says what it says.
    is_own: bool,
    /// Whether no other row of either side has its title.
    has_own_title: bool,
    /// Its words, once somebody asks.
    words: OnceCell<Words>,
    row: &'a Row,
}

/// Controls and a text, which together say which row it is.
type Content<'a> = (Vec<&'a str>, String);

impl<'a> Card<'a> {
    fn of(place: usize, row: &'a Row, sayings: &Sayings<'a>) -> Self {
        let title = plain(&row.title);
        let activity = plain(row.activity.as_deref().unwrap_or_default());
        let controls = controls(row);
        let says = if activity.is_empty() { &title } else { &activity };
        let content = (!says.is_empty()).then(|| (controls.iter().copied().collect(), says.clone()));
        let (is_own, has_own_title) = (sayings.is_own(row), sayings.has_own_title(row));
        Self {
            place,
            id: &row.id,
            title,
            activity,
            controls,
            content,
            is_own,
            has_own_title,
            words: OnceCell::new(),
            row,
        }
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| words(self.row))
    }

    fn shares_control(&self, other: &Card<'_>) -> bool {
        self.controls.iter().any(|control| {
            other.controls.contains(control) || other.controls.iter().any(|theirs| overlap(control, theirs))
        })
    }

    /// Returns whether two rows of one id are two rows: their controls are known and others, and what they have in common
    /// others have too.
    fn is_stranger(&self, other: &Card<'_>) -> bool {
        let is_one = || {
            let is_own = self.is_own && other.is_own || self.has_own_title && self.title == other.title;
            is_own && self.words().likeness(other.words()) >= 350
        };
        !self.controls.is_empty() && !other.controls.is_empty() && !self.shares_control(other) && !is_one()
    }

    /// Returns how sure it is that the two are one row; nothing where they are not.
    fn resemblance(&self, other: &Card<'_>) -> Option<usize> {
        let words = self.words().likeness(other.words());
        if self.shares_control(other) {
            let shared = self.controls.intersection(&other.controls).count();
            let all = self.controls.union(&other.controls).count();
            (words >= 350).then_some(2000 + words + 500 * shared / all.max(1))
        } else {
            let is_known = !self.controls.is_empty() && !other.controls.is_empty();
            let may_be_one =
                !is_known || self.is_own && other.is_own || self.has_own_title && self.title == other.title;
            (may_be_one && words >= 700 && self.words().len().min(other.words().len()) >= 5).then_some(words)
        }
    }
}

/// How many rows of each side say the same and are titled the same.
struct Sayings<'a> {
    texts: Both<HashMap<Vec<&'a str>, usize>>,
    titles: Both<HashMap<&'a str, usize>>,
}

impl<'a> Sayings<'a> {
    fn of(before: &'a [Row], after: &'a [Row]) -> Self {
        fn count<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
            let mut counts = HashMap::new();
            keys.for_each(|key| *counts.entry(key).or_default() += 1);
            counts
        }
        let texts = |rows: &'a [Row]| count(rows.iter().map(says));
        let titles = |rows: &'a [Row]| count(rows.iter().map(|row| row.title.as_str()));
        Self { texts: Both::of(texts(before), texts(after)), titles: Both::of(titles(before), titles(after)) }
    }

    fn is_own(&self, row: &Row) -> bool {
        let said = says(row);
        let once = |counts: &HashMap<Vec<&str>, usize>| counts.get(&said).is_none_or(|rows| *rows < 2);
        !said.is_empty() && once(&self.texts.before) && once(&self.texts.after)
    }

    fn has_own_title(&self, row: &Row) -> bool {
        let once =
            |counts: &HashMap<&str, usize>| counts.get(row.title.as_str()).is_none_or(|rows| *rows < 2);
        !row.title.is_empty() && once(&self.titles.before) && once(&self.titles.after)
    }
}

/// Returns the texts of a row that say what is done.
fn says(row: &Row) -> Vec<&str> {
    let details = row.shared.as_ref().and_then(|shared| shared.details.as_deref());
    let duties = row.duties.iter().filter_map(|duty| duty.text.as_deref());
    let mut says: Vec<&str> = row.activity.as_deref().into_iter().chain(details).chain(duties).collect();
    says.sort_unstable();
    says
}

struct Cards<'a> {
    before: BTreeMap<usize, Card<'a>>,
    after: BTreeMap<usize, Card<'a>>,
    /// The ids of the rows that say a thing which the row with their id does not say on the other side.
    speakers: Both<HashMap<Content<'a>, BTreeSet<&'a str>>>,
}

impl<'a> Cards<'a> {
    fn of(before: (&'a [Row], &[usize]), after: (&'a [Row], &[usize]), same_id: &[(usize, usize)]) -> Self {
        let sayings = Sayings::of(before.0, after.0);
        let cards = |(rows, places): (&'a [Row], &[usize])| {
            places.iter().map(|place| (*place, Card::of(*place, &rows[*place], &sayings))).collect()
        };
        let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (cards(before), cards(after));
        // A row that says the same under the same id on both sides speaks for itself and for no other.
        let kept = same_id.iter().filter(|(was, is)| before[was].content == after[is].content);
        let kept: Both<HashSet<usize>> =
            Both::of(kept.clone().map(|it| it.0).collect(), kept.map(|it| it.1).collect());
        let speakers = |cards: &BTreeMap<usize, Card<'a>>, kept: &HashSet<usize>| {
            let mut speakers: HashMap<Content<'a>, BTreeSet<&'a str>> = HashMap::new();
            for card in cards.values().filter(|card| !kept.contains(&card.place)) {
                if let Some(content) = &card.content {
                    speakers.entry(content.clone()).or_default().insert(card.id);
                }
            }
            speakers
        };
        let speakers = Both::of(speakers(&before, &kept.before), speakers(&after, &kept.after));
        Self { before, after, speakers }
    }

    /// Returns whether a pair with one id may be two different rows.
    fn is_suspicious(&self, was: usize, is: usize) -> bool {
        let (was, is) = (&self.before[&was], &self.after[&is]);
        if was.content == is.content {
            return false;
        }
        was.is_stranger(is) || lives_on(&self.speakers.after, was) || lives_on(&self.speakers.before, is)
    }

    /// Links open rows that say the same, first for the same controls, then under the same title, then alone.
    fn by_content(&self, fate: &mut Fate) {
        self.by_key(fate, |card| card.content.clone());
        self.by_key(fate, |card| {
            let known = !card.title.is_empty() && !card.controls.is_empty();
            known.then(|| (card.controls.iter().copied().collect(), card.title.clone()))
        });
        self.by_key(fate, |card| {
            let known = card.activity.split(' ').count() >= 4 && (card.is_own || card.controls.is_empty());
            known.then(|| (Vec::new(), card.activity.clone()))
        });
    }

    fn by_key(&self, fate: &mut Fate, key: impl Fn(&Card<'a>) -> Option<Content<'a>>) {
        let mut groups: BTreeMap<_, Both<Vec<&Card<'a>>>> = BTreeMap::new();
        for card in self.before.values().filter(|card| fate.after_of[card.place].is_none()) {
            if let Some(key) = key(card) {
                groups.entry(key).or_default().before.push(card);
            }
        }
        for card in self.after.values().filter(|card| fate.before_of[card.place].is_none()) {
            if let Some(group) = key(card).and_then(|key| groups.get_mut(&key)) {
                group.after.push(card);
            }
        }
        for mut group in groups.into_values() {
            group.before.sort_by_key(|card| card.id);
            group.after.sort_by_key(|card| card.id);
            for (was, is) in group.before.iter().zip(&group.after) {
                fate.link(was.place, is.place);
            }
        }
    }

    /// Links open rows that resemble each other, the closest first.
    fn by_likeness(&self, fate: &mut Fate) {
        let mut found: Vec<_> = self
            .candidates(fate)
            .into_iter()
            .filter_map(|(was, is)| {
                let (was, is) = (&self.before[&was], &self.after[&is]);
                let score = was.resemblance(is)?;
                let ids = (was.id.min(is.id), was.id.max(is.id));
                Some((std::cmp::Reverse(score), ids, was.place, is.place))
            })
            .collect();
        found.sort_unstable();
        for (_, _, was, is) in found {
            fate.link_open(was, is);
        }
    }

    fn candidates(&self, fate: &Fate) -> Vec<(usize, usize)> {
        let before = fate.open(&fate.after_of);
        let after = fate.open(&fate.before_of);
        let all = |before: &[usize], after: &[usize]| -> Vec<(usize, usize)> {
            before.iter().flat_map(|was| after.iter().map(|is| (*was, *is))).collect()
        };
        if before.len().saturating_mul(after.len()) <= COMPARISONS {
            return all(&before, &after);
        }
        let mut groups: BTreeMap<&str, Both<Vec<usize>>> = BTreeMap::new();
        for was in before {
            self.before[&was].controls.iter().for_each(|id| groups.entry(id).or_default().before.push(was));
        }
        for is in after {
            self.after[&is].controls.iter().for_each(|id| groups.entry(id).or_default().after.push(is));
        }
        let mut found = BTreeSet::new();
        for group in groups.into_values() {
            let size = group.before.len().saturating_mul(group.after.len());
            if found.len() + size <= COMPARISONS {
                found.extend(all(&group.before, &group.after));
            }
        }
        found.into_iter().collect()
    }

    /// Links two open rows that are each the only row for their controls.
    fn by_lone_controls(&self, fate: &mut Fate, before: &[Row], after: &[Row]) {
        if fate.open(&fate.after_of).is_empty() || fate.open(&fate.before_of).is_empty() {
            return;
        }
        let (before, after) = (lone(before), lone(after));
        for (controls, was) in before {
            if let Some(is) = after.get(&controls) {
                fate.link_open(was, *is);
            }
        }
    }
}

/// Returns whether another row on the other side says exactly what this one says.
fn lives_on(speakers: &HashMap<Content<'_>, BTreeSet<&str>>, card: &Card<'_>) -> bool {
    let others = card.content.as_ref().and_then(|content| speakers.get(content));
    others.is_some_and(|ids| ids.iter().any(|id| *id != card.id))
}

/// Returns the words that a row is known by.
fn words(row: &Row) -> Words {
    let details = row.shared.as_ref().and_then(|shared| shared.details.as_deref());
    let texts = [Some(row.title.as_str()), row.activity.as_deref(), details].into_iter().flatten();
    Words::of(texts.chain(row.duties.iter().filter_map(|duty| duty.text.as_deref())))
}

fn controls(row: &Row) -> BTreeSet<&str> {
    row.controls.iter().map(String::as_str).collect()
}

/// Returns the rows that alone answer for their set of controls.
fn lone(rows: &[Row]) -> BTreeMap<BTreeSet<&str>, usize> {
    let mut found: BTreeMap<BTreeSet<&str>, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| !row.controls.is_empty()) {
        found.entry(controls(row)).or_default().push(place);
    }
    found
        .into_iter()
        .filter_map(|(ids, places)| <[usize; 1]>::try_from(places).ok().map(|[it]| (ids, it)))
        .collect()
}

/// Returns, for each row that only one side has, the rows of the other side that it was a part of or is now.
fn relations(
    alone: &[Option<usize>],
    other: &[Option<usize>],
    (rows, others): (&[Row], &[Row]),
) -> BTreeMap<usize, Vec<usize>> {
    let mut found = BTreeMap::new();
    if alone.iter().all(Option::is_some) {
        return found;
    }
    let their_words: Vec<Words> = others.iter().map(words).collect();
    let holders = kin(others);
    for (place, row) in rows.iter().enumerate().filter(|(place, _)| alone[*place].is_none()) {
        let near = row.controls.iter().flat_map(|control| {
            let above = lineage(control).filter_map(|id| holders.before.get(id));
            above.chain(holders.after.get(control.as_str()))
        });
        let near: BTreeSet<usize> = near.flat_map(|places| places.iter().take(KIN).copied()).collect();
        let my_words = words(row);
        let is_kin = |source: &usize| {
            my_words.containment(&their_words[*source]) >= 500
                || is_cut(row, &others[*source], other[*source].map(|twin| &rows[twin]))
        };
        let mut kin: Vec<usize> = near.into_iter().filter(is_kin).collect();
        kin.sort_by_key(|source| &others[*source].id);
        if !kin.is_empty() {
            found.insert(place, kin);
        }
    }
    found
}

/// Returns whether a row that only one side has holds controls that were another row's.
///
/// It does where it holds one that the other row's `twin` lacks, or where the other row has no twin and
/// answered for more.
fn is_cut(row: &Row, whole: &Row, twin: Option<&Row>) -> bool {
    let covers =
        |all: &Row, control: &str| all.controls.iter().any(|own| lineage(control).any(|id| id == own));
    let shared: Vec<&String> = row.controls.iter().filter(|control| covers(whole, control)).collect();
    let is_part = shared.iter().any(|control| !whole.controls.contains(control));
    let handed_over = |twin: &Row| shared.iter().any(|control| !covers(twin, control));
    let larger =
        || (is_part || row.controls.len() < whole.controls.len()) && shared.len() == row.controls.len();
    let took_in = || {
        row.controls.iter().any(|control| {
            let parts = whole.controls.iter().filter(|part| part != &control);
            parts.clone().any(|part| lineage(part).skip(1).any(|id| id == control))
        })
    };
    twin.map_or_else(larger, handed_over) || took_in()
}
