//! Work that changes hands: one duty, a row, or everything that belongs to a service.

use serde_json::{Value, json};

use super::name::Noun;
use super::{list, rows_mut, text};
use crate::error::{Error, Result};
use crate::matrix::Deed;

/// To whom work goes, and as what.
#[derive(Clone, Debug)]
pub struct Taker<'a> {
    /// The party.
    pub party: &'a str,
    /// The role there; the role of the party before is nobody's there.
    pub role: Option<&'a str>,
    /// Why, for the row's justification.
    pub because: Option<&'a str>,
}

/// Gives one duty of a row to another party.
///
/// # Errors
/// Where the row has no such duty, or several.
pub fn duty(matrix: &mut Value, row: &str, duty: &str, to: &Taker<'_>) -> Result<()> {
    Noun::Party.find(matrix, to.party)?;
    let at = Noun::Row.find(matrix, row)?;
    let which = find_duty(matrix.pointer(&at).unwrap_or(&Value::Null), duty)?;
    let sides = Sides::of(matrix);
    let Some(row) = matrix.pointer_mut(&at) else { return Ok(()) };
    if let Some(duty) = row.pointer_mut(&format!("/duties/{which}")) {
        give(duty, to);
    }
    settle(row, &sides, to);
    Ok(())
}

/// Gives the work of a row to a party: what others perform, approve, document and so on in it, save what only tells or
/// asks them, and what a side answers for.
///
/// # Errors
/// Where there is no such row or party.
pub fn row(matrix: &mut Value, row: &str, to: &Taker<'_>) -> Result<usize> {
    Noun::Party.find(matrix, to.party)?;
    let at = Noun::Row.find(matrix, row)?;
    let sides = Sides::of(matrix);
    let Some(row) = matrix.pointer_mut(&at) else { return Ok(0) };
    let given = hand_over(row, to, |_| true);
    row.as_object_mut().and_then(|row| row.remove("inherits"));
    settle(row, &sides, to);
    Ok(given)
}

/// Ends a service: what its provider does in its rows goes to another party, and the service goes.
///
/// Returns the rows.
///
/// # Errors
/// Where there is no such service or party.
pub fn service(matrix: &mut Value, service: &str, to: &Taker<'_>) -> Result<Vec<String>> {
    Noun::Party.find(matrix, to.party)?;
    let at = Noun::Service.find(matrix, service)?;
    let holder = matrix.pointer(&at).map(|service| text(service, "party").to_owned()).unwrap_or_default();
    let sides = Sides::of(matrix);
    let mut rows = Vec::new();
    for row in rows_mut(matrix) {
        let services = list(row, "services");
        if !services.iter().any(|one| one == service) {
            continue;
        }
        rows.push(text(row, "id").to_owned());
        // Work of a row that another service covers, too, stays with that.
        if services.len() == 1 {
            let is_providers =
                |party: &str| if holder.is_empty() { sides.provides(party) } else { party == holder };
            hand_over(row, to, is_providers);
            settle(row, &sides, to);
        }
    }
    super::remove::remove(matrix, Noun::Service, service)?;
    Ok(rows)
}

/// Lets another service take the place of one in every row, and removes the first.
///
/// # Errors
/// Where there is no such service.
pub fn to_service(matrix: &mut Value, from: &str, to: &str) -> Result<Vec<String>> {
    Noun::Service.find(matrix, from)?;
    Noun::Service.find(matrix, to)?;
    let mut rows = Vec::new();
    for row in rows_mut(matrix) {
        let id = text(row, "id").to_owned();
        let Some(services) = row.get_mut("services").and_then(Value::as_array_mut) else { continue };
        let has_both = services.iter().any(|one| one == to);
        if let Some(at) = services.iter().position(|one| one == from) {
            if has_both {
                services.remove(at);
            } else {
                services[at] = json!(to);
            }
            rows.push(id);
        }
    }
    super::remove::remove(matrix, Noun::Service, from)?;
    Ok(rows)
}

/// Gives away the duties of parties that `from` picks, and returns how many.
fn hand_over(row: &mut Value, to: &Taker<'_>, from: impl Fn(&str) -> bool) -> usize {
    let mut given = 0;
    let duties = row.get_mut("duties").and_then(Value::as_array_mut).into_iter().flatten();
    for duty in duties {
        let is_anothers = text(duty, "party") != to.party && from(text(duty, "party"));
        if is_anothers && is_work(duty) {
            give(duty, to);
            given += 1;
        }
    }
    for evidence in row.get_mut("evidence").and_then(Value::as_array_mut).into_iter().flatten() {
        let collector = text(evidence, "collector").to_owned();
        if !collector.is_empty() && collector != to.party && from(&collector) {
            evidence["collector"] = json!(to.party);
        }
    }
    for report in row.get_mut("reports").and_then(Value::as_array_mut).into_iter().flatten() {
        let by = text(report, "by").to_owned();
        if !by.is_empty() && by != to.party && from(&by) {
            report["by"] = json!(to.party);
        }
    }
    given
}

/// Returns whether a duty is work that another can take over: not who is told, asked, or answers for it all.
fn is_work(duty: &Value) -> bool {
    let deed: Option<Deed> = duty.get("do").and_then(|deed| serde_json::from_value(deed.clone()).ok());
    !matches!(deed, Some(Deed::Accountable | Deed::Consult | Deed::Inform | Deed::Fund) | None)
}

fn give(duty: &mut Value, to: &Taker<'_>) {
    duty["party"] = json!(to.party);
    match to.role {
        Some(role) => duty["role"] = json!(role),
        None => drop(duty.as_object_mut().and_then(|duty| duty.remove("role"))),
    }
    // Nobody tells himself.
    if let Some(told) = duty.get_mut("to").and_then(Value::as_array_mut) {
        told.retain(|one| one != to.party);
    }
}

/// Says again which side acts in a row, so that the allocation agrees with who performs, and why.
fn settle(row: &mut Value, sides: &Sides, to: &Taker<'_>) {
    let (mut client, mut provider) = (false, false);
    for duty in list(row, "duties") {
        let deed: Option<Deed> = duty.get("do").and_then(|deed| serde_json::from_value(deed.clone()).ok());
        if deed.is_some_and(|deed| deed.counts() == Deed::Perform) {
            client |= sides.is_client(text(duty, "party"));
            provider |= sides.provides(text(duty, "party"));
        }
    }
    let allocation = match (client, provider) {
        (true, true) => "shared",
        (true, false) => "client",
        (false, true) => "provider",
        (false, false) => return,
    };
    row["allocation"] = json!(allocation);
    if allocation != "shared" {
        row.as_object_mut().and_then(|row| row.remove("shared"));
    } else if row.get("shared").is_none() {
        row["shared"] = json!({ "mode": "joint" });
    }
    if let Some(because) = to.because {
        row["justification"] = json!(because);
    }
}

/// Finds a duty by its id, by what is done, or by that and the party: `notify@harbor`.
fn find_duty(row: &Value, wanted: &str) -> Result<usize> {
    let duties = list(row, "duties");
    let found: Vec<usize> =
        (0..duties.len()).filter(|at| super::field::is_called(&duties[*at], wanted)).collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let known: Vec<String> =
                duties.iter().map(|duty| format!("{}@{}", text(duty, "do"), text(duty, "party"))).collect();
            Err(Error::nothing(format!("row `{}` has no duty `{wanted}`", text(row, "id")))
                .hint(format!("it has {}", known.join(", "))))
        }
        _ => Err(Error::usage(format!("row `{}` has several duties `{wanted}`", text(row, "id")))
            .hint("say whose: `notify@harbor`, or name its id")),
    }
}

/// The sides of the parties of a matrix.
struct Sides(Vec<(String, String)>);

impl Sides {
    fn of(matrix: &Value) -> Self {
        let parties = list(matrix, "parties").iter();
        Self(parties.map(|party| (text(party, "id").to_owned(), text(party, "side").to_owned())).collect())
    }

    fn side(&self, party: &str) -> &str {
        self.0.iter().find(|(id, _)| id == party).map_or("", |(_, side)| side)
    }

    fn is_client(&self, party: &str) -> bool {
        self.side(party) == "client"
    }

    fn provides(&self, party: &str) -> bool {
        matches!(self.side(party), "provider" | "subprovider")
    }
}
