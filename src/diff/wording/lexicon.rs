//! The words that may change a duty, as a file lists them, and the names that a matrix adds.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::token::{Text, glued, spelled, stem};
use super::{Reason, Turn};

/// The lists that come with the program.
const WORDS: &str = include_str!("words.txt");

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Denies something.
    Negation,
    /// Any other word of the lists.
    Word,
    /// A kind of work.
    Act,
    /// A name of this matrix.
    Name,
}

/// A meaning that is looked for: the word that stands for it, and its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meaning {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// Meanings of which one in place of another is another duty, each with all its words.
type Opposites = Vec<BTreeSet<String>>;

/// The word lists of a project.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    phrases: Phrases,
    opposites: Vec<Opposites>,
    /// Kinds of work by the stems of their words.
    acts: HashMap<String, Meaning>,
    strengths: BTreeSet<String>,
    references: BTreeSet<String>,
    standards: BTreeSet<String>,
    /// Phrases that say nothing by themselves.
    fillers: Vec<Vec<String>>,
    /// Phrases and the word that says the same.
    same: Vec<(Vec<String>, String)>,
}

/// What an engagement changes about the words that may change a duty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Words {
    /// Words and phrases that may change a duty here, besides those that come with the program.
    pub turn: Vec<String>,
    /// Words and phrases of the program's lists that change no duty here.
    pub plain: Vec<String>,
    /// Words and what they are the opposite of.
    pub opposites: Vec<[String; 2]>,
}

impl Words {
    /// Returns what raises a change by either: the words of both, and as plain only what is plain by both.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.turn.extend(other.turn.iter().cloned());
        both.opposites.extend(other.opposites.iter().cloned());
        both.plain.retain(|word| other.plain.contains(word));
        both
    }

    /// Returns the words that no longer count as changing a duty, or that did and are gone.
    pub fn lost<'a>(&'a self, after: &'a Self) -> Vec<&'a String> {
        let gone = self.turn.iter().filter(|word| !after.turn.contains(word));
        let plain = after.plain.iter().filter(|word| !self.plain.contains(word));
        let pairs = self.opposites.iter().filter(|pair| !after.opposites.contains(pair));
        gone.chain(plain).chain(pairs.map(|pair| &pair[0])).collect()
    }
}

/// Phrases by their first word, each in full with its meaning; longer ones first.
type Phrases = HashMap<String, Vec<(Vec<String>, Meaning)>>;

impl List {
    /// Returns the lists that come with the program.
    pub(crate) fn shipped() -> Arc<Self> {
        static LIST: OnceLock<Arc<List>> = OnceLock::new();
        Arc::clone(LIST.get_or_init(|| Arc::new(Self::of(WORDS))))
    }

    fn of(text: &str) -> Self {
        let mut list = Self::default();
        let mut section = "";
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name;
                continue;
            }
            let forms =
                |part: &str| -> BTreeSet<String> { part.split(',').map(|it| cut(it).join(" ")).collect() };
            let plain = || line.split(',').map(|word| word.trim().to_owned());
            match section {
                "strength" => list.strengths.extend(plain()),
                "reference" => list.references.extend(plain()),
                "standard" => list.standards.extend(plain()),
                "filler" => list.fillers.extend(line.split(',').map(cut)),
                "act" => list.put_act(line),
                "same" => list.put_same(line),
                "opposites" => list.opposites.push(line.split('|').map(forms).collect()),
                _ => list.put(section, line),
            }
        }
        list
    }

    fn put_act(&mut self, line: &str) {
        let name = line.split(',').next().unwrap_or_default().trim().to_owned();
        let meaning = Meaning { name, kind: Kind::Act };
        for form in line.split(',') {
            match &cut(form)[..] {
                [word] => drop(self.acts.insert(stem(word).to_owned(), meaning.clone())),
                _ => put(&mut self.phrases, form, &meaning),
            }
        }
    }

    fn put_same(&mut self, line: &str) {
        let Some((word, forms)) = line.split_once('|') else { return };
        let forms = forms.split(',').map(|form| (cut(form), word.trim().to_owned()));
        self.same.extend(forms);
        self.same.sort_by(|one, other| (other.0.len(), &one.0).cmp(&(one.0.len(), &other.0)));
    }

    /// Returns the word that says the same as the phrase with which these words begin, and how many of them say it.
    pub(super) fn same(&self, words: &[&str]) -> Option<(&str, usize)> {
        let fits = |phrase: &[String]| {
            words.len() >= phrase.len() && phrase.iter().zip(words).all(|(one, other)| one == other)
        };
        let (phrase, word) = self.same.iter().find(|(phrase, _)| fits(phrase))?;
        Some((word, phrase.len()))
    }

    /// Returns whether a word names a kind of work.
    pub(super) fn is_act(&self, word: &str) -> bool {
        self.act(word).is_some()
    }

    /// Returns the kind of work that a word names in any of its forms.
    fn act(&self, word: &str) -> Option<&Meaning> {
        let bare = |end: &str| word.strip_suffix(end).filter(|head| head.len() >= 3);
        let once = stem(word);
        let forms = [
            bare("ication").map(|head| format!("{head}if")),
            bare("ation").map(str::to_owned),
            bare("ion").map(str::to_owned),
            bare("ment").map(str::to_owned),
            bare("al").map(str::to_owned),
            Some(once.to_owned()),
            Some(stem(once).to_owned()),
            undoubled(once).map(str::to_owned),
        ];
        forms.into_iter().flatten().find_map(|form| self.acts.get(&form))
    }

    /// Returns how many words from the first on say nothing by themselves.
    pub(super) fn filler(&self, words: &[&str]) -> usize {
        let fits = |phrase: &&Vec<String>| {
            words.len() >= phrase.len() && phrase.iter().zip(words).all(|(one, other)| one == other)
        };
        self.fillers.iter().filter(fits).map(Vec::len).max().unwrap_or(0)
    }

    /// Returns the lists that come with the program as an engagement changes them.
    pub(crate) fn tuned(words: &Words) -> Arc<Self> {
        if *words == Words::default() {
            return Self::shipped();
        }
        let mut list = Self::clone(&Self::shipped());
        for word in &words.turn {
            put(&mut list.phrases, word, &Meaning { name: word.trim().to_lowercase(), kind: Kind::Word });
        }
        let side = |word: &String| BTreeSet::from([cut(word).join(" ")]);
        list.opposites.extend(words.opposites.iter().map(|pair| pair.iter().map(side).collect()));
        for word in words.plain.iter().map(|word| cut(word)) {
            if let Some(phrases) = word.first().and_then(|first| list.phrases.get_mut(first)) {
                phrases.retain(|(phrase, _)| *phrase != word);
            }
            if let [word] = &word[..] {
                list.acts.remove(stem(word));
            }
            let said = word.join(" ");
            list.opposites.iter_mut().flatten().for_each(|side| side.retain(|form| *form != said));
        }
        Arc::new(list)
    }

    fn put(&mut self, section: &str, line: &str) {
        let kind = if section == "negation" { Kind::Negation } else { Kind::Word };
        let name = line.split(',').next().unwrap_or_default().trim().to_owned();
        let meaning = Meaning { name, kind };
        line.split(',').for_each(|form| put(&mut self.phrases, form, &meaning));
    }

    pub(super) fn is_strength(&self, head: &str) -> bool {
        self.strengths.contains(head)
    }

    pub(super) fn refers(&self, word: &str) -> bool {
        self.references.contains(word)
    }

    pub(super) fn names_standard(&self, word: &str) -> bool {
        self.standards.contains(word)
    }

    /// Returns the words that gave way to their opposites.
    pub(super) fn opposites(&self, was: &Text, is: &Text) -> Vec<Turn> {
        let count = |text: &Text, side: &BTreeSet<String>| -> (usize, String) {
            let words: Vec<&str> = text.tokens().map(|token| token.word.as_str()).collect();
            let said: Vec<&str> = text.tokens().map(|token| token.said.as_str()).collect();
            let mut found = (0, String::new());
            for phrase in side {
                let length = phrase.split(' ').count();
                for at in 0..(words.len() + 1).saturating_sub(length) {
                    if phrase.starts_with(words[at]) && words[at..at + length].join(" ") == *phrase {
                        found = (found.0 + 1, said[at..at + length].join(" "));
                    }
                }
            }
            found
        };
        let turned = self.opposites.iter().filter_map(|sides| {
            let counts = sides.iter().map(|side| (count(was, side), count(is, side)));
            let (mut less, mut more) = (None, None);
            for ((had, said_was), (has, said_is)) in counts {
                match has.cmp(&had) {
                    Ordering::Less => less = less.or(Some(said_was)),
                    Ordering::Greater => more = more.or(Some(said_is)),
                    Ordering::Equal => {}
                }
            }
            Some(Turn::of(Reason::Opposite, less?, more?))
        });
        turned.collect()
    }
}

/// The word lists with the names of one version of a matrix.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    list: Arc<List>,
    names: Phrases,
}

impl Lexicon {
    /// Returns the lists with names; each comes with what it stands for, so that a party that is called otherwise stays
    /// the same party.
    pub(crate) fn of(list: Arc<List>, named: &BTreeMap<String, String>) -> Self {
        let mut names = Phrases::new();
        for (name, meant) in named {
            put(&mut names, name, &Meaning { name: meant.clone(), kind: Kind::Name });
        }
        Self { list, names }
    }

    pub(super) fn list(&self) -> &List {
        &self.list
    }

    /// Returns the meaning that words begin with, and how many of them say it; names come before words.
    pub(super) fn starts(&self, words: &[&str]) -> Option<(&Meaning, usize)> {
        let first = *words.first()?;
        let fits = |all: &'_ Vec<(Vec<String>, Meaning)>| {
            all.iter().position(|(phrase, _)| {
                words.len() >= phrase.len() && phrase.iter().zip(words).all(|(one, other)| one == other)
            })
        };
        let sources = [&self.names, &self.list.phrases];
        let found = sources.into_iter().filter_map(|source| {
            let all = source.get(first)?;
            let (phrase, meaning) = &all[fits(all)?];
            Some((meaning, phrase.len()))
        });
        // The longer one counts; of two of one length, the name.
        let found = found.reduce(|one, other| if other.1 > one.1 { other } else { one });
        found.or_else(|| Some((self.list.act(first)?, 1)))
    }
}

/// Returns a stem without the second of two letters at its end, such as that of "logging".
fn undoubled(stem: &str) -> Option<&str> {
    let mut ends = stem.chars().rev();
    let (last, before) = (ends.next()?, ends.next()?);
    (last == before && last.is_ascii_alphabetic()).then(|| &stem[..stem.len() - 1])
}

fn cut(phrase: &str) -> Vec<String> {
    let lower = glued(&phrase.trim().to_lowercase().replace('\u{2019}', "'"));
    let words = lower
        .split(|c: char| !c.is_alphanumeric() && c != '%')
        .filter(|word| !word.is_empty() && *word != "s");
    words.map(spelled).collect()
}

fn put(phrases: &mut Phrases, phrase: &str, meaning: &Meaning) {
    let words = cut(phrase);
    let Some(first) = words.first().cloned() else { return };
    let all = phrases.entry(first).or_default();
    if all.iter().all(|(known, _)| *known != words) {
        all.push((words, meaning.clone()));
        all.sort_by(|one, other| (other.0.len(), &one.0).cmp(&(one.0.len(), &other.0)));
    }
}
