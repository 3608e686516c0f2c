//! The signer's key, used through the signer's own `ssh-keygen`: a file, an agent, or a security key.
//!
//! This is the only place that runs a program, and only when somebody signs or tries whether a key signs.

mod form;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result, without_path};
use crate::git;
use crate::report::words::shell;
use crate::trust::name::Fingerprint;
use crate::trust::sshsig::{self, Flaw, Namespace, PublicKey, Touch};

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
    /// The folder of a key that was given as text, in which its file lies.
    written: Option<tempfile::TempDir>,
}

/// The name of the file of a key that was given as text. `ssh-keygen` runs in its folder, so that what it says names no
/// temporary path.
const WRITTEN: &str = "signing-key.pub";
/// What a trial signature is over.
const TRIAL: &[u8] = b"countersign doctor: whether this key signs\n";

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
    } else if let Some(fault) = form::unreadable(&text) {
        return Err(fault.refuse(file));
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
    let text = form::without_mark(text).trim_ascii_start();
    [&b"ssh-"[..], b"sk-", b"ecdsa-"].iter().any(|start| text.starts_with(start))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn parse(line: &[u8]) -> std::result::Result<PublicKey, Flaw> {
    let text = std::str::from_utf8(form::without_mark(line)).map_err(|_| Flaw::Malformed)?;
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
        let program =
            self.configured.program.as_ref().map(|program| self.at_home(program).display().to_string());
        Ok(SigningKey { program, ..key })
    }

    /// Returns a path of a setting, with the home for `~/`, as git reads it.
    fn at_home(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }

    fn of_setting(&self, setting: &str, listed: &[&PublicKey]) -> Result<SigningKey> {
        let literal =
            setting.strip_prefix("key::").or(Some(setting).filter(|text| is_public(text.as_bytes())));
        if let Some(literal) = literal {
            return of_literal(literal, listed);
        }
        let file = self.at_home(setting);
        if form::is_openpgp(setting) && !file.exists() {
            return Err(Error::usage("it names an OpenPGP key, and only OpenSSH keys sign here").hint(
                "leave it for git, and name your key with `--key FILE`; `ssh-keygen -t ed25519` makes one",
            ));
        }
        of_file(&file, listed)
    }

    fn find(&self, listed: &[&PublicKey]) -> Result<SigningKey> {
        if let Some(file) = &self.file {
            return of_file(file, listed);
        }
        if let Some(configured) = &self.configured.key {
            match self.of_setting(configured, listed) {
                Ok(key) => return Ok(key),
                Err(error) => {
                    let error = error.because(format!(
                        "`user.signingkey` of your own git configuration is `{configured}`"
                    ));
                    let found = self.lying_around(listed).or_else(|| of_command(AGENT, listed).ok());
                    return found.ok_or(error);
                }
            }
        }
        let named = self.configured.default_key_command.as_ref().map(|command| of_command(command, listed));
        let failed = match named {
            Some(Ok(key)) => return Ok(key),
            Some(Err(why)) => {
                Some(format!("`gpg.ssh.defaultKeyCommand` of your own git configuration {why}"))
            }
            None => None,
        };
        let none = || {
            let error = none_at_hand().because(format!("keys that may sign are {}", names(listed)));
            failed.into_iter().fold(error, Error::because)
        };
        self.lying_around(listed).or_else(|| of_command(AGENT, listed).ok()).ok_or_else(none)
    }

    /// Says why none of these keys, which are of several people, is at hand.
    pub fn refuse(&self, listed: &[&PublicKey]) -> Error {
        match self.choose(listed) {
            Err(error) if self.file.is_some() || self.configured != git::SigningSettings::default() => error,
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

/// The command that names the keys of the agent.
const AGENT: &str = "ssh-add -L";

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
            Err(_) => match form::unreadable(&text) {
                Some(fault) => return Err(fault.refuse(file)),
                None => ask_fingerprint(file)?,
            },
        }
    };
    listed_as(print, listed, file.to_path_buf(), None)
}

/// Takes the first key that is listed of those that a command names, one a line, as `ssh-add -L` does; else says what
/// became of the command.
fn of_command(command: &str, listed: &[&PublicKey]) -> std::result::Result<SigningKey, String> {
    let words = shlex::split(command).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| format!("is no command: `{command}`"))?;
    let mut run = Command::new(&words[0]);
    let output = run.args(&words[1..]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot be run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut keys = text.lines().map(|line| line.strip_prefix("key::").unwrap_or(line));
    keys.find_map(|line| of_literal(line, listed).ok()).ok_or_else(|| {
        let status = output.status;
        if status.success() {
            "names no key that may sign here".to_owned()
        } else {
            format!("failed: {status}")
        }
    })
}

/// Takes a key that stands there as text; its private half is an agent's.
fn of_literal(literal: &str, listed: &[&PublicKey]) -> Result<SigningKey> {
    let public = parse(literal.as_bytes()).map_err(|flaw| unusable(Path::new("user.signingkey"), flaw))?;
    let failed =
        |error: std::io::Error| Error::usage("cannot write a temporary file").because(without_path(&error));
    let folder = tempfile::tempdir().map_err(failed)?;
    fs::write(folder.path().join(WRITTEN), format!("{public}\n")).map_err(failed)?;
    listed_as(public.fingerprint(), listed, WRITTEN.into(), Some(folder))
}

fn listed_as(
    print: Fingerprint,
    listed: &[&PublicKey],
    file: PathBuf,
    written: Option<tempfile::TempDir>,
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

    /// Tries whether the key signs: makes a signature that is of no use for anything, and verifies it.
    ///
    /// # Errors
    /// Where it does not sign, or the signature is not good.
    pub fn try_out(&self, touch: Touch) -> Result<()> {
        let signature = self.sign(Namespace::Trial, TRIAL)?;
        sshsig::verify(&signature, &self.public, Namespace::Trial, TRIAL, touch).map_err(|flaw| {
            Error::usage(format!("the trial signature with {} is not good", self.name())).because(flaw)
        })
    }

    /// Returns a command that runs where the key lies, if that is a folder of ours.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        if let Some(folder) = &self.written {
            command.current_dir(folder.path());
        }
        command
    }

    fn sign_by_stream(&self, namespace: Namespace, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut command = self.command("ssh-keygen");
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
    /// signature. It runs in the folder of that file, so that what it says names no temporary path.
    fn sign_by(&self, program: &str, namespace: Namespace, bytes: &[u8]) -> Result<Vec<u8>> {
        let failed = |error: std::io::Error| {
            Error::usage("cannot write a temporary file").because(without_path(&error))
        };
        let own = tempfile::tempdir().map_err(failed)?;
        let folder = self.written.as_ref().unwrap_or(&own).path();
        fs::write(folder.join("text"), bytes).map_err(failed)?;
        let (is_path, has_file) = (program.contains(['/', '\\']), self.written.is_none());
        let absolute = |path: &Path, is_relative: bool| match is_relative {
            true => std::path::absolute(path).map_err(failed),
            false => Ok(path.to_path_buf()),
        };
        let mut command = Command::new(absolute(Path::new(program), is_path)?);
        command.args(["-Y", "sign", "-n", namespace.as_str(), "-f"]);
        command.arg(absolute(&self.file, has_file)?).arg("text").current_dir(folder);
        command.stdin(Stdio::inherit()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let status = command.status().map_err(|error| no_program(program, &error))?;
        match fs::read(folder.join("text.sig")) {
            Ok(signature) if status.success() && !signature.is_empty() => Ok(signature),
            _ => Err(self.did_not_sign(program, status)),
        }
    }

    fn did_not_sign(&self, program: &str, status: std::process::ExitStatus) -> Error {
        let private = fs::read(&self.file).ok().filter(|_| self.written.is_none());
        if let Some(fault) = private.as_deref().and_then(form::unreadable) {
            return fault.refuse(&self.file);
        }
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
