//! Who is who: parties, scopes, services and documents on both sides, whatever their ids became.
//!
//! A name that stayed weighs more than an id that stayed, so that two parties that exchange their ids are
//! seen as that and not as two that exchange their work.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::Both;
use super::pairing::{Item, Pair, Stage, items, pair, renamed};
use super::value::text;
use crate::matrix::{Matrix, Party, Side, short_name};

/// A party on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartyId {
    /// The id that changes name it by: the one after, or the one before where it is gone.
    pub id: String,
    /// Its name as people call it.
    pub name: String,
    /// Its name in sentences: with its id where another party bears that name too, or bore it before.
    #[serde(skip)]
    pub called: String,
    /// The side it is on.
    #[serde(skip)]
    pub side: Side,
    /// Its id before, if it was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its id after, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What ids before are called after, for those that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ids {
    pub(crate) parties: BTreeMap<String, String>,
    pub(crate) scopes: BTreeMap<String, String>,
    pub(crate) services: BTreeMap<String, String>,
    pub(crate) documents: BTreeMap<String, String>,
    pub(crate) rows: BTreeMap<String, String>,
}

/// The definitions at the head of a matrix, paired; nothing where both sides have the same, each element its own.
pub(crate) struct Definitions {
    pub(crate) parties: Vec<Pair>,
    pub(crate) scopes: Vec<Pair>,
    pub(crate) services: Vec<Pair>,
    pub(crate) documents: Vec<Pair>,
}

const PARTIES: &[Stage] = &[renamed(&["id", "name"]), renamed(&["name", "side"]), renamed(&["id"])];
const SCOPES: &[Stage] = &[renamed(&["id", "title"]), renamed(&["title"]), renamed(&["id"])];
const SERVICES: &[Stage] = &[renamed(&["id", "name"]), renamed(&["name"]), renamed(&["id"])];
const DOCUMENTS: &[Stage] = &[renamed(&["id"]), renamed(&["kind", "party", "reference"])];

impl Definitions {
    /// Pairs what the two heads define.
    pub(crate) fn between(before: &Matrix, after: &Matrix) -> Self {
        // Services and documents name parties, whose ids may mean others after.
        let is_settled = before.parties == after.parties;
        Self {
            parties: pairs(&before.parties, &after.parties, true, PARTIES),
            scopes: pairs(&before.scopes, &after.scopes, true, SCOPES),
            services: pairs(&before.services, &after.services, is_settled, SERVICES),
            documents: pairs(&before.documents, &after.documents, is_settled, DOCUMENTS),
        }
    }

    /// Returns what ids before are called after.
    pub(crate) fn ids(&self) -> Ids {
        Ids {
            parties: translations(id_pairs(&self.parties)),
            scopes: translations(id_pairs(&self.scopes)),
            services: translations(id_pairs(&self.services)),
            documents: translations(id_pairs(&self.documents)),
            rows: BTreeMap::new(),
        }
    }

    /// Takes the version before with its references translated.
    pub(crate) fn refresh(&mut self, before: &Matrix) {
        refresh(&mut self.parties, &before.parties);
        refresh(&mut self.services, &before.services);
        refresh(&mut self.documents, &before.documents);
    }

    /// Returns every party of either side, in the order of the version after.
    pub(crate) fn parties(&self, before: &Matrix, after: &Matrix, ids: &Ids) -> Vec<PartyId> {
        let mut all = self.paired(before, after, ids);
        tell_apart(&mut all, before);
        all
    }

    fn paired(&self, before: &Matrix, after: &Matrix, ids: &Ids) -> Vec<PartyId> {
        if self.parties.is_empty() {
            return after
                .parties
                .iter()
                .filter_map(|party| PartyId::of(Some(party), Some(party), ids))
                .collect();
        }
        let party = |pair: &Pair| {
            let was = pair.before.as_ref().map(|item| &before.parties[item.index]);
            let is = pair.after.as_ref().map(|item| &after.parties[item.index]);
            let place = pair.after.as_ref().map_or(usize::MAX, |item| item.index);
            Some((place, PartyId::of(was, is, ids)?))
        };
        let mut all: Vec<(usize, PartyId)> = self.parties.iter().filter_map(party).collect();
        all.sort_by(|one, other| (one.0, &one.1.id).cmp(&(other.0, &other.1.id)));
        all.into_iter().map(|(_, party)| party).collect()
    }
}

impl PartyId {
    fn of(was: Option<&Party>, is: Option<&Party>, ids: &Ids) -> Option<Self> {
        let shown = is.or(was)?;
        let id = if is.is_some() { &shown.id } else { ids.parties.get(&shown.id).unwrap_or(&shown.id) };
        Some(Self {
            id: id.clone(),
            name: shown.name.clone(),
            called: shown.name.clone(),
            side: shown.side,
            before: was.map(|party| party.id.clone()),
            after: is.map(|party| party.id.clone()),
        })
    }
}

/// Puts the id beside the name of each party that shares a name with another one, be it that the name changed hands.
fn tell_apart(all: &mut [PartyId], before: &Matrix) {
    let mut bearers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, party) in all.iter().enumerate() {
        let was = party.before.as_ref().and_then(|id| before.party(id)).map(|was| &was.name);
        for name in was.into_iter().chain([&party.name]) {
            bearers.entry(short_name(name).to_owned()).or_default().insert(at);
        }
    }
    for at in bearers.into_values().filter(|bearers| bearers.len() > 1).flatten() {
        let party = &mut all[at];
        let id = party.after.as_ref().or(party.before.as_ref()).unwrap_or(&party.id);
        party.called = format!("{} ({id})", short_name(&party.name));
    }
}

/// Returns a version with its parties named as in sentences, or nothing where they are anyway.
pub(crate) fn called(matrix: &Matrix, parties: &[PartyId]) -> Option<Matrix> {
    if parties.iter().all(|party| party.called == party.name) {
        return None;
    }
    let mut matrix = matrix.clone();
    for party in &mut matrix.parties {
        if let Some(known) = parties.iter().find(|known| known.id == party.id) {
            party.name.clone_from(&known.called);
        }
    }
    Some(matrix)
}

/// Pairs two lists; where they are equal each element is its own, which may go without saying.
fn pairs<T: Serialize + PartialEq>(
    before: &[T],
    after: &[T],
    is_settled: bool,
    stages: &[Stage],
) -> Vec<Pair> {
    if before != after {
        return pair(items(before), items(after), stages);
    }
    let alike = if is_settled { Vec::new() } else { items(before) };
    alike.into_iter().map(|item| Both::of(Some(item.clone()), Some(item))).collect()
}

fn refresh<T: Serialize>(pairs: &mut [Pair], list: &[T]) {
    for item in pairs.iter_mut().filter_map(|pair| pair.before.as_mut()) {
        *item = Item::of(item.index, &list[item.index]);
    }
}

fn id_pairs(pairs: &[Pair]) -> Vec<Both<Option<String>>> {
    let id = |side: &Option<Item>| side.as_ref().map(|item| text(&item.value, "id").to_owned());
    pairs.iter().map(|pair| Both::of(id(&pair.before), id(&pair.after))).collect()
}

/// Returns the new names of ids: a changed id, and a mark on one that means something else after, be it that
/// its owner is gone while another took the id, or that nothing had the id before.
pub(crate) fn translations(pairs: Vec<Both<Option<String>>>) -> BTreeMap<String, String> {
    let marked = |id: &String| (id.clone(), format!("{id}~before"));
    let known: BTreeSet<&String> = pairs.iter().filter_map(|pair| pair.before.as_ref()).collect();
    let taken: BTreeSet<&String> = pairs.iter().filter_map(|pair| pair.after.as_ref()).collect();
    let mut ids = BTreeMap::new();
    for pair in &pairs {
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) if before != after => {
                ids.insert(before.clone(), after.clone());
                ids.extend((!known.contains(after)).then(|| marked(after)));
            }
            (Some(before), None) if taken.contains(before) => ids.extend([marked(before)]),
            _ => {}
        }
    }
    ids
}

impl Ids {
    /// Returns whether every id stayed.
    pub(crate) fn is_empty(&self) -> bool {
        [&self.parties, &self.scopes, &self.services, &self.documents, &self.rows]
            .into_iter()
            .all(BTreeMap::is_empty)
    }

    /// Writes the ids after into everything that refers to something by id; the definitions keep their own.
    pub(crate) fn translate(&self, matrix: &mut Matrix) {
        for party in &mut matrix.parties {
            optional(&self.parties, &mut party.bound_by);
        }
        for service in &mut matrix.services {
            optional(&self.parties, &mut service.party);
        }
        for document in &mut matrix.documents {
            optional(&self.parties, &mut document.party);
        }
        for duty in &mut matrix.defaults.duties {
            self.translate_duty(duty);
        }
        for row in &mut matrix.rows {
            self.translate_row(row);
        }
    }

    /// Writes the ids after into the parties and scopes themselves, so that they are found by them.
    pub(crate) fn rename(&self, matrix: &mut Matrix) {
        matrix.parties.iter_mut().for_each(|party| one(&self.parties, &mut party.id));
        matrix.scopes.iter_mut().for_each(|scope| one(&self.scopes, &mut scope.id));
    }

    fn translate_row(&self, row: &mut crate::matrix::Row) {
        list(&self.services, &mut row.services);
        list(&self.scopes, &mut row.scope);
        row.by_scope.iter_mut().for_each(|one| list(&self.scopes, &mut one.scope));
        row.documents.iter_mut().for_each(|citation| one(&self.documents, &mut citation.document));
        for duty in &mut row.duties {
            self.translate_duty(duty);
        }
        for edge in &mut row.inherits {
            one(&self.parties, &mut edge.by);
            one(&self.parties, &mut edge.from);
            optional(&self.documents, &mut edge.document);
            for responsibility in &mut edge.responsibilities {
                optional(&self.rows, &mut responsibility.row);
            }
        }
        for evidence in &mut row.evidence {
            optional(&self.parties, &mut evidence.collector);
            list(&self.scopes, &mut evidence.scope);
        }
        for report in &mut row.reports {
            optional(&self.parties, &mut report.by);
            list(&self.parties, &mut report.to);
        }
        for entry in &mut row.reviewed {
            optional(&self.parties, &mut entry.party);
        }
    }

    fn translate_duty(&self, duty: &mut crate::matrix::Duty) {
        one(&self.parties, &mut duty.party);
        list(&self.parties, &mut duty.to);
        list(&self.scopes, &mut duty.scope);
        for contact in &mut duty.escalate {
            if let Some((party, person)) = contact.split_once('/')
                && let Some(party) = self.parties.get(party)
            {
                *contact = format!("{party}/{person}");
            }
        }
    }
}

fn one(ids: &BTreeMap<String, String>, id: &mut String) {
    if let Some(after) = ids.get(id) {
        id.clone_from(after);
    }
}

fn optional(ids: &BTreeMap<String, String>, id: &mut Option<String>) {
    if let Some(id) = id {
        one(ids, id);
    }
}

pub(super) fn list(ids: &BTreeMap<String, String>, list: &mut [String]) {
    list.iter_mut().for_each(|id| one(ids, id));
}
