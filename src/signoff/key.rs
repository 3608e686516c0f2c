//! The signer's key, used through the signer's own `ssh-keygen`: a file, an agent, or a security key.
//!
//! This is the only place that runs a program, and only when somebody signs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::git;
use crate::report::words::shell;
use crate::trust::name::Fingerprint;
use crate::trust::sshsig::{Flaw, Namespace, PublicKey};

/// Where to look for the signer's key.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The file that was named: a private key, or a public one whose private half an agent or a file beside it has.
    pub file: Option<PathBuf>,
    /// What the signer's own git configuration says: the key, the program that signs, the command that names keys.
    pub configured: git::SigningSettings,
    /// The signer's home.
    pub home: Option<PathBuf>,
}

impl Wish {
    /// Looks in a file that was named, else where the signer's own git configuration says, else in the signer's home.
    pub fn of(file: Option<PathBuf>, home: Option<PathBuf>) -> Self {
        Self { file, configured: git::signing_settings(), home }
    }
}

/// A key that can sign, and what `ssh-keygen` has to be told to find it.
#[derive(Debug)]
pub struct SigningKey {
    /// The public half, as the roster lists it.
    pub public: PublicKey,
    file: PathBuf,
    /// The program that signs, if not `ssh-keygen`.
    program: Option<String>,
    /// Keeps the file of a key that was given as text.
    written: Option<tempfile::NamedTempFile>,
}

/// Reads the public half of a key for the roster: a `.pub` file, or the one beside a private key.
///
/// # Errors
/// Where there is none, or the key may not sign.
pub fn public_half(file: &Path) -> Result<PublicKey> {
    let text = fs::read(file).map_err(|error| {
        Error::usage(format!("cannot read the key `{}`", file.display())).because(error).hint(
            "`ssh-keygen -t ed25519 -f ~/.ssh/countersign` makes one; give the file that ends in `.pub`",
        )
    })?;
    let line = if is_public(&text) {
        text
    } else {
        let beside = beside(file);
        fs::read(&beside).map_err(|error| {
            Error::usage(format!("`{}` is no public key", file.display())).because(error).hint(format!(
                "`ssh-keygen -y -f {} > {}` writes the public half",
                shell(file.display()),
                shell(beside.display())
            ))
        })?
    };
    parse(&line).map_err(|flaw| unusable(file, flaw))
}

fn is_public(text: &[u8]) -> bool {
    [&b"ssh-"[..], b"sk-", b"ecdsa-"].iter().any(|start| text.starts_with(start))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn parse(line: &[u8]) -> std::result::Result<PublicKey, Flaw> {
    let text = std::str::from_utf8(line).map_err(|_| Flaw::Malformed)?;
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some(kind), Some(key)) => format!("{kind} {key}").parse(),
        _ => Err(Flaw::Malformed),
    }
}

fn unusable(file: &Path, flaw: Flaw) -> Error {
    Error::usage(format!("the key `{}` cannot be used: it {flaw}", file.display()))
        .hint("`ssh-keygen -t ed25519 -f ~/.ssh/countersign` makes one that can")
}

impl Wish {
    /// Chooses the key to sign with among those that are listed for the signer.
    ///
    /// # Errors
    /// Where none of the listed keys is at hand.
    pub fn choose(&self, listed: &[&PublicKey]) -> Result<SigningKey> {
        let key = self.find(listed)?;
        Ok(SigningKey { program: self.configured.program.clone(), ..key })
    }

    fn find(&self, listed: &[&PublicKey]) -> Result<SigningKey> {
        if let Some(file) = &self.file {
            return of_file(file, listed);
        }
        if let Some(configured) = &self.configured.key {
            match of_setting(configured, self.home.as_deref(), listed) {
                Ok(key) => return Ok(key),
                Err(error) => {
                    let error = error.because(format!(
                        "`user.signingkey` of your own git configuration is `{configured}`"
                    ));
                    return self.lying_around(listed).ok_or(error);
                }
            }
        }
        if let Some(command) = &self.configured.default_key_command
            && let Some(key) = of_command(command, listed)
        {
            return Ok(key);
        }
        let none = || none_at_hand().because(format!("keys that may sign are {}", names(listed)));
        self.lying_around(listed).or_else(|| of_command("ssh-add -L", listed)).ok_or_else(none)
    }

    /// Says why none of these keys, which are of several people, is at hand.
    pub fn refuse(&self, listed: &[&PublicKey]) -> Error {
        match self.choose(listed) {
            Err(error) if self.file.is_some() => error,
            _ => none_at_hand(),
        }
    }

    /// Looks for a listed key among the public keys in `~/.ssh`.
    fn lying_around(&self, listed: &[&PublicKey]) -> Option<SigningKey> {
        let folder = self.home.as_ref()?.join(".ssh");
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        let public = files.iter().filter(|file| file.extension().is_some_and(|end| end == "pub"));
        public.filter_map(|file| of_file(file, listed).ok()).next()
    }
}

fn none_at_hand() -> Error {
    Error::usage("no key to sign with was named, and none that may sign here lies in ~/.ssh").hint(
        "name your key with `--key FILE`, or once and for all with `git config --global user.signingkey FILE`; without \
         one, `ssh-keygen -t ed25519` makes one, and the list of signers has to \
         name its public half first: `countersign roster propose --help`",
    )
}

fn names(listed: &[&PublicKey]) -> String {
    listed.iter().map(|key| key.fingerprint().to_string()).collect::<Vec<_>>().join(", ")
}

fn of_file(file: &Path, listed: &[&PublicKey]) -> Result<SigningKey> {
    let text = fs::read(file)
        .map_err(|error| Error::usage(format!("cannot read the key `{}`", file.display())).because(error))?;
    let print = if is_public(&text) {
        parse(&text).map_err(|flaw| unusable(file, flaw))?.fingerprint()
    } else {
        match fs::read(beside(file)) {
            Ok(line) => parse(&line).map_err(|flaw| unusable(file, flaw))?.fingerprint(),
            Err(_) => ask_fingerprint(file)?,
        }
    };
    listed_as(print, listed, file.to_path_buf(), None)
}

fn of_setting(setting: &str, home: Option<&Path>, listed: &[&PublicKey]) -> Result<SigningKey> {
    let literal = setting.strip_prefix("key::").or(Some(setting).filter(|text| is_public(text.as_bytes())));
    let Some(literal) = literal else {
        let file = match (setting.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(setting),
        };
        return of_file(&file, listed);
    };
    of_literal(literal, listed)
}

/// Takes the first key that is listed of those that a command names, one a line, as `ssh-add -L` does.
fn of_command(command: &str, listed: &[&PublicKey]) -> Option<SigningKey> {
    let mut words = command.split_whitespace();
    let output =
        Command::new(words.next()?).args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| of_literal(line.strip_prefix("key::").unwrap_or(line), listed).ok())
}

/// Takes a key that stands there as text; its private half is an agent's.
fn of_literal(literal: &str, listed: &[&PublicKey]) -> Result<SigningKey> {
    let public = parse(literal.as_bytes()).map_err(|flaw| unusable(Path::new("user.signingkey"), flaw))?;
    let failed = |error: std::io::Error| Error::usage("cannot write a temporary file").because(error);
    let mut written = tempfile::Builder::new().suffix(".pub").tempfile().map_err(failed)?;
    writeln!(written, "{public}").map_err(failed)?;
    let path = written.path().to_path_buf();
    listed_as(public.fingerprint(), listed, path, Some(written))
}

fn listed_as(
    print: Fingerprint,
    listed: &[&PublicKey],
    file: PathBuf,
    written: Option<tempfile::NamedTempFile>,
) -> Result<SigningKey> {
    let found = listed.iter().find(|key| key.fingerprint() == print);
    let public = found.map(|key| (*key).clone()).ok_or_else(|| {
        let name = if written.is_some() { String::new() } else { format!("`{}` ", file.display()) };
        Error::usage(format!("the key {name}({print}) is not one that you may sign with here"))
            .because(format!("keys that may sign are {}", names(listed)))
            .hint("`countersign roster show` lists who may sign with which key")
    })?;
    Ok(SigningKey { public, file, program: None, written })
}

/// Asks `ssh-keygen` for the fingerprint of a private key whose public half is not beside it.
fn ask_fingerprint(file: &Path) -> Result<Fingerprint> {
    let mut command = Command::new("ssh-keygen");
    command.args(["-l", "-E", "sha256", "-f"]).arg(file).stdin(Stdio::null());
    let output = command.output().map_err(|error| no_program("ssh-keygen", &error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let print = text.split_whitespace().nth(1).and_then(|print| print.parse().ok());
    print.ok_or_else(|| {
        Error::usage(format!("`{}` is no key that ssh-keygen can read", file.display()))
            .because(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    })
}

fn no_program(name: &str, error: &std::io::Error) -> Error {
    Error::usage(format!("cannot run `{name}`, which makes the signature"))
        .because(error)
        .hint("install the OpenSSH client; it is part of Windows, macOS and every Linux")
}

impl SigningKey {
    /// Signs bytes for one purpose and returns the armored signature. Passphrase and touch are between `ssh-keygen` and
    /// the person.
    ///
    /// # Errors
    /// Where `ssh-keygen` does not sign.
    pub fn sign(&self, namespace: Namespace, bytes: &[u8]) -> Result<Vec<u8>> {
        match &self.program {
            Some(program) => self.sign_by(program, namespace, bytes),
            None => self.sign_by_stream(namespace, bytes),
        }
    }

    fn sign_by_stream(&self, namespace: Namespace, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", namespace.as_str(), "-f"]).arg(&self.file);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().map_err(|error| no_program("ssh-keygen", &error))?;
        if let Some(mut input) = child.stdin.take() {
            // It may refuse before it has read everything; then its exit code tells.
            let _ = input.write_all(bytes);
        }
        let output = child.wait_with_output().map_err(|error| no_program("ssh-keygen", &error))?;
        if !output.status.success() || output.stdout.is_empty() {
            return Err(self.did_not_sign("ssh-keygen", output.status));
        }
        Ok(output.stdout)
    }

    /// Signs by a program that stands in for `ssh-keygen`, called as git calls it: with a file, beside which it writes the
    /// signature.
    fn sign_by(&self, program: &str, namespace: Namespace, bytes: &[u8]) -> Result<Vec<u8>> {
        let failed = |error: std::io::Error| Error::usage("cannot write a temporary file").because(error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let text = folder.path().join("text");
        fs::write(&text, bytes).map_err(failed)?;
        let mut command = Command::new(program);
        command.args(["-Y", "sign", "-n", namespace.as_str(), "-f"]).arg(&self.file).arg(&text);
        command.stdin(Stdio::inherit()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let status = command.status().map_err(|error| no_program(program, &error))?;
        match fs::read(folder.path().join("text.sig")) {
            Ok(signature) if status.success() && !signature.is_empty() => Ok(signature),
            _ => Err(self.did_not_sign(program, status)),
        }
    }

    fn did_not_sign(&self, program: &str, status: std::process::ExitStatus) -> Error {
        Error::usage(format!("`{program}` did not sign with {}", self.name()))
            .because(status)
            .hint("what it said stands above; nothing was recorded")
    }

    /// Returns what people call the key: its file, or its fingerprint where it was given as text.
    fn name(&self) -> String {
        match self.written {
            Some(_) => self.public.fingerprint().to_string(),
            None => format!("`{}`", self.file.display()),
        }
    }
}
