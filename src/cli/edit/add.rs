//! `countersign add`

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Dry, Target, assigned};
use crate::cli::Global;
use crate::cli::choose::among;
use crate::edit::field;
use crate::edit::name::{Home, Noun, Thing};
use crate::error::{Error, Result};
use crate::init;
use crate::report::words;

/// Add a row, party, scope, service, document, contact or framework, or something to a row
///
/// A framework is consolidated into the rows that are there: one row answers to both where both ask for the same
/// work.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign add scope acme plant title=\"Plant floor\" environment=on-premises\n          \
                  countersign add party acme azure-gov side=subprovider boundBy=harbor name=\"Azure Government\" kind=csp\n          \
                  countersign add contact acme harbor/desk role=\"Security desk\" channel=\"+1 555 0100\" escalation=1\n          \
                  countersign add duty acme log-review do=approve party=acme role=\"IT manager\"\n          \
                  countersign add exception acme wireless row-has-evidence reason=\"there is no wireless network\"\n          \
                  countersign add framework acme hipaa"
)]
pub(in crate::cli) struct Args {
    /// What is added
    #[arg(value_parser = among(Thing::MADE))]
    what: Thing,
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Its id; of a contact PARTY/ID; the row that a duty and the like belong to
    name: String,
    /// Its fields as FIELD=VALUE; of an exception first the rule that it accepts a finding of
    fields: Vec<String>,
    #[command(flatten)]
    dry: Dry,
}

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    match args.what.home() {
        Home::Framework | Home::Role => framework(args, target, global),
        Home::Named(Noun::Contact) => contact(args, target, global),
        Home::Named(noun) => to_head(args, noun, target, global),
        Home::RowList(list) => to_row(args, list, target, global),
    }
}

fn to_head(args: &Args, noun: Noun, target: Target, global: &Global) -> Result<u8> {
    let mut fields = assigned(&args.fields)?;
    fields.insert(0, ("id".to_owned(), args.name.clone()));
    let mut item = field::object(noun.list(), &fields)?;
    if noun == Noun::Row {
        // A row says which controls it answers for and which side acts, even if that is none yet.
        for (name, value) in [("controls", json!([])), ("allocation", json!("unassigned"))] {
            if item.get(name).is_none() {
                item[name] = value;
            }
        }
    }
    target.edit(&args.dry, global, |matrix| {
        push(matrix, noun.list(), item)?;
        Ok(String::new())
    })
}

fn to_row(args: &Args, list: &'static str, target: Target, global: &Global) -> Result<u8> {
    let row = target.row(&args.name)?;
    let mut words = args.fields.clone();
    if args.what == Thing::Exception && words.first().is_some_and(|word| !word.contains('=')) {
        words[0] = format!("rule={}", words[0]);
    }
    let item = field::row_object(list, &assigned(&words)?)?;
    target.edit(&args.dry, global, |matrix| {
        let at = Noun::Row.find(matrix, &row)?;
        if let Some(row) = matrix.pointer_mut(&at) {
            push(row, list, item)?;
        }
        Ok(String::new())
    })
}

fn contact(args: &Args, target: Target, global: &Global) -> Result<u8> {
    let Some((party, id)) = args.name.split_once('/') else {
        return Err(Error::usage(format!("`{}` does not say whose contact it is", args.name))
            .hint("write PARTY/ID, such as harbor/desk"));
    };
    let mut item = serde_json::Map::new();
    item.insert("id".to_owned(), json!(id));
    let fields = assigned(&args.fields)?;
    target.edit(&args.dry, global, |matrix| {
        let at = Noun::Party.find(matrix, party)?;
        if let Some(party) = matrix.pointer_mut(&at) {
            push(party, "contacts", Value::Object(item))?;
        }
        for (name, value) in &fields {
            let path = format!("parties.{party}.contacts.{id}.{name}");
            field::change(matrix, "", &path, field::Change::To(value))?;
        }
        Ok(String::new())
    })
}

fn framework(args: &Args, target: Target, global: &Global) -> Result<u8> {
    let packs = &target.opened.setup.packs;
    let all = crate::pack::Packs::shipped(crate::pack::shipped_ids());
    let pack = packs.framework(&args.name).or_else(|| all.framework(&args.name)).cloned();
    let pack = pack.ok_or_else(|| {
        Error::nothing(format!("there is no framework `{}`", args.name))
            .hint("`countersign init --help` names those that are shipped; your own lie in packs/")
    })?;
    let rows = |matrix: &Value| matrix["rows"].as_array().map_or(0, Vec::len);
    let is_used = packs.get(&pack.id).is_some();
    target.edit(&args.dry, global, |matrix| {
        let before = rows(matrix);
        let left = init::consolidate(matrix, &pack)?;
        let after = rows(matrix);
        let mut said = format!("{} is consolidated: {} rows before, {after} now", pack.title, before);
        if !left.is_empty() {
            said.push_str(&format!(
                "; its starter names services that are no part of this matrix and were left out: {} \
                 (`countersign add service` adds one that was ordered)",
                words::list(&left)
            ));
        }
        if !is_used {
            said.push_str(&format!(
                "; add \"{}\" to `packs` in countersign.json, so that its rules are used",
                pack.id
            ));
        }
        Ok(said)
    })
}

fn push(owner: &mut Value, list: &str, item: Value) -> Result<()> {
    let fields = owner.as_object_mut().ok_or_else(|| Error::usage("there is nothing to add to"))?;
    let items = fields.entry(list).or_insert_with(|| json!([]));
    if let Some(items) = items.as_array_mut() {
        items.push(item);
    }
    Ok(())
}
