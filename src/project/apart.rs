//! Why approvals of one version do not add up: they agree in the version and differ in what else they name.

use crate::report::words::list;
use crate::trust::standing::{Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement};

/// Says why the accepted approvals of a version that is not agreed do not count together; None if they do.
pub fn approvals(one: &VersionStanding) -> Option<String> {
    if one.agreement.is_some() {
        return None;
    }
    let accepted = one.statements.iter().filter(|at| at.verdict == Verdict::Accepted);
    let said = accepted.filter_map(|at| at.statement.as_ref());
    let approvals: Vec<&Statement> = said.filter(|said| said.decision == Decision::Approve).collect();
    let last = newest_of_each(&approvals);
    let first = last.first()?;
    let differs = |of: &dyn Fn(&Statement) -> String| last.iter().any(|other| of(other) != of(first));
    let named = |of: &dyn Fn(&Statement) -> String| {
        let each = last.iter().map(|said| format!("{}/{} {}", said.party, said.signer, of(said)));
        list(&each.collect::<Vec<_>>())
    };
    let previous = |said: &Statement| {
        said.previous.map_or_else(|| "none".to_owned(), |previous| previous.version.to_string())
    };
    let roster = |said: &Statement| format!("list {}", said.roster.number);
    let judged = |said: &Statement| said.judged.sha256.to_string();
    let why = if differs(&previous) {
        format!("they name different versions before: {}", named(&previous))
    } else if differs(&roster) {
        format!("they were signed under different lists of those who may sign: {}", named(&roster))
    } else if differs(&judged) {
        "they name different checks of the text".to_owned()
    } else {
        return None;
    };
    Some(format!("the approvals of version {} do not add up: {why}", one.version))
}

/// Returns the newest approval of each signer.
fn newest_of_each<'a>(approvals: &[&'a Statement]) -> Vec<&'a Statement> {
    let mut newest: Vec<&Statement> = Vec::new();
    for said in approvals {
        match newest.iter_mut().find(|one| (&one.party, &one.signer) == (&said.party, &said.signer)) {
            Some(one) if one.signed_at < said.signed_at => *one = said,
            Some(_) => {}
            None => newest.push(said),
        }
    }
    newest
}
