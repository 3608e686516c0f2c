//! The JSONPath door: which nodes of the facts a rule looks at (RFC 9535).
//!
//! A path is compiled once, refused when it is a bomb, and refused when it names a field that the format
//! does not know: a path that selects nothing because of a typo would be a silent pass.

mod plain;

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, JpQuery, Literal, Segment, Selector, SingularQuery,
    SingularQuerySegment, Test, TestFunction,
};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
pub(super) use regex::{Captures, Regex};
use serde_json::Value;

use super::field::{Fields, Shape};

/// The longest path, in bytes.
const LONGEST: usize = 1024;
/// The deepest nesting of filters.
const DEEPEST: usize = 3;
/// The longest regular expression in a path, in bytes.
const LONGEST_PATTERN: usize = 200;

/// A selected value with its JSON Pointer.
pub type Node<'a> = (String, &'a Value);

/// A compiled path.
#[derive(Debug)]
pub struct Given {
    query: JpQuery,
}

impl Given {
    /// Compiles a path.
    ///
    /// # Errors
    /// A sentence on what is wrong with it: syntax, a limit, or a field that the format does not know.
    pub fn compile(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("the path is longer than {LONGEST} bytes"));
        }
        let query = parse_json_path(text).map_err(|error| syntax(&error.to_string()))?;
        Guard::default().query(&query.segments, 0)?;
        let fields = Fields::shared();
        Checker { fields }.walk(&query.segments, fields.root(), fields.root())?;
        Ok(Self { query })
    }

    /// Refuses a schema that asks the nodes of the path for a field that the format does not know: it would be content with
    /// whatever stands there.
    ///
    /// # Errors
    /// A sentence that names the field and the one that was probably meant.
    pub fn demand_known(&self, must: &Value) -> Result<(), String> {
        let fields = Fields::shared();
        let checker = Checker { fields };
        let shape = checker.walk(&self.query.segments, fields.root(), fields.root())?;
        checker.must(must, &shape)
    }

    /// Returns the nodes that the path selects, each with its JSON Pointer.
    pub fn select<'a>(&self, facts: &'a Value) -> Vec<Node<'a>> {
        plain::select(&self.query.segments, facts).unwrap_or_else(|| self.select_any(facts))
    }

    fn select_any<'a>(&self, facts: &'a Value) -> Vec<Node<'a>> {
        let nodes = js_path_process(&self.query, facts).unwrap_or_default();
        nodes.into_iter().map(|node| (pointer_of(&node.path), node.val)).collect()
    }
}

fn syntax(error: &str) -> String {
    let first = error.lines().map(str::trim).find(|line| line.starts_with('=')).unwrap_or("not a JSONPath");
    format!("the path is not valid JSONPath (RFC 9535): {}", first.trim_start_matches('=').trim())
}

/// Escapes a name for a JSON Pointer (RFC 6901).
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Turns a normalized path such as `$['rows'][0]` into a JSON Pointer.
fn pointer_of(path: &str) -> String {
    let mut pointer = String::with_capacity(path.len());
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while let Some(inner) = rest.strip_prefix('[') {
        pointer.push('/');
        if let Some(quoted) = inner.strip_prefix('\'') {
            let end = quoted.find("']").unwrap_or(quoted.len());
            pointer.push_str(&escape(&quoted[..end].replace("\\'", "'")));
            rest = quoted.get(end + 2..).unwrap_or("");
        } else {
            let end = inner.find(']').unwrap_or(inner.len());
            pointer.push_str(&inner[..end]);
            rest = inner.get(end + 1..).unwrap_or("");
        }
    }
    pointer
}

/// Refuses paths whose evaluation could take long.
#[derive(Default)]
struct Guard {
    descendants: usize,
}

impl Guard {
    fn query(&mut self, segments: &[Segment], depth: usize) -> Result<(), String> {
        segments.iter().try_for_each(|segment| self.segment(segment, depth))
    }

    fn segment(&mut self, segment: &Segment, depth: usize) -> Result<(), String> {
        match segment {
            Segment::Descendant(inner) => {
                self.descendants += 1;
                if self.descendants > 1 || depth > 0 {
                    return Err("the path uses `..` more than once or inside a filter".to_owned());
                }
                self.segment(inner, depth)
            }
            Segment::Selector(selector) => self.selector(selector, depth),
            Segment::Selectors(selectors) => {
                selectors.iter().try_for_each(|selector| self.selector(selector, depth))
            }
        }
    }

    fn selector(&mut self, selector: &Selector, depth: usize) -> Result<(), String> {
        match selector {
            Selector::Filter(filter) if depth < DEEPEST => self.filter(filter, depth + 1),
            Selector::Filter(_) => Err(format!("the path nests more than {DEEPEST} filters")),
            Selector::Name(_) | Selector::Wildcard | Selector::Index(_) | Selector::Slice(..) => Ok(()),
        }
    }

    fn filter(&mut self, filter: &Filter, depth: usize) -> Result<(), String> {
        match filter {
            Filter::Or(parts) | Filter::And(parts) => {
                parts.iter().try_for_each(|part| self.filter(part, depth))
            }
            Filter::Atom(FilterAtom::Filter { expr, .. }) => self.filter(expr, depth),
            Filter::Atom(FilterAtom::Test { expr, .. }) => self.test(expr, depth),
            Filter::Atom(FilterAtom::Comparison(comparison)) => {
                let (left, right) = comparison.vals();
                self.comparable(left, depth)?;
                self.comparable(right, depth)
            }
        }
    }

    fn comparable(&mut self, comparable: &Comparable, depth: usize) -> Result<(), String> {
        match comparable {
            Comparable::Function(function) => self.function(function, depth),
            Comparable::Literal(_) | Comparable::SingularQuery(_) => Ok(()),
        }
    }

    fn test(&mut self, test: &Test, depth: usize) -> Result<(), String> {
        match test {
            Test::RelQuery(segments) => self.query(segments, depth),
            Test::AbsQuery(query) => self.query(&query.segments, depth),
            Test::Function(function) => self.function(function, depth),
        }
    }

    fn function(&mut self, function: &TestFunction, depth: usize) -> Result<(), String> {
        match function {
            TestFunction::Custom(name, _) => {
                Err(format!("the path uses the function `{name}`, which RFC 9535 does not have"))
            }
            TestFunction::Length(arg) => self.argument(arg, depth),
            TestFunction::Value(arg) | TestFunction::Count(arg) => self.argument(arg, depth),
            TestFunction::Search(text, pattern) | TestFunction::Match(text, pattern) => {
                self.argument(text, depth)?;
                self.pattern(pattern)
            }
        }
    }

    fn argument(&mut self, argument: &FnArg, depth: usize) -> Result<(), String> {
        match argument {
            FnArg::Literal(_) => Ok(()),
            FnArg::Test(test) => self.test(test, depth),
            FnArg::Filter(filter) => self.filter(filter, depth),
        }
    }

    fn pattern(&mut self, pattern: &FnArg) -> Result<(), String> {
        match pattern {
            FnArg::Literal(Literal::String(pattern)) => refuse_pattern_bomb(pattern),
            _ => Err("the pattern of `match` or `search` must stand in the path itself".to_owned()),
        }
    }
}

/// Refuses regular expressions that are long, wrong, or repeat a counted repetition.
pub fn refuse_pattern_bomb(pattern: &str) -> Result<(), String> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("a pattern is longer than {LONGEST_PATTERN} bytes"));
    }
    let nested = regex::Regex::new(r"\{\d+(,\d*)?\}[^)]*\)[*+?]?\{\d+").expect("this pattern is ours");
    if nested.is_match(pattern) {
        return Err(format!("the pattern `{pattern}` repeats a counted repetition"));
    }
    regex::RegexBuilder::new(pattern)
        .size_limit(1 << 20)
        .build()
        .map(drop)
        .map_err(|_| format!("`{pattern}` is not a regular expression, or too large a one"))
}

/// Follows a path through the fields that the format knows.
struct Checker<'a> {
    fields: &'a Fields,
}

/// Keywords of a schema whose schemas are asked of the same value.
const SAME: [&str; 4] = ["not", "if", "then", "else"];
/// Keywords of a schema whose lists of schemas are asked of the same value.
const SAME_IN_LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords of a schema whose schemas are asked of each element.
const EACH: [&str; 3] = ["items", "contains", "additionalProperties"];

impl Checker<'_> {
    fn must(&self, schema: &Value, shape: &Shape) -> Result<(), String> {
        let Some(schema) = schema.as_object() else { return Ok(()) };
        for (name, below) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.must(below, &self.fields.named(shape, name)?)?;
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        required.filter_map(Value::as_str).try_for_each(|name| self.fields.named(shape, name).map(drop))?;
        for keyword in SAME {
            schema.get(keyword).map_or(Ok(()), |below| self.must(below, shape))?;
        }
        for keyword in SAME_IN_LISTS {
            let all = schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
            all.into_iter().try_for_each(|below| self.must(below, shape))?;
        }
        let each = self.fields.each(shape);
        EACH.iter().filter_map(|keyword| schema.get(*keyword)).try_for_each(|below| self.must(below, &each))
    }

    fn walk(&self, segments: &[Segment], from: Shape, root: Shape) -> Result<Shape, String> {
        segments.iter().try_fold(from, |shape, segment| self.segment(segment, shape, root.clone()))
    }

    fn segment(&self, segment: &Segment, shape: Shape, root: Shape) -> Result<Shape, String> {
        match segment {
            Segment::Descendant(inner) => self.segment(inner, self.fields.below(&shape), root),
            Segment::Selector(selector) => self.selector(selector, &shape, root),
            Segment::Selectors(selectors) => {
                let mut all = Shape::default();
                for selector in selectors {
                    all.join(self.selector(selector, &shape, root.clone())?);
                }
                Ok(all)
            }
        }
    }

    fn selector(&self, selector: &Selector, shape: &Shape, root: Shape) -> Result<Shape, String> {
        match selector {
            Selector::Name(name) => self.fields.named(shape, name),
            Selector::Wildcard | Selector::Index(_) | Selector::Slice(..) => Ok(self.fields.each(shape)),
            Selector::Filter(filter) => {
                let each = self.fields.each(shape);
                self.filter(filter, &each, &root)?;
                Ok(each)
            }
        }
    }

    fn filter(&self, filter: &Filter, at: &Shape, root: &Shape) -> Result<(), String> {
        match filter {
            Filter::Or(parts) | Filter::And(parts) => {
                parts.iter().try_for_each(|part| self.filter(part, at, root))
            }
            Filter::Atom(FilterAtom::Filter { expr, .. }) => self.filter(expr, at, root),
            Filter::Atom(FilterAtom::Test { expr, .. }) => self.test(expr, at, root),
            Filter::Atom(FilterAtom::Comparison(comparison)) => self.comparison(comparison, at, root),
        }
    }

    fn comparison(&self, comparison: &Comparison, at: &Shape, root: &Shape) -> Result<(), String> {
        let (left, right) = comparison.vals();
        [left, right].into_iter().try_for_each(|side| match side {
            Comparable::Literal(_) => Ok(()),
            Comparable::Function(function) => self.function(function, at, root),
            Comparable::SingularQuery(query) => match query {
                SingularQuery::Current(segments) => self.singular(segments, at.clone()),
                SingularQuery::Root(segments) => self.singular(segments, root.clone()),
            },
        })
    }

    fn singular(&self, segments: &[SingularQuerySegment], from: Shape) -> Result<(), String> {
        let step = |shape: Shape, segment: &SingularQuerySegment| match segment {
            SingularQuerySegment::Index(_) => Ok(self.fields.each(&shape)),
            SingularQuerySegment::Name(name) => self.fields.named(&shape, name),
        };
        segments.iter().try_fold(from, step).map(drop)
    }

    fn test(&self, test: &Test, at: &Shape, root: &Shape) -> Result<(), String> {
        match test {
            Test::RelQuery(segments) => self.walk(segments, at.clone(), root.clone()).map(drop),
            Test::AbsQuery(query) => self.walk(&query.segments, root.clone(), root.clone()).map(drop),
            Test::Function(function) => self.function(function, at, root),
        }
    }

    fn function(&self, function: &TestFunction, at: &Shape, root: &Shape) -> Result<(), String> {
        match function {
            TestFunction::Custom(..) => Ok(()),
            TestFunction::Length(arg) => self.argument(arg, at, root),
            TestFunction::Value(arg) | TestFunction::Count(arg) => self.argument(arg, at, root),
            TestFunction::Search(text, _) | TestFunction::Match(text, _) => self.argument(text, at, root),
        }
    }

    fn argument(&self, argument: &FnArg, at: &Shape, root: &Shape) -> Result<(), String> {
        match argument {
            FnArg::Literal(_) => Ok(()),
            FnArg::Test(test) => self.test(test, at, root),
            FnArg::Filter(filter) => self.filter(filter, at, root),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_node_comes_with_its_pointer() {
        let facts =
            json!({ "rows": [{ "duties": [{ "do": "perform" }, { "do": "notify" }] }, { "duties": [] }] });
        let filtered = Given::compile("$.rows[*].duties[?@.do == 'notify']").expect("a known path");
        assert_eq!(filtered.select(&facts), [("/rows/0/duties/1".to_owned(), &json!({ "do": "notify" }))]);
    }

    #[test]
    fn plain_paths_select_what_the_library_selects() {
        let facts = json!({
            "version": "1.0",
            "rows": [
                { "allocation": "shared", "isWork": true, "frameworks": ["soc2"], "duties": [{ "do": "notify" }] },
                { "allocation": "client", "isWork": false, "frameworks": ["hipaa", "soc2"], "activity": "a" },
                { "allocation": "client", "periodic": null, "duties": [{ "do": "perform", "side": "client" }] },
                "not a row"
            ],
        });
        for (path, count) in [
            ("$", 1),
            ("$.rows[*].duties", 2),
            ("$.rows[?@.allocation == 'client']", 2),
            ("$.rows[?'client' == @.allocation]", 2),
            ("$.rows[?@.allocation != 'client']", 2),
            ("$.rows[?@.isWork == true && @.allocation != 'unassigned']", 1),
            ("$.rows[?!@.activity]", 3),
            ("$.rows[?@.periodic]", 1),
            ("$.rows[?!(@.allocation == 'client' || @.isWork == true)]", 1),
            ("$.rows[?@.frameworks[?@ == 'soc2']]", 2),
            ("$.rows[?@.duties[?@.do == 'perform' && @.side == 'client']].duties[*]", 1),
        ] {
            let given = Given::compile(path).expect("a known path");
            let plain = plain::select(&given.query.segments, &facts).expect("a plain path");
            assert_eq!(plain, given.select_any(&facts), "{path}");
            assert_eq!(plain.len(), count, "{path}");
        }
        let other = Given::compile("$.rows[?search(@.title, '^a')]").expect("a known path");
        assert!(plain::select(&other.query.segments, &facts).is_none());
    }

    #[test]
    fn a_path_with_an_unknown_field_is_refused_with_the_field_that_was_meant() {
        let refused = Given::compile("$.rows[*].dutys[*]").expect_err("`dutys` is no field");
        assert!(refused.contains("`dutys`") && refused.contains("`duties`"), "{refused}");
        assert!(Given::compile("$.rows[?@.alocation == 'client']").is_err());
        assert!(Given::compile("$..nothing").is_err());
        assert!(Given::compile("$..evidence[*]").is_ok());
    }

    #[test]
    fn bombs_are_refused() {
        for bomb in [
            "$..*..*".to_owned(),
            format!("$.rows{}", "[?@.duties".repeat(2000)),
            "$.rows[?@.duties[?@.to[?@.x[?@.y]]]]".to_owned(),
            "$.rows[?search(@.title, '((a{0,100}){0,100}){0,100}')]".to_owned(),
            format!("$.rows[?match(@.title, '{}')]", "a".repeat(300)),
            "$.rows[?search(@.title, @.activity)]".to_owned(),
        ] {
            assert!(Given::compile(&bomb).is_err(), "{}", &bomb[..bomb.len().min(60)]);
        }
    }
}
