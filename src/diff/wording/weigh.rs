//! Weighs a change of words in a row by the words and names of both versions.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::lexicon::{Lexicon, List};
use super::{Reading, Reason, Turn, read};
use crate::diff::change::{Change, Class};
use crate::matrix::{Matrix, short_name};

/// The fields whose words say what somebody has to do.
const TEXTS: [&str; 6] = ["activity", "shared", "shared.details", "duties.text", "reports.what", "title"];

/// What the words of two versions are read with, made when the first text differs.
pub(crate) struct Wording {
    list: Arc<List>,
    lexicons: OnceCell<[Lexicon; 2]>,
}

impl Wording {
    /// Returns the reading by the word lists of a project.
    pub(crate) fn by(list: &Arc<List>) -> Self {
        Self { list: Arc::clone(list), lexicons: OnceCell::new() }
    }

    /// Says what a change of words is: one that may change a duty, one to be read, or one of spelling.
    pub(crate) fn weigh(&self, change: &mut Change, matrices: [&Matrix; 2]) {
        if change.class != Class::WordingOnly || !TEXTS.contains(&change.field.as_str()) {
            return;
        }
        let lexicons = self
            .lexicons
            .get_or_init(|| matrices.map(|matrix| Lexicon::of(Arc::clone(&self.list), &names(matrix))));
        (change.class, change.material) = match read(lexicons, text(&change.before), text(&change.after)) {
            Reading::Spelling => return,
            Reading::Otherwise => (Class::DescribedOtherwise, false),
            // A title is a name: a word more in it is no clause.
            Reading::Turned(turns) if change.field == "title" && is_clause(&turns) => {
                (Class::DescribedOtherwise, false)
            }
            Reading::Turned(turns) => {
                change.because = turns;
                (Class::WordsMayChangeDuty, true)
            }
        };
    }
}

fn is_clause(turns: &[Turn]) -> bool {
    turns.iter().all(|turn| turn.kind == Reason::Clause)
}

fn text(value: &Value) -> &str {
    value.as_str().or_else(|| value.get("details")?.as_str()).unwrap_or_default()
}

/// Returns the names of a version with what each stands for: parties, roles, services, scopes and tools.
fn names(matrix: &Matrix) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut call = |name: &str, kind: &str, meant: &str| {
        let meant = format!("{kind} {}", meant.to_lowercase());
        // Of several that are called alike it is always the same one, whatever their order.
        let known = names.entry(name.to_lowercase()).or_insert_with(|| meant.clone());
        if meant < *known {
            *known = meant;
        }
    };
    for party in &matrix.parties {
        for name in [party.name.as_str(), short_name(&party.name), &party.id] {
            call(name, "party", &party.id);
        }
        party
            .contacts
            .iter()
            .filter_map(|contact| contact.role.as_deref())
            .for_each(|it| call(it, "role", it));
    }
    for service in &matrix.services {
        call(&service.id, "service", &service.id);
        service.name.iter().for_each(|name| call(name, "service", &service.id));
    }
    for scope in &matrix.scopes {
        call(&scope.id, "scope", &scope.id);
        scope.title.iter().for_each(|title| call(title, "scope", &scope.id));
    }
    let duties = matrix.defaults.duties.iter().chain(matrix.rows.iter().flat_map(|row| &row.duties));
    duties.filter_map(|duty| duty.role.as_deref()).for_each(|role| call(role, "role", role));
    matrix.rows.iter().flat_map(|row| &row.tools).for_each(|tool| call(tool, "tool", tool));
    names
}
