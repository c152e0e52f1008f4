//! A bot for the members of a channel: `cargo run --example mandatory_membership`
//!
//! Others get a button to join, and one that looks again. Bale tells only administrators of a channel who is in it, so make the bot one.

use std::{
    collections::HashMap,
    error::Error,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bale::{
    App, Bot, CallbackQuery, Message, Result, State, Text, User,
    extract::Caused,
    filter::Filter,
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};
use tokio::time::Instant;

const CHANNEL: i64 = 5_123_456_789;
const LINK: &str = "https://ble.ir/my_channel";

/// How long a member is believed to be one, so that not every message costs a call. Strangers are asked for every
/// time: they are about to join.
const BELIEVED: Duration = Duration::from_secs(60);

/// Who is in the channel, as far as it is known: since when.
#[derive(Default)]
struct Members(Mutex<HashMap<i64, Instant>>);

impl Members {
    async fn has(&self, bot: &Bot, user: i64) -> Result<bool> {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&user).is_some_and(is_fresh) {
            return Ok(true);
        }
        match bot.get_chat_member(CHANNEL, user).await {
            Ok(member) if !member.is_in_chat() => Ok(false),
            Ok(_) => {
                let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                // What is old is of no use, and the map is no larger than the members of one minute.
                seen.retain(|_, since| is_fresh(since));
                seen.insert(user, Instant::now());
                Ok(true)
            }
            // So Bale answers about people who are not there.
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) if error.is_forbidden() => Err(NoAdministrator.into()),
            Err(error) => Err(error.into()),
        }
    }
}

fn is_fresh(since: &Instant) -> bool {
    since.elapsed() < BELIEVED
}

/// The bot cannot see the members.
#[derive(Debug)]
struct NoAdministrator;

impl fmt::Display for NoAdministrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Bale does not say who is in channel {CHANNEL}: make the bot an administrator there"
        )
    }
}

impl Error for NoAdministrator {}

#[bale::filter]
async fn is_member(user: User, bot: Bot, members: State<Members>) -> Result<bool> {
    members.has(&bot, user.id).await
}

#[bale::filter]
fn is_stranger() -> Filter {
    is_member::filter().not()
}

/// Begin.
#[bale::command(filter = is_member)]
async fn start() -> &'static str {
    "خوش آمدید! هر چه بنویسید تکرار می‌کنم."
}

#[bale::on_message(filter = is_member)]
async fn echo(Text(text): Text) -> String {
    text
}

/// Whatever a stranger writes, commands as well: those above are not for them.
#[bale::fallback(filter = is_stranger)]
async fn invite(message: Message) -> Result {
    let keyboard = InlineKeyboardMarkup::new()
        .row([InlineKeyboardButton::url("عضویت در کانال", LINK)])
        .row([joined::button("عضو شدم")?]);
    message.reply("برای استفاده از بات عضو کانال شوید.").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_callback("joined")]
async fn joined(query: CallbackQuery, bot: Bot, members: State<Members>) -> Result<&'static str> {
    if !members.has(&bot, query.from.id).await? {
        return Ok("هنوز عضو کانال نیستید.");
    }
    if let Some(message) = query.message() {
        message.edit("عضو شدید. حالا هر چه می‌خواهید بنویسید.").await?;
    }
    Ok("خوش آمدید!")
}

/// Nobody is let in unseen, and nobody is told to join who may be a member.
#[bale::on_error]
async fn cannot_see(error: Caused<NoAdministrator>) -> &'static str {
    eprintln!("{}", *error);
    "اکنون نمی‌توانم عضویت را بررسی کنم. کمی بعد دوباره بنویسید."
}

/// Says at once what would otherwise be found out by the first user.
#[bale::on_start]
async fn look_around(bot: Bot) {
    let me = bot.get_chat_member(CHANNEL, bot.id()).await;
    if !me.is_ok_and(|me| me.is_admin()) {
        eprintln!("{NoAdministrator}");
    }
}

#[bale::main]
async fn main() -> App {
    app()
}

fn app() -> App {
    App::new().state(Members::default())
}

#[cfg(test)]
mod tests {
    use bale::{
        emulator::{ChatType, MemberStatus, NewMember},
        testing::{Person, TestBot},
    };

    use super::*;

    const INVITATION: &str = "برای استفاده از بات عضو کانال شوید.";

    /// A channel is there, in which the bot is an administrator.
    fn open(bot: &TestBot) -> Person {
        bot.emulator().add_chat(CHANNEL, ChatType::Channel).expect("a new chat");
        bot.user("سارا")
    }

    async fn join(sara: &Person, bot: &TestBot) {
        bot.act(|emulator| emulator.join(CHANNEL, sara.id())).await;
    }

    fn times_asked(bot: &TestBot) -> usize {
        // Once by `look_around`.
        bot.calls().iter().filter(|call| call.method == "getChatMember").count() - 1
    }

    #[bale::test(app = app)]
    async fn a_stranger_joins_and_is_served(bot: TestBot) {
        let sara = open(&bot);
        for text in ["/start", "سلام", "/nothing"] {
            sara.send(text).await;
            sara.expect_text(INVITATION).await;
            sara.expect_buttons(&[&["عضویت در کانال"], &["عضو شدم"]]).await;
        }
        sara.press("عضو شدم").await;
        sara.expect_toast("هنوز عضو کانال نیستید.").await;

        join(&sara, &bot).await;
        sara.press("عضو شدم").await;
        sara.expect_edit("عضو شدید. حالا هر چه می‌خواهید بنویسید.").await;
        sara.expect_toast("خوش آمدید!").await;
        sara.send("سلام").await;
        sara.expect_text("سلام").await;
        sara.send("/start").await;
        sara.expect_text_containing("خوش آمدید").await;
    }

    #[bale::test(app = app)]
    async fn a_member_is_asked_for_once_a_minute(bot: TestBot) {
        let sara = open(&bot);
        join(&sara, &bot).await;
        for text in ["یک", "دو", "سه"] {
            sara.send(text).await;
            sara.expect_text(text).await;
        }
        assert_eq!(times_asked(&bot), 1);
        bot.act(|emulator| emulator.leave(CHANNEL, sara.id())).await;
        bot.advance(BELIEVED).await;
        sara.send("چهار").await;
        sara.expect_text(INVITATION).await;
        assert_eq!(times_asked(&bot), 2);
    }

    #[bale::test(app = app)]
    async fn a_bot_that_is_no_administrator_says_so(bot: TestBot) {
        let sara = open(&bot);
        let (me, channel) = (123456, CHANNEL);
        let member = NewMember::new(channel, me, MemberStatus::Member);
        bot.emulator().set_member(&member).expect("it is a channel");
        sara.send("سلام").await;
        sara.expect_text_containing("کمی بعد دوباره").await;
        bot.expect_error(|error| error.to_string().contains("make the bot an administrator")).await;

        let admin = NewMember::new(channel, me, MemberStatus::Administrator);
        bot.emulator().set_member(&admin).expect("it is a channel");
        sara.send("سلام").await;
        sara.expect_text(INVITATION).await;
    }
}
