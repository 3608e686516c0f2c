//! Matrices with a past: versions that both parties signed, one after the other.
//!
//! Keys and signatures are made in process; they are what `ssh-keygen -Y sign` makes for ed25519.

#[path = "../../tests/all/support/judged.rs"]
mod judged;

use std::fs;
use std::io;
use std::path::Path;

use base64ct::{Base64, Encoding};
use countersign::trust::name::{Digest, Engagement, MatrixId, Version};
use countersign::trust::roster::{self, Party, Roster, Signer};
use countersign::trust::sshsig::{Namespace, PublicKey};
use countersign::trust::statement::{self, Decision, JudgedRef, MatrixRef, RosterRef, Statement, VersionRef};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use super::history::CONFIG;
use super::matrix::Matrix;
use super::random::Random;
use super::row::PROVIDER;

/// The client of every matrix.
const CLIENT: &str = "acme";

/// Fills `folder` with `matrices` of `rows` rows, each with `versions` that both parties signed.
///
/// # Errors
/// Whatever keeps a file from being written.
pub(super) fn write(matrices: usize, rows: usize, versions: u32, seed: u64, folder: &Path) -> io::Result<()> {
    let project = Project::new(folder)?;
    let mut random = Random::named("agreed", seed);
    for number in 0..matrices {
        let id = format!("matrix-{number:04}");
        let mut matrix = Matrix::make(&id, CLIENT, rows, &mut random);
        let mut previous = None;
        for version in 0..versions {
            let text = dated(&matrix.text(), version)?;
            previous = Some(project.agree(&id, version, &text, previous)?);
            matrix.edit(&mut random);
            matrix.advance();
            if version + 1 == versions {
                put(folder, &format!("matrices/{id}.json"), text.as_bytes())?;
            }
        }
    }
    Ok(())
}

/// Lets the versions take effect month after month.
fn dated(text: &str, version: u32) -> io::Result<String> {
    let mut matrix: Value = serde_json::from_str(text)?;
    matrix["version"] = json!(format!("1.{version}"));
    matrix["effectiveFrom"] = json!(day(version));
    serde_json::to_string_pretty(&matrix).map_err(Into::into)
}

fn day(version: u32) -> String {
    format!("{}-{:02}-01", 2020 + version / 12, version % 12 + 1)
}

fn put(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let to = folder.join(path);
    fs::create_dir_all(to.parent().unwrap_or(folder))?;
    fs::write(to, bytes)
}

/// Someone who signs.
struct Person {
    party: &'static str,
    id: &'static str,
    key: SigningKey,
}

impl Person {
    fn blob(&self) -> Vec<u8> {
        fields(&[b"ssh-ed25519", self.key.verifying_key().as_bytes()])
    }

    fn public(&self) -> String {
        format!("ssh-ed25519 {}", Base64::encode_string(&self.blob()))
    }

    fn sign(&self, namespace: Namespace, message: &[u8]) -> String {
        let namespace = namespace.as_str().as_bytes();
        let digest = Sha512::digest(message);
        let signed = [b"SSHSIG".to_vec(), fields(&[namespace, b"", b"sha512", &digest])].concat();
        let inner = fields(&[b"ssh-ed25519", &self.key.sign(&signed).to_bytes()]);
        let rest = fields(&[&self.blob(), namespace, b"", b"sha512", &inner]);
        let blob = [b"SSHSIG".to_vec(), 1_u32.to_be_bytes().to_vec(), rest].concat();
        let encoded = Base64::encode_string(&blob);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(70).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
    }
}

/// Returns fields as SSH writes them, each after its length.
fn fields(list: &[&[u8]]) -> Vec<u8> {
    let length = |field: &[u8]| u32::try_from(field.len()).expect("a field is short").to_be_bytes();
    list.iter().flat_map(|field| [&length(field)[..], field].concat()).collect()
}

struct Project<'a> {
    folder: &'a Path,
    people: [Person; 2],
    engagement: Engagement,
    roster: RosterRef,
}

impl<'a> Project<'a> {
    fn new(folder: &'a Path) -> io::Result<Self> {
        let person = |party, id, byte| Person { party, id, key: SigningKey::from_bytes(&[byte; 32]) };
        let people = [person(CLIENT, "ann", 1), person(PROVIDER, "bob", 2)];
        let engagement = Engagement::new([7; 16]);
        let roster = Roster {
            format: roster::FORMAT.into(),
            engagement,
            number: 1,
            previous: None,
            continues: None,
            parties: people.iter().map(party).collect(),
            require_user_verification: false,
            seals: Vec::new(),
        };
        let bytes = roster.to_bytes();
        put(folder, "countersign.json", CONFIG.as_bytes())?;
        put(folder, &roster.path(), &bytes)?;
        for one in &people {
            let path = Roster::signature_path(1, &name(one.party), &name(one.id), &key(one).fingerprint());
            put(folder, &path, one.sign(Namespace::Roster, &bytes).as_bytes())?;
        }
        let roster = RosterRef { number: 1, sha256: Digest::of(&bytes) };
        Ok(Self { folder, people, engagement, roster })
    }

    fn agree(
        &self,
        id: &str,
        version: u32,
        text: &str,
        previous: Option<VersionRef>,
    ) -> io::Result<VersionRef> {
        let number: Version = name(&format!("1.{version}"));
        let id: MatrixId = name(id);
        let folder = statement::folder(&id, number);
        let matrix = MatrixRef { id, version: number, sha256: Digest::of(text.as_bytes()) };
        let judged = judged::clean(matrix.clone(), name(&day(version))).to_bytes();
        put(self.folder, &format!("{folder}/matrix.json"), text.as_bytes())?;
        put(self.folder, &format!("{folder}/judged.json"), &judged)?;
        let mut after = Vec::new();
        for person in &self.people {
            let said = self.approve(person, &matrix, Digest::of(&judged), previous, version, &after);
            let (path, bytes) = (said.path(), said.to_bytes());
            put(self.folder, &path, &bytes)?;
            put(self.folder, &format!("{path}.sig"), person.sign(Namespace::Statement, &bytes).as_bytes())?;
            after.push(Digest::of(&bytes));
        }
        Ok(VersionRef { version: number, sha256: matrix.sha256 })
    }

    fn approve(
        &self,
        person: &Person,
        matrix: &MatrixRef,
        judged: Digest,
        previous: Option<VersionRef>,
        version: u32,
        after: &[Digest],
    ) -> Statement {
        let said = Statement {
            format: statement::FORMAT.into(),
            engagement: self.engagement,
            decision: Decision::Approve,
            matrix: matrix.clone(),
            judged: JudgedRef { sha256: judged },
            previous,
            roster: self.roster,
            party: name(person.party),
            signer: name(person.id),
            key: key(person).fingerprint(),
            effective_from: name(&day(version)),
            signed_at: name(&format!("{}T09:00:00Z", day(version))),
            after: after.to_vec(),
            of: None,
            reason: None,
            text: String::new(),
        };
        said.finished()
    }
}

fn party(person: &Person) -> Party {
    let signer = Signer {
        id: name(person.id),
        name: person.id.to_uppercase(),
        role: "Signer".into(),
        keys: vec![person.public()],
    };
    Party { id: name(person.party), threshold: 1, signers: vec![signer] }
}

fn key(person: &Person) -> PublicKey {
    name(&person.public())
}

/// Reads a name of ours.
fn name<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().expect("a name that we made is well formed")
}
