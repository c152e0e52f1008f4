//! Several files that a user sends at once.

use serde::{Deserialize, Serialize};

use super::{ControlError, NewMedia, Saying, SentUpdate};
use crate::emulator::{core::Core, state::MediaKind, time::Time};

/// Files that a user sends at once, as an album.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with items, each as one of media")]
#[non_exhaustive]
pub struct NewAlbum {
    /// The files, of one person in one chat.
    pub items: Vec<NewMedia>,
}

impl NewAlbum {
    /// An album of these files, in this order.
    pub fn new(items: impl IntoIterator<Item = NewMedia>) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

/// The updates that an album became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SentAlbum {
    /// What its messages have in common.
    pub media_group_id: String,
    /// One for each file.
    pub updates: Vec<SentUpdate>,
}

impl Core {
    /// A user sends an album, whole or not at all.
    pub(crate) fn send_album(
        &mut self,
        now: Time,
        new: NewAlbum,
    ) -> Result<SentAlbum, ControlError> {
        check(&new.items)?;
        let sayings: Vec<Saying> = new.items.into_iter().map(|item| self.media(item)).collect();
        for saying in &sayings {
            self.admit(saying)?;
        }
        let media_group_id = self.world.new_album();
        let say = |saying| self.say(now, Saying { album: Some(media_group_id.clone()), ..saying });
        let updates = sayings.into_iter().map(say).collect::<Result<_, _>>()?;
        Ok(SentAlbum { media_group_id, updates })
    }
}

/// Source: docs.bale.ai#sendMediaGroup (documents and audio group with their own kind), official.
fn check(items: &[NewMedia]) -> Result<(), ControlError> {
    let [first, others @ ..] = items else {
        return Err(ControlError::new("items: expected two files or more, found none"));
    };
    if others.is_empty() {
        return Err(ControlError::new("items: expected two files or more, found one"));
    }
    let seen = |kind| matches!(kind, MediaKind::Photo | MediaKind::Video | MediaKind::Animation);
    for (place, item) in items.iter().enumerate() {
        if (item.chat_id, item.user_id) != (first.chat_id, first.user_id) {
            return Err(ControlError::new(format_args!(
                "items[{place}]: expected user {} in chat {}, found user {} in chat {}",
                first.user_id, first.chat_id, item.user_id, item.chat_id
            )));
        }
        let alone = matches!(item.kind, MediaKind::Voice | MediaKind::Sticker);
        if alone || item.kind != first.kind && !(seen(item.kind) && seen(first.kind)) {
            return Err(ControlError::new(format_args!(
                "items[{place}]: {} and {} make no album",
                first.kind.name(),
                item.kind.name()
            )));
        }
    }
    Ok(())
}
