//! The paths that most rules use, walked without the library: names, wildcards, and filters that compare a field with
//! a text or a yes, or ask whether it is there.
//!
//! Everything else is answered with nothing and left to the library, which builds a path for each node it passes and
//! so takes several times as long. A test holds both against each other for every shipped rule.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, Literal, Segment, Selector, SingularQuery,
    SingularQuerySegment, Test,
};
use serde_json::Value;

use super::{Node, escape};

/// Returns the nodes that a plain path selects; nothing where the path is not plain.
pub(super) fn select<'a>(segments: &[Segment], facts: &'a Value) -> Option<Vec<Node<'a>>> {
    let mut nodes = vec![(String::new(), facts)];
    for segment in segments {
        let Segment::Selector(selector) = segment else { return None };
        nodes = match selector {
            Selector::Name(name) if is_bare(name) => {
                let child = |(pointer, node): Node<'a>| {
                    Some((format!("{pointer}/{}", escape(name)), node.as_object()?.get(name)?))
                };
                nodes.into_iter().filter_map(child).collect()
            }
            Selector::Wildcard => nodes.iter().flat_map(children).map(Child::node).collect(),
            Selector::Filter(filter) => {
                let judged =
                    nodes.iter().flat_map(children).map(|child| Some((holds(filter, child.value)?, child)));
                let judged: Vec<_> = judged.collect::<Option<_>>()?;
                judged.into_iter().filter(|(holds, _)| *holds).map(|(_, child)| child.node()).collect()
            }
            Selector::Name(_) | Selector::Index(_) | Selector::Slice(..) => return None,
        };
    }
    Some(nodes)
}

/// A value in a list or an object, whose pointer is written out only where the value is selected.
struct Child<'p, 'a> {
    parent: &'p str,
    name: Name<'a>,
    value: &'a Value,
}

enum Name<'a> {
    Position(usize),
    Key(&'a str),
}

impl<'a> Child<'_, 'a> {
    fn node(self) -> Node<'a> {
        let pointer = match self.name {
            Name::Position(at) => format!("{}/{at}", self.parent),
            Name::Key(key) => format!("{}/{}", self.parent, escape(key)),
        };
        (pointer, self.value)
    }
}

fn children<'p, 'a>((parent, value): &'p Node<'a>) -> impl Iterator<Item = Child<'p, 'a>> {
    let items = value.as_array().into_iter().flatten().enumerate();
    let items = items.map(|(at, value)| (Name::Position(at), value));
    let fields = value.as_object().into_iter().flatten();
    let fields = fields.map(|(key, value)| (Name::Key(key), value));
    items.chain(fields).map(|(name, value)| Child { parent, name, value })
}

/// Returns whether a filter holds for a node; nothing where it is not plain.
fn holds(filter: &Filter, node: &Value) -> Option<bool> {
    match filter {
        Filter::Or(parts) => {
            parts.iter().try_fold(false, |known, part| if known { Some(true) } else { holds(part, node) })
        }
        Filter::And(parts) => {
            parts.iter().try_fold(true, |known, part| if known { holds(part, node) } else { Some(false) })
        }
        Filter::Atom(FilterAtom::Filter { expr, not }) => Some(holds(expr, node)? != *not),
        Filter::Atom(FilterAtom::Test { expr, not }) => match &**expr {
            Test::RelQuery(segments) => Some(exists(segments, node)? != *not),
            Test::AbsQuery(_) | Test::Function(_) => None,
        },
        Filter::Atom(FilterAtom::Comparison(comparison)) => match &**comparison {
            Comparison::Eq(left, right) => equals(left, right, node),
            Comparison::Ne(left, right) => Some(!equals(left, right, node)?),
            _ => None,
        },
    }
}

fn exists(segments: &[Segment], node: &Value) -> Option<bool> {
    let Some((first, rest)) = segments.split_first() else { return Some(true) };
    match first {
        Segment::Selector(Selector::Name(name)) if is_bare(name) => match node.get(name) {
            Some(child) => exists(rest, child),
            None => Some(false),
        },
        Segment::Selector(Selector::Filter(filter)) => {
            let Value::Array(items) = node else { return None };
            items.iter().try_fold(false, |found, item| {
                if found || !holds(filter, item)? { Some(found) } else { exists(rest, item) }
            })
        }
        _ => None,
    }
}

fn equals(left: &Comparable, right: &Comparable, node: &Value) -> Option<bool> {
    let (query, literal) = match (left, right) {
        (Comparable::SingularQuery(query), Comparable::Literal(literal))
        | (Comparable::Literal(literal), Comparable::SingularQuery(query)) => (query, literal),
        _ => return None,
    };
    let SingularQuery::Current(segments) = query else { return None };
    let mut found = Some(node);
    for segment in segments {
        let SingularQuerySegment::Name(name) = segment else { return None };
        if !is_bare(name) {
            return None;
        }
        found = found.and_then(|found| found.get(name));
    }
    match literal {
        Literal::String(text) if is_bare(text) => Some(found.and_then(Value::as_str) == Some(text)),
        Literal::Bool(yes) => Some(found.and_then(Value::as_bool) == Some(*yes)),
        _ => None,
    }
}

/// Returns whether a name or text is what it stands for: no quotes left and nothing escaped.
fn is_bare(text: &str) -> bool {
    !text.contains(['\'', '"', '\\'])
}
