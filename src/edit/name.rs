//! Where the names in a matrix are given and where they are used: ids of rows, parties, scopes, services, documents and
//! contacts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::review::Carried;
use crate::choice::{Choice, choices};
use crate::error::{Error, Result};
use crate::near;

/// What can have an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    /// A row.
    Row,
    /// A party.
    Party,
    /// A scope.
    Scope,
    /// A service.
    Service,
    /// A document.
    Document,
    /// A contact of a party, written `party/contact`.
    Contact,
}

choices! {
    /// What in a matrix can be added, removed or renamed.
    Thing {
        /// A row.
        Row "row",
        /// A party.
        Party "party",
        /// A scope.
        Scope "scope",
        /// A service.
        Service "service",
        /// A document.
        Document "document",
        /// A contact of a party.
        Contact "contact",
        /// A framework, with the rows that answer to it.
        Framework "framework",
        /// A duty of a row.
        Duty "duty",
        /// A piece of evidence of a row.
        Evidence "evidence",
        /// A report of a row.
        Report "report",
        /// Whom a row inherits from.
        Inheritance "inheritance",
        /// A finding that both parties accept in a row, by its rule.
        Exception "exception",
        /// A role, in every duty and contact.
        Role "role",
    }
}

/// Where a thing stands in a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In the head or among the rows, under an id.
    Named(Noun),
    /// In this list of a row.
    RowList(&'static str),
    /// In rows and controls: a framework.
    Framework,
    /// In duties and contacts: a role.
    Role,
}

impl Thing {
    /// What can be added and removed.
    pub const MADE: &'static [Self] = Self::ALL.split_at(Self::ALL.len() - 1).0;
    /// What can be renamed.
    pub const RENAMED: &'static [Self] =
        &[Self::Row, Self::Party, Self::Scope, Self::Service, Self::Document, Self::Contact, Self::Role];

    /// Returns where it stands.
    pub fn home(self) -> Home {
        match self {
            Self::Row => Home::Named(Noun::Row),
            Self::Party => Home::Named(Noun::Party),
            Self::Scope => Home::Named(Noun::Scope),
            Self::Service => Home::Named(Noun::Service),
            Self::Document => Home::Named(Noun::Document),
            Self::Contact => Home::Named(Noun::Contact),
            Self::Framework => Home::Framework,
            Self::Duty => Home::RowList("duties"),
            Self::Evidence => Home::RowList("evidence"),
            Self::Report => Home::RowList("reports"),
            Self::Inheritance => Home::RowList("inherits"),
            Self::Exception => Home::RowList("accepts"),
            Self::Role => Home::Role,
        }
    }
}

/// A name in the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it stands.
    pub pointer: String,
    /// The name; of a contact with its party.
    pub name: String,
}

/// The places of a duty, below it.
const DUTY_PARTY: [&str; 3] = ["party", "to/*", "escalate/*"];

impl Noun {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Row, Self::Party, Self::Scope, Self::Service, Self::Document, Self::Contact];

    /// Returns what people call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Party => "party",
            Self::Scope => "scope",
            Self::Service => "service",
            Self::Document => "document",
            Self::Contact => "contact",
        }
    }

    /// Returns the list in the head of a matrix that gives these names; that of contacts is in each party.
    pub fn list(self) -> &'static str {
        match self {
            Self::Row => "rows",
            Self::Party | Self::Contact => "parties",
            Self::Scope => "scopes",
            Self::Service => "services",
            Self::Document => "documents",
        }
    }

    fn uses_at(self) -> Vec<String> {
        let duties = |places: &[&str]| -> Vec<String> {
            let all = ["rows/*/duties/*", "defaults/duties/*"];
            all.iter().flat_map(|duty| places.iter().map(move |place| format!("{duty}/{place}"))).collect()
        };
        let own = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect::<Vec<_>>();
        match self {
            Self::Row => own(&["rows/*/inherits/*/responsibilities/*/row"]),
            Self::Party => {
                let others = own(&[
                    "documents/*/party",
                    "services/*/party",
                    "parties/*/boundBy",
                    "rows/*/inherits/*/by",
                    "rows/*/inherits/*/from",
                    "rows/*/evidence/*/collector",
                    "rows/*/reports/*/by",
                    "rows/*/reports/*/to/*",
                    "rows/*/reviewed/*/party",
                    "rows/*/reviewed/by/*",
                ]);
                [duties(&DUTY_PARTY), others].concat()
            }
            Self::Scope => [
                duties(&["scope/*"]),
                own(&["rows/*/scope/*", "rows/*/evidence/*/scope/*", "rows/*/byScope/*/scope/*"]),
            ]
            .concat(),
            Self::Service => own(&["rows/*/services/*"]),
            Self::Document => own(&["rows/*/inherits/*/document", "rows/*/documents/*/document"]),
            Self::Contact => duties(&["escalate/*"]),
        }
    }

    /// Returns the names that a matrix gives, in its order.
    pub fn given(self, matrix: &Value) -> Vec<Found> {
        let mut found = Vec::new();
        match self {
            Self::Contact => {
                for (at, party) in super::list(matrix, "parties").iter().enumerate() {
                    for (which, contact) in super::list(party, "contacts").iter().enumerate() {
                        let name = format!("{}/{}", super::text(party, "id"), super::text(contact, "id"));
                        found.push(Found { pointer: format!("/parties/{at}/contacts/{which}/id"), name });
                    }
                }
            }
            _ => each(matrix, &format!("{}/*/id", self.list()), &mut found),
        }
        found
    }

    /// Returns where names are used, in the order of the kinds of places.
    pub fn used(self, matrix: &Value) -> Vec<Found> {
        let mut found = Vec::new();
        for place in self.uses_at() {
            each(matrix, &place, &mut found);
        }
        if self == Self::Party {
            for one in found.iter_mut().filter(|one| one.pointer.contains("/escalate/")) {
                one.name = one.name.split('/').next().unwrap_or_default().to_owned();
            }
        }
        found
    }

    /// Returns the names that are used and not given.
    pub fn dangling(self, matrix: &Value) -> BTreeSet<String> {
        let given: BTreeSet<String> = self.given(matrix).into_iter().map(|one| one.name).collect();
        let used = self.used(matrix).into_iter().map(|one| one.name);
        used.filter(|name| !given.contains(name)).collect()
    }

    /// Returns the names that are given more than once.
    pub fn doubled(self, matrix: &Value) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        self.given(matrix).into_iter().map(|one| one.name).filter(|name| !seen.insert(name.clone())).collect()
    }

    /// Returns where a name is given.
    ///
    /// # Errors
    /// Where nothing has it, with the nearest name that something has.
    pub fn find(self, matrix: &Value, name: &str) -> Result<String> {
        let given = self.given(matrix);
        given
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.pointer.trim_end_matches("/id").to_owned())
            .ok_or_else(|| self.unknown(&given, name))
    }

    fn unknown(self, given: &[Found], name: &str) -> Error {
        let error = Error::nothing(format!("the matrix has no {} `{name}`", self.word()));
        let known: Vec<&str> = given.iter().map(|one| one.name.as_str()).collect();
        if let Some(near) = near::nearest(name, known.iter().copied()) {
            return error.hint(format!("did you mean `{near}`?"));
        }
        let shown: Vec<&str> = known.iter().copied().take(20).collect();
        if shown.is_empty() { error } else { error.hint(format!("it has {}", shown.join(", "))) }
    }
}

/// What renaming did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renamed {
    /// In how many places.
    pub places: usize,
    /// How many reviews go on holding for the text that differs in the name alone.
    pub reviews: usize,
}

/// Gives something another id everywhere it is used. Reviews of a text that differs in the id alone go on holding.
///
/// # Errors
/// Where nothing has the id, or something else has the new one.
pub fn rename(matrix: &mut Value, noun: Noun, from: &str, to: &str) -> Result<Renamed> {
    let at = noun.find(matrix, from)?;
    let (to_whole, to_own) = match (noun, from.split_once('/'), to.split_once('/')) {
        (Noun::Contact, Some((party, _)), None) => (format!("{party}/{to}"), to.to_owned()),
        (Noun::Contact, Some((party, _)), Some((other, own))) if party == other => {
            (to.to_owned(), own.to_owned())
        }
        (Noun::Contact, ..) => {
            return Err(Error::usage("a contact stays with its party; name it `party/contact`"));
        }
        _ => (to.to_owned(), to.to_owned()),
    };
    if noun.given(matrix).iter().any(|one| one.name == to_whole) {
        return Err(Error::usage(format!("there is a {} `{to_whole}` already", noun.word())));
    }
    let carried = Carried::before(matrix);
    let mut places = noun.used(matrix);
    places.retain(|one| one.name == from);
    for one in &places {
        if let Some(Value::String(name)) = matrix.pointer_mut(&one.pointer) {
            *name = match name.split_once('/') {
                // A contact's name begins with its party's.
                Some((_, contact)) if noun == Noun::Party => format!("{to}/{contact}"),
                _ => to_whole.clone(),
            };
        }
    }
    if let Some(own) = matrix.pointer_mut(&format!("{at}/id")) {
        *own = Value::String(to_own);
    }
    Ok(Renamed { places: places.len() + 1, reviews: carried.over(matrix) })
}

/// Gives a role another name in every duty and contact, of one party or of all.
///
/// # Errors
/// Where nobody has the role.
pub fn rename_role(matrix: &mut Value, from: &str, to: &str, party: Option<&str>) -> Result<usize> {
    let mut places = 0;
    let is_meant = |owner: &str| party.is_none_or(|party| party == owner);
    let mut known = BTreeSet::new();
    let mut give = |holder: &mut Value| {
        known.insert(super::text(holder, "role").to_owned());
        if super::text(holder, "role") == from {
            holder["role"] = to.into();
            places += 1;
        }
    };
    if let Some(party) = party {
        Noun::Party.find(matrix, party)?;
    }
    for party in matrix.get_mut("parties").and_then(Value::as_array_mut).into_iter().flatten() {
        let id = super::text(party, "id").to_owned();
        if is_meant(&id) {
            party.get_mut("contacts").and_then(Value::as_array_mut).into_iter().flatten().for_each(&mut give);
        }
    }
    if let Some(defaults) = matrix.get_mut("defaults") {
        let duties = defaults.get_mut("duties").and_then(Value::as_array_mut).into_iter().flatten();
        duties.filter(|duty| is_meant(super::text(duty, "party"))).for_each(&mut give);
    }
    for row in super::rows_mut(matrix) {
        let duties = row.get_mut("duties").and_then(Value::as_array_mut).into_iter().flatten();
        duties.filter(|duty| is_meant(super::text(duty, "party"))).for_each(&mut give);
    }
    if places == 0 {
        let error = Error::nothing(format!("nobody has the role `{from}`"));
        let near = near::nearest(from, known.iter().map(String::as_str).filter(|role| !role.is_empty()));
        return Err(match near {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error,
        });
    }
    Ok(places)
}

/// Collects the texts at the places that a pattern matches; `*` is every element of a list.
fn each(value: &Value, pattern: &str, found: &mut Vec<Found>) {
    walk(value, pattern, String::new(), found);
}

fn walk(value: &Value, pattern: &str, pointer: String, found: &mut Vec<Found>) {
    if pattern.is_empty() {
        if let Some(name) = value.as_str() {
            found.push(Found { pointer, name: name.to_owned() });
        }
        return;
    }
    let (first, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
    if first == "*" {
        for (at, item) in value.as_array().into_iter().flatten().enumerate() {
            walk(item, rest, format!("{pointer}/{at}"), found);
        }
    } else if let Some(member) = value.get(first).filter(|_| value.is_object()) {
        walk(member, rest, format!("{pointer}/{first}"), found);
    }
}
