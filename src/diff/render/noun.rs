//! What people call the fields of a matrix.

/// Returns what people call a field.
pub(crate) fn noun(field: &str) -> String {
    let known = match field {
        "activity" => "what is done",
        "shared" | "shared.details" => "how it is shared, in words",
        "shared.mode" => "how it is shared",
        "duties.text" | "duties" => "what exactly is done",
        "duties.role" => "the role that does it",
        "duties.to" | "reports.to" => "who is told",
        "duties.scope" | "scope" => "where it applies",
        "duties.controls" | "controls" => "the controls it answers for",
        "duties.do" => "what is to be done",
        "duties.for" => "how long it lasts",
        "duties.phase" => "the step of the process",
        "duties.escalate" => "whom to call when the deadline passes",
        "duties.id" => "the duty's id",
        "services" => "service",
        "scopes" => "scope",
        "parties" => "party",
        "documents" => "document",
        "frameworks" => "framework",
        "replaces" => "matrix that this one ends",
        "inherits" => "inheritance",
        "offered" => "what others may inherit",
        "evidence" => "evidence",
        "evidence.collector" => "who collects the evidence",
        "evidence.retention" => "how long evidence is kept",
        "evidence.location" => "where the evidence lies",
        "evidence.artifact" => "what the evidence is",
        "references" => "references",
        "status" | "status.implementation" => "how far the work is",
        "status.exception" => "the exception for work that is not done",
        "status.plan" => "the plan by which missing work is done",
        "native" | "native.value" => "what the source said",
        "justification" => "justification",
        "reviewed" => "the walk-through by both",
        "accepts" => "accepted finding in the matrix; it changes no requirement:",
        "effectiveFrom" => "the first day in force",
        "effectiveUntil" => "the day it ends",
        "retroactive" => "the reason for taking effect before it is signed",
        "basedOn" => "the standard it is based on",
        "review.every" => "how often the whole is reviewed",
        "review.last" => "the last review",
        "review.triggers" => "what calls for a review in between",
        "version" => "the version number",
        "title" => "the title",
        "parties.contacts" => "contact",
        "parties.contacts.channel" => "how to reach a contact",
        "parties.authorizations" => "authorization",
        "parties.businessHours" => "business hours, and so every deadline that counts them",
        "parties.handles" => "the kinds of data handled",
        "defaults" | "defaults.duties" => "what holds for every row that does not say otherwise",
        "documents.sha256" => "the fingerprint of a document",
        "inherits.offered" => "what others may inherit from the provider",
        "inherits.extent" => "how much is inherited",
        "inherits.reference" => "the reference for what is inherited",
        "inherits.document" => "the document that says what is inherited",
        "inherits.responsibilities" => "what is left to do by whoever inherits",
        "evidence.method" => "how an assessor looks at the evidence",
        "evidence.final" => "whether the evidence is final",
        "defaults.cadence" => "how often work is done where a row says nothing",
        "defaults.retention" => "how long evidence is kept where a row says nothing",
        other => return plain(other),
    };
    known.to_owned()
}

/// Turns `parties.contacts.hours` into "parties contacts hours" and `asOf` into "as of".
fn plain(field: &str) -> String {
    let mut out = String::new();
    for c in field.chars() {
        if c.is_uppercase() {
            out.push(' ');
            out.extend(c.to_lowercase());
        } else {
            out.push(if matches!(c, '.' | '-') { ' ' } else { c });
        }
    }
    out
}
