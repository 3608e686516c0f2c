//! How a matrix is written: two-space indent, fields in the order of the format, a final newline.
//!
//! The layout is that of `JSON.stringify(value, null, 2)`, so other tools rewrite a matrix without a change.

use serde_json::{Map, Value};

/// The fields of one kind of object in their order, with the shape of what they hold.
struct Shape(&'static [(&'static str, Option<&'static Shape>)]);

/// The order of the fields of one object of the format; of none where the format does not know it.
#[derive(Clone, Copy)]
pub struct Order(Option<&'static Shape>);

impl Order {
    /// Returns the order of the head of a matrix.
    pub fn matrix() -> Self {
        Self(Some(&MATRIX))
    }

    /// Returns how many fields of the format come before one; fields that it does not know come last.
    pub fn rank(self, field: &str) -> usize {
        let fields = self.0.map_or(&[][..], |shape| shape.0);
        fields.iter().position(|(name, _)| *name == field).unwrap_or(fields.len())
    }

    /// Returns the order of what a field holds, be it an object or a list of objects.
    pub fn of(self, field: &str) -> Self {
        let fields = self.0.map_or(&[][..], |shape| shape.0);
        Self(fields.iter().find(|(name, _)| *name == field).and_then(|(_, shape)| *shape))
    }
}

/// Returns the text of a matrix. Fields that the format does not know come last, by name.
///
/// Only the layout is decided here; what the value says is not looked at.
pub fn text(matrix: &Value) -> String {
    plain(matrix, &MATRIX)
}

/// Returns the text of any other file of ours: `format` and `$schema` first, the rest in the order given.
pub fn fields(fields: &[(&str, Value)]) -> String {
    let mut out = String::from("{");
    for (at, (name, value)) in fields.iter().enumerate() {
        out.push_str(if at == 0 { "\n  " } else { ",\n  " });
        out.push_str(&Value::from(*name).to_string());
        out.push_str(": ");
        write(value, None, 1, &mut out);
    }
    out.push_str("\n}\n");
    out
}

fn plain(value: &Value, shape: &'static Shape) -> String {
    let mut out = String::new();
    write(value, Some(shape), 0, &mut out);
    out.push('\n');
    out
}

fn write(value: &Value, shape: Option<&'static Shape>, depth: usize, out: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => object(fields, shape, depth, out),
        Value::Array(items) if !items.is_empty() => list(items, shape, depth, out),
        other => out.push_str(&other.to_string()),
    }
}

fn object(fields: &Map<String, Value>, shape: Option<&'static Shape>, depth: usize, out: &mut String) {
    let known = shape.map_or(&[][..], |shape| shape.0);
    let rank = |name: &str| known.iter().position(|(field, _)| *field == name).unwrap_or(known.len());
    let mut ordered: Vec<(&String, &Value)> = fields.iter().collect();
    ordered.sort_by_key(|(name, _)| rank(name));
    for (at, (name, value)) in ordered.into_iter().enumerate() {
        out.push_str(if at == 0 { "{" } else { "," });
        line(depth + 1, out);
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push_str(": ");
        write(value, known.get(rank(name)).and_then(|(_, shape)| *shape), depth + 1, out);
    }
    line(depth, out);
    out.push('}');
}

fn list(items: &[Value], shape: Option<&'static Shape>, depth: usize, out: &mut String) {
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "[" } else { "," });
        line(depth + 1, out);
        write(item, shape, depth + 1, out);
    }
    line(depth, out);
    out.push(']');
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

static MATRIX: Shape = Shape(&[
    ("format", None),
    ("$schema", None),
    ("id", None),
    ("kind", None),
    ("version", None),
    ("title", None),
    ("basedOn", Some(&NAMED)),
    ("replaces", Some(&NAMED)),
    ("frameworks", Some(&FRAMEWORK)),
    ("agreement", Some(&AGREEMENT)),
    ("documents", Some(&DOCUMENT)),
    ("effectiveFrom", None),
    ("effectiveUntil", None),
    ("retroactive", None),
    ("review", Some(&REVIEW)),
    ("parties", Some(&PARTY)),
    ("services", Some(&SERVICE)),
    ("scopes", Some(&SCOPE)),
    ("defaults", Some(&DEFAULTS)),
    ("rows", Some(&ROW)),
]);

static NAMED: Shape = Shape(&[("id", None), ("version", None), ("sha256", None)]);

static FRAMEWORK: Shape = Shape(&[("pack", None), ("edition", None), ("include", None), ("coverage", None)]);

static AGREEMENT: Shape = Shape(&[("kind", None), ("reference", None), ("exhibit", None)]);

static DOCUMENT: Shape = Shape(&[
    ("id", None),
    ("kind", None),
    ("party", None),
    ("reference", None),
    ("section", None),
    ("sha256", None),
]);

static REVIEW: Shape = Shape(&[("every", None), ("last", None), ("triggers", None)]);

static PARTY: Shape = Shape(&[
    ("id", None),
    ("side", None),
    ("name", None),
    ("kind", None),
    ("method", None),
    ("boundBy", None),
    ("handles", None),
    ("businessHours", None),
    ("contacts", Some(&CONTACT)),
    ("authorizations", Some(&AUTHORIZATION)),
]);

static CONTACT: Shape = Shape(&[
    ("id", None),
    ("role", None),
    ("name", None),
    ("channel", None),
    ("hours", None),
    ("escalation", None),
]);

static AUTHORIZATION: Shape =
    Shape(&[("kind", None), ("reference", None), ("asOf", None), ("expires", None)]);

static SERVICE: Shape =
    Shape(&[("id", None), ("party", None), ("name", None), ("startsOn", None), ("endsOn", None)]);

static SCOPE: Shape = Shape(&[
    ("id", None),
    ("title", None),
    ("environment", None),
    ("assets", None),
    ("data", None),
    ("systems", None),
    ("locations", None),
    ("excludes", None),
]);

static DEFAULTS: Shape = Shape(&[("duties", Some(&DUTY)), ("retention", None), ("cadence", None)]);

static ROW: Shape = Shape(&[
    ("id", None),
    ("title", None),
    ("group", None),
    ("controls", None),
    ("references", None),
    ("statement", None),
    ("activity", None),
    ("allocation", None),
    ("shared", Some(&SHARED)),
    ("byScope", Some(&VARIATION)),
    ("duties", Some(&DUTY)),
    ("services", None),
    ("scope", None),
    ("documents", Some(&CITATION)),
    ("offered", None),
    ("inherits", Some(&EDGE)),
    ("cadence", None),
    ("evidence", Some(&EVIDENCE)),
    ("reports", Some(&REPORT)),
    ("tools", None),
    ("justification", None),
    ("status", Some(&STATUS)),
    ("accepts", Some(&ACCEPT)),
    ("notes", None),
    ("reviewed", Some(&REVIEWED)),
    ("native", Some(&NATIVE)),
]);

static SHARED: Shape = Shape(&[("mode", None), ("details", None)]);

static VARIATION: Shape =
    Shape(&[("scope", None), ("allocation", None), ("shared", Some(&SHARED)), ("offered", None)]);

static CITATION: Shape = Shape(&[("document", None), ("section", None)]);

static DUTY: Shape = Shape(&[
    ("id", None),
    ("do", None),
    ("party", None),
    ("role", None),
    ("interviewee", None),
    ("text", None),
    ("phase", None),
    ("for", None),
    ("to", None),
    ("cadence", None),
    ("within", Some(&WITHIN)),
    ("escalate", None),
    ("scope", None),
    ("controls", None),
]);

static WITHIN: Shape = Shape(&[("time", None), ("of", None), ("clock", None)]);

static EDGE: Shape = Shape(&[
    ("by", None),
    ("from", None),
    ("extent", None),
    ("offered", None),
    ("document", None),
    ("reference", None),
    ("responsibilities", Some(&RESPONSIBILITY)),
]);

static RESPONSIBILITY: Shape = Shape(&[("text", None), ("row", None)]);

static EVIDENCE: Shape = Shape(&[
    ("artifact", None),
    ("kind", None),
    ("collector", None),
    ("location", None),
    ("retention", None),
    ("method", None),
    ("final", None),
    ("scope", None),
    ("controls", None),
]);

static REPORT: Shape =
    Shape(&[("by", None), ("to", None), ("what", None), ("cadence", None), ("within", Some(&WITHIN))]);

static STATUS: Shape =
    Shape(&[("implementation", None), ("also", None), ("exception", None), ("plan", None)]);

static ACCEPT: Shape = Shape(&[("rule", None), ("reason", None), ("reference", None)]);

static REVIEWED: Shape = Shape(&[
    ("party", None),
    ("by", None),
    ("on", None),
    ("outcome", None),
    ("note", None),
    ("sha256", None),
]);

static NATIVE: Shape = Shape(&[("vocabulary", None), ("field", None), ("value", None)]);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use serde_json::{Value, json};

    use super::text;
    use crate::pack;
    use crate::schema;
    use crate::source::span::Spans;

    #[test]
    fn fields_come_in_the_order_of_the_format() {
        let matrix = json!({
            "rows": [{ "title": "Logs", "id": "logs", "controls": [], "zeal": 1 }], "id": "a", "format": "f"
        });
        let expected = "{\n  \"format\": \"f\",\n  \"id\": \"a\",\n  \"rows\": [\n    {\n      \"id\": \"logs\",\n      \
                        \"title\": \"Logs\",\n      \"controls\": [],\n      \"zeal\": 1\n    }\n  ]\n}\n";
        assert_eq!(text(&matrix), expected);
    }

    #[test]
    fn every_starter_is_written_as_it_is_read() {
        for id in pack::shipped_ids() {
            let Some(written) = pack::shipped_file(id, "starter.json") else { continue };
            let value: Value = serde_json::from_str(written).unwrap();
            let again: Value = serde_json::from_str(&text(&value)).unwrap();
            assert_eq!(again, value, "{id}");
        }
    }

    /// The schema is the list of fields; whatever it has must have a place here, in the same order.
    #[test]
    fn the_order_is_that_of_the_schema() {
        let schema = schema::text(schema::Kind::Matrix);
        let value: Value = serde_json::from_str(schema).unwrap();
        let spans = Spans::of(schema);
        let mut seen = 0;
        for (shape, pointer) in shapes() {
            let properties = value.pointer(&pointer).and_then(Value::as_object);
            let properties = properties.unwrap_or_else(|| panic!("{pointer} is no list of fields"));
            let mut names: Vec<&String> = properties.keys().collect();
            names.sort_by_key(|name| spans.resolve(&format!("{pointer}/{name}")).value.start);
            let ours: Vec<&str> = shape.0.iter().map(|(name, _)| *name).collect();
            assert_eq!(ours, names, "{pointer}");
            seen += names.len();
        }
        assert!(seen > 100);
    }

    fn shapes() -> Vec<(&'static super::Shape, String)> {
        let own = |name: &str| format!("/properties/{name}/properties");
        let def = |name: &str| format!("/$defs/{name}/properties");
        vec![
            (&super::MATRIX, "/properties".to_owned()),
            (&super::NAMED, def("named")),
            (&super::FRAMEWORK, def("framework")),
            (&super::AGREEMENT, own("agreement")),
            (&super::DOCUMENT, def("document")),
            (&super::REVIEW, own("review")),
            (&super::PARTY, def("party")),
            (&super::CONTACT, def("person")),
            (&super::AUTHORIZATION, def("authorization")),
            (&super::SERVICE, def("service")),
            (&super::SCOPE, def("scope")),
            (&super::DEFAULTS, own("defaults")),
            (&super::ROW, def("row")),
            (&super::DUTY, def("duty")),
            (&super::SHARED, def("division")),
            (&super::VARIATION, def("variation")),
            (&super::CITATION, def("citation")),
            (&super::WITHIN, def("within")),
            (&super::EDGE, def("edge")),
            (&super::EVIDENCE, def("evidence")),
            (&super::REPORT, def("report")),
            (&super::STATUS, def("status")),
            (&super::ACCEPT, def("acceptance")),
            (&super::REVIEWED, def("walkThrough")),
            (&super::NATIVE, def("native")),
        ]
    }
}
