//! `countersign gate`

use std::path::PathBuf;

use super::choose::one_of;
use super::output::{self, Output};
use super::{AnchorArg, Global, evidence, terminal, today};
use crate::error::{Error, Result};
use crate::gate::{self, Ask, Kind, Outcome};

/// Judge a change by what stood before it: the step for a pull request, a merge queue, a push or a release
///
/// What is judged comes from the environment of GitHub, Forgejo, Gitea, GitLab, Bitbucket, Azure or Jenkins, else from
/// --base and --head. Rules, waivers, configuration and the list of signers are those of the base, so that no change
/// weakens its own gate. Nothing is fetched or posted: `--output comment=FILE` writes what a workflow may post.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: countersign gate --base origin/main
          countersign gate --output summary=summary.md --output sarif=gate.sarif
          countersign gate --release --anchor \"$COUNTERSIGN_ANCHOR\"")]
pub(super) struct Args {
    /// Whose rules judge and what the change is told from [default: what the CI system says]
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// What is judged [default: what the CI system says, else HEAD]
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// Demand that everything is in force and that the released text is the signed one; exit with 5 where it is not
    #[arg(long)]
    release: bool,
    /// Write the evidence of each version in force into this folder, which must not exist yet
    #[arg(long, value_name = "DIR", requires = "release")]
    evidence: Option<PathBuf>,
    /// Judge the matrices that the change does not touch, too
    #[arg(long)]
    all: bool,
    /// The format on standard output
    ///
    /// [default: text; where annotations are read: github]
    #[arg(long, short, value_name = "KIND", value_parser = one_of::<Kind>())]
    format: Option<Kind>,
    /// Write another report to a file, such as comment=comment.md; may be repeated
    #[arg(long, short, value_name = "KIND=FILE")]
    output: Vec<Output<Kind>>,
    #[command(flatten)]
    anchor: AnchorArg,
    /// Judge as of this day (UTC, YYYY-MM-DD) instead of today
    #[arg(long, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let environment = |name: &str| std::env::var(name).ok();
    let ask = Ask {
        folder: PathBuf::from("."),
        environment: &environment,
        base: args.base.clone(),
        head: args.head.clone(),
        anchor: None,
        today: args.as_of.unwrap_or_else(today),
        release: args.release,
        evidence: args.evidence.is_some(),
        all: args.all,
    };
    let outcome = match args.anchor.digest() {
        Ok(anchor) => gate::run(&Ask { anchor, ..ask }),
        Err(error) => Outcome::refused(error, None, ask.today),
    };
    let annotates = outcome.event.as_ref().is_some_and(|event| event.host.reads_annotations());
    let format = args.format.unwrap_or(if annotates { Kind::Github } else { Kind::Text });
    let mut outputs = args.output.clone();
    let summary = environment("GITHUB_STEP_SUMMARY").filter(|path| annotates && !path.is_empty());
    if let Some(file) = summary.map(PathBuf::from)
        && outputs.iter().all(|output| output.file != file)
    {
        outputs.push(Output { format: Kind::Summary, file });
    }
    if let Some(folder) = &args.evidence {
        std::fs::create_dir(folder).map_err(|error| {
            Error::usage(format!("cannot make the folder `{}`", folder.display()))
                .because(error)
                .hint("evidence is never written over; name a folder that is not there")
        })?;
        for (name, files) in &outcome.evidence {
            evidence::write(files, &folder.join(name))?;
        }
    }
    let style = terminal::style(global.color);
    for output in &outputs {
        output::write(&output.file, &outcome.render(output.format, &style))?;
    }
    terminal::print(&outcome.render(format, &style))?;
    if format != Kind::Text {
        outcome.report.errors.iter().for_each(|error| terminal::complain(error, global.color));
    }
    Ok(outcome.exit_code())
}
