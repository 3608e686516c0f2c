//! What a change would keep anybody from seeing: findings whose rule it weakens or that only it accepts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::check;
use crate::diff::Weaker;
use crate::diff::render::Comparison;
use crate::error::Result;
use crate::finding::{Finding, Severity, Stage};
use crate::policy::config;
use crate::project::{Setup, SignoffState, Snapshot};
use crate::source::Limits;
use crate::trust::judged::Judged;
use crate::trust::name::Digest;
use crate::trust::standing::VersionStanding;
use crate::trust::statement::folder;

/// What a change weakens.
pub(super) struct Hiding<'a> {
    /// The rules that ask for less, with what the change does to them.
    rules: BTreeMap<String, &'static str>,
    /// What matrices newly accept: matrix, row and rule.
    accepted: BTreeSet<(String, Option<String>, String)>,
    /// The digest of the configuration that the change brings.
    config: Option<Digest>,
    signoffs: Option<&'a SignoffState>,
}

impl<'a> Hiding<'a> {
    /// Compares the rules of two states; `document` says what their matrices accept.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub(super) fn of(
        (before, old): (&Snapshot, &Setup),
        (after, new): (&Snapshot, &Setup),
        document: &Comparison,
        signoffs: Option<&'a SignoffState>,
    ) -> Result<Self> {
        let mut rules = altered(before, after)?;
        for one in crate::review::weakened(old, new) {
            let does = match one.kind {
                Weaker::RuleOff => "switches off",
                Weaker::RuleRemoved => "removes",
                Weaker::SeverityLowered | Weaker::StageLowered => "lowers",
                Weaker::ParametersChanged => "sets otherwise",
                Weaker::PackRemoved | Weaker::PackChanged => {
                    let of_pack = old.policy.rules().filter(|rule| is_of_pack(&rule.origin, &one.subject));
                    rules.extend(of_pack.map(|rule| (rule.id.to_string(), "takes away or alters")));
                    continue;
                }
                _ => continue,
            };
            rules.insert(one.subject, does);
        }
        let accepted = document.weakenings().into_iter().filter(|one| one.kind == Weaker::AcceptanceAdded);
        let accepted = accepted.filter_map(|one| Some((one.matrix?, one.row, one.subject))).collect();
        let config = bytes(after, config::FILE)?.map(|bytes| Digest::of(&bytes));
        Ok(Self { rules, accepted, config, signoffs })
    }

    /// Lets those findings fail that nobody would see once the change is merged.
    pub(super) fn fail(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut() {
            let Some(why) = self.reason(finding) else { continue };
            finding.message = format!("{why}: {}", finding.message).into();
            finding.severity = Severity::Error;
            finding.stage = Stage::Always;
            finding.waived = None;
            finding.help = Some(
                "merge the change of the rule or the waiver first and by itself, or let both parties sign a version \
                 that was judged with it"
                    .into(),
            );
        }
    }

    fn reason(&self, finding: &Finding) -> Option<String> {
        if finding.severity == Severity::Off || &*finding.rule == "gate-is-kept" {
            return None;
        }
        if check::is_waived_by_change(finding) {
            return (!self.is_signed(finding)).then(|| "accepted by this change alone".to_owned());
        }
        if finding.waived.is_some() {
            let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(str::to_owned);
            let key =
                (text(&finding.matrix).unwrap_or_default(), text(&finding.row), finding.rule.to_string());
            let is_new = self.accepted.contains(&key) && !self.is_signed(finding);
            return is_new.then(|| "accepted in the row by this change alone".to_owned());
        }
        let does = self.rules.get(&*finding.rule)?;
        (!self.is_signed(finding))
            .then(|| format!("this change {does} the rule `{}`, which finds", finding.rule))
    }

    /// Says whether both parties signed a version that was judged with what the change brings.
    fn is_signed(&self, finding: &Finding) -> bool {
        let Some((signoffs, matrix)) = self.signoffs.zip(finding.matrix.as_deref()) else { return false };
        let versions = signoffs.matrix(matrix).into_iter().flat_map(|matrix| matrix.versions.values());
        versions.filter(|one| one.state.is_final()).any(|one| self.names(signoffs, one, finding))
    }

    fn names(&self, signoffs: &SignoffState, one: &VersionStanding, finding: &Finding) -> bool {
        let path = format!("{}/judged.json", folder(&one.id, one.version));
        let judged = signoffs.tree.get(&path).and_then(|blob| Judged::parse(&blob.bytes).ok());
        let row = finding.row.as_deref();
        let is_waived = |judged: &Judged| {
            judged.waivers.iter().any(|waiver| *waiver.rule == *finding.rule && waiver.row.as_deref() == row)
        };
        let is_set = |judged: &Judged| judged.config.is_some() && judged.config == self.config;
        let is_accepted = || {
            let matrix = signoffs.read_matrix(&one.id, one.version);
            matrix.is_some_and(|matrix| {
                let row = matrix.rows.iter().find(|own| Some(own.id.as_str()) == row);
                row.is_some_and(|row| row.accepts.iter().any(|accept| *accept.rule == *finding.rule))
            })
        };
        judged.is_some_and(|judged| is_waived(&judged) || is_set(&judged)) || is_accepted()
    }
}

fn is_of_pack(origin: &str, pack: &str) -> bool {
    origin.strip_prefix("shipped:").unwrap_or(origin) == pack
}

fn bytes(world: &Snapshot, path: &str) -> Result<Option<Vec<u8>>> {
    let reader = world.open()?;
    let Some(file) = reader.file(path)?.filter(|file| file.is_plain) else { return Ok(None) };
    reader.read(&file, Limits::OTHER.bytes).map(Some)
}

/// Returns the engagement's own rules that say something else after.
fn altered(before: &Snapshot, after: &Snapshot) -> Result<BTreeMap<String, &'static str>> {
    let (old, new) = (own_rules(before)?, own_rules(after)?);
    let differs = old.into_iter().filter(|(id, rule)| new.get(id) != Some(rule));
    Ok(differs.map(|(id, _)| (id, "rewrites")).collect())
}

/// Returns the rules of `policies/` and `packs/` as they are written, by id.
fn own_rules(world: &Snapshot) -> Result<BTreeMap<String, Value>> {
    let reader = world.open()?;
    let mut rules = BTreeMap::new();
    for file in reader.files(&["policies", "packs"])?.into_iter().filter(|file| file.is_plain) {
        let value =
            serde_json::from_slice::<Value>(&reader.read(&file, Limits::MATRIX.bytes)?).unwrap_or_default();
        for rule in value["rules"].as_array().into_iter().flatten() {
            rules.extend(rule["id"].as_str().map(|id| (id.to_owned(), rule.clone())));
        }
    }
    Ok(rules)
}
