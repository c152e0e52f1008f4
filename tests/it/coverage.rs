//! Everything that `tests/fixtures/bale-bot-api.json` and `seed.txt` list has a counterpart, or is named here
//! with the reason why not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use bale::{methods, types};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    porting,
    wire::{Wire, calls},
};

#[derive(Deserialize)]
pub(crate) struct Api {
    methods: Vec<MethodEntry>,
    pub(crate) types: Vec<TypeEntry>,
    enums: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct MethodEntry {
    name: String,
    params: Vec<Field>,
    returns: String,
}

#[derive(Deserialize)]
pub(crate) struct TypeEntry {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    #[serde(default)]
    pub(crate) union: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    required: bool,
}

pub(crate) fn api() -> Api {
    serde_json::from_str(include_str!("../fixtures/bale-bot-api.json")).unwrap()
}

/// Methods and types with what they have, a line each: `deleteMessage chat_id:Integer|String message_id:Integer`.
pub(crate) fn known_lines() -> BTreeSet<String> {
    let kind = |kind: &str| {
        let one = kind.replace("Array of ", "");
        let lists = "[]".repeat(kind.matches("Array of ").count());
        format!("{}{lists}", one.replace(" or ", "|"))
    };
    let line = |name: &str, fields: &[Field]| {
        let fields = fields.iter().map(|field| format!(" {}:{}", field.name, kind(&field.kind)));
        fields.fold(name.to_owned(), |line, field| line + &field)
    };
    let api = api();
    let methods = api.methods.iter().map(|method| line(&method.name, &method.params));
    methods.chain(api.types.iter().map(|entry| line(&entry.name, &entry.fields))).collect()
}

/// No Bale source has the first; the server is said to refuse the others. `Bot::call` reaches them.
const NO_ROW: [&str; 4] =
    ["answerShippingQuery", "setMyCommands", "getMyCommands", "deleteMyCommands"];

/// The names of the parameters of a call that was written down.
fn parameters(request: &str) -> (String, Vec<String>) {
    let (head, body) = request.split_once('\n').unwrap();
    let (method, content_type) = head.split_once(' ').unwrap();
    let names: Vec<String> = match content_type {
        "application/json" => {
            let body: Map<String, Value> = serde_json::from_str(body).unwrap();
            body.into_iter().map(|(name, _)| name).collect()
        }
        "application/x-www-form-urlencoded" => {
            body.split('&').map(|pair| pair.split('=').next().unwrap().to_owned()).collect()
        }
        _ => {
            let names = body.split("form-data; name=\"").skip(1);
            let names = names.map(|part| part.split('"').next().unwrap().to_owned());
            // A file of a list is no parameter: the list refers to it.
            names.filter(|name| !body.contains(&format!("attach://{name}\""))).collect()
        }
    };
    (method.to_owned(), names)
}

/// Prints what there is of all there should be, and fails if something is missing.
fn report(what: &str, all: usize, missing: &[String]) {
    println!("{what}: {} of {all}", all - missing.len());
    assert!(missing.is_empty(), "{what} without a counterpart: {missing:#?}");
}

#[tokio::test]
async fn every_method_and_parameter_has_a_counterpart() {
    let (bot, wire) = Wire::bot();
    let mut ours: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (call, _) in calls(&bot) {
        call.await.unwrap_err();
        for request in wire.take() {
            let (method, names) = parameters(&request);
            ours.entry(method).or_default().extend(names);
        }
    }
    let (mut missing, mut missing_parameters) = (Vec::new(), Vec::new());
    let (mut count, mut parameters) = (0, 0);
    for MethodEntry { name, params, .. } in api().methods {
        if NO_ROW.contains(&name.as_str()) {
            continue;
        }
        count += 1;
        parameters += params.len();
        let Some(mut names) = ours.remove(&name) else {
            missing.push(name);
            continue;
        };
        for parameter in params {
            if !names.remove(&parameter.name) {
                missing_parameters.push(format!("{name}.{}", parameter.name));
            }
        }
        assert!(names.is_empty(), "{name} has parameters that no source knows: {names:?}");
    }
    report("methods", count, &missing);
    report("parameters", parameters, &missing_parameters);
    assert!(ours.is_empty(), "methods that no source knows: {:?}", ours.keys());
    assert_eq!(methods::ALL.len(), count);
}

/// A type's counterpart: reads a value and writes it again, on the wire and for a person.
pub(crate) type Through = fn(&str) -> Result<(Value, String), serde_json::Error>;

fn through<T>(json: &str) -> Result<(Value, String), serde_json::Error>
where
    T: DeserializeOwned + Serialize + Debug,
{
    let value: T = serde_json::from_str(json)?;
    Ok((serde_json::to_value(&value)?, format!("{value:?}")))
}

macro_rules! counterparts {
    ($($name:ident $(=> $type:ty)?),* $(,)?) => {
        /// The counterparts of the types, by name.
        pub(crate) fn counterparts() -> BTreeMap<&'static str, Through> {
            BTreeMap::from([$( (stringify!($name), counterparts!(@ $name $(=> $type)?)) ),*])
        }
    };
    (@ $name:ident) => { through::<types::$name> as Through };
    (@ $name:ident => $type:ty) => { through::<$type> as Through };
}

counterparts! {
    ResponseParameters, Update, WebhookInfo, User, Chat, ChatFullInfo, ChatPhoto, Message, MessageId,
    MessageEntity, ForwardOrigin, PhotoSize, Animation, Audio, Document, Video, Voice, Sticker, StickerSet,
    InputSticker, File, InputFile, Contact, Location, Poll, PollOption, CallbackQuery, ReplyMarkup,
    InlineKeyboardMarkup, InlineKeyboardButton, ReplyKeyboardMarkup, KeyboardButton, ReplyKeyboardRemove,
    WebAppInfo, CopyTextButton, WebAppData, ChatMember, ChatPermissions, ChatInviteLink, InputMedia,
    LabeledPrice, Invoice, PreCheckoutQuery, SuccessfulPayment, OrderInfo, ShippingAddress, ShippingQuery,
    Transaction, BotCommand, WebAppInitData, WebAppUser,
    // One type with every right: statuses that nobody documents carry rights too.
    ChatMemberOwner => types::ChatMember,
    ChatMemberAdministrator => types::ChatMember,
    ChatMemberMember => types::ChatMember,
    ChatMemberRestricted => types::ChatMember,
    // The type inside the enumeration has no `type` of its own.
    InputMediaPhoto => types::InputMedia,
    InputMediaVideo => types::InputMedia,
    InputMediaAnimation => types::InputMedia,
    InputMediaAudio => types::InputMedia,
    InputMediaDocument => types::InputMedia,
}

/// Its fields are read where they arrive and never given out as they are: see
/// [`the_envelope_of_an_answer_is_read`].
pub(crate) const ENVELOPE: &str = "ApiResponse";

/// The phone services are another API at another host with keys of their own.
pub(crate) fn of_phone_services(name: &str) -> bool {
    name.starts_with("Safir") || name.starts_with("Otp")
}

impl Api {
    pub(crate) fn find(&self, name: &str) -> Option<&TypeEntry> {
        self.types.iter().find(|entry| entry.name == name)
    }

    /// A value of a type of the page.
    fn sample(&self, within: &str, field: &Field) -> Value {
        // What a type is told by must be right.
        if field.name == "type" && within.starts_with("InputMedia") {
            let kind = within.trim_start_matches("InputMedia").to_lowercase();
            return Value::String(if kind.is_empty() { "photo".to_owned() } else { kind });
        }
        self.sample_of(&field.kind)
    }

    fn sample_of(&self, kind: &str) -> Value {
        if let Some(item) = kind.strip_prefix("Array of ") {
            return json!([self.sample_of(item)]);
        }
        // Ids that come as a number or a text are kept as text.
        if kind.split(" or ").any(|kind| kind == "String") {
            return json!("4:12");
        }
        match kind {
            "Integer" => json!(5_000_000_000_i64),
            "Float" => json!(1.5),
            "Boolean" | "True" => json!(true),
            "Any" | "Object" => json!({"a": 1}),
            kind => self.least(kind),
        }
    }

    /// A value with nothing but what it must have.
    fn least(&self, name: &str) -> Value {
        let entry = self.find(name).unwrap_or_else(|| panic!("`{name}` is no type of the page"));
        match entry.union.first() {
            Some(first) if entry.fields.is_empty() => self.least(first),
            _ => self.with(entry, None),
        }
    }

    /// A value with what it must have and one field more.
    fn with(&self, entry: &TypeEntry, more: Option<&Field>) -> Value {
        let wanted =
            |field: &&Field| field.required || more.is_some_and(|more| more.name == field.name);
        let fields = entry.fields.iter().filter(wanted);
        fields.map(|field| (field.name.clone(), self.sample(&entry.name, field))).collect()
    }
}

/// Whether everything of `given` is in `kept`.
fn is_kept(given: &Value, kept: &Value) -> bool {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => given
            .iter()
            .all(|(name, value)| kept.get(name).is_some_and(|kept| is_kept(value, kept))),
        (Value::Array(given), Value::Array(kept)) => {
            given.len() == kept.len() && given.iter().zip(kept).all(|(a, b)| is_kept(a, b))
        }
        (given, kept) => given == kept,
    }
}

/// Fields of a type that do not survive being read and written.
fn lost_fields(api: &Api, entry: &TypeEntry, through: Through) -> Vec<String> {
    let lost = entry.fields.iter().filter(|field| {
        // A field at a time: an update has one kind, a button one action.
        let given = api.with(entry, Some(field));
        !through(&given.to_string()).is_ok_and(|(kept, _)| is_kept(&given, &kept))
    });
    lost.map(|field| format!("{}.{}", entry.name, field.name)).collect()
}

#[test]
fn every_type_and_field_has_a_counterpart() {
    let api = api();
    let counterparts = counterparts();
    let (mut missing, mut lost) = (Vec::new(), Vec::new());
    let (mut count, mut fields) = (0, 0);
    for entry in &api.types {
        if of_phone_services(&entry.name) || entry.name == ENVELOPE {
            continue;
        }
        count += 1;
        fields += entry.fields.len();
        match counterparts.get(entry.name.as_str()) {
            Some(through) => lost.extend(lost_fields(&api, entry, *through)),
            None => missing.push(entry.name.clone()),
        }
    }
    report("types", count, &missing);
    report("fields", fields, &lost);
    for entry in &api.types {
        for name in &entry.union {
            let through = counterparts[entry.name.as_str()];
            let given = api.least(name);
            let (kept, _) = through(&given.to_string()).unwrap();
            assert!(is_kept(&given, &kept), "{name} as {}: {given} became {kept}", entry.name);
        }
    }
}

#[tokio::test]
async fn every_answer_is_read() {
    let api = api();
    let returned: BTreeMap<_, _> =
        api.methods.iter().map(|entry| (entry.name.as_str(), &entry.returns)).collect();
    let (mut read, mut refused) = (0, Vec::new());
    let (bot, _) = Wire::bot();
    for (index, (_, request)) in calls(&bot).into_iter().enumerate() {
        let name = request.split(' ').next().unwrap();
        for kind in returned[name].split(" or ") {
            let answer = json!({"ok": true, "result": api.sample_of(kind)});
            let (bot, _) = Wire::answering(answer.to_string());
            let (call, _) = calls(&bot).swap_remove(index);
            read += 1;
            refused.extend(call.await.err().map(|error| format!("{kind}: {error}")));
        }
    }
    report("answers", read, &refused);
}

// The call that is told to wait is made again.
#[tokio::test(start_paused = true)]
async fn the_envelope_of_an_answer_is_read() {
    let (bot, _) = Wire::answering(r#"{"ok":true,"result":5,"description":"fine"}"#);
    assert_eq!(bot.get_chat_members_count(7).await.unwrap(), 5);
    let (bot, _) = Wire::answering(
        r#"{"ok":false,"error_code":429,"description":"slow","parameters":{"retry_after":3}}"#,
    );
    let error = bot.get_me().await.unwrap_err();
    let retry_after = error.retry_after().map(|pause| pause.as_secs());
    assert_eq!(
        (error.code(), error.description(), retry_after),
        (Some(429), Some("slow"), Some(3))
    );
}

#[test]
fn every_value_of_an_enumeration_has_a_counterpart() {
    macro_rules! values {
        ($($name:ident),*) => { BTreeMap::from([$(
            (stringify!($name), (|value| {
                matches!(types::$name::from(value), types::$name::Other(_))
            }) as fn(&str) -> bool)
        ),*]) };
    }
    let is_unknown = values!(
        ChatType,
        ChatAction,
        ChatMemberStatus,
        MessageEntityType,
        StickerType,
        InputMediaType,
        TransactionStatus,
        InvoiceClosedStatus,
        Currency,
        PollType
    );
    let (mut count, mut missing) = (0, Vec::new());
    for (name, values) in api().enums {
        count += values.len();
        let is_unknown = is_unknown.get(name.as_str()).copied().unwrap_or(|_| true);
        let unknown = values.iter().filter(|value| is_unknown(value));
        missing.extend(unknown.map(|value| format!("{name}: {value}")));
    }
    report("values", count, &missing);
}

#[test]
fn every_item_of_the_seed_has_a_line() {
    let (all, with_a_line) = porting::items();
    let missing = all.iter().filter(|item| !with_a_line.contains(item));
    report(
        "items of python-bale-bot",
        all.len(),
        &missing.map(ToString::to_string).collect::<Vec<_>>(),
    );
}
