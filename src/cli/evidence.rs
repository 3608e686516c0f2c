//! `countersign evidence`

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{Anchor, Global, When, terminal};
use crate::error::{Error, Result};
use crate::evidence::{self, Files, MANIFEST, PAGE};
use crate::project::SignoffState;
use crate::project::Snapshot;
use crate::project::words::{self, Names};
use crate::report::NOT_IN_FORCE;
use crate::trust::name::{Digest, MatrixId, Version};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix's id and the version, such as acme-cmmc-l2@1.2
    #[arg(value_name = "MATRIX@VERSION")]
    what: Named,
    /// The folder to write, which must not exist yet [default: evidence-MATRIX-VERSION]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    anchor: Anchor,
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
    let root = Snapshot::root_of(Path::new("."))?;
    let world = match &args.when.at {
        Some(revision) => Snapshot::at(&root, revision)?,
        None => Snapshot::on_disk(root)?,
    };
    let Named { id, version } = &args.what;
    let signoffs = SignoffState::read(&world, args.anchor.digest()?.as_ref(), args.when.today())?;
    let files = evidence::of(&signoffs, id, *version)?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("evidence-{id}-{version}")));
    write(&files, &out)?;
    let one = signoffs.standing.version(id, *version);
    let says = one.zip(signoffs.calendar(id.as_str()));
    let says = says.map(|(one, calendar)| words::standing(one, &calendar, &Names::default()));
    let list = Digest::of(&files[MANIFEST]);
    terminal::print(&format!(
        "{id} {version}: {} (judged as of {})\nwrote {} files to {}\nread {PAGE} there; its list of files has \
         the SHA-256 {list}\n",
        says.unwrap_or_default(),
        signoffs.standing.day,
        files.len(),
        out.display()
    ))?;
    Ok(if one.is_some_and(|one| one.state.is_standing()) { 0 } else { NOT_IN_FORCE })
}

/// Writes the folder as a whole or not at all.
fn write(files: &Files, out: &Path) -> Result<()> {
    let cannot = |error: std::io::Error| {
        Error::usage(format!("cannot write the folder `{}`", out.display())).because(error)
    };
    if fs::symlink_metadata(out).is_ok() {
        return Err(Error::usage(format!("`{}` is there already", out.display()))
            .hint("name another folder with `--out`; evidence is never written over"));
    }
    let beside = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = tempfile::Builder::new().prefix(".evidence-").tempdir_in(beside).map_err(cannot)?;
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder.path())).map_err(cannot)?;
        fs::write(&path, bytes).map_err(cannot)?;
    }
    readable(folder.path());
    fs::rename(folder.keep(), out).map_err(cannot)
}

/// Gives the folder the access that an ordinary one would have.
#[cfg(unix)]
fn readable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
}

#[cfg(not(unix))]
fn readable(_: &Path) {}
