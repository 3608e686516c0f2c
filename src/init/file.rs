//! The files beside the matrix: configuration, editor settings, a page for readers.

use serde_json::{Value, json};

use super::id::Ids;
use super::{CORE, Engagement};
use crate::matrix::{Matrix, write};
use crate::pack::starter::{Names, fill};
use crate::report::{escape, words};
use crate::schema::{self, Kind};

/// The schemas that an editor needs, and which files they are for.
const SCHEMAS: [(Kind, &str); 8] = [
    (Kind::Matrix, "/matrices/**/*.json"),
    (Kind::Config, "/countersign.json"),
    (Kind::Waivers, "/waivers.json"),
    (Kind::State, "/state/*.json"),
    (Kind::Policy, "/policies/*.json"),
    (Kind::Pack, "/packs/*/pack.json"),
    (Kind::Catalogue, "/packs/*/catalogue.json"),
    (Kind::Obligations, "/packs/*/obligations.json"),
];
/// Where the schemas lie.
const SCHEMA_FOLDER: &str = ".vscode/countersign";

/// One file of a new engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path from the root, with forward slashes.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What it is for, in a few words.
    pub holds: String,
}

impl File {
    pub(super) fn new(path: &str, text: impl Into<String>, holds: &str) -> Self {
        Self { path: path.to_owned(), text: text.into(), holds: holds.to_owned() }
    }
}

/// Returns every file but the matrix.
pub(super) fn beside(engagement: &Engagement, ids: &Ids, names: &Names, matrix: &Matrix) -> Vec<File> {
    let mut files = vec![
        File::new("README.md", readme(engagement, ids, names, matrix), "what this is, for both parties"),
        File::new("countersign.json", config(engagement), "which packs of rules are in use"),
        File::new(".gitattributes", include_str!("template/gitattributes"), "signed bytes stay as they are"),
        File::new(".vscode/settings.json", settings(), "the editor explains every field"),
    ];
    files.extend(SCHEMAS.iter().map(|(kind, _)| {
        File::new(
            &format!("{SCHEMA_FOLDER}/{}", schema_name(*kind)),
            schema::text(*kind),
            "for the editor, offline",
        )
    }));
    files
}

fn schema_name(kind: Kind) -> String {
    format!("{}.schema.json", kind.word())
}

fn config(engagement: &Engagement) -> String {
    let mut packs = vec![CORE.to_owned()];
    packs.extend(engagement.frameworks.iter().map(|pack| pack.id.clone()));
    write::fields(&[
        ("format", json!("countersign/config/1")),
        ("$schema", json!(format!("./{SCHEMA_FOLDER}/{}", schema_name(Kind::Config)))),
        ("packs", json!(packs)),
        ("matrices", json!(["matrices/**/*.json"])),
    ])
}

fn settings() -> String {
    let schemas: Vec<Value> = SCHEMAS
        .iter()
        .map(|(kind, files)| json!({ "fileMatch": [files], "url": format!("./{SCHEMA_FOLDER}/{}", schema_name(*kind)) }))
        .collect();
    write::fields(&[
        ("json.schemas", json!(schemas)),
        ("files.eol", json!("\n")),
        ("files.insertFinalNewline", json!(true)),
        ("[json]", json!({ "editor.insertSpaces": true, "editor.tabSize": 2 })),
    ])
}

fn readme(engagement: &Engagement, ids: &Ids, names: &Names, matrix: &Matrix) -> String {
    let (client, provider) = (escape::markdown(&names.client), escape::markdown(&names.provider));
    let frameworks: Vec<String> =
        engagement.frameworks.iter().map(|pack| escape::markdown(&pack.title)).collect();
    let frameworks = words::list(&frameworks);
    let example =
        matrix.rows.iter().find(|row| row.shared.as_ref().is_some_and(|shared| shared.details.is_some()));
    let example = example.map_or_else(String::new, |row| {
        let details = row.shared.as_ref().and_then(|shared| shared.details.as_deref()).unwrap_or_default();
        let (title, details) = (escape::markdown(&row.title), escape::markdown(details));
        format!("\nOne row of it, for example:\n\n> **{title}**\n> {details}.\n")
    });
    let values = [
        ("client", client.as_str()),
        ("provider", &provider),
        ("frameworks", &frameworks),
        ("client-id", &ids.client),
        ("provider-id", &ids.provider),
        ("matrix", &ids.matrix),
        ("example", &example),
    ];
    fill(include_str!("template/README.md"), &values)
}
