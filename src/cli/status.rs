//! `countersign status`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::choose::one_of;
use super::{AnchorArg, Global, When, check as check_command, signing, terminal};
use crate::check::{self, Gate};
use crate::document::{self, Format};
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::project::Request;
use crate::report::Report;
use crate::report::words::every_fault;
use crate::signoff::{Identity, Sent, bundle, overview};
use crate::status::Status;
use crate::status::badge::{self, Badge};

/// Say where every matrix stands: what is in force, who has still to sign, what to type next
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files or folders of matrices, or their ids; all without any; or a file that was sent to you
    #[arg(value_name = "MATRIX")]
    matrices: Vec<PathBuf>,
    /// Of a file that was sent: your key, which says who you are; default: your git configuration, then ~/.ssh
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    anchor: AnchorArg,
    /// The format
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
    /// Print a badge instead: an object for a badge service, or a picture
    #[arg(long, value_name = "KIND", value_parser = one_of::<Badge>(), conflicts_with = "format")]
    badge: Option<Badge>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    args.when.warn_of_future();
    if let Some(file) = args.matrices.iter().find(|file| bundle::is_bundle(file) || bundle::is_reply(file)) {
        return of_file(file, args, global);
    }
    let (ids, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        args.matrices.iter().cloned().partition(|name| !name.exists() && name.components().count() == 1);
    let (world, paths) = check_command::project(&paths, args.when.at.as_deref())?;
    let request = Request { paths, ..Request::on(args.when.today()) };
    let gate = Gate { anchor: args.anchor.digest()?, ..Gate::default() };
    let progress = terminal::progress("{pos} matrices judged");
    let (mut report, signoffs) = check::look(&world, &request, &gate, &|| progress.inc(1))?;
    drop(progress);
    if !ids.is_empty() {
        report.matrices.retain(|one| ids.iter().any(|id| id.as_os_str() == one.id.as_str()));
        if report.matrices.is_empty() {
            return Err(Error::nothing("there is no matrix of that name here")
                .hint("`countersign status` without a name shows all there are"));
        }
    }
    report.errors.extend(unread(&report));
    let errors = report.errors.iter().map(|error| error.kind.exit_code());
    let code = [70, 2, 4, 3].into_iter().find(|code| errors.clone().any(|one| one == *code));
    report.errors.iter().for_each(|error| terminal::complain(error, global.color));
    let Some(signoffs) = signoffs else { return Ok(code.unwrap_or(4)) };
    let is_whole = args.matrices.is_empty();
    let mut status = Status::of(&report, &signoffs, gate.anchor.is_some(), is_whole);
    if let Some(digest) = args.anchor.typed()? {
        status.keep_anchor(&digest.to_string());
    }
    if let Some(badge) = args.badge {
        terminal::print(&badge::render(badge, &status))?;
        return Ok(code.unwrap_or_else(|| status.exit_code()));
    }
    terminal::print(&document::render(args.format, &status, &terminal::style(global.color)))?;
    Ok(code.unwrap_or_else(|| status.exit_code()))
}

/// Says where everything stands in a file that was sent, to somebody who has no clone.
fn of_file(file: &Path, args: &Args, global: &Global) -> Result<u8> {
    bundle::demand_no_reply(file)?;
    if args.matrices.len() > 1 || args.when.at.is_some() {
        return Err(Error::usage(format!(
            "`{}` is a file that was sent: it is told by itself",
            file.display()
        ))
        .hint("name that file alone, without `--at`"));
    }
    let session =
        signing::session(Identity::of_key(args.key.clone(), std::env::home_dir()), &args.anchor, false)?;
    let (status, warnings) = overview::read(&Sent::read(file)?, &session)?;
    let shown = document::render(args.format, &status, &terminal::style(global.color));
    terminal::print(&if matches!(args.format, Format::Text) { warnings + &shown } else { shown })?;
    Ok(status.exit_code())
}

/// Returns an error for each file that could not be read as a matrix: of that one nothing can be said.
fn unread(report: &Report) -> Vec<Error> {
    let is_read = |file: &str| report.matrices.iter().any(|one| one.file == file);
    let faults = report.findings.iter().filter(|one| one.severity == Severity::Error && one.matrix.is_none());
    let files: BTreeSet<&str> = faults.map(|one| &*one.file).filter(|file| file.ends_with(".json")).collect();
    let unread = files
        .into_iter()
        .filter(|file| !is_read(file) && !file.starts_with("trust/") && !file.starts_with("signoffs/"));
    unread
        .map(|file| {
            Error::cannot_judge(format!("`{file}` cannot be read, so nothing can be said of its matrix"))
                .hint(every_fault(file))
        })
        .collect()
}
