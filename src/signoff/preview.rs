//! What a signer reads before he signs: what he takes on, how it was checked, who has signed, and the sentence.

use std::fmt::Write as _;

use super::basis::Basis;
use super::judging::{self, Judging};
use super::session::Session;
use super::signer::Signer;
use super::{draft, subject};
use crate::diff::render::{self, Compared, Comparison, Format, Presence};
use crate::diff::{Both, Comparer, Weakening};
use crate::finding::Severity;
use crate::matrix::Matrix;
use crate::project::words::Names;
use crate::report::words::{count, list};
use crate::report::{Style, escape, snippet};
use crate::review;
use crate::trust::Tree;
use crate::trust::head::Head;
use crate::trust::judged::Judged;
use crate::trust::name::{MatrixId, PartyId, Version};
use crate::trust::roster::Roll;
use crate::trust::standing::{State, Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement, folder};

/// Returns what changed since the version before, or what the first version says.
pub fn document(
    before: Option<(&Matrix, String)>,
    after: &Matrix,
    weakened: Vec<Weakening>,
    comparer: &Comparer,
) -> Comparison {
    let nothing = review::empty_like(after);
    let (old, name, presence) = match before {
        Some((matrix, name)) => (matrix, name, Presence::Changed),
        None => (&nothing, "nothing".to_owned(), Presence::Added),
    };
    Comparison {
        unread: Vec::new(),
        sides: Both::of(name, format!("version {}", after.version)),
        weakened,
        matrices: vec![Compared {
            diff: comparer.compare(old, after),
            presence,
            file: Both::of(None, None),
            draft: None,
        }],
        ..Comparison::default()
    }
}

/// The most lines of changes that are shown at once; the summary comes first.
const MOST_LINES: usize = 250;

/// Says what changes since the version before; `all` is the command that shows changes too many to be shown here.
pub fn changes(document: &Comparison, all: Option<&str>, style: &Style) -> String {
    if document.is_empty() {
        return format!("nothing changes since {}\n", document.sides.before);
    }
    let text = render::render(Format::Text, document, style);
    let lines = text.lines().count();
    let Some(all) = all.filter(|_| lines > MOST_LINES) else { return text };
    let mut shown: String = text.lines().take(MOST_LINES).map(|line| format!("{line}\n")).collect();
    let _ = writeln!(shown, "\n{} lines more; all of them: {}", lines - MOST_LINES, escape::terminal(all));
    shown
}

/// Says what in the checks is weaker than the program's own, or than for the version before.
pub fn weakened(document: &Comparison, style: &Style) -> String {
    let weaker = document.weakenings_in_words();
    if weaker.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", style.paint("1;31", "Weaker checks: look at these first"));
    for one in weaker {
        text.push_str(&snippet::wrapped("  ! ", 4, &escape::terminal(&one), style.columns()));
    }
    text
}

/// Says what is older here, or on another line, than what was signed on this machine.
pub fn warnings(session: &Session, basis: &Basis<'_>) -> String {
    let warnings = session.memory.warnings(basis);
    warnings.iter().map(|line| format!("warning: {}\n", escape::terminal(line))).collect()
}

/// Says how the version was checked.
pub fn checks(judging: &Judging) -> String {
    let number = |severity: Severity| {
        judging.findings.iter().filter(|one| one.severity == severity && one.waived.is_none()).count()
    };
    let mut text = format!(
        "\nchecked on {}: {}, {}, {}\n",
        judging.judged.as_of,
        count(number(Severity::Error), "error"),
        count(number(Severity::Warning), "warning"),
        count(number(Severity::Note), "note"),
    );
    text.push_str(&accepted(&judging.judged));
    text
}

/// Says which findings somebody has accepted.
pub fn accepted(judged: &Judged) -> String {
    let mut text = String::new();
    for one in &judged.waivers {
        let row = one.row.as_ref().map(|row| format!(" of row {row}")).unwrap_or_default();
        let until = one.expires.map(|day| format!(", until {day}")).unwrap_or_default();
        let line =
            format!("accepted finding; it changes no requirement: {}{row}, {}{until}", one.rule, one.reason);
        let _ = writeln!(text, "  {}", escape::terminal(&line));
    }
    text
}

/// Says who has signed, and who still has to.
pub fn signatures(version: Option<&VersionStanding>, roll: &Roll, names: &Names) -> String {
    let mut text = String::from("\nsigned so far\n");
    let accepted = version.into_iter().flat_map(|one| &one.statements);
    let mut told = Vec::new();
    for one in accepted.filter(|one| one.verdict == Verdict::Accepted) {
        let Some(said) = &one.statement else { continue };
        let reason = said.reason.as_ref().map(|reason| format!(": {}", escape::terminal(reason)));
        let line = format!(
            "{}/{} {} on {}{}",
            said.party,
            said.signer,
            verb(said.decision),
            said.signed_at.day(),
            reason.unwrap_or_default()
        );
        // Who says the same twice is told once.
        if !told.contains(&line) {
            let _ = writeln!(text, "  {line}");
            told.push(line);
        }
    }
    let any = !told.is_empty();
    if !any {
        text.push_str("  nobody\n");
    }
    let missing = version.map_or_else(|| roll.missing([]), |one| one.missing.clone());
    let missing: Vec<String> = missing
        .iter()
        .map(|(party, number)| format!("{} ({})", names.name(party), count(*number as usize, "signature")))
        .collect();
    if !missing.is_empty() {
        let _ = writeln!(text, "  still to sign: {}", escape::terminal(&list(&missing)));
    }
    text
}

fn verb(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approved",
        Decision::Acknowledge => "gave the last word",
        Decision::Withdraw => "gave notice not to want it completed any more",
        Decision::Contest => "disputed it",
    }
}

/// Says what exactly will be signed, by whom, with which key.
pub fn sentence(statement: &Statement, roll: &Roll, signer: &Signer, names: &Names) -> String {
    let person = roll
        .roster
        .parties
        .iter()
        .flat_map(|party| &party.signers)
        .find(|one| one.id == signer.id)
        .map(|one| format!("{}, {}, ", one.name, one.role))
        .unwrap_or_default();
    format!(
        "\nyou sign as {}for {}, with the key {}\n  {}\n\n",
        escape::terminal(&person),
        escape::terminal(&names.name(&signer.party)),
        statement.key,
        escape::terminal(&statement.text)
    )
}

/// Says what the signature of an approval binds its party to, and when: whoever signs last gives the last word by it.
pub fn bond(
    name: &str,
    version: Option<&VersionStanding>,
    roll: &Roll,
    own: &PartyId,
    names: &Names,
) -> String {
    let missing = version.map_or_else(|| roll.missing([]), |one| one.missing.clone());
    let still: Vec<String> =
        missing.keys().filter(|party| *party != own).map(|party| names.name(party)).collect();
    let others = roll.parties().into_iter().filter(|party| *party != own);
    let others: Vec<String> = others.map(|party| names.name(party)).collect();
    let party = names.name(own);
    let has = |parties: &[String]| if parties.len() == 1 { "has" } else { "have each" };
    let text = if still.is_empty() {
        let gives = match roll.threshold(own).unwrap_or(1) {
            0 | 1 => format!("{party} gives its last word on {name}: it is bound as soon as"),
            more => format!(
                "you give your last word on {name}: {party} is bound once {more} of its signers gave theirs and"
            ),
        };
        format!(
            "by this signature {gives} {} {} closed it with `countersign mark`, at any time, and nothing takes \
             that back, neither a notice nor a later version",
            list(&others),
            has(&others)
        )
    } else {
        format!(
            "by this signature {party} offers {name} and is not bound by it yet: that comes only when {} {} signed \
             it and {party} then gives its last word with `countersign mark`",
            list(&still),
            has(&still)
        )
    };
    format!("\n{}\n", escape::terminal(&text))
}

/// Says what else there is to know before a version is signed: that one has disputed it, that another one is still open.
pub fn beside(session: &Session, basis: &Basis<'_>, head: &Head, own: &PartyId, names: &Names) -> String {
    let mut lines = session.memory.said_of(basis, &head.id, head.version);
    let versions = basis.standing.matrices.get(&head.id).into_iter().flat_map(|one| one.versions.values());
    let is_open = |one: &&VersionStanding| {
        one.version != head.version && one.state == State::Complete && one.bound.contains(own)
    };
    lines.extend(versions.filter(is_open).map(|one| {
        let waits: Vec<String> = one.waits_for.iter().map(|party| names.name(party)).collect();
        format!(
            "version {} is still open: {} gave its last word on it, and {} can close it at any time, also after this",
            one.version,
            names.name(own),
            list(&waits)
        )
    }));
    lines.iter().map(|line| format!("note: {}\n", escape::terminal(line))).collect()
}

/// Returns the message of the commit that records a statement.
pub fn message(statement: &Statement, digest: &crate::trust::name::Digest) -> String {
    let Statement { matrix, party, signer, decision, .. } = statement;
    let verb = match decision {
        Decision::Approve => "approves",
        Decision::Acknowledge => "closes",
        Decision::Withdraw => "gives notice on",
        Decision::Contest => "contests",
    };
    let word = match decision {
        Decision::Approve => "approve",
        Decision::Acknowledge => "acknowledge",
        Decision::Withdraw => "withdraw",
        Decision::Contest => "contest",
    };
    format!(
        "signoff: {party}/{signer} {verb} {id} {version}\n\n{text}\n\nCountersign-Matrix: {id}@{version}\n\
         Countersign-Party: {party}\nCountersign-Signer: {signer}\nCountersign-Decision: {word}\n\
         Countersign-Statement: sha256:{digest}\n",
        id = matrix.id,
        version = matrix.version,
        text = statement.text,
    )
}

/// Returns what people call the parties of a version.
pub fn names(tree: &Tree, id: &MatrixId, version: Version) -> Names {
    let path = format!("{}/matrix.json", folder(id, version));
    let matrix = subject::plain(tree, &path).and_then(|bytes| judging::read_matrix(&path, bytes));
    matrix.map(|matrix| Names::of_matrix(&matrix)).unwrap_or_default()
}

/// Breaks each line at the width of the terminal.
pub fn paragraphs(text: &str, style: &Style) -> String {
    text.lines().map(|line| snippet::wrapped("", 2, line, style.columns())).collect()
}

/// Says how a version stands now, and what is to be done next.
pub fn outcome(version: &VersionStanding, names: &Names) -> (String, Vec<String>) {
    let id = &version.id;
    let name = format!("version {} of {id}", version.version);
    let typed = draft::typed(id, version.version);
    let from = version.begin.certain.map(|day| day.to_string()).unwrap_or_default();
    let mut next = vec!["git push".to_owned()];
    let said = match &version.state {
        State::InForce => {
            format!("All parties have given their last word on {name}. It is in force since {from}.")
        }
        State::Future => {
            format!("All parties have given their last word on {name}. It comes into force on {from}.")
        }
        State::Offered => {
            let missing: Vec<String> =
                version.missing.keys().map(|party| escape::terminal(&names.name(party))).collect();
            next.push(format!(
                "{} {}: `git pull`, then `countersign sign {typed}`; without git by the file that `countersign \
                 sign {typed} --prepare FILE` writes",
                list(&missing),
                if missing.len() == 1 { "signs" } else { "sign" }
            ));
            let verb = if version.missing.values().sum::<u32>() == 1 { "has" } else { "have" };
            format!("{} {verb} still to sign {name}.", list(&missing))
        }
        State::Complete => {
            let waits: Vec<String> =
                version.waits_for.iter().map(|party| escape::terminal(&names.name(party))).collect();
            next.push(format!(
                "{} {}: `git pull`, then `countersign mark {typed}`; without git by the file that `countersign \
                 mark {typed} --prepare FILE` writes",
                list(&waits),
                if waits.len() == 1 { "gives the last word" } else { "give their last word, each its own" }
            ));
            format!("All parties have approved {name}. It waits for the last word of {}.", list(&waits))
        }
        State::InQuestion(_) => format!("{name} is in question. It is not in force for certain."),
        other => format!("{name} is {}.", other.code()),
    };
    if version.state.is_final() && version.mark != crate::trust::standing::MarkState::Holds {
        next.push(format!("countersign mark {typed}"));
    }
    (said, next)
}
