//! Any bytes as a delta of any bytes are refused, or make a text of the length that they say, whatever its pieces.
#![no_main]

use std::rc::Rc;

use countersign::git::delta::apply;
use countersign::source::pieces::Pieces;
use libfuzzer_sys::fuzz_target;

const MOST: usize = 1 << 20;

fuzz_target!(|input: (Vec<u8>, u16, Vec<u8>)| {
    let (part, times, bytes) = input;
    // Long texts are taken in pieces, short ones are copied.
    let whole = Pieces::from(part.repeat(usize::from(times) % 4096));
    let delta = Rc::new(bytes);
    let Some(text) = apply(&whole, &delta, MOST) else { return };
    assert!(text.len() <= MOST);
    let made = text.part(0..text.len()).into_owned();
    assert_eq!(made.len(), text.len());
    let again = apply(&whole, &delta, MOST).expect("it was made before");
    assert_eq!(text.run(0, &again, 0, MOST), text.len());
    let mut settled = text.clone();
    settled.settle();
    assert_eq!(&*settled.part(0..settled.len()), &made);
    let middle = made.len() / 2;
    assert_eq!(&*settled.part(middle..made.len()), &made[middle..]);
});
