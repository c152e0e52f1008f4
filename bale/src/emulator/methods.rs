//! The methods the emulator serves, one row each.

use serde_json::Value;

use super::{
    core::{Core, Served},
    params::Params,
    quirks::Quirks,
    refusal::Refusal,
    time::Time,
};

mod chat;
mod file;
mod forward;
mod invite_link;
mod markup;
mod media;
mod member;
mod message;
mod payment;
mod pin;
mod send;
mod sticker;
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
    plain("logOut", chat::do_nothing),
    plain("close", chat::do_nothing),
    Method { name: "getUpdates", run: Run::Poll(updates::get_updates) },
    plain("setWebhook", updates::set_webhook),
    plain("deleteWebhook", updates::delete_webhook),
    plain("getWebhookInfo", updates::get_webhook_info),
    plain("sendMessage", send::send_message),
    plain("forwardMessage", forward::forward_message),
    plain("copyMessage", forward::copy_message),
    plain("sendPhoto", media::send_photo),
    plain("sendAudio", media::send_audio),
    plain("sendDocument", media::send_document),
    plain("sendVideo", media::send_video),
    plain("sendAnimation", media::send_animation),
    plain("sendVoice", media::send_voice),
    plain("sendMediaGroup", media::send_media_group),
    plain("sendLocation", send::send_location),
    plain("sendContact", send::send_contact),
    plain("sendSticker", media::send_sticker),
    plain("sendChatAction", chat::send_chat_action),
    plain("getFile", file::get_file),
    plain("answerCallbackQuery", message::answer_callback_query),
    plain("askReview", chat::ask_review),
    plain("banChatMember", member::ban_chat_member),
    plain("unbanChatMember", member::unban_chat_member),
    plain("restrictChatMember", member::restrict_chat_member),
    plain("promoteChatMember", member::promote_chat_member),
    plain("setChatPhoto", chat::set_chat_photo),
    plain("deleteChatPhoto", chat::delete_chat_photo),
    plain("setChatTitle", chat::set_chat_title),
    plain("setChatDescription", chat::set_chat_description),
    plain("leaveChat", chat::leave_chat),
    plain("getChat", chat::get_chat),
    plain("getChatAdministrators", member::get_chat_administrators),
    plain("getChatMembersCount", member::get_chat_members_count),
    plain("getChatMember", member::get_chat_member),
    plain("inviteUser", member::invite_user),
    plain("pinChatMessage", pin::pin_chat_message),
    plain("unpinChatMessage", pin::unpin_chat_message),
    plain("unpinAllChatMessages", pin::unpin_all_chat_messages),
    plain("createChatInviteLink", invite_link::create_chat_invite_link),
    plain("revokeChatInviteLink", invite_link::revoke_chat_invite_link),
    plain("exportChatInviteLink", invite_link::export_chat_invite_link),
    plain("editMessageText", message::edit_message_text),
    plain("editMessageCaption", message::edit_message_caption),
    plain("editMessageReplyMarkup", message::edit_message_reply_markup),
    plain("deleteMessage", message::delete_message),
    plain("uploadStickerFile", sticker::upload_sticker_file),
    plain("createNewStickerSet", sticker::create_new_sticker_set),
    plain("addStickerToSet", sticker::add_sticker_to_set),
    plain("getStickerSet", sticker::get_sticker_set),
    plain("deleteStickerFromSet", sticker::delete_sticker_from_set),
    plain("sendInvoice", payment::send_invoice),
    plain("createInvoiceLink", payment::create_invoice_link),
    plain("answerPreCheckoutQuery", payment::answer_pre_checkout_query),
    plain("inquireTransaction", payment::inquire_transaction),
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

/// A method under a name that is not documented, if the quirks have it.
pub(crate) fn alias(quirks: &Quirks, name: &str) -> Option<&'static Method> {
    let count = quirks.member_count_alias && name.eq_ignore_ascii_case("getChatMemberCount");
    count.then(|| find("getChatMembersCount")).flatten()
}

/// Names of the methods the emulator serves; every other name is answered with 404 `not found`, on purpose
/// also `answerShippingQuery`, `setMyCommands`, `getMyCommands` and `deleteMyCommands`, which no reading of
/// docs.bale.ai has.
pub fn implemented() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|method| method.name)
}
