//! Texts as words: references apart, British and American spelling alike, figures in one form.

use std::collections::BTreeSet;

use super::lexicon::List;
use super::{Reason, Turn, clock, date, number, reference};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The word as it is compared: small letters, one spelling, figures as figures.
    pub(super) word: String,
    /// The word as it stands.
    pub(super) said: String,
    /// The sign between the word before and this one, where no space is.
    pub(super) joint: Option<char>,
    /// Whether it is a figure.
    pub(super) is_figure: bool,
    /// Whether it names a requirement, a standard or an edition, in one form however it is written.
    pub(super) is_reference: bool,
}

/// A text cut into sentences and words.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// The sentences; none is empty.
    pub(super) sentences: Vec<Vec<Token>>,
}

/// Words that say little by themselves.
const SMALL: &str = " a an the of to in on at for by with and or its it their his her this that these those is are be been \
                     was were as from into they them which who whom whose per via through carry carries carried carrying out use uses using used utilise utilises utilising utilised also such \
                     so then than has have had do does did between among within over under about he she own ";

/// Letters that are printed as one.
const LIGATURES: [(char, &str); 5] =
    [('\u{fb00}', "ff"), ('\u{fb01}', "fi"), ('\u{fb02}', "fl"), ('\u{fb03}', "ffi"), ('\u{fb04}', "ffl")];

/// Words of one side that are compared with those of the other one by one.
const MOST: usize = 400;

impl Text {
    /// Cuts a text; what only says where something stands is left out.
    pub(super) fn of(text: &str, list: &List) -> Self {
        let mut sentences = Vec::new();
        let text = LIGATURES.iter().fold(text.to_owned(), |text, (one, two)| text.replace(*one, two));
        for line in text.lines() {
            let mut reader = Reader { list, sentence: Vec::new(), after: After::Nothing, is_strength: false };
            let chunks: Vec<&str> = unmarked(line).split_whitespace().collect();
            let mut at = 0;
            while at < chunks.len() {
                at += match clock::read(&chunks[at..]).or_else(|| date::read(&chunks[at..])) {
                    Some((time, length)) => reader.push_time(time, &chunks[at..at + length]),
                    None => reader.read(chunks[at]),
                };
                let last = chunks[at - 1];
                let ends = last.ends_with(['.', ';', '!', '?', ':']) && !is_abbreviation(last);
                if ends && !reader.sentence.is_empty() {
                    sentences.push(reader.take());
                }
            }
            if !reader.sentence.is_empty() {
                sentences.push(reader.take());
            }
        }
        Self { sentences }
    }

    /// Returns whether it says what comes first and what then.
    pub(super) fn is_sequence(&self) -> bool {
        const WORDS: [&str; 6] = ["then", "before", "after", "next", "afterwards", "subsequently"];
        self.tokens().any(|token| WORDS.contains(&token.word.as_str()))
    }

    /// Returns the text without some of its sentences.
    pub(super) fn without(&self, places: &[usize]) -> Self {
        let kept = self.sentences.iter().enumerate().filter(|(place, _)| !places.contains(place));
        Self { sentences: kept.map(|(_, sentence)| sentence.clone()).collect() }
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.sentences.iter().flatten()
    }

    /// Returns all letters and figures, without spaces and signs.
    pub(super) fn letters(&self) -> String {
        self.tokens().map(|token| token.word.as_str()).collect()
    }
}

impl Token {
    /// Returns the word without its ending, or nothing for one that says little or only says where something stands.
    pub(super) fn stem(&self) -> Option<&str> {
        let word = if self.is_reference { "" } else { self.word.as_str() };
        let is_small = SMALL.split(' ').any(|small| small == word);
        (!is_small && !word.is_empty()).then(|| stem(word))
    }
}

/// Returns neighbouring words as they stand, with the signs between them.
pub(super) fn said<'t>(tokens: impl IntoIterator<Item = &'t Token>) -> String {
    let mut said = String::new();
    for token in tokens {
        if !said.is_empty() {
            said.push(token.joint.unwrap_or(' '));
        }
        said.push_str(&token.said);
    }
    said
}

/// Takes the most common endings off a word.
pub(super) fn stem(word: &str) -> &str {
    for end in ["ing", "ies", "ied", "ed", "es", "s", "y", "e"] {
        if let Some(rest) = word.strip_suffix(end)
            && rest.len() >= 3
        {
            return rest;
        }
    }
    word
}

fn is_abbreviation(chunk: &str) -> bool {
    let bare = chunk.trim_start_matches('(').to_lowercase();
    ["e.g.", "i.e.", "etc.", "rev.", "no.", "incl.", "approx.", "vs.", "cf.", "sec."].contains(&bare.as_str())
}

/// Takes the mark of a list off a line.
fn unmarked(line: &str) -> &str {
    let line = line.trim_start();
    let Some((mark, rest)) = line.split_once(char::is_whitespace) else { return line };
    let inner = mark.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_bullet = mark.chars().all(|c| !c.is_alphanumeric());
    let is_number = inner.len() < mark.len() && inner.len() <= 2 && inner.chars().all(char::is_alphanumeric);
    if is_bullet || is_number { rest } else { line }
}

/// What the word before says about a figure that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Nothing,
    /// A section, an annex or a document.
    Place,
    /// A standard or its edition.
    Standard,
    /// An edition.
    Edition,
}

/// Reads the words of one line.
struct Reader<'l> {
    list: &'l List,
    sentence: Vec<Token>,
    after: After,
    is_strength: bool,
}

impl Reader<'_> {
    /// Reads what stands between two spaces, and returns that it is one.
    fn read(&mut self, chunk: &str) -> usize {
        let chunk = if chunk == "&" { "and" } else { chunk };
        let bare = chunk.trim_matches(|c: char| !c.is_alphanumeric() && c != '%' && c != '§');
        let key = bare.to_lowercase();
        // "C.F.R." is CFR.
        let is_dotted = key.len() > 2 && key.split('.').all(|part| part.len() <= 1);
        let key = if is_dotted { key.replace('.', "") } else { key };
        if key == "§" {
            self.after = After::Standard;
            return 1;
        }
        let (key, list) = (key.trim_end_matches('.'), self.list);
        let (was_strength, refers) = (self.is_strength, list.refers(key) || list.names_standard(key));
        self.is_strength = list.is_strength(key) || was_strength && refers;
        let is_strength = was_strength;
        if !is_strength && refers {
            // The title of a code says no more than its section: "45 CFR 164.308".
            if key == "cfr" && self.sentence.last().is_some_and(|last| last.is_figure) {
                self.sentence.pop();
            }
            self.after = match key {
                "rev" | "revision" | "edition" => After::Edition,
                _ if list.names_standard(key) || self.after == After::Standard => After::Standard,
                _ => After::Place,
            };
            return 1;
        }
        if self.continues(chunk, bare) {
            return 1;
        }
        match reference::of(bare, self.after, is_strength, list) {
            Some(marks) => {
                let said = |mark: String| Token {
                    word: mark,
                    said: bare.to_owned(),
                    joint: None,
                    is_figure: false,
                    is_reference: true,
                };
                self.sentence.extend(marks.into_iter().map(said));
                if self.after != After::Place {
                    self.after = if self.after == After::Nothing { After::Nothing } else { After::Standard };
                }
            }
            None => {
                self.after = After::Nothing;
                let is_version = is_strength && bare[1..].starts_with(|c: char| c.is_ascii_digit());
                let bare = bare.strip_prefix(['v', 'V']).filter(|_| is_version).unwrap_or(bare);
                self.sentence.extend(currency(chunk));
                words(bare, &mut self.sentence);
            }
        }
        1
    }

    /// Takes a letter or a figure in brackets to the reference before it.
    fn continues(&mut self, chunk: &str, bare: &str) -> bool {
        let is_bracket = chunk.starts_with('(') && bare.chars().count() <= 3 && chunk.contains(')');
        match self.sentence.last_mut().filter(|last| is_bracket && last.is_reference) {
            Some(last) => {
                last.word.push_str(&format!("({})", bare.to_lowercase()));
                true
            }
            None => is_bracket && self.after == After::Place,
        }
    }

    fn push_time(&mut self, time: String, chunks: &[&str]) -> usize {
        let said = chunks.join(" ");
        self.sentence.push(Token { word: time, said, joint: None, is_figure: true, is_reference: false });
        self.after = After::Nothing;
        chunks.len()
    }

    /// Returns the sentence that ends here, figures in words put together and without what says nothing.
    fn take(&mut self) -> Vec<Token> {
        self.after = After::Nothing;
        let sentence = number::joined(std::mem::take(&mut self.sentence));
        let sentence = number::in_large_units(without_light_verbs(self.in_one_form(sentence), self.list));
        let words: Vec<&str> = sentence.iter().map(|token| token.word.as_str()).collect();
        let mut gone = vec![false; words.len()];
        let mut at = 0;
        while at < words.len() {
            let length = self.list.filler(&words[at..]);
            gone[at..at + length].iter_mut().for_each(|gone| *gone = true);
            at += length.max(1);
        }
        sentence.into_iter().zip(gone).filter(|(_, gone)| !gone).map(|(token, _)| token).collect()
    }

    /// Puts one word for each phrase that says the same.
    fn in_one_form(&self, sentence: Vec<Token>) -> Vec<Token> {
        let words: Vec<&str> = sentence.iter().map(|token| token.word.as_str()).collect();
        let mut out = Vec::with_capacity(sentence.len());
        let mut at = 0;
        while at < words.len() {
            match self.list.same(&words[at..]) {
                Some((word, length)) => {
                    let said: Vec<&str> =
                        sentence[at..at + length].iter().map(|token| token.said.as_str()).collect();
                    let (word, said) = (word.to_owned(), said.join(" "));
                    out.push(Token { word, said, joint: None, is_figure: false, is_reference: false });
                    at += length;
                }
                None => {
                    out.push(sentence[at].clone());
                    at += 1;
                }
            }
        }
        out
    }
}

/// Verbs that say no more than the noun after them: "performs a review of" is "reviews".
const LIGHT: [&str; 5] = ["perform", "conduct", "undertak", "carri", "execut"];

/// Leaves out the verb of "performs a review of", which is "reviews"; one of several verbs stays.
fn without_light_verbs(sentence: Vec<Token>, list: &List) -> Vec<Token> {
    let is_small = |word: &str| ["a", "an", "the", "out"].contains(&word);
    let is_light = |at: usize| {
        let stem = stem(&sentence[at].word);
        let is_one = at == 0 || !["and", "or", "not"].contains(&sentence[at - 1].word.as_str());
        let mut rest =
            sentence[at + 1..].iter().map(|token| token.word.as_str()).filter(|word| !is_small(word));
        let next: Vec<&str> = rest.by_ref().take(4).collect();
        let act = next.iter().position(|word| list.is_act(word)).filter(|at| *at < 3);
        LIGHT.contains(&stem) && is_one && act.is_some_and(|at| next.get(at + 1) == Some(&"of"))
    };
    let light: Vec<bool> = (0..sentence.len()).map(is_light).collect();
    sentence.into_iter().zip(light).filter(|(_, is_light)| !is_light).map(|(token, _)| token).collect()
}

/// Returns the currency whose sign an amount bears.
fn currency(chunk: &str) -> Option<Token> {
    let bears = |sign: &str| chunk.contains(sign) && chunk.contains(|c: char| c.is_ascii_digit());
    let (sign, code) =
        [("$", "usd"), ("€", "eur"), ("£", "gbp")].into_iter().find(|(sign, _)| bears(sign))?;
    let (word, said) = (code.to_owned(), sign.to_owned());
    Some(Token { word, said, joint: None, is_figure: false, is_reference: false })
}

/// Prefixes that are written with a hyphen or without.
const HYPHENED: [&str; 10] = ["sub", "pre", "re", "non", "anti", "multi", "un", "mis", "de", "co"];

/// Writes words without the hyphen after a prefix: "sub-processor" is "subprocessor".
pub(super) fn glued(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = 0;
    for c in text.chars() {
        let is_prefix = c == '-' && HYPHENED.contains(&out[word..].to_lowercase().as_str());
        if is_prefix {
            continue;
        }
        out.push(c);
        if !c.is_alphanumeric() {
            word = out.len();
        }
    }
    out
}

/// Adds the words of what stands between two spaces.
fn words(bare: &str, out: &mut Vec<Token>) {
    let bare = glued(&bare.replace(['\u{2019}', '\u{2018}', '`'], "'"));
    let plain = match bare.to_lowercase().as_str() {
        "can't" | "cannot" => "can not".to_owned(),
        "won't" => "will not".to_owned(),
        "shan't" => "shall not".to_owned(),
        "ain't" => "is not".to_owned(),
        other => match other.strip_suffix("n't") {
            Some(verb) => format!("{verb} not"),
            None => bare.trim_end_matches("'s").trim_end_matches('\'').to_owned(),
        },
    };
    let start = out.len();
    for part in plain.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ',' | '%')) {
        let part = part.trim_matches(['.', ',']);
        let pieces: Vec<&str> = if part.starts_with(|c: char| c.is_ascii_digit()) {
            figure_and_unit(part)
        } else {
            part.split(['.', ',']).collect()
        };
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            let small = piece.to_lowercase();
            let figure = number::of(&small);
            let is_figure = figure.is_some() || piece.contains(|c: char| c.is_numeric());
            if ["st", "nd", "rd", "th"].contains(&small.as_str()) {
                continue;
            }
            let word = match figure {
                Some(figure) => figure.to_owned(),
                None if is_figure => small.replace(',', ""),
                None => spelled(&small),
            };
            let before = plain[..piece.as_ptr() as usize - plain.as_ptr() as usize].chars().next_back();
            let joint = before.filter(|sign| !sign.is_whitespace() && out.len() > start);
            out.push(Token { word, said: piece.to_owned(), joint, is_figure, is_reference: false });
        }
    }
}

/// Cuts `10gb` and `99.9%` into the figure and what it counts.
fn figure_and_unit(part: &str) -> Vec<&str> {
    let end = part.find(|c: char| !c.is_numeric() && !matches!(c, '.' | ',')).unwrap_or(part.len());
    let (figure, unit) = part.split_at(end);
    vec![figure.trim_matches(['.', ',']), unit]
}

/// Returns one spelling for British and American English.
pub(super) fn spelled(word: &str) -> String {
    let mut word = word.replace('z', "s");
    if word.len() >= 6 {
        word = word.replace("our", "or");
        for (british, american) in
            [("lled", "led"), ("lling", "ling"), ("ller", "ler"), ("ogue", "og"), ("ogues", "ogs")]
        {
            if word.len() >= 8 && word.ends_with(british) {
                word.truncate(word.len() - british.len());
                word.push_str(american);
            }
        }
        word = word.replace("ogued", "oged").replace("artefact", "artifact").replace("judgement", "judgment");
    }
    for (british, american) in
        [("entre", "enter"), ("entres", "enters"), ("cence", "cense"), ("fence", "fense")]
    {
        if let Some(head) = word.strip_suffix(british).map(str::to_owned) {
            word = head + american;
        }
    }
    word
}

/// Returns whether two texts have the same words but for slips of the pen.
pub(super) fn is_misspelt(was: &Text, is: &Text) -> bool {
    let (was, is): (Vec<&Token>, Vec<&Token>) = (was.tokens().collect(), is.tokens().collect());
    was.len() == is.len()
        && was.iter().zip(&is).all(|(one, other)| {
            let is_word = ![one, other].iter().any(|token| token.is_figure || token.is_reference);
            one.word == other.word || is_word && is_slip(&one.word, &other.word)
        })
}

/// Returns the words of two texts that differ in their places, as they stand.
pub(super) fn slips<'t>(was: &'t Text, is: &'t Text) -> Vec<(&'t str, &'t str)> {
    let pairs = was.tokens().zip(is.tokens()).filter(|(one, other)| one.word != other.word);
    pairs.map(|(one, other)| (one.said.as_str(), other.said.as_str())).collect()
}

/// Returns whether a letter was forgotten, doubled or exchanged with its neighbour inside a long word.
fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() < 6 || short[0] != long[0] || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(one, other)| one == other).count();
    if short.len() == long.len() {
        let rest = short.len() - same;
        let is_exchanged = short.len() >= 7 && rest > 1 && short[same + 1..] == long[same + 1..];
        let is_turned = same + 1 < short.len()
            && short[same] == long[same + 1]
            && short[same + 1] == long[same]
            && short[same + 2..] == long[same + 2..];
        return is_turned || is_exchanged;
    }
    // A letter at the end makes another form of the word and is no slip.
    same < short.len() && short[same..] == long[same + 1..]
}

/// Returns whether two texts have the same words in another order.
pub(super) fn is_reordered(was: &Text, is: &Text) -> bool {
    let words = |text: &Text| {
        let mut stems: Vec<String> = text.tokens().filter_map(Token::stem).map(str::to_owned).collect();
        let straight = stems.clone();
        stems.sort();
        (straight, stems)
    };
    let (was, is) = (words(was), words(is));
    was.0 != is.0 && was.1 == is.1
}

/// Words with which a clause begins that may stand before what it belongs to or after.
const OPENERS: [&str; 14] =
    ["if", "when", "where", "while", "each", "every", "on", "in", "at", "for", "by", "during", "as", "once"];

/// Returns whether a clause moved as a whole from the end of a sentence to its beginning, or back.
pub(super) fn is_turned_round(was: &Text, is: &Text) -> bool {
    let ([was], [is]) = (&was.sentences[..], &is.sentences[..]) else { return false };
    let words = |tokens: &[Token]| -> Vec<String> { tokens.iter().map(|token| token.word.clone()).collect() };
    let (was, is) = (words(was), words(is));
    let turns = |one: &[String], other: &[String]| {
        (1..one.len()).any(|at| {
            let (head, clause) = one.split_at(at);
            OPENERS.contains(&clause[0].as_str()) && other.starts_with(clause) && other.ends_with(head)
        })
    };
    was.len() == is.len() && (turns(&was, &is) || turns(&is, &was))
}

/// Returns words that gave way to themselves with a prefix that denies them.
pub(super) fn negated(was: &Text, is: &Text) -> Vec<Turn> {
    const PREFIXES: [&str; 9] = ["un", "non", "dis", "de", "in", "im", "mis", "il", "ir"];
    let denies = |long: &str, short: &str| {
        short.len() >= 4 && PREFIXES.iter().any(|prefix| long.strip_prefix(prefix) == Some(short))
    };
    let only = |one: &Text, other: &Text| -> Vec<Token> {
        let there: BTreeSet<&str> = other.tokens().map(|token| token.word.as_str()).collect();
        one.tokens().filter(|token| !there.contains(token.word.as_str())).take(MOST).cloned().collect()
    };
    let (went, came) = (only(was, is), only(is, was));
    let pairs = went.iter().flat_map(|one| came.iter().map(move |other| (one, other)));
    let denied = pairs.filter(|(one, other)| {
        denies(stem(&one.word), stem(&other.word)) || denies(stem(&other.word), stem(&one.word))
    });
    denied.map(|(one, other)| Turn::of(Reason::Opposite, &one.said, &other.said)).collect()
}
