//! Why something does not count: a stable code for machines and a sentence for people.

use std::fmt;

use super::canonical;
use super::sshsig;

/// Why a file under `trust/` or `signoffs/` does not count, in full or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    // Any file.
    /// No file of ours has such a path.
    UnknownPath,
    /// Not a plain file: executable, a link or a submodule.
    Mode,
    /// A signature without the file that it signs.
    LoneSignature,
    /// The bytes were refused before anything was believed.
    Bytes(canonical::Flaw),
    /// The content says that it belongs elsewhere.
    PathDiffers,
    /// Made for another engagement.
    OtherEngagement,
    /// No signature beside it.
    SignatureMissing,
    /// The signature was refused.
    Signature(sshsig::Flaw),

    // Rosters.
    /// A key in the roster may not sign.
    Key(sshsig::Flaw),
    /// The number, `previous`, `continues` and `seals` do not fit each other.
    RosterPlace,
    /// `seals` is not sorted or names a digest twice.
    RosterSealsUnsorted,
    /// A party or signer is listed twice.
    RosterNameTwice,
    /// Fewer than two parties.
    RosterOneParty,
    /// A threshold of zero or beyond the number of signers.
    RosterThreshold,
    /// One key, in whatever wrapping, is listed twice.
    RosterKeyTwice,
    /// It does not follow the roster before it.
    RosterPrevious,
    /// A roster before it is missing or not complete.
    RosterBeyondGap,
    /// It lists a key that was revoked before it was signed.
    RosterListsRevokedKey,
    /// It is not signed by all whom it needs.
    RosterUnsigned,
    /// The signature is by nobody whom this roster needs.
    RosterStranger,

    // Statements and revocations.
    /// The chain does not hold the fingerprint that was given.
    NotAnchored,
    /// The roster is not there or lacks signatures.
    RosterNotComplete,
    /// The roster of this number has other bytes.
    RosterDiffers,
    /// The roster does not know this signer for this party.
    UnknownSigner,
    /// The roster does not list this key for this signer.
    UnknownKey,
    /// The sentence is not the one that the fields give.
    TextDiffers,
    /// The version has no `matrix.json`.
    MatrixMissing,
    /// The version's `matrix.json` cannot be read as one meaning.
    MatrixRefused,
    /// The statement is about other bytes than the version's `matrix.json`.
    OtherMatrix,
    /// The version has no `judged.json`.
    JudgedMissing,
    /// The version's `judged.json` cannot be read, or is about another version.
    JudgedRefused,
    /// The statement is about other bytes than the version's `judged.json`.
    OtherJudged,
    /// The matrix says that it is another matrix or version.
    HeadDiffers,
    /// The day is not the matrix's own.
    DayDiffers,
    /// The matrix's client and provider parties are not those of the roster.
    PartiesDiffer,
    /// The version before is not lower.
    PreviousNotLower,
    /// Signed after the day it is to hold from, and the matrix gives no reason.
    SignedAfterDay,
    /// `after` is not sorted or names a digest twice.
    AfterUnsorted,
    /// `after` names what is not there or does not count.
    AfterMissing,
    /// The withdraw names no approve of this signer that he had seen, or the contest another matrix.
    OfDiffers,
    /// Made under an old roster and not sealed by the next one.
    Unsealed,
    /// Its key was revoked, and its party does not stand by it.
    KeyRevoked,
    /// A last word under an old roster, unsealed, by a key or a party that a later roster no longer has.
    KeyLeft,
    /// Dated before a statement that it lists.
    SignedBeforeListed,
    /// `standsBy` is not sorted or names a digest twice.
    StandsByUnsorted,
    /// Signed neither by the key itself nor by enough others of the party.
    RevocationUnsigned,
    /// Made by others of the party under a roster that is not the highest.
    RevocationOutdated,

    // Marks.
    /// The mark names another version, roster or day than its folder.
    MarkDiffers,
    /// The mark's list is not sorted or names a digest twice.
    MarkUnsorted,
    /// The mark rests on last words that are not accepted or do not suffice.
    MarkInsufficient,
}

impl Reason {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownPath => "unknown-path",
            Self::Mode => "mode",
            Self::LoneSignature => "lone-signature",
            Self::Bytes(flaw) => flaw.code(),
            Self::PathDiffers => "path-differs",
            Self::OtherEngagement => "other-engagement",
            Self::SignatureMissing => "signature-missing",
            Self::Signature(flaw) => flaw.code(),
            Self::Key(sshsig::Flaw::WeakKey) => "key-weak",
            Self::Key(sshsig::Flaw::KeyType) => "key-type",
            Self::Key(_) => "key-malformed",
            Self::RosterPlace => "roster-place",
            Self::RosterSealsUnsorted => "roster-seals-unsorted",
            Self::RosterNameTwice => "roster-name-twice",
            Self::RosterOneParty => "roster-one-party",
            Self::RosterThreshold => "roster-threshold",
            Self::RosterKeyTwice => "roster-key-twice",
            Self::RosterPrevious => "roster-previous",
            Self::RosterBeyondGap => "roster-beyond-gap",
            Self::RosterListsRevokedKey => "roster-lists-revoked-key",
            Self::RosterUnsigned => "roster-unsigned",
            Self::RosterStranger => "roster-stranger",
            Self::NotAnchored => "not-anchored",
            Self::RosterNotComplete => "roster-not-complete",
            Self::RosterDiffers => "roster-differs",
            Self::UnknownSigner => "unknown-signer",
            Self::UnknownKey => "unknown-key",
            Self::TextDiffers => "text-differs",
            Self::MatrixMissing => "matrix-missing",
            Self::MatrixRefused => "matrix-refused",
            Self::OtherMatrix => "other-matrix",
            Self::JudgedMissing => "judged-missing",
            Self::JudgedRefused => "judged-refused",
            Self::OtherJudged => "other-judged",
            Self::HeadDiffers => "head-differs",
            Self::DayDiffers => "day-differs",
            Self::PartiesDiffer => "parties-differ",
            Self::PreviousNotLower => "previous-not-lower",
            Self::SignedAfterDay => "signed-after-day",
            Self::AfterUnsorted => "after-unsorted",
            Self::AfterMissing => "after-missing",
            Self::OfDiffers => "of-differs",
            Self::Unsealed => "unsealed",
            Self::KeyRevoked => "key-revoked",
            Self::KeyLeft => "key-left",
            Self::SignedBeforeListed => "signed-before-listed",
            Self::StandsByUnsorted => "stands-by-unsorted",
            Self::RevocationUnsigned => "revocation-unsigned",
            Self::RevocationOutdated => "revocation-outdated",
            Self::MarkDiffers => "mark-differs",
            Self::MarkUnsorted => "mark-unsorted",
            Self::MarkInsufficient => "mark-insufficient",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes(flaw) => return flaw.fmt(f),
            Self::Signature(flaw) => return write!(f, "its signature {flaw}"),
            Self::Key(flaw) => return write!(f, "a key of it {flaw}"),
            Self::UnknownPath => "no file of the sign-off lies there",
            Self::Mode => "it is not a plain file (mode 100644)",
            Self::LoneSignature => "the file that it signs is missing",
            Self::PathDiffers => "its name does not fit its content",
            Self::OtherEngagement => "it belongs to another engagement",
            Self::SignatureMissing => "it has no signature",
            Self::RosterPlace => "its number, `previous`, `continues` and `seals` do not fit each other",
            Self::RosterSealsUnsorted => "`seals` is not sorted, each digest once",
            Self::RosterNameTwice => "it lists a party or a signer twice",
            Self::RosterOneParty => "it lists fewer than two parties",
            Self::RosterThreshold => "a threshold is zero or more than the party's signers",
            Self::RosterKeyTwice => "it lists one key twice",
            Self::RosterPrevious => "it does not follow the roster before it",
            Self::RosterBeyondGap => "the roster before it is missing or not complete",
            Self::RosterListsRevokedKey => "it lists a key that it seals as revoked",
            Self::RosterUnsigned => "it is not signed by all whom it needs",
            Self::RosterStranger => "it is by no key whose signature the roster needs",
            Self::NotAnchored => "the fingerprint given for the contract is not in the chain of rosters",
            Self::RosterNotComplete => "it names a roster that is missing or not signed by all",
            Self::RosterDiffers => "it names other bytes than the roster's",
            Self::UnknownSigner => "its signer may not sign for its party",
            Self::UnknownKey => "its key is not listed for its signer",
            Self::TextDiffers => "its sentence is not the one that its fields give",
            Self::MatrixMissing => "the version has no `matrix.json`",
            Self::MatrixRefused => "the version's `matrix.json` cannot be read",
            Self::OtherMatrix => "it is about other bytes than the version's `matrix.json`",
            Self::JudgedMissing => "the version has no `judged.json`",
            Self::JudgedRefused => "the version's `judged.json` cannot be read or is about another version",
            Self::OtherJudged => "it is about other bytes than the version's `judged.json`",
            Self::HeadDiffers => "the version's `matrix.json` says that it is another matrix or version",
            Self::DayDiffers => "its day is not the day of the version's `matrix.json`",
            Self::PartiesDiffer => "the matrix's client and provider parties are not those of the roster",
            Self::PreviousNotLower => "the version that it follows is not a lower one",
            Self::SignedAfterDay => "it was signed after the day in force, and the matrix is not retroactive",
            Self::AfterUnsorted => "`after` is not sorted, each digest once",
            Self::AfterMissing => "`after` names a statement that is missing or does not count",
            Self::OfDiffers => "`of` is not what this signer may take back or dispute here",
            Self::Unsealed => "it was made under an old roster and the next one does not seal it",
            Self::KeyRevoked => "its key was revoked and its party does not stand by it",
            Self::KeyLeft => "a later roster no longer has its key or has other parties, and none seals it",
            Self::SignedBeforeListed => "it is dated before a statement that it lists in `after`",
            Self::StandsByUnsorted => "`standsBy` is not sorted, each digest once",
            Self::RevocationUnsigned => {
                "it is signed neither by the key itself nor by enough others of the party"
            }
            Self::RevocationOutdated => {
                "others of its party signed it under an old roster; under the one in force they may not"
            }
            Self::MarkDiffers => "it names another version, roster or day",
            Self::MarkUnsorted => "its list is not sorted, each digest once",
            Self::MarkInsufficient => "the last words that it lists are not accepted or do not suffice",
        })
    }
}

impl canonical::Flaw {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::CarriageReturn => "carriage-return",
            Self::NotStrict(_) => "not-strict",
            Self::NotCanonical => "not-canonical",
            Self::OtherFormat(_) => "other-format",
            Self::Malformed(_) => "malformed",
        }
    }
}

impl fmt::Display for canonical::Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("it is larger than the format allows"),
            Self::CarriageReturn => {
                f.write_str("it holds a carriage return; git adds those when `core.autocrlf` is set")
            }
            Self::NotStrict(why) => write!(f, "it is not strict JSON: {}", shown(why)),
            Self::NotCanonical => f.write_str("its bytes are not the one spelling of its content"),
            Self::OtherFormat(format) => write!(f, "its format is `{}`", shown(format)),
            Self::Malformed(why) => write!(f, "it is malformed: {}", shown(why)),
        }
    }
}

/// Cuts and escapes text from a file that nobody vouches for.
fn shown(text: &str) -> String {
    text.chars().take(200).flat_map(char::escape_debug).collect()
}

impl sshsig::Flaw {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Armor => "signature-armor",
            Self::CarriageReturn => "signature-carriage-return",
            Self::Version => "signature-version",
            Self::Reserved => "signature-reserved",
            Self::Namespace => "signature-namespace",
            Self::Hash => "signature-hash",
            Self::KeyType => "signature-key-type",
            Self::WeakKey => "signature-weak-key",
            Self::Malformed => "signature-malformed",
            Self::Trailing => "signature-trailing",
            Self::OtherKey => "signature-other-key",
            Self::Untouched => "signature-untouched",
            Self::UserNotVerified => "signature-user-not-verified",
            Self::Wrong => "signature-wrong",
        }
    }
}

impl fmt::Display for sshsig::Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Armor => "is not one exact block of an SSH signature",
            Self::CarriageReturn => "holds a carriage return; git adds those when `core.autocrlf` is set",
            Self::Version => "is not of version 1",
            Self::Reserved => "uses a reserved field",
            Self::Namespace => "was made for another purpose",
            Self::Hash => "uses a digest other than SHA-512 and SHA-256",
            Self::KeyType => "is of a kind that may not sign (ed25519 and ECDSA P-256 may, no certificates)",
            Self::WeakKey => "is of small order: anyone could sign for it",
            Self::Malformed => "is malformed",
            Self::Trailing => "has bytes after its end",
            Self::OtherKey => "is by another key",
            Self::Untouched => "was made by a security key that nobody touched",
            Self::UserNotVerified => "was made by a security key that did not verify its user",
            Self::Wrong => "does not fit the bytes",
        })
    }
}
