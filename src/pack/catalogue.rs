//! A framework's controls, in its own order, with the facts that rules read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::spelling;
use super::wording::{Usual, Wording};
use crate::matrix::{Clock, Duration};
use crate::near;

/// How many letters of a control's id may be wrong for it to be meant.
const SLIPS: usize = 2;

/// The controls of one framework.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalogue {
    /// Its id, the part before the colon in a row's `controls`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Which edition of the source it follows.
    #[serde(default)]
    pub edition: String,
    /// What its controls are called: requirements, criteria ...
    #[serde(default)]
    pub noun: String,
    /// The score without any gap, where the framework scores.
    #[serde(default)]
    pub highest_score: Option<i64>,
    /// Families or categories in their order.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Controls and what they consist of, parents before children.
    pub items: Vec<Control>,
    /// Controls of earlier editions that the source has taken out.
    #[serde(default)]
    pub withdrawn: Vec<Withdrawn>,
    /// The catalogue that this one follows as a new edition.
    #[serde(default)]
    pub replaces: Option<Replaces>,
    #[serde(skip)]
    index: Index,
}

#[derive(Debug, Default)]
struct Index {
    by_id: HashMap<String, usize>,
    /// A spelling may mean several controls: PE.L1-b.1.ix of CMMC Level 1 is three of Level 2.
    by_spelling: OnceLock<HashMap<String, Vec<usize>>>,
    children: HashMap<usize, Vec<usize>>,
    /// The titles of all items and groups, folded.
    titles: OnceLock<HashSet<String>>,
}

/// A control that the source has taken out.
#[derive(Debug, Deserialize)]
pub struct Withdrawn {
    /// Its id.
    pub id: String,
    /// Its label.
    pub title: String,
    /// The controls that took over what it asked for.
    #[serde(default)]
    pub into: Vec<String>,
}

/// What became of the controls of an earlier edition.
#[derive(Debug, Deserialize)]
pub struct Replaces {
    /// The id of the earlier edition's catalogue.
    pub catalogue: String,
    /// By the earlier id, the controls here that took over; none if nothing did. A control that is not named has kept its id.
    pub items: BTreeMap<String, Vec<String>>,
}

/// A family or category.
#[derive(Debug, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// A control, a specification, a criterion or an assessment objective.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Its canonical id.
    pub id: String,
    /// Its label; the words of the source only where these are public domain.
    pub title: String,
    /// Its family or category.
    pub group: String,
    /// What it is: control, enhancement, part, requirement, objective, section ...
    pub level: String,
    /// The baselines that ask for it, such as low, moderate, high.
    #[serde(default)]
    pub baselines: Vec<String>,
    /// The control it is part of, or that it enhances.
    #[serde(default)]
    pub parent: Option<String>,
    /// required or addressable (HIPAA).
    #[serde(default)]
    pub designation: Option<String>,
    /// Points lost when it is not met.
    #[serde(default)]
    pub points: Option<i64>,
    /// Whether a plan of action may hold it: `allowed`, `never`, or a condition.
    #[serde(default)]
    pub poam: Option<String>,
    /// Other ids of the same thing.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How often its work is customarily due, where it is periodic.
    #[serde(default)]
    pub periodic: Option<String>,
    /// The text that names the period; without it, the period is only usual.
    #[serde(default)]
    pub periodic_source: Option<String>,
    /// What is decided in it that only the assessed organisation can decide.
    #[serde(default)]
    pub decision: Option<String>,
    /// The kinds of data, one of which whoever does the work must handle.
    #[serde(default)]
    pub touches: Vec<String>,
    /// The steps that each need an owner.
    #[serde(default)]
    pub phases: Vec<String>,
    /// A deadline that a law sets.
    #[serde(default)]
    pub clock: Option<LegalClock>,
    /// Words that mark its subject, for telling a wrong label.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// What its text says that no field holds.
    #[serde(default)]
    pub wording: Vec<Wording>,
    /// Times that are usual for its work.
    #[serde(default)]
    pub usual: Vec<Usual>,
    /// Whether whoever looks at the work is another than who does it.
    #[serde(default)]
    pub independent: bool,
}

/// A deadline that a law sets.
#[derive(Clone, Debug, Deserialize)]
pub struct LegalClock {
    /// How long.
    pub time: Duration,
    /// What starts it.
    #[serde(default)]
    pub of: Option<String>,
    /// Which hours count.
    #[serde(default)]
    pub clock: Option<Clock>,
    /// Where it stands.
    #[serde(default)]
    pub reference: Option<String>,
}

impl Catalogue {
    /// Builds the look-ups; called once after reading.
    pub(super) fn indexed(mut self) -> Self {
        let mut index = Index::default();
        for (at, item) in self.items.iter().enumerate() {
            index.by_id.insert(item.id.clone(), at);
        }
        for (at, item) in self.items.iter().enumerate() {
            if let Some(parent) = item.parent.as_ref().and_then(|parent| index.by_id.get(parent)) {
                index.children.entry(*parent).or_default().push(at);
            }
        }
        self.index = index;
        self
    }

    /// Returns the items that each spelling may mean; few runs ask.
    fn by_spelling(&self) -> &HashMap<String, Vec<usize>> {
        self.index.by_spelling.get_or_init(|| {
            let mut by_spelling: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, item) in self.items.iter().enumerate() {
                for name in self.spellings(item) {
                    let meant = by_spelling.entry(spelling::normal(&name)).or_default();
                    if !meant.contains(&at) {
                        meant.push(at);
                    }
                }
            }
            by_spelling
        })
    }

    /// Returns whether an item or a group has this title, as [`spelling::folded`] writes it.
    pub fn has_title(&self, folded: &str) -> bool {
        let titles = self.index.titles.get_or_init(|| {
            let items = self.items.iter().map(|item| item.title.as_str());
            let groups = self.groups.iter().map(|group| group.title.as_str());
            items.chain(groups).map(spelling::folded).collect()
        });
        titles.contains(folded)
    }

    /// Returns the id and all aliases of an item; a part also goes by each alias of the whole with its own end.
    fn spellings(&self, item: &Control) -> Vec<String> {
        let mut names = vec![item.id.clone()];
        names.extend(item.aliases.iter().cloned());
        let whole =
            item.parent.as_ref().and_then(|parent| self.index.by_id.get(parent)).map(|at| &self.items[*at]);
        if let Some(whole) = whole
            && let Some(end) = item.id.strip_prefix(&whole.id)
        {
            names.extend(whole.aliases.iter().map(|alias| format!("{alias}{end}")));
        }
        names
    }

    /// Returns the control with this canonical id.
    pub fn get(&self, id: &str) -> Option<&Control> {
        self.index.by_id.get(id).map(|at| &self.items[*at])
    }

    /// Returns the control that a person means by any known spelling of its id, where it means one only.
    pub fn spelled(&self, text: &str) -> Option<&Control> {
        match self.meant(text)[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Returns the controls that a spelling may mean: one, none, or several where it is ambiguous.
    pub fn meant(&self, text: &str) -> Vec<&Control> {
        if let Some(control) = self.get(text) {
            return vec![control];
        }
        let meant = self.by_spelling().get(&spelling::normal(text));
        meant.into_iter().flatten().map(|at| &self.items[*at]).collect()
    }

    /// Returns the ids that look most like `text`, best first, at most three: what it would be a part of, what differs in a
    /// sign or two, what begins like it.
    pub fn like(&self, text: &str) -> Vec<&str> {
        let wanted = spelling::normal(text);
        let mut near = self.whole(&wanted);
        for id in self.alike(&wanted).into_iter().chain(self.below(&wanted)) {
            if !near.contains(&id) {
                near.push(id);
            }
        }
        near.truncate(3);
        near
    }

    /// Returns the control that `wanted` would be a part of.
    fn whole(&self, wanted: &str) -> Vec<&str> {
        let mut rest = wanted;
        while let Some((whole, _)) = rest.rsplit_once('.') {
            rest = whole;
            if let Some(found) = self.by_spelling().get(whole).and_then(|all| all.first()) {
                return vec![&self.items[*found].id];
            }
        }
        Vec::new()
    }

    /// Returns the controls whose ids begin as `wanted` does.
    fn below(&self, wanted: &str) -> impl Iterator<Item = &str> {
        let start = format!("{wanted}.");
        let is_below = move |item: &&Control| spelling::normal(&item.id).starts_with(&start);
        self.items.iter().filter(is_below).map(|item| item.id.as_str()).take(3)
    }

    fn alike(&self, wanted: &str) -> Vec<&str> {
        let distance = |item: &Control| {
            let names = std::iter::once(&item.id).chain(&item.aliases).map(|name| spelling::normal(name));
            let likely = names.filter(|name| near::is_likely(wanted, name, SLIPS));
            likely.map(|name| strsim::damerau_levenshtein(wanted, &name)).min().unwrap_or(usize::MAX)
        };
        let mut near: Vec<(usize, &str)> = self
            .items
            .iter()
            .map(|item| (distance(item), item.id.as_str()))
            .filter(|(far, _)| *far <= SLIPS && *far < wanted.len())
            .collect();
        near.sort_unstable();
        near.into_iter().take(3).map(|(_, id)| id).collect()
    }

    /// Returns what a control consists of, directly. An enhancement belongs to its control and is no part of it.
    pub fn parts<'a>(&'a self, control: &Control) -> impl Iterator<Item = &'a Control> {
        self.below_directly(control).filter(|item| !item.is_enhancement())
    }

    /// Returns the enhancements of a control.
    pub fn enhancements<'a>(&'a self, control: &Control) -> impl Iterator<Item = &'a Control> {
        self.below_directly(control).filter(|item| item.is_enhancement())
    }

    fn below_directly<'a>(&'a self, control: &Control) -> impl Iterator<Item = &'a Control> {
        let at = self.index.by_id.get(&control.id);
        let below = at.and_then(|at| self.index.children.get(at));
        below.into_iter().flatten().map(|at| &self.items[*at])
    }

    /// Returns the controls that need an owner of their own: those that are no part of another, and enhancements.
    pub fn tops(&self) -> impl Iterator<Item = &Control> {
        self.items.iter().filter(|item| self.needs_owner(item))
    }

    fn needs_owner(&self, item: &Control) -> bool {
        let whole = || item.parent.as_deref().and_then(|parent| self.get(parent));
        !item.is_heading() && (item.is_enhancement() || whole().is_none_or(Control::is_heading))
    }

    /// Returns the controls that consist of nothing smaller: what an assessor ticks.
    pub fn leaves(&self) -> impl Iterator<Item = &Control> {
        self.items.iter().filter(|item| self.parts(item).next().is_none())
    }

    /// Returns the control itself and everything that it is part of, innermost first.
    pub fn lineage<'a>(&'a self, control: &'a Control) -> impl Iterator<Item = &'a Control> {
        let whole = |control: &&'a Control| {
            let parent = control.parent.as_deref().filter(|_| !control.is_enhancement())?;
            self.get(parent)
        };
        std::iter::successors(Some(control), whole)
    }

    /// Returns whether a name stands for some of the controls: a group or a baseline.
    pub fn has_subset(&self, name: &str) -> bool {
        self.groups.iter().any(|group| group.id == name) || self.items.iter().any(|item| item.is_in(name))
    }

    /// Returns the names of all baselines, in the order of the catalogue.
    pub fn baselines(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.items.iter().flat_map(|item| &item.baselines) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// Returns the control that the source has taken out under any spelling of its id.
    pub fn withdrawn(&self, text: &str) -> Option<&Withdrawn> {
        let wanted = spelling::normal(text);
        self.withdrawn.iter().find(|one| spelling::normal(&one.id) == wanted)
    }

    /// Returns what took over from a control of the edition that this one replaces: none if nothing did.
    ///
    /// `None` if this catalogue does not replace `earlier`, or knows nothing of such a control.
    pub fn successors<'a>(&'a self, earlier: &str, id: &str) -> Option<Vec<&'a Control>> {
        let replaces = self.replaces.as_ref().filter(|replaces| replaces.catalogue == earlier)?;
        match replaces.items.get(id) {
            Some(successors) => Some(successors.iter().filter_map(|id| self.get(id)).collect()),
            None => self.spelled(id).map(|same| vec![same]),
        }
    }

    /// Returns the title of a family or category.
    pub fn group_title(&self, id: &str) -> Option<&str> {
        self.groups.iter().find(|group| group.id == id).map(|group| group.title.as_str())
    }
}

impl Control {
    /// Returns whether it belongs to another control without being a part of it.
    pub fn is_enhancement(&self) -> bool {
        self.level == "enhancement"
    }

    /// Returns whether it is a statement or an objective within a control.
    pub fn is_objective(&self) -> bool {
        matches!(self.level.as_str(), "objective" | "part")
    }

    /// Returns whether rows can name it although none has to: it heads others, or applies to some organisations only.
    pub fn is_heading(&self) -> bool {
        matches!(self.level.as_str(), "section" | "clause" | "appendix")
    }

    /// Returns whether it is in a group or a baseline.
    pub fn is_in(&self, subset: &str) -> bool {
        self.group == subset || self.baselines.iter().any(|baseline| baseline == subset)
    }
}
