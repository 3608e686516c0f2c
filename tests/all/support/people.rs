//! Who signs in tests.

use countersign::trust::name::{Fingerprint, PartyId, SignerId};
use countersign::trust::roster::{Party, Signer};
use countersign::trust::sshsig::PublicKey;

use crate::support::keys;

/// The signers of each party with its threshold.
pub type Parties<'a> = &'a [(&'a [Person], u32)];

/// A signer with the name of the key that he uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub party: &'static str,
    pub id: &'static str,
    pub key: &'static str,
}

pub const BOB: Person = Person { party: "acme", id: "bob", key: "bob" };
pub const BEA: Person = Person { party: "acme", id: "bea", key: "bea" };
pub const ANN: Person = Person { party: "harbor", id: "ann", key: "ann" };
pub const AL: Person = Person { party: "harbor", id: "al", key: "al" };
pub const CY: Person = Person { party: "cedar", id: "cy", key: "cy" };

impl Person {
    pub fn public(&self) -> PublicKey {
        keys::public(self.key).parse().unwrap()
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.public().fingerprint()
    }

    pub fn party_id(&self) -> PartyId {
        self.party.parse().unwrap()
    }

    pub fn signer_id(&self) -> SignerId {
        self.id.parse().unwrap()
    }
}

/// Makes the parties of a roster from people and thresholds.
pub fn parties(list: Parties<'_>) -> Vec<Party> {
    let signer = |one: &Person| Signer {
        id: one.signer_id(),
        name: one.id.to_uppercase(),
        role: "Signer".into(),
        keys: vec![keys::public(one.key)],
    };
    let party = |(people, threshold): &(&[Person], u32)| Party {
        id: people[0].party_id(),
        threshold: *threshold,
        signers: people.iter().map(signer).collect(),
    };
    list.iter().map(party).collect()
}
