//! The fields that a rule's path may name: those of the matrix schema and those that facts add.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use crate::{near, schema};

/// The two schemas that describe facts.
#[derive(Debug)]
pub(super) struct Fields {
    schemas: [Value; 2],
}

/// A set of subschemas that a path may have arrived at; empty where nothing can be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape(BTreeSet<(usize, String)>);

impl Shape {
    /// Adds the subschemas of another shape.
    pub(super) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Fields {
    /// Returns the fields of the format as this build knows it.
    pub(super) fn shared() -> &'static Self {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields {
            schemas: [schema::text(schema::Kind::Matrix), schema::facts()]
                .map(|text| serde_json::from_str(text).expect("a test reads every schema")),
        });
        &FIELDS
    }

    /// Returns the shape of the whole document.
    pub(super) fn root(&self) -> Shape {
        Shape(BTreeSet::from([(0, String::new()), (1, String::new())]))
    }

    /// Returns the shape of a field.
    ///
    /// # Errors
    /// A sentence that names the field and the one that was probably meant.
    pub(super) fn named(&self, shape: &Shape, name: &str) -> Result<Shape, String> {
        let mut found = Shape::default();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (which, node) in self.resolved(shape) {
            let Some(properties) = node.1.get("properties").and_then(Value::as_object) else { continue };
            known.extend(properties.keys().map(String::as_str));
            if properties.contains_key(name) {
                found.0.insert((which, format!("{}/properties/{}", node.0, super::given::escape(name))));
            }
        }
        if !found.0.is_empty() {
            return Ok(found);
        }
        let near = near::nearest(name, known.iter().copied());
        let meant = near.map(|field| format!("; did you mean `{field}`?")).unwrap_or_default();
        Err(format!("the format has no field `{name}` there{meant}"))
    }

    /// Returns the shape of the elements of a list or the values of an object.
    pub(super) fn each(&self, shape: &Shape) -> Shape {
        let mut found = Shape::default();
        for (which, (pointer, node)) in self.resolved(shape) {
            if node.get("items").is_some() {
                found.0.insert((which, format!("{pointer}/items")));
            }
            for name in
                node.get("properties").and_then(Value::as_object).into_iter().flat_map(|fields| fields.keys())
            {
                found.0.insert((which, format!("{pointer}/properties/{}", super::given::escape(name))));
            }
        }
        found
    }

    /// Returns the shape of the document and everything below it.
    pub(super) fn below(&self, shape: &Shape) -> Shape {
        let mut all = shape.clone();
        loop {
            let mut next = all.clone();
            next.join(self.each(&all));
            if next == all {
                return all;
            }
            all = next;
        }
    }

    fn resolved<'a>(&'a self, shape: &'a Shape) -> impl Iterator<Item = (usize, (String, &'a Value))> {
        shape.0.iter().filter_map(|(which, pointer)| {
            let mut pointer = pointer.clone();
            let mut node = self.schemas[*which].pointer(&pointer)?;
            while let Some(target) =
                node.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'))
            {
                pointer = target.to_owned();
                node = self.schemas[*which].pointer(&pointer)?;
            }
            Some((*which, (pointer, node)))
        })
    }
}
