//! A member of a chat with the bot that asked.

use std::{ops::Deref, sync::Arc};

use super::{User, user::UserData};
use crate::{client::Bot, types};

/// A member of a chat with the bot that asked.
#[derive(Clone)]
pub struct ChatMember {
    data: Arc<types::ChatMember>,
    pub(super) bot: Bot,
}

impl ChatMember {
    /// Binds a member to a bot.
    pub fn new(data: impl Into<Arc<types::ChatMember>>, bot: Bot) -> Self {
        Self { data: data.into(), bot }
    }

    /// Who it is.
    pub fn user(&self) -> User {
        User { data: UserData::Member(Arc::clone(&self.data)), bot: self.bot.clone() }
    }
}

impl Deref for ChatMember {
    type Target = types::ChatMember;

    fn deref(&self) -> &types::ChatMember {
        &self.data
    }
}
