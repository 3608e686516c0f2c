//! The chain of rosters: each is judged by the one before it, the first by every key that it lists.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Entry, Label, Layout};
use super::name::{Digest, Engagement, Fingerprint};
use super::reader::Reader;
use super::reason::Reason;
use super::roster::{Enrolled, Roll};
use super::sshsig::{Namespace, Touch};
use super::standing::{RosterNeed, RosterStanding, RosterState};
use super::statement::RosterRef;

/// All rosters of a tree, judged.
#[derive(Debug)]
pub(super) struct Chain<'a> {
    pub(super) rosters: BTreeMap<u32, RosterStanding>,
    /// Complete rosters from the first on, none if the fingerprint that was given is not among them.
    trusted: Vec<Roll>,
    pub(super) is_anchored: bool,
    /// Who reads files and checks signatures.
    pub(super) reader: &'a dyn Reader,
    /// Signatures that were refused.
    pub(super) refused: Vec<(&'a str, Reason)>,
}

impl<'a> Chain<'a> {
    /// Judges the rosters one after another until one is not complete.
    pub(super) fn of(layout: &Layout<'a>, reader: &'a dyn Reader, anchor: Option<&Digest>) -> Self {
        let mut chain = Self {
            rosters: BTreeMap::new(),
            trusted: Vec::new(),
            is_anchored: true,
            reader,
            refused: Vec::new(),
        };
        let mut next = 1;
        for (number, entry) in &layout.rosters {
            let standing = if *number == next {
                chain.judge(*number, *entry, layout)
            } else {
                chain.set_signatures_aside(*number, layout);
                RosterStanding::ignored(entry.path, Reason::RosterBeyondGap)
            };
            if standing.state == RosterState::Complete {
                next += 1;
            }
            chain.rosters.insert(*number, standing);
        }
        if anchor.is_some_and(|anchor| !chain.trusted.iter().any(|roll| roll.digest == *anchor)) {
            chain.is_anchored = false;
            chain.trusted.clear();
        }
        chain
    }

    /// Returns the roster that judges new statements.
    pub(super) fn current(&self) -> Option<&Roll> {
        self.trusted.last()
    }

    /// Returns the complete roster that a file names.
    pub(super) fn complete(&self, named: &RosterRef, engagement: &Engagement) -> Result<&Roll, Reason> {
        if !self.is_anchored {
            return Err(Reason::NotAnchored);
        }
        if self.current().is_some_and(|roll| roll.roster.engagement != *engagement) {
            return Err(Reason::OtherEngagement);
        }
        let roll = self.numbered(named.number).ok_or(Reason::RosterNotComplete)?;
        if roll.digest == named.sha256 { Ok(roll) } else { Err(Reason::RosterDiffers) }
    }

    /// Returns the complete roster of this number.
    pub(super) fn numbered(&self, number: u32) -> Option<&Roll> {
        self.trusted.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    /// Says whether the roster after `number` seals a digest.
    pub(super) fn is_sealed(&self, digest: &Digest, number: u32) -> bool {
        let next = self.numbered(number.saturating_add(1));
        next.is_some_and(|roll| roll.roster.seals.binary_search(digest).is_ok())
    }

    /// Says whether all rosters from one number to another have the same parties.
    pub(super) fn has_same_parties(&self, from: u32, to: u32) -> bool {
        let parties = |number: u32| self.numbered(number).map(Roll::parties);
        (from..to).all(|number| parties(number) == parties(number + 1))
    }

    /// Says whether a complete roster lacks signatures of the parties before it if these keys had not signed.
    pub(super) fn rests_on(&self, number: u32, keys: &BTreeSet<Fingerprint>) -> bool {
        let before = number.checked_sub(1).and_then(|before| self.numbered(before));
        let (Some(before), Some(one)) = (before, self.rosters.get(&number)) else { return false };
        let others = one
            .signed
            .iter()
            .filter(|(party, signer, key)| !keys.contains(key) && before.key(party, signer, key).is_some());
        !before.missing(others.map(|(party, signer, _)| (party, signer))).is_empty()
    }

    fn set_signatures_aside(&mut self, number: u32, layout: &Layout<'a>) {
        let signatures = layout.roster_signatures.get(&number).into_iter().flatten();
        self.refused.extend(signatures.map(|(_, entry)| (entry.path, Reason::RosterStranger)));
    }

    fn judge(&mut self, number: u32, entry: Entry<'a>, layout: &Layout<'a>) -> RosterStanding {
        let roll = match self.well_placed(number, entry) {
            Ok(placed) => placed,
            Err(reason) => {
                self.set_signatures_aside(number, layout);
                return RosterStanding::ignored(entry.path, reason);
            }
        };
        let signatures = layout.roster_signatures.get(&number).map_or(&[][..], Vec::as_slice);
        let signed = self.signed_by(&roll, entry, signatures);
        let need = self.need(&roll, &signed);
        let state = if need.is_nothing() { RosterState::Complete } else { RosterState::Proposed };
        if state == RosterState::Complete {
            self.trusted.push(roll.clone());
        }
        let signed = signed.into_iter().map(|one| (one.party, one.signer, one.key.fingerprint())).collect();
        RosterStanding { path: entry.path.to_owned(), roll: Some(roll), state, signed, need }
    }

    /// Reads a roster and checks that it follows the one before.
    fn well_placed(&self, number: u32, entry: Entry<'a>) -> Result<Roll, Reason> {
        let roll = self.reader.roster(entry.bytes)?;
        if roll.roster.number != number {
            return Err(Reason::PathDiffers);
        }
        let Some(before) = self.trusted.last() else { return Ok(roll) };
        if roll.roster.engagement != before.roster.engagement {
            return Err(Reason::OtherEngagement);
        }
        if roll.roster.previous != Some(before.digest) {
            return Err(Reason::RosterPrevious);
        }
        Ok(roll)
    }

    /// Returns the keys whose signatures over the roster hold; the others are set aside with their reason.
    fn signed_by(
        &mut self,
        roll: &Roll,
        entry: Entry<'a>,
        signatures: &[(Label, Entry<'a>)],
    ) -> Vec<Enrolled> {
        let mut signed = Vec::new();
        for (label, signature) in signatures {
            let checked = self.wanted(roll, label).ok_or(Reason::RosterStranger).and_then(|(one, touch)| {
                self.reader
                    .verify(signature.bytes, &one.key, Namespace::Roster, entry.bytes, touch)
                    .map_err(Reason::Signature)?;
                Ok(one.clone())
            });
            match checked {
                Ok(one) => signed.push(one),
                Err(reason) => self.refused.push((signature.path, reason)),
            }
        }
        signed
    }

    /// Returns the key that a signature's name means, if this roster can use it.
    fn wanted<'r>(&'r self, roll: &'r Roll, label: &Label) -> Option<(&'r Enrolled, Touch)> {
        let rolls = self.trusted.last().into_iter().chain([roll]);
        rolls.flat_map(|roll| roll.keys.iter().map(|one| (one, roll.touch()))).find(|(one, _)| {
            one.party == label.party
                && one.signer == label.signer
                && one.key.fingerprint().short() == label.short
        })
    }

    /// Returns whose signatures the roster still lacks.
    fn need(&self, roll: &Roll, signed: &[Enrolled]) -> RosterNeed {
        let before = self.trusted.last();
        let is_old = |one: &Enrolled| before.is_some_and(|before| before.keys.contains(one));
        let keys = roll.keys.iter().filter(|one| !is_old(one) && !signed.contains(one)).cloned().collect();
        let by = signed.iter().filter(|one| is_old(one)).map(|one| (&one.party, &one.signer));
        let parties = before.map(|before| before.missing(by)).unwrap_or_default();
        RosterNeed { parties, keys }
    }
}
