//! The schemas themselves: strict, complete, and teaching.

use std::collections::BTreeMap;

use countersign::schema::{self, Kind};
use serde_json::{Value, json};

/// The keywords that our schemas use; any other is a typo.
const KEYWORDS: [&str; 35] = [
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "examples",
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "items",
    "maxProperties",
    "minProperties",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "allOf",
    "default",
    "deprecated",
    "contains",
    "$comment",
];

fn all() -> Vec<(&'static str, Value)> {
    let mut all: Vec<_> = Kind::ALL.iter().map(|kind| (kind.word(), schema::value(*kind).clone())).collect();
    all.push(("diff", serde_json::from_str(include_str!("../../../schema/diff.schema.json")).unwrap()));
    all.push(("status", serde_json::from_str(include_str!("../../../schema/status.schema.json")).unwrap()));
    all.push(("doctor", serde_json::from_str(include_str!("../../../schema/doctor.schema.json")).unwrap()));
    all.push(("gate", serde_json::from_str(include_str!("../../../schema/gate.schema.json")).unwrap()));
    all.push(("who", serde_json::from_str(include_str!("../../../schema/who.schema.json")).unwrap()));
    all.push(("history", serde_json::from_str(include_str!("../../../schema/history.schema.json")).unwrap()));
    all.push(("blame", serde_json::from_str(include_str!("../../../schema/blame.schema.json")).unwrap()));
    all.push(("mapping", serde_json::from_str(schema::mapping()).unwrap()));
    all.push(("facts", serde_json::from_str(schema::facts()).unwrap()));
    all
}

/// Calls `visit` with every schema inside `schema` and the pointer to it.
fn each_schema(schema: &Value, at: &str, visit: &mut impl FnMut(&str, &Value)) {
    visit(at, schema);
    let Some(keywords) = schema.as_object() else { return };
    for (keyword, value) in keywords {
        let at = format!("{at}/{keyword}");
        match keyword.as_str() {
            "properties" | "$defs" => {
                for (name, inner) in value.as_object().unwrap() {
                    each_schema(inner, &format!("{at}/{name}"), visit);
                }
            }
            "allOf" => {
                for (index, inner) in value.as_array().unwrap().iter().enumerate() {
                    each_schema(inner, &format!("{at}/{index}"), visit);
                }
            }
            "items"
            | "additionalProperties"
            | "propertyNames"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains" => {
                each_schema(value, &at, visit);
            }
            _ => {}
        }
    }
}

fn in_condition(at: &str) -> bool {
    ["/if/", "/then/", "/else/"].iter().any(|part| at.contains(part))
}

#[test]
fn every_schema_is_draft_2020_12_and_uses_only_known_keywords() {
    for (name, document) in all() {
        assert!(jsonschema::meta::validate(&document).is_ok(), "{name}");
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(document["$id"], format!("https://countersign.dev/schema/{name}.schema.json"));
        each_schema(&document, "", &mut |at, schema| {
            for keyword in schema.as_object().into_iter().flatten().map(|(keyword, _)| keyword) {
                assert!(KEYWORDS.contains(&keyword.as_str()), "{name}{at}: {keyword}");
            }
            let outside = schema["$ref"].as_str().is_some_and(|to| document.pointer(&to[1..]).is_none());
            assert!(!outside, "{name}{at}: {}", schema["$ref"]);
        });
    }
}

#[test]
fn every_field_has_a_title_a_description_and_an_example() {
    for (name, document) in all() {
        each_schema(&document, "", &mut |at, schema| {
            let Some(fields) = schema["properties"].as_object().filter(|_| !in_condition(&format!("{at}/")))
            else {
                return;
            };
            for (field, inner) in fields {
                for word in ["title", "description"] {
                    assert!(inner[word].is_string(), "{name}{at}: {field} has no {word}");
                }
                assert!(inner["examples"].is_array(), "{name}{at}: {field} has no example");
            }
        });
    }
}

#[test]
fn every_group_of_fields_is_closed() {
    for (name, document) in all().into_iter().filter(|(name, _)| *name != "facts") {
        each_schema(&document, "", &mut |at, schema| {
            if schema["properties"].is_object() && !in_condition(&format!("{at}/")) && !at.ends_with("/check")
            {
                assert_eq!(schema["additionalProperties"], false, "{name}{at}");
            }
        });
    }
}

#[test]
fn every_example_satisfies_the_schema_it_stands_in() {
    for (name, document) in all() {
        each_schema(&document, "", &mut |at, schema| {
            let Some(examples) = schema["examples"].as_array() else { return };
            let mut part = schema.clone();
            part["$defs"] = document["$defs"].clone();
            let validator = jsonschema::draft202012::options()
                .offline()
                .should_validate_formats(true)
                .build(&part)
                .unwrap_or_else(|error| panic!("{name}{at}: {error}"));
            for example in examples {
                if let Err(error) = validator.validate(example) {
                    panic!("{name}{at}: {error}");
                }
            }
        });
    }
}

#[test]
fn definitions_of_one_name_are_one_definition() {
    let shared = [
        "id", "version", "text", "prose", "day", "duration", "cadence", "control", "digest", "within",
        "status", "clock",
    ];
    let mut known: BTreeMap<String, (String, Value)> = BTreeMap::new();
    for (name, document) in all() {
        for (definition, schema) in document["$defs"].as_object().into_iter().flatten() {
            if !shared.contains(&definition.as_str()) {
                continue;
            }
            let first = known.entry(definition.clone()).or_insert_with(|| (name.to_owned(), schema.clone()));
            assert_eq!(first.1, *schema, "{definition} in {} and {name}", first.0);
        }
    }
    assert!(known.len() >= 10);
}

#[test]
fn a_matrix_needs_only_identity_and_shape() {
    let schema = schema::value(Kind::Matrix);
    assert_eq!(schema["required"], json!(["format", "id", "kind", "version", "title", "parties", "rows"]));
    assert_eq!(schema["$defs"]["row"]["required"], json!(["id", "title", "controls", "allocation"]));
    assert_eq!(schema["$defs"]["party"]["required"], json!(["id", "side", "name"]));
    assert_eq!(schema["$defs"]["duty"]["required"], json!(["do", "party"]));
    assert_eq!(schema["$defs"]["evidence"]["required"], json!(["artifact"]));
}
