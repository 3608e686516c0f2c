//! Where every matrix stands: what is in force, what is proposed, who has still to sign, what to type next.

pub mod words;
