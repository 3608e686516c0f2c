//! `countersign check`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::choose::one_of;
use super::output::{self, Output};
use super::{AnchorArg, Global, When, fix_ids, terminal};
use crate::check::{self, Gate};
use crate::error::{Error, Kind, Result};
use crate::finding::RuleText;
use crate::finding::Severity;
use crate::pack::{self, Packs};
use crate::policy::Policy;
use crate::policy::config::Config;
use crate::project::Snapshot;
use crate::project::{Request, SignoffState};
use crate::report::words::shell;
use crate::report::{self, Format, Report, View};
use crate::signoff::bundle;
use crate::status;

/// Check matrices against the format and the rules
///
/// Without PATH, all matrices of the project are checked: the files that `countersign.json` names, or
/// `matrices/**/*.json`. Unfinished work is a warning as long as it is a draft; the last lines say how far it
/// is from a signature.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files or folders to check
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    when: When,
    /// Judge what is staged, as the next commit will hold it, instead of the files on disk
    #[arg(long, conflicts_with_all = ["at", "fix_ids"])]
    staged: bool,
    /// The format on standard output
    ///
    /// [default: text; with --ci on GitHub Actions: github]
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>())]
    format: Option<Format>,
    /// Write another report to a file, such as sarif=out.sarif; may be repeated
    #[arg(long, short, value_name = "FORMAT=FILE")]
    output: Vec<Output<Format>>,
    /// The least severity that fails the run
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,
    /// Exit with 0 whatever is found; what could not be looked at still fails
    #[arg(long)]
    exit_zero: bool,
    /// Count waived findings too
    #[arg(long)]
    no_waivers: bool,
    /// Write control ids in the matrices as their catalogue does, then check; nothing else in a file changes
    #[arg(long, conflicts_with = "at")]
    fix_ids: bool,
    #[command(flatten)]
    anchor: AnchorArg,
    /// Demand that every matrix is in force; exit with 5 and name who has still to sign where one is not
    #[arg(long, help_heading = "Sign-offs")]
    effective: bool,
    /// Demand also that each working text is the version in force, with no draft after it
    #[arg(long, help_heading = "Sign-offs")]
    no_draft: bool,
    /// Demand that what verified at this revision is still there, and judge what changed since
    #[arg(long, value_name = "REV", help_heading = "Sign-offs")]
    since: Option<String>,
    /// Take rules, configuration and waivers from this revision, so that a change cannot weaken its own gate
    #[arg(long, value_name = "REV", help_heading = "Sign-offs")]
    trust_from: Option<String>,
    /// Run as a gate: without a fingerprint nothing is judged; on GitHub Actions write annotations and a summary
    #[arg(long)]
    ci: bool,
    /// Show every finding by itself instead of folding equal ones
    #[arg(long)]
    all: bool,
    /// Print nothing on standard output but errors
    #[arg(long, short)]
    quiet: bool,
}

/// The least severity that fails a run.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
}

impl FailOn {
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// Runs the command and returns the exit code. Whatever keeps it from judging stands in every report that was asked for.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let judged = judge(args);
    let failed = judged.as_ref().err().cloned();
    let mut report = judged.unwrap_or_else(|error| Report {
        errors: vec![error],
        ..Report::empty(
            args.when.at.as_deref().unwrap_or("work tree"),
            args.when.today(),
            args.fail_on.severity(),
        )
    });
    let (format, outputs) = outputs(args);
    let formats = outputs.iter().map(|output| output.format).chain([format]);
    let view = View { style: terminal::style(global.color), all: args.all, rules: texts(formats) };
    for output in &outputs {
        let written = output::write(&output.file, &report::render(output.format, &report, &view));
        report.errors.extend(written.err());
    }
    let is_shown = !(args.quiet || failed.is_some() && format == Format::Text);
    if is_shown {
        terminal::print(&report::render(format, &report, &view))?;
    }
    if !is_shown || format != Format::Text {
        report.errors.iter().for_each(|error| terminal::complain(error, global.color));
        for one in &report.not_in_force {
            let error = Error::nothing(format!("`{}` is not in force", one.matrix)).because(&one.why);
            terminal::complain(&error, global.color);
        }
    }
    let code = report.exit_code();
    Ok(if args.exit_zero && code == 1 { without_findings(&report) } else { code })
}

/// Judges what was asked for.
fn judge(args: &Args) -> Result<Report> {
    args.paths.iter().try_for_each(|path| demand_matrix(path))?;
    let (mut world, paths, unread) = match project(&args.paths, args.when.at.as_deref()) {
        Ok((world, paths)) => (world, paths, None),
        Err(error) => {
            let (world, paths) = by_itself(args, &error).ok_or_else(|| error.clone())?;
            (world, paths, Some(error))
        }
    };
    if args.staged {
        world = Snapshot::staged(world.root().to_path_buf())?;
    }
    args.when.warn_of_future();
    let request = Request {
        paths,
        today: args.when.today(),
        fail_on: args.fail_on.severity(),
        waivers: !args.no_waivers,
    };
    if args.fix_ids {
        fix_ids::run(&world, &request)?;
    }
    let gate = Gate {
        anchor: args.anchor.digest()?,
        needs_anchor: args.ci,
        effective: args.effective || args.no_draft,
        no_draft: args.no_draft,
        since: args.since.clone(),
        trust_from: args.trust_from.clone(),
        only_changed: false,
    };
    let bar = terminal::progress("{pos} matrices checked");
    let (mut report, signoffs) = check::look(&world, &request, &gate, &|| bar.inc(1))?;
    bar.finish_and_clear();
    if let Some(error) = unread {
        judged_by_itself(&mut report, error);
        return Ok(report);
    }
    suggest(&mut report, &args.paths, signoffs.as_ref());
    Ok(report)
}

/// Takes the one file that was named by itself, where the repository around it cannot be read.
fn by_itself(args: &Args, error: &Error) -> Option<(Snapshot, Vec<String>)> {
    let [only] = &args.paths[..] else { return None };
    let is_plain = args.when.at.is_none() && !args.staged && !args.fix_ids && only.is_file();
    let full = std::fs::canonicalize(only).ok().filter(|_| is_plain && error.kind == Kind::CannotJudge)?;
    let name = full.file_name()?.to_str()?.to_owned();
    Some((Snapshot::alone(full.parent()?.to_path_buf()), vec![name]))
}

/// Says that a file was judged as a file and no more: that is no pass.
fn judged_by_itself(report: &mut Report, error: Error) {
    for summary in &mut report.matrices {
        summary.standing = "unknown".to_owned();
        summary.standing_words = Some("how it stands was not judged".to_owned());
    }
    report.next = None;
    report.errors.push(error.because(
        "the file was judged by itself: without the project's settings and waivers, what was signed, and what changed",
    ));
}

/// Refuses a file that was sent, or that goes back: it holds a version, but it is no matrix.
fn demand_matrix(path: &Path) -> Result<()> {
    let name = shell(path.display());
    if bundle::is_bundle(path) {
        return Err(Error::usage(format!("`{}` is a file that was sent to be signed, not a matrix", path.display()))
            .hint(format!(
                "`countersign show {name}` reads it and says how it was checked, `countersign status {name}` how it stands"
            )));
    }
    if bundle::is_reply(path) { bundle::demand_no_reply(path) } else { Ok(()) }
}

/// Returns the exit code where findings do not fail the run: what is not in force stays that.
fn without_findings(report: &Report) -> u8 {
    if report.not_in_force.is_empty() { 0 } else { Kind::NotInForce.exit_code() }
}

/// Finds the project of the given paths, and the paths relative to its root.
pub(super) fn project(paths: &[PathBuf], at: Option<&str>) -> Result<(Snapshot, Vec<String>)> {
    let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let start = if at.is_some() && !first.exists() { Path::new(".") } else { first };
    let root = Snapshot::root_for(start)?;
    let relative =
        paths.iter().map(|path| relative(&root, path, at.is_some())).collect::<Result<Vec<String>>>()?;
    let relative = if relative.iter().any(String::is_empty) { Vec::new() } else { relative };
    let world = match at {
        Some(revision) => Snapshot::at(&root, revision)?,
        None => Snapshot::on_disk(root)?,
    };
    Ok((world, relative))
}

fn relative(root: &Path, path: &Path, in_commit: bool) -> Result<String> {
    let here = std::env::current_dir()
        .map_err(|error| Error::usage("cannot tell the current folder").because(error))?;
    let full = match std::fs::canonicalize(path) {
        Ok(full) => full,
        Err(_) if in_commit => here.join(path),
        Err(error) => {
            let message = format!("cannot open `{}`", path.display());
            return Err(Error::usage(message)
                .because(error)
                .hint("`countersign check` without a path checks all matrices"));
        }
    };
    let below = full.strip_prefix(root).map_err(|_| {
        Error::usage(format!("`{}` does not lie in the project at `{}`", path.display(), root.display()))
            .hint("check one project at a time")
    })?;
    let below = below.to_str().ok_or_else(|| Error::usage(format!("`{}` is not UTF-8", path.display())))?;
    Ok(below.replace('\\', "/"))
}

/// Chooses the command that helps most now.
fn suggest(report: &mut Report, paths: &[PathBuf], signoffs: Option<&SignoffState>) {
    if report.next.is_none() && report.errors.is_empty() && !report.matrices.is_empty() {
        if let ([only], Some(signoffs)) = (&report.matrices[..], signoffs)
            && let Some(step) = status::next_of_draft(only, signoffs)
        {
            report.next = Some(step.command);
            return;
        }
        let name =
            paths.first().map_or_else(|| report.matrices[0].file.clone(), |path| path.display().to_string());
        report.next = Some(format!("countersign show {}", report::words::shell(name)));
    }
}

/// Returns the format on standard output and the reports in files; `--ci` fills in what a runner can show.
fn outputs(args: &Args) -> (Format, Vec<Output<Format>>) {
    let set = |name: &str| std::env::var_os(name).filter(|value| args.ci && !value.is_empty());
    let on_github = set("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let usual = if on_github { Format::Github } else { Format::Text };
    let mut outputs = args.output.clone();
    if let Some(summary) = set("GITHUB_STEP_SUMMARY").map(PathBuf::from)
        && outputs.iter().all(|output| output.file != summary)
    {
        outputs.push(Output { format: Format::Markdown, file: summary });
    }
    (args.format.unwrap_or(usual), outputs)
}

/// What the rules say about themselves, for the formats that have room for it.
fn texts(mut formats: impl Iterator<Item = Format>) -> BTreeMap<String, RuleText> {
    if !formats.any(|format| matches!(format, Format::Sarif | Format::Markdown)) {
        return BTreeMap::new();
    }
    let packs = Packs::shipped(pack::shipped_ids());
    let policy = Policy::assemble(&packs, &[], &Config::default()).unwrap_or_default();
    policy.rules().map(|rule| (rule.id.to_string(), rule.text())).collect()
}
