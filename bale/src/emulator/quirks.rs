//! Where sources disagree about Bale, a switch each.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The switches: what a switch does, its type and its default. What is written about it is also what the control
/// API tells: the text ends with `Source: ..`.
macro_rules! quirks {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr;)+) => {
        /// How the server behaves where sources contradict each other, or where it is known to differ from its
        /// documentation. The defaults are what the better source says; a bot that works either way is safe.
        ///
        /// ```
        /// use bale::emulator::{Emulator, Quirks};
        ///
        /// let emulator = Emulator::new("123456:TEST");
        /// let mut quirks = Quirks::default();
        /// quirks.failures_with_status_200 = true;
        /// emulator.set_quirks(quirks);
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(
            default,
            deny_unknown_fields,
            expecting = "an object with switches that GET /control/quirks lists"
        )]
        #[non_exhaustive]
        pub struct Quirks {
            $($(#[doc = $doc])+ pub $name: $type,)+
        }

        impl Default for Quirks {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Quirks {
            /// Every switch as the control API lists it: how it stands, what it does, who says so.
            pub(crate) fn described(&self) -> Value {
                let default = Self::default();
                json!([$(described(
                    stringify!($name), &json!(self.$name), &json!(default.$name), concat!($($doc),+),
                )),+])
            }
        }
    };
}

fn described(name: &str, value: &Value, default: &Value, doc: &str) -> Value {
    let text = doc.trim().replace(['[', ']', '`'], "");
    let (description, source) = text.split_once(" Source: ").unwrap_or((&text, ""));
    json!({
        "name": name, "value": value, "default": default, "description": description, "source": source,
    })
}

quirks! {
    /// What a JSON body may not say: a `file_id` or URL as text. Source: Balethon and peyk for animations and stickers
    /// (library), peyk for all, verified on one; bale-mcp and baleRobot send JSON with URLs (library).
    json_media: JsonMedia = JsonMedia::RefusedForAnimationAndSticker;
    /// `sendChatAction` refuses a number as `chat_id` in a JSON body, with `malformed request`. Source: one library
    /// found it, others send numbers (library).
    chat_action_needs_text_id: bool = false;
    /// A JSON body with a number as `chat_id` and a nested `reply_markup` is answered with 404 in groups. Source: one
    /// bot of 2026; live clients do just that in private chats (library).
    group_markup_needs_text: bool = false;
    /// Edits answer a stub with `message_id` 0; otherwise the edited message, as documented. Source: seen live in
    /// 2026-10 for `editMessageText` (library); the other two inferred.
    edits_answer_stub: bool = true;
    /// An edit without `reply_markup` keeps the keyboard. Source: open; `false` is as in Telegram (inferred).
    edits_keep_keyboard: bool = false;
    /// An edit that changes nothing is refused with `message is not modified`. Source: community code expects it from
    /// Telegram, not confirmed on Bale (inferred).
    unmodified_edits_refused: bool = false;
    /// Failures come with HTTP 200 and `ok: false`; `error_code` is unchanged. Source: peyk says so, Balethon,
    /// python-bale-bot and bale-mcp see a matching 4xx or 5xx (library).
    failures_with_status_200: bool = false;
    /// `no such group or user` has code 400 instead of 404. Source: 400 in python-bale-bot 1.x, 404 in newer ones
    /// (library).
    unknown_chat_is_400: bool = false;
    /// What a wrong token is answered with. Source: 403 pyrobale, 403 or 404 bale-mcp, `Bad Request: Token not found`
    /// python-bale-bot (library), 401 in the mappings of libraries (inferred).
    wrong_token: WrongToken = WrongToken::Forbidden;
    /// `getChatMemberCount`, without the s, works as well. Source: Bale-Bot-SDK and gyron call it; documented is
    /// `getChatMembersCount` (library).
    member_count_alias: bool = false;
    /// `@username` as `chat_id` works for channels only. Source: docs.bale.ai documents it for channels (official);
    /// Balethon resolves names by `getChat` first (library).
    usernames_of_channels_only: bool = false;
    /// A file can be downloaded with its `file_id` as path. Source: python-bale-bot, Balethon and telegram-bale-bot do
    /// it (library).
    file_id_is_a_path: bool = true;
    /// A message with `audio` or `video` has `document` as well, as one with `animation` always has. Source: Balethon
    /// (library).
    documents_beside_media: bool = false;
    /// `voice` has `duration`, `mime_type` and `file_size`; otherwise its two ids. Source: several libraries read them;
    /// the page lists ids only (library).
    voice_details: bool = true;
    /// `thumbnail` is written `thumb`. Source: pyrobale, gyron and Balethon read that, docs-derived ones `thumbnail`
    /// (library).
    thumb_for_thumbnail: bool = false;
    /// `edit_date` is written `edite_date`. Source: pyrobale and the PHP SDK read that, most `edit_date` (library).
    misspelt_edit_date: bool = false;
    /// A forwarded message has `forward_origin` as well. Source: three libraries read it, undocumented (library).
    forward_origin: bool = false;
    /// Channel posts arrive as `channel_post` and `edited_channel_post`. Source: old documentation (library); they are
    /// gone from the page.
    channel_post_updates: bool = false;
    /// `setWebhook` takes an address of this machine with `http` and any port, so that a webhook can be tried without a
    /// proxy. Source: ours; Bale takes HTTPS on 443 and 88 (official).
    local_webhooks: bool = true;
    /// Messages say which of their words are commands and mentions (`entities`, `caption_entities`). Source:
    /// docs.bale.ai#messageEntity (official). Both are optional there; grammY finds no command without.
    message_entities: bool = true;
    /// Fields that docs.bale.ai does not list and Telegram's libraries need: `chat_instance` of a pressed button,
    /// `currency` and `start_parameter` of an invoice. aiogram refuses what lacks one; a bot for Bale should not need
    /// them. Source: Balethon has them in its types, python-bale-bot the latter two (library).
    undocumented_fields: bool = true;
    /// `promoteChatMember` gives `can_promote_members`, `can_pin_messages` and `can_post_stories` too. Source: one reading
    /// of the page in 2026-04 has these ten rights; baleRobot, baleio, peyk and gyron have seven (library).
    ten_administrator_rights: bool = true;
    /// `createChatInviteLink` and `revokeChatInviteLink` answer the link as a text, otherwise an object. Source: pyrobale
    /// reads a text of the latter, Balethon objects of both (library).
    invite_links_are_texts: bool = false;
    /// A card or terminal number as `provider_token` is taken. Source: python-bale-bot and the older documentation
    /// (library); since 2026 only a wallet's token is (official).
    card_numbers_are_paid_to: bool = false;
    /// `inquireTransaction` takes `payment_charge_id` as well. Source: django-bale-payments sends that, seven others
    /// `transaction_id` (library).
    inquire_by_payment_charge_id: bool = false;
    /// `Transaction.createdAt` is in milliseconds, otherwise in seconds. Source: neither is stated (inferred).
    transactions_in_milliseconds: bool = false;
    /// A group or channel takes 20 messages of the bot a minute; more are answered with 429 and `retry_after`. For private
    /// chats no number is published, so none is kept. Source: peyk for the number (library); docs.bale.ai for 429 and
    /// `retry_after` (official).
    rate_limits: bool = false;
    /// What is done about a file at an address of another machine: the emulator fetches from this one only. Source:
    /// ours; Bale fetches from everywhere (official).
    outside_urls: OutsideUrls = OutsideUrls::Refused;
}

/// Which methods answer 400 `malformed request` to a JSON body whose media is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JsonMedia {
    /// None. Source: bale-mcp and baleRobot send JSON with URLs (library).
    Accepted,
    /// `sendAnimation` and `sendSticker`. Source: Balethon and peyk, by hand (library).
    RefusedForAnimationAndSticker,
    /// All that send one file. Source: peyk, verified on one method only (library).
    Refused,
}

/// What a wrong token is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WrongToken {
    /// 403 `Token not found`.
    Forbidden,
    /// 404 `not found`.
    NotFound,
    /// 400 `Bad Request: Token not found`.
    BadRequest,
    /// 401 `Unauthorized`.
    Unauthorized,
}

/// What is done about a file at an address of another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutsideUrls {
    /// The call is refused, as when Bale cannot fetch the address.
    Refused,
    /// The message is sent; its file has a name and no bytes.
    Unfetched,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_says_what_it_does_and_who_says_so() {
        let described = Quirks::default().described();
        for quirk in described.as_array().unwrap() {
            let text = |name: &str| quirk[name].as_str().unwrap();
            assert!(text("description").ends_with('.'), "{quirk}");
            let confidence = ["official", "library", "inferred", "ours"];
            assert!(confidence.iter().any(|word| text("source").contains(word)), "{quirk}");
            assert_eq!(quirk["value"], quirk["default"]);
        }
    }
}
