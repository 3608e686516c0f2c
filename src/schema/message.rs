//! What a validator found wrong with a value, in the reader's words.
//!
//! Never the text of the validator itself: it repeats whole documents and speaks of schemas.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::because::Condition;
use super::bounds;
use super::fault::Fault;
use super::options;
use super::outline::{Outline, below, parent, titled, tokens, with_example};
use super::words::{either, found, inside, quote, shown, suggest, type_word, visible};
use crate::finding::PointerPart;
use crate::lookalike;

/// The longest text, in bytes, for which one that was meant is looked for.
const LONGEST_MEANT: usize = 200;

/// A document beside its schema.
pub(super) struct Reader<'a> {
    pub(super) schema: &'a Value,
    pub(super) document: &'a Value,
    /// What the whole document is called.
    pub(super) root: &'a str,
    /// The forms that were asked for, by pattern.
    pub(super) forms: RefCell<BTreeMap<String, Option<Validator>>>,
}

/// What is said of one value.
struct Said {
    rule: &'static str,
    message: String,
    help: Option<String>,
}

impl Reader<'_> {
    /// Returns what the schema says belongs at `pointer`.
    pub(super) fn help(&self, pointer: &str) -> Option<String> {
        Outline::at(self.schema, pointer)?.help()
    }

    /// Returns the fields that the object at `pointer` could have and has not.
    pub(super) fn absent_fields(&self, pointer: &str) -> Vec<&str> {
        let given = self.document.pointer(pointer).unwrap_or(&Value::Null);
        let known = Outline::at(self.schema, pointer).map(|outline| outline.fields()).unwrap_or_default();
        known.into_iter().filter(|field| given.get(field).is_none()).collect()
    }

    /// Returns the fault that `error` stands for.
    pub(super) fn fault(&self, error: &ValidationError) -> Fault {
        let pointer = error.instance_path().as_str();
        match error.kind() {
            Kind::FalseSchema if !pointer.is_empty() => self.forbidden(error),
            Kind::UniqueItems => self.repeated(error),
            Kind::PropertyNames { error: inner } => self.misnamed(pointer, error, inner),
            _ => {
                let said = self.said(error);
                Fault {
                    pointer: pointer.to_owned(),
                    anchor: PointerPart::Value,
                    rule: said.rule,
                    message: said.message + &self.because(error),
                    help: said.help,
                }
            }
        }
    }

    fn said(&self, error: &ValidationError) -> Said {
        match error.kind() {
            Kind::Type { kind } => self.wrong_type(error, kind),
            Kind::Constant { expected_value } => self.wrong_constant(error, expected_value),
            Kind::Enum { options } => self.not_allowed(error, options),
            Kind::Pattern { pattern } => self.wrong_form(error, Some(pattern)),
            Kind::Format { .. } => self.wrong_form(error, None),
            Kind::Not { schema } => self.excluded(error, schema),
            _ => self.other(error),
        }
    }

    fn wrong_type(&self, error: &ValidationError, kind: &TypeKind) -> Said {
        let expected = types(kind);
        let message =
            format!("{} must be {}, found {}", self.name(error), either(&expected), found(error.instance()));
        Said { rule: "schema-type", message, help: self.help(error.instance_path().as_str()) }
    }

    fn wrong_constant(&self, error: &ValidationError, expected: &Value) -> Said {
        let message =
            format!("{} must be {}, found {}", self.name(error), shown(expected), found(error.instance()));
        Said { rule: "schema-value", message, help: self.help(error.instance_path().as_str()) }
    }

    fn not_allowed(&self, error: &ValidationError, options: &Value) -> Said {
        let options: Vec<&Value> = options.as_array().into_iter().flatten().collect();
        let expected: Vec<String> = options.iter().map(|option| shown(option)).collect();
        let given = error.instance().as_str().unwrap_or_default();
        let meant = suggest(given, options.iter().filter_map(|option| option.as_str()));
        let message = format!(
            "{} is not an allowed value of {}: expected {}",
            shown(error.instance()),
            self.name(error),
            either(&expected)
        );
        let help = match meant {
            Some(meant) => Some(format!("did you mean {}?", quote(meant))),
            None => self.help_at(error),
        };
        Said { rule: "schema-value", message, help }
    }

    /// Returns the help of the schema that refused; of the field where that has none.
    fn help_at(&self, error: &ValidationError) -> Option<String> {
        let here = parent(error.schema_path().as_str()).and_then(|path| self.schema.pointer(path));
        let described = here.and_then(|schema| Some((schema, schema["description"].as_str()?)));
        match described {
            Some((schema, text)) => Some(with_example(text, schema["examples"].get(0))),
            None => self.help(error.instance_path().as_str()),
        }
    }

    fn wrong_form(&self, error: &ValidationError, pattern: Option<&str>) -> Said {
        let rule = "schema-pattern";
        let named =
            titled(self.schema, error.schema_path().as_str()).and_then(|schema| schema["title"].as_str());
        let instance = error.instance();
        let odd =
            instance.as_str().and_then(lookalike::oddity).map(|odd| format!(": {odd}")).unwrap_or_default();
        let message = match (pattern, named) {
            (Some("\\S"), _) => format!("{} must not be blank", self.name(error)),
            (_, Some(title)) => {
                format!("{} is not a valid {}{odd}", shown(instance), visible(&inside(title)))
            }
            (Some(pattern), None) => {
                format!("{} does not match {}, found {}", self.name(error), quote(pattern), found(instance))
            }
            (None, None) => format!("{} is of the wrong form, found {}", self.name(error), found(instance)),
        };
        let meant = pattern.zip(instance.as_str()).and_then(|(pattern, text)| self.meant(pattern, text));
        let help = meant.map(|meant| format!("did you mean {}?", quote(&meant)));
        Said { rule, message, help: help.or_else(|| self.help_at(error)) }
    }

    /// Returns what a text of the wrong form was probably meant to be: what it looks like, where that has the form.
    fn meant(&self, pattern: &str, text: &str) -> Option<String> {
        if pattern == "\\S" || text.len() > LONGEST_MEANT {
            return None;
        }
        let mut forms = self.forms.borrow_mut();
        let form = forms
            .entry(pattern.to_owned())
            .or_insert_with(|| options().build(&serde_json::json!({ "pattern": pattern })).ok());
        let form = form.as_ref()?;
        let plain = lookalike::plain(text);
        let closed: String = plain.split_whitespace().collect();
        let parts = plain.split([' ', '_', '.']).filter(|part| !part.is_empty());
        let dashed = parts.collect::<Vec<_>>().join("-").to_ascii_lowercase();
        let meant = [plain.to_ascii_lowercase(), dashed, closed];
        std::iter::once(plain).chain(meant).find(|one| form.is_valid(&Value::from(one.as_str())))
    }

    fn excluded(&self, error: &ValidationError, schema: &Value) -> Said {
        let message = match error.instance().as_ref() {
            Value::Array(_) | Value::Object(_) => format!("{} has what is forbidden here", self.name(error)),
            plain => format!("{} is not allowed for {}", shown(plain), self.name(error)),
        };
        let help = schema["description"].as_str().map(|text| with_example(text, None));
        Said {
            rule: "schema-value",
            message,
            help: help.or_else(|| self.help(error.instance_path().as_str())),
        }
    }

    fn other(&self, error: &ValidationError) -> Said {
        let name = self.name(error);
        let bounds = bounds::message(&name, error.kind(), error.instance());
        let (rule, message) = bounds.unwrap_or_else(|| ("schema-value", other(&name, error)));
        Said { rule, message, help: self.help_at(error) }
    }

    /// Returns the fault of a field that another field rules out.
    fn forbidden(&self, error: &ValidationError) -> Fault {
        let pointer = error.instance_path().as_str();
        let name = tokens(pointer).last().unwrap_or_default();
        Fault {
            pointer: pointer.to_owned(),
            anchor: PointerPart::Key,
            rule: "schema-unknown-field",
            message: format!("the field {} is not allowed here{}", quote(&name), self.because(error)),
            help: self.help(pointer),
        }
    }

    /// Returns the fault of the first entry that a list holds twice.
    fn repeated(&self, error: &ValidationError) -> Fault {
        let list = error.instance().as_array().map_or(&[][..], Vec::as_slice);
        let mut seen = BTreeSet::new();
        let again = list.iter().position(|entry| !seen.insert(entry.to_string())).unwrap_or_default();
        let entry = list.get(again).map(shown).unwrap_or_default();
        Fault {
            pointer: below(error.instance_path().as_str(), &again.to_string()),
            anchor: PointerPart::Value,
            rule: "schema-unique",
            message: format!("{} lists {entry} twice", self.name(error)),
            help: Some("name each entry once".to_owned()),
        }
    }

    /// Returns the fault of a key that is not of the form its object asks for.
    fn misnamed(&self, object: &str, error: &ValidationError, inner: &ValidationError) -> Fault {
        let key = inner.instance().as_str().unwrap_or_default().to_owned();
        let said = self.said(inner);
        let of = match tokens(object).last() {
            Some(_) => format!(" as a name in {}", self.name(error)),
            None => String::new(),
        };
        Fault {
            pointer: below(object, &key),
            anchor: PointerPart::Key,
            rule: said.rule,
            message: said.message + &of,
            help: said.help,
        }
    }

    /// Returns what the value is called: its field, or an entry of the list it is in.
    fn name(&self, error: &ValidationError) -> String {
        let pointer = error.instance_path().as_str();
        let Some(last) = tokens(pointer).last() else {
            return self.root.to_owned();
        };
        let above = parent(pointer).unwrap_or_default();
        match self.document.pointer(above) {
            Some(Value::Array(_)) => match tokens(above).last() {
                Some(list) => format!("an entry of {}", quote(&list)),
                None => "an entry".to_owned(),
            },
            _ => quote(&last),
        }
    }

    /// Returns the reason that another field gives, to be put after the message.
    fn because(&self, error: &ValidationError) -> String {
        Condition::of(self.schema, error.schema_path().as_str())
            .and_then(|condition| condition.in_words(self.document, error.instance_path().as_str()))
            .map(|told| format!(", because {told}"))
            .unwrap_or_default()
    }
}

/// Returns the types that are allowed, in everyday words.
fn types(kind: &TypeKind) -> Vec<String> {
    let set = match kind {
        TypeKind::Single(json) => return vec![type_word(json.as_str()).to_owned()],
        TypeKind::Multiple(set) => set,
    };
    let words = set.iter().flat_map(|json| match json.as_str() {
        "boolean" => vec!["`true`", "`false`"],
        other => vec![type_word(other)],
    });
    words.map(str::to_owned).collect()
}

/// Returns what is wrong where no bound was crossed and no form missed.
fn other(name: &str, error: &ValidationError) -> String {
    match error.kind() {
        Kind::FalseSchema => format!("{name} must not be there"),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!("{name} fits none of the forms that are allowed")
        }
        Kind::OneOfMultipleValid { .. } => format!("{name} fits more than one of the forms that are allowed"),
        Kind::Contains => format!("{name} has no entry of the form that is asked for"),
        Kind::MultipleOf { multiple_of } => format!("{name} must be a multiple of {multiple_of}"),
        _ => format!("{name} is not as it should be: {}", visible(&error.masked_with("it").to_string())),
    }
}
