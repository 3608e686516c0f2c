//! The tables of an exported workbook, as data: which fields of the format stand in which columns.

use super::kind::{Kind, Noun};

/// A column that holds a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The heading.
    pub(super) heading: &'static str,
    /// The field below its object; parts of a path stand behind a slash.
    pub(super) path: &'static str,
    /// What its cells hold.
    pub(super) kind: Kind,
    /// How wide the column is, in characters.
    pub(super) width: u8,
    /// Whether nobody may change it in a workbook, such as an id.
    pub(super) is_locked: bool,
}

const fn field(heading: &'static str, path: &'static str, kind: Kind, width: u8) -> Field {
    Field { heading, path, kind, width, is_locked: false }
}

const fn locked(heading: &'static str, path: &'static str, kind: Kind, width: u8) -> Field {
    Field { heading, path, kind, width, is_locked: true }
}

const PARTY: Kind = Kind::Name(Noun::Party);
const SCOPES: Kind = Kind::Named(Noun::Scope);

/// The columns of a row in front of who does what.
pub(super) static ROW: [Field; 9] = [
    field("Control", "controls", Kind::Controls, 18),
    field("Title", "title", Kind::Text, 28),
    field("Section", "group", Kind::Text, 18),
    field("The framework asks", "statement", Kind::Text, 40),
    field("Activity", "activity", Kind::Text, 44),
    field("Who", "allocation", Kind::Word("row", "allocation"), 13),
    field("How it is shared", "shared/mode", Kind::Word("division", "mode"), 15),
    field("Details", "shared/details", Kind::Text, 40),
    field("Reason", "justification", Kind::Text, 30),
];

/// Fields whose columns are left out where no row has them.
pub(super) const RARE: [&str; 3] = ["group", "statement", "status/also"];

/// The columns of a row behind who does what.
pub(super) static ROW_REST: [Field; 12] = [
    field("How often", "cadence", Kind::Cadence, 12),
    field("Where", "scope", SCOPES, 18),
    field("Services", "services", Kind::Named(Noun::Service), 20),
    field("Implementation", "status/implementation", Kind::Word("status", "implementation"), 15),
    field("Also", "status/also", Kind::Words("status", "also"), 15),
    field("Exception", "status/exception", Kind::Word("status", "exception"), 15),
    field("Plan", "status/plan", Kind::Text, 20),
    field("Others may inherit", "offered", Kind::Word("row", "offered"), 11),
    field("Tools", "tools", Kind::Texts, 20),
    field("References", "references", Kind::Texts, 22),
    field("Remarks", "notes", Kind::Text, 30),
    locked("Row", "id", Kind::Text, 20),
];

static DUTY: [Field; 16] = [
    field("Party", "party", PARTY, 24),
    field("Does", "do", Kind::Word("duty", "do"), 15),
    field("Role", "role", Kind::Text, 22),
    field("What", "text", Kind::Text, 50),
    field("How often", "cadence", Kind::Cadence, 12),
    field("Within", "within/time", Kind::Text, 9),
    field("Counted from", "within/of", Kind::Text, 22),
    field("Clock", "within/clock", Kind::Word("within", "clock"), 10),
    field("To", "to", Kind::Named(Noun::Party), 22),
    field("Phase", "phase", Kind::Word("duty", "phase"), 12),
    field("For", "for", Kind::Text, 8),
    field("If late, call", "escalate", Kind::Texts, 22),
    field("Where", "scope", SCOPES, 18),
    field("Only for", "controls", Kind::Controls, 18),
    field("Who is interviewed", "interviewee", Kind::Text, 22),
    locked("Duty", "id", Kind::Text, 16),
];

static EVIDENCE: [Field; 9] = [
    field("Artifact", "artifact", Kind::Text, 36),
    field("Kind", "kind", Kind::Text, 14),
    field("Collected by", "collector", PARTY, 24),
    field("Location", "location", Kind::Text, 30),
    field("Kept for", "retention", Kind::Text, 9),
    field("Method", "method", Kind::Word("evidence", "method"), 11),
    field("Final", "final", Kind::Flag, 7),
    field("Where", "scope", SCOPES, 18),
    field("Only for", "controls", Kind::Controls, 18),
];

static REPORT: [Field; 7] = [
    field("By", "by", PARTY, 24),
    field("To", "to", Kind::Named(Noun::Party), 24),
    field("What", "what", Kind::Text, 40),
    field("How often", "cadence", Kind::Cadence, 12),
    field("Within", "within/time", Kind::Text, 9),
    field("Counted from", "within/of", Kind::Text, 22),
    field("Clock", "within/clock", Kind::Word("within", "clock"), 10),
];

static EDGE: [Field; 6] = [
    field("Who inherits", "by", PARTY, 24),
    field("From", "from", PARTY, 24),
    field("Extent", "extent", Kind::Word("edge", "extent"), 9),
    field("May be inherited", "offered", Kind::Word("edge", "offered"), 11),
    field("Document", "document", Kind::Name(Noun::Document), 16),
    field("Place in it", "reference", Kind::Text, 24),
];

static VARIATION: [Field; 5] = [
    field("Where", "scope", SCOPES, 24),
    field("Who", "allocation", Kind::Word("variation", "allocation"), 13),
    field("How it is shared", "shared/mode", Kind::Word("division", "mode"), 15),
    field("Details", "shared/details", Kind::Text, 40),
    field("Others may inherit", "offered", Kind::Word("variation", "offered"), 11),
];

static CITATION: [Field; 2] = [
    field("Document", "document", Kind::Name(Noun::Document), 24),
    field("Section", "section", Kind::Text, 24),
];

static LEFT: [Field; 2] =
    [field("Left to do", "text", Kind::Text, 50), locked("By row", "row", Kind::Text, 22)];

static NATIVE: [Field; 3] = [
    locked("Source", "vocabulary", Kind::Text, 20),
    locked("Column", "field", Kind::Text, 24),
    locked("Value", "value", Kind::Text, 50),
];

static ACCEPTED: [Field; 3] = [
    locked("Rule", "rule", Kind::Text, 26),
    field("Reason", "reason", Kind::Text, 44),
    field("Reference", "reference", Kind::Text, 24),
];

/// A list in the rows with a table of its own: sheet, field of the row, columns, whether the sheet is there without lines.
pub(super) type Part = (&'static str, &'static str, &'static [Field], bool);

/// The tables of what a row holds in lists.
pub(super) static PARTS: [Part; 8] = [
    ("Duties", "duties", &DUTY, true),
    ("Evidence", "evidence", &EVIDENCE, true),
    ("Reports", "reports", &REPORT, false),
    ("Inheritance", "inherits", &EDGE, false),
    ("By scope", "byScope", &VARIATION, false),
    ("Places in documents", "documents", &CITATION, false),
    ("Accepted findings", "accepts", &ACCEPTED, false),
    ("Source values", "native", &NATIVE, false),
];

/// What is left to do by who inherits: a list in a list of the rows.
pub(super) static LEFT_TO_DO: Part = ("Left to do", "responsibilities", &LEFT, false);

/// How many of the columns of a duty are there where it holds for every row: it has no id and no part of a row.
const OF_EVERY_ROW: usize = 12;

/// The columns of the duties that hold for every row.
pub(super) static DEFAULT_DUTIES: Part =
    ("Duties of every row", "duties", DUTY.split_at(OF_EVERY_ROW).0, false);

/// What stands once in a matrix: its label, path and kind.
pub(super) static HEAD: [Field; 14] = [
    field("Title", "title", Kind::Text, 60),
    locked("Based on", "basedOn", Kind::Text, 0),
    locked("Replaces", "replaces", Kind::Texts, 0),
    locked("Kind", "kind", Kind::Text, 0),
    field("In force from", "effectiveFrom", Kind::Text, 0),
    field("Until, exclusive", "effectiveUntil", Kind::Text, 0),
    field("Why it holds before it is signed", "retroactive", Kind::Text, 0),
    field("Agreement", "agreement/kind", Kind::Text, 0),
    field("Number of the agreement", "agreement/reference", Kind::Text, 0),
    field("Exhibit", "agreement/exhibit", Kind::Text, 0),
    field("Reviewed every", "review/every", Kind::Text, 0),
    field("Last review", "review/last", Kind::Text, 0),
    field("What calls for a review", "review/triggers", Kind::Texts, 0),
    field("Evidence is kept for", "defaults/retention", Kind::Text, 0),
];

/// The further line of the head that has a vocabulary of its own.
pub(super) static HEAD_CADENCE: Field = field("Work is done", "defaults/cadence", Kind::Cadence, 0);

/// A list in the head with a table of its own: sheet, list, columns, whether the sheet is there without lines.
pub(super) static LISTS: [Part; 5] = [
    ("Parties", "parties", &PARTIES, true),
    ("Services", "services", &SERVICES, true),
    ("Scopes", "scopes", &SCOPE, true),
    ("Documents", "documents", &DOCUMENTS, false),
    ("Frameworks", "frameworks", &FRAMEWORKS, false),
];

/// The lists of the parties with tables of their own.
pub(super) static PARTY_PARTS: [Part; 2] = [
    ("Contacts", "contacts", &CONTACTS, false),
    ("Authorizations", "authorizations", &AUTHORIZATIONS, false),
];

static PARTIES: [Field; 8] = [
    locked("Id", "id", Kind::Text, 18),
    field("Side", "side", Kind::Word("party", "side"), 12),
    field("Name", "name", Kind::Text, 34),
    field("Kind", "kind", Kind::Word("party", "kind"), 18),
    field("Treated as", "method", Kind::Word("party", "method"), 12),
    field("Bound by", "boundBy", PARTY, 24),
    field("Handles", "handles", Kind::Words("party", "handles"), 12),
    field("Business hours", "businessHours", Kind::Text, 34),
];

static CONTACTS: [Field; 6] = [
    locked("Id", "id", Kind::Text, 18),
    field("Role", "role", Kind::Text, 26),
    field("Name", "name", Kind::Text, 26),
    field("Channel", "channel", Kind::Text, 32),
    field("Hours", "hours", Kind::Text, 24),
    field("Order", "escalation", Kind::Number, 7),
];

static AUTHORIZATIONS: [Field; 4] = [
    field("Kind", "kind", Kind::Text, 22),
    field("Number", "reference", Kind::Text, 22),
    field("Looked up on", "asOf", Kind::Text, 13),
    field("Ends on", "expires", Kind::Text, 13),
];

static SERVICES: [Field; 5] = [
    locked("Id", "id", Kind::Text, 22),
    field("Name", "name", Kind::Text, 40),
    field("Party", "party", PARTY, 28),
    field("From", "startsOn", Kind::Text, 13),
    field("Until, exclusive", "endsOn", Kind::Text, 13),
];

static SCOPE: [Field; 8] = [
    locked("Id", "id", Kind::Text, 22),
    field("Title", "title", Kind::Text, 32),
    field("Environment", "environment", Kind::Text, 16),
    field("Assets", "assets", Kind::Text, 16),
    field("Data", "data", Kind::Texts, 14),
    field("Systems", "systems", Kind::Texts, 30),
    field("Locations", "locations", Kind::Texts, 24),
    field("Leaves out", "excludes", Kind::Texts, 28),
];

static DOCUMENTS: [Field; 6] = [
    locked("Id", "id", Kind::Text, 18),
    field("Kind", "kind", Kind::Text, 22),
    field("Party", "party", PARTY, 28),
    field("Reference", "reference", Kind::Text, 34),
    field("Section", "section", Kind::Text, 18),
    field("SHA-256", "sha256", Kind::Text, 30),
];

static FRAMEWORKS: [Field; 4] = [
    locked("Id", "pack", Kind::Text, 20),
    field("Edition", "edition", Kind::Text, 16),
    field("Parts", "include", Kind::Texts, 30),
    field("Covers", "coverage", Kind::Word("framework", "coverage"), 12),
];
