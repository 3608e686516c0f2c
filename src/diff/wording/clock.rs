//! Times of the day: "5 p.m." and "17:00" are one.

/// Returns the time that a text begins with, in one form, and how many of its pieces say it.
pub(super) fn read(chunks: &[&str]) -> Option<(String, usize)> {
    let bare = |chunk: &str| -> String {
        chunk.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('.', "")
    };
    let first = bare(chunks.first()?);
    let (figure, half) = match first.strip_suffix("am").or(first.strip_suffix("pm")) {
        Some(figure) => (figure.to_owned(), Some(first.ends_with("pm"))),
        None => (first.clone(), None),
    };
    let (hour, minute) = match figure.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour.to_owned(), minute.parse::<u32>().ok()?),
        Some(_) => return None,
        None => (figure.clone(), 0),
    };
    let hour: u32 = hour.parse().ok().filter(|hour| *hour <= 24)?;
    let next = chunks.get(1).map(|next| bare(next));
    let next = next.and_then(|next| match next.as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    });
    let (is_late, length) = match (half, next) {
        (Some(half), _) => (Some(half), 1),
        (None, Some(half)) => (Some(half), 2),
        (None, None) if figure.contains(':') => (None, 1),
        (None, None) => return None,
    };
    let hour = match is_late {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    (minute < 60).then(|| (format!("{hour:02}:{minute:02}"), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_one_however_it_is_written() {
        for said in ["5 p.m.", "5 PM", "5pm", "17:00", "5:00 p.m.", "(17:00)"] {
            let chunks: Vec<&str> = said.split(' ').collect();
            assert_eq!(read(&chunks), Some(("17:00".to_owned(), chunks.len())), "{said}");
        }
        for said in ["5", "am", "99:00", "5:0", "5:99", "", ":", "é:00"] {
            assert_eq!(read(&[said]), None, "{said}");
        }
    }
}
