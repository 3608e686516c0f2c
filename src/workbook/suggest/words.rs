//! Words by which sheets name the two sides, and what the other columns hold.
//!
//! A heading names a side by one word of it; a value only if all of its words do, for a sentence is no answer.

use crate::pack::spelling::folded;

const CLIENT: [&str; 20] = [
    "client",
    "clients",
    "customer",
    "customers",
    "entity",
    "osc",
    "osa",
    "agency",
    "tenant",
    "csc",
    "merchant",
    "subscriber",
    "consumer",
    "kunde",
    "kunden",
    "auftraggeber",
    "mandant",
    "beneficiaire",
    "cliente",
    "clientele",
];
const PROVIDER: [&str; 30] = [
    "provider",
    "providers",
    "msp",
    "mssp",
    "esp",
    "csp",
    "tpsp",
    "vendor",
    "microsoft",
    "aws",
    "azure",
    "amazon",
    "google",
    "gcp",
    "oracle",
    "ovhcloud",
    "ovh",
    "rackspace",
    "supplier",
    "dienstleister",
    "anbieter",
    "auftragnehmer",
    "fournisseur",
    "prestataire",
    "hebergeur",
    "proveedor",
    "hoster",
    "associate",
    "outsourcer",
    "integrator",
];
const SHARED: [&str; 10] = [
    "shared",
    "both",
    "joint",
    "jointly",
    "gemeinsam",
    "geteilt",
    "beide",
    "partage",
    "partagé",
    "compartido",
];
const INHERITED: [&str; 3] = ["inherited", "inherit", "inherits"];
/// What stands beside the name of a side in a value and changes nothing.
const FILLER: [&str; 34] = [
    "only",
    "own",
    "owned",
    "responsibility",
    "responsibilities",
    "responsible",
    "service",
    "services",
    "cloud",
    "managed",
    "security",
    "system",
    "specific",
    "corporate",
    "party",
    "parties",
    "and",
    "or",
    "the",
    "by",
    "with",
    "solely",
    "sole",
    "wholly",
    "independent",
    "dependent",
    "user",
    "covered",
    "business",
    "control",
    "provided",
    "external",
    "of",
    "third",
];
const NOT_APPLICABLE: [&str; 7] =
    ["n a", "na", "not applicable", "none required", "nicht zutreffend", "entfällt", "sans objet"];

fn of_word(word: &str) -> Option<&'static str> {
    [("shared", &SHARED[..]), ("inherited", &INHERITED), ("client", &CLIENT), ("provider", &PROVIDER)]
        .into_iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(side, _)| side)
}

fn together(sides: &[&'static str]) -> Option<&'static str> {
    let has = |side: &str| sides.contains(&side);
    match () {
        () if has("shared") || (has("client") && has("provider")) => Some("shared"),
        () if has("inherited") => Some("inherited"),
        () => sides.first().copied(),
    }
}

/// Returns the side that a heading names: `client`, `provider`, `shared` or `inherited`.
pub(super) fn side(heading: &str) -> Option<&'static str> {
    let name = folded(heading);
    let sides: Vec<&str> = name.split(' ').filter_map(of_word).collect();
    together(&sides)
}

/// Returns whose a value makes a row, if it says nothing else.
pub(super) fn owner(value: &str) -> Option<&'static str> {
    let name = folded(value);
    if NOT_APPLICABLE.contains(&name.as_str()) {
        return Some("not-applicable");
    }
    if matches!(&*name, "full" | "partial" | "partially") {
        return Some(if name == "full" { "provider" } else { "shared" });
    }
    let words: Vec<&str> =
        name.split(' ').filter(|word| !word.is_empty() && !FILLER.contains(word)).collect();
    let sides: Option<Vec<&str>> = words.into_iter().map(of_word).collect();
    together(&sides?)
}

/// Returns how far a heading or a value says that a row is implemented.
pub(super) fn status(text: &str) -> Option<&'static str> {
    match &*folded(text) {
        "implemented" | "fully implemented" | "in place" => Some("implemented"),
        "partially implemented" | "partially in place" => Some("partial"),
        "planned" => Some("planned"),
        "alternative implementation" | "alternatively implemented" | "compensating control" => {
            Some("alternative")
        }
        _ => None,
    }
}

/// Returns the duty that a heading names.
pub(super) fn deed(heading: &str) -> Option<&'static str> {
    match &*folded(heading) {
        "performs" | "perform" | "does" | "executes" | "implements" => Some("perform"),
        "configures" | "configure" => Some("configure"),
        "approves" | "approve" => Some("approve"),
        "decides" | "decide" => Some("decide"),
        "reviews" | "review" => Some("review"),
        "supports" | "support" => Some("support"),
        "consulted" | "consult" => Some("consult"),
        "informed" | "inform" => Some("inform"),
        "accountable" => Some("accountable"),
        _ => None,
    }
}

/// Returns what a provider's answer lets others inherit.
pub(super) fn offered(value: &str) -> Option<&'static str> {
    match &*folded(value) {
        "yes" | "full" | "fully" | "fully inheritable" | "inheritable" => Some("yes"),
        "partial" | "partially" | "partially inheritable" => Some("partial"),
        "no" | "none" | "not inheritable" => Some("no"),
        _ => None,
    }
}

/// Returns whether a heading says that its column names whose the work is.
pub(super) fn asks_whose(heading: &str) -> bool {
    let name = folded(heading);
    let parts = [
        "responsib",
        "owner",
        "accountab",
        "allocation",
        "verantwort",
        "zuständig",
        "responsable",
        "performed by",
    ];
    parts.iter().any(|part| name.contains(part))
        || name.split(' ').any(|word| matches!(word, "who" | "party" | "resp" | "assignee" | "assigned"))
}

/// Returns whether a heading sounds as if its column were for the eyes of one side.
pub(in crate::workbook) fn is_private(heading: &str) -> bool {
    let words =
        ["internal", "draft", "private", "confidential", "do not share", "comment", "note to self", "margin"];
    let name = heading.to_lowercase();
    words.iter().any(|word| name.contains(word))
}

/// How many words of a row sound like headings.
pub(super) fn headings(texts: &[&str]) -> usize {
    let parts = [
        "control",
        "requirement",
        "practice",
        "objective",
        "criteri",
        "safeguard",
        "domain",
        "family",
        "title",
        "name",
        "description",
        "statement",
        "activit",
        "task",
        "status",
        "evidence",
        "frequency",
        "cadence",
        "comment",
        "notes",
        "remark",
        "details",
        "justification",
        "anforderung",
        "bezeichnung",
        "section",
        "category",
        "inherit",
        "question",
        "implement",
        "planned",
        "letter",
        "annex",
        "scope",
    ];
    let is_one = |text: &&&str| {
        let name = folded(text);
        text.chars().count() <= 90
            && (asks_whose(text)
                || side(text).is_some()
                || matches!(&*name, "id" | "ref" | "no" | "nr" | "req" | "n a" | "task")
                || name.split(' ').any(|word| word == "id" || word == "req")
                || parts.iter().any(|part| name.contains(part)))
    };
    texts.iter().filter(is_one).count()
}

#[cfg(test)]
mod tests {
    use super::{owner, side};

    #[test]
    fn a_value_is_an_owner_only_if_all_of_it_is() {
        for (value, whose) in [
            ("MSP", Some("provider")),
            ("Service Provider only", Some("provider")),
            ("CSP-owned", Some("provider")),
            ("Customer Responsibility", Some("client")),
            ("MSSP & Customer", Some("shared")),
            ("Both parties", Some("shared")),
            ("Shared (Independent)", Some("shared")),
            ("N/A", Some("not-applicable")),
            ("Gemeinsam", Some("shared")),
            ("Customer audits", None),
            ("Azure AD", None),
            ("MSP sets up; client approves", None),
            ("yes", None),
            ("the", None),
            ("", None),
        ] {
            assert_eq!(owner(value), whose, "{value}");
        }
        assert_eq!(side("Service Provider and Customer Responsibility"), Some("shared"));
        assert_eq!(side("Aufgaben Kunde"), Some("client"));
        assert_eq!(side("Control ID"), None);
    }
}
