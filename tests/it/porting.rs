//! The lines of docs/from-python-bale-bot.md, compiled: each stands here as it stands there.

use std::time::Duration;

use bale::{
    App, Audio, Bot, CallbackQuery, Chat, Document, Error, ErrorKind, HandlerError, Message, Photo,
    Result, Text, Update, User,
    app::{HandlerId, Handlers, StopHandle, on},
    bound::ChatMember,
    types::{
        ChatAction, ChatMemberStatus, ChatType, Contact, InlineKeyboardButton,
        InlineKeyboardMarkup, InputFile, InputMediaPhoto, Invoice, KeyboardButton, LabeledPrice,
        Location, ReplyKeyboardMarkup, ReplyKeyboardRemove,
    },
};
use serde_json::json;

use proc_macro2::TokenStream;

/// A line of a table.
#[derive(Debug, PartialEq)]
struct Line {
    item: String,
    /// Tokens, so that it does not matter where a line is broken.
    code: String,
}

impl Line {
    fn new(item: &str, code: &str) -> Self {
        let tokens: TokenStream =
            code.parse().unwrap_or_else(|error| panic!("{item}: {error}: {code}"));
        Self { item: item.to_owned(), code: tokens.to_string() }
    }
}

async fn echo(Text(text): Text) -> String {
    text
}

macro_rules! lines {
    // The values have to be named outside of this macro, or the code in the lines would not see them.
    ($values:tt $($item:literal { $($code:tt)* })*) => {
        $(
            const _: () = {
                #[allow(
                    dead_code,
                    unused_variables,
                    clippy::let_underscore_future,
                    clippy::let_unit_value,
                    clippy::too_many_arguments,
                    clippy::needless_pass_by_value,
                    reason = "a line shows one thing and is not run"
                )]
                async fn line $values -> Result {
                    lines!(@ $($code)*);
                    Ok(())
                }
            };
        )*

        fn compiled() -> Vec<Line> {
            vec![$(Line::new($item, stringify!($($code)*))),*]
        }
    };
    (@ let $($code:tt)*) => { let $($code)*; };
    (@ #$($code:tt)*) => { #$($code)* };
    (@ $($code:tt)*) => { let _ = $($code)*; };
}

lines! {
    (
        bot: Bot,
        message: Message,
        chat: Chat,
        user: User,
        query: CallbackQuery,
        update: Update,
        member: ChatMember,
        error: Error,
        handlers: Handlers,
        id: HandlerId,
        stop: StopHandle,
        keyboard: ReplyKeyboardMarkup,
        buttons: InlineKeyboardMarkup,
        audio: Audio,
        contact: Contact,
        document: Document,
        photo: Photo,
        location: Location,
        invoice: Invoice,
        price: LabeledPrice,
    )
    "__version__" { bale::VERSION }
    "Bot" { Bot::new("123456:TEST")? }
    "Bot.listen" { #[bale::on_message] async fn echo(Text(text): Text) -> String { text } }
    "Bot.add_event" { let id: HandlerId = handlers.on(on::message(), echo)? }
    "Bot.remove_event" { handlers.remove(id) }
    "Bot.wait_for" { bot.wait_for::<Message>().check(|m| m.text.is_some()).timeout(Duration::from_secs(60)).await? }
    "Bot.user" { bot.me() }
    "Bot.close" { stop.stop() }
    "Bot.is_closed" { stop.is_stopped() }
    "Bot.on_error" { #[bale::on_error] async fn report(error: HandlerError) { eprintln!("{error}") } }
    "Bot.get_bot" { bot.get_me().await? }
    "Bot.delete_webhook" { bot.delete_webhook().await? }
    "Bot.send_message" { bot.send_message(7, "سلام").reply_markup(keyboard).reply_to_message_id(3).await? }
    "Bot.send_document" { bot.send_document(7, InputFile::path("may.pdf")).caption("May").reply_to_message_id(3).await? }
    "Bot.send_photo" { bot.send_photo(7, InputFile::url("https://example.com/tea.jpg")).caption("Tea").reply_to_message_id(3).await? }
    "Bot.send_invoice" { bot.send_invoice(7, "Tea", "A cup", "order-7", "WALLET-TEST-1111111111111111", [LabeledPrice::new("tea", 50_000)]).photo_url("https://example.com/tea.jpg").need_name(true).need_phone_number(true).need_email(true).need_shipping_address(true).is_flexible(true).await? }
    "Bot.edit_message" { bot.edit_message_text(7, 3, "سلام").reply_markup(buttons).await? }
    "Bot.delete_message" { bot.delete_message(7, 3).await? }
    "Bot.get_chat" { bot.get_chat(7).await?.chat() }
    "Bot.get_user" { bot.get_chat(8).await?.user() }
    "Bot.get_chat_member" { bot.get_chat_member(7, 8).await? }
    "Bot.invite_to_chat" { bot.invite_user(7, 8).await? }
    "Bot.leave_chat" { bot.leave_chat(7).await? }
    "Bot.get_chat_members_count" { bot.get_chat_members_count(7).await? }
    "Bot.get_chat_administrators" { bot.get_chat_administrators(7).await? }
    "Bot.run" { App::new().bot(bot).on_message(echo).run().await? }
    "CallbackQuery" { query.answer("ok").await? }
    "CallbackQuery.from_user" { &query.from }
    "CallbackQuery.user" { query.user() }
    "Chat" { let chat: Chat = message.chat() }
    "Chat.chat_id" { chat.id }
    "Chat._type" { &chat.kind }
    "Chat.title" { chat.title.as_deref() }
    "Chat.username" { chat.username.as_deref() }
    "Chat.first_name" { chat.first_name.as_deref() }
    "Chat.last_name" { chat.last_name.as_deref() }
    "Chat.pinned_message" { chat.pinned_message() }
    "Chat.all_members_are_administrators" { chat.all_members_are_administrators }
    "Chat.bot" { chat.bot() }
    "Chat.type" { &chat.kind }
    "Chat.mention" { chat.mention() }
    "Chat.send" { chat.send("سلام").reply_markup(keyboard).await? }
    "Chat.send_document" { chat.send_document(InputFile::path("may.pdf")).caption("May").await? }
    "Chat.send_photo" { chat.send_photo(InputFile::path("tea.jpg")).caption("Tea").await? }
    "Chat.send_invoice" { chat.send_invoice("Tea", "A cup", "order-7", "WALLET-TEST-1111111111111111", [LabeledPrice::new("tea", 50_000)]).await? }
    "Chat.leave" { chat.leave().await? }
    "Chat.add_user" { chat.invite_user(user.id).await? }
    "Chat.get_chat_member" { chat.get_member(user.id).await? }
    "Chat.get_chat_members_count" { chat.get_members_count().await? }
    "Chat.get_chat_administrators" { chat.get_administrators().await? }
    "ChatType" { ChatType::Group }
    "ChatType.is_private_chat" { chat.kind.is_private_chat() }
    "ChatType.is_group_chat" { chat.kind.is_group_chat() }
    "User" { let user: Option<User> = message.author() }
    "User.user_id" { user.id }
    "User.first_name" { &user.first_name }
    "User.last_name" { user.last_name.as_deref() }
    "User.username" { user.username.as_deref() }
    "User.mention" { user.mention() }
    "User.chat_id" { user.chat_id() }
    "User.send" { user.send("سلام").reply_markup(keyboard).await? }
    "User.send_document" { user.send_document(InputFile::path("may.pdf")).caption("May").await? }
    "User.send_photo" { user.send_photo(InputFile::path("tea.jpg")).caption("Tea").await? }
    "User.send_invoice" { user.send_invoice("Tea", "A cup", "order-7", "WALLET-TEST-1111111111111111", [LabeledPrice::new("tea", 50_000)]).await? }
    "ChatMember" { let member: ChatMember = chat.get_member(8).await? }
    "ChatMember.role" { &member.status }
    "ChatMember.user" { member.user() }
    "ChatMember.permissions" { member.may_pin_messages() }
    "MemberRole" { ChatMemberStatus::Creator }
    "MemberRole.is_owner" { member.status.is_owner() }
    "MemberRole.is_admin" { member.status.is_admin() }
    "Message" { #[bale::on_message] async fn see(message: Message) -> Result { message.reply("سلام").await?; Ok(()) } }
    "Message.message_id" { message.message_id }
    "Message.date" { message.date }
    "Message.text" { message.text.as_deref() }
    "Message.caption" { message.caption.as_deref() }
    "Message.from_user" { message.from.as_ref() }
    "Message.forward_from" { message.forward_from() }
    "Message.forward_from_chat" { message.forward_from_chat() }
    "Message.contact" { message.contact.as_deref() }
    "Message.chat" { message.chat() }
    "Message.reply_to_message" { message.reply_to_message() }
    "Message.new_chat_members" { message.new_chat_members() }
    "Message.left_chat_member" { message.left_chat_member() }
    "Message.invoice" { message.invoice.as_deref() }
    "Message.author" { message.author() }
    "Message.reply" { message.reply("سلام").reply_markup(keyboard).await? }
    "Message.reply_document" { message.reply_document(InputFile::path("may.pdf")).caption("May").await? }
    "Message.reply_photo" { message.reply_photo(InputFile::path("tea.jpg")).caption("Tea").await? }
    "Message.reply_invoice" { message.reply_invoice("Tea", "A cup", "order-7", "WALLET-TEST-1111111111111111", [LabeledPrice::new("tea", 50_000)]).await? }
    "Message.edit" { message.edit("سلام").reply_markup(buttons).await? }
    "Message.delete" { message.delete().await? }
    "Update" { #[bale::on_update] async fn see(update: Update) { let _ = update.update_id; } }
    "Update.update_id" { update.update_id }
    "Update.callback_query" { update.callback_query() }
    "Update.message" { update.message() }
    "Update.edited_message" { update.edited_message() }
    "UpdateType" { update.kind.name() }
    "UpdateType.is_message_update" { update.kind.is_message_update() }
    "UpdateType.is_callback_update" { update.kind.is_callback_update() }
    "Components" { message.reply("؟").reply_markup(ReplyKeyboardMarkup::new().row(["Menu", "Help"])).await? }
    "InlineKeyboard" { InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("Yes", "yes")]) }
    "InlineKeyboard.text" { InlineKeyboardButton::callback("Yes", "yes").text }
    "InlineKeyboard.callback_data" { InlineKeyboardButton::callback("Yes", "yes") }
    "InlineKeyboard.url" { InlineKeyboardButton::url("Site", "https://example.com") }
    "InlineKeyboard.switch_inline_query" { InlineKeyboardButton::switch_inline_query("Share", "tea") }
    "InlineKeyboard.switch_inline_query_current_chat" { InlineKeyboardButton::switch_inline_query_current_chat("Here", "tea") }
    "Keyboard" { KeyboardButton::text("Menu") }
    "Keyboard.text" { KeyboardButton::text("Menu").text }
    "RemoveComponents" { message.reply("سلام").reply_markup(ReplyKeyboardRemove::new()).await? }
    "Audio" { let audio: Option<Audio> = message.audio() }
    "Audio.file_id" { &audio.file_id }
    "Audio.duration" { audio.duration }
    "Audio.file_size" { audio.file_size }
    "Audio.mime_type" { audio.mime_type.as_deref() }
    "Audio.title" { audio.title.as_deref() }
    "ContactMessage" { let contact: Option<&Contact> = message.contact.as_deref() }
    "ContactMessage.phone_number" { &contact.phone_number }
    "ContactMessage.first_name" { &contact.first_name }
    "ContactMessage.last_name" { contact.last_name.as_deref() }
    "ContactMessage.user" { contact.user_id }
    "Document" { let document: Option<Document> = message.document() }
    "Document.file_id" { &document.file_id }
    "Document.file_name" { document.file_name.as_deref() }
    "Document.mime_type" { document.mime_type.as_deref() }
    "Document.file_size" { document.file_size }
    "Document.read" { document.read().await? }
    "Document.save" { document.save("may.pdf").await? }
    "Photo" { let photo: Option<Photo> = message.photo() }
    "Photo.file_id" { &photo.file_id }
    "Photo.width" { photo.width }
    "Photo.file_size" { photo.file_size }
    "Photo.height" { photo.height }
    "Location" { let location: Option<Location> = message.location }
    "Location.longitude" { location.longitude }
    "Location.latitude" { location.latitude }
    "Location.link" { location.link() }
    "Invoice" { let invoice: Option<&Invoice> = message.invoice.as_deref() }
    "Invoice.title" { &invoice.title }
    "Invoice.description" { &invoice.description }
    "Invoice.start_parameter" { invoice.start_parameter.as_deref() }
    "Invoice.currency" { invoice.currency.as_ref() }
    "Invoice.total_amount" { invoice.total_amount }
    "Price" { LabeledPrice::new("tea", 50_000) }
    "Price.label" { &price.label }
    "Price.amount" { price.amount }
    "EventType" { on::message() }
    "on_update" { #[bale::on_update] async fn see(update: Update) { let _ = update.kind.name(); } }
    "on_message" { #[bale::on_message] async fn echo(message: Message) -> Option<String> { message.text.clone() } }
    "on_callback" { #[bale::on_callback] async fn pressed(query: CallbackQuery) -> Result { query.answer("ok").await?; Ok(()) } }
    "BaleError" { let error: Option<Error> = bot.leave_chat(7).await.err() }
    "BaleError.message" { error.to_string() }
    "InvalidToken" { error.is_invalid_token() }
    "APIError" { (error.code(), error.description()) }
    "NetworkError" { error.is_network() }
    "TimeOut" { error.is_timeout() }
    "NotFound" { error.is_not_found() }
    "Forbidden" { error.is_forbidden() }
    "RateLimited" { error.is_rate_limited() }
    "HTTPException" { matches!(error.kind(), ErrorKind::Http { .. }) }
    "a command with arguments" { #[bale::command("add {a} {b}")] async fn add(a: i64, b: i64) -> String { (a + b).to_string() } }
    "an answer that does not quote" { message.answer("سلام").await? }
    "a video" { message.reply_video(InputFile::path("tea.mp4")).await? }
    "a GIF" { message.reply_animation(InputFile::path("tea.gif")).await? }
    "music" { message.reply_audio(InputFile::path("tea.mp3")).await? }
    "a voice note" { message.reply_voice(InputFile::path("tea.ogg")).await? }
    "a sticker" { message.reply_sticker(InputFile::file_id("4:12")).await? }
    "an album" { message.reply_media_group([InputMediaPhoto::new(InputFile::path("a.jpg")), InputMediaPhoto::new(InputFile::path("b.jpg"))]).await? }
    "a point on the map" { message.reply_location(35.7, 51.4).await? }
    "a contact" { message.reply_contact("+98", "Sara").await? }
    "forwarding" { message.forward(7).await? }
    "copying" { message.copy(7).await? }
    "pinning" { message.pin().await? }
    "a new caption" { message.edit_caption("Tea").await? }
    "new buttons" { message.edit_reply_markup(buttons).await? }
    "what the bot is doing" { chat.send_action(ChatAction::Typing).await? }
    "an invite link" { chat.create_invite_link().await?.invite_link }
    "a ban" { chat.ban_member(user.id).await? }
    "an administrator" { chat.promote_member(user.id).can_pin_messages(true).await? }
    "the look of a chat" { chat.set_title("Tea").await? }
    "who is in a chat" { member.is_in_chat() }
    "a mini app" { InlineKeyboardButton::web_app("Shop", "https://example.com/shop") }
    "a text to copy" { InlineKeyboardButton::copy_text("Copy", "6037") }
    "the approval of a payment" { bot.answer_pre_checkout_query("3", true).await? }
    "a transaction" { bot.inquire_transaction("3").await?.status }
    "a method by its name" { bot.call::<bool>("leaveChat", &json!({"chat_id": 7})).await? }
}

const DOCUMENT: &str = include_str!("../../docs/from-python-bale-bot.md");

/// What there is to map, as python-bale-bot names it.
const SEED: &str = include_str!("../fixtures/seed.txt");

/// The lines of the document's tables. A first cell in backticks is an item of python-bale-bot.
fn written() -> Vec<Line> {
    let rows = DOCUMENT.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.starts_with("| there |") && !line.starts_with("| what |"));
    let line = |row: &str| {
        // A bar inside of code has a backslash.
        let row = row.replace("\\|", "\0");
        let [_, item, code, _, ""] = row.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("expected three cells, found: {row}")
        };
        let code = code.strip_prefix('`').and_then(|code| code.strip_suffix('`'));
        let code = code.unwrap_or_else(|| panic!("{item}: expected code in backticks"));
        Line::new(item.trim_matches('`'), &code.replace('\0', "|"))
    };
    rows.map(line).collect()
}

/// The items of python-bale-bot, and those of them that have a line.
pub(crate) fn items() -> (Vec<&'static str>, Vec<&'static str>) {
    let has_a_line = |item: &&str| DOCUMENT.contains(&format!("\n| `{item}` | `"));
    (SEED.lines().collect(), SEED.lines().filter(has_a_line).collect())
}

#[test]
fn each_line_of_the_document_is_compiled() {
    let (written, compiled) = (written(), compiled());
    for (written, compiled) in written.iter().zip(&compiled) {
        assert_eq!(written, compiled, "left: the document, right: porting.rs");
    }
    assert_eq!(written.len(), compiled.len());
}

#[test]
fn an_item_has_one_line_and_stands_in_order() {
    let lines = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let written: Vec<&str> = lines.map(|(item, _)| item).collect();
    for (written, item) in written.iter().zip(SEED.lines()) {
        assert_eq!(*written, item, "left: the document, right: seed.txt");
    }
    assert_eq!(written.len(), SEED.lines().count());
}

#[test]
fn the_document_names_what_the_lines_need() {
    let (_, names) = DOCUMENT.split_once("# #![allow(unused_imports)]\n").expect("the names");
    let (names, _) = names.split_once("```").expect("an end");
    assert!(include_str!("porting.rs").contains(names), "other names than here:\n{names}");
}
