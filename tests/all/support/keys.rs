//! Keys for tests: real ones by `ssh-keygen`, and security keys made in software.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

use base64ct::{Base64, Encoding};
use countersign::trust::sshsig::Namespace;
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256, Sha512};

struct Ring {
    folder: tempfile::TempDir,
    public: Mutex<BTreeMap<String, String>>,
}

fn ring() -> &'static Ring {
    static RING: OnceLock<Ring> = OnceLock::new();
    RING.get_or_init(|| Ring { folder: tempfile::tempdir().unwrap(), public: Mutex::default() })
}

fn path(name: &str) -> PathBuf {
    ring().folder.path().join(name)
}

/// Returns the public key called `name`, made on first use; its kind is what follows a colon, else ed25519.
pub fn public(name: &str) -> String {
    let mut known = ring().public.lock().unwrap();
    if let Some(key) = known.get(name) {
        return key.clone();
    }
    let kind = name.split_once(':').map_or("ed25519", |(_, kind)| kind);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", "", "-C", "", "-f"])
        .arg(path(name))
        .status()
        .unwrap();
    assert!(made.success());
    let text = std::fs::read_to_string(path(&format!("{name}.pub"))).unwrap();
    let key = text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    known.insert(name.to_owned(), key.clone());
    key
}

/// Signs with `ssh-keygen -Y sign`.
pub fn sign(name: &str, namespace: &str, message: &[u8]) -> Vec<u8> {
    public(name);
    sign_with(&path(name), &["-n", namespace], message)
}

/// Signs with `ssh-keygen -Y sign` and further options.
pub fn sign_with(key: &std::path::Path, options: &[&str], message: &[u8]) -> Vec<u8> {
    let mut child = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-f"])
        .arg(key)
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// Returns where the private key called `name` lies.
pub fn private(name: &str) -> PathBuf {
    public(name);
    path(name)
}

pub fn text(out: &mut Vec<u8>, field: &[u8]) {
    out.extend_from_slice(&u32::try_from(field.len()).unwrap().to_be_bytes());
    out.extend_from_slice(field);
}

pub fn fields(list: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    list.iter().for_each(|field| text(&mut out, field));
    out
}

pub fn armor(blob: &[u8], width: usize) -> Vec<u8> {
    let encoded = Base64::encode_string(blob);
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(width).map(|c| std::str::from_utf8(c).unwrap()).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n")).into_bytes()
}

pub fn blob(armored: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(armored).unwrap();
    let inner: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&inner).unwrap()
}

/// The fields of a signature, to be put together wrongly.
#[derive(Clone)]
pub struct Parts {
    pub magic: Vec<u8>,
    pub version: u32,
    pub key: Vec<u8>,
    pub namespace: Vec<u8>,
    pub reserved: Vec<u8>,
    pub hash: Vec<u8>,
    pub inner: Vec<u8>,
    pub tail: Vec<u8>,
}

impl Parts {
    pub fn to_blob(&self) -> Vec<u8> {
        let mut out = self.magic.clone();
        out.extend_from_slice(&self.version.to_be_bytes());
        for field in [&self.key, &self.namespace, &self.reserved, &self.hash, &self.inner] {
            text(&mut out, field);
        }
        out.extend_from_slice(&self.tail);
        out
    }

    /// Returns the bytes that the inner signature covers.
    pub fn signed(&self, message: &[u8]) -> Vec<u8> {
        let digest = match self.hash.as_slice() {
            b"sha256" => Sha256::digest(message).to_vec(),
            _ => Sha512::digest(message).to_vec(),
        };
        let mut out = b"SSHSIG".to_vec();
        out.extend(fields(&[&self.namespace, &self.reserved, &self.hash, &digest]));
        out
    }

    pub fn plain(key: Vec<u8>, namespace: &str) -> Self {
        Self {
            magic: b"SSHSIG".to_vec(),
            version: 1,
            key,
            namespace: namespace.into(),
            reserved: Vec::new(),
            hash: b"sha512".to_vec(),
            inner: Vec::new(),
            tail: Vec::new(),
        }
    }
}

/// An ed25519 key in memory: plain, or as if it lay in a security key.
pub struct Soft {
    key: ed25519_dalek::SigningKey,
    application: Option<&'static [u8]>,
}

impl Soft {
    pub fn plain(seed: u8) -> Self {
        Self { key: ed25519_dalek::SigningKey::from_bytes(&[seed; 32]), application: None }
    }

    pub fn security(seed: u8) -> Self {
        Self { application: Some(b"ssh:"), ..Self::plain(seed) }
    }

    pub fn with_application(mut self, application: &'static [u8]) -> Self {
        self.application = Some(application);
        self
    }

    fn kind(&self) -> &'static [u8] {
        if self.application.is_some() { b"sk-ssh-ed25519@openssh.com" } else { b"ssh-ed25519" }
    }

    pub fn blob(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_bytes();
        let mut all = fields(&[self.kind(), &point]);
        self.application.iter().for_each(|name| text(&mut all, name));
        all
    }

    pub fn public(&self) -> String {
        format!("{} {}", std::str::from_utf8(self.kind()).unwrap(), Base64::encode_string(&self.blob()))
    }

    /// Signs with these fields; `flags` are those of a security key.
    pub fn finish(&self, mut parts: Parts, message: &[u8], flags: u8) -> Parts {
        let signed = parts.signed(message);
        parts.inner = match self.application {
            None => fields(&[self.kind(), &self.key.sign(&signed).to_bytes()]),
            Some(name) => {
                let mut all = Sha256::digest(name).to_vec();
                all.extend([flags, 0, 0, 0, 7]);
                all.extend(Sha256::digest(&signed));
                let mut inner = fields(&[self.kind(), &self.key.sign(&all).to_bytes()]);
                inner.extend([flags, 0, 0, 0, 7]);
                inner
            }
        };
        parts
    }

    pub fn sign(&self, namespace: Namespace, message: &[u8], flags: u8) -> Vec<u8> {
        let parts = Parts::plain(self.blob(), namespace.as_str());
        armor(&self.finish(parts, message, flags).to_blob(), 70)
    }
}
