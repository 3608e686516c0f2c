//! What an OSCAL profile takes of the catalogue that it imports.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Walk, Wrong, part, wrong};

/// Returns the addresses of the catalogues that a profile imports, each once.
pub(super) fn imports(profile: &Value) -> Result<Vec<String>, Wrong> {
    let mut wanted = Vec::new();
    for (at, import) in part::list(profile, "imports", "/profile")?.iter().enumerate() {
        let href = part::text(import, "href", &format!("/profile/imports/{at}"))?;
        let address = href.strip_prefix('#').map_or_else(|| href.clone(), |id| resource(profile, id, &href));
        if !wanted.contains(&address) {
            wanted.push(address);
        }
    }
    if wanted.is_empty() { wrong("/profile", "the profile imports no catalogue") } else { Ok(wanted) }
}

/// Returns where the back matter says that a resource lies, its JSON before other forms.
fn resource(profile: &Value, id: &str, href: &str) -> String {
    let mut all = profile["back-matter"]["resources"].as_array().into_iter().flatten();
    let links = all.find(|it| it["uuid"] == id).and_then(|it| it["rlinks"].as_array());
    let links = || links.into_iter().flatten().filter_map(|link| link["href"].as_str());
    let is_json = |link: &&str| link.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    links().find(is_json).or_else(|| links().next()).unwrap_or(href).to_owned()
}

/// Returns what a profile sets for parameters, by their ids.
///
/// # Errors
/// The place of a change that a pack cannot hold: controls that are regrouped, added to or taken from.
pub(super) fn modified(profile: &Value) -> Result<BTreeMap<String, String>, Wrong> {
    for way in ["custom", "flat"] {
        if profile["merge"].get(way).is_some() {
            let pointer = format!("/profile/merge/{way}");
            return wrong(
                &pointer,
                "the profile groups its controls anew; give the catalogue that it resolves to",
            );
        }
    }
    let modify = &profile["modify"];
    for (at, alter) in part::list(modify, "alters", "/profile/modify")?.iter().enumerate() {
        let pointer = format!("/profile/modify/alters/{at}");
        let adds = part::list(alter, "adds", &pointer)?;
        let is_text = |add: &Value| ["title", "parts"].iter().any(|field| add.get(field).is_some());
        if alter.get("removes").is_some() || adds.iter().any(is_text) {
            let control = alter["control-id"].as_str().unwrap_or("a control");
            let message = format!("the profile rewrites {control}; give the catalogue that it resolves to");
            return wrong(&pointer, message);
        }
    }
    let set = part::list(modify, "set-parameters", "/profile/modify")?;
    Ok(set.iter().filter_map(parameter).collect())
}

/// Returns the id of a parameter and its values, or the label that stands for them.
fn parameter(set: &Value) -> Option<(String, String)> {
    let values = set["values"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let values = values.collect::<Vec<_>>().join(", ");
    let text = if values.is_empty() { set["label"].as_str()?.to_owned() } else { values };
    Some((set["param-id"].as_str()?.to_owned(), text))
}

/// Returns which controls of the catalogue the profile takes.
pub(super) fn chosen(profile: &Value, walk: &Walk<'_>) -> Result<Vec<bool>, Wrong> {
    let mut chosen = vec![false; walk.controls.len()];
    let numbers = walk.controls.iter().enumerate().map(|(at, control)| (control.id, at)).collect();
    for (at, import) in part::list(profile, "imports", "/profile")?.iter().enumerate() {
        let pointer = format!("/profile/imports/{at}");
        let mut taken = vec![import.get("include-all").is_some(); walk.controls.len()];
        if !taken[0] && import.get("include-controls").is_none() {
            return wrong(&pointer, "the import says neither `include-all` nor `include-controls`");
        }
        mark(import, "include-controls", &pointer, walk, &numbers, (&mut taken, true))?;
        mark(import, "exclude-controls", &pointer, walk, &numbers, (&mut taken, false))?;
        chosen.iter_mut().zip(taken).for_each(|(all, taken)| *all |= taken);
    }
    if chosen.contains(&true) {
        Ok(chosen)
    } else {
        wrong("/profile/imports", "the profile takes no control")
    }
}

fn mark(
    import: &Value,
    key: &str,
    pointer: &str,
    walk: &Walk<'_>,
    numbers: &BTreeMap<&str, usize>,
    (taken, to): (&mut [bool], bool),
) -> Result<(), Wrong> {
    for (at, select) in part::list(import, key, pointer)?.iter().enumerate() {
        let pointer = format!("{pointer}/{key}/{at}");
        if select.get("matching").is_some() {
            return wrong(
                &format!("{pointer}/matching"),
                "patterns are not read; name the ids by `with-ids`",
            );
        }
        let Some(ids) = select["with-ids"].as_array() else {
            return wrong(&pointer, "`with-ids` is missing or no list");
        };
        let children = select["with-child-controls"] == "yes";
        for (at, id) in ids.iter().enumerate() {
            let Some(number) = id.as_str().and_then(|id| numbers.get(id)) else {
                return wrong(
                    &format!("{pointer}/with-ids/{at}"),
                    format!("the catalogue has no control {id}"),
                );
            };
            taken[*number] = to;
            // Controls within one follow it.
            let mut inner = vec![*number];
            for (next, taken) in taken.iter_mut().enumerate().skip(number + 1) {
                let is_within = walk.controls[next].within.is_some_and(|within| inner.contains(&within));
                if !children || !is_within {
                    break;
                }
                *taken = to;
                inner.push(next);
            }
        }
    }
    Ok(())
}
