//! What a mapping says of a column, in words for the account.

use super::super::mapping::{Column, Meaning, Owner, Says};

/// Says what a column means, for the account.
pub(super) fn of_column(column: &Column) -> String {
    let role = |it: &Meaning| it.role.as_ref().map(|role| format!(", {role}")).unwrap_or_default();
    match column {
        Column::Field(it) => it.word(),
        Column::Meaning(it) => match (&**it, it.field) {
            (_, Some(one)) => one.word(),
            (Meaning { ignore: Some(why), .. }, _) => format!("left: {why}"),
            (Meaning { deed: Some(deed), party: Some(party), .. }, _) => {
                format!("what the {party}{} does ({})", role(it), deed.word())
            }
            (Meaning { raci: Some(party), .. }, _) => format!("letters of the {party}{}", role(it)),
            (Meaning { mark: Some(effect), .. }, _) => format!("a mark: {}", of_says(&effect.says())),
            _ => {
                let values: Vec<String> = it
                    .values
                    .iter()
                    .map(|(value, effect)| format!("{value} = {}", of_says(&effect.says())))
                    .collect();
                values.join(", ")
            }
        },
    }
}

fn of_says(says: &Says) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(says.owner.map(|owner| match owner {
        Owner::Nothing => "no say".to_owned(),
        owner => owner.allocation().word().to_owned(),
    }));
    words.extend(says.mode.map(|mode| mode.says().to_owned()));
    words.extend(says.status.clone());
    words.extend(says.offered.as_ref().map(|it| format!("offered: {it}")));
    words.extend(says.duties.iter().map(|does| format!("{} by the {}", does.deed.word(), does.party)));
    words.join(", ")
}
