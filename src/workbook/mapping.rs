//! What the columns of somebody's sheet mean: a file that is checked in, `countersign/mapping/1`.
//!
//! A mapping is data. What it does not name is kept in `native` and counted; a value that it does not know is doubtful
//! and never guessed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::matrix::Deed;

use crate::pack::spelling::folded;

pub use super::says::{Does, Effect, Inherits, Owner, Says};

/// The format of the file.
pub const FORMAT: &str = "countersign/mapping/1";
/// The mappings that come with the program.
pub const PRESETS: [(&str, &str); 11] = [
    ("fedramp", include_str!("presets/fedramp.json")),
    ("pci-dss", include_str!("presets/pci-dss.json")),
    ("pci-dss", include_str!("presets/pci-dss-marks.json")),
    ("csa-ccm", include_str!("presets/csa-ccm.json")),
    ("csa-ccm-iaas", include_str!("presets/csa-ccm-iaas.json")),
    ("csa-ccm-paas", include_str!("presets/csa-ccm-paas.json")),
    ("csa-ccm-saas", include_str!("presets/csa-ccm-saas.json")),
    ("hitrust", include_str!("presets/hitrust.json")),
    ("cmmc-objectives", include_str!("presets/cmmc-objectives.json")),
    ("plain", include_str!("presets/plain.json")),
    ("raci", include_str!("presets/raci.json")),
];

/// What a sheet means, column by column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Mapping {
    /// Always [`FORMAT`].
    pub format: String,
    /// The schema, for editors.
    #[serde(default, rename = "$schema")]
    pub schema: Option<String>,
    /// What people call it.
    #[serde(default)]
    pub title: Option<String>,
    /// The name under which source values are kept in `native`.
    #[serde(default)]
    pub vocabulary: Option<String>,
    /// The catalogue that the controls are of; of several, the one that knows most of them.
    #[serde(default)]
    pub catalog: Option<OneOrMany>,
    /// Whether the sheet claims the whole catalogue; `complete` unless said.
    #[serde(default)]
    pub coverage: Option<String>,
    /// Parties beside client and provider, as the matrix format has them; `boundBy` may be `provider`.
    #[serde(default)]
    pub parties: Vec<Map<String, Value>>,
    /// The sheets, where there are several or the name matters.
    #[serde(default)]
    pub sheets: Vec<SheetMap>,
    /// The columns of the only sheet, by heading.
    #[serde(default)]
    pub columns: BTreeMap<String, Column>,
    /// Rows of the only sheet that are left out.
    #[serde(default)]
    pub skip: Vec<Skip>,
    /// What a row is, by several columns together; the first that fits decides.
    #[serde(default)]
    pub decide: Vec<Decision>,
    /// Combinations that a person has to look at.
    #[serde(default)]
    pub doubts: Vec<Doubt>,
    /// Fields that every row has.
    #[serde(default)]
    pub constants: Map<String, Value>,
}

/// The columns of one sheet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SheetMap {
    /// The names that the sheet may have; `*` at the end stands for anything.
    pub name: OneOrMany,
    /// The name under which source values are kept in `native`.
    #[serde(default)]
    pub vocabulary: Option<String>,
    /// Whether the file may lack the sheet.
    #[serde(default)]
    pub optional: bool,
    /// The columns, by heading.
    pub columns: BTreeMap<String, Column>,
    /// Rows that are left out.
    #[serde(default)]
    pub skip: Vec<Skip>,
}

/// One text or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl OneOrMany {
    /// Returns the texts.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    /// Returns whether a text fits one of the patterns.
    pub fn fits(&self, text: &str) -> bool {
        self.all().iter().any(|pattern| fits(pattern, text))
    }
}

/// What a column means: the name of a field, or more.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// Its cells are a field of the row.
    Field(Field),
    /// Its cells mean something by their value, or belong to a party.
    Meaning(Box<Meaning>),
}

/// A field of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The control or controls; a row is known by them.
    Control,
    /// The control followed by what the row is called; where there is no control, a name alone.
    ControlAndTitle,
    /// A clause that is no control.
    Reference,
    /// A name of the row's own.
    Id,
    /// What the row is called.
    Title,
    /// What is done.
    Activity,
    /// Who does what of a shared row.
    Details,
    /// Why it does not apply.
    Justification,
    /// What proves it.
    Evidence,
    /// Where the evidence lies.
    EvidenceLocation,
    /// How often.
    Cadence,
    /// With what.
    Tools,
    /// The section of the sheet.
    Group,
    /// What the framework itself asks for.
    Statement,
    /// Remarks that bind nobody.
    Notes,
    /// Nothing of ours: kept as the source has it.
    Native,
}

impl Field {
    /// Returns what the account calls it.
    pub fn word(self) -> String {
        let mut word = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !word.is_empty() {
                word.push(' ');
            }
            word.extend(letter.to_lowercase());
        }
        word
    }
}

/// What the cells of a column mean.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Meaning {
    /// The field that the cells are.
    #[serde(default)]
    pub field: Option<Field>,
    /// The text of this duty of the `party`.
    #[serde(default, rename = "duty")]
    pub deed: Option<Deed>,
    /// Whose duty it is: `client`, `provider`, or the id of a party of the mapping.
    #[serde(default)]
    pub party: Option<String>,
    /// What each value of a cell means.
    #[serde(default)]
    pub values: BTreeMap<String, Effect>,
    /// What a marked cell means.
    #[serde(default)]
    pub mark: Option<Effect>,
    /// The letters R, A, S, C, I of this party.
    #[serde(default)]
    pub raci: Option<String>,
    /// The role of the party that the column is for.
    #[serde(default)]
    pub role: Option<String>,
    /// Other letters than those of RACI.
    #[serde(default)]
    pub letters: BTreeMap<String, Deed>,
    /// Cells that say nothing, such as `N/A`.
    #[serde(default)]
    pub empty: Vec<String>,
    /// Whether a sheet may lack the column.
    #[serde(default)]
    pub optional: bool,
    /// Why the column is not taken.
    #[serde(default)]
    pub ignore: Option<String>,
    /// Who added the column to a suggested mapping, and how sure it is; nobody reads it.
    #[serde(default)]
    pub guess: Option<String>,
}

impl Meaning {
    /// Returns whether a text says nothing here, such as `N/A`.
    pub fn is_empty(&self, text: &str) -> bool {
        self.empty.iter().any(|empty| fits(empty, text))
    }
}

/// What a row is, by several columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The columns and what they hold; all have to fit.
    pub when: BTreeMap<String, Condition>,
    /// What the row is then.
    pub then: Says,
}

/// A combination that a person has to look at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    /// The columns and what they hold; all have to fit.
    pub when: BTreeMap<String, Condition>,
    /// What is doubtful.
    pub say: String,
}

/// What a column has to hold: a value, one of several, or whether anything at all.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    /// Whether the cell is marked or holds anything.
    Filled(bool),
    /// These values.
    Values(OneOrMany),
}

/// Rows that are left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// The column that is looked at.
    pub column: String,
    /// What it holds; `*` at the end stands for anything.
    pub is: OneOrMany,
    /// Why the row is left out.
    pub reason: String,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Where the text is no mapping; the error names the line.
    pub fn read(name: &str, text: &str) -> Result<Self> {
        let wrong = |why: String| {
            Error::usage(format!("the mapping `{name}` cannot be used")).because(why).hint(
                "docs/spreadsheets.md says what stands in it; `countersign import FILE --suggest` writes one",
            )
        };
        let mapping: Self = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if mapping.format != FORMAT {
            return Err(wrong(format!("its format is `{}`, not `{FORMAT}`", mapping.format)));
        }
        if mapping.columns.is_empty() == mapping.sheets.is_empty() {
            return Err(wrong(
                "it needs `columns` for one sheet, or `sheets` for several, and not both".to_owned(),
            ));
        }
        for sheet in mapping.sheet_maps() {
            let is_known = sheet.columns.values().any(|it| {
                matches!(
                    it.field(),
                    Some(
                        Field::Control | Field::ControlAndTitle | Field::Title | Field::Id | Field::Reference
                    )
                )
            });
            if !is_known {
                return Err(wrong(
                    "no column is the `control`, `id` or `title` that a row is known by".to_owned(),
                ));
            }
            for (heading, column) in &sheet.columns {
                column.refuse().map_err(|why| wrong(format!("column `{heading}`: {why}")))?;
            }
        }
        Ok(mapping)
    }

    /// Returns the mappings that come with the program under a name; publishers lay one form out in several ways.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn presets(name: &str) -> Result<Vec<Self>> {
        let texts: Vec<&str> =
            PRESETS.iter().filter(|(known, _)| *known == name).map(|(_, text)| *text).collect();
        if texts.is_empty() {
            let mut known: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
            known.dedup();
            return Err(Error::usage(format!("there is no preset `{name}`"))
                .hint(format!("there are {}; or write a mapping with `--suggest`", known.join(", "))));
        }
        texts.into_iter().map(|text| Self::read(name, text)).collect()
    }

    /// Returns the catalogue that the controls are of.
    pub fn catalog(&self) -> Option<&str> {
        self.catalog.as_ref()?.all().first().map(String::as_str)
    }

    /// Returns the sheets, the only one of a short mapping too.
    pub fn sheet_maps(&self) -> Vec<SheetMap> {
        if !self.sheets.is_empty() {
            return self.sheets.clone();
        }
        vec![SheetMap {
            name: OneOrMany::One("*".to_owned()),
            vocabulary: None,
            optional: false,
            columns: self.columns.clone(),
            skip: self.skip.clone(),
        }]
    }
}

impl Column {
    /// Returns the field that the cells are, if they are one.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(*field),
            Self::Meaning(meaning) => meaning.field,
        }
    }

    /// Returns whether a sheet may lack the column.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Meaning(meaning) if meaning.optional || meaning.ignore.is_some())
    }

    fn refuse(&self) -> std::result::Result<(), &'static str> {
        let Self::Meaning(it) = self else { return Ok(()) };
        if it.role.is_some() && it.deed.is_none() && it.raci.is_none() {
            return Err("`role` goes with `duty` or `raci`");
        }
        if it.deed.is_some() != it.party.is_some() {
            return Err("`duty` and `party` go together");
        }
        let says = [
            it.field.is_some(),
            it.deed.is_some(),
            !it.values.is_empty(),
            it.mark.is_some(),
            it.raci.is_some(),
            it.ignore.is_some(),
        ];
        match says.iter().filter(|it| **it).count() {
            0 => Err("it says nothing: give `field`, `duty`, `values`, `mark`, `raci` or `ignore`"),
            1 => Ok(()),
            _ => Err(
                "it says several things: `field`, `duty`, `values`, `mark`, `raci` and `ignore` exclude each other",
            ),
        }
    }
}

/// Returns whether a text fits a pattern, case, punctuation and spaces aside; `*` at either end stands for anything, and `|`
/// stands between patterns of which one has to fit.
pub fn fits(pattern: &str, text: &str) -> bool {
    fits_one(pattern, text)
        || (pattern.contains('|') && pattern.split('|').any(|one| fits_one(one.trim(), text)))
}

fn fits_one(pattern: &str, text: &str) -> bool {
    let (start, end) = (pattern.starts_with('*'), pattern.len() > 1 && pattern.ends_with('*'));
    let (pattern, text) = (folded(pattern), folded(text));
    match (start, end) {
        (true, true) => text.contains(&pattern),
        (true, false) => text.ends_with(&pattern),
        (false, true) => text.starts_with(&pattern),
        (false, false) => text == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::{Mapping, PRESETS, fits};

    #[test]
    fn a_star_stands_for_anything_at_either_end() {
        assert!(
            fits("*", "CIS Worksheet") && fits("CIS*", "CIS Worksheet") && fits("control id", "Control-ID")
        );
        assert!(fits(
            "*Provisional Authorization*",
            "Inherited from pre-existing Provisional Authorization for AWS"
        ));
        assert!(!fits("CIS", "CIS Worksheet"));
    }

    #[test]
    fn every_preset_is_a_mapping() {
        for (name, _) in PRESETS {
            assert!(Mapping::presets(name).is_ok(), "{:?}", Mapping::presets(name));
        }
    }

    #[test]
    fn a_column_that_says_nothing_or_too_much_is_refused() {
        for column in [
            "{}",
            r#"{"field": "title", "mark": "client"}"#,
            r#"{"duty": "perform"}"#,
            r#"{"filed": "title"}"#,
        ] {
            let text = format!(
                r#"{{"format": "countersign/mapping/1", "columns": {{"a": "control", "b": {column}}}}}"#
            );
            assert!(Mapping::read("m", &text).is_err(), "{column}");
        }
    }
}
