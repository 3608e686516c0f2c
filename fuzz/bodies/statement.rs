//! Any statement is refused or has one spelling, and beside what all parties agreed to it changes nothing.

use countersign::trust::statement::Statement;

use super::ground;

/// Runs one input; a panic is what is looked for.
pub(crate) fn run(bytes: &[u8]) {
    let (text, signature) = ground::split(bytes);
    let Ok(statement) = Statement::parse(text) else { return };
    assert_eq!(statement.to_bytes(), text);
    let path = statement.path();
    ground::assert_stands_with([(format!("{path}.sig"), signature), (path, text)]);
}
