//! `tests/fixtures/types` has a file for every type of the page: named variations of its JSON, each with its
//! source, what must be seen in our value, and what must be written of it.
//!
//! | key | what it says |
//! |---|---|
//! | `source` | who says that it looks so |
//! | `json` | what arrives |
//! | `reads` | pieces of the value's `Debug`, which has the names and values that a bot's author sees |
//! | `writes` | what is written of it; `json` itself if not given |
//! | `refused` | a piece of the error, where nothing must be read |

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    coverage::{Api, ENVELOPE, TypeEntry, api, counterparts, of_phone_services},
    wire::Wire,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variation {
    source: String,
    json: Box<RawValue>,
    #[serde(default)]
    reads: Vec<String>,
    writes: Option<Value>,
    refused: Option<String>,
}

type Variations = BTreeMap<String, Variation>;

/// All files, by the name of the type.
fn fixtures() -> BTreeMap<String, Variations> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/types");
    let files = fs::read_dir(folder).expect("the folder is there").map(|file| {
        let path = file.expect("a file").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&path).expect("a text");
        (name, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}")))
    });
    files.collect()
}

/// Spellings of fields that are read too, and the ones of the page. Only [`TypeEntry::field`] knows which of
/// the two a type has.
const SPELLINGS: [(&str, &str); 4] = [
    ("thumb", "thumbnail"),
    ("thumbnail", "thumb"),
    ("edite_date", "edit_date"),
    ("post_cod", "post_code"),
];

impl TypeEntry {
    /// The field that a key of the wire stands for: its name on the page, and its type there.
    fn field(&self, key: &str) -> Option<(&str, &str)> {
        let known = |key: &str| self.fields.iter().find(|field| field.name == key);
        let usual = || SPELLINGS.iter().find(|(other, _)| *other == key);
        let field = known(key).or_else(|| known(usual()?.1))?;
        Some((&field.name, &field.kind))
    }
}

/// Compares what was given with what was written of it, along the types of the page.
struct Comparison<'a> {
    api: &'a Api,
    breaches: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn breach(&mut self, place: &str, what: &str) {
        self.breaches.push(format!("{place}: {what}"));
    }

    /// Every field of the page that was given is there again.
    fn kept(&mut self, place: &str, kind: &str, given: &Value, written: &Value) {
        if let (Some(item), Some(given)) = (kind.strip_prefix("Array of "), given.as_array()) {
            let Some(written) = written.as_array().filter(|written| written.len() == given.len())
            else {
                return self.breach(place, &format!("{given:?} became {written}"));
            };
            for (given, written) in given.iter().zip(written) {
                self.kept(place, item, given, written);
            }
            return;
        }
        match (self.api.find(kind), given) {
            (Some(_), Value::Object(given)) => {
                let entry = self.entry(kind, given.keys());
                for (key, value) in given.iter().filter(|(_, value)| !value.is_null()) {
                    let Some((name, kind)) = entry.field(key) else { continue };
                    let place = format!("{place}.{key}");
                    match written.get(name) {
                        Some(written) => self.kept(&place, kind, value, written),
                        None => self.breach(&place, "lost"),
                    }
                }
            }
            // Another form of the whole, as a string for a button: `writes` says what becomes of it.
            (Some(_), _) => {}
            (None, _) => {
                let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
                let same = match kind {
                    "Float" => given.as_f64() == written.as_f64(),
                    kind if kind.contains(" or ") => text(given) == text(written),
                    _ => given == written,
                };
                if !same {
                    self.breach(place, &format!("{given} became {written}"));
                }
            }
        }
    }

    /// What is written has the types of the page, and only fields of the page.
    fn of_kind(&mut self, place: &str, kind: &str, value: &Value) {
        if let (Some(item), Some(items)) = (kind.strip_prefix("Array of "), value.as_array()) {
            items.iter().for_each(|value| self.of_kind(place, item, value));
            return;
        }
        let fits = kind.split(" or ").any(|kind| match kind {
            "Integer" => value.is_i64(),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "True" => *value == true,
            "String" | "InputFile" => value.is_string(),
            "Object" => value.is_object(),
            "Any" => true,
            kind => self.api.find(kind).is_some() && value.is_object(),
        });
        if !fits {
            return self.breach(place, &format!("expected {kind}, found {value}"));
        }
        if let (Some(_), Value::Object(fields)) = (self.api.find(kind), value) {
            let entry = self.entry(kind, fields.keys());
            for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                let place = format!("{place}.{key}");
                match entry.fields.iter().find(|field| field.name == *key) {
                    Some(field) => self.of_kind(&place, &field.kind, value),
                    None => self.breach(&place, "no field of the page"),
                }
            }
        }
    }

    /// The type, or of a union the member that knows most of the keys.
    fn entry<'k>(
        &self,
        kind: &str,
        keys: impl Iterator<Item = &'k String> + Clone,
    ) -> &'a TypeEntry {
        let api = self.api;
        let entry = api.find(kind).expect("it was found before");
        let members = entry.union.iter().filter_map(|name| api.find(name));
        let known =
            |entry: &&TypeEntry| keys.clone().filter(|key| entry.field(key).is_some()).count();
        members.max_by_key(known).unwrap_or(entry)
    }
}

/// What a type of the page does with a variation.
type Outcome = Result<(String, Option<Value>), String>;

/// The envelope is read by the client, around any answer.
async fn enveloped(json: &str) -> Outcome {
    let (bot, _) = Wire::answering(json);
    let answer: Result<Value, _> = bot.call("getMe", &BTreeMap::<String, Value>::new()).await;
    Ok((format!("{answer:?}"), None))
}

#[tokio::test(start_paused = true)]
async fn every_type_has_fixtures_and_loses_nothing() {
    let api = api();
    let counterparts = counterparts();
    let fixtures = fixtures();
    let mut breaches = Vec::new();
    let (mut variations, mut refused, mut seen) = (0, 0, 0);
    for (name, variation) in
        fixtures.iter().flat_map(|(name, all)| all.iter().map(move |variation| (name, variation)))
    {
        let (title, Variation { source, json, reads, writes, refused: refusal }) = variation;
        let mut comparison = Comparison { api: &api, breaches: Vec::new() };
        let place = format!("{name} ({title}, {source})");
        variations += 1;
        seen += reads.len();
        let outcome = match counterparts.get(name.as_str()) {
            Some(through) => through(json.get())
                .map(|(written, debug)| (debug, Some(written)))
                .map_err(|error| error.to_string()),
            None if name == ENVELOPE => enveloped(json.get()).await,
            None => Ok((String::new(), None)),
        };
        match (outcome, refusal) {
            (Err(error), Some(refusal)) if error.contains(refusal) => refused += 1,
            (Err(error), _) => comparison.breach(&place, &format!("not read: {error}")),
            (Ok((debug, _)), Some(_)) => comparison.breach(&place, &format!("read as {debug}")),
            (Ok((debug, written)), None) => {
                if written.is_some() && reads.is_empty() {
                    comparison.breach(&place, "`reads` nothing");
                }
                for piece in reads.iter().filter(|piece| !debug.contains(*piece)) {
                    comparison.breach(&place, &format!("expected `{piece}` in {debug}"));
                }
                let given: Value = serde_json::from_str(json.get()).expect("it was read before");
                let written = written.unwrap_or_else(|| given.clone());
                let expected = writes.as_ref().unwrap_or(&given);
                if written != *expected {
                    comparison.breach(&place, &format!("expected {expected}, wrote {written}"));
                }
                comparison.kept(&place, name, &given, &written);
                // An update of an unknown kind is written as it came.
                if !debug.contains("Unknown(") {
                    comparison.of_kind(&place, name, &written);
                }
            }
        }
        breaches.append(&mut comparison.breaches);
    }
    let fields = api.types.iter().map(|entry| entry.fields.len()).sum::<usize>();
    println!(
        "{} types, {fields} fields, {variations} variations: {seen} values seen, {refused} refused",
        fixtures.len()
    );
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn every_field_is_given_left_out_and_null_somewhere() {
    let api = api();
    let fixtures = fixtures();
    let mut breaches = Vec::new();
    for entry in &api.types {
        let name = &entry.name;
        let Some(variations) = fixtures.get(name) else {
            breaches.push(format!("{name}: no tests/fixtures/types/{name}.json"));
            continue;
        };
        if !of_phone_services(name) && name != ENVELOPE && !counterparts().contains_key(&**name) {
            breaches.push(format!("{name}: no type of ours"));
        }
        for field in &entry.fields {
            let states: BTreeSet<_> = variations
                .values()
                .filter_map(|variation| {
                    let json: Value = serde_json::from_str(variation.json.get()).ok()?;
                    Some(match json.as_object()?.get(&field.name) {
                        None => "left out",
                        Some(Value::Null) => "null",
                        Some(_) => "given",
                    })
                })
                .collect();
            for state in ["given", "left out", "null"] {
                if !states.contains(state) {
                    breaches.push(format!("{name}.{} is never {state}", field.name));
                }
            }
        }
    }
    let known: BTreeSet<_> = api.types.iter().map(|entry| &entry.name).collect();
    let strange = fixtures.keys().filter(|name| !known.contains(name));
    breaches.extend(strange.map(|name| format!("{name} is no type of the page")));
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}
