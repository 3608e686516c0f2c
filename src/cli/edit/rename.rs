//! `countersign rename`

use std::path::PathBuf;

use super::{Dry, Target};
use crate::cli::Global;
use crate::cli::choose::among;
use crate::edit::name::{self, Home, Noun, Thing};
use crate::error::Result;
use crate::report::words;

/// Give something another id, or a role another name, everywhere it is used
///
/// Reviews of a text that differs in the id alone go on holding.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples: countersign rename party acme harbor harbor-msp\n          \
                  countersign rename role acme \"IT manager\" \"Head of IT\" --party acme")]
pub(in crate::cli) struct Args {
    /// What gets another name
    #[arg(value_parser = among(Thing::RENAMED))]
    what: Thing,
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// The id, or the role, of today; of a contact PARTY/ID
    from: String,
    /// The new one
    to: String,
    /// Of a role: at this party only
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    #[command(flatten)]
    dry: Dry,
}

/// Files beside a matrix that may use its ids.
const BESIDE: [&str; 3] = ["countersign.json", "waivers.json", "policies"];

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let Home::Named(noun) = args.what.home() else {
        return target.edit(&args.dry, global, |matrix| {
            let places = name::rename_role(matrix, &args.from, &args.to, args.party.as_deref())?;
            Ok(format!("renamed in {}", words::count(places, "place")))
        });
    };
    let beside = mentions(&target, &args.from, noun);
    target.edit(&args.dry, global, |matrix| {
        let renamed = name::rename(matrix, noun, &args.from, &args.to)?;
        let mut said = format!("renamed in {}", words::count(renamed.places, "place"));
        if renamed.reviews > 0 {
            said.push_str(&format!(
                "; {} of a text that differs in this name alone still hold",
                words::count(renamed.reviews, "review")
            ));
        }
        if !beside.is_empty() {
            said.push_str(&format!(
                "; the old id also stands in {}: change it there, too",
                words::list(&beside)
            ));
        }
        Ok(said)
    })
}

/// Returns the files of the project beside the matrix that have the old id.
fn mentions(target: &Target, id: &str, noun: Noun) -> Vec<String> {
    let root = target.opened.world.root();
    let own = id.rsplit('/').next().unwrap_or(id);
    let mut files: Vec<String> = BESIDE.iter().map(|&name| name.to_owned()).collect();
    files.push(format!("state/{}.json", target.draft.matrix().id));
    if noun == Noun::Party {
        files.push("trust".to_owned());
    }
    let has = |path: &std::path::Path| {
        std::fs::read_to_string(path)
            .is_ok_and(|text| text.contains(&format!("\"{own}\"")) || text.contains(&format!("\"{own}/")))
    };
    let is_mentioned = |name: &String| {
        let path = root.join(name);
        let inside = std::fs::read_dir(&path).into_iter().flatten().flatten();
        has(&path) || inside.into_iter().any(|entry| has(&entry.path()))
    };
    files.into_iter().filter(is_mentioned).collect()
}
