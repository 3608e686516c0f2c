//! Running the rules over one matrix.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::kinds::{Hit, Subject};
use super::message::{fill, scalar};
use super::rule::LazyMust;
use super::{Check, Policy, Rule};
use crate::facts::row_of;
use crate::finding::{Finding, Place, PointerPart, Severity, Stage};
use crate::matrix::{MatrixKind, Row};

/// Nodes that paths have selected in this matrix, by the path's text: many rules share a path.
type Selected<'a> = HashMap<String, Arc<Vec<(String, &'a Value)>>>;

impl Policy {
    /// Returns what the rules find in one matrix, in the order of the rules.
    pub fn evaluate(&self, subject: &Subject<'_>, file: &Arc<str>) -> Vec<Finding> {
        let mut run =
            Run { subject, file, matrix: subject.matrix.id.as_str().into(), selected: HashMap::new() };
        let rules = self.rules().filter(|rule| rule.severity != Severity::Off && applies(rule, subject));
        rules.flat_map(|rule| run.rule(rule, &rule.check)).collect()
    }

    /// Returns what one rule finds in an example, even if it is switched off or has other parameters here.
    pub fn evaluate_only(rule: &Rule, subject: &Subject<'_>, file: &Arc<str>) -> Vec<Finding> {
        let mut run =
            Run { subject, file, matrix: subject.matrix.id.as_str().into(), selected: HashMap::new() };
        let check = rule.tried.as_ref().unwrap_or(&rule.check);
        if applies(rule, subject) { run.rule(rule, check) } else { Vec::new() }
    }
}

/// Where duties stand that hold for every row without its own.
const DEFAULTS: &str = "/defaults/";

/// A default duty is seen in every row that it holds for, and told once.
fn once_per_default(found: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let is_new = |finding: &Finding| {
        let pointer = finding.place.pointer();
        !pointer.starts_with(DEFAULTS) || told.insert(pointer.to_owned())
    };
    found.filter(is_new).collect()
}

/// A rule of a framework runs only where the matrix names the framework.
fn applies(rule: &Rule, subject: &Subject<'_>) -> bool {
    let kind = match subject.matrix.kind {
        MatrixKind::Engagement => "engagement",
        MatrixKind::Standard => "standard",
    };
    let framework = subject.packs.get(&rule.origin).is_some_and(|pack| pack.is_framework());
    let named = !framework || subject.matrix.catalogs().any(|catalog| catalog == &*rule.origin);
    named && rule.applies_to.as_deref().is_none_or(|wanted| wanted == kind)
}

struct Run<'a> {
    subject: &'a Subject<'a>,
    file: &'a Arc<str>,
    matrix: Arc<str>,
    selected: Selected<'a>,
}

impl<'a> Run<'a> {
    fn rule(&mut self, rule: &Rule, check: &Check) -> Vec<Finding> {
        match check {
            Check::Kind(kind) => {
                kind.look(self.subject).into_iter().map(|hit| self.of_hit(rule, hit)).collect()
            }
            Check::Must { given, must } => {
                let facts = &self.subject.facts.value;
                let select =
                    || given.get().expect("a rule whose path does not compile is refused").select(facts);
                let nodes = self.selected.entry(given.text.clone());
                let nodes = Arc::clone(nodes.or_insert_with(|| Arc::new(select())));
                let found =
                    nodes.iter().filter_map(|(pointer, node)| self.of_node(rule, must, pointer, node));
                once_per_default(found)
            }
        }
    }

    fn of_node(&self, rule: &Rule, must: &LazyMust, pointer: &str, node: &Value) -> Option<Finding> {
        let must = must.get().expect("a rule whose schema does not compile is refused when it is read");
        if must.is_valid(node) {
            return None;
        }
        let (below, fault) = if rule.message.contains("{fault}") {
            must.faults(node).into_iter().next().unwrap_or_default()
        } else {
            (must.place(node).unwrap_or_default(), String::new())
        };
        let source = self.subject.facts.source_pointer(&format!("{pointer}{below}"));
        let row = row_of(&source).map(|(at, _)| at);
        let message = fill(&rule.message, |name| match name {
            "fault" => Some(fault.clone()),
            "row" if source.starts_with(DEFAULTS) => Some("defaults".to_owned()),
            _ => node.get(name).and_then(scalar).or_else(|| self.of_row(row, name)),
        });
        let anchor =
            if below.is_empty() && !node.is_string() { PointerPart::Opening } else { PointerPart::Value };
        let place = Place::Pointer { pointer: source.into(), anchor };
        Some(self.finding(rule, message, place, row, rule.severity))
    }

    fn of_row(&self, row: Option<usize>, name: &str) -> Option<String> {
        let row = self.subject.matrix.rows.get(row?)?;
        match name {
            "row" => Some(row.id.clone()),
            "title" => Some(row.label().to_owned()),
            "allocation" => Some(row.allocation.word().to_owned()),
            _ => None,
        }
    }

    fn of_hit(&self, rule: &Rule, hit: Hit) -> Finding {
        let value = |name: &str| {
            let own = hit.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
            own.or_else(|| self.of_row(hit.row, name))
        };
        let message = fill(&rule.message, value);
        let severity = hit.at_most.map_or(rule.severity, |most| rule.severity.max(most));
        let mut finding = self.finding(rule, message, hit.place, hit.row, severity);
        finding.related = hit.related.map(Box::new);
        finding
    }

    fn finding(
        &self,
        rule: &Rule,
        message: String,
        place: Place,
        row: Option<usize>,
        severity: Severity,
    ) -> Finding {
        let row = row.and_then(|at| self.subject.matrix.rows.get(at));
        let label =
            row.and_then(|row| self.label(row)).map(|label| format!(" ({label})")).unwrap_or_default();
        let stage = if severity == Severity::Error { rule.stage } else { Stage::Always };
        let severity = if stage == Stage::Signature && !self.subject.offered {
            severity.max(Severity::Warning)
        } else {
            severity
        };
        Finding {
            rule: Arc::clone(&rule.id),
            severity,
            stage,
            message: format!("{message}{label}").into(),
            help: Some(Arc::clone(&rule.fix)).filter(|fix| !fix.is_empty()),
            matrix: Some(Arc::clone(&self.matrix)),
            row: row.map(|row| row.id.as_str().into()),
            file: Arc::clone(self.file),
            place,
            related: None,
            waived: None,
            located: None,
        }
    }

    /// Returns the first control of a row with the catalogue's label: an id alone means nothing to a client.
    fn label(&self, row: &Row) -> Option<String> {
        let name = row.controls.first()?;
        let control = self.subject.packs.control(name)?;
        let (catalog, _) = name.split_once(':')?;
        let whole =
            control.parent.as_ref().and_then(|parent| self.subject.packs.catalogue(catalog)?.get(parent));
        Some(format!("{}: {}", control.id, whole.map_or(&control.title, |whole| &whole.title)))
    }
}
