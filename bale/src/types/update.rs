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

/// Shows only the start of a long text.
impl fmt::Debug for UnknownUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownUpdate")
            .field("kind", &self.kind)
            .field("raw", &Clipped(&self.raw))
            .field("error", &self.error)
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
