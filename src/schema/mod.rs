//! The shapes of our files, and the only door to `jsonschema`.
//!
//! A schema asks for identity and shape; what a good matrix holds is asked for by rules.
//! Nothing here reads a file or the network.

mod because;
mod bounds;
mod fault;
mod keyword;
mod limits;
mod message;
mod must;
mod outline;
mod typo;
mod words;

use std::sync::OnceLock;

use jsonschema::{PatternOptions, ValidationOptions, Validator};
use serde_json::Value;

pub use fault::Fault;
pub use must::Must;
pub use words::suggest;

/// The files whose shape a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `matrices/<id>.json`: who does what.
    Matrix,
    /// `state/<id>.json`: what changes weekly.
    State,
    /// `countersign.json`: the configuration of an engagement.
    Config,
    /// `waivers.json`: accepted findings.
    Waivers,
    /// `policies/*.json`: rules.
    Policy,
    /// `pack.json`: the head of a framework's folder.
    Pack,
    /// `catalogue.json`: the controls of a framework.
    Catalogue,
    /// `obligations.json`: what a framework asks for beside its controls.
    Obligations,
    /// `trust/<n>.json`: who may sign.
    Roster,
    /// A signed decision of one signer.
    Statement,
    /// A key that is no longer trusted.
    Revocation,
    /// `judged.json`: what the checker said of an offered version.
    Judged,
    /// `effective.json`: that a version has all its signatures.
    Mark,
    /// What `check --format json` prints.
    Report,
}

impl Kind {
    /// Every kind, in the order of the enumeration.
    pub const ALL: [Self; 14] = [
        Self::Matrix,
        Self::State,
        Self::Config,
        Self::Waivers,
        Self::Policy,
        Self::Pack,
        Self::Catalogue,
        Self::Obligations,
        Self::Roster,
        Self::Statement,
        Self::Revocation,
        Self::Judged,
        Self::Mark,
        Self::Report,
    ];

    /// Returns the word in the file's `format` and in the schema's file name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::State => "state",
            Self::Config => "config",
            Self::Waivers => "waivers",
            Self::Policy => "policy",
            Self::Pack => "pack",
            Self::Catalogue => "catalogue",
            Self::Obligations => "obligations",
            Self::Roster => "roster",
            Self::Statement => "statement",
            Self::Revocation => "revocation",
            Self::Judged => "judged",
            Self::Mark => "mark",
            Self::Report => "report",
        }
    }
}

/// Returns the schema of `kind` as it is published.
pub fn text(kind: Kind) -> &'static str {
    match kind {
        Kind::Matrix => include_str!("../../schema/matrix.schema.json"),
        Kind::State => include_str!("../../schema/state.schema.json"),
        Kind::Config => include_str!("../../schema/config.schema.json"),
        Kind::Waivers => include_str!("../../schema/waivers.schema.json"),
        Kind::Policy => include_str!("../../schema/policy.schema.json"),
        Kind::Pack => include_str!("../../schema/pack.schema.json"),
        Kind::Catalogue => include_str!("../../schema/catalogue.schema.json"),
        Kind::Obligations => include_str!("../../schema/obligations.schema.json"),
        Kind::Roster => include_str!("../../schema/roster.schema.json"),
        Kind::Statement => include_str!("../../schema/statement.schema.json"),
        Kind::Revocation => include_str!("../../schema/revocation.schema.json"),
        Kind::Judged => include_str!("../../schema/judged.schema.json"),
        Kind::Mark => include_str!("../../schema/mark.schema.json"),
        Kind::Report => include_str!("../../schema/report.schema.json"),
    }
}

/// Returns the schema of what `countersign facts` adds to a matrix, laid out like the matrix.
pub fn facts() -> &'static str {
    include_str!("../../schema/facts.schema.json")
}

/// Returns the schema of `kind` as a value.
pub fn value(kind: Kind) -> &'static Value {
    &parsed(kind).schema
}

/// Returns everything that is wrong with the shape of `value`, one fault for each mistake, in no promised order.
pub fn validate(kind: Kind, value: &Value) -> Vec<Fault> {
    let parsed = parsed(kind);
    if parsed.validator.is_valid(value) {
        return Vec::new();
    }
    let faults = fault::explain(&parsed.validator, &parsed.schema, value, "the file");
    if faults.is_empty() { vec![Fault::unexplained()] } else { faults }
}

/// A schema that is ready to explain what does not satisfy it.
struct Parsed {
    schema: Value,
    validator: Validator,
}

fn parsed(kind: Kind) -> &'static Parsed {
    static ALL: [OnceLock<Parsed>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
    ALL[kind as usize].get_or_init(|| parse(kind))
}

fn parse(kind: Kind) -> Parsed {
    let schema: Value = serde_json::from_str(text(kind)).expect("a bundled schema is JSON");
    let validator = options().build(&schema).expect("a bundled schema is a schema");
    Parsed { schema, validator }
}

/// Returns how every schema is judged: offline, formats checked, patterns in linear time.
fn options() -> ValidationOptions<'static> {
    jsonschema::draft202012::options()
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::regex().size_limit(1 << 20))
}
