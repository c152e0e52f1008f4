//! The methods the emulator serves, one row each.

use serde_json::Value;

use super::{
    core::{Core, Served},
    params::Params,
    refusal::Refusal,
    time::Time,
};

mod chat;
mod markup;
mod message;
mod updates;

pub(crate) use updates::replaced_poll;

/// A method by its documented name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

/// How a method is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Run {
    /// It answers at once.
    Plain(fn(&mut Core, Time, &Params) -> Result<Value, Refusal>),
    /// It may wait for updates.
    Poll(fn(&mut Core, Time, &Params) -> Result<Served, Refusal>),
}

const METHODS: &[Method] = &[
    plain("getMe", chat::get_me),
    Method { name: "getUpdates", run: Run::Poll(updates::get_updates) },
    plain("setWebhook", updates::set_webhook),
    plain("deleteWebhook", updates::delete_webhook),
    plain("getWebhookInfo", updates::get_webhook_info),
    plain("sendMessage", message::send_message),
    plain("editMessageText", message::edit_message_text),
    plain("deleteMessage", message::delete_message),
    plain("answerCallbackQuery", message::answer_callback_query),
    plain("sendChatAction", chat::send_chat_action),
    plain("getChat", chat::get_chat),
];

const fn plain(
    name: &'static str,
    run: fn(&mut Core, Time, &Params) -> Result<Value, Refusal>,
) -> Method {
    Method { name, run: Run::Plain(run) }
}

/// The method with this name, in any letter case. Source: docs.bale.ai, opening, official.
pub(crate) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name.eq_ignore_ascii_case(name))
}

/// Names of the methods the emulator serves; every other name is answered with 404 `not found`.
pub fn implemented() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|method| method.name)
}
