//! An engagement of two parties in memory, signed with real keys.

use countersign::trust::day::Day;
use countersign::trust::fault::Severity;
use countersign::trust::force::Force;
use countersign::trust::mark::Mark;
use countersign::trust::name::{Digest, Engagement as Number, MatrixId, Version};
use countersign::trust::revocation::{self, Revocation};
use countersign::trust::roster::{self, Roster};
use countersign::trust::sshsig::Namespace;
use countersign::trust::standing::{Standing, State, StatementStanding, VersionStanding};
use countersign::trust::statement::{self, Decision, JudgedRef, MatrixRef, RosterRef, Statement, VersionRef};
use countersign::trust::{Blob, Tree, judge};

pub(crate) use crate::support::judged;
use crate::support::keys;
pub use crate::support::people::{AL, ANN, BEA, BOB, CY, Parties, Person, parties};

pub const ID: &str = "acme-cmmc-l2";
pub const TODAY: &str = "2026-12-01";

pub fn version(text: &str) -> Version {
    text.parse().unwrap()
}

pub fn id() -> MatrixId {
    ID.parse().unwrap()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[derive(Clone)]
pub struct Engagement {
    pub tree: Tree,
    pub number: Number,
    pub anchor: Option<Digest>,
    clock: u32,
}

impl Engagement {
    /// Two parties, one signer each, one signature each.
    pub fn new() -> Self {
        Self::with(&[(&[BOB], 1), (&[ANN], 1)])
    }

    pub fn with(list: Parties<'_>) -> Self {
        let mut one = Self { tree: Tree::new(), number: Number::new([7; 16]), anchor: None, clock: 0 };
        let roster = one.roster(1, list);
        one.put_roster(&roster);
        let all: Vec<Person> = list.iter().flat_map(|(people, _)| people.iter().copied()).collect();
        one.sign_roster(1, &all);
        one
    }

    /// One version that all signed, in force today.
    pub fn in_force() -> Self {
        let mut one = Self::new();
        one.agree("1.0", "2026-11-15");
        one.prove("1.0");
        one
    }

    /// Two versions that all signed, the second in force today.
    pub fn twice() -> Self {
        let mut one = Self::in_force();
        one.agree("1.1", "2026-11-20");
        one.prove("1.1");
        one
    }

    /// Shows that the version is in force and nothing is wrong: where an attack starts.
    pub fn prove(&self, text: &str) {
        assert_eq!(self.errors(), Vec::<String>::new());
        assert_eq!(self.force(TODAY), Force::Version(version(text)));
    }

    pub fn roster(&self, number: u32, list: Parties<'_>) -> Roster {
        let before = number.checked_sub(1).and_then(|n| self.tree.get(&format!("trust/{n}.json")));
        Roster {
            format: roster::FORMAT.into(),
            engagement: self.number,
            number,
            previous: before.map(|blob| Digest::of(&blob.bytes)),
            continues: None,
            parties: parties(list),
            require_user_verification: false,
            seals: if number == 1 { Vec::new() } else { self.judge().seals() },
        }
    }

    pub fn put(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.tree.insert(path.into(), Blob::plain(bytes.into()));
    }

    pub fn put_roster(&mut self, roster: &Roster) {
        self.put(roster.path(), roster.to_bytes());
    }

    pub fn sign_roster(&mut self, number: u32, people: &[Person]) {
        let bytes = self.tree[&format!("trust/{number}.json")].bytes.clone();
        for one in people {
            let signature = keys::sign(one.key, Namespace::Roster.as_str(), &bytes);
            let (party, signer) = (one.party_id(), one.signer_id());
            self.put(Roster::signature_path(number, &party, &signer, &one.fingerprint()), signature);
        }
    }

    /// Adds the next roster, signed by these.
    pub fn rotate(&mut self, number: u32, list: Parties<'_>, by: &[Person]) {
        let roster = self.roster(number, list);
        self.put_roster(&roster);
        self.sign_roster(number, by);
    }

    pub fn judge(&self) -> Standing {
        self.judge_on(TODAY)
    }

    pub fn judge_on(&self, day: &str) -> Standing {
        judge(&self.tree, self.anchor.as_ref(), day.parse().unwrap()).unwrap()
    }

    pub fn errors(&self) -> Vec<String> {
        let standing = self.judge();
        let errors = standing.faults.iter().filter(|one| one.severity == Severity::Error);
        errors.map(|one| format!("{}: {} ({})", one.rule, one.message, one.file)).collect()
    }

    pub fn rules(&self) -> Vec<String> {
        let standing = self.judge();
        let errors = standing.faults.iter().filter(|one| one.severity == Severity::Error);
        errors.map(|one| one.rule.to_string()).collect()
    }

    pub fn force(&self, text: &str) -> Force {
        self.judge_on(text).in_force(&id(), day(text))
    }

    pub fn standing(&self, text: &str) -> VersionStanding {
        self.judge().version(&id(), version(text)).unwrap().clone()
    }

    pub fn state(&self, text: &str) -> State {
        self.standing(text).state
    }

    /// Returns the code of why the statement at `path` does not count.
    pub fn code(&self, path: &str) -> &'static str {
        let standing = self.judge();
        let all = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
        let mut all = all.flat_map(|version| &version.statements);
        let one = all.find(|one| one.path == path).expect("the statement is there");
        one.verdict.reason().map_or("accepted", |reason| reason.code())
    }

    /// Returns where the first approve of a signer lies.
    pub fn approve_of(&self, who: Person, text: &str) -> String {
        let standing = self.standing(text);
        let own = |one: &&StatementStanding| {
            let statement = one.statement.as_ref().filter(|statement| statement.signer == who.signer_id());
            statement.is_some_and(|statement| statement.decision == Decision::Approve)
        };
        standing.statements.iter().find(own).expect("he approved").path.clone()
    }

    pub fn folder(text: &str) -> String {
        statement::folder(&id(), version(text))
    }

    pub fn matrix_json(text: &str, from: &str) -> serde_json::Value {
        serde_json::json!({
            "format": "countersign/matrix/1", "id": ID, "kind": "engagement", "version": text,
            "title": "Acme and Harbor", "effectiveFrom": from,
            "parties": [
                { "id": "acme", "side": "client", "name": "Acme" },
                { "id": "harbor", "side": "provider", "name": "Harbor" },
                { "id": "azure", "side": "subprovider", "boundBy": "harbor", "name": "Azure" },
                { "id": "dod", "side": "external", "name": "DoD" }
            ],
            "rows": [{ "id": "log-review", "title": "Log review" }]
        })
    }

    /// Puts a version up for signature.
    pub fn offer(&mut self, text: &str, from: &str) {
        self.offer_json(text, &Self::matrix_json(text, from));
    }

    pub fn offer_json(&mut self, text: &str, matrix: &serde_json::Value) {
        let mut bytes = serde_json::to_vec_pretty(matrix).unwrap();
        bytes.push(b'\n');
        self.offer_bytes(text, bytes);
    }

    pub fn offer_bytes(&mut self, text: &str, bytes: Vec<u8>) {
        let matrix = MatrixRef { id: id(), version: version(text), sha256: Digest::of(&bytes) };
        let judged = judged::clean(matrix, day("2026-11-10"));
        let folder = Self::folder(text);
        self.put(format!("{folder}/matrix.json"), bytes);
        self.put(format!("{folder}/judged.json"), judged.to_bytes());
    }

    /// Offers a version and lets both parties agree: Ann offers, Bob accepts, Ann closes.
    pub fn agree(&mut self, text: &str, from: &str) {
        self.offer(text, from);
        self.approve(ANN, text);
        self.approve(BOB, text);
        self.acknowledge(ANN, text);
    }

    fn bytes(&self, text: &str, name: &str) -> Vec<u8> {
        self.tree[&format!("{}/{name}", Self::folder(text))].bytes.to_vec()
    }

    /// Returns a statement as an honest client would make it now.
    pub fn draft(&mut self, who: Person, decision: Decision, text: &str) -> Statement {
        let now = self.judge();
        let matrix = &now.matrices[&id()];
        let standing =
            matrix.versions.iter().rev().find(|(n, one)| **n < version(text) && one.state.is_final());
        let roster = now.roster().expect("there is a roster").reference();
        let head: serde_json::Value = serde_json::from_slice(&self.bytes(text, "matrix.json")).unwrap();
        self.clock += 1;
        Statement {
            format: statement::FORMAT.into(),
            engagement: self.number,
            decision,
            matrix: MatrixRef {
                id: id(),
                version: version(text),
                sha256: Digest::of(&self.bytes(text, "matrix.json")),
            },
            judged: JudgedRef { sha256: Digest::of(&self.bytes(text, "judged.json")) },
            previous: standing.map(|(n, one)| VersionRef { version: *n, sha256: one.sha256.unwrap() }),
            roster,
            party: who.party_id(),
            signer: who.signer_id(),
            key: who.fingerprint(),
            effective_from: day(head["effectiveFrom"].as_str().unwrap()),
            signed_at: format!("2026-11-14T09:{:02}:{:02}Z", self.clock / 60, self.clock % 60)
                .parse()
                .unwrap(),
            after: matrix.versions[&version(text)].seen(),
            of: None,
            reason: None,
            text: String::new(),
        }
    }

    /// Signs a statement as it is and puts both files in their places.
    pub fn record(&mut self, who: Person, statement: &Statement) -> String {
        let path = statement.path();
        let bytes = statement.to_bytes();
        let signature = keys::sign(who.key, Namespace::Statement.as_str(), &bytes);
        self.put(path.clone(), bytes);
        self.put(format!("{path}.sig"), signature);
        path
    }

    /// Makes a statement as an honest client would, but for what `change` does to it.
    pub fn say(
        &mut self,
        who: Person,
        decision: Decision,
        text: &str,
        change: impl FnOnce(&mut Statement),
    ) -> String {
        let mut draft = self.draft(who, decision, text);
        change(&mut draft);
        self.record(who, &draft.finished())
    }

    pub fn approve(&mut self, who: Person, text: &str) -> String {
        self.say(who, Decision::Approve, text, |_| ())
    }

    pub fn acknowledge(&mut self, who: Person, text: &str) -> String {
        self.say(who, Decision::Acknowledge, text, |_| ())
    }

    pub fn withdraw(&mut self, who: Person, text: &str, approve: &str) -> String {
        let of = self.digest(approve);
        self.say(who, Decision::Withdraw, text, |one| one.of = Some(of))
    }

    /// Takes back an approve as if nothing else had been there.
    pub fn withdraw_blind(&mut self, who: Person, text: &str, approve: &str) -> String {
        let of = self.digest(approve);
        self.say(who, Decision::Withdraw, text, |one| {
            one.of = Some(of);
            one.after = vec![of];
        })
    }

    pub fn contest(&mut self, who: Person, text: &str) -> String {
        self.say(who, Decision::Contest, text, |one| {
            one.of = Some(one.matrix.sha256);
            one.reason = Some("the boundary was drawn without us".into());
        })
    }

    pub fn digest(&self, path: &str) -> Digest {
        Digest::of(&self.tree[path].bytes)
    }

    pub fn remove(&mut self, path: &str) {
        assert!(self.tree.remove(path).is_some(), "{path}");
    }

    pub fn reference(&self, number: u32) -> RosterRef {
        RosterRef { number, sha256: self.digest(&format!("trust/{number}.json")) }
    }

    /// Revokes the key of `whose`, signed by these.
    pub fn revoke(&mut self, whose: Person, by: &[Person], stands_by: &[Digest]) -> String {
        let number = self.judge().roster().unwrap().roster.number;
        self.revoke_under(number, whose, by, stands_by)
    }

    pub fn revoke_under(
        &mut self,
        number: u32,
        whose: Person,
        by: &[Person],
        stands_by: &[Digest],
    ) -> String {
        let mut stands_by = stands_by.to_vec();
        stands_by.sort_unstable();
        self.clock += 1;
        let one = Revocation {
            format: revocation::FORMAT.into(),
            engagement: self.number,
            roster: self.reference(number),
            party: whose.party_id(),
            signer: whose.signer_id(),
            key: whose.fingerprint(),
            reason: "lost".into(),
            stands_by,
            revoked_at: format!("2026-11-30T10:00:{:02}Z", self.clock % 60).parse().unwrap(),
        };
        self.put(one.path(), one.to_bytes());
        for (index, signer) in by.iter().enumerate() {
            let signature = keys::sign(signer.key, Namespace::Revocation.as_str(), &one.to_bytes());
            let path = match index {
                0 => format!("{}.sig", one.path()),
                _ => one.further_signature_path(&signer.signer_id(), &signer.fingerprint()),
            };
            self.put(path, signature);
        }
        one.path()
    }

    pub fn mark(&mut self, text: &str, change: impl FnOnce(&mut Mark)) {
        let one = self.standing(text);
        let agreement = one.agreement.expect("it is agreed");
        let mut mark = Mark {
            format: "countersign/mark/1".into(),
            matrix: MatrixRef { id: id(), version: version(text), sha256: one.sha256.unwrap() },
            effective_from: one.head.unwrap().effective_from,
            roster: agreement.roster,
            statements: agreement.last_words,
        };
        change(&mut mark);
        self.put(format!("{}/effective.json", Self::folder(text)), mark.to_bytes());
    }
}
