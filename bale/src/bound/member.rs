//! People who come into a group, and who leave it.

use super::{Chat, Message, User};

/// People who came into a group: the message that tells of it.
#[derive(Debug, Clone)]
pub struct MemberJoin(Message);

impl MemberJoin {
    /// The join that a message tells of, if it does.
    pub fn of(message: &Message) -> Option<Self> {
        let users = message.new_chat_members.as_deref().unwrap_or_default();
        (!users.is_empty()).then(|| Self(message.clone()))
    }

    /// Who came: one or more. The bot itself may be among them.
    pub fn users(&self) -> impl Iterator<Item = User> {
        let users = self.0.new_chat_members.iter().flatten();
        users.map(|user| User::new(user.clone(), self.0.bot().clone()))
    }

    /// Who added them; nobody, if they came by themselves.
    pub fn added_by(&self) -> Option<User> {
        let author = self.0.author()?;
        let came = self.users().any(|user| user.id == author.id);
        (!came).then_some(author)
    }

    /// The message that tells of it.
    pub fn message(&self) -> &Message {
        &self.0
    }

    /// The group.
    pub fn chat(&self) -> Chat {
        self.0.chat()
    }
}

/// Somebody who left a group or was removed: the message that tells of it.
#[derive(Debug, Clone)]
pub struct MemberLeave {
    message: Message,
    user: User,
}

impl MemberLeave {
    /// The leave that a message tells of, if it does.
    pub fn of(message: &Message) -> Option<Self> {
        let user = message.left_chat_member.as_deref()?.clone();
        Some(Self { message: message.clone(), user: User::new(user, message.bot().clone()) })
    }

    /// Who is gone. It may be the bot itself.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Who removed them; nobody, if they left by themselves.
    pub fn removed_by(&self) -> Option<User> {
        self.message.author().filter(|author| author.id != self.user.id)
    }

    /// The message that tells of it.
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// The group.
    pub fn chat(&self) -> Chat {
        self.message.chat()
    }
}
