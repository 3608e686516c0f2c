//! Sentences as people write them into matrices: short, concrete, from one vocabulary.

use super::random::Random;

const VERBS: &[&str] = &[
    "Review",
    "Restrict",
    "Approve",
    "Record",
    "Monitor",
    "Rotate",
    "Test",
    "Patch",
    "Scan",
    "Encrypt",
    "Inventory",
    "Sanitize",
    "Revoke",
    "Restore",
    "Escort",
    "Train",
    "Isolate",
    "Correlate",
    "Verify",
    "Remove",
];

const OBJECTS: &[&str] = &[
    "privileged accounts",
    "audit logs",
    "remote sessions",
    "wireless access points",
    "removable media",
    "cryptographic keys",
    "firewall rules",
    "backup copies",
    "visitor records",
    "baseline configurations",
    "vulnerability findings",
    "incident tickets",
    "external connections",
    "service accounts",
    "mobile devices",
    "maintenance tools",
    "security alerts",
    "software changes",
    "access requests",
    "collaborative devices",
];

const PLACES: &[&str] = &[
    "in the CUI enclave",
    "on managed endpoints",
    "at the plant",
    "in the identity tenant",
    "at the boundary",
    "on every server that stores CUI",
    "in the ticket system",
    "across all branch offices",
    "in the SIEM",
    "on engineering workstations",
];

const WAYS: &[&str] = &[
    "against the approved baseline",
    "with multifactor authentication",
    "under the two-person rule",
    "with FIPS-validated modules",
    "before the change window opens",
    "after each personnel change",
    "by the written procedure",
    "from the weekly report",
    "with the asset owner present",
    "by signed request",
];

const ENDS: &[&str] = &[
    "and record every exception in a ticket",
    "and send the result to the compliance lead",
    "and keep the export with the evidence",
    "and open a case for each deviation",
    "and brief the affirming official",
    "and close what nobody claims within five days",
];

const ARTIFACTS: &[&str] = &[
    "Signed access report",
    "Scan export",
    "Change ticket",
    "Configuration snapshot",
    "Training record",
    "Restore test protocol",
    "Visitor log",
    "Key ceremony minutes",
    "Firewall rule review",
    "Incident after-action report",
];

const LOCATIONS: &[&str] = &["GRC vault", "Evidence library", "Ticket system", "SIEM archive"];

/// Returns what is done, in one sentence without a full stop.
pub(crate) fn deed(random: &mut Random) -> String {
    let (verb, object) = (random.pick(VERBS), random.pick(OBJECTS));
    format!("{verb} {object} {} {}", random.pick(PLACES), random.pick(WAYS))
}

/// Returns what is done and what follows from it.
pub(crate) fn long_deed(random: &mut Random) -> String {
    format!("{} {}", deed(random), random.pick(ENDS))
}

/// Returns a label of a few words.
pub(crate) fn title(random: &mut Random) -> String {
    let object = random.pick(OBJECTS);
    let (first, rest) = object.split_at(1);
    format!("{}{rest} {}", first.to_uppercase(), random.pick(PLACES))
}

/// Returns the name of a piece of evidence.
pub(crate) fn artifact(random: &mut Random) -> String {
    format!("{} EV-{}", random.pick(ARTIFACTS), random.between(1000, 9999))
}

/// Returns where a piece of evidence lies.
pub(crate) fn location(random: &mut Random) -> String {
    format!("{}, folder {:08x}", random.pick(LOCATIONS), random.bits() >> 32)
}
