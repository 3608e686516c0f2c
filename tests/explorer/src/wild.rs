//! Trees made at random, as files for our judgement and as JSON for the one that was written from the page alone.
//!
//! A tree grows act by act, mostly as people do it, sometimes wrong: signatures that do not verify, rosters that are not
//! complete, lists with gaps, keys that left, several keys of one signer, matrices that replace one another.

use serde_json::{Value, json};

use crate::trust::day::{Day, Moment};
use crate::trust::judged::{self, Judged};
use crate::trust::name::{Digest, Engagement, Version};
use crate::trust::revocation::{self, Revocation};
use crate::trust::roster::{self, Party, Roster, Signer};
use crate::trust::statement::{self, Decision, JudgedRef, MatrixRef, RosterRef, Statement, VersionRef};
use crate::trust::{Blob, Tree};
use crate::world::{Person, day};

/// A dice that always falls the same way.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % below
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.roll(count) == 0
    }

    fn some<T: Clone>(&mut self, list: &[T], rarely: usize) -> Vec<T> {
        list.iter().filter(|_| !self.one_in(rarely)).cloned().collect()
    }
}

const MATRICES: [&str; 2] = ["m", "y"];
const NUMBERS: [&str; 3] = ["1.0", "1.1", "1.2"];
const PARTIES: [&str; 3] = ["a", "b", "c"];

struct Said {
    digest: Digest,
    statement: Statement,
    is_valid: bool,
}

struct Offer {
    id: &'static str,
    number: usize,
    matrix: (Digest, Value),
    judged: Digest,
    from: i8,
    said: Vec<Said>,
}

struct List {
    number: u32,
    digest: Digest,
    /// Each party with its threshold and its people by their places.
    parties: Vec<(usize, u32, Vec<usize>)>,
}

/// One tree that grows.
pub struct Wild<'a> {
    dice: Dice,
    people: &'a [Person],
    pub tree: Tree,
    lists: Vec<List>,
    rosters: Vec<(u32, Value)>,
    offers: Vec<Offer>,
    revocations: Vec<(Digest, Value)>,
    moment: i8,
}

/// Returns eight people, three of them with a second key, told apart by their places.
pub fn people() -> Vec<Person> {
    let named = [
        (0, "ann"),
        (0, "amy"),
        (0, "art"),
        (1, "bob"),
        (1, "bea"),
        (2, "cy"),
        (0, "ann"),
        (1, "bob"),
        (2, "cy"),
    ];
    let person = |(at, (party, id)): (usize, &(usize, &'static str))| {
        Person::new(*party, id, 31 + u8::try_from(at).expect("few"))
    };
    named.iter().enumerate().map(person).collect()
}

fn moment(on: i8) -> Moment {
    format!("{}T09:00:00Z", day(on)).parse().expect("a moment")
}

fn engagement() -> Engagement {
    Engagement::new([9; 16])
}

impl<'a> Wild<'a> {
    /// Grows a tree.
    pub fn grow(seed: u64, people: &'a [Person]) -> Self {
        let none = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let dice = Dice::new(seed);
        let mut wild = Self {
            dice,
            people,
            tree: Tree::new(),
            lists: none.0,
            rosters: none.1,
            offers: none.2,
            revocations: none.3,
            moment: 2,
        };
        wild.list();
        for id in MATRICES.iter().take(1 + wild.dice.roll(2)) {
            for number in 0..1 + wild.dice.roll(3) {
                wild.offer(id, number);
            }
        }
        if wild.dice.one_in(4) {
            wild.offers.reverse();
        }
        for at in 0..wild.offers.len() {
            wild.agree(at);
        }
        for _ in 0..wild.dice.roll(8) {
            wild.moment = (wild.moment + i8::try_from(wild.dice.roll(3)).expect("few")).min(26);
            match wild.dice.roll(9) {
                0 | 1 => wild.list(),
                2 | 3 => wild.revoke(),
                4 | 5 => {
                    let at = wild.dice.roll(wild.offers.len());
                    wild.agree(at);
                }
                _ => {
                    let at = wild.dice.roll(wild.offers.len());
                    wild.say(at, None, None);
                }
            }
        }
        wild
    }

    fn put(&mut self, path: String, bytes: Vec<u8>) -> Digest {
        let digest = Digest::of(&bytes);
        self.tree.insert(path, Blob::plain(bytes));
        digest
    }

    fn signature(&self, by: usize, is_valid: bool) -> Vec<u8> {
        if is_valid { self.people[by].key.blob().to_vec() } else { b"no".to_vec() }
    }

    /// Puts the next roster there, often signed by all whom it needs.
    fn list(&mut self) {
        let number = u32::try_from(self.lists.len()).expect("few") + 1;
        let parties = self.parties();
        let before = self.lists.last().map(|list| list.digest);
        let mut all: Vec<Digest> =
            self.offers.iter().flat_map(|one| one.said.iter().map(|said| said.digest)).collect();
        all.extend(self.revocations.iter().map(|(digest, _)| *digest));
        let rarely = if self.dice.one_in(3) { 3 } else { 40 };
        let mut seals = if number == 1 { Vec::new() } else { self.dice.some(&all, rarely) };
        seals.sort_unstable();
        let previous =
            if self.dice.one_in(40) { Some(Digest::of(b"x")).filter(|_| number > 1) } else { before };
        let party = |(at, threshold, people): &(usize, u32, Vec<usize>)| Party {
            id: PARTIES[*at].parse().expect("an id"),
            threshold: *threshold,
            signers: self.signers(people),
        };
        let roster = Roster {
            format: roster::FORMAT.into(),
            engagement: engagement(),
            number,
            previous,
            continues: None,
            parties: parties.iter().map(party).collect(),
            require_user_verification: false,
            seals: seals.clone(),
        };
        let digest = self.put(roster.path(), roster.to_bytes());
        let listed = parties.iter().flat_map(|(_, _, people)| people.clone());
        let before = self
            .lists
            .last()
            .map(|list| list.parties.iter().flat_map(|(_, _, people)| people.clone()).collect());
        let mut signers: Vec<usize> = listed.chain(before.unwrap_or(Vec::new())).collect();
        signers.sort_unstable();
        signers.dedup();
        let rarely = if number > 1 && self.dice.one_in(2) { 4 } else { 400 };
        let signers = self.dice.some(&signers, rarely);
        let mut told = Vec::new();
        for by in signers {
            let is_valid = !self.dice.one_in(120);
            let one = &self.people[by];
            let (party, signer) =
                (PARTIES[one.party].parse().expect("an id"), one.id.parse().expect("an id"));
            let path = Roster::signature_path(number, &party, &signer, &one.print);
            let bytes = self.signature(by, is_valid);
            self.put(path, bytes);
            told.push(json!({ "key": one.print.to_string(), "valid": is_valid }));
        }
        let described: serde_json::Map<String, Value> = parties
            .iter()
            .map(|(at, threshold, people)| {
                let mut signers = serde_json::Map::new();
                for by in people {
                    let keys = signers.entry(self.people[*by].id).or_insert_with(|| json!([]));
                    keys.as_array_mut().expect("a list").push(json!(self.people[*by].print.to_string()));
                }
                (PARTIES[*at].to_owned(), json!({ "threshold": threshold, "signers": signers }))
            })
            .collect();
        self.rosters.push((number, json!({
            "digest": digest, "previous": previous, "parties": described, "seals": seals, "signatures": told
        })));
        self.lists.push(List { number, digest, parties });
    }

    fn signers(&self, people: &[usize]) -> Vec<Signer> {
        let mut signers: Vec<Signer> = Vec::new();
        for by in people {
            let one = &self.people[*by];
            let id = one.id.parse().expect("an id");
            match signers.iter_mut().find(|known| known.id == id) {
                Some(known) => known.keys.push(one.text.clone()),
                None => signers.push(Signer {
                    id,
                    name: one.id.into(),
                    role: "x".into(),
                    keys: vec![one.text.clone()],
                }),
            }
        }
        signers
    }

    /// Returns who is in the next roster: at first some, later the same with a change.
    fn parties(&mut self) -> Vec<(usize, u32, Vec<usize>)> {
        let others = if self.dice.one_in(5) { 3 } else { 2 };
        let count = match self.lists.last() {
            Some(list) if !self.dice.one_in(5) => list.parties.len(),
            _ => others,
        };
        let last = self.lists.last().map(|list| list.parties.clone());
        (0..count)
            .map(|at| {
                let known = last.as_ref().and_then(|last| last.get(at)).filter(|_| !self.dice.one_in(3));
                if let Some(known) = known {
                    return known.clone();
                }
                let all: Vec<usize> =
                    (0..self.people.len()).filter(|by| self.people[*by].party == at).collect();
                let mut people = self.dice.some(&all, 2);
                if people.is_empty() {
                    people.push(all[0]);
                }
                let mut names: Vec<&str> = people.iter().map(|by| self.people[*by].id).collect();
                names.sort_unstable();
                names.dedup();
                let threshold = if self.dice.one_in(2) { 1 } else { 1 + self.dice.roll(names.len()) };
                (at, u32::try_from(threshold).expect("few"), people)
            })
            .collect()
    }

    fn offer(&mut self, id: &'static str, number: usize) {
        let from = i8::try_from(3 + self.dice.roll(18)).expect("this month");
        let until = self.dice.one_in(4).then(|| i8::try_from(8 + self.dice.roll(18)).expect("this month"));
        let is_retroactive = self.dice.one_in(3);
        let signing: Vec<&str> = self.lists[0].parties.iter().map(|(at, ..)| PARTIES[*at]).collect();
        let parties: Vec<Value> = signing
            .iter()
            .enumerate()
            .map(|(at, id)| json!({ "id": id, "side": if at == 0 { "client" } else { "provider" } }))
            .collect();
        let mut matrix = json!({
            "format": "countersign/matrix/1", "id": id, "version": NUMBERS[number],
            "effectiveFrom": day(from).to_string(), "parties": parties, "rows": []
        });
        let mut told = json!({
            "client": signing[0], "provider": signing[1..], "effectiveFrom": day(from).to_string()
        });
        if let Some(until) = until {
            matrix["effectiveUntil"] = day(until).to_string().into();
            told["effectiveUntil"] = day(until).to_string().into();
        }
        if is_retroactive {
            matrix["retroactive"] = "as agreed".into();
            told["retroactive"] = "as agreed".into();
        }
        let other = self
            .offers
            .iter()
            .filter(|one| one.id != id)
            .map(|one| (one.id, one.number, one.matrix.0))
            .next_back();
        if let Some((other, number, digest)) = other.filter(|_| self.dice.one_in(2)) {
            matrix["replaces"] = json!([{ "id": other, "version": NUMBERS[number], "sha256": digest }]);
            told["replaces"] = json!([{ "id": other, "version": NUMBERS[number] }]);
        }
        let version: Version = NUMBERS[number].parse().expect("a version");
        let folder = statement::folder(&id.parse().expect("an id"), version);
        let digest = self.put(format!("{folder}/matrix.json"), serde_json::to_vec(&matrix).expect("JSON"));
        told["digest"] = json!(digest);
        let judged = Judged {
            format: judged::FORMAT.into(),
            as_of: Day(day(1)),
            tool: "0".into(),
            matrix: MatrixRef { id: id.parse().expect("an id"), version, sha256: digest },
            schema: Digest::of(b""),
            packs: vec![],
            config: None,
            waivers_file: None,
            policies: vec![],
            waivers: vec![],
            findings: vec![],
        };
        let judged = self.put(format!("{folder}/judged.json"), judged.to_bytes());
        self.offers.push(Offer { id, number, matrix: (digest, told), judged, from, said: Vec::new() });
    }

    /// Lets most people sign a version and most of them close it.
    fn agree(&mut self, at: usize) {
        let list = self.lists.last().expect("one at least");
        let people: Vec<usize> = list.parties.iter().flat_map(|(_, _, people)| people.clone()).collect();
        let rarely = if self.dice.one_in(2) { 50 } else { 4 };
        for decision in [Decision::Approve, Decision::Acknowledge] {
            for by in self.dice.some(&people, rarely) {
                self.say(at, Some(by), Some(decision));
            }
        }
    }

    fn say(&mut self, at: usize, by: Option<usize>, decision: Option<Decision>) {
        let is_usual = by.is_some();
        let by = by.unwrap_or_else(|| self.dice.roll(self.people.len()));
        let decision = decision.unwrap_or_else(|| {
            let all = [
                Decision::Approve,
                Decision::Acknowledge,
                Decision::Approve,
                Decision::Acknowledge,
                Decision::Withdraw,
                Decision::Contest,
            ];
            all[self.dice.roll(all.len())]
        });
        let back = if is_usual || self.dice.one_in(2) { 0 } else { self.dice.roll(self.lists.len()) };
        let list = &self.lists[self.lists.len() - 1 - back];
        let roster = RosterRef { number: list.number, sha256: list.digest };
        let rarely = if is_usual && !self.dice.one_in(6) { 400 } else { 2 };
        let known: Vec<Digest> = self.offers[at].said.iter().map(|one| one.digest).collect();
        let after = self.dice.some(&known, rarely);
        let latest = self.offers[at].said.iter().filter(|one| after.contains(&one.digest));
        let latest = latest.map(|one| one.statement.signed_at.day().0).max();
        let mut on = self.moment;
        if !is_usual && self.dice.one_in(2) {
            on = i8::try_from(2 + self.dice.roll(24)).expect("this month");
        }
        let mut signed_at = moment(on);
        if let Some(latest) = latest.filter(|latest| *latest > day(on) && !self.dice.one_in(30)) {
            signed_at = format!("{latest}T09:00:00Z").parse().expect("a moment");
        }
        if decision == Decision::Approve
            && signed_at.day().0 > day(self.offers[at].from)
            && !self.dice.one_in(4)
            && after.is_empty()
        {
            signed_at = moment(self.offers[at].from);
        }
        let (id, number) = (self.offers[at].id, self.offers[at].number);
        let lower = self.offers.iter().filter(|one| one.id == id && one.number < number);
        let lower: Vec<VersionRef> = lower
            .map(|one| VersionRef {
                version: NUMBERS[one.number].parse().expect("a version"),
                sha256: one.matrix.0,
            })
            .collect();
        let previous = match self.dice.roll(12) {
            0 => None,
            1 if !lower.is_empty() => Some(lower[self.dice.roll(lower.len())]),
            _ => lower.iter().max_by_key(|one| one.version).copied(),
        };
        let of = match decision {
            Decision::Withdraw => Some(after.first().copied().unwrap_or(Digest::of(b"none"))),
            Decision::Contest => Some(self.offers[at].matrix.0),
            Decision::Approve | Decision::Acknowledge => None,
        };
        let one = &self.people[by];
        let statement = Statement {
            format: statement::FORMAT.into(),
            engagement: engagement(),
            decision,
            matrix: MatrixRef {
                id: id.parse().expect("an id"),
                version: NUMBERS[number].parse().expect("a version"),
                sha256: self.offers[at].matrix.0,
            },
            judged: JudgedRef { sha256: self.offers[at].judged },
            previous,
            roster,
            party: PARTIES[one.party].parse().expect("an id"),
            signer: one.id.parse().expect("an id"),
            key: one.print,
            effective_from: Day(day(self.offers[at].from)),
            signed_at,
            after,
            of,
            reason: (decision == Decision::Contest).then(|| "no".into()),
            text: String::new(),
        }
        .finished();
        let is_valid = !self.dice.one_in(60);
        let path = statement.path();
        let signature = self.signature(by, is_valid);
        self.put(format!("{path}.sig"), signature);
        let digest = self.put(path, statement.to_bytes());
        if self.offers[at].said.iter().all(|one| one.digest != digest) {
            self.offers[at].said.push(Said { digest, statement, is_valid });
        }
    }

    fn revoke(&mut self) {
        let back = if self.dice.one_in(3) { self.dice.roll(self.lists.len()) } else { 0 };
        let list = &self.lists[self.lists.len() - 1 - back];
        let people: Vec<usize> = list.parties.iter().flat_map(|(_, _, people)| people.clone()).collect();
        let whose = people[self.dice.roll(people.len())];
        let roster = RosterRef { number: list.number, sha256: list.digest };
        let party = self.people[whose].party;
        let own = self
            .offers
            .iter()
            .flat_map(|one| &one.said)
            .filter(|one| one.statement.key == self.people[whose].print);
        let own: Vec<Digest> = own.map(|one| one.digest).collect();
        let mut stands_by = match self.dice.roll(3) {
            0 => Vec::new(),
            1 => own,
            _ => self.dice.some(&own, 2),
        };
        stands_by.sort_unstable();
        stands_by.dedup();
        let peers: Vec<usize> = people.iter().copied().filter(|by| self.people[*by].party == party).collect();
        let by = if self.dice.one_in(2) { whose } else { peers[self.dice.roll(peers.len())] };
        let is_valid = !self.dice.one_in(30);
        let one = &self.people[whose];
        let said = Revocation {
            format: revocation::FORMAT.into(),
            engagement: engagement(),
            roster,
            party: PARTIES[party].parse().expect("an id"),
            signer: one.id.parse().expect("an id"),
            key: one.print,
            reason: "lost".into(),
            stands_by: stands_by.clone(),
            revoked_at: moment(self.moment),
        };
        let mut signatures = vec![json!({ "key": self.people[by].print.to_string(), "valid": is_valid })];
        let path = said.path();
        let signature = self.signature(by, is_valid);
        self.put(format!("{path}.sig"), signature);
        if is_valid && self.dice.one_in(2) {
            let further = peers[self.dice.roll(peers.len())];
            let other = &self.people[further];
            let path = said.further_signature_path(&other.id.parse().expect("an id"), &other.print);
            let signature = self.signature(further, true);
            self.put(path, signature);
            signatures.push(json!({ "key": other.print.to_string(), "valid": true }));
        }
        let digest = self.put(path, said.to_bytes());
        if self.revocations.iter().all(|(known, _)| *known != digest) {
            self.revocations.push((
                digest,
                json!({
                    "digest": digest, "party": PARTIES[party], "key": one.print.to_string(),
                    "roster": { "number": roster.number, "digest": roster.sha256 },
                    "standsBy": stands_by, "signatures": signatures, "valid": is_valid
                }),
            ));
        }
    }

    /// Returns the tree as the other judge reads it.
    pub fn told(&self, name: &str, on: i8) -> Value {
        let mut signoffs = serde_json::Map::new();
        for one in &self.offers {
            let versions = signoffs.entry(one.id).or_insert_with(|| json!({}));
            let statements: Vec<Value> = one.said.iter().map(tell).collect();
            versions[NUMBERS[one.number]] = json!({ "matrix": one.matrix.1, "judged": { "digest": one.judged }, "statements": statements });
        }
        let trust: serde_json::Map<String, Value> =
            self.rosters.iter().map(|(number, one)| (number.to_string(), one.clone())).collect();
        let revocations: Vec<&Value> = self.revocations.iter().map(|(_, one)| one).collect();
        json!({
            "name": name, "day": day(on).to_string(), "fingerprint": null, "trust": trust,
            "revocations": revocations, "signoffs": signoffs
        })
    }
}

fn tell(one: &Said) -> Value {
    let Said { digest, statement, is_valid } = one;
    let previous =
        statement.previous.map(|one| json!({ "version": one.version.to_string(), "digest": one.sha256 }));
    let mut told = json!({
        "digest": digest, "decision": statement.decision, "party": statement.party, "signer": statement.signer,
        "key": statement.key.to_string(), "previous": previous, "signedAt": statement.signed_at.to_string(),
        "roster": { "number": statement.roster.number, "digest": statement.roster.sha256 },
        "after": statement.after, "valid": is_valid
    });
    if let Some(of) = statement.of {
        told["of"] = json!(of);
    }
    if let Some(reason) = &statement.reason {
        told["reason"] = json!(reason);
    }
    told
}
