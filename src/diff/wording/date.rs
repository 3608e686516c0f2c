//! Days of the calendar: "31 December 2026", "December 31, 2026" and 2026-12-31 are one.

/// The months by their first three letters.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Returns the day that a text begins with, in one form, and how many of its pieces say it.
pub(super) fn read(chunks: &[&str]) -> Option<(String, usize)> {
    let bare: Vec<String> = chunks.iter().take(3).map(|chunk| plain(chunk)).collect();
    let piece = |at: usize| bare.get(at).map(String::as_str);
    let written = iso(piece(0)?).map(|day| (day, 1)).or_else(|| {
        let year = year(piece(2)?)?;
        let day_first = || Some((day(piece(0)?)?, month(piece(1)?)?));
        let month_first = || Some((day(piece(1)?)?, month(piece(0)?)?));
        let (day, month) = day_first().or_else(month_first)?;
        Some(((year, month, day), 3))
    });
    let ((year, month, day), length) = written?;
    Some((format!("{year:04}-{month:02}-{day:02}"), length))
}

fn plain(chunk: &str) -> String {
    chunk.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn iso(text: &str) -> Option<(u32, u32, u32)> {
    let parts: Vec<&str> = text.split('-').collect();
    let [written, of, on] = parts[..] else { return None };
    let month = of.parse().ok().filter(|month| (1..=12).contains(month) && of.len() == 2)?;
    Some((year(written)?, month, day(on).filter(|_| on.len() == 2)?))
}

fn year(text: &str) -> Option<u32> {
    text.parse().ok().filter(|year| text.len() == 4 && (1900..=2199).contains(year))
}

fn month(text: &str) -> Option<u32> {
    let short = text.get(..3)?;
    let at = MONTHS.iter().position(|month| *month == short)?;
    u32::try_from(at + 1).ok().filter(|_| text.chars().all(char::is_alphabetic))
}

fn day(text: &str) -> Option<u32> {
    let figure = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    figure.parse().ok().filter(|day| (1..=31).contains(day) && figure.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_however_it_is_written() {
        for said in ["31 December 2026", "December 31, 2026", "2026-12-31", "31st Dec. 2026", "(2026-12-31)"]
        {
            let chunks: Vec<&str> = said.split(' ').collect();
            assert_eq!(read(&chunks), Some(("2026-12-31".to_owned(), chunks.len())), "{said}");
        }
        for said in ["2026-13-31", "31 December", "800-171-2", "é", "", "-", "May 2026", "32 May 2026"] {
            assert_eq!(read(&said.split(' ').collect::<Vec<_>>()), None, "{said}");
        }
    }
}
