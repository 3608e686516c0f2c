//! `countersign evidence`

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{AnchorArg, Global, When, terminal};
use crate::error::{Error, Result, without_path};
use crate::evidence::{self, Evidence, Files, MANIFEST, PAGE, archive};
use crate::project::words::{self, Names};
use crate::project::{SignoffState, Snapshot};
use crate::report::words::{count, list};
use crate::report::{NOT_IN_FORCE, escape};
use crate::trust::name::{Digest, MatrixId, Version};

/// How many of the files that were left out are named.
const MOST_NAMED: usize = 5;

/// Write a folder by which an assessor can check a version with stock tools alone
///
/// The folder holds every list of signers, revocation and version of the matrix, a page that says what was signed, the
/// commands that check it with sh, sed, sha256sum and ssh-keygen, and each version to read.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix's id and the version, such as acme-cmmc-l2@1.2
    #[arg(value_name = "MATRIX@VERSION")]
    what: Named,
    /// The folder or archive to write, which must not exist yet [default: evidence-MATRIX-VERSION]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write a ZIP archive instead of a folder
    #[arg(long)]
    zip: bool,
    #[command(flatten)]
    anchor: AnchorArg,
    #[command(flatten)]
    when: When,
}

/// A version of a matrix by name.
#[derive(Clone, Debug)]
struct Named {
    id: MatrixId,
    version: Version,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (id, version) =
            text.split_once('@').ok_or("write it as MATRIX@VERSION, such as acme-cmmc-l2@1.2")?;
        let id = id.parse().map_err(|error| format!("{error}"))?;
        let version = version.parse().map_err(|error| format!("{error}"))?;
        Ok(Self { id, version })
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    args.when.warn_of_future();
    let root = Snapshot::root_of(Path::new("."))?;
    let world = match &args.when.at {
        Some(revision) => Snapshot::at(&root, revision)?,
        None => Snapshot::on_disk(root)?,
    };
    let Named { id, version } = &args.what;
    let signoffs = SignoffState::read(&world, args.anchor.digest()?.as_ref(), args.when.today())?;
    let Evidence { files, left_out } = evidence::of(&signoffs, id, *version)?;
    let ending = if args.zip { ".zip" } else { "" };
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("evidence-{id}-{version}{ending}")));
    if args.zip {
        write_zip(&files, &out)?
    } else {
        write(&files, &out)?
    }
    let one = signoffs.standing.version(id, *version);
    let says = one.zip(signoffs.calendar(id.as_str()));
    let says = says.map(|(one, calendar)| words::standing(one, &calendar, &Names::default()));
    terminal::print(&format!(
        "{id} {version}: {} (judged as of {})\nwrote {} files to {}\nread {PAGE} there; its list of files has \
         the SHA-256 {}\n{}",
        says.unwrap_or_default(),
        signoffs.standing.day,
        files.len(),
        escape::terminal(&out.display().to_string()),
        Digest::of(&files[MANIFEST]),
        omitted(&left_out)
    ))?;
    Ok(if one.is_some_and(|one| one.state.is_final()) { 0 } else { NOT_IN_FORCE })
}

/// Names the files that do not count and were left out.
fn omitted(paths: &[String]) -> String {
    if paths.is_empty() {
        return String::new();
    }
    let mut named: Vec<String> =
        paths.iter().take(MOST_NAMED).map(|path| format!("`{}`", escape::terminal(path))).collect();
    if paths.len() > MOST_NAMED {
        named.push(format!("{} more", paths.len() - MOST_NAMED));
    }
    let number = count(paths.len(), "file");
    format!("left out: {number} that count for nothing ({}); `countersign check` says why\n", list(&named))
}

fn refuse_existing(out: &Path) -> Result<()> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(Error::usage(format!("`{}` is there already", out.display()))
            .hint("name another place with `--out`; evidence is never written over"));
    }
    Ok(())
}

/// Returns the folder that a path lies in, which has to be there.
fn beside(out: &Path) -> Result<&Path> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(Error::usage(format!("`{}` is no folder", folder.display()))
        .hint("make it first, or name another place with `--out`"))
}

fn cannot(out: &Path, error: std::io::Error) -> Error {
    Error::usage(format!("cannot write `{}`", out.display())).because(without_path(&error))
}

/// Writes the folder as a whole or not at all.
pub(super) fn write(files: &Files, out: &Path) -> Result<()> {
    refuse_existing(out)?;
    let cannot = |error: std::io::Error| cannot(out, error);
    let folder = tempfile::Builder::new().prefix(".evidence-").tempdir_in(beside(out)?).map_err(cannot)?;
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder.path())).map_err(cannot)?;
        fs::write(&path, bytes).map_err(cannot)?;
    }
    readable(folder.path(), 0o755);
    fs::rename(folder.keep(), out).map_err(cannot)
}

/// Writes the archive as a whole or not at all.
fn write_zip(files: &Files, out: &Path) -> Result<()> {
    refuse_existing(out)?;
    let file = tempfile::Builder::new().prefix(".evidence-").tempfile_in(beside(out)?);
    let file = file.map_err(|error| cannot(out, error))?;
    fs::write(file.path(), archive::zip(files)?).map_err(|error| cannot(out, error))?;
    readable(file.path(), 0o644);
    file.persist_noclobber(out).map(drop).map_err(|error| cannot(out, error.error))
}

/// Gives a path the access that an ordinary one would have.
#[cfg(unix)]
fn readable(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn readable(_: &Path, _: u32) {}
