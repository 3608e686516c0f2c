//! Deltas, in which packs hold most versions of a file: what a text copies from another, and the little that it adds.
//!
//! The format is gitformat-pack(5)'s. A text is not put together: it is the pieces that it shares with the other, so
//! that many long versions are read in the time that their differences take.

use std::ops::Range;
use std::rc::Rc;

use crate::source::pieces::{Near, Pieces};

/// Of how many pieces a text may be made before it is copied into one.
const MOST_PIECES: usize = 1 << 12;
/// A delta of fewer bytes than this part of what it was made from has few steps: the rest has thousands.
const FEW_STEPS: usize = 128;
/// How many pieces a text may have more than what it was made from before short ones are put together.
const NEW_PIECES: usize = 8;

/// What a delta does next.
enum Step {
    /// It copies a part of the text that it was made from.
    Copy(Range<usize>),
    /// It adds a part of its own bytes.
    Add(Range<usize>),
}

/// Makes a text of another one and a delta; nothing where the delta is damaged or the text has more bytes than allowed.
///
/// What is made of very many pieces is copied into one.
pub fn apply(base: &Pieces, delta: &Rc<Vec<u8>>, most: usize) -> Option<Pieces> {
    let mut text = Pieces::default();
    if delta.len() < base.len() / FEW_STEPS {
        let mut near = Near::default();
        walk(delta, base.len(), most, |step| match step {
            _ if text.count() > MOST_PIECES => {}
            Step::Copy(range) => text.append_part(base, range, &mut near),
            Step::Add(range) => text.append(delta, range),
        })?;
        if text.count() <= MOST_PIECES {
            if text.count() > base.count() + NEW_PIECES {
                text.settle();
            }
            return Some(text);
        }
    }
    let base = base.part(0..base.len());
    let mut bytes = Vec::with_capacity(length(delta)?.min(most));
    walk(delta, base.len(), most, |step| {
        bytes.extend_from_slice(match step {
            Step::Copy(range) => &base[range],
            Step::Add(range) => &delta[range],
        });
    })?;
    Some(Pieces::from(bytes))
}

/// Returns how long the text is that a delta makes.
pub fn length(delta: &[u8]) -> Option<usize> {
    sizes(&mut &delta[..]).map(|(_, length)| length)
}

/// Shows each step of a delta, and returns how long the text is that they make.
fn walk(delta: &[u8], base: usize, most: usize, mut see: impl FnMut(Step)) -> Option<usize> {
    let mut rest = delta;
    let (from, length) = sizes(&mut rest)?;
    if from != base || length > most {
        return None;
    }
    let mut left = length;
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let (step, length) = if word & 0x80 == 0 {
            let start = delta.len() - rest.len();
            rest = rest.get(usize::from(*word)..)?;
            (Step::Add(start..start + usize::from(*word)), usize::from(*word))
        } else {
            let start = number(&mut rest, *word, 4)?;
            let length = match number(&mut rest, word >> 4, 3)? {
                0 => 1 << 16,
                length => length,
            };
            (Step::Copy(start..start + length), if start + length > base { 0 } else { length })
        };
        left = left.checked_sub(length).filter(|_| length > 0)?;
        see(step);
    }
    (left == 0).then_some(length)
}

/// Returns how long the text is that a delta was made from, and the one that it makes.
fn sizes(rest: &mut &[u8]) -> Option<(usize, usize)> {
    Some((size(rest)?, size(rest)?))
}

/// Returns a size: seven bits in each byte, the lowest first, as long as the eighth is set.
fn size(rest: &mut &[u8]) -> Option<usize> {
    let mut size = 0;
    for shift in (0..usize::BITS - 7).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        size |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
    None
}

/// Returns a number of up to so many bytes, the lowest first; a bit for each says whether it is there or nought.
#[inline]
fn number(rest: &mut &[u8], bits: u8, bytes: u32) -> Option<usize> {
    let mut number = 0;
    for place in 0..bytes {
        if bits & 1 << place != 0 {
            let (byte, after) = rest.split_first()?;
            *rest = after;
            number |= usize::from(*byte) << (8 * place);
        }
    }
    Some(number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: &[u8] = b"first, second, third";

    fn made(delta: &[u8]) -> Option<Vec<u8>> {
        let base = Pieces::from(BASE.to_vec());
        apply(&base, &Rc::new(delta.to_vec()), 100).map(|text| text.part(0..text.len()).into_owned())
    }

    #[test]
    fn a_text_is_what_it_copies_and_what_it_adds() {
        let delta = [&[20, 20, 0x90, 7, 6], &b"SECOND"[..], &[0x91, 13, 7]].concat();
        assert_eq!(made(&delta).unwrap(), b"first, SECOND, third");
        for (length, word) in [(0, 20), (20, 0), (20, 21), (21, 20)] {
            assert_eq!(made(&[&[length, word], &delta[2..]].concat()), None, "{length} and {word} bytes");
        }
        for length in 0..delta.len() {
            assert_eq!(made(&delta[..length]), None, "{length} bytes of it");
        }
        assert_eq!(made(&[20, 101, 0]), None, "nothing is added by nought");
        assert_eq!(made(&[20, 8, 0x91, 13, 8]), None, "a copy ends in what it copies");
        assert_eq!(made(&[0xff; 20]), None, "a size has an end");
    }

    /// What a delta is to do, in numbers that are brought into what it is made from.
    type Plan = Vec<(bool, usize, usize)>;

    /// Writes a delta, and returns what it makes.
    fn write(base: &[u8], plan: &Plan) -> (Vec<u8>, Vec<u8>) {
        let (mut steps, mut made) = (Vec::new(), Vec::new());
        for (copies, start, length) in plan {
            if *copies {
                let start = start % base.len();
                let length = (length % 5000 + 1).min(base.len() - start);
                steps.push(0xb7);
                steps.extend(&start.to_le_bytes()[..3]);
                steps.extend(&length.to_le_bytes()[..2]);
                made.extend_from_slice(&base[start..start + length]);
            } else {
                let bytes = vec![b'a' + (start % 26) as u8; length % 127 + 1];
                steps.push(bytes.len() as u8);
                steps.extend(&bytes);
                made.extend(bytes);
            }
        }
        let size = |number: usize| [number as u8 | 0x80, (number >> 7) as u8 | 0x80, (number >> 14) as u8];
        ([&size(base.len())[..], &size(made.len()), &steps].concat(), made)
    }

    fn chain() -> impl Strategy<Value = Vec<Plan>> {
        let step = (proptest::bool::weighted(0.8), 0_usize..1 << 20, 0_usize..1 << 16);
        prop::collection::vec(prop::collection::vec(step, 1..60), 1..8)
    }

    proptest! {
        #[test]
        fn a_chain_of_deltas_makes_what_each_of_them_says(chain in chain(), flip in 0_usize..1 << 16) {
            let mut bytes: Vec<u8> = (0..70_000_u32).map(|at| (at / 7 % 251) as u8).collect();
            let mut text = Pieces::from(bytes.clone());
            for plan in chain {
                let (mut delta, made) = write(&bytes, &plan);
                let next = apply(&text, &Rc::new(delta.clone()), 1 << 20).unwrap();
                prop_assert_eq!(&*next.part(0..next.len()), &made);
                let same = bytes.iter().zip(&made).take_while(|(was, is)| was == is).count();
                prop_assert_eq!(text.run(0, &next, 0, usize::MAX), same);
                let middle = made.len() / 2;
                let tail = made[middle..].iter().zip(&bytes).take_while(|(is, was)| is == was).count();
                prop_assert_eq!(next.run(middle, &text, 0, usize::MAX), tail);
                prop_assert_eq!(&*next.part(middle..made.len()), &made[middle..]);
                let at = flip % delta.len();
                delta[at] ^= 1 << (flip % 8);
                let damaged = apply(&text, &Rc::new(delta), 1 << 20);
                prop_assert!(damaged.is_none_or(|text| text.len() <= 1 << 20));
                (bytes, text) = (made, next);
            }
        }
    }

    #[test]
    fn a_text_of_too_many_pieces_is_one() {
        let base = Pieces::from(vec![b'f'; 2 << 20]);
        let count = MOST_PIECES + 1;
        let size = |number: usize| [number as u8 | 0x80, (number >> 7) as u8 | 0x80, (number >> 14) as u8];
        let steps: Vec<u8> = [0x90, 1].repeat(count);
        let delta = [&[0x80, 0x80, 0x80, 0x01], &size(count)[..], &steps].concat();
        assert!(delta.len() < base.len() / FEW_STEPS, "it is tried");
        let text = apply(&base, &Rc::new(delta), 1 << 20).unwrap();
        assert_eq!((text.count(), text.len(), text.own()), (1, count, count));
        assert_eq!(base.clone().own(), 0, "two have it");
        assert_eq!(text.part(0..count), vec![b'f'; count]);
    }
}
