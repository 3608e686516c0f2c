//! The parties of a matrix that is made from a sheet.

use serde_json::{Map, Value, json};

use super::mapping::{Mapping, Owner};
use crate::error::{Error, Result};
use crate::matrix::{Matrix, Side};

/// The parties, and the words by which a mapping names them.
#[derive(Clone, Debug)]
pub struct Parties {
    client: String,
    provider: String,
    all: Vec<Map<String, Value>>,
}

impl Parties {
    /// Makes the parties of two names and of those that the mapping adds.
    ///
    /// # Errors
    /// Where both have one id, or a party of the mapping has no id, side or name.
    pub fn of(client: &str, provider: &str, mapping: &Mapping, upstream: Option<&str>) -> Result<Self> {
        let (client_id, provider_id) =
            (super::ids::slug(client, "client"), super::ids::slug(provider, "provider"));
        if client_id == provider_id {
            return Err(Error::usage(format!("`{client}` and `{provider}` cannot be told apart")));
        }
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        let mut all = vec![
            object(json!({ "id": client_id, "side": "client", "name": client })),
            object(json!({ "id": provider_id, "side": "provider", "name": provider })),
        ];
        for (at, party) in mapping.parties.iter().enumerate() {
            let mut party = party.clone();
            if let (Some(name), 0) = (upstream, at) {
                party.insert("name".to_owned(), name.into());
            }
            for field in ["id", "side", "name"] {
                if !party.get(field).is_some_and(Value::is_string) {
                    return Err(Error::usage(format!("a party of the mapping lacks `{field}`")));
                }
            }
            if let Some(bound) = party.get_mut("boundBy")
                && let Some(id) = bound.as_str().map(|it| match it {
                    "provider" => provider_id.clone(),
                    "client" => client_id.clone(),
                    other => other.to_owned(),
                })
            {
                *bound = id.into();
            }
            all.push(party);
        }
        Ok(Self { client: client_id, provider: provider_id, all })
    }

    /// Makes the parties of a matrix that is there, and of those that the mapping adds; `None` without client or provider.
    pub fn of_matrix(matrix: &Matrix, mapping: &Mapping) -> Option<Self> {
        let of = |side: Side| matrix.parties.iter().find(|party| party.side == side);
        let (client, provider) = (of(Side::Client)?, of(Side::Provider)?);
        let object = |value: Value| value.as_object().cloned().unwrap_or_default();
        let known = matrix.parties.iter().map(|party| {
            let mut value = json!({ "id": party.id, "side": party.side.word(), "name": party.name });
            if let Some(bound) = &party.bound_by {
                value["boundBy"] = json!(bound);
            }
            object(value)
        });
        let mut all: Vec<Map<String, Value>> = known.collect();
        let named = Self::of(&client.name, &provider.name, mapping, None).ok()?;
        for mut party in named.all.into_iter().skip(2) {
            if all.iter().all(|one| one.get("id") != party.get("id")) {
                if let Some(bound) = party.get_mut("boundBy") {
                    *bound = match bound.as_str() {
                        Some(id) if id == named.client => json!(client.id),
                        Some(id) if id == named.provider => json!(provider.id),
                        _ => bound.clone(),
                    };
                }
                all.push(party);
            }
        }
        Some(Self { client: client.id.clone(), provider: provider.id.clone(), all })
    }

    /// Returns the id of a party that a mapping names.
    pub fn id<'a>(&'a self, name: &'a str) -> &'a str {
        match name {
            "client" => &self.client,
            "provider" => &self.provider,
            other => other,
        }
    }

    /// Returns the side that the work of a party counts for.
    pub fn side(&self, name: &str) -> Owner {
        let id = self.id(name);
        let party = self.all.iter().find(|party| party.get("id").and_then(Value::as_str) == Some(id));
        match party.and_then(|party| party.get("side")).and_then(Value::as_str) {
            Some("client") => Owner::Client,
            Some("subprovider")
                if party.and_then(|it| it.get("boundBy")).and_then(Value::as_str) == Some(&self.client) =>
            {
                Owner::Client
            }
            _ => Owner::Provider,
        }
    }

    /// Returns the parties as the matrix has them.
    pub fn values(&self) -> Vec<Value> {
        self.all.iter().cloned().map(Value::Object).collect()
    }
}
