//! The schemas that rules bring along, and what they may not do.

use countersign::schema::Must;
use serde_json::{Value, json};

fn refusal(schema: &Value) -> String {
    match Must::compile(schema) {
        Ok(_) => panic!("accepted: {schema}"),
        Err(why) => why,
    }
}

#[test]
fn a_fault_has_the_pointer_below_the_node() {
    let must = Must::compile(&json!({ "properties": { "location": { "pattern": "^GRC vault" } } })).unwrap();
    assert!(must.is_valid(&json!({ "location": "GRC vault, y" })));
    let faults = must.faults(&json!({ "location": "a shared drive" }));
    let expected = "`location` does not match `^GRC vault`, found the text `a shared drive`";
    assert_eq!(faults, [("/location".to_owned(), expected.to_owned())]);
}

#[test]
fn the_title_of_a_whole_schema_is_not_that_of_its_fields() {
    let must =
        Must::compile(&json!({ "title": "Vault", "properties": { "on": { "format": "date" } } })).unwrap();
    let faults = must.faults(&json!({ "on": "soon" }));
    assert_eq!(faults[0].1, "`on` is of the wrong form, found the text `soon`");
}

#[test]
fn a_missing_field_is_told_at_the_node() {
    let must = Must::compile(&json!({ "required": ["collector", "location"] })).unwrap();
    let faults = must.faults(&json!({ "location": "x" }));
    assert_eq!(faults, [(String::new(), "the field `collector` is missing".to_owned())]);
}

#[test]
fn false_refuses_every_node() {
    let must = Must::compile(&json!(false)).unwrap();
    assert_eq!(must.faults(&json!({})), [(String::new(), "the value must not be there".to_owned())]);
}

#[test]
fn references_inside_the_schema_are_followed() {
    let schema = json!({ "items": { "$ref": "#/$defs/day" }, "$defs": { "day": { "format": "date" } } });
    let must = Must::compile(&schema).unwrap();
    assert!(must.is_valid(&json!(["2026-02-28"])));
    assert!(!must.is_valid(&json!(["2026-02-30"])));
}

#[test]
fn a_misspelt_keyword_is_refused() {
    assert_eq!(
        refusal(&json!({ "requird": ["x"] })),
        "`requird` is no keyword of JSON Schema; did you mean `required`?, at `/requird`"
    );
    assert!(refusal(&json!({ "properties": { "x": { "patern": "y" } } })).contains("`pattern`"));
    assert!(refusal(&json!({ "format": "dat" })).contains("did you mean `date`?"));
}

#[test]
fn a_schema_that_points_elsewhere_is_refused() {
    for schema in [
        json!({ "$ref": "https://example.org/x.json" }),
        json!({ "$ref": "file:///etc/passwd" }),
        json!({ "$ref": "other.json#/x" }),
        json!({ "$ref": "#anchor" }),
        json!({ "$ref": "#/$defs/nowhere" }),
        json!({ "$ref": 3 }),
        json!({ "$dynamicRef": "#x" }),
        json!({ "$id": "https://example.org/x" }),
        json!({ "$anchor": "x" }),
        json!({ "$schema": "http://json-schema.org/draft-07/schema#" }),
    ] {
        refusal(&schema);
    }
    assert!(Must::compile(&json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" })).is_ok());
}

#[test]
fn a_schema_that_comes_back_to_itself_is_refused() {
    refusal(&json!({ "$ref": "#" }));
    refusal(&json!({ "properties": { "x": { "$ref": "#/properties/x" } } }));
    refusal(&json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "items": { "$ref": "#/$defs/a" } } } }));
    let tree = json!({ "anyOf": [{ "type": "string" }, { "items": { "$ref": "#/$defs/t" } }] });
    refusal(&json!({ "$ref": "#/$defs/t", "$defs": { "t": tree } }));
}

#[test]
fn alternatives_inside_alternatives_are_counted_through_references() {
    let three = json!({ "anyOf": [{ "oneOf": [{ "not": { "type": "null" } }] }] });
    assert!(Must::compile(&three).is_ok());
    assert!(refusal(&json!({ "allOf": [three] })).starts_with("more than 3 of"));
    let hidden = json!({ "anyOf": [{ "$ref": "#/$defs/three" }], "$defs": { "three": three } });
    assert!(refusal(&hidden).starts_with("more than 3 of"));
}

#[test]
fn a_schema_that_unfolds_without_end_is_refused() {
    let mut definitions = serde_json::Map::new();
    for level in 0..30 {
        let next = format!("#/$defs/d{}", level + 1);
        definitions.insert(
            format!("d{level}"),
            json!({ "properties": { "a": { "$ref": next }, "b": { "$ref": next } } }),
        );
    }
    definitions.insert("d30".to_owned(), json!(true));
    let why = refusal(&json!({ "$ref": "#/$defs/d0", "$defs": definitions }));
    assert!(why.starts_with("the schema unfolds"), "{why}");
}

#[test]
fn a_long_or_deep_schema_is_refused() {
    assert!(refusal(&json!({ "description": "x".repeat(16 * 1024) })).contains("16 KiB"));
    let deep = (0..60).fold(json!({}), |inner, _| json!({ "items": inner }));
    assert!(Must::compile(&deep).is_ok());
    refusal(&(0..70).fold(json!({}), |inner, _| json!({ "items": inner })));
}

#[test]
fn costly_patterns_are_refused() {
    assert!(refusal(&json!({ "pattern": "x".repeat(201) })).contains("200 characters"));
    for costly in [
        "((a{0,100}){0,100}){0,100}",
        "(?:a{2}b){3}",
        "((a{2}))+{4}",
        "((x{2})y){3}",
        "a{9}{9}",
        "(a{2})?{3}",
    ] {
        assert!(refusal(&json!({ "pattern": costly })).contains("counted repetition"), "{costly}");
        refusal(&json!({ "patternProperties": { costly: true } }));
    }
    for fine in
        [r"^[a-z]{2}(-[A-Z]{2})?$", r"(a\{2})\{3}", "[({2}]{3}", r"^\d{4}-\d{2}-\d{2}$", "(ab){3}(c{2})"]
    {
        assert!(Must::compile(&json!({ "pattern": fine })).is_ok(), "{fine}");
    }
    refusal(&json!({ "pattern": r"\p{L}{1000}\p{L}{1000}" }));
    refusal(&json!({ "pattern": "(?<=x)y" }));
    refusal(&json!({ "pattern": "(" }));
}

#[test]
fn a_schema_of_the_wrong_shape_is_refused() {
    for schema in [json!("x"), json!([]), json!(null), json!({ "required": "x" }), json!({ "type": "text" })]
    {
        refusal(&schema);
    }
    refusal(&json!({ "properties": { "x": 3 } }));
    refusal(&json!({ "minLength": -1 }));
}

#[test]
fn refusals_show_no_character_that_acts_on_a_terminal() {
    let why = refusal(&json!({ "\u{1b}[31m": 1 }));
    assert!(!why.contains('\u{1b}'), "{why:?}");
}
