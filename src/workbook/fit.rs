//! What fits a book: the catalogue that its controls are of, and the mappings that come with the program.

use super::mapping::{Field, OneOrMany, PRESETS};
use super::{Book, Controls, Mapping, Parties, Wish, clean, table, understand};
use crate::pack::Packs;

/// How many rows of a sheet are looked at to find its catalogue.
const LOOKED_AT: usize = 2_000;

/// Settles of which catalogue the controls of a book are, where the mapping leaves it open: names several, or none.
///
/// `likely` is the catalogue of the matrix that the book is for. Returns what a person should know of a guess.
pub fn settle(mapping: &mut Mapping, book: &Book, packs: &Packs, likely: Option<&str>) -> Option<String> {
    let open: Vec<String> = mapping.catalog.as_ref().map(|it| it.all().to_vec()).unwrap_or_default();
    let settled = match (&open[..], likely) {
        ([_], _) => return None,
        ([], Some(likely)) => likely.to_owned(),
        (several, Some(likely)) if several.iter().any(|one| one == likely) => likely.to_owned(),
        _ => catalog_of(book, mapping, packs, &open)?,
    };
    let note = format!("the controls are those of `{settled}`; `--framework` takes another");
    mapping.catalog = Some(OneOrMany::One(settled));
    Some(note)
}

/// Returns the catalogue that knows most of the controls of a book, of `among` or of all at hand.
///
/// Of all at hand it has to know at least two thirds, and no second one may know as many.
fn catalog_of(book: &Book, mapping: &Mapping, packs: &Packs, among: &[String]) -> Option<String> {
    let texts: Vec<String> = mapping.sheet_maps().iter().flat_map(|map| controls(book, map)).collect();
    let count = |id: &str| {
        let catalogue = packs.catalogue(id)?;
        Some(texts.iter().filter(|text| catalogue.spelled(text).is_some()).count())
    };
    if !among.is_empty() {
        let best = (0..among.len()).max_by_key(|at| (count(&among[*at]), std::cmp::Reverse(*at)))?;
        return Some(among[best].clone());
    }
    let mut known: Vec<(usize, String)> =
        packs.frameworks().filter_map(|pack| Some((count(&pack.id)?, pack.id.clone()))).collect();
    known.sort();
    let (most, id) = known.pop()?;
    let second = known.pop().map_or(0, |(count, _)| count);
    (most > second && most * 3 >= texts.len() * 2).then_some(id)
}

/// Returns the controls that the sheets of a mapping name, as they are written.
fn controls(book: &Book, map: &super::mapping::SheetMap) -> Vec<String> {
    let is_control = |field| matches!(field, Some(Field::Control | Field::ControlAndTitle));
    let keys: Vec<&String> =
        map.columns.iter().filter(|(_, column)| is_control(column.field())).map(|(key, _)| key).collect();
    let any = Controls::of(None, None);
    let tables = book.sheets.iter().filter_map(|sheet| table::find(sheet, map).ok());
    let cells = tables.flat_map(|table| {
        let cell = |line| keys.iter().find_map(|key| table.cell(line, key));
        let texts = table.rows().take(LOOKED_AT).filter_map(|(_, line)| cell(line));
        texts.map(|cell| clean::clean(&cell.text).0.into_owned()).collect::<Vec<_>>()
    });
    cells
        .filter_map(|text| {
            any.split(&text).0.map(str::to_owned).or_else(|| any.looks_like_one(&text).then_some(text))
        })
        .collect()
}

/// Returns the presets that understand a book without a doubtful cell.
pub fn fitting(book: &Book, packs: &Packs) -> Vec<&'static str> {
    let fits = |name: &str| {
        let Ok(mappings) = Mapping::presets(name) else { return false };
        mappings.into_iter().any(|mut mapping| {
            settle(&mut mapping, book, packs, None);
            let Ok(parties) = Parties::of("Client", "Provider", &mapping, None) else { return false };
            let catalog = mapping.catalog();
            let controls = Controls::of(catalog, catalog.and_then(|it| packs.catalogue(it)));
            understand(book, &mapping, &parties, &controls, &Wish::default(), "")
                .is_ok_and(|it| it.account.doubtful.is_empty())
        })
    };
    let mut names: Vec<&'static str> =
        PRESETS.iter().map(|(name, _)| *name).filter(|name| fits(name)).collect();
    names.dedup();
    names
}
