//! People come and go, by themselves or by the bot's doing, and the bot hears of it.

use super::{
    control::SentUpdate,
    core::Core,
    state::{ChatType, Content, Draft, Standing},
    time::Time,
};

impl Core {
    /// `user_id` becomes a member by the doing of `by`. Whoever is in the chat keeps their standing.
    pub(crate) fn enter(
        &mut self,
        now: Time,
        chat_id: i64,
        user_id: i64,
        by: i64,
    ) -> Option<SentUpdate> {
        let chat = self.world.chat_by_id_mut(chat_id)?;
        chat.members.entry(user_id).or_insert(Standing::Member);
        self.announce(now, chat_id, by, Content::Joined(vec![user_id]))
    }

    /// `user_id` is in the chat no more, by the doing of `by`; `banned` keeps them out.
    pub(crate) fn exit(
        &mut self,
        now: Time,
        chat_id: i64,
        user_id: i64,
        by: i64,
        banned: bool,
    ) -> Option<SentUpdate> {
        let chat = self.world.chat_by_id_mut(chat_id)?;
        let was_there = chat.has(user_id);
        if banned {
            chat.members.insert(user_id, Standing::Banned);
        } else {
            chat.members.remove(&user_id);
        }
        if !was_there {
            return None;
        }
        self.announce(now, chat_id, by, Content::Left(user_id))
    }

    /// Writes a service message into a group. The bot hears of what happens to itself too, unless it left by
    /// its own will. Channels have none for coming and going, as in Telegram (inferred).
    ///
    /// Source: docs.bale.ai#message (`new_chat_members`, `left_chat_member`), official.
    fn announce(
        &mut self,
        now: Time,
        chat_id: i64,
        by: i64,
        content: Content,
    ) -> Option<SentUpdate> {
        let bot = self.bot().id;
        let unheard = content == Content::Left(bot) && by == bot;
        let chat = self.world.chat_by_id_mut(chat_id)?;
        if chat.kind != ChatType::Group {
            return None;
        }
        let message_id = chat.post(now, Draft::new(by, content));
        (!unheard).then(|| self.push_message(now, "message", chat_id, message_id))
    }
}
