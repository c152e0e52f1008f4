//! Chats.

use super::{ChatId, first_of};
use crate::types::{self, ChatAction};

methods! {
    first first_of(3);

    /// Shows what the bot is doing, for 6 seconds at most.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not write there.
    ///
    /// Source: docs.bale.ai#sendchataction
    sendChatAction SendChatAction send_chat_action(
        /// Where. It is sent as a string: the server refuses a number here.
        chat_id: ChatId as "ChatId::as_text",
        /// What the bot is doing.
        action: ChatAction,
    ) {} -> bool;

    /// Describes a chat, or a user through the private chat with the same id.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat or never met
    /// the user.
    ///
    /// Source: docs.bale.ai#getchat
    getChat GetChat get_chat(
        /// The chat.
        chat_id: ChatId,
    ) {} -> types::ChatFullInfo;
}
