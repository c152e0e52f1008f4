//! The attributes of `bale`: they declare what a function is for, and the framework calls it.
//!
//! This crate is used through `bale`, which documents it with examples that run. An attribute leaves
//! its function exactly as it was written, so that it can be called and tested like any other, and
//! adds one constant record beside it, which `bale` finds when the program starts. Nothing is looked
//! up by name: a parameter is whatever `bale::extract::FromUpdate` makes of its type.
//!
//! # Functions
//!
//! All attributes but [`macro@main`] and [`macro@test`] go on a free function of this shape:
//!
//! - `async fn`; or `fn`, if it returns something.
//! - Each parameter is an argument, if the attribute's pattern has a capture of its name, or else
//!   something that this kind of update has, owned or borrowed: `Message`, `&Message`, `Bot`,
//!   `State<T>`, ..
//! - It returns `()`, a text to answer with, `Option`, `Pass`, or a `Result` of these with any error.
//! - It may have lifetimes, but no type parameters, and no `self`.
//!
//! # Options
//!
//! | option | of | meaning |
//! |---|---|---|
//! | `"pattern"` | `command`, `on_message`, `on_callback` | what it runs for; comes first |
//! | `"1h"`, `"0 9 * * *"`, `"name"` | `every`, `cron`, `job` | when it runs, or its name; comes first |
//! | `alias = ".."` | `command` | another name; repeatable |
//! | `aliases = ["..", ".."]` | `command` | other names |
//! | `hidden` | `command` | not in the list of commands |
//! | `chat = private \| group \| channel` | all with a chat of any kind | only in these kinds of chats; repeatable |
//! | `from = 5 \| "username" \| CONSTANT` | all with somebody behind them | only what these people did |
//! | `text`, `photo`, `video`, `voice`, `audio`, `document`, `sticker`, `animation`, `contact`, `location` | those of messages, `fallback` | only messages with that |
//! | `reply`, `forwarded` | those of messages, `command`, `fallback` | only replies, only forwarded messages |
//! | `regex = ".."` | those of messages, `on_callback` | only where the text, caption or data has what it finds |
//! | `filter = path` | all that handle an update, `on_update` | only what a [`macro@filter`] lets through; repeatable |
//! | `group = ".."` | all but `main`, `test` and `filter` | the group it belongs to, for `App::groups` and the group's middleware |
//! | `state = Order::Name` | all that handle an update | only in that state of the conversation: see [`macro@Dialogue`] |
//! | `lane = "none"` | all that handle an update | does not wait for earlier updates of its chat |
//! | `tz = ".."` | `cron` | the time zone |
//! | `overlap` | `every`, `cron` | runs though it still runs |
//! | `catch_up = false` | `every`, `cron` | leaves out what was missed |
//! | `priority = 10` | all but `main`, `test` and jobs | higher runs first; 0 if not given, and may be negative |
//! | `crate = path::to::bale` | all | where `bale` is, if it has another name |
//! | `link(a, b)` | `main` | crates whose handlers belong to the program |
//! | `app = path::to::app` | `test` | a function that gives the bot |
//!
//! # Patterns
//!
//! A pattern is literal text with captures, each of which fills the parameter of its name:
//!
//! | capture | takes | type of the parameter |
//! |---|---|---|
//! | `{name}` | one word | any that implements `FromStr` |
//! | `{name?}` | one word or nothing | an `Option` of such a type |
//! | `{name...}` | all that is left | `String`, `Option<String>`, or a `Vec` of such a type |
//!
//! Optional captures come after all others, a rest comes last, and a capture is a whole word. A
//! literal brace is written twice: `{{`. There are at most 16 captures. In the pattern of
//! [`macro@on_callback`] white space means nothing special, and all captures are plain ones.
//!
//! # What an attribute writes
//!
//! ```text
//! async fn start(message: Message) -> Result { .. }
//!
//! const _: () = {
//!     fn __call<'c>(cx: &'c Context) -> BoxFuture<'c, Outcome> { .. start(message).await .. }
//!     inventory::submit! { Record { name: "start", line: line!(), call: __call, .. } }
//! };
//! ```
//!
//! The files in `src/tests/expansions` show it to the letter.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as TokenStream2;
use quote::quote;

use crate::{
    data::Data,
    dialogue::Dialogue,
    model::{Handler, Kind, Main, Test},
    parts::Parts,
};

mod data;
mod dialogue;
mod expand;
mod model;
mod options;
mod parse;
mod parts;
mod pattern;
mod period;
mod state;
#[cfg(test)]
mod tests;

/// A command: a message that starts with `/` and a name.
///
/// The name is the pattern's first word, or without a pattern the function's name. It may be written
/// in any script. The function's doc comment describes the command in the list of commands, and the
/// pattern shows how it is used.
///
/// ```text
/// /// Add two numbers.
/// #[bale::command("add {a} {b}", alias = "جمع")]
/// async fn add(a: i64, b: i64) -> String {
///     (a + b).to_string()
/// }
/// ```
///
/// An argument that is missing or cannot be read answers the user how the command is used.
///
/// | option | meaning |
/// |---|---|
/// | `"pattern"` | the name and the arguments, without the slash |
/// | `alias = ".."`, `aliases = ["..", ".."]` | other names |
/// | `hidden` | not in the list of commands |
/// | `reply`, `forwarded`, `from = ..`, `filter = path` | as of [`macro@on_message`] |
/// | `chat = private \| group \| channel` | only in these kinds of chats |
/// | `state = Order::Name`, `state = Order::Phone { name }` | only in this state of the conversation, with its fields as parameters: see [`macro@Dialogue`] |
/// | `lane = "none"` | does not wait for earlier updates of its chat: `/cancel` overtakes |
/// | `group = ".."` | the group it belongs to, for `App::groups` and a [`macro@middleware`] around it |
/// | `priority = 10` | higher runs first |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn command(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Command, attr.into(), &item.into()).into()
}

/// A message: any, or one whose text fits a pattern.
///
/// ```text
/// #[bale::on_message("راهنما")]
/// async fn help() -> &'static str {
///     "چه کمکی می‌خواهید؟"
/// }
///
/// #[bale::on_message]
/// async fn echo(Text(text): Text) -> String {
///     text
/// }
/// ```
///
/// A text without captures also gives the button of a reply keyboard that writes it: `help::button()` is a
/// `KeyboardButton` that says `راهنما`, so that button and handler never part. It belongs to a type as that
/// of [`macro@on_callback`] does.
///
/// The parameters are filters: with a `Photo` among them only messages with a photo fit, and others
/// go on to the next handler.
///
/// | option | meaning |
/// |---|---|
/// | `"pattern"` | the whole text; none means any message |
/// | `text`, `photo`, `video`, `voice`, `audio`, `document`, `sticker`, `animation`, `contact`, `location` | only messages with that |
/// | `reply`, `forwarded` | only replies, only forwarded messages |
/// | `from = 5 \| "username" \| CONSTANT` | only from these people |
/// | `regex = ".."` | only where the text or the caption has what it finds, as it was written |
/// | `filter = path` | only what a [`macro@filter`] lets through; repeatable |
/// | `chat = private \| group \| channel` | only in these kinds of chats |
/// | `state = Order::Name`, `state = Order::Phone { name }` | only in this state of the conversation, with its fields as parameters: see [`macro@Dialogue`] |
/// | `lane = "none"` | does not wait for earlier updates of its chat |
/// | `group = ".."` | the group it belongs to, for `App::groups` and a [`macro@middleware`] around it |
/// | `priority = 10` | higher runs first |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn on_message(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Message, attr.into(), &item.into()).into()
}

/// An edited message. It takes the options of [`macro@on_message`], but no pattern.
///
/// ```text
/// #[bale::on_edited_message]
/// async fn edited(message: Message) -> bale::Result { .. }
/// ```
#[proc_macro_attribute]
pub fn on_edited_message(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::EditedMessage, attr.into(), &item.into()).into()
}

/// A press of an inline button: any, or one whose data fits a pattern.
///
/// ```text
/// #[bale::on_callback("buy:{item}:{qty}")]
/// async fn buy(query: CallbackQuery, item: u64, qty: u32) -> bale::Result { .. }
/// ```
///
/// A pattern also gives the way back: `buy::data(42, 1)` is the data of a button that runs `buy` with
/// these arguments, `buy:42:1`, or an error if a button cannot carry it, and `buy::button("Buy", 42, 1)` is
/// that button. They take the types of the parameters, in the order of the captures, so these implement
/// `Display` as well. If a function has several patterns, the last one is written.
///
/// Both belong to a type with the function's name and visibility. Where the function is imported, so is
/// the type.
///
/// | option | meaning |
/// |---|---|
/// | `"pattern"` | the whole data, 64 bytes at most; none means any button |
/// | `regex = ".."` | only where the data has what it finds |
/// | `from = ..`, `filter = path` | as of [`macro@on_message`] |
/// | `chat = private \| group \| channel` | only in these kinds of chats |
/// | `state = Order::Name`, `state = Order::Phone { name }` | only in this state of the conversation, with its fields as parameters: see [`macro@Dialogue`] |
/// | `lane = "none"` | does not wait for earlier updates of its chat |
/// | `group = ".."` | the group it belongs to, for `App::groups` and a [`macro@middleware`] around it |
/// | `priority = 10` | higher runs first |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn on_callback(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Callback, attr.into(), &item.into()).into()
}

/// A payment that waits for approval, for 10 seconds: then Bale cancels it.
///
/// ```text
/// #[bale::on_pre_checkout]
/// async fn check(query: PreCheckoutQuery, State(stock): State<Stock>) -> bale::Result {
///     if stock.has(&query.invoice_payload) {
///         query.accept().await?;
///     } else {
///         query.decline("تمام شد.").await?;
///     }
///     Ok(())
/// }
/// ```
///
/// A query that is not answered 8 seconds after it arrived is declined, whatever its handler does, and the log says
/// so. `App::decline_text` is what the user is told then.
///
/// It takes the options `from`, `filter`, `lane`, `group`, `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_pre_checkout(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::PreCheckout, attr.into(), &item.into()).into()
}

/// A payment that was made: the message with its receipt.
///
/// ```text
/// #[bale::on_payment]
/// async fn paid(payment: Payment) -> String {
///     format!("{} ریال رسید.", payment.total_amount)
/// }
/// ```
///
/// It comes before [`macro@on_message`], and takes the options `chat`, `from`, `filter`, `lane`, `group`, `priority` and
/// `crate`.
#[proc_macro_attribute]
pub fn on_payment(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Payment, attr.into(), &item.into()).into()
}

/// People who came into a group, by themselves or because somebody added them.
///
/// ```text
/// #[bale::on_member_join]
/// async fn welcome(join: MemberJoin) -> String {
///     let names: Vec<_> = join.users().map(|user| user.first_name.clone()).collect();
///     format!("{} خوش آمدید!", names.join("، "))
/// }
/// ```
///
/// It comes before [`macro@on_message`], and takes the options `chat`, `from`, `filter`, `lane`, `group`, `priority` and
/// `crate`.
#[proc_macro_attribute]
pub fn on_member_join(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::MemberJoin, attr.into(), &item.into()).into()
}

/// Somebody who left a group, or was removed from it.
///
/// ```text
/// #[bale::on_member_leave]
/// async fn bye(leave: MemberLeave) -> bale::Result { .. }
/// ```
///
/// It comes before [`macro@on_message`], and takes the options `chat`, `from`, `filter`, `lane`, `group`, `priority` and
/// `crate`.
#[proc_macro_attribute]
pub fn on_member_leave(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::MemberLeave, attr.into(), &item.into()).into()
}

/// A post in a channel that no command and no text takes.
///
/// ```text
/// #[bale::on_channel_post]
/// async fn posted(post: Message) -> bale::Result { .. }
/// ```
///
/// Bale hands posts out as messages; they are told apart by the kind of their chat. This comes before
/// [`macro@on_message`], which gets the posts that are left. It takes the options of [`macro@on_message`], but no
/// pattern, `chat` or `from`.
#[proc_macro_attribute]
pub fn on_channel_post(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::ChannelPost, attr.into(), &item.into()).into()
}

/// A message or a button press that no other handler took.
///
/// ```text
/// #[bale::fallback(chat = private)]
/// async fn lost() -> &'static str {
///     "متوجه نشدم. /help را ببینید."
/// }
/// ```
///
/// It is for what somebody did and waits to see answered: new messages and button presses. It is not asked about edited
/// messages, posts of channels, joins, leaves, receipts and other notes about a chat, nor about commands meant for
/// another bot.
///
/// It takes the options of [`macro@on_message`], but no pattern and no `regex`.
#[proc_macro_attribute]
pub fn fallback(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Fallback, attr.into(), &item.into()).into()
}

/// A condition on updates, for the option `filter = ..` of the other attributes and for `bale::filter`.
///
/// ```text
/// /// Whether the user is in the channel.
/// #[bale::filter]
/// async fn is_member(user: User, bot: Bot) -> bale::Result<bool> {
///     match bot.get_chat_member("@my_channel", user.id).await {
///         Ok(member) => Ok(member.is_in_chat()),
///         Err(error) if error.is_not_found() || error.is_bad_request() => Ok(false),
///         Err(error) => Err(error.into()),
///     }
/// }
///
/// #[bale::filter]
/// fn is_stranger() -> Filter {
///     is_member::filter().not()
/// }
///
/// #[bale::on_message(filter = is_stranger, priority = 1)]
/// async fn come_in() -> &'static str {
///     "اول عضو کانال شوید."
/// }
/// ```
///
/// It goes on a function, `async` or not, of parameters that an update has. It returns `bool` or a `Result` of it; an error
/// goes to `on_error`. An update without one of the parameters is refused. A function without parameters may return a
/// `Filter` instead, made of others.
///
/// `is_member::filter()` gives the filter in code: the attribute writes a type with the function's name and visibility.
///
/// It takes the option `crate`.
#[proc_macro_attribute]
pub fn filter(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Filter, attr.into(), &item.into()).into()
}

/// Every update, before the handler that it is for. It sees updates and never uses them up.
///
/// ```text
/// #[bale::on_update]
/// async fn count(update: Update, State(counter): State<Counter>) { .. }
/// ```
///
/// It takes the options `chat`, `from`, `filter`, `group`, `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_update(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Update, attr.into(), &item.into()).into()
}

/// The start of the bot, before the first update.
///
/// ```text
/// #[bale::on_start]
/// async fn ready(bot: Bot) -> bale::Result { .. }
/// ```
///
/// It takes the options `group`, `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_start(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Start, attr.into(), &item.into()).into()
}

/// The stop of the bot, after the last update.
///
/// ```text
/// #[bale::on_stop]
/// async fn bye(State(db): State<Db>) -> bale::Result { .. }
/// ```
///
/// It takes the options `group`, `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_stop(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Stop, attr.into(), &item.into()).into()
}

/// A handler that failed: it returned an error, or it panicked.
///
/// ```text
/// #[bale::on_error]
/// async fn report(error: HandlerError) -> &'static str {
///     eprintln!("{error}");
///     "مشکلی پیش آمد."
/// }
/// ```
///
/// It takes the options `group`, `priority` and `crate`.
#[proc_macro_attribute]
pub fn on_error(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Error, attr.into(), &item.into()).into()
}

/// A job that runs again after each period.
///
/// ```text
/// #[bale::every("1h")]
/// async fn refresh(State(rates): State<Rates>) -> bale::Result { .. }
/// ```
///
/// The first run is one period after the first start. A run that fails or panics is reported, and the next one
/// comes at its time. `bale::jobs` says what happens when runs are missed.
///
/// | option | meaning |
/// |---|---|
/// | `"period"` | numbers with the units w, d, h, m, s, ms: `"1d 12h"`; one second at least |
/// | `overlap` | a run begins though the one before it has not ended |
/// | `catch_up = false` | runs that were missed are left out; otherwise one makes up for them |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn every(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Every, attr.into(), &item.into()).into()
}

/// A job that runs at the times that a cron expression names: minute, hour, day of the month, month, weekday.
///
/// ```text
/// #[bale::cron("0 9 * * SAT-THU", tz = "Asia/Tehran")]
/// async fn good_morning(bot: Bot) -> bale::Result { .. }
/// ```
///
/// Each field takes `*`, numbers, ranges `1-5`, lists `1,15` and steps `*/5`; months and weekdays have names as well.
/// Where both kinds of days are restricted, either is enough. What is wrong with an expression is told by the
/// compiler, and an unknown time zone when the bot starts.
///
/// | option | meaning |
/// |---|---|
/// | `"expression"` | the five fields |
/// | `tz = "Asia/Tehran"` | the time zone; UTC if not given |
/// | `overlap` | a run begins though the one before it has not ended |
/// | `catch_up = false` | runs that were missed are left out; otherwise one makes up for them |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn cron(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Cron, attr.into(), &item.into()).into()
}

/// A job that runs once, when it was put off to, and survives a restart.
///
/// ```text
/// #[bale::job]
/// async fn remind(bot: Bot, Payload(it): Payload<Reminder>) -> bale::Result { .. }
///
/// remind::after(&bot, Duration::from_secs(600), Reminder { .. }).await?;
/// ```
///
/// `after` and `at` belong to a type with the function's name and visibility. They take the type inside
/// `Payload<..>`, if the function has such a parameter, which implements serde's two traits.
///
/// | option | meaning |
/// |---|---|
/// | `"name"` | what the storage calls it; the function's name if not given |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn job(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Job, attr.into(), &item.into()).into()
}

/// What runs around the handlers of every update, or of a group of them.
///
/// ```text
/// #[bale::middleware]
/// async fn time(cx: &Context, next: Next<'_>) -> Outcome {
///     let start = Instant::now();
///     let outcome = next.run().await;
///     println!("{:?}", start.elapsed());
///     outcome
/// }
///
/// #[bale::middleware(group = "admin")]
/// async fn only_admins(user: User, State(admins): State<Admins>, next: Next<'_>) -> Outcome {
///     if admins.contains(user.id) { next.run().await } else { Pass.into() }
/// }
/// ```
///
/// Without a group it is around the search for a handler: it runs once an update, also if no handler takes it,
/// after the observers of [`macro@on_update`]. With a group it is around each handler of that group, and runs
/// when one of them is about to.
///
/// Parameters that an update does not have are no filter for the handlers: the middleware is left out. Jobs have no
/// update, and middlewares are around them too: those that ask for a `User` or a `Message` are left out there.
///
/// | option | meaning |
/// |---|---|
/// | `group = ".."` | only around the handlers of this group |
/// | `priority = 10` | higher is further out |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn middleware(attr: TokenStream, item: TokenStream) -> TokenStream {
    handler(Kind::Middleware, attr.into(), &item.into()).into()
}

/// The program: it gathers all handlers, checks them, and runs the bot.
///
/// ```text
/// #[bale::main]
/// async fn main() {}
/// ```
///
/// It goes on `async fn main`, which is the place for what must be set up before the bot starts. It
/// returns `()`, an `App` with state and settings, or a `Result` of one of these.
///
/// | option | meaning |
/// |---|---|
/// | `link(a, b)` | crates whose handlers belong to the program |
/// | `crate = path::to::bale` | where `bale` is |
///
/// Handlers of a crate that the program names nowhere are not linked into it. That is so for the
/// package's own `src/lib.rs` as well, if `src/main.rs` uses nothing of it: name it in `link(..)`.
///
/// It also writes a test, `bale_registry_is_valid`, by which `cargo test` finds what would keep the
/// bot from starting, such as two handlers of one command.
///
/// ```text
/// fn main() -> ExitCode {
///     use ::my_handlers as _;
///     async fn main() {}
///     bale::__private::run(.., main)
/// }
///
/// #[cfg(test)]
/// #[test]
/// fn bale_registry_is_valid() { .. }
/// ```
#[proc_macro_attribute]
pub fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    start(attr.into(), &item.into(), has_lib_beside()).into()
}

/// A test of the bot, by `bale::testing`: it needs that feature.
///
/// ```text
/// #[bale::test]
/// async fn greets(bot: TestBot) {
///     let sara = bot.user("سارا");
///     sara.send("/start").await;
///     sara.expect_text("سلام").await;
/// }
/// ```
///
/// It goes on an `async fn` with one parameter, the bot under test, that returns `()` or a `Result<(), E>` with
/// any `E: Debug`. Attributes such as `#[should_panic]` and `#[ignore]` mean what they mean on other tests.
///
/// | option | meaning |
/// |---|---|
/// | `app = path::to::app` | a function that gives what the body of [`macro@main`] may give |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_attribute]
pub fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    test_of_bot(attr.into(), &item.into()).into()
}

/// The fields of a struct as parts of the application state: `App::state(Shop { .. })` gives `State<Shop>` and, for
/// each field, a state of its type.
///
/// ```text
/// #[derive(bale::State)]
/// struct Shop {
///     settings: Settings,
///     database: Arc<Database>,
///     #[state(skip)]
///     opened: Instant,
/// }
///
/// #[bale::command]
/// async fn price(settings: State<Settings>, database: State<Database>) -> bale::Result<String> { .. }
/// ```
///
/// A field is cloned once, when the state is given. An `Arc<T>` is not: it is shared, and asked for as `State<T>`. Two
/// fields of one type are a mistake.
///
/// | option | of | meaning |
/// |---|---|---|
/// | `#[state(skip)]` | a field | it is no part |
/// | `#[state(crate = path::to::bale)]` | the struct | where `bale` is |
#[proc_macro_derive(State, attributes(state))]
pub fn state(item: TokenStream) -> TokenStream {
    parts(item.into()).into()
}

/// The states of a conversation: a variant for each thing that is asked for, with what is known by then.
///
/// ```text
/// #[derive(bale::Dialogue, Serialize, Deserialize)]
/// #[dialogue(ttl = "2d")]
/// enum Order {
///     Name,
///     Phone { name: String },
/// }
///
/// #[bale::command]
/// async fn order() -> Step {
///     Goto(Order::Name).reply("نام؟")
/// }
///
/// #[bale::on_message(state = Order::Name)]
/// async fn name(Text(name): Text) -> Step {
///     Goto(Order::Phone { name }).reply("شماره؟")
/// }
///
/// #[bale::on_message(state = Order::Phone { name })]
/// async fn phone(name: String, Text(phone): Text) -> Step {
///     Exit.reply(format!("{name}، {phone}: ثبت شد."))
/// }
///
/// #[bale::command(lane = "none")]
/// async fn cancel() -> Step {
///     Exit::of::<Order>().reply("لغو شد.")
/// }
/// ```
///
/// `state = Order::Name | Order::Phone` is for either, `state = Order::_` for any. `{ name: old }` and `(name, _)` take
/// fields apart as any pattern does. The module `bale::dialogue` says who is asked first, and what becomes of an update
/// when another one was faster.
///
/// It goes on an enum that derives serde's two traits as well, since states are stored: they say in which form. States
/// that were stored and cannot be read any more are kept aside, and `on_error` is told.
///
/// | option | meaning |
/// |---|---|
/// | `name = ".."` | what states are stored under; the enum's name in `snake_case` if not given. Never changed, and unlike that of any other conversation of the bot |
/// | `key = chat + user` | whose conversation it is: of each person in each chat (this, if not given), of a whole chat (`key = chat`), or of a person in all chats (`key = user`) |
/// | `ttl = "2d"` | after how long without a change it is forgotten; a week if not given. Units as of [`macro@every`] |
/// | `version = 1` | the form of the states, 0 if not given: counted up when stored ones would be read wrongly |
/// | `migrate = path` | a function that reads states of other versions: `fn(u32, serde_json::Value) -> Option<Order>` |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_derive(Dialogue, attributes(dialogue))]
pub fn dialogue(item: TokenStream) -> TokenStream {
    states(item.into()).into()
}

/// What the bot remembers of a person, of a chat, or of itself, as a parameter `Data<Cart>`.
///
/// ```text
/// #[derive(bale::Data, Default, Serialize, Deserialize)]
/// #[data(key = user)]
/// struct Cart {
///     fruits: Vec<String>,
/// }
///
/// #[bale::command("add {fruit}")]
/// async fn add(fruit: String, mut cart: Data<Cart>) -> bale::Result<String> {
///     cart.change(|cart| cart.fruits.push(fruit.clone())).await?;
///     Ok(cart.fruits.join("، "))
/// }
/// ```
///
/// The type derives `Default` and serde's two traits as well: it is its default as long as nothing is stored. The module
/// `bale::data` says where it is kept, and what becomes of changes that meet.
///
/// | option | meaning |
/// |---|---|
/// | `key = user` | whose it is: of each person in all chats (this, if not given), of a whole chat (`key = chat`), of each person in each chat (`key = chat + user`), or of the bot alone (`key = bot`) |
/// | `name = ".."` | what it is stored under; the type's name in `snake_case` if not given. Never changed, and unlike that of any other data of the bot |
/// | `ttl = "90d"` | after how long without a change it is forgotten; never if not given. Units as of [`macro@every`] |
/// | `version = 1` | the form of what is stored, 0 if not given: counted up when stored data would be read wrongly |
/// | `migrate = path` | a function that reads data of other versions: `fn(u32, serde_json::Value) -> Option<Cart>` |
/// | `crate = path::to::bale` | where `bale` is |
#[proc_macro_derive(Data, attributes(data))]
pub fn data(item: TokenStream) -> TokenStream {
    kept(item.into()).into()
}

fn kept(item: TokenStream2) -> TokenStream2 {
    match Data::new(item) {
        Ok(data) => data.expand(),
        Err(problems) => problems.into_compile_error(),
    }
}

fn states(item: TokenStream2) -> TokenStream2 {
    match Dialogue::new(item) {
        Ok(dialogue) => dialogue.expand(),
        Err(problems) => problems.into_compile_error(),
    }
}

fn parts(item: TokenStream2) -> TokenStream2 {
    match Parts::new(item) {
        Ok(parts) => parts.expand(),
        Err(problems) => problems.into_compile_error(),
    }
}

/// The function and its record; after a mistake, the function and what is wrong.
fn handler(kind: Kind, attr: TokenStream2, item: &TokenStream2) -> TokenStream2 {
    match Handler::new(kind, attr, item.clone()) {
        Ok(handler) => handler.expand(),
        Err(problems) => {
            let problems = problems.into_compile_error();
            quote!(#item #problems)
        }
    }
}

/// The program's `main`; after a mistake one that does nothing, so that the compiler does not miss it
/// as well.
fn start(attr: TokenStream2, item: &TokenStream2, lib_beside: bool) -> TokenStream2 {
    match Main::new(attr, item.clone(), lib_beside) {
        Ok(main) => main.expand(),
        Err(problems) => {
            let problems = problems.into_compile_error();
            quote! {
                #[allow(dead_code)]
                fn main() {
                    #item
                }
                #problems
            }
        }
    }
}

/// The test; after a mistake the function, so that nothing in it seems unused.
fn test_of_bot(attr: TokenStream2, item: &TokenStream2) -> TokenStream2 {
    match Test::new(attr, item.clone()) {
        Ok(test) => test.expand(),
        Err(problems) => {
            let problems = problems.into_compile_error();
            quote! {
                #[allow(dead_code)]
                #item
                #problems
            }
        }
    }
}

/// Whether a program is compiled whose package has a library as well. Nothing links that library
/// unless the program names it.
fn has_lib_beside() -> bool {
    let is_program = std::env::var_os("CARGO_BIN_NAME").is_some();
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    is_program
        && package.is_some_and(|package| std::path::Path::new(&package).join("src/lib.rs").exists())
}
