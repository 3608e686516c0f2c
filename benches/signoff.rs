//! How fast sign-offs are judged, against doing nothing but what cannot be left out, and against git.
//!
//! `cargo bench --bench signoff`; `-- many one` picks sections.

#[path = "generate/mod.rs"]
mod generate;
mod support;

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use countersign::trust::roster::{Roll, Roster};
use countersign::trust::sshsig::{Namespace, Touch, verify};
use support::bar::Bars;
use support::floor::{self, FLOOR};
use support::kept::{MATRICES, ROWS, VERSIONS, engagement};
use support::measure::{self, Subject};

/// The word that makes this program verify one signature many times.
const VERIFY: &str = "verify-often";
const CHECKS: u32 = 10_000;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let outcome = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [FLOOR, folder] => floor::run(Path::new(folder), &[]).map(|()| ExitCode::SUCCESS),
        [VERIFY, folder] => verify_often(Path::new(folder)).map(|()| ExitCode::SUCCESS),
        _ if words.iter().any(|word| word == "--bench") => {
            support::bar::sections(&words, &[("many", many), ("one", one)])
        }
        _ => {
            println!("not run: this is a bench, see cargo bench --bench signoff");
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|reason| {
        eprintln!("cannot measure: {reason}");
        ExitCode::from(2)
    })
}

/// Two thousand versions, each with two signatures: `status`, against the floor.
fn many(bars: &mut Bars) -> Result<(), String> {
    println!("\n{MATRICES} matrices of {ROWS} rows, {VERSIONS} versions each, two signatures a version");
    let folder = engagement()?;
    let ours = Subject::ours(&["status"], &folder);
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let peer = Subject::new(
        "reading, hashing, parsing, validating, verifying alone",
        &program,
        &[FLOOR, "."],
        &folder,
    );
    let (ours, peer) = measure::paired(&ours, &peer)?;
    println!("{ours}\n{peer}");
    bars.at_most("times the CPU of what cannot be left out", ours.cpu_ratio(&peer), 2.0);
    Ok(())
}

/// One signature, against one `git verify-commit` of a commit that a key of the same kind signed.
fn one(bars: &mut Bars) -> Result<(), String> {
    println!("\none ed25519 signature: {CHECKS} checks in one process, against one git verify-commit");
    let folder = engagement()?;
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let ours = Subject::new("verifying again and again", &program, &[VERIFY, "."], &folder);
    let signed = SignedCommit::new()?;
    let (ours, peer) = measure::paired(&ours, &signed.verify())?;
    println!("{ours}\n{peer}");
    let each = ours.cpu().as_secs_f64() / f64::from(CHECKS);
    bars.at_most("microseconds of CPU for one check", each * 1e6, 100.0);
    bars.at_least("times less CPU than git verify-commit", peer.cpu().as_secs_f64() / each, 50.0);
    Ok(())
}

/// Verifies the first signature of the first roster again and again.
fn verify_often(folder: &Path) -> Result<(), String> {
    let read = |path: &str| fs::read(folder.join(path)).map_err(|error| format!("{path}: {error}"));
    let text = read("trust/1.json")?;
    let roll = Roll::parse(&text).map_err(|reason| reason.code().to_owned())?;
    let one = roll.keys.first().ok_or("the roster has a key")?;
    let path = Roster::signature_path(1, &one.party, &one.signer, &one.key.fingerprint());
    let signature = read(&path)?;
    for _ in 0..CHECKS {
        verify(black_box(&signature), &one.key, Namespace::Roster, &text, Touch::Plain)
            .map_err(|flaw| format!("{flaw:?}"))?;
    }
    println!("{CHECKS} signatures are good");
    Ok(())
}

/// A repository with one commit that an ed25519 key signed.
struct SignedCommit(tempfile::TempDir);

impl SignedCommit {
    fn new() -> Result<Self, String> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
        let key = folder.path().join("key");
        let mut keygen = Command::new("ssh-keygen");
        run(keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(&key))?;
        let public = fs::read_to_string(key.with_extension("pub")).map_err(|error| error.to_string())?;
        fs::write(folder.path().join("allowed"), format!("bench@example.com {public}"))
            .map_err(|error| error.to_string())?;
        run(generate::git(folder.path()).args(["init", "-q", "-b", "main", "--template="]))?;
        for (name, value) in [
            ("user.name", "Bench"),
            ("user.email", "bench@example.com"),
            ("gpg.format", "ssh"),
            ("user.signingkey", &key.display().to_string()),
            ("gpg.ssh.allowedSignersFile", &folder.path().join("allowed").display().to_string()),
        ] {
            run(generate::git(folder.path()).args(["config", name, value]))?;
        }
        run(generate::git(folder.path()).args(["commit", "-q", "-S", "--allow-empty", "-m", "signed"]))?;
        Ok(Self(folder))
    }

    fn verify(&self) -> Subject {
        Subject::new("git verify-commit", Path::new("git"), &["verify-commit", "-v", "HEAD"], self.0.path())
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}
