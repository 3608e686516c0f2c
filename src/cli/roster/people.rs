//! People on the command line: options that belong to the person named before them.

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use crate::error::{Error, Result};
use crate::signoff::key;
use crate::signoff::roster::Listing;
use crate::signoff::signer::Signer;
use crate::trust::name::PartyId;

/// The options in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    words: Vec<(Option_, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Option_ {
    Party,
    Threshold,
    Signer,
    Name,
    Role,
    Key,
}

const OPTIONS: [(Option_, &str, &str, &str); 6] = [
    (Option_::Party, "party", "ID", "A party, by its id in the matrix; what follows is about it"),
    (Option_::Threshold, "threshold", "N", "How many have to sign for the party [default: 1]"),
    (
        Option_::Signer,
        "signer",
        "ID",
        "A person who may sign for the party; what follows is about him or her",
    ),
    (Option_::Name, "name", "NAME", "The person's name"),
    (Option_::Role, "role", "ROLE", "The person's office, such as \"IT manager\""),
    (Option_::Key, "key", "FILE", "The person's public key; may be repeated"),
];

impl clap::Args for People {
    fn augment_args(command: Command) -> Command {
        OPTIONS.iter().fold(command, |command, (_, name, value, help)| {
            command.arg(Arg::new(*name).long(*name).value_name(*value).help(*help).action(ArgAction::Append))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for People {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let mut words = Vec::new();
        for (option, name, ..) in OPTIONS {
            let values = matches.get_many::<String>(name).into_iter().flatten();
            let places = matches.indices_of(name).into_iter().flatten();
            words.extend(places.zip(values).map(|(at, value)| (at, option, value.clone())));
        }
        words.sort_by_key(|(at, ..)| *at);
        Ok(Self { words: words.into_iter().map(|(_, option, value)| (option, value)).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The people and thresholds that the options mean.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) people: Vec<Listing>,
    pub(super) thresholds: Vec<(PartyId, u32)>,
}

impl People {
    /// Reads the options one after another.
    pub(super) fn read(&self) -> Result<Listed> {
        let mut listed = Listed::default();
        let mut party: Option<PartyId> = None;
        for (option, value) in &self.words {
            let named = || party.clone().ok_or_else(|| misplaced(*option, "--party ID"));
            match option {
                Option_::Party => party = Some(id(value)?),
                Option_::Threshold => {
                    let number = value.parse().map_err(|_| wrong(&format!("--threshold {value}")))?;
                    listed.thresholds.push((named()?, number));
                }
                Option_::Signer => {
                    let signer = Signer { party: named()?, id: id(value)? };
                    let (name, role) = (String::new(), String::new());
                    listed.people.push(Listing { signer, name, role, keys: Vec::new() });
                }
                Option_::Name | Option_::Role | Option_::Key => {
                    let one = listed.people.last_mut().ok_or_else(|| misplaced(*option, "--signer ID"))?;
                    match option {
                        Option_::Name => one.name.clone_from(value),
                        Option_::Role => one.role.clone_from(value),
                        _ => one.keys.push(key::public_half(value.as_ref())?),
                    }
                }
            }
        }
        listed.people.iter().try_for_each(whole)?;
        Ok(listed)
    }
}

fn whole(one: &Listing) -> Result<()> {
    let lacks = [
        ("--name NAME", one.name.trim().is_empty()),
        ("--role ROLE", one.role.trim().is_empty()),
        ("--key FILE.pub", one.keys.is_empty()),
    ];
    match lacks.iter().find(|(_, is_missing)| *is_missing) {
        None => Ok(()),
        Some((option, _)) => Err(Error::usage(format!("`{option}` is missing for {}", one.signer))
            .hint("give it after `--signer` of that person")),
    }
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Error::usage(error.to_string()))
}

fn wrong(what: &str) -> Error {
    Error::usage(format!("`{what}` is no number"))
}

fn misplaced(option: Option_, wants: &str) -> Error {
    let name = OPTIONS.iter().find(|(known, ..)| *known == option).map_or("", |(_, name, ..)| name);
    Error::usage(format!("`--{name}` stands before `{wants}`"))
        .hint("options about a party follow its `--party`, those about a person follow the `--signer`")
}
