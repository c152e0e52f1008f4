//! Which calls add messages to a chat: read off the encoded call, so that calls by name count too.

use std::{
    borrow::Cow,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::{Deserialize, de::IgnoredAny};

use super::bucket::Ticket;
use crate::client::transport::{Body, Call};

/// A chat as a call names it. One that is called both by id and by username is counted twice over.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ChatKey {
    Id(i64),
    /// The hash of a username, so that the key is small and copied without allocating.
    Username(u64),
}

impl fmt::Debug for ChatKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Username(_) => f.write_str("@…"),
        }
    }
}

impl ChatKey {
    /// The chat that a call is about.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        let Body::Json(json) = &call.body else {
            return field(&call.body, "chat_id").map(Self::parse);
        };
        match leading_id(json) {
            Some(id) => Some(Self::Id(id)),
            None => match serde_json::from_slice::<Addressed<'_>>(json).ok()?.chat_id? {
                Address::Id(id) => Some(Self::Id(id)),
                Address::Text(text) => Some(Self::parse(&text)),
            },
        }
    }

    pub(crate) fn id(self) -> Option<i64> {
        match self {
            Self::Id(id) => Some(id),
            Self::Username(_) => None,
        }
    }

    fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(id) => Self::Id(id),
            Err(_) => {
                let mut hasher = DefaultHasher::new();
                text.to_ascii_lowercase().hash(&mut hasher);
                Self::Username(hasher.finish())
            }
        }
    }
}

/// A parameter of a form, as text.
fn field<'b>(body: &'b Body, name: &str) -> Option<&'b str> {
    let fields = match body {
        Body::Json(_) => return None,
        Body::Form(fields) => fields,
        Body::Multipart(multipart) => &multipart.fields,
    };
    fields.iter().find(|(found, _)| found == name).map(|(_, value)| &**value)
}

#[derive(Deserialize)]
struct Addressed<'a> {
    #[serde(borrow)]
    chat_id: Option<Address<'a>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Address<'a> {
    Id(i64),
    Text(#[serde(borrow)] Cow<'a, str>),
}

/// The id of a call that begins with it, as those of our own methods do, without reading the rest.
fn leading_id(json: &[u8]) -> Option<i64> {
    let rest = json.strip_prefix(br#"{"chat_id":"#)?;
    let end = rest.iter().position(|byte| matches!(byte, b',' | b'}'))?;
    std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

/// A call that adds messages to a chat.
#[derive(Debug)]
pub(crate) struct Post {
    pub(super) chat: ChatKey,
    /// How many messages it adds.
    pub(super) cost: usize,
    pub(super) low: bool,
    /// Its place in the order of the chat, once it has one.
    pub(super) ticket: Option<Ticket>,
}

impl Post {
    /// `chat`: what the call is about.
    pub(crate) fn of(call: &Call, chat: Option<ChatKey>, low: bool) -> Option<Self> {
        if !posts(call.method) {
            return None;
        }
        let cost = if call.method == "sendMediaGroup" { album(&call.body) } else { 1 };
        Some(Self { chat: chat?, cost, low, ticket: None })
    }
}

fn posts(method: &str) -> bool {
    match method {
        "sendChatAction" => false,
        "forwardMessage" | "copyMessage" => true,
        _ => method.starts_with("send"),
    }
}

/// How many messages an album is. That Bale counts each is not documented; fewer would be a guess that
/// costs a 429.
fn album(body: &Body) -> usize {
    #[derive(Deserialize)]
    struct Album {
        media: Vec<IgnoredAny>,
    }
    let media = match body {
        Body::Json(json) => serde_json::from_slice::<Album>(json).map(|album| album.media),
        _ => serde_json::from_str::<Vec<IgnoredAny>>(field(body, "media").unwrap_or_default()),
    };
    media.map_or(1, |media| media.len().max(1))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn call(method: &'static str, json: &'static str) -> Call {
        Call::new(method, Body::Json(json.into()), Duration::ZERO)
    }

    fn chat(json: &'static str) -> Option<ChatKey> {
        ChatKey::of(&call("x", json))
    }

    #[test]
    fn the_chat_of_a_call() {
        let id = Some(ChatKey::Id(5_000_000_000));
        assert_eq!(chat(r#"{"chat_id":5000000000,"text":"x"}"#), id);
        assert_eq!(chat(r#"{"chat_id":5000000000}"#), id);
        assert_eq!(chat(r#"{"chat_id":"5000000000","action":"typing"}"#), id);
        assert_eq!(chat(r#"{ "text": "{\"chat_id\":1}", "chat_id": 5000000000 }"#), id);
        assert_eq!(chat(r#"{"chat_id":"@News"}"#), Some(ChatKey::parse("@news")));
        assert_ne!(chat(r#"{"chat_id":"@news"}"#), chat(r#"{"chat_id":"@new"}"#));
        for none in
            ["", "[]", "{}", r#"{"chat_id":null}"#, r#"{"chat_id":[1]}"#, r#"{"chat_id":1.5}"#]
        {
            assert_eq!(chat(none), None, "{none}");
        }
    }

    #[test]
    fn what_counts_as_how_many_messages() {
        let cost = |method, json| {
            let call = call(method, json);
            Post::of(&call, ChatKey::of(&call), false).map(|post| post.cost)
        };
        let json = r#"{"chat_id":1,"media":[{"media":[]},{},{}]}"#;
        assert_eq!(cost("sendMessage", json), Some(1));
        assert_eq!(cost("copyMessage", json), Some(1));
        assert_eq!(cost("sendMediaGroup", json), Some(3));
        assert_eq!(cost("sendMediaGroup", r#"{"chat_id":1}"#), Some(1));
        assert_eq!(cost("sendChatAction", json), None);
        assert_eq!(cost("editMessageText", json), None);
        assert_eq!(cost("sendMessage", "{}"), None);
    }

    #[test]
    fn forms_count_too() {
        let form = |method, fields: &[(&'static str, &str)]| {
            let fields = fields.iter().map(|(name, value)| ((*name).into(), (*value).to_owned()));
            let call = Call::new(method, Body::Form(fields.collect()), Duration::ZERO);
            Post::of(&call, ChatKey::of(&call), false).map(|post| (post.chat, post.cost))
        };
        let album = [("chat_id", "5"), ("media", "[{},{}]")];
        assert_eq!(form("sendMediaGroup", &album), Some((ChatKey::Id(5), 2)));
        assert_eq!(form("sendPhoto", &[("chat_id", "@a")]), Some((ChatKey::parse("@a"), 1)));
        assert_eq!(form("sendPhoto", &[("photo", "x")]), None);
    }
}
