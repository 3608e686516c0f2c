//! An engagement in memory whose signatures are the names of keys: what is explored is order, not cryptography.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use jiff::civil::Date;

use crate::trust::day::{Day, Moment};
use crate::trust::fault::Severity;
use crate::trust::force::Force;
use crate::trust::judged::{self, Judged};
use crate::trust::name::{Digest, Engagement, MatrixId, Version};
use crate::trust::revocation::{self, Revocation};
use crate::trust::roster::{self, Party, Roster, Signer};
use crate::trust::sshsig::{Flaw, Namespace, PublicKey, Touch, Verify};
use crate::trust::standing::{Standing, VersionStanding};
use crate::trust::statement::{self, Decision, JudgedRef, MatrixRef, Statement, VersionRef};
use crate::trust::{Blob, Tree, judge_by};

/// A key with whose it is.
#[derive(Clone, Debug)]
pub struct Person {
    pub party: &'static str,
    pub id: &'static str,
    pub key: PublicKey,
    pub text: String,
}

/// Makes the key of a person from a number.
pub fn person(party: &'static str, id: &'static str, seed: u8) -> Person {
    let point = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
    let mut blob = Vec::new();
    for field in [&b"ssh-ed25519"[..], &point] {
        blob.extend_from_slice(&u32::try_from(field.len()).expect("short").to_be_bytes());
        blob.extend_from_slice(field);
    }
    let text = format!("ssh-ed25519 {}", Base64::encode_string(&blob));
    Person { party, id, key: text.parse().expect("a key"), text }
}

/// Believes a signature that names the key.
#[derive(Debug, Default)]
pub struct Named(pub BTreeMap<Vec<u8>, PublicKey>);

impl Verify for Named {
    fn verify(&self, signature: &[u8], key: &PublicKey, _: Namespace, _: &[u8], _: Touch) -> Result<(), Flaw> {
        if signature == key.fingerprint().to_string().as_bytes() { Ok(()) } else { Err(Flaw::Wrong) }
    }

    fn claimed_key(&self, signature: &[u8]) -> Result<PublicKey, Flaw> {
        self.0.get(signature).cloned().ok_or(Flaw::Malformed)
    }
}

pub fn day(number: i8) -> Date {
    Date::constant(2026, 11, 1).checked_add(jiff::Span::new().days(number)).expect("a day")
}

fn moment(number: i8) -> Moment {
    format!("{}T09:00:00Z", day(number)).parse().expect("a moment")
}

pub const VERSIONS: [&str; 4] = ["1.0", "1.1", "1.2", "2.0"];
const FROM: [i8; 4] = [11, 12, 13, 24];
const UNTIL: [Option<i8>; 4] = [None, Some(20), None, None];

pub fn version(number: usize) -> Version {
    VERSIONS[number].parse().expect("a version")
}

pub fn id() -> MatrixId {
    "m".parse().expect("an id")
}

/// The people of one configuration with the thresholds of their parties.
pub struct Cast {
    pub people: Vec<Person>,
    pub thresholds: Vec<(&'static str, u32)>,
    pub verifier: Named,
    number: Engagement,
}

impl Cast {
    pub fn new(people: Vec<Person>, thresholds: Vec<(&'static str, u32)>) -> Self {
        let keys = people.iter().map(|one| (one.key.fingerprint().to_string().into_bytes(), one.key.clone()));
        let verifier = Named(keys.collect());
        Self { people, thresholds, verifier, number: Engagement::new([7; 16]) }
    }

    pub fn judge(&self, tree: &Tree) -> Standing {
        judge_by(&self.verifier, tree, None, day(10)).expect("few files")
    }

    fn parties(&self, without: Option<usize>) -> Vec<Party> {
        let signer = |(_, one): (usize, &Person)| Signer {
            id: one.id.parse().expect("an id"),
            name: one.id.into(),
            role: "Signer".into(),
            keys: vec![one.text.clone()],
        };
        let party = |(name, threshold): &(&'static str, u32)| Party {
            id: name.parse().expect("an id"),
            threshold: *threshold,
            signers: self
                .people
                .iter()
                .enumerate()
                .filter(|(at, one)| one.party == *name && Some(*at) != without)
                .map(signer)
                .collect(),
        };
        self.thresholds.iter().map(party).collect()
    }

    /// Returns the roster after the first one, or the first.
    pub fn roster(&self, tree: &Tree, seals: Vec<Digest>, without: Option<usize>) -> Roster {
        let before = tree.get("trust/1.json").map(|blob| Digest::of(&blob.bytes));
        Roster {
            format: roster::FORMAT.into(),
            engagement: self.number,
            number: if before.is_some() { 2 } else { 1 },
            previous: before,
            continues: None,
            parties: self.parties(without),
            require_user_verification: false,
            seals,
        }
    }

    pub fn sign_roster(&self, tree: &mut Tree, number: u32, by: usize) {
        let one = &self.people[by];
        let (party, signer) = (one.party.parse().expect("an id"), one.id.parse().expect("an id"));
        let path = Roster::signature_path(number, &party, &signer, &one.key.fingerprint());
        tree.insert(path, Blob::plain(one.key.fingerprint().to_string().into_bytes()));
    }

    /// The first roster, signed by all, and all versions offered.
    pub fn start(&self) -> Tree {
        let mut tree = Tree::new();
        let roster = self.roster(&tree, Vec::new(), None);
        tree.insert(roster.path(), Blob::plain(roster.to_bytes()));
        (0..self.people.len()).for_each(|by| self.sign_roster(&mut tree, 1, by));
        (0..VERSIONS.len()).for_each(|number| self.offer(&mut tree, number));
        tree
    }

    fn offer(&self, tree: &mut Tree, number: usize) {
        let parties: Vec<_> =
            self.thresholds.iter().map(|(id, _)| serde_json::json!({ "id": id, "side": "provider" })).collect();
        let mut matrix = serde_json::json!({
            "format": "countersign/matrix/1", "id": "m", "version": VERSIONS[number],
            "effectiveFrom": day(FROM[number]).to_string(), "parties": parties, "rows": []
        });
        if let Some(until) = UNTIL[number] {
            matrix["effectiveUntil"] = day(until).to_string().into();
        }
        let bytes = serde_json::to_vec(&matrix).expect("JSON");
        let folder = statement::folder(&id(), version(number));
        let judged = Judged {
            format: judged::FORMAT.into(),
            as_of: Day(day(1)),
            tool: "0".into(),
            matrix: MatrixRef { id: id(), version: version(number), sha256: Digest::of(&bytes) },
            schema: Digest::of(b""),
            packs: vec![],
            config: None,
            waivers_file: None,
            policies: vec![],
            waivers: vec![],
            findings: vec![judged::JudgedFinding {
                rule: "r".into(),
                severity: Severity::Note,
                row: None,
                pointer: String::new(),
                waived: false,
            }],
        };
        tree.insert(format!("{folder}/judged.json"), Blob::plain(judged.to_bytes()));
        tree.insert(format!("{folder}/matrix.json"), Blob::plain(bytes));
    }

    /// Puts a statement with its signature into a tree and returns its digest.
    #[allow(clippy::too_many_arguments)]
    pub fn say(
        &self,
        tree: &mut Tree,
        by: usize,
        decision: Decision,
        number: usize,
        roster: u32,
        previous: Option<VersionRef>,
        after: Vec<Digest>,
        on: i8,
    ) -> Digest {
        let one = &self.people[by];
        let folder = statement::folder(&id(), version(number));
        let digest = |name: &str| Digest::of(&tree[&format!("{folder}/{name}")].bytes);
        let of = match decision {
            Decision::Withdraw => after.first().copied(),
            Decision::Contest => Some(digest("matrix.json")),
            Decision::Approve | Decision::Acknowledge => None,
        };
        let said = Statement {
            format: statement::FORMAT.into(),
            engagement: self.number,
            decision,
            matrix: MatrixRef { id: id(), version: version(number), sha256: digest("matrix.json") },
            judged: JudgedRef { sha256: digest("judged.json") },
            previous,
            roster: statement::RosterRef {
                number: roster,
                sha256: Digest::of(&tree[&format!("trust/{roster}.json")].bytes),
            },
            party: one.party.parse().expect("an id"),
            signer: one.id.parse().expect("an id"),
            key: one.key.fingerprint(),
            effective_from: Day(day(FROM[number])),
            signed_at: moment(on),
            after,
            of,
            reason: (decision == Decision::Contest).then(|| "no".into()),
            text: String::new(),
        }
        .finished();
        let (path, bytes) = (said.path(), said.to_bytes());
        let digest = Digest::of(&bytes);
        tree.insert(format!("{path}.sig"), Blob::plain(one.key.fingerprint().to_string().into_bytes()));
        tree.insert(path, Blob::plain(bytes));
        digest
    }

    /// Puts the revocation of a key, signed by one key, into a tree.
    pub fn revoke(&self, tree: &mut Tree, whose: usize, by: usize, roster: u32, mut stands_by: Vec<Digest>) {
        let (one, signer) = (&self.people[whose], &self.people[by]);
        stands_by.sort_unstable();
        let said = Revocation {
            format: revocation::FORMAT.into(),
            engagement: self.number,
            roster: statement::RosterRef {
                number: roster,
                sha256: Digest::of(&tree[&format!("trust/{roster}.json")].bytes),
            },
            party: one.party.parse().expect("an id"),
            signer: one.id.parse().expect("an id"),
            key: one.key.fingerprint(),
            reason: "lost".into(),
            stands_by,
            revoked_at: moment(10),
        };
        let signature = signer.key.fingerprint().to_string().into_bytes();
        tree.insert(format!("{}.sig", said.path()), Blob::plain(signature));
        tree.insert(said.path(), Blob::plain(said.to_bytes()));
    }
}

/// What is in force on every day that matters.
pub fn forces(standing: &Standing) -> Vec<Force> {
    DAYS.iter().map(|number| standing.in_force(&id(), Day(day(*number)))).collect()
}

pub const DAYS: [i8; 9] = [10, 11, 12, 13, 14, 16, 20, 23, 25];

pub fn standing_of(standing: &Standing, number: usize) -> &VersionStanding {
    standing.version(&id(), version(number)).expect("it is offered")
}

/// Says whether a version ends by a day.
pub fn has_ended(number: usize, at: usize) -> bool {
    UNTIL[number].is_some_and(|until| until <= DAYS[at])
}

