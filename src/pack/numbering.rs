//! Ids of other frameworks: what an id that a catalogue does not know is elsewhere, and what it probably means here.

use std::sync::OnceLock;

use super::{Catalogue, Control, Packs, load, spelling};

/// The most frameworks that are named for one id.
const NAMED: usize = 2;

/// Says what an id is in the frameworks that are shipped, other than `own`, and which control of `own` has the same label.
///
/// None if no other framework has such an id.
pub fn elsewhere(own: &Catalogue, id: &str) -> Option<String> {
    static ALL: OnceLock<Packs> = OnceLock::new();
    let all = ALL.get_or_init(|| Packs::shipped(load::shipped_ids()));
    let mut others = Vec::new();
    let mut here: Vec<&Control> = Vec::new();
    for catalogue in all.frameworks().filter_map(|pack| pack.catalogue()).filter(|one| one.id != own.id) {
        let Some(control) = spelled(catalogue, id) else { continue };
        let label = spelling::folded(&control.title);
        let same =
            own.items.iter().filter(|item| !item.is_objective() && spelling::folded(&item.title) == label);
        let before = here.len();
        here.extend(same.filter(|one| !here.iter().any(|known| known.id == one.id)).collect::<Vec<_>>());
        let name = format!("`{}:{}`", catalogue.id, control.id);
        others.insert(if here.len() > before { 0 } else { others.len() }, name);
    }
    let first = others.first()?;
    Some(match here[..] {
        [one] => format!("did you mean `{}:{}` ({})? This is {first}", own.id, one.id, one.title),
        _ => format!("this is {}", others[..others.len().min(NAMED)].join(" and ")),
    })
}

/// Returns the control that an id means, also where the name of its framework stands before it: "CIS 4.3".
fn spelled<'c>(catalogue: &'c Catalogue, id: &str) -> Option<&'c Control> {
    let rest = || id.trim().split_once(' ').and_then(|(_, rest)| catalogue.spelled(rest));
    catalogue.spelled(id).or_else(rest)
}
