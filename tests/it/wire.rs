//! What goes over the wire, byte for byte, against requests written by hand.
//!
//! The first word of an expected request is the entry of `tests/fixtures/bale-bot-api.json` that it was
//! written from (`methods`: parameters, encoding and notes). Where the entry leaves a choice, its companion
//! notes decide ("safe client choices"): JSON for calls without files, a form for every call with a file id
//! or an address, multipart for uploads, nested values in forms as JSON text, `attach://` for nested files.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use bale::{
    Bot, BoxFuture, Error, Request,
    client::transport::{Call, Reply, Transport, TransportError},
    methods::Method,
    types::{
        ChatAction, ChatPermissions, Currency, InlineKeyboardButton, InlineKeyboardMarkup,
        InputFile, InputMedia, InputMediaPhoto, InputMediaVideo, InputSticker, LabeledPrice,
        ReplyKeyboardMarkup, ReplyKeyboardRemove,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const REFUSED: &str = r#"{"ok":false,"error_code":400,"description":"written down"}"#;

/// Writes down what would go out, and answers always the same: if not told otherwise, with a refusal.
#[derive(Debug)]
pub(crate) struct Wire {
    requests: Mutex<Vec<String>>,
    answer: String,
}

impl Wire {
    pub(crate) fn bot() -> (Bot, Arc<Self>) {
        Self::answering(REFUSED)
    }

    pub(crate) fn answering(answer: impl Into<String>) -> (Bot, Arc<Self>) {
        let wire = Arc::new(Self { requests: Mutex::default(), answer: answer.into() });
        let bot = Bot::builder().token("12:x").transport(Arc::clone(&wire)).build().unwrap();
        (bot, wire)
    }

    /// What went out since the last time: method, content type, and the body in a line of its own.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

impl Transport for Wire {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        Box::pin(async move {
            let (content_type, body) = call.body.read().await?;
            let body = String::from_utf8(body.to_vec()).unwrap();
            let request = format!("{} {content_type}\n{body}", call.method);
            self.requests.lock().unwrap().push(normalised(&request));
            Ok(Reply::new(200, self.answer.clone()))
        })
    }
}

/// The request with `X` as its boundary.
fn normalised(request: &str) -> String {
    let Some((_, rest)) = request.split_once("boundary=") else { return request.to_owned() };
    let boundary = rest.split(['\r', '\n']).next().unwrap();
    assert!(boundary.len() >= 32, "a boundary must not be in the file: {boundary}");
    request.replace(boundary, "X")
}

type Sent = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

fn sent<M: Method>(request: Request<M>) -> Sent {
    let request = request.into_future();
    Box::pin(async move { request.await.map(drop) })
}

fn json(name: &str, body: &str) -> String {
    format!("{name} application/json\n{body}")
}

fn form(name: &str, body: &str) -> String {
    format!("{name} application/x-www-form-urlencoded\n{body}")
}

/// `lines` are the body, each ended as in HTTP.
fn multipart(name: &str, lines: &[&str]) -> String {
    format!("{name} multipart/form-data; boundary=X\n{}\r\n", lines.join("\r\n"))
}

fn id() -> InputFile {
    InputFile::file_id("4:12:ab/c")
}

fn url() -> InputFile {
    InputFile::url("https://example.com/a?b=c&d")
}

fn bytes() -> InputFile {
    InputFile::bytes("a.txt", "hi")
}

fn inline() -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("a", "b")])
}

const INLINE: &str = r#"{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}"#;
const INLINE_IN_FORM: &str = "%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22a%22%2C%22callback_data%22%3A%22b%22%7D%5D%5D%7D";

/// Calls of every method, the least and the most there can be, with what they send.
pub(crate) fn calls(bot: &Bot) -> Vec<(Sent, String)> {
    let mut calls = bots_and_updates(bot);
    calls.extend(messages(bot));
    calls.extend(edits(bot));
    calls.extend(media(bot));
    calls.extend(media_to_upload(bot));
    calls.extend(albums(bot));
    calls.extend(chats(bot));
    calls.extend(links_and_pins(bot));
    calls.extend(members(bot));
    calls.extend(rights(bot));
    calls.extend(stickers(bot));
    calls.extend(payments(bot));
    calls
}

fn bots_and_updates(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (sent(bot.get_me()), json("getMe", "{}")),
        (sent(bot.log_out()), json("logOut", "{}")),
        (sent(bot.close_instance()), json("close", "{}")),
        (sent(bot.get_updates()), json("getUpdates", "{}")),
        (
            sent(bot.get_updates().offset(-1).limit(100).poll_timeout(50)),
            json("getUpdates", r#"{"offset":-1,"limit":100,"timeout":50}"#),
        ),
        (
            sent(bot.set_webhook("https://example.com:88/x")),
            json("setWebhook", r#"{"url":"https://example.com:88/x"}"#),
        ),
        (sent(bot.delete_webhook()), json("deleteWebhook", "{}")),
        (sent(bot.get_webhook_info()), json("getWebhookInfo", "{}")),
        (
            sent(bot.ask_review(5_000_000_000, 3)),
            json("askReview", r#"{"user_id":5000000000,"delay_seconds":3}"#),
        ),
    ]
}

fn messages(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (
            sent(bot.send_message("@news", "سلام \"x\"\n")),
            json("sendMessage", r#"{"chat_id":"@news","text":"سلام \"x\"\n"}"#),
        ),
        (
            sent(bot.send_message(7, "x").reply_to_message_id(4).reply_markup(inline())),
            json(
                "sendMessage",
                &format!(
                    r#"{{"chat_id":7,"text":"x","reply_to_message_id":4,"reply_markup":{INLINE}}}"#
                ),
            ),
        ),
        (
            sent(bot.send_message(7, "x").reply_markup(ReplyKeyboardRemove::new())),
            json(
                "sendMessage",
                r#"{"chat_id":7,"text":"x","reply_markup":{"remove_keyboard":true}}"#,
            ),
        ),
        (
            sent(bot.forward_message(7, "@news", 4)),
            json("forwardMessage", r#"{"chat_id":7,"from_chat_id":"@news","message_id":4}"#),
        ),
        (
            sent(bot.copy_message("@news", 7, 4)),
            json("copyMessage", r#"{"chat_id":"@news","from_chat_id":7,"message_id":4}"#),
        ),
        (
            sent(bot.send_location(7, 35.5, -51.25)),
            json("sendLocation", r#"{"chat_id":7,"latitude":35.5,"longitude":-51.25}"#),
        ),
        (
            sent(
                bot.send_location(7, 35.0, 51.0)
                    .horizontal_accuracy(1500.0)
                    .reply_to_message_id(4)
                    .reply_markup(ReplyKeyboardMarkup::new().row(["a"])),
            ),
            json(
                "sendLocation",
                r#"{"chat_id":7,"latitude":35.0,"longitude":51.0,"horizontal_accuracy":1500.0,"reply_to_message_id":4,"reply_markup":{"keyboard":[[{"text":"a"}]],"resize_keyboard":true}}"#,
            ),
        ),
        (
            sent(bot.send_contact(7, "+989120000000", "Sara")),
            json(
                "sendContact",
                r#"{"chat_id":7,"phone_number":"+989120000000","first_name":"Sara"}"#,
            ),
        ),
        (
            sent(
                bot.send_contact(7, "0", "Sara")
                    .last_name("Karimi")
                    .reply_to_message_id(4)
                    .reply_markup(inline()),
            ),
            json(
                "sendContact",
                &format!(
                    r#"{{"chat_id":7,"phone_number":"0","first_name":"Sara","last_name":"Karimi","reply_to_message_id":4,"reply_markup":{INLINE}}}"#
                ),
            ),
        ),
        (
            sent(bot.answer_callback_query("1")),
            json("answerCallbackQuery", r#"{"callback_query_id":"1"}"#),
        ),
        (
            sent(bot.answer_callback_query("1").text("x").show_alert(true)),
            json(
                "answerCallbackQuery",
                r#"{"callback_query_id":"1","text":"x","show_alert":true}"#,
            ),
        ),
    ]
}

fn edits(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (
            sent(bot.edit_message_text(7, 4, "x")),
            json("editMessageText", r#"{"chat_id":7,"message_id":4,"text":"x"}"#),
        ),
        (
            sent(bot.edit_message_text(7, 4, "x").reply_markup(InlineKeyboardMarkup::new())),
            json(
                "editMessageText",
                r#"{"chat_id":7,"message_id":4,"text":"x","reply_markup":{"inline_keyboard":[]}}"#,
            ),
        ),
        (
            sent(bot.edit_message_caption(7, 4)),
            json("editMessageCaption", r#"{"chat_id":7,"message_id":4}"#),
        ),
        (
            sent(bot.edit_message_caption(7, 4).caption("").reply_markup(inline())),
            json(
                "editMessageCaption",
                &format!(r#"{{"chat_id":7,"message_id":4,"caption":"","reply_markup":{INLINE}}}"#),
            ),
        ),
        (
            sent(bot.edit_message_reply_markup(7, 4)),
            json("editMessageReplyMarkup", r#"{"chat_id":7,"message_id":4}"#),
        ),
        (
            sent(bot.edit_message_reply_markup(7, 4).reply_markup(inline())),
            json(
                "editMessageReplyMarkup",
                &format!(r#"{{"chat_id":7,"message_id":4,"reply_markup":{INLINE}}}"#),
            ),
        ),
        (sent(bot.delete_message(7, 4)), json("deleteMessage", r#"{"chat_id":7,"message_id":4}"#)),
    ]
}

/// By id and by address: forms.
fn media(bot: &Bot) -> Vec<(Sent, String)> {
    let most = format!("caption=c&reply_to_message_id=4&reply_markup={INLINE_IN_FORM}");
    vec![
        (sent(bot.send_photo(7, id())), form("sendPhoto", "chat_id=7&photo=4%3A12%3Aab%2Fc")),
        (
            sent(
                bot.send_photo("@news", url())
                    .caption("c")
                    .reply_to_message_id(4)
                    .reply_markup(inline()),
            ),
            form(
                "sendPhoto",
                &format!("chat_id=%40news&photo=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d&{most}"),
            ),
        ),
        (
            sent(
                bot.send_audio(7, id())
                    .duration(9)
                    .title("t")
                    .caption("c")
                    .reply_to_message_id(4)
                    .reply_markup(inline()),
            ),
            form(
                "sendAudio",
                &format!("chat_id=7&audio=4%3A12%3Aab%2Fc&duration=9&title=t&{most}"),
            ),
        ),
        (
            sent(
                bot.send_document(7, id())
                    .caption("c")
                    .reply_to_message_id(4)
                    .reply_markup(inline()),
            ),
            form("sendDocument", &format!("chat_id=7&document=4%3A12%3Aab%2Fc&{most}")),
        ),
        (
            sent(
                bot.send_video(7, id()).caption("c").reply_to_message_id(4).reply_markup(inline()),
            ),
            form("sendVideo", &format!("chat_id=7&video=4%3A12%3Aab%2Fc&{most}")),
        ),
        (
            sent(
                bot.send_animation(7, id())
                    .duration(9)
                    .width(8)
                    .height(6)
                    .caption("c")
                    .reply_to_message_id(4)
                    .reply_markup(inline()),
            ),
            form(
                "sendAnimation",
                &format!("chat_id=7&animation=4%3A12%3Aab%2Fc&duration=9&width=8&height=6&{most}"),
            ),
        ),
        (
            sent(
                bot.send_voice(7, id()).caption("c").reply_to_message_id(4).reply_markup(inline()),
            ),
            form("sendVoice", &format!("chat_id=7&voice=4%3A12%3Aab%2Fc&{most}")),
        ),
        (
            sent(bot.send_sticker(7, id()).reply_to_message_id(4).reply_markup(inline())),
            form(
                "sendSticker",
                &format!(
                    "chat_id=7&sticker=4%3A12%3Aab%2Fc&reply_to_message_id=4&reply_markup={INLINE_IN_FORM}"
                ),
            ),
        ),
        (sent(bot.get_file("4:12:ab/c")), form("getFile", "file_id=4%3A12%3Aab%2Fc")),
    ]
}

/// A multipart request of a chat and one file.
fn with_file(name: &str, parameter: &str, file: &str, content_type: &str, content: &str) -> String {
    multipart(
        name,
        &[
            "--X",
            r#"Content-Disposition: form-data; name="chat_id""#,
            "",
            "7",
            "--X",
            &format!(r#"Content-Disposition: form-data; name="{parameter}"; filename="{file}""#),
            &format!("Content-Type: {content_type}"),
            "",
            content,
            "--X--",
        ],
    )
}

fn media_to_upload(bot: &Bot) -> Vec<(Sent, String)> {
    let file = |name: &str| InputFile::bytes(name, "hi");
    let this = InputFile::path(concat!(env!("CARGO_MANIFEST_DIR"), "/lib.rs"));
    vec![
        (
            sent(
                bot.send_photo("@news", file("سلام.JPG"))
                    .caption("یک\r\nدو")
                    .reply_to_message_id(4)
                    .reply_markup(inline()),
            ),
            multipart(
                "sendPhoto",
                &[
                    "--X",
                    r#"Content-Disposition: form-data; name="chat_id""#,
                    "",
                    "@news",
                    "--X",
                    r#"Content-Disposition: form-data; name="caption""#,
                    "",
                    "یک\r\nدو",
                    "--X",
                    r#"Content-Disposition: form-data; name="reply_to_message_id""#,
                    "",
                    "4",
                    "--X",
                    r#"Content-Disposition: form-data; name="reply_markup""#,
                    "",
                    INLINE,
                    "--X",
                    r#"Content-Disposition: form-data; name="photo"; filename="سلام.JPG""#,
                    "Content-Type: image/jpeg",
                    "",
                    "hi",
                    "--X--",
                ],
            ),
        ),
        (
            sent(bot.send_audio(7, file("a.mp3"))),
            with_file("sendAudio", "audio", "a.mp3", "audio/mpeg", "hi"),
        ),
        (
            sent(bot.send_document(7, this.mime_type("text/x-rust"))),
            with_file(
                "sendDocument",
                "document",
                "lib.rs",
                "text/x-rust",
                "//! Nothing here: the tests are in `it/` and `ui/`.\n",
            ),
        ),
        (
            sent(bot.send_video(7, file("a.mp4"))),
            with_file("sendVideo", "video", "a.mp4", "video/mp4", "hi"),
        ),
        (
            sent(bot.send_animation(7, file("a.gif"))),
            with_file("sendAnimation", "animation", "a.gif", "image/gif", "hi"),
        ),
        (
            sent(bot.send_voice(7, InputFile::reader("a", "hi".as_bytes()).mime_type("audio/ogg"))),
            with_file("sendVoice", "voice", "a", "audio/ogg", "hi"),
        ),
        (
            sent(bot.send_sticker(7, file("a.webp"))),
            with_file("sendSticker", "sticker", "a.webp", "image/webp", "hi"),
        ),
        (
            sent(bot.set_chat_photo(7, file("a.png"))),
            with_file("setChatPhoto", "photo", "a.png", "image/png", "hi"),
        ),
    ]
}

fn albums(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (
            sent(bot.send_media_group(7, [InputMedia::photo(id()), InputMedia::photo(url())])),
            form(
                "sendMediaGroup",
                "chat_id=7&media=%5B%7B%22type%22%3A%22photo%22%2C%22media%22%3A%224%3A12%3Aab%2Fc%22%7D%2C\
                 %7B%22type%22%3A%22photo%22%2C%22media%22%3A%22https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d%22%7D%5D",
            ),
        ),
        (
            sent(
                bot.send_media_group(
                    7,
                    [
                        InputMediaPhoto::new(bytes()).caption("c").into(),
                        InputMedia::from(
                            InputMediaVideo::new(InputFile::bytes("v.mp4", "film"))
                                .thumbnail(InputFile::bytes("t.jpg", "thumb"))
                                .width(8),
                        ),
                        InputMedia::photo(id()),
                    ],
                )
                .reply_to_message_id(4)
                .reply_markup(inline()),
            ),
            multipart(
                "sendMediaGroup",
                &[
                    "--X",
                    r#"Content-Disposition: form-data; name="chat_id""#,
                    "",
                    "7",
                    "--X",
                    r#"Content-Disposition: form-data; name="media""#,
                    "",
                    r#"[{"type":"photo","media":"attach://media0","caption":"c"},{"type":"video","media":"attach://media1","thumbnail":"attach://media2","width":8},{"type":"photo","media":"4:12:ab/c"}]"#,
                    "--X",
                    r#"Content-Disposition: form-data; name="reply_to_message_id""#,
                    "",
                    "4",
                    "--X",
                    r#"Content-Disposition: form-data; name="reply_markup""#,
                    "",
                    INLINE,
                    "--X",
                    r#"Content-Disposition: form-data; name="media0"; filename="a.txt""#,
                    "Content-Type: text/plain",
                    "",
                    "hi",
                    "--X",
                    r#"Content-Disposition: form-data; name="media1"; filename="v.mp4""#,
                    "Content-Type: video/mp4",
                    "",
                    "film",
                    "--X",
                    r#"Content-Disposition: form-data; name="media2"; filename="t.jpg""#,
                    "Content-Type: image/jpeg",
                    "",
                    "thumb",
                    "--X--",
                ],
            ),
        ),
    ]
}

fn chats(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (
            sent(bot.send_chat_action(5_000_000_000, ChatAction::UploadPhoto)),
            json("sendChatAction", r#"{"chat_id":"5000000000","action":"upload_photo"}"#),
        ),
        (sent(bot.get_chat("@news")), json("getChat", r#"{"chat_id":"@news"}"#)),
        (sent(bot.delete_chat_photo(7)), json("deleteChatPhoto", r#"{"chat_id":7}"#)),
        (sent(bot.set_chat_title(7, "t")), json("setChatTitle", r#"{"chat_id":7,"title":"t"}"#)),
        (
            sent(bot.set_chat_description(7, "d")),
            json("setChatDescription", r#"{"chat_id":7,"description":"d"}"#),
        ),
        (sent(bot.leave_chat(7)), json("leaveChat", r#"{"chat_id":7}"#)),
    ]
}

fn links_and_pins(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (
            sent(bot.pin_chat_message(7, 4)),
            json("pinChatMessage", r#"{"chat_id":7,"message_id":4}"#),
        ),
        (
            sent(bot.unpin_chat_message(7, 4)),
            json("unpinChatMessage", r#"{"chat_id":7,"message_id":4}"#),
        ),
        (sent(bot.unpin_all_chat_messages(7)), json("unpinAllChatMessages", r#"{"chat_id":7}"#)),
        (sent(bot.create_chat_invite_link(7)), json("createChatInviteLink", r#"{"chat_id":7}"#)),
        (
            sent(bot.revoke_chat_invite_link(7, "ble.ir/join/x")),
            json("revokeChatInviteLink", r#"{"chat_id":7,"invite_link":"ble.ir/join/x"}"#),
        ),
        (sent(bot.export_chat_invite_link(7)), json("exportChatInviteLink", r#"{"chat_id":7}"#)),
    ]
}

fn members(bot: &Bot) -> Vec<(Sent, String)> {
    let permissions = ChatPermissions { can_send_messages: Some(false), ..Default::default() };
    vec![
        (sent(bot.get_chat_administrators(7)), json("getChatAdministrators", r#"{"chat_id":7}"#)),
        (sent(bot.get_chat_members_count(7)), json("getChatMembersCount", r#"{"chat_id":7}"#)),
        (
            sent(bot.get_chat_member(7, 5_000_000_000)),
            json("getChatMember", r#"{"chat_id":7,"user_id":5000000000}"#),
        ),
        (sent(bot.ban_chat_member(7, 5)), json("banChatMember", r#"{"chat_id":7,"user_id":5}"#)),
        (
            sent(bot.unban_chat_member(7, 5)),
            json("unbanChatMember", r#"{"chat_id":7,"user_id":5}"#),
        ),
        (
            sent(bot.unban_chat_member(7, 5).only_if_banned(true)),
            json("unbanChatMember", r#"{"chat_id":7,"user_id":5,"only_if_banned":true}"#),
        ),
        (
            sent(bot.restrict_chat_member(7, 5, permissions).until_date(9)),
            json(
                "restrictChatMember",
                r#"{"chat_id":7,"user_id":5,"permissions":{"can_send_messages":false},"until_date":9}"#,
            ),
        ),
        (sent(bot.invite_user(7, 5)), json("inviteUser", r#"{"chat_id":7,"user_id":5}"#)),
        (
            sent(bot.promote_chat_member(7, 5)),
            json("promoteChatMember", r#"{"chat_id":7,"user_id":5}"#),
        ),
    ]
}

fn rights(bot: &Bot) -> Vec<(Sent, String)> {
    let documented = bot
        .promote_chat_member(7, 5)
        .can_change_info(true)
        .can_post_messages(true)
        .can_edit_messages(true)
        .can_delete_messages(true)
        .can_manage_video_chats(true)
        .can_invite_users(true)
        .can_restrict_members(false);
    let undocumented = bot
        .promote_chat_member(7, 5)
        .can_promote_members(true)
        .can_pin_messages(true)
        .can_post_stories(true)
        .can_be_edited(true)
        .can_send_messages(true)
        .can_send_media_messages(true)
        .can_reply_to_story(true)
        .can_send_link_message(true)
        .can_send_forwarded_message(true)
        .can_see_members(true)
        .can_add_story(true)
        .can_send_media(true)
        .can_send_gif_stickers(true)
        .can_forward_message_from(true)
        .can_send_gift_packet(true)
        .can_start_call(true)
        .can_kick_user(true)
        .can_send_message(false);
    vec![
        (
            sent(documented),
            json(
                "promoteChatMember",
                "{\"chat_id\":7,\"user_id\":5,\"can_change_info\":true,\"can_post_messages\":true,\
                 \"can_edit_messages\":true,\"can_delete_messages\":true,\"can_manage_video_chats\":true,\
                 \"can_invite_users\":true,\"can_restrict_members\":false}",
            ),
        ),
        (
            sent(undocumented),
            json(
                "promoteChatMember",
                "{\"chat_id\":7,\"user_id\":5,\"can_promote_members\":true,\"can_pin_messages\":true,\
                 \"can_post_stories\":true,\"can_be_edited\":true,\"can_send_messages\":true,\
                 \"can_send_media_messages\":true,\"can_reply_to_story\":true,\"can_send_link_message\":true,\
                 \"can_send_forwarded_message\":true,\"can_see_members\":true,\"can_add_story\":true,\
                 \"can_send_media\":true,\"can_send_gif_stickers\":true,\"can_forward_message_from\":true,\
                 \"can_send_gift_packet\":true,\"can_start_call\":true,\"can_kick_user\":true,\
                 \"can_send_message\":false}",
            ),
        ),
    ]
}

fn stickers(bot: &Bot) -> Vec<(Sent, String)> {
    vec![
        (
            sent(bot.upload_sticker_file(5, InputFile::bytes("a.png", "hi"))),
            multipart(
                "uploadStickerFile",
                &[
                    "--X",
                    r#"Content-Disposition: form-data; name="user_id""#,
                    "",
                    "5",
                    "--X",
                    r#"Content-Disposition: form-data; name="sticker"; filename="a.png""#,
                    "Content-Type: image/png",
                    "",
                    "hi",
                    "--X--",
                ],
            ),
        ),
        (
            sent(bot.create_new_sticker_set(5, "a_by_b", "A", [InputSticker::new(id())])),
            form(
                "createNewStickerSet",
                "user_id=5&name=a_by_b&title=A&sticker=%5B%7B%22sticker%22%3A%224%3A12%3Aab%2Fc%22%7D%5D",
            ),
        ),
        (
            sent(bot.create_new_sticker_set(
                5,
                "a_by_b",
                "A",
                [InputSticker::new(id()), InputSticker::new(InputFile::bytes("a.webp", "hi"))],
            )),
            multipart(
                "createNewStickerSet",
                &[
                    "--X",
                    r#"Content-Disposition: form-data; name="user_id""#,
                    "",
                    "5",
                    "--X",
                    r#"Content-Disposition: form-data; name="name""#,
                    "",
                    "a_by_b",
                    "--X",
                    r#"Content-Disposition: form-data; name="title""#,
                    "",
                    "A",
                    "--X",
                    r#"Content-Disposition: form-data; name="sticker""#,
                    "",
                    r#"[{"sticker":"4:12:ab/c"},{"sticker":"attach://sticker0"}]"#,
                    "--X",
                    r#"Content-Disposition: form-data; name="sticker0"; filename="a.webp""#,
                    "Content-Type: image/webp",
                    "",
                    "hi",
                    "--X--",
                ],
            ),
        ),
        (
            sent(bot.add_sticker_to_set(
                5,
                "a_by_b",
                InputSticker::new(id()).emoji_list(["😀"]).format("static"),
            )),
            form(
                "addStickerToSet",
                "user_id=5&name=a_by_b&sticker=%7B%22sticker%22%3A%224%3A12%3Aab%2Fc%22%2C\
                 %22emoji_list%22%3A%5B%22%F0%9F%98%80%22%5D%2C%22format%22%3A%22static%22%7D",
            ),
        ),
        (sent(bot.get_sticker_set("a_by_b")), json("getStickerSet", r#"{"name":"a_by_b"}"#)),
        (
            sent(bot.delete_sticker_from_set("4:12:ab/c")),
            form("deleteStickerFromSet", "sticker=4%3A12%3Aab%2Fc"),
        ),
    ]
}

fn payments(bot: &Bot) -> Vec<(Sent, String)> {
    let price = || [LabeledPrice::new("x", 1000)];
    let invoice = || bot.send_invoice(7, "t", "d", "p", "WALLET", price());
    let additional = serde_json::json!({"a": 1});
    vec![
        (
            sent(invoice()),
            json(
                "sendInvoice",
                r#"{"chat_id":7,"title":"t","description":"d","payload":"p","provider_token":"WALLET","prices":[{"label":"x","amount":1000}]}"#,
            ),
        ),
        (
            sent(
                invoice()
                    .photo_url("https://example.com/a")
                    .reply_to_message_id(4)
                    .reply_markup(inline())
                    .currency(Currency::Irr)
                    .provider_data("d")
                    .photo_size(1)
                    .photo_width(2)
                    .photo_height(3)
                    .need_name(true)
                    .need_phone_number(true)
                    .need_email(true)
                    .need_shipping_address(true)
                    .is_flexible(true)
                    .disable_notification(false)
                    .additional_parameters(additional),
            ),
            json(
                "sendInvoice",
                &format!(
                    "{{\"chat_id\":7,\"title\":\"t\",\"description\":\"d\",\"payload\":\"p\",\"provider_token\":\"WALLET\",\
                     \"prices\":[{{\"label\":\"x\",\"amount\":1000}}],\"photo_url\":\"https://example.com/a\",\
                     \"reply_to_message_id\":4,\"reply_markup\":{INLINE},\"currency\":\"IRR\",\"provider_data\":\"d\",\
                     \"photo_size\":1,\"photo_width\":2,\"photo_height\":3,\"need_name\":true,\"need_phone_number\":true,\
                     \"need_email\":true,\"need_shipping_address\":true,\"is_flexible\":true,\
                     \"disable_notification\":false,\"additional_parameters\":{{\"a\":1}}}}"
                ),
            ),
        ),
        (
            sent(bot.create_invoice_link("t", "d", "p", "WALLET", price())),
            json(
                "createInvoiceLink",
                r#"{"title":"t","description":"d","payload":"p","provider_token":"WALLET","prices":[{"label":"x","amount":1000}]}"#,
            ),
        ),
        (
            sent(bot.answer_pre_checkout_query("1", true)),
            json("answerPreCheckoutQuery", r#"{"pre_checkout_query_id":"1","ok":true}"#),
        ),
        (
            sent(bot.answer_pre_checkout_query("1", false).error_message("no")),
            json(
                "answerPreCheckoutQuery",
                r#"{"pre_checkout_query_id":"1","ok":false,"error_message":"no"}"#,
            ),
        ),
        (
            sent(bot.inquire_transaction("1")),
            json("inquireTransaction", r#"{"transaction_id":"1"}"#),
        ),
    ]
}

#[tokio::test]
async fn every_call_is_these_bytes() {
    let (bot, wire) = Wire::bot();
    for (call, expected) in calls(&bot) {
        let error = call.await.unwrap_err();
        assert_eq!(error.description(), Some("written down"), "{expected}");
        assert_eq!(wire.take(), [expected]);
    }
}

#[tokio::test]
async fn a_method_without_a_row_is_called_by_its_name() {
    let (bot, wire) = Wire::bot();
    let commands = serde_json::json!({"commands": [{"command": "a", "description": "b"}]});
    let error = bot.call::<bool>("setMyCommands", &commands).await.unwrap_err();
    assert_eq!(error.description(), Some("written down"));
    let expected = json("setMyCommands", r#"{"commands":[{"command":"a","description":"b"}]}"#);
    assert_eq!(wire.take(), [expected]);
    // Files go as they do with a row.
    let parameters = std::collections::BTreeMap::from([("file", bytes()), ("other", id())]);
    bot.call::<bool>("sendSomething", &parameters).await.unwrap_err();
    let lines = [
        "--X",
        r#"Content-Disposition: form-data; name="other""#,
        "",
        "4:12:ab/c",
        "--X",
        r#"Content-Disposition: form-data; name="file"; filename="a.txt""#,
        "Content-Type: text/plain",
        "",
        "hi",
        "--X--",
    ];
    assert_eq!(wire.take(), [multipart("sendSomething", &lines)]);
}

#[tokio::test]
async fn nothing_goes_out_that_breaks_a_limit() {
    let (bot, wire) = Wire::bot();
    let reader = InputFile::reader("a", "hi".as_bytes());
    bot.send_document(7, &reader).await.unwrap_err();
    assert_eq!(wire.take().len(), 1);
    let button = InlineKeyboardButton::callback("a", "x".repeat(65));
    let none: [InputMedia; 0] = [];
    for (call, text) in [
        (
            sent(bot.send_document(7, reader)),
            "sendDocument: `document` must have a reader that was not sent yet, found the reader of `a` again",
        ),
        (
            sent(bot.send_message(7, "x".repeat(4097))),
            "sendMessage: `text` must have 1 to 4096 characters, found 4097 characters",
        ),
        (
            sent(bot.send_photo(7, InputFile::path("/nowhere/x"))),
            "sendPhoto: `photo` must have a file that can be read, found `/nowhere/x`: No such file or directory (os error 2)",
        ),
        (
            sent(bot.send_photo(7, InputFile::path("/"))),
            "sendPhoto: `photo` must have a file that can be read, found the directory `/`",
        ),
        (
            sent(bot.send_media_group(7, none)),
            "sendMediaGroup: `media` must have 1 item or more, found none",
        ),
        (
            sent(bot.send_message(7, "x").reply_markup(inline().row([button]))),
            "sendMessage: `reply_markup` must have 1 to 64 bytes of callback_data in each button, found 65 bytes in the button `a`",
        ),
        (
            sent(bot.send_message(7, "x").reply_markup(InlineKeyboardMarkup::new())),
            "sendMessage: `reply_markup` must have a keyboard with 1 button or more, found none",
        ),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.to_string(), text);
        assert!(error.is_bad_request() && !error.may_have_been_sent());
    }
    assert!(wire.take().is_empty());
}

/// A bot and the address it calls.
async fn listen() -> (TcpListener, Bot) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, Bot::builder().token("12:x").api_url(url).build().unwrap())
}

const TRUE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 25\r\n\r\n{\"ok\":true,\"result\":true}";

/// One request that ends with `end`: its line, its headers but those that are the HTTP library's, its body.
async fn receive(stream: &mut TcpStream, end: &str) -> String {
    let mut request = Vec::new();
    while !request.ends_with(end.as_bytes()) {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "the request broke off: {}", String::from_utf8_lossy(&request));
        request.extend_from_slice(&buffer[..read]);
    }
    stream.write_all(TRUE.as_bytes()).await.unwrap();
    let request = String::from_utf8(request).unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    let ours = ["content-type", "content-length", "transfer-encoding"];
    let mut headers: Vec<_> = headers
        .split("\r\n")
        .filter(|header| ours.iter().any(|name| header.starts_with(name)))
        .collect();
    headers.sort_unstable();
    let request = format!("{line}\n{}\n\n{body}", headers.join("\n"));
    match request.split_once("boundary=") {
        None => request,
        Some((_, rest)) => request.replace(rest.split('\n').next().unwrap(), "X"),
    }
}

/// What the server sees of a call.
async fn on_a_socket(request: impl FnOnce(&Bot) -> Sent, end: &str) -> String {
    let (listener, bot) = listen().await;
    let call = request(&bot);
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        receive(&mut stream, end).await
    };
    let (result, request) = tokio::join!(call, serve);
    result.unwrap();
    request
}

#[tokio::test]
async fn a_form_on_a_socket_is_these_bytes() {
    assert_eq!(
        on_a_socket(|bot| sent(bot.delete_sticker_from_set("4:12")), "sticker=4%3A12").await,
        "POST /bot12:x/deleteStickerFromSet HTTP/1.1\ncontent-length: 14\n\
         content-type: application/x-www-form-urlencoded\n\nsticker=4%3A12"
    );
}

#[tokio::test]
async fn an_upload_on_a_socket_is_these_bytes() {
    let body = "--X\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n7\r\n\
                --X\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.txt\"\r\n\
                Content-Type: text/plain\r\n\r\nhi\r\n--X--\r\n";
    // The boundary is in it three times, and has 37 characters.
    let length = body.len() + 3 * 36;
    let known =
        |file: InputFile| on_a_socket(move |bot| sent(bot.set_chat_photo(7, file)), "--\r\n");
    let expected = format!(
        "POST /bot12:x/setChatPhoto HTTP/1.1\ncontent-length: {length}\n\
         content-type: multipart/form-data; boundary=X\n\n{body}"
    );
    assert_eq!(known(bytes()).await, expected);
    assert_eq!(known(InputFile::reader("a.txt", "hi".as_bytes()).size(2)).await, expected);
}

#[tokio::test]
async fn an_upload_of_unknown_length_comes_in_chunks() {
    let file = InputFile::reader("a.txt", "hi".as_bytes());
    let request = on_a_socket(|bot| sent(bot.set_chat_photo(7, file)), "0\r\n\r\n").await;
    let expected = "POST /bot12:x/setChatPhoto HTTP/1.1\n\
                    content-type: multipart/form-data; boundary=X\ntransfer-encoding: chunked\n\n";
    assert!(request.starts_with(expected), "{request}");
    assert!(request.contains("\r\n2\r\nhi\r\n"), "{request}");
}

#[tokio::test]
async fn an_upload_that_breaks_off_was_not_sent() {
    let (listener, bot) = listen().await;
    let file = InputFile::reader("a.bin", "hi".as_bytes()).size(9);
    let call = sent(bot.send_document(7, file));
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        // The connection ends, with an error or without.
        let end = stream.read_to_end(&mut request).await;
        assert!(!request.ends_with(b"--\r\n"), "{end:?}");
    };
    let (result, ()) = tokio::join!(call, serve);
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sendDocument: cannot read a file to upload: `a.bin`: it ended 7 bytes before its size"
    );
    assert!(!error.may_have_been_sent() && !error.is_network());
}
