//! The words of JSON Schema 2020-12 that a rule may use, and what stands under each.

/// What stands under a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// One schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// Schemas by name.
    Named,
    /// Schemas by pattern.
    ByPattern,
    /// Definitions, which only count where they are referred to.
    Definitions,
    /// A reference to a definition.
    Reference,
    /// A regular expression.
    Pattern,
    /// The name of a format.
    Format,
    /// The dialect.
    Dialect,
    /// A plain value.
    Plain,
}

/// Every keyword that is known.
const KEYWORDS: [(&str, Holds); 49] = [
    ("additionalProperties", Holds::Schema),
    ("items", Holds::Schema),
    ("contains", Holds::Schema),
    ("not", Holds::Schema),
    ("if", Holds::Schema),
    ("then", Holds::Schema),
    ("else", Holds::Schema),
    ("propertyNames", Holds::Schema),
    ("unevaluatedItems", Holds::Schema),
    ("unevaluatedProperties", Holds::Schema),
    ("allOf", Holds::Schemas),
    ("anyOf", Holds::Schemas),
    ("oneOf", Holds::Schemas),
    ("prefixItems", Holds::Schemas),
    ("properties", Holds::Named),
    ("dependentSchemas", Holds::Named),
    ("patternProperties", Holds::ByPattern),
    ("$defs", Holds::Definitions),
    ("$ref", Holds::Reference),
    ("pattern", Holds::Pattern),
    ("format", Holds::Format),
    ("$schema", Holds::Dialect),
    ("$comment", Holds::Plain),
    ("type", Holds::Plain),
    ("enum", Holds::Plain),
    ("const", Holds::Plain),
    ("multipleOf", Holds::Plain),
    ("maximum", Holds::Plain),
    ("exclusiveMaximum", Holds::Plain),
    ("minimum", Holds::Plain),
    ("exclusiveMinimum", Holds::Plain),
    ("maxLength", Holds::Plain),
    ("minLength", Holds::Plain),
    ("maxItems", Holds::Plain),
    ("minItems", Holds::Plain),
    ("uniqueItems", Holds::Plain),
    ("maxContains", Holds::Plain),
    ("minContains", Holds::Plain),
    ("maxProperties", Holds::Plain),
    ("minProperties", Holds::Plain),
    ("required", Holds::Plain),
    ("dependentRequired", Holds::Plain),
    ("title", Holds::Plain),
    ("description", Holds::Plain),
    ("default", Holds::Plain),
    ("deprecated", Holds::Plain),
    ("readOnly", Holds::Plain),
    ("writeOnly", Holds::Plain),
    ("examples", Holds::Plain),
];

/// Keywords that exist and would let a schema point elsewhere or loop.
pub(super) const REFUSED: [&str; 8] = [
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$vocabulary",
    "definitions",
];

/// Every format that is checked.
pub(super) const FORMATS: [&str; 17] = [
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uri-template",
    "iri",
    "iri-reference",
    "uuid",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

/// Returns what stands under `keyword`, if it is known.
pub(super) fn holds(keyword: &str) -> Option<Holds> {
    KEYWORDS.iter().find(|(known, _)| *known == keyword).map(|(_, holds)| *holds)
}

/// Returns the names of all known keywords.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|(name, _)| *name)
}
