//! Rules: read from packs and policies, adjusted by the configuration, run over one matrix at a time.
//!
//! Nothing in a rule can run code or reach the network, the clock or the file system.

mod base;
pub mod config;
pub mod demand;
mod evaluate;
pub mod example;
mod field;
pub mod given;
pub mod kinds;
mod message;
mod rule;
pub mod waiver;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

pub use base::Base;
pub use rule::{Check, Examples, Rule};

use self::config::Config;
use self::rule::RuleText;
use crate::finding::{Finding, Place, Severity};
use crate::near;
use crate::pack::Packs;
use crate::source::Document;

/// All rules of a run, in the order of their packs.
#[derive(Debug, Default)]
pub struct Policy {
    rules: Vec<Rule>,
    /// Rules that the configuration has switched off, by id.
    off: Vec<Arc<str>>,
}

impl Policy {
    /// Puts together the rules of the packs at hand and of the engagement's own policies.
    ///
    /// # Errors
    /// Findings with their places: a rule that cannot be used, an id that stands twice, a setting for a
    /// rule that does not exist.
    pub fn assemble(packs: &Packs, own: &[Document], config: &Config) -> Result<Self, Vec<Finding>> {
        let mut assembly =
            Assembly { config, policy: Self::default(), ids: BTreeMap::new(), findings: Vec::new() };
        for pack in packs.iter() {
            if let Some(rules) = &pack.rules {
                let origin = if pack.is_shipped { format!("shipped:{}", pack.id) } else { pack.id.clone() };
                assembly.file(rules, &origin.into());
            }
        }
        for document in own {
            assembly.file(document, &Arc::clone(&document.source.path));
        }
        assembly.settings();
        if assembly.findings.is_empty() { Ok(assembly.policy) } else { Err(assembly.findings) }
    }

    /// Returns the rules that run.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Returns the rule with this id, switched off or not.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| &*rule.id == id)
    }

    /// Returns whether the configuration has switched the rule off.
    pub fn is_off(&self, id: &str) -> bool {
        self.off.iter().any(|off| &**off == id)
    }

    /// Returns the ids that look most like `text`.
    pub fn like(&self, text: &str) -> Option<&str> {
        let text = text.to_ascii_lowercase();
        let mut ids = self.rules.iter().map(|rule| &*rule.id);
        let near = near::nearest(&text, ids.clone());
        near.or_else(|| ids.find(|id| text.len() > 3 && id.contains(&text)))
    }
}

#[derive(Deserialize)]
struct PolicyFile {
    rules: Vec<RuleText>,
}

/// Collects rules and what is wrong with them.
struct Assembly<'a> {
    config: &'a Config,
    policy: Policy,
    ids: BTreeMap<String, Arc<str>>,
    findings: Vec<Finding>,
}

impl Assembly<'_> {
    fn file(&mut self, document: &Document, origin: &Arc<str>) {
        let path = &document.source.path;
        match PolicyFile::deserialize(&document.value) {
            Err(error) => {
                let message = format!("the policy cannot be used: {error}");
                self.findings.push(Finding::of_file("policy-is-valid", path, Place::File, message));
            }
            Ok(file) => {
                for (at, rule) in file.rules.into_iter().enumerate() {
                    self.rule(rule, at, path, origin);
                }
            }
        }
    }

    fn rule(&mut self, text: RuleText, at: usize, path: &str, origin: &Arc<str>) {
        let id = text.id().to_owned();
        if let Some(first) = self.ids.get(&id) {
            let message = format!("the rule id `{id}` is taken by {}", first.trim_start_matches("shipped:"));
            self.report(path, Place::value(format!("/rules/{at}/id")), message);
            return;
        }
        self.ids.insert(id.clone(), Arc::clone(origin));
        let setting = self.config.rules.get(&id);
        match text.ready(origin, setting.map(|setting| &setting.params)) {
            Err(fault) => {
                let message = format!("rule `{id}` cannot be used: {}", fault.message);
                self.report(path, Place::value(format!("/rules/{at}{}", fault.pointer)), message);
            }
            Ok(mut rule) => {
                if setting.is_some() && example::reader(&rule) == Some(kinds::Reader::SignOffs) {
                    let message =
                        format!("`{id}` is about sign-offs, and no configuration has a say in those");
                    let place = Place::key(format!("/rules/{}", given::escape(&id)));
                    self.report(config::FILE, place, message);
                } else if let Some(setting) = setting {
                    rule.severity = setting.severity.unwrap_or(rule.severity);
                    rule.stage = setting.stage.unwrap_or(rule.stage);
                }
                if rule.severity == Severity::Off {
                    self.policy.off.push(Arc::clone(&rule.id));
                }
                self.policy.rules.push(rule);
            }
        }
    }

    /// Settings for rules that do not exist would be a gate that someone believes in.
    fn settings(&mut self) {
        let unknown: Vec<&String> =
            self.config.rules.keys().filter(|id| !self.ids.contains_key(*id)).collect();
        for id in unknown {
            if crate::pack::shipped_rule_pack(id).is_some() {
                continue;
            }
            let meant =
                self.policy.like(id).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let message = format!("there is no rule `{id}`{meant}");
            let place = Place::key(format!("/rules/{}", given::escape(id)));
            self.report(config::FILE, place, message);
        }
    }

    fn report(&mut self, path: &str, place: Place, message: String) {
        self.findings.push(Finding::of_file("policy-is-valid", path, place, message));
    }
}
