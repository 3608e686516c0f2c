//! Why approvals of one version do not add up: they agree in the version and differ in what else they name.

use crate::report::words::list;
use crate::trust::standing::{StatementStanding, Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement};

/// Says why the approvals of a version that is not agreed do not count together, every reason; None if they do.
pub fn approvals(one: &VersionStanding) -> Option<String> {
    if one.agreement.is_some() {
        return None;
    }
    let said =
        |at: &StatementStanding| at.statement.clone().filter(|said| said.decision == Decision::Approve);
    let counted = one.statements.iter().filter(|at| at.verdict == Verdict::Accepted);
    let counted: Vec<Statement> = counted.filter_map(said).collect();
    let last = newest_of_each(&counted);
    let mut reasons = differences(&last);
    for at in &one.statements {
        let (Verdict::Void(why), Some(said)) = (&at.verdict, said(at)) else { continue };
        let is_again = last.iter().any(|one| (&one.party, &one.signer) == (&said.party, &said.signer));
        let reason = format!("what {}/{} signed does not count: {why}", said.party, said.signer);
        if !is_again && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let version = one.version;
    (!reasons.is_empty())
        .then(|| format!("the approvals of version {version} do not add up: {}", reasons.join("; and ")))
}

/// Says in what approvals that count differ.
fn differences(last: &[&Statement]) -> Vec<String> {
    let Some(first) = last.first() else { return Vec::new() };
    let differs = |of: &dyn Fn(&Statement) -> String| last.iter().any(|other| of(other) != of(first));
    let named = |of: &dyn Fn(&Statement) -> String| {
        let each = last.iter().map(|said| format!("{}/{} {}", said.party, said.signer, of(said)));
        list(&each.collect::<Vec<_>>())
    };
    let previous = |said: &Statement| {
        said.previous.map_or_else(|| "none".to_owned(), |previous| previous.version.to_string())
    };
    let roster = |said: &Statement| format!("list {}", said.roster.number);
    let mut reasons = Vec::new();
    if differs(&previous) {
        reasons.push(format!("they name different versions before: {}", named(&previous)));
    }
    if differs(&roster) {
        let lists = named(&roster);
        reasons.push(format!("they were signed under different lists of those who may sign: {lists}"));
    }
    reasons
}

/// Returns the newest approval of each signer.
fn newest_of_each(approvals: &[Statement]) -> Vec<&Statement> {
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
