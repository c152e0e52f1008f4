//! Keeps a group in order: welcome, bad words, warnings, bans, and a good morning at eight: `cargo run --example moderation`
//!
//! Each group has rules of its own, which its administrators set. Make the bot an administrator: only then may it
//! delete, ban and pin, and only then does Bale tell it who the other administrators are.

use std::collections::BTreeSet;

use bale::{App, Bot, Chat, Context, Data, MemberJoin, Message, Result, User};
use serde::{Deserialize, Serialize};

/// What is forbidden in a group.
#[derive(bale::Data, Serialize, Deserialize)]
#[data(key = chat)]
struct Rules {
    bad_words: BTreeSet<String>,
    /// So many are forgiven.
    warnings: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { bad_words: BTreeSet::new(), warnings: 2 }
    }
}

/// How often somebody was warned in a group. After a month without a warning it is forgotten.
#[derive(bale::Data, Default, Serialize, Deserialize)]
#[data(key = chat + user, ttl = "30d")]
struct Warned(u32);

/// The groups that want to be greeted.
#[derive(bale::Data, Default, Serialize, Deserialize)]
#[data(key = bot)]
struct Greeted(BTreeSet<i64>);

/// Asked anew for each command, so that nobody keeps rights that were taken away.
#[bale::filter]
async fn is_admin(user: User, chat: Chat) -> Result<bool> {
    let member = chat.get_member(user.id).await?;
    Ok(member.is_owner() || member.is_admin())
}

#[bale::on_member_join(chat = group)]
async fn welcome(join: MemberJoin, bot: Bot) -> Option<String> {
    let people = join.users().filter(|user| user.id != bot.id());
    let names: Vec<_> = people.map(|user| user.first_name.clone()).collect();
    (!names.is_empty()).then(|| format!("{} خوش آمدید!", names.join("، ")))
}

/// Forbid words: /forbid word word
#[bale::command("forbid {words...}", chat = group, filter = is_admin)]
async fn forbid(words: Vec<String>, mut rules: Data<Rules>) -> Result<String> {
    rules.change(|rules| rules.bad_words.extend(words.clone())).await?;
    Ok(format!("{} کلمه ممنوع است.", rules.bad_words.len()))
}

/// How many warnings somebody gets.
#[bale::command("warnings {count}", chat = group, filter = is_admin)]
async fn warnings(count: u32, mut rules: Data<Rules>) -> Result<&'static str> {
    rules.change(|rules| rules.warnings = count).await?;
    Ok("باشد.")
}

/// Ban who wrote the message that this replies to.
#[bale::command(chat = group, reply, filter = is_admin)]
async fn ban(message: Message, chat: Chat) -> Result<Option<String>> {
    let Some(user) = message.reply_to_message().and_then(|it| it.author()) else {
        return Ok(None);
    };
    chat.ban_member(user.id).await?;
    Ok(Some(format!("{} اخراج شد.", user.first_name)))
}

/// Pin the message that this replies to.
#[bale::command(chat = group, reply, filter = is_admin)]
async fn pin(message: Message) -> Result {
    if let Some(important) = message.reply_to_message() {
        important.pin().await?;
    }
    Ok(())
}

/// A link by which others can join.
#[bale::command(chat = group, filter = is_admin)]
async fn link(chat: Chat) -> Result<String> {
    Ok(chat.create_invite_link().await?.invite_link)
}

/// Good morning at eight, or not.
#[bale::command(chat = group, filter = is_admin)]
async fn greet(chat: Chat, mut greeted: Data<Greeted>) -> Result<&'static str> {
    let is_new = greeted.change(|it| it.0.insert(chat.id) || !it.0.remove(&chat.id)).await?;
    Ok(if is_new { "هر روز ساعت هشت." } else { "دیگر نه." })
}

#[bale::cron("0 8 * * *", tz = "Asia/Tehran")]
async fn good_morning(cx: &Context, greeted: Data<Greeted>) -> Result {
    for &chat in &greeted.0 {
        // A group that removed the bot does not keep the others from their greeting.
        if let Err(error) = cx.once(chat, cx.bot().send_message(chat, "صبح بخیر!")).await {
            eprintln!("{chat}: {error}");
        }
    }
    Ok(())
}

#[bale::on_message(text, chat = group)]
async fn read(message: Message, rules: Data<Rules>, warned: Data<Warned>) -> Result {
    judge(&message, &rules, warned).await
}

/// Words that are put in later count, too.
#[bale::on_edited_message(text, chat = group)]
async fn read_again(message: Message, rules: Data<Rules>, warned: Data<Warned>) -> Result {
    judge(&message, &rules, warned).await
}

async fn judge(message: &Message, rules: &Rules, mut warned: Data<Warned>) -> Result {
    let text = message.text.as_deref().unwrap_or_default();
    let is_bad = text.split_whitespace().any(|word| rules.bad_words.contains(word));
    let Some(user) = message.author().filter(|_| is_bad) else { return Ok(()) };
    let times = warned.change(|it| {
        it.0 += 1;
        it.0
    });
    let times = times.await?;
    message.delete().await?;
    if times > rules.warnings {
        message.chat().ban_member(user.id).await?;
        message.answer(format!("{} اخراج شد.", user.first_name)).await?;
    } else {
        let warning = format!("{}، اخطار {times} از {}.", user.first_name, rules.warnings);
        message.answer(warning).await?;
    }
    Ok(())
}

/// Here rules end with the process. With the feature `sqlite`, return
/// `App::collect().storage(Sqlite::open("moderation.db")?)`, and they do not.
#[bale::main]
async fn main() -> App {
    App::collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bale::{
        emulator::{MemberStatus, NewMember},
        testing::{Person, TestBot},
    };

    /// An administrator and a member of a group.
    fn group(bot: &TestBot) -> (Person, Person) {
        let (sara, reza) = (bot.user("سارا"), bot.user("رضا"));
        let group = bot.group("همکاران", [&sara, &reza]);
        let admin = NewMember::new(group.id(), sara.id(), MemberStatus::Administrator);
        bot.emulator().set_member(&admin).expect("it is a group");
        (sara.in_chat(&group), reza.in_chat(&group))
    }

    #[bale::test]
    async fn bad_words_are_forgiven_once(bot: TestBot) {
        let (sara, reza) = group(&bot);
        sara.send("/forbid زشت بد").await;
        sara.expect_text("2 کلمه ممنوع است.").await;
        sara.send("/warnings ۱").await;
        sara.expect_text("باشد.").await;
        // He is no administrator.
        reza.send("/warnings 9").await;
        reza.expect_nothing().await;

        reza.send("چه زشت !").await;
        bot.expect_call("deleteMessage").await;
        reza.expect_text("رضا، اخطار 1 از 1.").await;
        let sent = reza.send("چه خوب").await;
        reza.edit(sent, "چه بد").await;
        bot.expect_call("deleteMessage").await;
        bot.expect_call("banChatMember").await;
        reza.expect_text("رضا اخراج شد.").await;
    }

    #[bale::test]
    async fn administrators_pin_ban_and_invite(bot: TestBot) {
        let (sara, reza) = group(&bot);
        let sent = reza.send("جلسه ساعت ده").await;
        sara.reply_to(sent.message_id, "/pin").await;
        bot.expect_call("pinChatMessage").await;
        sara.send("/link").await;
        bot.expect_call("createChatInviteLink").await;
        sara.expect_text_containing("ble.ir/join/").await;
        sara.reply_to(sent.message_id, "/ban").await;
        bot.expect_call("banChatMember").await;
        sara.expect_text("رضا اخراج شد.").await;
    }

    #[bale::test]
    async fn who_joins_is_welcome(bot: TestBot) {
        let (sara, _) = group(&bot);
        sara.add(&bot.user("مینا")).await;
        sara.expect_text("مینا خوش آمدید!").await;
    }

    #[bale::test]
    async fn a_good_morning_at_eight(bot: TestBot) {
        bot.starts_at(1_774_067_340); // 21 March 2026, 07:59 in Tehran
        let (sara, _) = group(&bot);
        sara.send("/greet").await;
        sara.expect_text("هر روز ساعت هشت.").await;
        bot.advance(Duration::from_secs(120)).await;
        sara.expect_text("صبح بخیر!").await;
        sara.send("/greet").await;
        sara.expect_text("دیگر نه.").await;
        bot.advance(Duration::from_secs(24 * 60 * 60)).await;
        sara.expect_nothing().await;
    }
}
