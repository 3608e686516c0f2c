//! A rule's examples: fragments laid over a clean matrix, which are the rule's unit tests.
//!
//! A passing example leaves the rule silent, a failing one does not. Examples of readers are texts of files,
//! matrices that break the format, or matrices with waivers beside them.

mod base;
mod overlay;

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

pub use overlay::lay;

use self::base::Bases;
use super::kinds::{Kind, Reader, Subject};
use super::waiver::Waivers;
use super::{Base, Check, Policy, Rule};
use crate::diff::Comparer;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::matrix::Matrix;
use crate::pack::Packs;
use crate::schema;
use crate::source::{self, Limits};

/// The day on which examples are judged that name no other.
pub const TODAY: Date = jiff::civil::date(2026, 11, 20);

/// Whether an example shows the rule silent or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The rule is silent.
    Pass,
    /// The rule speaks.
    Fail,
}

impl Which {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
        }
    }
}

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The rule whose example it is.
    pub rule: Arc<str>,
    /// What it should have shown.
    pub which: Which,
    /// Its place in the list, from 0.
    pub index: usize,
    /// What happened instead, in words.
    pub why: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: examples/{}/{}: {}", self.rule, self.which.word(), self.index, self.why)
    }
}

/// What came of running examples.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many rules.
    pub rules: usize,
    /// How many examples.
    pub examples: usize,
    /// The examples that do not hold.
    pub failures: Vec<Failure>,
}

/// Returns the first passing and the first failing example of a rule as people read them.
///
/// A passing example that says nothing is the clean matrix; of that, what the failing one changes is shown.
pub fn shown(rule: &Rule, packs: &Packs) -> (Option<Value>, Option<Value>) {
    let (pass, fail) = (rule.examples.pass.first(), rule.examples.fail.first());
    let is_bare = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
    let (Some(bare), Some(changes)) =
        (pass.filter(|value| is_bare(value)), fail.filter(|value| value.is_object()))
    else {
        return (pass.cloned(), fail.cloned());
    };
    let mut bases = Bases::default();
    let counterpart = bases.of(rule, packs).ok().and_then(|base| overlay::below(base, changes));
    (Some(counterpart.unwrap_or_else(|| bare.clone())), Some(changes.clone()))
}

/// Returns a pack's starter made ready for signature: names, contacts, days and reviews are filled in, and the rows
/// that every agreement needs are added.
///
/// # Errors
/// A sentence, where the pack has no starter.
pub fn signable(pack: &str, packs: &Packs) -> Result<Value, String> {
    base::ready(pack, packs)
}

/// Makes each review of a matrix one of the text that is there.
pub fn read_again(matrix: &mut Value) {
    base::read_again(matrix);
}

/// Runs the examples of the rules whose ids `wanted` chooses.
pub fn run(policy: &Policy, packs: &Packs, wanted: &dyn Fn(&str) -> bool) -> Outcome {
    let mut bench = Bench { policy, packs, bases: Bases::default() };
    let mut outcome = Outcome::default();
    for rule in policy.rules().filter(|rule| wanted(&rule.id)) {
        outcome.rules += 1;
        outcome.examples += rule.examples.pass.len() + rule.examples.fail.len();
        outcome.failures.extend(bench.rule(rule));
    }
    outcome
}

/// Returns the passing examples on which another rule speaks.
///
/// Rules that are switched off and what a waiver covers are left out.
pub fn cross(policy: &Policy, packs: &Packs) -> Vec<Failure> {
    let mut bench = Bench { policy, packs, bases: Bases::default() };
    policy.rules().flat_map(|rule| bench.others(rule)).collect()
}

struct Bench<'a> {
    policy: &'a Policy,
    packs: &'a Packs,
    bases: Bases,
}

/// A matrix that an example makes, ready to be judged.
struct Sample {
    matrix: Matrix,
    facts: Facts,
    /// The matrix without the example, for a rule that compares.
    earlier: Vec<Base>,
    waivers: Waivers,
    today: Date,
}

impl Bench<'_> {
    fn rule(&mut self, rule: &Rule) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (which, examples) in [(Which::Pass, &rule.examples.pass), (Which::Fail, &rule.examples.fail)] {
            for (index, example) in examples.iter().enumerate() {
                if let Err(why) = self.example(rule, which, example) {
                    failures.push(Failure { rule: Arc::clone(&rule.id), which, index, why });
                }
            }
        }
        failures
    }

    fn example(&mut self, rule: &Rule, which: Which, example: &Value) -> Result<(), String> {
        let (own, others) = match reader(rule) {
            Some(Reader::Text) => split(rule, of_text(&bytes(example)?)),
            Some(Reader::Schema) => split(rule, of_shape(&self.laid(rule, example)?)),
            Some(Reader::Repository | Reader::SignOffs) => {
                return Err("a check of repositories has no examples".to_owned());
            }
            Some(Reader::Waivers) => {
                let sample = self.sample(rule, example)?;
                split(rule, self.all(&sample, None))
            }
            None => {
                let sample = self.sample(rule, example)?;
                let own = Policy::evaluate_only(rule, &sample.subject(self.packs, Some(rule)), &file());
                let others = if own.is_empty() { self.all(&sample, Some(rule)) } else { Vec::new() };
                (own, others)
            }
        };
        match (which, own.first()) {
            (Which::Pass, None) | (Which::Fail, Some(_)) => Ok(()),
            (Which::Pass, Some(finding)) => Err(format!("the rule says: {}", line(finding))),
            (Which::Fail, None) => Err(instead(&others)),
        }
    }

    /// Returns a failure for each passing example on which other rules speak.
    fn others(&mut self, rule: &Rule) -> Vec<Failure> {
        if matches!(reader(rule), Some(Reader::Text | Reader::Repository | Reader::SignOffs)) {
            return Vec::new();
        }
        let mut failures = Vec::new();
        for (index, example) in rule.examples.pass.iter().enumerate() {
            let found = self.sample(rule, example).map(|sample| self.all(&sample, None));
            let other = match found {
                Err(why) => Some(why),
                Ok(found) => {
                    let other =
                        found.iter().find(|finding| finding.rule != rule.id && finding.waived.is_none());
                    other.map(|finding| format!("`{}` says: {}", finding.rule, line(finding)))
                }
            };
            let which = Which::Pass;
            failures.extend(other.map(|why| Failure { rule: Arc::clone(&rule.id), which, index, why }));
        }
        failures
    }

    /// Returns everything that is said about a sample, waivers included.
    fn all(&self, sample: &Sample, rule: Option<&Rule>) -> Vec<Finding> {
        let mut findings = self.policy.evaluate(&sample.subject(self.packs, rule), &file());
        sample.waivers.accept(&sample.matrix, &mut findings, sample.today);
        findings.extend(sample.waivers.about(&sample.matrix, sample.today));
        findings.extend(sample.waivers.findings.iter().cloned());
        findings
    }

    /// Returns the matrix that an example makes, whether or not it has the shape of one.
    fn laid(&mut self, rule: &Rule, example: &Value) -> Result<Value, String> {
        let mut value = self.bases.of(rule, self.packs)?.clone();
        lay(&mut value, example);
        Ok(value)
    }

    fn sample(&mut self, rule: &Rule, example: &Value) -> Result<Sample, String> {
        let before = compares(rule).then(|| Matrix::of(self.bases.of(rule, self.packs)?)).transpose()?;
        let mut value = self.laid(rule, example)?;
        if !matches!(&rule.check, Check::Kind(Kind::ReviewFollowsChange(_))) {
            base::read_again(&mut value);
        }
        let waivers = value.as_object_mut().and_then(|head| head.remove("waivers"));
        let waivers = waivers.map_or_else(Waivers::default, |waivers| {
            let file = serde_json::json!({ "format": "countersign/waivers/1", "waivers": waivers });
            Waivers::of(&file, None)
        });
        if let Some(fault) = of_shape(&value).first() {
            return Err(format!("the example is no valid matrix: {}", line(fault)));
        }
        let matrix = Matrix::of(&value)?;
        let today = rule.examples.today.unwrap_or(TODAY);
        let facts = Facts::of(&matrix, value, self.packs, today, true);
        let earlier =
            before.map(|before| Base::agreed(before, &matrix, &Comparer::default())).into_iter().collect();
        Ok(Sample { matrix, facts, earlier, waivers, today })
    }
}

impl Sample {
    /// Only the rule that compares with the text before gets to see it.
    fn subject<'a>(&'a self, packs: &'a Packs, rule: Option<&Rule>) -> Subject<'a> {
        let bases = if rule.is_some_and(compares) { &self.earlier[..] } else { &[] };
        Subject {
            matrix: &self.matrix,
            facts: &self.facts,
            packs,
            today: self.today,
            offered: true,
            before: None,
            bases,
            together: &[],
        }
    }
}

fn compares(rule: &Rule) -> bool {
    matches!(&rule.check, Check::Kind(kind) if kind.compares())
}

/// Returns the reader whose faults a rule describes, if it is built in.
pub fn reader(rule: &Rule) -> Option<Reader> {
    match &rule.check {
        Check::Kind(Kind::BuiltIn(built_in)) => Some(built_in.reader),
        Check::Kind(_) | Check::Must { .. } => None,
    }
}

/// Returns the bytes that an example of a file stands for: a text, one that is repeated, or hexadecimal digits.
fn bytes(example: &Value) -> Result<Vec<u8>, String> {
    let field = |name: &str| example.get(name).and_then(Value::as_str);
    if let Some(text) = example.as_str() {
        return Ok(text.as_bytes().to_vec());
    }
    if let Some(text) = field("text") {
        let times = example.get("times").and_then(Value::as_u64).unwrap_or(1);
        let times = usize::try_from(times).unwrap_or(usize::MAX).min(64 << 20);
        return Ok(text.as_bytes().repeat(times));
    }
    let digits = field("hex").ok_or("an example of a file is a text, or has `text` and `times`, or `hex`")?;
    let byte = |at: usize| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.ok_or_else(|| format!("`{digits}` are not pairs of hexadecimal digits"))
}

fn of_text(bytes: &[u8]) -> Vec<Finding> {
    match source::load("example.json", bytes.to_vec(), Limits::MATRIX) {
        Ok(document) => document.findings,
        Err(unreadable) => unreadable.findings,
    }
}

fn of_shape(value: &Value) -> Vec<Finding> {
    let faults = schema::validate(schema::Kind::Matrix, value);
    faults.into_iter().map(|fault| fault.in_file("example.json")).collect()
}

fn split(rule: &Rule, findings: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    findings.into_iter().partition(|finding| finding.rule == rule.id)
}

fn file() -> Arc<str> {
    "example.json".into()
}

fn line(finding: &Finding) -> String {
    match finding.place.pointer() {
        "" => finding.message.to_string(),
        pointer => format!("{} (at {pointer})", finding.message),
    }
}

fn instead(others: &[Finding]) -> String {
    let first = others.iter().find(|finding| finding.waived.is_none());
    first.map_or_else(
        || "nothing was found".to_owned(),
        |finding| format!("the rule is silent; instead, `{}` says: {}", finding.rule, line(finding)),
    )
}
