//! An engagement in memory whose signatures are the names of keys: what is explored is order, not cryptography.
//!
//! Every file is made once and kept, and read once: the reader remembers files by where their bytes lie.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use base64ct::{Base64, Encoding};
use jiff::civil::Date;

use crate::trust::canonical;
use crate::trust::day::{Day, Moment};
use crate::trust::fault::Severity;
use crate::trust::head::Head;
use crate::trust::judged::{self, Judged};
use crate::trust::name::{Digest, Engagement, Fingerprint, MatrixId, Version};
use crate::trust::reader::Reader;
use crate::trust::reason::Reason;
use crate::trust::revocation::{self, Revocation};
use crate::trust::roster::{self, Party, Roll, Roster, Signer};
use crate::trust::sshsig::{Flaw, Namespace, PublicKey, Touch, Verify};
use crate::trust::statement::{self, Decision, JudgedRef, MatrixRef, RosterRef, Statement, VersionRef};
use crate::trust::{Blob, Tree};

/// The versions that histories are about; the last one is kept for the way out.
pub const VERSIONS: [&str; 4] = ["1.0", "1.1", "1.2", "2.0"];
/// How many versions the adversary may sign.
pub const USED: usize = 3;
pub const FROM: [i8; 4] = [11, 12, 13, 24];
pub const UNTIL: [Option<i8>; 4] = [None, Some(20), None, None];
pub const RETROACTIVE: [bool; 4] = [false, false, true, false];
/// Every day on which an answer can change, one before them all, and those between.
pub const DAYS: [i8; 9] = [10, 11, 12, 13, 14, 15, 19, 20, 24];
/// The day on which a history begins, a later one of the honest, and one far ahead.
pub const TODAY: i8 = 10;
pub const LATER: i8 = 14;
pub const AHEAD: i8 = 15;

pub fn day(number: i8) -> Date {
    Date::constant(2026, 11, 1).checked_add(jiff::Span::new().days(number)).expect("a day")
}

pub fn version(number: usize) -> Version {
    VERSIONS[number].parse().expect("a version")
}

pub fn id() -> MatrixId {
    "m".parse().expect("an id")
}

/// Returns which of the versions this is.
pub fn index(one: Version) -> usize {
    (0..VERSIONS.len()).find(|at| version(*at) == one).expect("one of ours")
}

/// A person with the one key that he has.
#[derive(Clone, Debug)]
pub struct Person {
    pub party: usize,
    pub id: &'static str,
    pub key: PublicKey,
    pub print: Fingerprint,
    pub text: String,
}

impl Person {
    pub fn new(party: usize, id: &'static str, seed: u8) -> Self {
        let point = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key().to_bytes();
        let mut blob = Vec::new();
        for field in [&b"ssh-ed25519"[..], &point] {
            blob.extend_from_slice(&u32::try_from(field.len()).expect("short").to_be_bytes());
            blob.extend_from_slice(field);
        }
        let text = format!("ssh-ed25519 {}", Base64::encode_string(&blob));
        let key: PublicKey = text.parse().expect("a key");
        Self { party, id, print: key.fingerprint(), key, text }
    }
}

/// What somebody signs about a version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    pub by: usize,
    pub decision: Decision,
    pub number: usize,
    pub roster: RosterRef,
    pub previous: Option<usize>,
    pub after: Vec<Digest>,
    pub on: i8,
}

/// How a roster differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variation {
    Same,
    Without(usize),
    Threshold(usize, u32),
}

/// What a roster says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    pub number: u32,
    pub previous: Option<Digest>,
    pub seals: Vec<Digest>,
    pub parties: Vec<(u32, Vec<usize>)>,
}

/// What a revocation says, and by whose key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    pub whose: usize,
    pub by: usize,
    pub roster: RosterRef,
    pub stands_by: Vec<Digest>,
}

/// A file that was made, with what it stands for.
#[derive(Debug)]
pub struct Made<Of> {
    pub of: Of,
    pub digest: Digest,
    pub files: Vec<(String, Blob)>,
    /// A number for each symmetry, equal for files that it makes one.
    pub marks: Vec<u64>,
}

/// What each file says, by where its bytes lie.
#[derive(Default)]
struct Memory {
    statements: HashMap<usize, Result<Statement, canonical::Flaw>>,
    rosters: HashMap<usize, Result<Roll, Reason>>,
    heads: HashMap<usize, Result<Head, canonical::Flaw>>,
    judged: HashMap<usize, Result<MatrixRef, canonical::Flaw>>,
}

/// Believes a signature that names the key, and remembers what it has read.
#[derive(Default)]
pub struct Remembering {
    keys: Vec<PublicKey>,
    memory: RefCell<Memory>,
}

impl Remembering {
    /// Makes one that knows these people's keys.
    pub fn of(people: &[Person]) -> Self {
        Self { keys: people.iter().map(|one| one.key.clone()).collect(), ..Self::default() }
    }
}

impl std::fmt::Debug for Remembering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remembering")
    }
}

impl Verify for Remembering {
    fn verify(
        &self,
        signature: &[u8],
        key: &PublicKey,
        _: Namespace,
        _: &[u8],
        _: Touch,
    ) -> Result<(), Flaw> {
        if signature == key.blob() { Ok(()) } else { Err(Flaw::Wrong) }
    }

    fn claimed_key(&self, signature: &[u8]) -> Result<PublicKey, Flaw> {
        self.keys.iter().find(|key| key.blob() == signature).cloned().ok_or(Flaw::Malformed)
    }
}

fn place(bytes: &[u8]) -> usize {
    bytes.as_ptr().addr()
}

impl Reader for Remembering {
    fn statement(&self, bytes: &[u8]) -> Result<Statement, canonical::Flaw> {
        let known = &mut self.memory.borrow_mut().statements;
        known.entry(place(bytes)).or_insert_with(|| Statement::parse(bytes)).clone()
    }

    fn roster(&self, bytes: &[u8]) -> Result<Roll, Reason> {
        let known = &mut self.memory.borrow_mut().rosters;
        known.entry(place(bytes)).or_insert_with(|| Roll::parse(bytes)).clone()
    }

    fn head(&self, bytes: &[u8]) -> Result<Head, canonical::Flaw> {
        self.memory.borrow_mut().heads.entry(place(bytes)).or_insert_with(|| Head::parse(bytes)).clone()
    }

    fn judged(&self, bytes: &[u8]) -> Result<MatrixRef, canonical::Flaw> {
        let known = &mut self.memory.borrow_mut().judged;
        known.entry(place(bytes)).or_insert_with(|| Judged::parse(bytes).map(|one| one.matrix)).clone()
    }
}

/// Everybody in an engagement, and all files that they made.
pub struct Cast {
    pub people: Vec<Person>,
    /// The parties with their thresholds; the first one is honest.
    pub parties: Vec<(&'static str, u32)>,
    pub reader: Remembering,
    /// Ways to exchange people that change nothing but names.
    symmetries: Vec<Vec<usize>>,
    said: RefCell<HashMap<Words, Rc<Made<Words>>>>,
    plans: RefCell<HashMap<Plan, Rc<Made<Plan>>>>,
    refusals: RefCell<HashMap<Refusal, Rc<Made<Refusal>>>>,
    marks: RefCell<HashMap<Digest, Vec<u64>>>,
    offers: [(Digest, Digest); 4],
    pub ground: Tree,
}

fn number_of(parts: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

impl Cast {
    pub fn new(people: Vec<Person>, parties: Vec<(&'static str, u32)>, swaps: &[&[usize]]) -> Self {
        let mut symmetries = vec![(0..people.len()).collect::<Vec<_>>()];
        symmetries.extend(swaps.iter().map(|swap| swap.to_vec()));
        let reader = Remembering {
            keys: people.iter().map(|one| one.key.clone()).collect(),
            ..Remembering::default()
        };
        let mut ground = Tree::new();
        let offers = std::array::from_fn(|number| offer(&parties, &mut ground, number));
        Self {
            people,
            parties,
            reader,
            symmetries,
            said: RefCell::default(),
            plans: RefCell::default(),
            refusals: RefCell::default(),
            marks: RefCell::default(),
            offers,
            ground,
        }
    }

    pub fn of_party(&self, party: usize) -> impl Iterator<Item = usize> {
        (0..self.people.len()).filter(move |at| self.people[*at].party == party)
    }

    pub fn who(&self, print: &Fingerprint) -> usize {
        self.people.iter().position(|one| one.print == *print).expect("one of ours")
    }

    pub fn symmetries(&self) -> usize {
        self.symmetries.len()
    }

    fn sum(&self, digests: &[Digest], at: usize) -> u64 {
        let marks = self.marks.borrow();
        digests.iter().fold(0_u64, |sum, one| sum.wrapping_add(marks.get(one).map_or(1, |marks| marks[at])))
    }

    fn kept<Of>(&self, of: Of, digest: Digest, files: Vec<(String, Blob)>, marks: Vec<u64>) -> Rc<Made<Of>> {
        self.marks.borrow_mut().insert(digest, marks.clone());
        Rc::new(Made { of, digest, files, marks })
    }

    fn signature(&self, by: usize) -> Blob {
        Blob::plain(self.people[by].key.blob().to_vec())
    }

    fn ids<P: std::str::FromStr<Err: std::fmt::Debug>, S: std::str::FromStr<Err: std::fmt::Debug>>(
        &self,
        by: usize,
    ) -> (P, S) {
        let one = &self.people[by];
        (self.parties[one.party].0.parse().expect("an id"), one.id.parse().expect("an id"))
    }

    /// Makes a statement with its signature.
    pub fn say(&self, words: Words) -> Rc<Made<Words>> {
        if let Some(known) = self.said.borrow().get(&words) {
            return Rc::clone(known);
        }
        let one = &self.people[words.by];
        let (matrix, judged) = self.offers[words.number];
        let previous =
            words.previous.map(|at| VersionRef { version: version(at), sha256: self.offers[at].0 });
        let of = match words.decision {
            Decision::Withdraw => words.after.first().copied(),
            Decision::Contest => Some(matrix),
            Decision::Approve | Decision::Acknowledge => None,
        };
        let (party, signer) = self.ids(words.by);
        let said = Statement {
            format: statement::FORMAT.into(),
            engagement: Engagement::new([7; 16]),
            decision: words.decision,
            matrix: MatrixRef { id: id(), version: version(words.number), sha256: matrix },
            judged: JudgedRef { sha256: judged },
            previous,
            roster: words.roster,
            party,
            signer,
            key: one.print,
            effective_from: Day(day(FROM[words.number])),
            signed_at: format!("{}T09:00:00Z", day(words.on)).parse::<Moment>().expect("a moment"),
            after: words.after.clone(),
            of,
            reason: (words.decision == Decision::Contest).then(|| "no".into()),
            text: String::new(),
        }
        .finished();
        let (path, bytes) = (said.path(), said.to_bytes());
        let digest = Digest::of(&bytes);
        let files = vec![(format!("{path}.sig"), self.signature(words.by)), (path, Blob::plain(bytes))];
        let mark = |at: usize| {
            let Words { by, decision, number, roster, previous, after, on } = &words;
            let list = self.sum(&[roster.sha256], at);
            number_of((self.symmetries[at][*by], decision, number, list, previous, self.sum(after, at), on))
        };
        let marks = (0..self.symmetries()).map(mark).collect();
        let made = self.kept(words.clone(), digest, files, marks);
        self.said.borrow_mut().insert(words, Rc::clone(&made));
        made
    }

    /// Makes a roster without its signatures.
    pub fn list(&self, plan: Plan) -> Rc<Made<Plan>> {
        if let Some(known) = self.plans.borrow().get(&plan) {
            return Rc::clone(known);
        }
        let signer = |at: &usize| Signer {
            id: self.people[*at].id.parse().expect("an id"),
            name: self.people[*at].id.into(),
            role: "Signer".into(),
            keys: vec![self.people[*at].text.clone()],
        };
        let party = |((name, _), (threshold, people)): (&(&str, u32), &(u32, Vec<usize>))| Party {
            id: name.parse().expect("an id"),
            threshold: *threshold,
            signers: people.iter().map(signer).collect(),
        };
        let roster = Roster {
            format: roster::FORMAT.into(),
            engagement: Engagement::new([7; 16]),
            number: plan.number,
            previous: plan.previous,
            continues: None,
            parties: self.parties.iter().zip(&plan.parties).map(party).collect(),
            require_user_verification: false,
            seals: plan.seals.clone(),
        };
        let bytes = roster.to_bytes();
        let digest = Digest::of(&bytes);
        let mark = |at: usize| {
            let renamed = plan.parties.iter().map(|(threshold, people)| {
                let mut people: Vec<usize> = people.iter().map(|one| self.symmetries[at][*one]).collect();
                people.sort_unstable();
                (people, *threshold)
            });
            let mut renamed: Vec<_> = renamed.collect();
            renamed.sort();
            number_of((plan.number, self.sum(&plan.seals, at), renamed))
        };
        let marks = (0..self.symmetries()).map(mark).collect();
        let made = self.kept(plan.clone(), digest, vec![(roster.path(), Blob::plain(bytes))], marks);
        self.plans.borrow_mut().insert(plan, Rc::clone(&made));
        made
    }

    /// Returns the signature of a person over a roster with its path.
    pub fn roster_signature(&self, number: u32, by: usize) -> (String, Blob) {
        let (party, signer) = self.ids(by);
        (Roster::signature_path(number, &party, &signer, &self.people[by].print), self.signature(by))
    }

    /// Makes a revocation with its first signature.
    pub fn refuse(&self, refusal: Refusal) -> Rc<Made<Refusal>> {
        if let Some(known) = self.refusals.borrow().get(&refusal) {
            return Rc::clone(known);
        }
        let (party, signer) = self.ids(refusal.whose);
        let said = Revocation {
            format: revocation::FORMAT.into(),
            engagement: Engagement::new([7; 16]),
            roster: refusal.roster,
            party,
            signer,
            key: self.people[refusal.whose].print,
            reason: "lost".into(),
            stands_by: refusal.stands_by.clone(),
            revoked_at: format!("{}T09:00:00Z", day(TODAY)).parse().expect("a moment"),
        };
        let bytes = said.to_bytes();
        let digest = Digest::of(&bytes);
        let files = vec![
            (format!("{}.sig", said.path()), self.signature(refusal.by)),
            (said.path(), Blob::plain(bytes)),
        ];
        let mark = |at: usize| {
            let (whose, by) = (self.symmetries[at][refusal.whose], self.symmetries[at][refusal.by]);
            number_of((whose, by, self.sum(&[refusal.roster.sha256], at), self.sum(&refusal.stands_by, at)))
        };
        let marks = (0..self.symmetries()).map(mark).collect();
        let made = self.kept(refusal.clone(), digest, files, marks);
        self.refusals.borrow_mut().insert(refusal, Rc::clone(&made));
        made
    }

    /// The people of every party under a variation of the first roster.
    pub fn staff(&self, variation: Variation) -> Vec<(u32, Vec<usize>)> {
        let party = |(at, (_, threshold)): (usize, &(&str, u32))| {
            let people =
                self.of_party(at).filter(|one| variation != Variation::Without(*one)).collect::<Vec<_>>();
            let threshold = match variation {
                Variation::Threshold(party, number) if party == at => number,
                _ => *threshold,
            };
            (threshold.min(u32::try_from(people.len()).expect("few")), people)
        };
        self.parties.iter().enumerate().map(party).collect()
    }

    pub fn symmetric(&self, at: usize, by: usize) -> usize {
        self.symmetries[at][by]
    }
}

/// Puts the two files of a version into a tree and returns their digests.
fn offer(parties: &[(&'static str, u32)], tree: &mut Tree, number: usize) -> (Digest, Digest) {
    let parties: Vec<_> =
        parties.iter().map(|(id, _)| serde_json::json!({ "id": id, "side": "provider" })).collect();
    let mut matrix = serde_json::json!({
        "format": "countersign/matrix/1", "id": "m", "version": VERSIONS[number],
        "effectiveFrom": day(FROM[number]).to_string(), "parties": parties, "rows": []
    });
    if let Some(until) = UNTIL[number] {
        matrix["effectiveUntil"] = day(until).to_string().into();
    }
    if RETROACTIVE[number] {
        matrix["retroactive"] = "as agreed".into();
    }
    let bytes = serde_json::to_vec(&matrix).expect("JSON");
    let folder = statement::folder(&id(), version(number));
    let digest = Digest::of(&bytes);
    let judged = Judged {
        format: judged::FORMAT.into(),
        as_of: Day(day(1)),
        tool: "0".into(),
        matrix: MatrixRef { id: id(), version: version(number), sha256: digest },
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
    let judged = judged.to_bytes();
    let digests = (digest, Digest::of(&judged));
    tree.insert(format!("{folder}/judged.json"), Blob::plain(judged));
    tree.insert(format!("{folder}/matrix.json"), Blob::plain(bytes));
    digests
}
