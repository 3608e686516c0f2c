//! Control ids of CMMC Level 2, as many as a matrix wants rows.

/// Families in catalogue order; for each requirement its number of assessment objectives.
const FAMILIES: &[(&str, &[u8])] = &[
    ("AC", &[6, 2, 5, 3, 4, 2, 4, 2, 2, 3, 2, 4, 2, 2, 4, 2, 2, 3, 2, 6, 3, 5]),
    ("AT", &[4, 3, 2]),
    ("AU", &[6, 2, 3, 3, 2, 2, 3, 6, 2]),
    ("CM", &[6, 2, 4, 1, 8, 2, 15, 3, 3]),
    ("IA", &[3, 3, 4, 1, 2, 2, 4, 2, 1, 2, 1]),
    ("IR", &[7, 6, 1]),
    ("MA", &[1, 4, 1, 1, 2, 1]),
    ("MP", &[4, 1, 2, 2, 2, 1, 1, 1, 1]),
    ("PS", &[1, 3]),
    ("PE", &[4, 4, 2, 1, 3, 2]),
    ("RA", &[2, 5, 2]),
    ("CA", &[2, 3, 1, 8]),
    ("SC", &[8, 6, 3, 1, 2, 2, 1, 3, 3, 2, 1, 3, 2, 2, 1, 1]),
    ("SI", &[6, 2, 3, 1, 3, 3, 2]),
];

/// A control and the id of the row that answers it.
pub(crate) struct Control {
    /// The control as matrices name it, such as `cmmc-l2:AC.L2-3.1.1[a]`.
    pub(crate) name: String,
    /// The id of its row, such as `ac-l2-3-1-1-a`.
    pub(crate) row: String,
    /// How often the catalogue has been gone through before: rows of later rounds are for another scope.
    pub(crate) round: usize,
}

/// Returns `count` controls: requirements first, then objectives, then the same again.
pub(crate) fn list(count: usize) -> Vec<Control> {
    let ids = ids();
    (0..count)
        .map(|position| {
            let (id, round) = (&ids[position % ids.len()], position / ids.len());
            let row = id.to_lowercase().replace(['.', '['], "-").replace(']', "");
            let row = if round == 0 { row } else { format!("{row}-r{round}") };
            Control { name: format!("cmmc-l2:{id}"), row, round }
        })
        .collect()
}

/// Returns the ids of all requirements, then those of lettered objectives.
fn ids() -> Vec<String> {
    let requirements = FAMILIES.iter().enumerate().flat_map(|(family, (label, objectives))| {
        let id = move |number: usize| format!("{label}.L2-3.{}.{}", family + 1, number + 1);
        objectives.iter().enumerate().map(move |(number, letters)| (id(number), *letters))
    });
    let (requirements, letters): (Vec<String>, Vec<u8>) = requirements.unzip();
    let objectives = requirements.iter().zip(letters).filter(|(_, letters)| *letters > 1);
    let objectives = objectives.flat_map(|(id, letters)| {
        (0..letters).map(move |letter| format!("{id}[{}]", char::from(b'a' + letter)))
    });
    requirements.iter().cloned().chain(objectives).collect()
}
