//! Whatever each kind of handler is offered, owned and borrowed.
#![expect(clippy::too_many_arguments, reason = "one of each")]

use bale::{
    Animation, Audio, Bot, CallbackQuery, Chat, Document, HandlerError, MemberJoin, MemberLeave,
    Message, Payment, Photo, PreCheckoutQuery, State, Sticker, Text, Update, User, Video, Voice,
    context::Context,
    extract::{Args, Extract, FromUpdate, Reject},
    types::{self, SuccessfulPayment},
};

type Letter = Message;

/// A parameter of the author's own.
struct Name(String);

impl<'u, K> FromUpdate<'u, K> for Name
where
    Option<User>: FromUpdate<'u, K>,
{
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Later(Box::pin(async move {
            let user = <Option<User>>::from_update(cx).resolve().await?;
            user.map(|user| Name(user.first_name.clone()))
                .ok_or_else(|| Reject::Reply("Who are you?".into()))
        }))
    }
}

/// One that borrows.
struct Words<'u>(&'u str);

impl<'u> FromUpdate<'u, bale::event::on_message> for Words<'u> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        let text = cx.message().and_then(|message| message.text.as_deref());
        Extract::Ready(text.map(Words).ok_or(Reject::NotMine("no words".into())))
    }
}

#[bale::command("parameters {a} {b}")]
async fn command(
    bot: Bot,
    bot_ref: &Bot,
    context: &Context,
    update: Update,
    update_ref: &Update,
    message: Message,
    message_ref: &Message,
    alias: Letter,
    chat: Chat,
    user: User,
    Text(text): Text,
    state: State<String>,
    Name(name): Name,
    a: u8,
    Args((_, b2)): Args<(u8, String)>,
    b: String,
) {
    drop((bot, update, message, alias, chat, user, text, state, name, a, b, b2));
    let _ = (bot_ref, context, update_ref, message_ref);
}

#[bale::on_message]
async fn message(
    photo: Option<Photo>,
    document: Option<Document>,
    audio: Option<Audio>,
    video: Option<Video>,
    voice: Option<Voice>,
    animation: Option<Animation>,
    sticker: Option<Sticker>,
    contact: Option<types::Contact>,
    location: Option<types::Location>,
    invoice: Option<types::Invoice>,
    payment: Option<types::SuccessfulPayment>,
    data: Option<types::WebAppData>,
    text: Result<Text, Reject>,
    message: Option<&Message>,
    Words(words): Words<'_>,
) {
    drop((photo, document, audio, video, voice, animation, sticker, contact));
    drop((location, invoice, payment, data, text));
    let _ = (message, words);
}

#[bale::on_edited_message]
async fn edited(message: &Message, chat: Chat, user: User, update: &Update, Text(text): Text) {
    drop((chat, user, text));
    let _ = (message, update);
}

#[bale::on_callback]
async fn callback(
    query: CallbackQuery,
    query_ref: &CallbackQuery,
    chat: Option<Chat>,
    user: User,
    update: Update,
    bot: &Bot,
) {
    drop((query, chat, user, update));
    let _ = (query_ref, bot);
}

#[bale::on_update]
async fn update(
    update: Update,
    update_ref: &Update,
    message: Option<&Message>,
    query: Option<CallbackQuery>,
    chat: Option<Chat>,
    user: Option<User>,
) {
    drop((update, query, chat, user));
    let _ = (update_ref, message);
}

#[bale::on_start]
async fn start(bot: Bot, bot_ref: &Bot, context: &Context) {
    drop(bot);
    let _ = (bot_ref, context);
}

#[bale::on_stop]
async fn stop(bot: &Bot) {
    let _ = bot;
}

#[bale::on_error]
async fn error(
    error: HandlerError,
    error_ref: &HandlerError,
    update: Option<Update>,
    message: Option<Message>,
    query: Option<&CallbackQuery>,
    chat: Chat,
    user: Option<User>,
    bot: Bot,
) {
    drop((error, update, message, chat, user, bot));
    let _ = (error_ref, query);
}

#[bale::on_pre_checkout]
async fn pre_checkout(
    query: PreCheckoutQuery,
    by_ref: &PreCheckoutQuery,
    user: User,
    update: Update,
) {
    drop((query, user, update));
    let _ = by_ref;
}

#[bale::on_payment(chat = private)]
async fn payment(
    payment: Payment,
    receipt: SuccessfulPayment,
    message: Message,
    chat: Chat,
    user: User,
) {
    drop((payment, receipt, message, chat, user));
}

#[bale::on_member_join(chat = group)]
async fn join(
    join: MemberJoin,
    message: &Message,
    chat: Chat,
    user: Option<User>,
    update: &Update,
) {
    drop((join, chat, user));
    let _ = (message, update);
}

#[bale::on_member_leave(lane = "none")]
async fn leave(leave: MemberLeave, message: &Message, chat: Chat, user: User) {
    drop((leave, chat, user));
    let _ = message;
}

#[bale::on_channel_post(priority = 1)]
async fn post(message: Message, chat: Chat, text: Option<Text>, photo: Option<Photo>) {
    drop((message, chat, text, photo));
}

#[bale::fallback]
async fn lost(
    message: Option<&Message>,
    query: Option<CallbackQuery>,
    chat: Option<Chat>,
    user: Option<User>,
    update: Update,
    text: Option<Text>,
) {
    drop((query, chat, user, update, text));
    let _ = message;
}
