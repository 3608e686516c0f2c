//! What the cells of one row say of it together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::mapping::{Inherits, Owner, Says};
use super::parties::Parties;
use crate::matrix::{Deed, Mode};

/// What the cells of a row say, collected.
#[derive(Debug, Default)]
pub(super) struct Votes {
    owners: BTreeSet<Owner>,
    decided: Option<Owner>,
    mode: Option<Mode>,
    offered: Option<String>,
    statuses: BTreeSet<String>,
    inherits: Vec<Inherits>,
    duties: Vec<Duty>,
}

/// A duty that a cell names.
#[derive(Debug)]
struct Duty {
    deed: Deed,
    party: String,
    role: Option<String>,
    text: Option<String>,
}

impl Votes {
    /// Adds what a value or a mark says.
    pub(super) fn add(&mut self, says: &Says) {
        self.owners.extend(says.owner.filter(|owner| *owner != Owner::Nothing));
        self.mode = self.mode.or(says.mode);
        self.offered = self.offered.take().or_else(|| says.offered.clone());
        self.statuses.extend(says.status.clone());
        self.inherits.extend(says.inherits.clone());
        says.duties.iter().for_each(|does| self.duty(does.deed, (&does.party, None), None));
    }

    /// Takes a decision over all columns.
    pub(super) fn decide(&mut self, then: &Says) {
        self.decided = then.owner.or(self.decided);
        self.mode = then.mode.or(self.mode.filter(|_| then.owner == Some(Owner::Shared)));
        self.offered = then.offered.clone().or_else(|| self.offered.take());
        then.duties.iter().for_each(|does| self.duty(does.deed, (&does.party, None), None));
    }

    /// Adds a duty of a party, or of a role of it; a second of the same kind adds its text.
    pub(super) fn duty(&mut self, deed: Deed, (party, role): (&str, Option<&str>), text: Option<&str>) {
        let is_same = |one: &&mut Duty| one.deed == deed && one.party == party && one.role.as_deref() == role;
        match (self.duties.iter_mut().find(is_same), text) {
            (Some(known), Some(text)) => {
                known.text = Some(
                    known.text.take().map_or_else(|| text.to_owned(), |known| format!("{known}; {text}")),
                );
            }
            (Some(_), None) => {}
            (None, _) => self.duties.push(Duty {
                deed,
                party: party.to_owned(),
                role: role.map(str::to_owned),
                text: text.map(str::to_owned),
            }),
        }
    }

    /// Adds the letters of a party, or of a role of it.
    pub(super) fn letters(&mut self, by: (&str, Option<&str>), deeds: &[Deed]) {
        deeds.iter().for_each(|deed| self.duty(*deed, by, None));
    }

    /// Returns what cannot be true together, if anything.
    pub(super) fn contradiction(&self) -> Option<String> {
        let is_na = self.owners.contains(&Owner::NotApplicable) && self.owners.len() > 1;
        (is_na && self.decided.is_none())
            .then(|| "marked as not applicable and as somebody's: left unassigned".to_owned())
    }

    /// Returns whose the row is.
    pub(super) fn owner(&self, parties: &Parties) -> Owner {
        if let Some(decided) = self.decided {
            return decided;
        }
        if self.contradiction().is_some() {
            return Owner::Unassigned;
        }
        let mut sides: BTreeSet<Owner> = BTreeSet::new();
        for owner in &self.owners {
            match owner {
                Owner::Shared => sides.extend([Owner::Client, Owner::Provider]),
                Owner::Client | Owner::Provider => drop(sides.insert(*owner)),
                _ => {}
            }
        }
        if self.owners.is_empty() {
            let works = self.duties.iter().filter(|duty| is_work(duty.deed));
            sides.extend(works.map(|duty| parties.side(&duty.party)));
        }
        match (
            sides.len(),
            self.owners
                .iter()
                .find(|owner| !matches!(owner, Owner::Client | Owner::Provider | Owner::Shared)),
        ) {
            (2, _) => Owner::Shared,
            (1, _) => *sides.first().expect("there is one"),
            (_, Some(other)) => *other,
            (_, None) => Owner::Unassigned,
        }
    }

    /// Puts what was collected into a row.
    pub(super) fn fill(
        self,
        row: &mut Map<String, Value>,
        texts: &BTreeMap<&'static str, Vec<String>>,
        parties: &Parties,
    ) {
        let owner = self.owner(parties);
        row.insert("allocation".to_owned(), owner.allocation().word().into());
        let details = texts.get("details").map(|all| all.join("; "));
        match (owner, details) {
            (Owner::Shared, details) => {
                let mut shared = Map::new();
                shared.extend(self.mode.map(|mode| ("mode".to_owned(), mode.word().into())));
                shared.extend(details.map(|details| ("details".to_owned(), details.into())));
                if !shared.is_empty() {
                    row.insert("shared".to_owned(), shared.into());
                }
            }
            (Owner::NotApplicable, Some(details)) if !texts.contains_key("justification") => {
                row.insert("justification".to_owned(), details.into());
            }
            (_, _) => {}
        }
        let duties = self.duties(owner, parties);
        if !duties.is_empty() {
            row.insert("duties".to_owned(), duties.into());
        }
        let others = self.owners.iter().any(|owner| *owner != Owner::Inherited);
        let edges: Vec<Value> = self.inherits.iter().map(|edge| {
            let usual = if others { "partial" } else { "full" };
            json!({ "by": parties.id(&edge.by), "from": parties.id(&edge.from), "extent": edge.extent.as_deref().unwrap_or(usual) })
        }).collect();
        if !edges.is_empty() {
            row.insert("inherits".to_owned(), edges.into());
        }
        row.extend(self.offered.map(|offered| ("offered".to_owned(), offered.into())));
        if let Some(status) = status(&self.statuses) {
            row.insert("status".to_owned(), json!({ "implementation": status }));
        }
    }

    /// Returns the duties; where the source names none, the owners perform.
    fn duties(&self, owner: Owner, parties: &Parties) -> Vec<Value> {
        let written = |one: &Duty| {
            let mut duty = json!({ "do": one.deed.word(), "party": parties.id(&one.party) });
            for (name, text) in [("role", &one.role), ("text", &one.text)] {
                if let Some(text) = text {
                    duty[name] = text.as_str().into();
                }
            }
            duty
        };
        let mut duties: Vec<Value> = self.duties.iter().map(written).collect();
        let working: BTreeSet<Owner> = self
            .duties
            .iter()
            .filter(|duty| is_work(duty.deed))
            .map(|duty| parties.side(&duty.party))
            .collect();
        let wanted: &[(Owner, &str)] = match owner {
            Owner::Shared => &[(Owner::Provider, "provider"), (Owner::Client, "client")],
            Owner::Provider => &[(Owner::Provider, "provider")],
            Owner::Client => &[(Owner::Client, "client")],
            _ => &[],
        };
        for (_, party) in wanted.iter().filter(|(side, _)| !working.contains(side)) {
            duties.push(json!({ "do": "perform", "party": parties.id(party) }));
        }
        duties
    }
}

/// Returns whether a duty is work, and not being told or asked.
fn is_work(deed: Deed) -> bool {
    !matches!(deed, Deed::Inform | Deed::Consult | Deed::Accountable | Deed::Notify)
}

/// Returns the status that several marks come to: more than one is `partial`.
fn status(statuses: &BTreeSet<String>) -> Option<&str> {
    match statuses.len() {
        0 => None,
        1 => statuses.first().map(String::as_str),
        _ => Some("partial"),
    }
}

/// Returns the duties that the letters of a cell stand for; else the letter that is unknown.
pub(super) fn letters_of(text: &str, known: &BTreeMap<String, Deed>) -> Result<Vec<Deed>, String> {
    let usual = [
        ("R", Deed::Perform),
        ("A", Deed::Accountable),
        ("S", Deed::Support),
        ("C", Deed::Consult),
        ("I", Deed::Inform),
    ];
    let of = |letter: &str| match known.is_empty() {
        true => usual.iter().find(|(one, _)| one.eq_ignore_ascii_case(letter)).map(|(_, deed)| *deed),
        false => known.iter().find(|(one, _)| one.eq_ignore_ascii_case(letter)).map(|(_, deed)| *deed),
    };
    let text = text.trim();
    if super::clean::is_blank(text) || text.eq_ignore_ascii_case("n/a") {
        return Ok(Vec::new());
    }
    let parts: Vec<String> = match text.contains(|it: char| !it.is_alphabetic()) {
        true => text
            .split(|it: char| !it.is_alphabetic())
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect(),
        false if of(text).is_some() => vec![text.to_owned()],
        false => text.chars().map(String::from).collect(),
    };
    let mut deeds = Vec::new();
    for part in parts {
        let deed = of(&part).ok_or_else(|| part.clone())?;
        if !deeds.contains(&deed) {
            deeds.push(deed);
        }
    }
    Ok(deeds)
}

/// Returns the rhythm that a text names, as the format writes it.
pub(super) fn cadence(text: &str) -> Option<&'static str> {
    let known = [
        ("continuous", "continuous"),
        ("continuously", "continuous"),
        ("ongoing", "continuous"),
        ("daily", "daily"),
        ("weekly", "weekly"),
        ("monthly", "monthly"),
        ("quarterly", "quarterly"),
        ("semiannual", "semiannual"),
        ("semi annual", "semiannual"),
        ("semi annually", "semiannual"),
        ("annual", "annual"),
        ("annually", "annual"),
        ("yearly", "annual"),
        ("triennial", "triennial"),
        ("on event", "on-event"),
        ("per event", "on-event"),
    ];
    let text = crate::pack::spelling::folded(text);
    known.iter().find(|(word, _)| *word == text).map(|(_, cadence)| *cadence)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::letters_of;
    use crate::matrix::Deed;

    #[test]
    fn letters_stand_alone_or_together() {
        for text in ["R/A", "RA", "r, a", "A R A"] {
            let deeds = letters_of(text, &BTreeMap::new()).expect("known letters");
            assert!(
                deeds.contains(&Deed::Perform) && deeds.contains(&Deed::Accountable) && deeds.len() == 2,
                "{text}"
            );
        }
        assert_eq!(letters_of("-", &BTreeMap::new()), Ok(Vec::new()));
        assert_eq!(letters_of("RX", &BTreeMap::new()), Err("X".to_owned()));
    }
}
