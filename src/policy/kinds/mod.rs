//! What a JSON Schema cannot say: named kinds of checks with typed parameters.
//!
//! One file a kind; a kind reads its parameters from the rule's `check` and looks at one [`Subject`].

mod acts;
mod acyclic;
mod agrees;
mod built_in;
mod cadence;
mod change;
mod concrete;
mod contradiction;
mod control;
mod coverage;
mod due;
mod figures;
mod foreign_words;
mod handles;
mod held_by;
mod idle;
mod label;
mod law_in_words;
mod law_status;
mod legal_clock;
mod length;
mod limit;
mod may_act;
mod named;
mod obligation;
mod one_accountable;
mod own_text;
mod party_document;
mod past;
mod phase;
mod placeholder;
mod plan;
mod reference;
mod retention;
mod reviewed;
mod rises;
mod rivals;
mod role;
mod room;
mod scopes;
mod separate;
mod served;
mod service;
mod share;
mod specific;
mod starter;
mod subset;
mod unique;
mod usual_time;
mod vocabulary;
mod whole;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use built_in::Reader;
pub use coverage::hit as coverage_hit;
use held_by::is_part;
pub(crate) use reviewed::absent;

use crate::facts::Facts;
use crate::finding::{Place, Severity};
use crate::matrix::Matrix;
use crate::pack::Packs;
use crate::policy::Base;

/// Makes the kinds of one list: each has the name of its type in kebab case, reads its parameters and looks at a subject.
macro_rules! kinds {
    ($($(#[$about:meta])+ $module:ident::$name:ident,)+) => {
        /// A kind of check with its parameters.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        pub enum Kind {
            $($(#[$about])+ $name($module::$name),)+
        }

        impl Kind {
            /// Returns what the kind finds in one matrix.
            pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
                match self {
                    $(Self::$name(kind) => kind.look(subject),)+
                }
            }
        }
    };
}

kinds! {
    /// No cycle in inheritance or binding.
    acyclic::Acyclic,
    /// The allocation agrees with the duties.
    agrees::AllocationAgrees,
    /// A fault that a reader finds before there is a matrix.
    built_in::BuiltIn,
    /// What changed satisfies a schema.
    #[serde(rename = "change")]
    change::ChangeMust,
    /// No placeholder words without a time.
    concrete::ConcreteWords,
    /// Controls exist in their catalogue.
    control::ControlExists,
    /// Every control of a catalogue has an owner.
    coverage::Coverage,
    /// A day has not passed.
    due::Due,
    /// Some deeds of some controls are never a side's.
    held_by::NeverHeldBy,
    /// A row's words fit its control better than any other.
    label::LabelFits,
    /// Obligations beside the catalogue have a row.
    obligation::Obligations,
    /// One accountable party per row and scope.
    one_accountable::OneAccountable,
    /// Parties of some kinds have the documents that a framework wants.
    party_document::PartyDocuments,
    /// Every phase of a control has an owner.
    phase::PhasesOwned,
    /// What is named exists.
    reference::References,
    /// Evidence is kept long enough.
    retention::LeastRetention,
    /// Both sides have walked through each row.
    reviewed::WalkedThrough,
    /// A row did not change after it was reviewed.
    reviewed::ReviewFollowsChange,
    /// Reviews name the text that was read.
    reviewed::ReviewNamesText,
    /// A provider's notice leaves the client time for its own.
    room::NoticeLeavesRoom,
    /// Provider rows belong to a service in force.
    service::ServiceInForce,
    /// The provider holds at most a share of the rows.
    share::ProviderShare,
    /// An activity says what is done.
    specific::SpecificActivity,
    /// A row is not the starter's text, unread.
    starter::DiffersFromStarter,
    /// What is picked out of a catalogue is in it.
    subset::SubsetExists,
    /// Ids are unique.
    unique::UniqueIds,
    /// Words of shared rows name acts.
    acts::DetailsNameActs,
    /// Periodic work comes as often as the catalogue says.
    cadence::CadenceKept,
    /// No field of a row denies another.
    contradiction::RowIsOfOneMind,
    /// Parties are said to handle what their work touches.
    handles::HandlesAgree,
    /// Who signs has a duty.
    idle::PartyHasDuty,
    /// Deadlines of obligations are kept.
    legal_clock::ClocksKept,
    /// Words and duties name the same parties.
    named::NamedPartyActs,
    /// Days on which something happened have come.
    past::DaysHaveCome,
    /// No stand-in for a name, a number or a place.
    placeholder::NoPlaceholder,
    /// What is open may be open.
    plan::PlanOfAction,
    /// One control is not done by two parties in two rows.
    rivals::OnePerformer,
    /// A role belongs to its party.
    role::RoleOfParty,
    /// Each scope of a row has somebody.
    scopes::ScopesOwned,
    /// Nobody approves his own work.
    separate::SeparateApproval,
    /// Who performs provides a service of the row.
    served::PerformerIsOfService,
    /// Words that rules look for are spelled as they look.
    vocabulary::WordsAreKnown,
    /// Times in words are times of the row.
    figures::FiguresAgree,
    /// The version says how much changed.
    rises::VersionRises,
    /// A row says what its law says.
    law_in_words::LawInWords,
    /// Law was looked up lately, and binds.
    law_status::LawIsCurrent,
    /// Work takes no longer than is usual.
    usual_time::UsualTimeKept,
    /// No sentence stands twice.
    own_text::TextIsItsOwn,
    /// Words take nothing out of a control.
    whole::WholeIsCovered,
    /// Words of one framework stay in it.
    foreign_words::ForeignWords,
    /// A standing permission is bounded.
    may_act::MayActIsBounded,
}

/// Reads a kind and its parameters.
///
/// # Errors
/// A sentence that names the kind or the parameter that is unknown or wrong.
pub fn read(name: &str, mut params: Map<String, Value>) -> Result<Kind, String> {
    params.insert("kind".into(), Value::String(name.to_owned()));
    Kind::deserialize(Value::Object(params)).map_err(|error| error.to_string())
}

impl Kind {
    /// Checks what is built only when it is needed.
    ///
    /// # Errors
    /// A sentence on what cannot be used.
    pub fn usable(&self) -> Result<(), String> {
        if let Self::ChangeMust(kind) = self { kind.usable() } else { Ok(()) }
    }

    /// Returns whether the kind compares the text with an earlier one.
    pub fn compares(&self) -> bool {
        matches!(self, Self::ChangeMust(_) | Self::ReviewFollowsChange(_) | Self::VersionRises(_))
    }
}

/// One matrix with everything that a rule may ask about it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The matrix.
    pub matrix: &'a Matrix,
    /// The same with everything filled in.
    pub facts: &'a Facts,
    /// The frameworks at hand.
    pub packs: &'a Packs,
    /// The day that ages are counted to, UTC.
    pub today: Date,
    /// Whether the text is offered for signature.
    pub offered: bool,
    /// The text of the last commit, where it is another one.
    pub before: Option<&'a Matrix>,
    /// What the text is compared with: the version agreed last, then the revision that was asked for.
    pub bases: &'a [Base],
    /// Catalogues that this matrix covers together with others; judged over all of them at once.
    pub together: &'a [String],
}

/// What a kind found, before the rule's words are put to it.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Where in the file.
    pub place: Place,
    /// The row it belongs to, by position.
    pub row: Option<usize>,
    /// What the message's `{names}` stand for.
    pub values: Vec<(&'static str, String)>,
    /// A lesser weight than the rule's, for what is only coming.
    pub at_most: Option<Severity>,
    /// A second place with its label.
    pub related: Option<(Place, String)>,
}

impl Hit {
    /// Builds a hit outside the rows.
    pub fn at(place: Place) -> Self {
        Self { place, row: None, values: Vec::new(), at_most: None, related: None }
    }

    /// Builds a hit in a row.
    pub fn in_row(row: usize, place: Place) -> Self {
        Self { row: Some(row), ..Self::at(place) }
    }

    /// Builds a hit about a row as a whole.
    pub fn row(row: usize) -> Self {
        Self::in_row(row, Place::opening(format!("/rows/{row}")))
    }

    /// Says what `{name}` stands for in the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// Limits the weight.
    #[must_use]
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.at_most = Some(severity);
        self
    }

    /// Adds a second place with its label.
    #[must_use]
    pub fn beside(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related = Some((place, label.into()));
        self
    }
}

/// Joins words for a sentence: "`a`, `b` and `c`".
fn listed<T: AsRef<str>>(words: &[T]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns whether a text holds a word or a name that is no part of a longer one, in any case.
fn is_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !word.is_empty()
        && text.match_indices(&word).any(|(at, found)| {
            !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + found.len()..].chars().next())
        })
}
