//! Rows for a spreadsheet: one line each, every line as wide as the header, no cell a formula.

use crate::report::escape;

/// Renders rows under their columns.
pub fn render(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let head = columns.iter().map(|cell| (*cell).to_owned()).collect();
    for record in std::iter::once(&head).chain(rows) {
        let cells = record.iter().map(|cell| escape::csv(cell));
        writer.write_record(cells).expect("every line has the cells of the header, and memory does not fail");
    }
    let bytes = writer.into_inner().expect("memory does not fail");
    String::from_utf8(bytes).expect("only text was written")
}
