//! `countersign doctor`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use super::{Anchor, Global, terminal, today};
use crate::doctor::{self, Level, Line, Question};
use crate::error::Result;
use crate::git;
use crate::project::Snapshot;
use crate::report::{Style, escape};
use crate::signoff::Signer;
use crate::signoff::key::Wish;

/// Look whether everything is there that signing and judging need
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Who you are: then your key has to be at hand
    #[arg(long = "as", value_name = "PARTY/SIGNER")]
    who: Option<Signer>,
    /// Your key, where it lies elsewhere than usual
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    anchor: Anchor,
    /// The format
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// How the answers look.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Lines for a terminal
    Text,
    /// An object for programs
    Json,
    /// A list for a page
    Markdown,
}

/// The answers as one object.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answers<'a> {
    format: &'static str,
    tool: &'static str,
    lines: &'a [Line],
    exit_code: u8,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let world = Snapshot::on_disk(Snapshot::root_of(Path::new("."))?)?;
    let wish = Wish { file: args.key.clone(), configured: git::signing_key(), home: std::env::home_dir() };
    let agent = std::env::var_os("SSH_AUTH_SOCK");
    let question = Question { who: args.who.clone(), wish, anchor: args.anchor.digest()?, agent };
    let lines = doctor::examine(&world, &question, today())?;
    let code = u8::from(lines.iter().any(|line| line.level == Level::Error));
    terminal::print(&match args.format {
        Format::Text => text(&lines, &terminal::style(global.color)),
        Format::Json => {
            let answers = Answers {
                format: "countersign/doctor/1",
                tool: env!("CARGO_PKG_VERSION"),
                lines: &lines,
                exit_code: code,
            };
            let text = serde_json::to_string_pretty(&answers).expect("the answers have text keys");
            escape::json(&text) + "\n"
        }
        Format::Markdown => markdown(&lines),
    })?;
    Ok(code)
}

fn text(lines: &[Line], style: &Style) -> String {
    let mut out = String::new();
    for line in lines {
        let color = match line.level {
            Level::Ok => "32",
            Level::Warn => "33",
            Level::Error => "1;31",
        };
        let level = style.paint(color, &format!("{:5}", line.level.word()));
        let _ = writeln!(out, "{level}  {}: {}", line.about, escape::terminal(&line.found));
        if let Some(help) = &line.help {
            let _ = writeln!(out, "       help: {}", escape::terminal(help));
        }
    }
    escape::log_safe(&out).into_owned()
}

fn markdown(lines: &[Line]) -> String {
    let mut out = "| | what | found | help |\n|---|---|---|---|\n".to_owned();
    for line in lines {
        let help = line.help.as_deref().map(escape::markdown_message).unwrap_or_default();
        let found = escape::markdown_message(&line.found);
        let _ = writeln!(out, "| {} | {} | {found} | {help} |", line.level.word(), line.about);
    }
    out
}
