//! Where sources disagree about Bale, a switch each.

use serde::{Deserialize, Serialize};

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
#[serde(default, deny_unknown_fields, expecting = "an object with switches that GET / lists")]
#[non_exhaustive]
pub struct Quirks {
    /// What a JSON body may not say: a `file_id` or URL as text. Default:
    /// [`JsonMedia::RefusedForAnimationAndSticker`].
    pub json_media: JsonMedia,
    /// `sendChatAction` refuses a number as `chat_id` in a JSON body, with `malformed request`. Default
    /// `false`. Source: one library found it, others send numbers (library).
    pub chat_action_needs_text_id: bool,
    /// Edits answer a stub with `message_id` 0; `false` answers the edited message, as documented. Default
    /// `true`. Source: seen live in 2026-10 for `editMessageText` (library); the other two inferred.
    pub edits_answer_stub: bool,
    /// An edit without `reply_markup` keeps the keyboard. Default `false`, as in Telegram (inferred).
    pub edits_keep_keyboard: bool,
    /// Failures come with HTTP 200 and `ok: false`; `error_code` is unchanged. Default `false`. Source:
    /// peyk says so, Balethon, python-bale-bot and bale-mcp see a matching 4xx or 5xx (library).
    pub failures_with_status_200: bool,
    /// `no such group or user` has code 400 instead of 404. Default `false`. Source: 400 in python-bale-bot
    /// 1.x, 404 in newer ones (library).
    pub unknown_chat_is_400: bool,
    /// A file can be downloaded with its `file_id` as path. Default `true`. Source: python-bale-bot,
    /// Balethon and telegram-bale-bot do it (library).
    pub file_id_is_a_path: bool,
    /// A message with `audio` or `video` has `document` as well, as one with `animation` always has. Default
    /// `false`. Source: Balethon (library).
    pub documents_beside_media: bool,
    /// Channel posts arrive as `channel_post` and `edited_channel_post`. Default `false`. Source: old
    /// documentation (library); they are gone from the page.
    pub channel_post_updates: bool,
    /// `setWebhook` takes an address of this machine with `http` and any port, so that a webhook can be tried
    /// without a proxy. Default `true`; Bale does not (official).
    pub local_webhooks: bool,
    /// Messages say which of their words are commands and mentions (`entities`, `caption_entities`). Default
    /// `true`. Source: docs.bale.ai#messageEntity (official). Both are optional there; grammY finds no command without.
    pub message_entities: bool,
    /// Fields that docs.bale.ai does not list and Telegram's libraries need: `chat_instance` of a pressed button,
    /// `currency` and `start_parameter` of an invoice. Default `true`. Source: Balethon has them in its types,
    /// python-bale-bot the latter two (library). aiogram refuses what lacks one; a bot for Bale should not need them.
    pub undocumented_fields: bool,
    /// `Transaction.createdAt` is in milliseconds. Default `false`, seconds; neither is stated (inferred).
    pub transactions_in_milliseconds: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            json_media: JsonMedia::RefusedForAnimationAndSticker,
            chat_action_needs_text_id: false,
            edits_answer_stub: true,
            edits_keep_keyboard: false,
            failures_with_status_200: false,
            unknown_chat_is_400: false,
            file_id_is_a_path: true,
            documents_beside_media: false,
            channel_post_updates: false,
            local_webhooks: true,
            message_entities: true,
            undocumented_fields: true,
            transactions_in_milliseconds: false,
        }
    }
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
