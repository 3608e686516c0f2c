//! Rules as data: a JSON object with a check, a text for people, and examples that are its tests.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::given::Given;
use super::kinds::{self, Kind};
use crate::finding::{Severity, Stage};
use crate::schema::Must;

/// One rule, ready to run.
#[derive(Debug)]
pub struct Rule {
    /// Its id: kebab-case, states the healthy state, public for ever.
    pub id: Arc<str>,
    /// The pack or policy it comes from.
    pub origin: Arc<str>,
    /// What it demands, in a few words.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do about a finding.
    pub fix: Arc<str>,
    /// How much a finding weighs.
    pub severity: Severity,
    /// When it holds in full.
    pub stage: Stage,
    /// Where the demand comes from.
    pub references: Vec<String>,
    /// The message of a finding, with `{names}` filled in from the node.
    pub message: String,
    /// What it looks at and what it demands.
    pub check: Check,
    /// The matrix kind it is restricted to, if any.
    pub applies_to: Option<String>,
    /// Its unit tests.
    pub examples: Examples,
    /// What its examples are judged by, where parameters make that another check than the rule's.
    pub tried: Option<Check>,
}

impl Rule {
    /// Returns what the rule says about itself, for formats that have room for it.
    pub fn text(&self) -> crate::finding::RuleText {
        crate::finding::RuleText {
            title: self.title.clone(),
            why: self.why.clone(),
            fix: self.fix.to_string(),
            references: self.references.clone(),
        }
    }

    /// Puts the rule's words to what a kind found outside the rows.
    pub fn words(&self, hit: &kinds::Hit) -> String {
        super::message::fill(&self.message, |name| {
            hit.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        })
    }
}

/// What a rule does.
#[derive(Debug)]
pub enum Check {
    /// Every node that `given` selects must satisfy a JSON Schema.
    Must {
        /// The nodes, compiled when they are first looked for.
        given: LazyGiven,
        /// The schema, built when the first node is seen.
        must: LazyMust,
    },
    /// What a schema cannot say, in Rust with parameters.
    Kind(Kind),
}

/// A path of a rule that is checked when read, unless a test has done so, and compiled when first used.
#[derive(Debug)]
pub struct LazyGiven {
    /// The path as it is written.
    pub text: String,
    built: OnceLock<Result<Given, String>>,
}

impl LazyGiven {
    /// Returns the path, compiled.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn get(&self) -> Result<&Given, &str> {
        self.built.get_or_init(|| Given::compile(&self.text)).as_ref().map_err(String::as_str)
    }
}

/// A schema of a rule that is checked when read and built when first used.
#[derive(Debug)]
pub struct LazyMust {
    schema: Value,
    built: OnceLock<Result<Must, String>>,
}

impl LazyMust {
    /// Takes over a schema.
    pub(super) fn of(schema: Value) -> Self {
        Self { schema, built: OnceLock::new() }
    }

    /// Returns the schema as the rule states it.
    pub(super) fn schema(&self) -> &Value {
        &self.schema
    }

    /// Returns the schema, built.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub fn get(&self) -> Result<&Must, &str> {
        self.built.get_or_init(|| Must::compile(&self.schema)).as_ref().map_err(String::as_str)
    }
}

/// Fragments that are laid over a valid matrix.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Examples {
    /// What the fragments are laid over: `minimal` (default) or the pack's `starter`.
    #[serde(default)]
    pub on: Option<String>,
    /// The day on which they are judged.
    #[serde(default)]
    pub today: Option<Date>,
    /// The parameters that the rule takes in them in place of its own.
    #[serde(default)]
    pub params: Map<String, Value>,
    /// Fragments for which the rule is silent.
    #[serde(default)]
    pub pass: Vec<Value>,
    /// Fragments for which it is not.
    #[serde(default)]
    pub fail: Vec<Value>,
}

/// A rule as a policy file states it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleText {
    id: String,
    title: String,
    why: String,
    fix: String,
    severity: Severity,
    #[serde(default = "at_signature")]
    stage: Stage,
    #[serde(default)]
    references: Vec<String>,
    check: CheckText,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    applies_to: Option<String>,
    #[serde(default)]
    examples: Examples,
}

fn at_signature() -> Stage {
    Stage::Signature
}

#[derive(Clone, Debug, Deserialize)]
struct CheckText {
    given: Option<String>,
    must: Option<Value>,
    kind: Option<String>,
    #[serde(flatten)]
    params: Map<String, Value>,
}

/// What is wrong with a rule and where in its object.
#[derive(Debug)]
pub(super) struct Fault {
    /// The pointer below the rule.
    pub pointer: &'static str,
    /// What is wrong.
    pub message: String,
}

impl RuleText {
    /// Returns the rule's id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Makes the rule ready to run, with parameters of the configuration laid over its own.
    ///
    /// # Errors
    /// What is wrong with its check.
    pub(super) fn ready(self, origin: &Arc<str>, params: Option<&Map<String, Value>>) -> Result<Rule, Fault> {
        let eager = !origin.starts_with("shipped:");
        let own = &self.examples.params;
        let differs = !own.is_empty() || params.is_some_and(|params| !params.is_empty());
        let tried = differs.then(|| self.check.clone().ready(Some(own), eager)).transpose()?;
        let check = self.check.ready(params, eager)?;
        let message = self.message.unwrap_or_else(|| format!("{}: {{fault}}", lower_first(&self.title)));
        Ok(Rule {
            id: self.id.into(),
            origin: origin.strip_prefix("shipped:").map_or_else(|| Arc::clone(origin), Into::into),
            title: self.title,
            why: self.why,
            fix: self.fix.into(),
            severity: self.severity,
            stage: if self.severity == Severity::Error { self.stage } else { Stage::Always },
            references: self.references,
            message,
            check,
            applies_to: self.applies_to,
            examples: self.examples,
            tried,
        })
    }
}

impl CheckText {
    fn ready(self, params: Option<&Map<String, Value>>, eager: bool) -> Result<Check, Fault> {
        let fault = |pointer, message| Fault { pointer, message };
        match (self.given, self.must, self.kind) {
            (Some(given), Some(must), None) => {
                let given = LazyGiven { text: given, built: OnceLock::new() };
                let must = LazyMust::of(must);
                if eager {
                    given.get().map_err(|message| fault("/check/given", message.to_owned()))?;
                    must.get().map_err(|message| fault("/check/must", message.to_owned()))?;
                    let known = given.get().map_or(Ok(()), |given| given.demand_known(must.schema()));
                    known.map_err(|message| fault("/check/must", message))?;
                }
                Ok(Check::Must { given, must })
            }
            (None, must, Some(kind)) => {
                let mut all = self.params;
                all.extend(must.map(|must| ("must".to_owned(), must)));
                all.extend(params.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
                let kind = kinds::read(&kind, all).map_err(|message| fault("/check/kind", message))?;
                if eager {
                    kind.usable().map_err(|message| fault("/check/must", message))?;
                }
                Ok(Check::Kind(kind))
            }
            _ => Err(fault("/check", "a check has either `given` and `must`, or a `kind`".to_owned())),
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
