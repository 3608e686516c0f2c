//! A badge: in two words, whether everything is in force. It names no matrix and no party.

use serde_json::json;

use super::Status;
use crate::choice::choices;
use crate::report::escape;
use crate::report::words::count;

choices! {
    /// The shapes of a badge.
    Badge {
        /// An object for a badge service, as shields takes it.
        Json "json",
        /// A picture.
        Svg "svg",
    }
}

/// The width of a letter in the picture, roughly.
const LETTER: usize = 7;

/// Returns the badge of a status.
pub fn render(badge: Badge, status: &Status) -> String {
    let (words, color, paint) = says(status);
    match badge {
        Badge::Json => {
            let value =
                json!({ "schemaVersion": 1, "label": "responsibilities", "message": words, "color": color });
            format!("{value:#}\n")
        }
        Badge::Svg => picture(&words, paint),
    }
}

/// Says how it stands: the words, the colour for a service, and that of the picture.
fn says(status: &Status) -> (String, &'static str, &'static str) {
    let (all, held) =
        (status.matrices.len(), status.matrices.iter().filter(|one| one.in_force.is_some()).count());
    match (status.errors, all, held) {
        (1.., _, _) => ("sign-offs are wrong".to_owned(), "red", "#b60205"),
        (_, 0, _) => ("no matrix".to_owned(), "lightgrey", "#6e7781"),
        (_, all, held) if all == held && status.anchored == Some(true) => {
            (format!("{} in force", count(held, "matrix")), "brightgreen", "#1a7f37")
        }
        (_, all, held) if all == held => (format!("{} signed", count(held, "matrix")), "green", "#4d8b31"),
        (_, all, held) => (format!("{held} of {all} in force"), "orange", "#bc4c00"),
    }
}

fn picture(words: &str, paint: &str) -> String {
    let label = "responsibilities";
    let (left, right) = (label.len() * LETTER + 12, words.len() * LETTER + 12);
    let words = escape::xml(words);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"20\" role=\"img\" aria-label=\"{label}: {words}\">\
         <title>{label}: {words}</title><rect width=\"{left}\" height=\"20\" fill=\"#555\"/><rect x=\"{left}\" \
         width=\"{right}\" height=\"20\" fill=\"{paint}\"/><g fill=\"#fff\" font-family=\"Verdana,sans-serif\" \
         font-size=\"11\" text-anchor=\"middle\"><text x=\"{}\" y=\"14\">{label}</text><text x=\"{}\" y=\"14\">{words}</text>\
         </g></svg>\n",
        left + right,
        left / 2,
        left + right / 2,
    )
}
