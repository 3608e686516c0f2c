//! How much two texts have in common, in whole per mille, so that no machine rounds differently.

/// Words of a text that are compared; what follows does not decide which row is which.
const WORDS: usize = 400;

/// The words of a text, lower case, each once, as sorted hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(Vec<u64>);

impl Words {
    /// Returns the words of several texts.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hashes = Vec::new();
        for text in texts {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            hashes.extend(words.take(WORDS - hashes.len()).map(hash));
        }
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }

    /// Returns how many words there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the share of words that both have, of all that either has, 0 to 1000.
    pub(crate) fn likeness(&self, other: &Self) -> usize {
        let all = self.len() + other.len();
        (2000 * self.common(other)).checked_div(all).unwrap_or(0)
    }

    /// Returns how much of the shorter one is found in the longer one, 0 to 1000.
    pub(crate) fn containment(&self, other: &Self) -> usize {
        (1000 * self.common(other)).checked_div(self.len().min(other.len())).unwrap_or(0)
    }

    fn common(&self, other: &Self) -> usize {
        let (mut one, mut two, mut count) = (0, 0, 0);
        while let (Some(left), Some(right)) = (self.0.get(one), other.0.get(two)) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => one += 1,
                std::cmp::Ordering::Greater => two += 1,
                std::cmp::Ordering::Equal => {
                    count += 1;
                    one += 1;
                    two += 1;
                }
            }
        }
        count
    }
}

/// Returns the FNV-1a hash of a word in lower case, the same on every machine.
fn hash(word: &str) -> u64 {
    let step = |hash: u64, c: u32| (hash ^ u64::from(c)).wrapping_mul(0x0000_0100_0000_01b3);
    let start = 0xcbf2_9ce4_8422_2325;
    if word.is_ascii() {
        return word.bytes().fold(start, |hash, c| step(hash, u32::from(c.to_ascii_lowercase())));
    }
    word.chars().flat_map(char::to_lowercase).fold(start, |hash, c| step(hash, u32::from(c)))
}

/// Returns a text as it reads, whatever its spacing and capitals.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    if plain.is_ascii() {
        plain.make_ascii_lowercase();
        return plain;
    }
    plain.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_counts_words_and_not_their_order() {
        let words = |text| Words::of([text]);
        assert_eq!(words("Review the logs").likeness(&words("logs, the review")), 1000);
        assert_eq!(words("Review the logs").likeness(&words("patch servers")), 0);
        assert_eq!(words("").likeness(&words("")), 0);
        assert_eq!(words("review").containment(&words("review every log")), 1000);
    }
}
