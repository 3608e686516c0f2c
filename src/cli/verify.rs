//! `countersign verify`

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{AnchorArg, Global, terminal, today};
use crate::error::{Error, Result};
use crate::evidence::{archive, verify};
use crate::report::escape;

/// Check a folder or archive that `evidence` wrote, by the fingerprint in the contract
///
/// The sign-offs in it are judged as in a clone; every other file is made from them again and compared. Needs no
/// repository.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder or ZIP archive that `countersign evidence` wrote
    #[arg(value_name = "FOLDER|ZIP")]
    what: PathBuf,
    #[command(flatten)]
    anchor: AnchorArg,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let anchor = args.anchor.digest()?.ok_or_else(|| {
        Error::cannot_judge("no fingerprint was given, so nobody can say whose signatures count")
            .hint("give the one in the contract: `--anchor FINGERPRINT`")
    })?;
    let files = archive::read(&args.what)?;
    let verified = verify::verify(&files, &anchor, today())?;
    let mut out = String::new();
    let mut failed = 0;
    for one in &verified.outcomes {
        let path = escape::terminal(&one.path);
        failed += usize::from(one.fault.is_some());
        let _ = match one.fault {
            None => writeln!(out, "ok      {path}"),
            Some(fault) => writeln!(out, "FAILED  {path} {fault}"),
        };
    }
    let _ = writeln!(out, "\n{}, judged as of {}:", verified.matrix, verified.day);
    for one in &verified.versions {
        let disputed = if one.contests > 0 { "; DISPUTED" } else { "" };
        let _ = writeln!(out, "  version {}: {}{disputed}", one.version, escape::terminal(&one.says));
    }
    if failed == 0 {
        out.push_str("\nVERDICT: every file is what was signed, or follows from it\n");
    } else {
        let _ = writeln!(out, "\nVERDICT: FAILED, {failed} of {} files", verified.outcomes.len());
    }
    terminal::print(&out)?;
    Ok(u8::from(!verified.holds()))
}
