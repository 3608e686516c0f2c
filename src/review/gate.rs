//! How strict the gate is on both sides: what is checked less, or accepted more.

use std::collections::BTreeMap;

use crate::diff::{Weakening, Weaker};
use crate::finding::{Severity, Stage};
use crate::policy::config::{self, Config};
use crate::policy::waiver::{self, Accepted};
use crate::project::Setup;
use crate::report::words::some;

/// The most patterns or groups that one line names.
const MOST_NAMES: usize = 8;

/// Returns everything that is weaker after than before.
pub fn weakened(before: &Setup, after: &Setup) -> Vec<Weakening> {
    let mut all = rules(before, after);
    all.extend(parameters(before, after));
    all.extend(packs(before, after));
    all.extend(waivers(before, after));
    all.extend(patterns(&before.config, &after.config));
    all.extend(coverage(&before.config, &after.config));
    let loosened = before.config.gate.lost(&after.config.gate).into_iter();
    all.extend(
        loosened.map(|what| {
            in_file(Weakening::new(Weaker::GateLoosened, what), config::FILE, "/gate".to_owned())
        }),
    );
    all.extend(words(&before.config, &after.config));
    all.sort();
    all
}

fn in_file(mut weakening: Weakening, file: &str, pointer: String) -> Weakening {
    weakening.file = Some(file.to_owned());
    weakening.pointer = Some(pointer);
    weakening
}

fn rules(before: &Setup, after: &Setup) -> Vec<Weakening> {
    let mut all = Vec::new();
    for was in before.policy.rules().filter(|rule| rule.severity != Severity::Off) {
        let pointer = format!("/rules/{}", was.id);
        let Some(is) = after.policy.rule(&was.id) else {
            all.push(in_file(
                Weakening::new(Weaker::RuleRemoved, &*was.id),
                &format!("policies/{}", was.origin),
                String::new(),
            ));
            continue;
        };
        let mut say = |kind: Weaker, from: &str, to: &str| {
            let mut weakening = in_file(Weakening::new(kind, &*was.id), config::FILE, pointer.clone());
            weakening.before = Some(from.to_owned());
            weakening.after = Some(to.to_owned());
            all.push(weakening);
        };
        if is.severity == Severity::Off {
            say(Weaker::RuleOff, was.severity.word(), is.severity.word());
        } else if is.severity > was.severity {
            say(Weaker::SeverityLowered, was.severity.word(), is.severity.word());
        } else if was.stage == Stage::Always && is.stage == Stage::Signature && was.severity == is.severity {
            say(Weaker::StageLowered, was.stage.word(), is.stage.word());
        }
    }
    all
}

/// Whether other parameters are weaker, only a reader can tell: every difference is shown.
fn parameters(before: &Setup, after: &Setup) -> Vec<Weakening> {
    let none = config::Setting::default();
    let settings = before.config.rules.keys().chain(after.config.rules.keys());
    let ids: std::collections::BTreeSet<&String> = settings.collect();
    let differs = |id: &&&String| {
        let params = |setup: &Setup| setup.config.rules.get(**id).unwrap_or(&none).params.clone();
        params(before) != params(after)
    };
    ids.iter()
        .filter(differs)
        .map(|id| {
            in_file(
                Weakening::new(Weaker::ParametersChanged, id.as_str()),
                config::FILE,
                format!("/rules/{id}/params"),
            )
        })
        .collect()
}

fn packs(before: &Setup, after: &Setup) -> Vec<Weakening> {
    let removed = before.config.packs.iter().filter(|pack| !after.config.packs.contains(pack));
    let mut all: Vec<Weakening> = removed
        .map(|pack| {
            in_file(Weakening::new(Weaker::PackRemoved, pack.as_str()), config::FILE, "/packs".to_owned())
        })
        .collect();
    for was in before.packs.iter() {
        let is = after.packs.get(&was.id);
        if is.is_none_or(|is| is.digest != was.digest) && !was.is_shipped {
            let kind = if is.is_none() { Weaker::PackRemoved } else { Weaker::PackChanged };
            all.push(in_file(
                Weakening::new(kind, &was.id),
                &format!("packs/{}/pack.json", was.id),
                String::new(),
            ));
        }
    }
    all
}

fn patterns(before: &Config, after: &Config) -> Vec<Weakening> {
    let lost = before.patterns_lost(after).into_iter();
    lost.map(|pattern| Weakening {
        before: Some(some(&before.matrices, MOST_NAMES)),
        after: Some(some(&after.matrices, MOST_NAMES)),
        ..in_file(Weakening::new(Weaker::MatricesNarrowed, pattern), config::FILE, "/matrices".to_owned())
    })
    .collect()
}

fn words(before: &Config, after: &Config) -> Vec<Weakening> {
    let lost = before.words.lost(&after.words).into_iter();
    lost.map(|word| in_file(Weakening::new(Weaker::WordDropped, word), config::FILE, "/words".to_owned()))
        .collect()
}

fn coverage(before: &Config, after: &Config) -> Vec<Weakening> {
    let told = |config: &Config, catalogue: &str| {
        let groups = config.groups(catalogue);
        let groups = groups.iter().map(|ids| ids.iter().copied().collect::<Vec<_>>().join(" + "));
        let groups: Vec<String> = groups.collect();
        if groups.is_empty() { "each by itself".to_owned() } else { some(&groups, MOST_NAMES) }
    };
    let changed = before.coverage_changed(after).into_iter();
    changed
        .map(|catalogue| Weakening {
            before: Some(told(before, catalogue)),
            after: Some(told(after, catalogue)),
            ..in_file(
                Weakening::new(Weaker::CoverageChanged, catalogue),
                config::FILE,
                "/coverage".to_owned(),
            )
        })
        .collect()
}

fn waivers(before: &Setup, after: &Setup) -> Vec<Weakening> {
    let was: BTreeMap<_, Accepted<'_>> = before.waivers.accepted_list().map(|one| (one.key(), one)).collect();
    let mut all = Vec::new();
    for is in after.waivers.accepted_list() {
        let kind = match was.get(&is.key()) {
            None => Weaker::WaiverAdded,
            Some(was) if is.expires > was.expires => Weaker::WaiverWidened,
            Some(_) => continue,
        };
        let mut weakening =
            in_file(Weakening::new(kind, is.rule), waiver::FILE, format!("/waivers/{}", is.at));
        weakening.matrix = Some(is.matrix.to_owned());
        weakening.row = is.row.map(str::to_owned);
        weakening.reason = Some(is.reason.to_owned());
        weakening.after = Some(format!("until {}", is.expires));
        weakening.before = was.get(&is.key()).map(|was| format!("until {}", was.expires));
        all.push(weakening);
    }
    all
}
