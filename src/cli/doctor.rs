//! `countersign doctor`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::choose::one_of;
use super::{AnchorArg, Global, terminal, today};
use crate::doctor::{self, Level, Line, Question};
use crate::document::{self, Answer, Block, Document, Format, Inline, Table};
use crate::error::Result;
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
    anchor: AnchorArg,
    /// Look at how a CI system runs the gate instead: each fault with the line that mends it
    #[arg(long, conflicts_with_all = ["who", "key"])]
    ci: bool,
    /// The format
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
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
    let world = Snapshot::root_of(Path::new(".")).and_then(Snapshot::on_disk);
    let wish = Wish::of(args.key.clone(), std::env::home_dir());
    let agent = std::env::var_os("SSH_AUTH_SOCK");
    let question = Question { who: args.who.clone(), wish, anchor: args.anchor.digest()?, agent };
    let lines = match world {
        Ok(world) if args.ci => doctor::examine_ci(&world)?,
        Ok(world) => doctor::examine(&world, &question, today())?,
        Err(error) if args.ci => return Err(error),
        Err(error) => doctor::examine_without_project(&question, &error),
    };
    let wrong = lines.iter().filter(|line| line.level == Level::Error);
    let codes: Vec<u8> = wrong.map(|line| line.code).collect();
    let code = [70, 2, 4, 3, 1, 5].into_iter().find(|code| codes.contains(code)).unwrap_or_default();
    let answers = Answers {
        format: "countersign/doctor/1",
        tool: env!("CARGO_PKG_VERSION"),
        lines: &lines,
        exit_code: code,
    };
    terminal::print(&document::render(args.format, &answers, &terminal::style(global.color)))?;
    Ok(code)
}

impl Answer for Answers<'_> {
    fn document(&self) -> Document {
        let row = |line: &Line| {
            let help = line.help.clone().unwrap_or_default();
            vec![
                line.level.word().into(),
                line.about.into(),
                Inline::of_message(&line.found),
                Inline::of_message(&help),
            ]
        };
        let columns = vec!["level", "what", "found", "help"];
        let page = Block::Page("Countersign: what signing and judging need".into());
        let rows = self.lines.iter().map(row).collect();
        Document { blocks: vec![page, Block::Table(Table { columns, rows })] }
    }

    fn text(&self, style: &Style) -> String {
        text(self.lines, style)
    }
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
