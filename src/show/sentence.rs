//! Sentences about duties, deadlines, evidence and the like; plain text, not yet escaped.

use std::fmt::Write as _;

use crate::matrix::{
    Allocation, Citation, Clock, Deed, Duration, Duty, Evidence, Inheritance, Matrix, Outcome, Party, Report,
    Reviewed, Row, Status, TextRead, Variation, Within,
};
use crate::report::words::{holder, list, short_name};

/// Who, and what they do, so that a form can set the two apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// "Harbor MSP (Service desk lead)".
    pub(crate) who: String,
    /// "performs: Produce the access report, quarterly".
    pub(crate) does: String,
}

/// Returns a party's name as people say it, or its id where it does not exist.
pub(crate) fn name<'a>(matrix: &'a Matrix, party: &'a str) -> &'a str {
    let Some(found) = matrix.party(party) else { return party };
    let short = short_name(&found.name);
    let is_namesake =
        |other: &&Party| other.name.trim_start().starts_with(short) && short_name(&other.name) == short;
    let is_shared = matrix.parties.iter().filter(is_namesake).nth(1).is_some();
    if is_shared { &found.name } else { short }
}

/// Returns the names of several parties: "Acme Defense and Harbor MSP".
pub(crate) fn names(matrix: &Matrix, parties: &[String]) -> String {
    list(&parties.iter().map(|party| name(matrix, party).to_owned()).collect::<Vec<_>>())
}

/// Returns whose duty it is: "Harbor MSP (Service desk lead)".
fn who(matrix: &Matrix, duty: &Duty) -> String {
    let name = name(matrix, &duty.party);
    duty.role.as_ref().map_or_else(|| name.to_owned(), |role| format!("{name} ({role})"))
}

/// Returns what one party has to do.
pub(crate) fn duty(matrix: &Matrix, duty: &Duty) -> Sentence {
    let mut does = match duty.deed {
        Deed::Notify if !duty.to.is_empty() => format!("notifies {}", names(matrix, &duty.to)),
        deed => deed.says().to_owned(),
    };
    if let Some(phase) = &duty.phase {
        let _ = write!(does, " ({phase})");
    }
    if let Some(text) = &duty.text {
        let _ = write!(does, ": {}", text.trim().trim_end_matches('.'));
    }
    if !duty.controls.is_empty() {
        let _ = write!(does, ", for {}", controls(matrix, &duty.controls));
    }
    if !duty.scope.is_empty() {
        let _ = write!(does, ", in {}", scopes(matrix, &duty.scope));
    }
    does.push_str(&when(duty.cadence.as_deref(), duty.within.as_ref()));
    if let Some(lasting) = &duty.lasting {
        let _ = write!(does, ", for {}", lasting.words());
    }
    if !duty.escalate.is_empty() {
        let contacts: Vec<String> = duty.escalate.iter().map(|contact| call(matrix, contact)).collect();
        let _ = write!(does, "; if late, call {}", list(&contacts));
    }
    Sentence { who: who(matrix, duty), does }
}

/// Returns what is reported to whom.
pub(crate) fn report(matrix: &Matrix, report: &Report) -> Sentence {
    let to = if report.to.is_empty() { String::new() } else { format!(" to {}", names(matrix, &report.to)) };
    let when = when(report.cadence.as_deref(), report.within.as_ref());
    let what = report.what.as_deref().map(|what| format!(": {}", what.trim().trim_end_matches('.')));
    let who = report.by.as_deref().map_or("Nobody named", |by| name(matrix, by));
    Sentence { who: who.to_owned(), does: format!("reports{to}{}{when}", what.unwrap_or_default()) }
}

/// Returns how often and how soon, after a comma.
fn when(cadence: Option<&str>, within: Option<&Within>) -> String {
    let started = within.is_some_and(|within| within.of.is_some());
    let mut out = match cadence {
        Some("on-event") if started => String::new(),
        Some(cadence) => format!(", {}", self::cadence(cadence)),
        None => String::new(),
    };
    if let Some(within) = within {
        let _ = write!(out, ", within {}", within.time.words());
        if within.clock == Some(Clock::Business) {
            out.push_str(" (business)");
        }
        if let Some(of) = &within.of {
            let _ = write!(out, " of {of}");
        }
    }
    out
}

/// Returns how often: "quarterly", "every 30 days".
pub(crate) fn cadence(cadence: &str) -> String {
    match cadence {
        "continuous" => "continuously".to_owned(),
        "semiannual" => "twice a year".to_owned(),
        "annual" => "once a year".to_owned(),
        "triennial" => "every three years".to_owned(),
        "on-event" => "whenever it comes up".to_owned(),
        period if period.starts_with('P') => format!("every {}", Duration::from(period).words()),
        word => word.to_owned(),
    }
}

/// Returns whom to call: "Acme Defense's IT manager, it@acme.example".
fn call(matrix: &Matrix, contact: &str) -> String {
    let found = contact.split_once('/').and_then(|(party, id)| {
        let contacts = &matrix.party(party)?.contacts;
        Some((party, contacts.iter().find(|contact| contact.id == id)?))
    });
    let Some((party, found)) = found else { return contact.to_owned() };
    let role = found.role.as_ref().or(found.name.as_ref()).unwrap_or(&found.id);
    let channel = found.channel.as_ref().map(|channel| format!(", {channel}")).unwrap_or_default();
    format!("{}'s {role}{channel}", name(matrix, party))
}

/// Returns control ids as people write them: without the catalogue where there is only one.
pub(crate) fn control<'a>(matrix: &Matrix, control: &'a str) -> &'a str {
    match control.split_once(':') {
        Some((_, id)) if matrix.frameworks.len() < 2 => id,
        _ => control,
    }
}

fn controls(matrix: &Matrix, controls: &[String]) -> String {
    list(&controls.iter().map(|id| control(matrix, id).to_owned()).collect::<Vec<_>>())
}

/// Returns what people say for a word of the format: "CUI" for `cui`, "covered entity" for `covered-entity`.
pub(crate) fn term(word: &str) -> String {
    match word {
        "ephi" => "ePHI".to_owned(),
        "osa" => "organization seeking assessment".to_owned(),
        "esp-msp" => "managed service provider".to_owned(),
        "esp-mssp" => "managed security service provider".to_owned(),
        "csp" => "cloud service provider".to_owned(),
        "tpsp" => "third-party service provider".to_owned(),
        "cui" | "spd" | "fci" | "chd" | "pii" | "ssp" | "msa" | "sow" | "baa" | "sla" => {
            word.to_ascii_uppercase()
        }
        _ => word.replace('-', " "),
    }
}

/// Returns the titles of scopes.
pub(crate) fn scopes(matrix: &Matrix, ids: &[String]) -> String {
    let title = |id: &String| {
        let scope = matrix.scopes.iter().find(|scope| scope.id == *id);
        scope.and_then(|scope| scope.title.as_ref()).unwrap_or(id).clone()
    };
    list(&ids.iter().map(title).collect::<Vec<_>>())
}

/// Returns the names of services.
pub(crate) fn services(matrix: &Matrix, ids: &[String]) -> String {
    let title = |id: &String| {
        let service = matrix.services.iter().find(|service| service.id == *id);
        service.and_then(|service| service.name.as_ref()).unwrap_or(id).clone()
    };
    list(&ids.iter().map(title).collect::<Vec<_>>())
}

/// Returns who acts, with how it is divided and why, as one sentence.
pub(crate) fn allocation(matrix: &Matrix, row: &Row) -> String {
    let mut out = side(matrix, row);
    for (_, text) in remarks(row) {
        let _ = write!(out, ": {text}");
    }
    out
}

/// Returns who acts, without the words that the row adds.
pub(crate) fn side(matrix: &Matrix, row: &Row) -> String {
    let mut out = holder(row.allocation, &matrix.sides());
    let mode = row.shared.as_ref().and_then(|shared| shared.mode);
    if let (Allocation::Shared, Some(mode)) = (row.allocation, mode) {
        let _ = write!(out, ", {}", mode.says());
    }
    out
}

/// Returns the words that a row adds to who acts, each with its term.
pub(crate) fn remarks(row: &Row) -> Vec<(&'static str, String)> {
    let details = row.shared.as_ref().and_then(|shared| shared.details.clone());
    let all = [("Details", details), ("Reason", row.justification.clone())];
    all.into_iter().filter_map(|(term, text)| Some((term, text?))).collect()
}

/// Returns what proves the work and where it lies.
pub(crate) fn evidence(matrix: &Matrix, evidence: &Evidence) -> String {
    let mut out = evidence.artifact.clone();
    if let Some(kind) = &evidence.kind {
        let _ = write!(out, " ({kind})");
    }
    if !evidence.controls.is_empty() {
        let _ = write!(out, ", for {}", controls(matrix, &evidence.controls));
    }
    if !evidence.scope.is_empty() {
        let _ = write!(out, ", in {}", scopes(matrix, &evidence.scope));
    }
    if let Some(collector) = &evidence.collector {
        let _ = write!(out, ", collected by {}", name(matrix, collector));
    }
    if let Some(location) = &evidence.location {
        let _ = write!(out, "; lies in {location}");
    }
    if let Some(retention) = &evidence.retention {
        let _ = write!(out, "; kept {}", retention.words());
    }
    out
}

/// Returns a document of the matrix: its reference, and what it is.
pub(crate) fn document(matrix: &Matrix, id: &str) -> String {
    let Some(found) = matrix.documents.iter().find(|document| document.id == *id) else {
        return id.to_owned();
    };
    let reference = found.reference.as_ref().unwrap_or(&found.id);
    let section = found.section.as_ref().map(|section| format!(", {section}")).unwrap_or_default();
    match &found.kind {
        Some(kind) => format!("{reference} ({}){section}", term(kind)),
        None => format!("{reference}{section}"),
    }
}

/// Returns where a document describes a row.
pub(crate) fn citation(matrix: &Matrix, citation: &Citation) -> String {
    let section = citation.section.as_ref().map(|section| format!(", section {section}")).unwrap_or_default();
    format!("{}{section}", document(matrix, &citation.document))
}

/// Returns how a row is divided in some of its scopes.
pub(crate) fn variation(matrix: &Matrix, one: &Variation) -> String {
    let mut out = format!("in {}", scopes(matrix, &one.scope));
    if let Some(allocation) = one.allocation {
        let _ = write!(out, ": {}", holder(allocation, &matrix.sides()));
    }
    let shared = one.shared.as_ref();
    if let Some(mode) = shared.and_then(|shared| shared.mode) {
        let _ = write!(out, ", {}", mode.says());
    }
    if let Some(details) = shared.and_then(|shared| shared.details.as_ref()) {
        let _ = write!(out, ": {details}");
    }
    if let Some(offered) = &one.offered {
        let _ = write!(out, "; others may inherit: {offered}");
    }
    out
}

/// Returns the ids of the parties that keep the evidence of a row.
pub(crate) fn keeping(matrix: &Matrix, row: &Row) -> Vec<String> {
    let keeping = matrix.duties(row).filter(|duty| duty.deed == Deed::RetainEvidence);
    keeping.map(|duty| duty.party.clone()).collect()
}

/// Returns who keeps the evidence of a row, with roles: "Client (Compliance lead)"; nothing where nobody is named.
pub(crate) fn keepers(matrix: &Matrix, row: &Row) -> Option<String> {
    let keeping = matrix.duties(row).filter(|duty| duty.deed == Deed::RetainEvidence);
    let names: Vec<String> = keeping.map(|duty| who(matrix, duty)).collect();
    (!names.is_empty()).then(|| list(&names))
}

/// Returns who keeps the evidence of a row, and how long.
pub(crate) fn keeper(matrix: &Matrix, row: &Row) -> Option<String> {
    let keepers = keepers(matrix, row)?;
    let time = matrix.defaults.retention.as_ref().map(|time| format!(", {}", time.words()));
    Some(keepers + &time.unwrap_or_default())
}

/// Returns what is inherited, from whom, and what is left to do.
pub(crate) fn inheritance(matrix: &Matrix, edge: &Inheritance) -> String {
    let mut out = format!("{} inherits from {}", name(matrix, &edge.by), name(matrix, &edge.from));
    let document = edge.document.as_ref().map(|id| {
        let found = matrix.documents.iter().find(|document| document.id == *id);
        found.and_then(|document| document.reference.as_ref()).unwrap_or(id)
    });
    let details: Vec<String> =
        [edge.extent.as_ref(), document, edge.reference.as_ref()].into_iter().flatten().cloned().collect();
    if !details.is_empty() {
        let _ = write!(out, " ({})", details.join(", "));
    }
    for (index, left) in edge.responsibilities.iter().enumerate() {
        let lead = if index == 0 { ". Left to do: " } else { "; " };
        let row = left.row.as_ref().map(|row| format!(" (row {row})")).unwrap_or_default();
        let _ = write!(out, "{lead}{}{row}", left.text);
    }
    out
}

/// Returns how far a row is implemented.
pub(crate) fn status(status: &Status) -> Option<String> {
    let also = status.also.iter();
    let words = status.implementation.iter().chain(also).chain(&status.exception).chain(&status.plan);
    let parts: Vec<String> = words.map(|part| term(part)).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Returns what came of walking through a row: of all that said the same on one day in one sentence.
pub(crate) fn review(matrix: &Matrix, reviewed: &[Reviewed]) -> String {
    let mut groups: Vec<(&Reviewed, Vec<String>)> = Vec::new();
    for entry in reviewed {
        let party = entry.party.clone().into_iter();
        let says = |one: &Reviewed| (one.on, one.outcome, one.note.clone(), one.text);
        match groups.iter_mut().find(|(first, _)| says(first) == says(entry)) {
            Some((_, parties)) => parties.extend(party),
            None => groups.push((entry, party.collect())),
        }
    }
    if groups.is_empty() {
        return "not walked through yet".to_owned();
    }
    let said: Vec<String> = groups.iter().map(|(first, parties)| walked(matrix, first, parties)).collect();
    said.join("; ")
}

fn walked(matrix: &Matrix, entry: &Reviewed, parties: &[String]) -> String {
    let outcome = match entry.outcome {
        Some(Outcome::Agreed) => "agreed",
        Some(Outcome::Disputed) => "disputed",
        None => "walked through, outcome not said",
    };
    let on = entry.on.map(|on| format!(" on {on}")).unwrap_or_default();
    let by = if parties.is_empty() { String::new() } else { format!(" by {}", names(matrix, parties)) };
    let note = entry.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    let since = if entry.text == TextRead::Changed { " (the row has changed since)" } else { "" };
    format!("{outcome}{on}{by}{since}{note}")
}
