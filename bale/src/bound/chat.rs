//! A chat with its bot.

use std::{ops::Deref, sync::Arc};

use super::{Message, User};
use crate::{
    client::{Awaited, Bot, Request, WaitFor},
    methods::{
        BanChatMember, CreateChatInviteLink, DeleteChatPhoto, ExportChatInviteLink, GetChat,
        GetChatAdministrators, GetChatMember, GetChatMembersCount, InviteUser, LeaveChat,
        PinChatMessage, PromoteChatMember, RestrictChatMember, RevokeChatInviteLink,
        SendChatAction, SendMessage, SetChatDescription, SetChatPhoto, SetChatTitle,
        UnbanChatMember, UnpinAllChatMessages, UnpinChatMessage,
    },
    types::{self, ChatAction, ChatPermissions, InputFile},
};

/// A chat with its bot.
#[derive(Clone)]
pub struct Chat {
    pub(super) data: ChatData,
    pub(super) bot: Bot,
}

/// Chats come inside messages; sharing the message is cheaper than copying the chat out of it.
#[derive(Clone)]
pub(super) enum ChatData {
    Own(Arc<types::Chat>),
    Of(Arc<types::Message>),
}

impl Chat {
    /// Binds a chat to its bot.
    pub fn new(data: impl Into<Arc<types::Chat>>, bot: Bot) -> Self {
        Self { data: ChatData::Own(data.into()), bot }
    }

    /// The pinned message, where the server says it.
    pub fn pinned_message(&self) -> Option<Message> {
        let data = self.pinned_message.as_ref()?;
        Some(Message::new(Arc::clone(data), self.bot.clone()))
    }

    /// Waits for the next update of a kind from anybody in this chat. It goes to nobody else.
    pub fn wait_for<T: Awaited>(&self) -> WaitFor<T> {
        self.bot.wait_for().in_chat(self.id)
    }
}

/// The calls about a chat: the function, the one of [`Bot`], its method, and its arguments after the chat.
macro_rules! verbs {
    ($(
        $(#[doc = $doc:expr])*
        $verb:ident $call:ident $method:ident($($argument:ident: $kind:ty),*);
    )*) => {
        impl Chat {
            $(
                $(#[doc = $doc])*
                ///
                #[doc = concat!("[`Bot::", stringify!($call), "`] says more.")]
                pub fn $verb(&self, $($argument: $kind),*) -> Request<$method> {
                    self.bot.$call(self.id, $($argument),*)
                }
            )*
        }
    };
}

verbs! {
    /// Sends a text.
    send send_message SendMessage(text: impl Into<String>);

    /// Shows what the bot is doing, for 6 seconds at most.
    send_action send_chat_action SendChatAction(action: impl Into<ChatAction>);

    /// Asks for all that is known of the chat.
    get_info get_chat GetChat();

    /// Makes the bot leave the group or channel.
    leave leave_chat LeaveChat();

    /// Describes a member, if the bot is an administrator.
    get_member get_chat_member GetChatMember(user_id: i64);

    /// Counts the members.
    get_members_count get_chat_members_count GetChatMembersCount();

    /// Lists the administrators, the owner among them.
    get_administrators get_chat_administrators GetChatAdministrators();

    /// Bans a user, if the bot is an administrator.
    ban_member ban_chat_member BanChatMember(user_id: i64);

    /// Lifts a ban. A user who is not banned is removed from the chat, unless
    /// [`only_if_banned(true)`](Request::only_if_banned) is set.
    unban_member unban_chat_member UnbanChatMember(user_id: i64);

    /// Limits what a member may do. Undocumented, and nobody saw it work.
    restrict_member restrict_chat_member
        RestrictChatMember(user_id: i64, permissions: impl Into<ChatPermissions>);

    /// Makes a user an administrator with the rights that are set on the request; without any, an ordinary
    /// member again.
    promote_member promote_chat_member PromoteChatMember(user_id: i64);

    /// Adds a user to the group or channel. Undocumented: the older documentation had it.
    invite_user invite_user InviteUser(user_id: i64);

    /// Renames the group or channel.
    set_title set_chat_title SetChatTitle(title: impl Into<String>);

    /// Sets the description of the group or channel.
    set_description set_chat_description SetChatDescription(description: impl Into<String>);

    /// Sets the photo of the group or channel: an upload of at most 10 MB.
    set_photo set_chat_photo SetChatPhoto(photo: impl Into<InputFile>);

    /// Removes the photo of the group or channel.
    delete_photo delete_chat_photo DeleteChatPhoto();

    /// Pins a message of the chat; [`Message::pin`] pins one that is at hand.
    pin_message pin_chat_message PinChatMessage(message_id: i64);

    /// Unpins one message of the chat.
    unpin_message unpin_chat_message UnpinChatMessage(message_id: i64);

    /// Unpins every message of the chat.
    unpin_all_messages unpin_all_chat_messages UnpinAllChatMessages();

    /// Makes another link by which users can join.
    create_invite_link create_chat_invite_link CreateChatInviteLink();

    /// Revokes a link by which users can join, and makes another.
    revoke_invite_link revoke_chat_invite_link RevokeChatInviteLink(invite_link: impl Into<String>);

    /// Gives the main link by which users can join. If there is one already, it is revoked.
    export_invite_link export_chat_invite_link ExportChatInviteLink();
}

impl Deref for Chat {
    type Target = types::Chat;

    fn deref(&self) -> &types::Chat {
        match &self.data {
            ChatData::Own(chat) => chat,
            ChatData::Of(message) => &message.chat,
        }
    }
}

/// All that `getChat` tells about a chat, with the bot that asked.
#[derive(Clone)]
pub struct ChatFullInfo {
    data: Arc<types::ChatFullInfo>,
    pub(super) bot: Bot,
}

impl ChatFullInfo {
    /// Binds what is known of a chat to its bot.
    pub fn new(data: impl Into<Arc<types::ChatFullInfo>>, bot: Bot) -> Self {
        Self { data: data.into(), bot }
    }

    /// The chat, with its verbs.
    pub fn chat(&self) -> Chat {
        Chat::new(types::Chat::from(&*self.data), self.bot.clone())
    }

    /// The user of a private chat.
    pub fn user(&self) -> Option<User> {
        Some(User::new(self.data.user()?, self.bot.clone()))
    }
}

impl Deref for ChatFullInfo {
    type Target = types::ChatFullInfo;

    fn deref(&self) -> &types::ChatFullInfo {
        &self.data
    }
}
