//! A new engagement: which files it starts with, and what stands in them.
//!
//! ```text
//! starters of the packs -> join (one matrix) -> fill (names and ids) -> files by path
//! ```
//!
//! Nothing is read or written here; the caller brings the packs and puts the files where they belong.

pub mod ci;
mod file;
mod fill;
mod id;
mod join;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

pub use file::File;

use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::pack::starter::Names;
use crate::pack::{Pack, Packs};

/// The pack that is part of every engagement.
const CORE: &str = "core";

/// Who agrees with whom, and on what.
#[derive(Clone, Debug)]
pub struct Engagement {
    /// The client's legal name.
    pub client: String,
    /// The provider's legal name.
    pub provider: String,
    /// The frameworks, the one whose words win first.
    pub frameworks: Vec<Arc<Pack>>,
    /// By a framework's id, the groups and baselines of it that are asked for; all of it where nothing is said.
    pub include: BTreeMap<String, Vec<String>>,
    /// The matrix's id, where another than the usual one is wanted.
    pub id: Option<String>,
    /// The CI system that the gate is written for, and where the program comes from; `None` for no such files.
    pub ci: Option<(ci::System, ci::From)>,
}

/// The start of an engagement.
#[derive(Debug)]
pub struct Start {
    /// The matrix.
    pub matrix: Matrix,
    /// The file of the matrix.
    pub path: String,
    /// Every file, the matrix's last: as long as it is missing, the start can be repeated.
    pub files: Vec<File>,
}

/// Returns what an engagement starts with.
///
/// # Errors
/// Where a name or an id cannot be used.
pub fn start(engagement: &Engagement, packs: &Packs) -> Result<Start> {
    let ids = id::of(engagement)?;
    let names = Names::of(&engagement.client, &engagement.provider);
    let is_alone = engagement.frameworks.len() == 1;
    let included = |pack: &Pack| engagement.include.get(&pack.id).map(Vec::as_slice).unwrap_or_default();
    let of_pack = |pack: &Arc<Pack>| starter(pack, included(pack), is_alone);
    let frameworks = engagement.frameworks.iter().map(of_pack).collect();
    let mut value = join::joined(frameworks, packs.get(CORE).and_then(|core| core.starter_value()));
    for pack in &engagement.frameworks {
        let variants = included(pack).iter().filter_map(|id| pack.variant(id));
        variants.for_each(|variant| variant.fold(&mut value));
    }
    fill::fill(&mut value, engagement, &ids, &names);
    let text = crate::matrix::write::text(&value);
    let path = format!("matrices/{}.json", ids.matrix);
    let matrix = read(&path, &text)?;
    let mut files = file::beside(engagement, &ids, &names, &matrix);
    if let Some((system, from)) = &engagement.ci {
        files.extend(ci::files(*system, from, (&ids.client, &ids.provider)));
    }
    let holds = format!("who does what, {} rows", matrix.rows.len());
    files.push(File { path: path.clone(), text, holds });
    Ok(Start { matrix, path, files })
}

/// Consolidates another framework into a matrix: rows of one id answer to both, the words of the matrix win. Returns the
/// services that its starter has and the matrix has not.
///
/// # Errors
/// Where the matrix answers to the framework already, or has no client or no provider.
pub fn consolidate(matrix: &mut Value, pack: &Pack) -> Result<Vec<String>> {
    let named = matrix["frameworks"].as_array().into_iter().flatten();
    if named.into_iter().any(|framework| framework["pack"] == *pack.id) {
        return Err(Error::nothing(format!("the matrix answers to {} already", pack.title)));
    }
    let party = |side: &str| {
        let parties = matrix["parties"].as_array().into_iter().flatten();
        let found = parties.into_iter().find(|party| party["side"] == side);
        let field = |name: &str| found.and_then(|party| party[name].as_str()).map(str::to_owned);
        field("id").zip(field("name")).ok_or_else(|| {
            Error::usage(format!("the matrix has no {side} yet")).hint("`countersign add party` adds one")
        })
    };
    let ((client, client_name), (provider, provider_name)) = (party("client")?, party("provider")?);
    let ids = id::Ids { client, provider, matrix: String::new() };
    let mut later = starter(pack, &[], false);
    fill::ids_and_names(&mut later, &ids, &Names::of(&client_name, &provider_name));
    Ok(join::consolidate(matrix, later))
}

/// Returns a pack's starter; where it has none, one row for each control that nobody owns yet.
fn starter(pack: &Pack, include: &[String], is_alone: bool) -> Value {
    pack.starter_value().unwrap_or_else(|| join::unowned(pack, include, is_alone))
}

/// Reads what will be written as `check` will, so that nothing is written that `check` refuses.
fn read(path: &str, text: &str) -> Result<Matrix> {
    Matrix::read_made(path, text).map_err(|why| {
        Error::usage("no matrix can be made of these names")
            .because(why)
            .hint("names are plain text on one line; an id has lowercase letters, digits and dashes")
    })
}
