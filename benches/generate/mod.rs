//! Synthetic engagements of any size, the same bytes for the same seed.
//!
//! Used by every bench and by tests that need more rows than a person would write.

#![allow(dead_code, unused_imports, reason = "each bench and test takes the part that it needs")]

mod agreed;
mod control;
mod history;
mod matrix;
mod random;
mod row;
mod stream;
mod words;

use std::fs;
use std::io::{self, BufWriter};
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) use history::{CONFIG, HOT, SIZES, Size, Summary};

use matrix::Matrix;
use random::Random;

/// Returns one matrix of `rows` rows, as text.
pub(crate) fn matrix(rows: usize, seed: u64) -> String {
    Matrix::make("acme-cmmc-l2", "acme", rows, &mut Random::named("matrix", seed)).text()
}

/// Writes a folder with `countersign.json` and `count` matrices of `rows` rows, all different.
///
/// # Errors
/// Whatever keeps a file from being written.
pub(crate) fn matrices(count: usize, rows: usize, seed: u64, folder: &Path) -> io::Result<()> {
    let mut random = Random::named("matrices", seed);
    fs::create_dir_all(folder.join("matrices"))?;
    fs::write(folder.join("countersign.json"), CONFIG)?;
    for number in 0..count {
        let id = format!("matrix-{number:04}");
        let matrix = Matrix::make(&id, &format!("client-{:03}", number / 3), rows, &mut random);
        fs::write(folder.join("matrices").join(format!("{id}.json")), matrix.text())?;
    }
    Ok(())
}

/// Makes a repository of one commit with `count` matrices of `rows` rows, each with `versions` that both parties signed.
///
/// # Errors
/// Whatever keeps a file from being written, or git from finishing.
pub(crate) fn agreed(count: usize, rows: usize, versions: u32, seed: u64, folder: &Path) -> io::Result<()> {
    agreed::write(count, rows, versions, seed, folder)?;
    let git = |words: &[&str]| finish(git(folder).args(words).status()?);
    git(&["init", "-q", "-b", "main", "--template="])?;
    git(&["-c", "core.autocrlf=false", "add", "-A"])?;
    git(&["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", "signed"])?;
    git(&["repack", "-a", "-d", "-q"])
}

/// Makes the repository of `size` in `folder`, which must not exist, packed as after a clone and checked out.
///
/// # Errors
/// Whatever keeps git from being run or from finishing.
pub(crate) fn repository(size: &Size, seed: u64, folder: &Path) -> io::Result<Summary> {
    if folder.exists() {
        return Err(io::Error::other(format!("{} exists already", folder.display())));
    }
    fs::create_dir_all(folder)?;
    finish(git(folder).args(["init", "-q", "-b", "main", "--template="]).status()?)?;
    let mut import = git(folder).args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn()?;
    let stdin = import.stdin.take().expect("stdin is a pipe");
    let summary = history::write(size, seed, BufWriter::with_capacity(1 << 20, stdin))?;
    finish(import.wait()?)?;
    finish(git(folder).args(["repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=10"]).status()?)?;
    finish(git(folder).args(["reset", "-q", "--hard"]).status()?)?;
    Ok(summary)
}

/// Returns git in `folder` with nothing of this machine's configuration.
pub(crate) fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    // A hook that runs the tests has these set for its own repository.
    git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    git
}

fn finish(status: std::process::ExitStatus) -> io::Result<()> {
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("git ended with {status}"))) }
}
