//! Messages and the buttons under them.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{ChatId, first_of, limits};
use crate::types::{self, InlineKeyboardMarkup, ReplyMarkup};

methods! {
    first first_of(1);

    /// Sends a text of 1 to 4096 characters.
    ///
    /// The text is always read as Bale's Markdown: ` *bold* ` and ` _italic_ ` with a space outside each
    /// pair, `[text](address)`.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) if the bot does not know the chat,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if it may not write there,
    /// [`is_rate_limited`](crate::error::Error::is_rate_limited) after too many messages (20 a minute in a
    /// group), [`is_bad_request`](crate::error::Error::is_bad_request) if a limit is broken. After a failure
    /// with [`may_have_been_sent`](crate::error::Error::may_have_been_sent) the message may be there.
    ///
    /// Source: docs.bale.ai#sendmessage
    sendMessage SendMessage send_message(
        /// Where to.
        chat_id: ChatId,
        /// The text, 1 to 4096 characters.
        text: String where limits::text,
    ) {
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// let menu = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("Menu", "menu")]);
        /// let sent = bot.send_message(sara, " *Hello*, Sara").reply_to_message_id(1).reply_markup(menu).await?;
        /// assert_eq!(sent.message_id, 2);
        /// assert_eq!(emulator.messages(sara)[1]["text"], " *Hello*, Sara");
    };

    /// Forwards a message, which keeps the name of its author.
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message);
    /// [`is_not_found`](crate::error::Error::is_not_found) also if there is no such message.
    ///
    /// Source: docs.bale.ai#forwardmessage
    forwardMessage ForwardMessage forward_message(
        /// Where to.
        chat_id: ChatId,
        /// The chat of the message.
        from_chat_id: ChatId,
        /// The message.
        message_id: i64,
    ) {} -> SentMessage => {
        /// bot.forward_message(omid, sara, 1).await?;
        /// assert_eq!(emulator.messages(omid)[1]["forward_from"]["id"], sara);
    };

    /// Sends a message once more, as if it were the bot's own. Service messages and receipts cannot be copied.
    ///
    /// # Errors
    ///
    /// As [`forward_message`](crate::client::Bot::forward_message).
    ///
    /// Source: docs.bale.ai#copymessage
    copyMessage CopyMessage copy_message(
        /// Where to.
        chat_id: ChatId,
        /// The chat of the message.
        from_chat_id: ChatId,
        /// The message.
        message_id: i64,
    ) {} -> types::MessageId => {
        /// let copy = bot.copy_message(omid, sara, 1).await?;
        /// assert_eq!(emulator.messages(omid)[1]["message_id"], copy.message_id);
        /// assert_eq!(emulator.messages(omid)[1]["from"]["id"], bot.id());
    };

    /// Sends a point on the map.
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message).
    ///
    /// Source: docs.bale.ai#sendlocation
    sendLocation SendLocation send_location(
        /// Where to.
        chat_id: ChatId,
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
    ) {
        /// How far off the point may be: 0 to 1500 metres.
        horizontal_accuracy: f64 where limits::accuracy,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_location(sara, 35.7, 51.4).horizontal_accuracy(10.0).await?;
        /// assert_eq!(emulator.messages(sara)[1]["location"]["latitude"], 35.7);
    };

    /// Sends the phone number of somebody.
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message).
    ///
    /// Source: docs.bale.ai#sendcontact
    sendContact SendContact send_contact(
        /// Where to.
        chat_id: ChatId,
        /// The phone number.
        phone_number: String,
        /// The first name.
        first_name: String,
    ) {
        /// The last name.
        last_name: String,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The keyboard. Data of inline buttons has 1 to 64 bytes.
        reply_markup: ReplyMarkup where limits::markup,
    } -> SentMessage => {
        /// bot.send_contact(sara, "+989120000000", "Omid").last_name("Karimi").await?;
        /// assert_eq!(emulator.messages(sara)[1]["contact"]["first_name"], "Omid");
    };

    /// Replaces the text of a message of the bot.
    ///
    /// The documentation promises the edited message; the live server answers with a stub (`message_id` 0,
    /// no text), so the content of the answer means nothing.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) or
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if there is no such message or a limit is
    /// broken, [`is_forbidden`](crate::error::Error::is_forbidden) if it is not the bot's.
    ///
    /// Source: docs.bale.ai#editmessagetext
    editMessageText EditMessageText edit_message_text(
        /// The chat of the message.
        chat_id: ChatId,
        /// The message.
        message_id: i64,
        /// The new text, 1 to 4096 characters.
        text: String where limits::text,
    ) {
        /// The new inline keyboard; an empty one removes it. Whether the old one stays without this is not
        /// documented.
        reply_markup: InlineKeyboardMarkup where limits::new_inline_keyboard,
    } -> MessageOrTrue => {
        /// let sent = bot.send_message(sara, "One moment").await?;
        /// bot.edit_message_text(sara, sent.message_id, "Done").await?;
        /// assert_eq!(emulator.messages(sara)[1]["text"], "Done");
    };

    /// Replaces the caption of a message of the bot that has a file.
    ///
    /// The answer is as little worth as that of
    /// [`edit_message_text`](crate::client::Bot::edit_message_text).
    ///
    /// # Errors
    ///
    /// As [`edit_message_text`](crate::client::Bot::edit_message_text).
    ///
    /// Source: docs.bale.ai#editmessagecaption
    editMessageCaption EditMessageCaption edit_message_caption(
        /// The chat of the message.
        chat_id: ChatId,
        /// The message.
        message_id: i64,
    ) {
        /// The new caption, 0 to 4096 characters.
        caption: String where limits::caption,
        /// The new inline keyboard; an empty one removes it. Whether the old one stays without this is not
        /// documented.
        reply_markup: InlineKeyboardMarkup where limits::new_inline_keyboard,
    } -> MessageOrTrue => {
        /// let sent = bot.send_photo(sara, InputFile::url("https://example.com/cat.jpg")).await?;
        /// bot.edit_message_caption(sara, sent.message_id).caption("A cat").await?;
        /// assert_eq!(emulator.messages(sara)[1]["caption"], "A cat");
    };

    /// Replaces the inline keyboard of a message of the bot.
    ///
    /// The answer is as little worth as that of
    /// [`edit_message_text`](crate::client::Bot::edit_message_text).
    ///
    /// # Errors
    ///
    /// As [`edit_message_text`](crate::client::Bot::edit_message_text).
    ///
    /// Source: docs.bale.ai#editmessagereplymarkup
    editMessageReplyMarkup EditMessageReplyMarkup edit_message_reply_markup(
        /// The chat of the message.
        chat_id: ChatId,
        /// The message.
        message_id: i64,
    ) {
        /// The new inline keyboard; an empty one, or none, is to remove it, which is not documented.
        reply_markup: InlineKeyboardMarkup where limits::new_inline_keyboard,
    } -> MessageOrTrue => {
        /// let menu = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("Menu", "menu")]);
        /// let sent = bot.send_message(sara, "Tea?").await?;
        /// bot.edit_message_reply_markup(sara, sent.message_id).reply_markup(menu).await?;
        /// assert_eq!(emulator.messages(sara)[1]["reply_markup"]["inline_keyboard"][0][0]["text"], "Menu");
    };

    /// Deletes a message that is less than 48 hours old: the bot's own, any in a private chat, and those of
    /// others where the bot is an administrator.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) or
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if there is no such message,
    /// [`is_forbidden`](crate::error::Error::is_forbidden) if the bot may not delete it.
    ///
    /// Source: docs.bale.ai#deletemessage
    deleteMessage DeleteMessage delete_message(
        /// The chat of the message.
        chat_id: ChatId,
        /// The message.
        message_id: i64,
    ) {} -> bool => {
        /// let sent = bot.send_message(sara, "Never mind").await?;
        /// bot.delete_message(sara, sent.message_id).await?;
        /// assert_eq!(emulator.messages(sara).len(), 1);
    };

    /// Answers a press on a button; until then the button shows that it waits.
    ///
    /// Without a text the user sees nothing. A query whose id starts with `1` comes from a client that
    /// cannot show an answer: send a message instead, and still answer.
    ///
    /// # Errors
    ///
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if the text is too long or the query is
    /// unknown or too old.
    ///
    /// Source: docs.bale.ai#answercallbackquery
    answerCallbackQuery AnswerCallbackQuery answer_callback_query(
        /// The query's id.
        callback_query_id: String,
    ) {
        /// What to show, 0 to 200 characters.
        text: String where limits::callback_answer,
        /// Whether to show it in a dialog rather than for a moment at the top.
        show_alert: bool,
    } -> bool => {
        /// let tea = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("Tea", "tea")]);
        /// let sent = bot.send_message(sara, "What do you drink?").reply_markup(tea).await?;
        /// let press = emulator.callback(sara, sara, sent.message_id, "tea")?;
        /// bot.answer_callback_query(press.callback_query_id).text("It is coming").await?;
        /// assert_eq!(emulator.calls()[1].params["text"], "It is coming");
    };
}

/// What the methods that send answer with: the message, shared from the start, so that it is not moved from hand
/// to hand on its way to the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct SentMessage(pub Arc<types::Message>);

impl<'de> Deserialize<'de> for SentMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        types::Message::deserialize(deserializer).map(|message| Self(Arc::new(message)))
    }
}

/// What the methods that edit answer with. Do not rely on the content: the live server's message is a stub
/// with `message_id` 0.
#[derive(Debug, Clone, PartialEq)]
pub enum MessageOrTrue {
    /// A message, usually a stub.
    Message(Box<types::Message>),
    /// `true`, or a stub with too little in it to be a message.
    True,
}

/// Reads from JSON only.
impl<'de> Deserialize<'de> for MessageOrTrue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answer = Box::<RawValue>::deserialize(deserializer)?;
        let answer = answer.get();
        if answer == "true" {
            Ok(Self::True)
        } else if answer.starts_with('{') {
            // The message was edited, whatever the stub is like.
            Ok(serde_json::from_str(answer).map_or(Self::True, Self::Message))
        } else {
            Err(de::Error::custom("expected a message or `true`"))
        }
    }
}
