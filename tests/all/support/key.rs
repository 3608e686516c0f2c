//! Real OpenSSH keys that sign with `ssh-keygen -Y`, as people do.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::folder::Output;

/// Which algorithm a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// What OpenSSH makes by default.
    Ed25519,
    /// ECDSA on P-256.
    EcdsaP256,
    /// RSA with 3,072 bits.
    Rsa,
}

impl KeyKind {
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Ed25519 => &["-t", "ed25519"],
            Self::EcdsaP256 => &["-t", "ecdsa", "-b", "256"],
            Self::Rsa => &["-t", "rsa", "-b", "3072"],
        }
    }
}

/// A key pair without a passphrase in a file of its own; another one in every run.
pub(crate) struct Key {
    file: PathBuf,
}

impl Key {
    /// Makes a key in `folder`.
    pub(crate) fn new(folder: &Path, kind: KeyKind) -> Self {
        fs::create_dir_all(folder).expect("a folder for keys can be made");
        let mut files = (1..).map(|number| folder.join(format!("key-{number}")));
        let file = files.find(|file| !file.exists()).expect("there is always another name");
        let mut command = ssh_keygen(&["-q", "-N", "", "-C", ""]);
        let made = Output::of(command.args(kind.words()).arg("-f").arg(&file));
        assert_eq!(made.code, 0, "ssh-keygen: {}", made.stderr);
        Self { file }
    }

    /// Returns the file with the private half.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the public half as a roster has it: algorithm and key, no comment.
    pub(crate) fn public(&self) -> String {
        let line = fs::read_to_string(self.file.with_extension("pub")).expect("the public half is beside it");
        line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    /// Returns the fingerprint, `SHA256:…`.
    pub(crate) fn fingerprint(&self) -> String {
        let shown = Output::of(ssh_keygen(&["-l", "-E", "sha256", "-f"]).arg(&self.file));
        shown.stdout.split_whitespace().nth(1).expect("bits, then the fingerprint").to_owned()
    }

    /// Signs bytes in a namespace and returns the armored signature.
    pub(crate) fn sign(&self, namespace: &str, bytes: &[u8]) -> String {
        let mut command = ssh_keygen(&["-q", "-Y", "sign", "-n", namespace, "-f"]);
        let (code, stdout) = feed(command.arg(&self.file), bytes);
        assert_eq!(code, Some(0), "ssh-keygen cannot sign with {}", self.file.display());
        stdout
    }

    /// Returns whether stock OpenSSH takes `armor` as a good signature of `bytes` by anyone.
    pub(crate) fn checks_out(namespace: &str, bytes: &[u8], armor: &str) -> bool {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        file.write_all(armor.as_bytes()).expect("a temporary file can be written");
        let mut command = ssh_keygen(&["-q", "-Y", "check-novalidate", "-n", namespace, "-s"]);
        feed(command.arg(file.path()), bytes).0 == Some(0)
    }
}

/// Returns `ssh-keygen` without agent, display or home.
fn ssh_keygen(words: &[&str]) -> Command {
    let mut command = Command::new("ssh-keygen");
    command.env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path))).args(words);
    command
}

/// Runs a command on `input` and returns its exit code and what it printed.
fn feed(command: &mut Command, input: &[u8]) -> (Option<i32>, String) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("ssh-keygen runs");
    // It may refuse before it has read everything; then its exit code tells.
    let _ = child.stdin.take().expect("stdin is a pipe").write_all(input);
    let output = child.wait_with_output().expect("ssh-keygen ends");
    (output.status.code(), String::from_utf8(output.stdout).expect("armor is ASCII"))
}
