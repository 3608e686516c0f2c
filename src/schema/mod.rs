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

/// Declares the kinds of files: one line each, the word of which names its schema in `schema/`.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $word:literal,)+) => {
        /// The files whose shape a schema describes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])+ $kind,)+
        }

        impl Kind {
            /// Every kind, in the order of the enumeration.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Returns the word in the file's `format` and in the schema's file name.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                }
            }
        }

        /// Returns the schema of `kind` as it is published.
        pub fn text(kind: Kind) -> &'static str {
            match kind {
                $(Kind::$kind => include_str!(concat!("../../schema/", $word, ".schema.json")),)+
            }
        }
    };
}

kinds! {
    /// `matrices/<id>.json`: who does what.
    Matrix = "matrix",
    /// `state/<id>.json`: what changes weekly.
    State = "state",
    /// `countersign.json`: the configuration of an engagement.
    Config = "config",
    /// `waivers.json`: accepted findings.
    Waivers = "waivers",
    /// `policies/*.json`: rules.
    Policy = "policy",
    /// `pack.json`: the head of a framework's folder.
    Pack = "pack",
    /// `catalogue.json`: the controls of a framework.
    Catalogue = "catalogue",
    /// `obligations.json`: what a framework asks for beside its controls.
    Obligations = "obligations",
    /// `trust/<n>.json`: who may sign.
    Roster = "roster",
    /// A signed decision of one signer.
    Statement = "statement",
    /// A key that is no longer trusted.
    Revocation = "revocation",
    /// `judged.json`: what the checker said of an offered version.
    Judged = "judged",
    /// `effective.json`: that a version has all its signatures.
    Mark = "mark",
    /// What `check --format json` prints.
    Report = "report",
}

/// Returns the schema of what `countersign facts` adds to a matrix, laid out like the matrix.
pub fn facts() -> &'static str {
    include_str!("../../schema/facts.schema.json")
}

/// Returns the schema of mappings, which say what the columns of a spreadsheet mean; they are read without it.
pub fn mapping() -> &'static str {
    include_str!("../../schema/mapping.schema.json")
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
