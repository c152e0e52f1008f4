//! Updates: what happened, one event each.

use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use super::{
    CallbackQuery, Chat, Message, Poll, PreCheckoutQuery, ShippingQuery, User, decode::Clipped,
};

/// One event.
///
/// [`Update::from_raw`] reads it from JSON text and gives up only where there is no id. Serializing
/// gives the form of the wire; an update of an unknown kind is written as it was received.
///
/// Source: docs.bale.ai, `Update`.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The id: each bot counts its own, one by one.
    pub update_id: i64,
    /// What happened.
    pub kind: UpdateKind,
}

/// What happened. Cheap to clone.
///
/// Source: docs.bale.ai, `Update`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum UpdateKind {
    /// A new message of any sort: joins, leaves, data of mini apps and receipts included.
    Message(Arc<Message>),
    /// A message was edited; this is its new version.
    EditedMessage(Arc<Message>),
    /// A button under a message was pressed.
    CallbackQuery(Arc<CallbackQuery>),
    /// A payment waits for approval, for 10 seconds.
    PreCheckoutQuery(Arc<PreCheckoutQuery>),
    /// A new post in a channel. Undocumented: expect posts as [`Message`](Self::Message).
    ChannelPost(Arc<Message>),
    /// A post in a channel was edited. Undocumented.
    EditedChannelPost(Arc<Message>),
    /// A question about shipping. Undocumented, legacy.
    ShippingQuery(Arc<ShippingQuery>),
    /// A poll changed. Undocumented, never seen.
    Poll(Arc<Poll>),
    /// A kind that this version does not know, or one that could not be read.
    Unknown(Arc<UnknownUpdate>),
}

/// An update that is kept as text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct UnknownUpdate {
    /// The kind: its key on the wire, or nothing if the update had none.
    pub kind: String,
    /// The whole JSON of the update, as it was received.
    pub raw: String,
    /// Why an update of a known kind could not be read; `None` for a kind that is not known.
    pub error: Option<String>,
}

/// Shows only the start of a long text. The reason may quote one too.
impl fmt::Debug for UnknownUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownUpdate")
            .field("kind", &Clipped(&self.kind))
            .field("raw", &Clipped(&self.raw))
            .field("error", &self.error.as_deref().map(Clipped))
            .finish()
    }
}

/// Calls another macro with the kinds of updates: key on the wire, variant, and type.
macro_rules! for_each_kind {
    ($callback:ident) => {
        $callback! {
            message: Message(Message),
            edited_message: EditedMessage(Message),
            callback_query: CallbackQuery(CallbackQuery),
            pre_checkout_query: PreCheckoutQuery(PreCheckoutQuery),
            channel_post: ChannelPost(Message),
            edited_channel_post: EditedChannelPost(Message),
            shipping_query: ShippingQuery(ShippingQuery),
            poll: Poll(Poll),
        }
    };
}

pub(super) use for_each_kind;

macro_rules! accessors {
    ($( $name:ident: $variant:ident($type:ident), )*) => {
        impl Update {
            $(
                #[doc = concat!("What is in `", stringify!($name), "`, if the update is of that kind.")]
                pub fn $name(&self) -> Option<&Arc<$type>> {
                    match &self.kind {
                        UpdateKind::$variant(content) => Some(content),
                        _ => None,
                    }
                }
            )*
        }

        impl UpdateKind {
            /// The key on the wire: `message`, `callback_query`, …
            pub fn name(&self) -> &str {
                match self {
                    $( Self::$variant(_) => stringify!($name), )*
                    Self::Unknown(unknown) => &unknown.kind,
                }
            }

            /// As [`name`](Self::name), but `unknown` for what is not known: one of a few names.
            pub(crate) fn label(&self) -> &'static str {
                match self {
                    $( Self::$variant(_) => stringify!($name), )*
                    Self::Unknown(_) => "unknown",
                }
            }
        }

        impl Serialize for Update {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if let Some(raw) = self.raw() {
                    return raw.serialize(serializer);
                }
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("update_id", &self.update_id)?;
                match &self.kind {
                    $( UpdateKind::$variant(content) => {
                        map.serialize_entry(stringify!($name), content.as_ref())?;
                    } )*
                    UpdateKind::Unknown(_) => {}
                }
                map.end()
            }
        }
    };
}

for_each_kind!(accessors);

impl Update {
    /// The chat it happened in, whatever the kind.
    pub fn chat(&self) -> Option<&Chat> {
        match &self.kind {
            UpdateKind::Message(message)
            | UpdateKind::EditedMessage(message)
            | UpdateKind::ChannelPost(message)
            | UpdateKind::EditedChannelPost(message) => Some(&message.chat),
            UpdateKind::CallbackQuery(query) => query.message.as_ref().map(|message| &message.chat),
            UpdateKind::PreCheckoutQuery(_)
            | UpdateKind::ShippingQuery(_)
            | UpdateKind::Poll(_)
            | UpdateKind::Unknown(_) => None,
        }
    }

    /// Who did it, whatever the kind.
    pub fn user(&self) -> Option<&User> {
        match &self.kind {
            UpdateKind::Message(message)
            | UpdateKind::EditedMessage(message)
            | UpdateKind::ChannelPost(message)
            | UpdateKind::EditedChannelPost(message) => message.from.as_ref(),
            UpdateKind::CallbackQuery(query) => Some(&query.from),
            UpdateKind::PreCheckoutQuery(query) => Some(&query.from),
            UpdateKind::ShippingQuery(query) => Some(&query.from),
            UpdateKind::Poll(_) | UpdateKind::Unknown(_) => None,
        }
    }

    /// The text of an update of an unknown kind, if it is JSON: text that broke off is not.
    fn raw(&self) -> Option<&RawValue> {
        match &self.kind {
            UpdateKind::Unknown(unknown) => serde_json::from_str(&unknown.raw).ok(),
            _ => None,
        }
    }
}

impl UpdateKind {
    /// Whether this is a new message.
    pub fn is_message_update(&self) -> bool {
        matches!(self, Self::Message(_))
    }

    /// Whether this is a press on a button.
    pub fn is_callback_update(&self) -> bool {
        matches!(self, Self::CallbackQuery(_))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    const CHAT: &str = r#"{"id":7,"type":""}"#;
    const USER: &str = r#"{"id":5,"is_bot":false,"first_name":""}"#;

    fn message() -> Arc<Message> {
        Arc::new(Message {
            message_id: 2,
            chat: Chat { id: 7, ..Chat::default() },
            from: Some(user()),
            ..Message::default()
        })
    }

    fn user() -> User {
        User { id: 5, ..User::default() }
    }

    /// An update of every kind, with its content as it is on the wire.
    fn every_kind() -> [(String, UpdateKind); 8] {
        let inner = format!(r#"{{"message_id":2,"date":0,"chat":{CHAT},"from":{USER}}}"#);
        let id = "9".to_owned();
        [
            (inner.clone(), UpdateKind::Message(message())),
            (inner.clone(), UpdateKind::EditedMessage(message())),
            (
                format!(r#"{{"id":"9","from":{USER},"message":{inner}}}"#),
                UpdateKind::CallbackQuery(Arc::new(CallbackQuery {
                    id: id.clone(),
                    from: user(),
                    message: Some(message()),
                    ..CallbackQuery::default()
                })),
            ),
            (
                format!(
                    r#"{{"id":"9","from":{USER},"currency":"","total_amount":0,"invoice_payload":""}}"#
                ),
                UpdateKind::PreCheckoutQuery(Arc::new(PreCheckoutQuery {
                    id: id.clone(),
                    from: user(),
                    ..PreCheckoutQuery::default()
                })),
            ),
            (inner.clone(), UpdateKind::ChannelPost(message())),
            (inner, UpdateKind::EditedChannelPost(message())),
            (
                format!(
                    r#"{{"id":"9","from":{USER},"invoice_payload":"","shipping_address":{{}}}}"#
                ),
                UpdateKind::ShippingQuery(Arc::new(ShippingQuery {
                    id: id.clone(),
                    from: user(),
                    ..ShippingQuery::default()
                })),
            ),
            (
                r#"{"id":"9"}"#.to_owned(),
                UpdateKind::Poll(Arc::new(Poll { id: Some(id), ..Poll::default() })),
            ),
        ]
    }

    #[test]
    fn every_kind_travels() {
        for (content, kind) in every_kind() {
            let json = format!(r#"{{"update_id":1,"{}":{content}}}"#, kind.name());
            travels(&json, &Update { update_id: 1, kind });
        }
    }

    #[test]
    fn every_kind_has_one_accessor() {
        let answers = every_kind().map(|(_, kind)| {
            let update = Update { update_id: 1, kind };
            let answering = [
                update.message().map(|_| "message"),
                update.edited_message().map(|_| "edited_message"),
                update.callback_query().map(|_| "callback_query"),
                update.pre_checkout_query().map(|_| "pre_checkout_query"),
                update.channel_post().map(|_| "channel_post"),
                update.edited_channel_post().map(|_| "edited_channel_post"),
                update.shipping_query().map(|_| "shipping_query"),
                update.poll().map(|_| "poll"),
            ];
            (update.kind.name().to_owned(), Vec::from_iter(answering.into_iter().flatten()))
        });
        for (name, answering) in answers {
            assert_eq!(answering, [name]);
        }
    }

    #[test]
    fn every_kind_tells_its_chat_and_user() {
        let places = every_kind().map(|(_, kind)| {
            let update = Update { update_id: 1, kind };
            (update.chat().map(|chat| chat.id), update.user().map(|user| user.id))
        });
        let (both, user, neither) = ((Some(7), Some(5)), (None, Some(5)), (None, None));
        assert_eq!(places, [both, both, both, user, both, both, user, neither]);
    }

    #[test]
    fn messages_and_presses_are_told_apart() {
        let told =
            every_kind().map(|(_, kind)| (kind.is_message_update(), kind.is_callback_update()));
        let (message, press, other) = ((true, false), (false, true), (false, false));
        assert_eq!(told, [message, other, press, other, other, other, other, other]);
    }

    #[test]
    fn an_unknown_kind_is_written_as_it_came() {
        let raw = r#"{"update_id":1, "story":{"b":1,"a":2}}"#;
        let update = Update::from_raw(raw).unwrap();
        assert_eq!(serde_json::to_string(&update).unwrap(), raw);
        assert_eq!((update.chat(), update.user(), update.kind.name()), (None, None, "story"));
    }

    #[test]
    fn text_that_broke_off_is_written_as_its_id() {
        let update = Update::from_raw(r#"{"update_id":1,"message":{"#).unwrap();
        assert_eq!(serde_json::to_string(&update).unwrap(), r#"{"update_id":1}"#);
    }
}
