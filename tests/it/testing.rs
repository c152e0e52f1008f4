//! The test kit, by tests as authors write them; what it says about failures is in `testing/failures.rs`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bale::{
    App, Bot, CallbackQuery, Message, Photo, Result, State,
    emulator::{ChatType, Emulator, Fault, FaultAction, MediaKind},
    storage::Memory,
    testing::TestBot,
    types::{
        Contact, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, KeyboardButton, Location,
        ReplyKeyboardMarkup,
    },
};

mod failures;

#[derive(Default)]
struct Visits(AtomicU32);

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::bot")).state(Visits::default())
}

async fn later() -> Result<App> {
    tokio::time::sleep(Duration::from_secs(3600)).await;
    Ok(app())
}

mod bot {
    use super::*;

    #[bale::command]
    async fn start() -> &'static str {
        "سلام"
    }

    #[bale::command]
    async fn visit(State(visits): State<Visits>) -> String {
        (visits.0.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    #[bale::command]
    async fn halt(stop: State<bale::app::StopHandle>) -> &'static str {
        stop.stop();
        "good bye"
    }

    #[bale::command("work {seconds}")]
    async fn work(message: Message, seconds: u64) -> Result {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        message.answer("done").await?;
        Ok(())
    }

    #[bale::command(lane = "none")]
    async fn ping() -> &'static str {
        "pong"
    }

    #[bale::command]
    async fn age(message: Message) -> Result {
        let answer = message.wait_for::<Message>().begin();
        message.answer("how old?").await?;
        let answer = answer.await?;
        message.answer(format!("{}, noted", answer.text.clone().unwrap_or_default())).await?;
        Ok(())
    }

    #[bale::command]
    async fn fail() -> Result {
        Err("out of tea".into())
    }

    #[bale::command]
    async fn panic() {
        panic!("no tea at all");
    }

    #[bale::command]
    async fn shop(message: Message) -> Result {
        let button = |text: &str, data| InlineKeyboardButton::callback(text, data);
        let keyboard = InlineKeyboardMarkup::new()
            .row([button("tea", buy::data(1)?), button("cake", buy::data(2)?)])
            .row([InlineKeyboardButton::url("site", "https://bale.ai")]);
        message.answer("what?").reply_markup(keyboard).await?;
        Ok(())
    }

    #[bale::on_callback("buy:{item}")]
    async fn buy(query: CallbackQuery, item: u32) -> Result {
        if item == 1 {
            query.answer("bought").await?;
        } else {
            query.answer("sold out").show_alert(true).await?;
        }
        if let Some(message) = query.message() {
            message.edit("thanks").await?;
        }
        Ok(())
    }

    #[bale::command]
    async fn menu(message: Message) -> Result {
        let keyboard = ReplyKeyboardMarkup::new().row([KeyboardButton::text("one")]);
        message.answer("choose").reply_markup(keyboard).await?;
        Ok(())
    }

    #[bale::command]
    async fn cat(message: Message) -> Result {
        let photo = InputFile::bytes("cat.png", "no picture");
        message.bot().send_photo(message.chat.id, photo).caption("a cat").await?;
        Ok(())
    }

    #[bale::on_message("one")]
    async fn one() -> &'static str {
        "1"
    }

    #[bale::on_message]
    async fn photo(_: Photo) -> &'static str {
        "a photo"
    }

    #[bale::on_message]
    async fn contact(contact: Contact) -> String {
        contact.phone_number
    }

    #[bale::on_message]
    async fn location(location: Location) -> String {
        format!("{} {}", location.latitude, location.longitude)
    }

    #[bale::on_message(priority = -1)]
    async fn anything(message: Message) -> Option<String> {
        if let Some(people) = &message.new_chat_members {
            return Some(format!("welcome, {}", people[0].first_name));
        }
        message.left_chat_member.as_ref().map(|person| format!("bye, {}", person.first_name))
    }

    #[bale::on_edited_message]
    async fn edited(message: Message) -> Option<String> {
        message.text.as_ref().map(|text| format!("now {text}"))
    }

    #[bale::on_stop]
    async fn stop(bot: bale::Bot) -> Result {
        // The person whose id is 99 is told, if there is one.
        if bot.get_chat(99).await.is_ok() {
            bot.send_message(99, "good night").await?;
        }
        Ok(())
    }
}

#[bale::test(app = app)]
async fn greets(bot: TestBot) {
    let sara = bot.user("سارا");
    sara.send("/start").await;
    let message = sara.expect_text("سلام").await;
    assert_eq!(sara.last_message(), Some(message));
    assert_eq!(sara.id(), bot.user("سارا").id());
    assert_ne!(sara.id(), bot.user("علی").id());
    sara.expect_nothing().await;
}

#[bale::test(app = later)]
async fn a_set_up_may_be_asynchronous(bot: TestBot) -> Result<(), std::num::ParseIntError> {
    let sara = bot.user("sara");
    sara.send("/visit").await;
    let visits = sara.expect_matching(|message| message.text.is_some()).await;
    assert_eq!(visits.text.unwrap_or_default().parse::<u32>()?, 1);
    Ok(())
}

#[bale::test(app = app)]
#[should_panic(expected = "expected the test to succeed, found an error: ParseIntError")]
async fn an_error_fails_the_test(_: TestBot) -> Result<()> {
    "x".parse::<u32>()?;
    Ok(())
}

#[bale::test(app = app)]
async fn what_takes_time_is_waited_for_by_who_expects_it(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send("/work 20").await;
    sara.expect_nothing().await;
    sara.send("/ping").await;
    sara.expect_text("pong").await;
    sara.expect_text("done").await;

    sara.send("/work 3000").await;
    bot.advance(Duration::from_secs(2990)).await;
    sara.expect_nothing().await;
    sara.expect_text_containing("on").await;
}

#[bale::test(app = app)]
async fn a_question_in_a_handler_is_answered(bot: TestBot) {
    let (sara, ali) = (bot.user("sara"), bot.user("ali"));
    sara.send("/age").await;
    sara.expect_text("how old?").await;
    ali.send("/start").await;
    sara.send("7").await;
    sara.expect_text("7, noted").await;
    ali.expect_text("سلام").await;
}

#[bale::test(app = app)]
async fn buttons_are_pressed(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send("/shop").await;
    sara.expect_text("what?").await;
    sara.expect_buttons(&[&["tea", "cake"], &["site"]]).await;
    sara.press("buy:1").await;
    sara.expect_toast("bought").await;
    sara.expect_edit("thanks").await;

    sara.send("/shop").await;
    sara.expect_text("what?").await;
    sara.press("cake").await;
    sara.expect_edit("thanks").await;
    sara.expect_alert("sold out").await;
}

#[bale::test(app = app)]
async fn reply_buttons_are_tapped(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send("/menu").await;
    sara.expect_text("choose").await;
    sara.expect_buttons(&[&["one"]]).await;
    sara.tap("one").await;
    sara.expect_text("1").await;
}

#[bale::test(app = app)]
async fn a_group_has_its_own_conversation(bot: TestBot) {
    let (sara, ali) = (bot.user("sara"), bot.user("ali"));
    let family = bot.group("family", [&sara]);
    assert!(family.id() > i64::from(u32::MAX));
    let (sara_there, ali_there) = (sara.in_chat(&family), ali.in_chat(&family));
    sara_there.send("/start").await;
    sara.expect_nothing().await;
    ali_there.expect_text("سلام").await;
    ali_there.join().await;
    sara_there.expect_text("welcome, ali").await;
    ali_there.leave().await;
    sara_there.expect_text("bye, ali").await;
}

#[bale::test(app = app)]
async fn people_send_more_than_texts(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send_photo("bytes").await;
    sara.expect_text("a photo").await;
    sara.send_media(MediaKind::Photo, "bytes", |photo| photo.caption("hi")).await;
    sara.expect_text("a photo").await;
    sara.send_contact("+98").await;
    sara.expect_text("+98").await;
    sara.send_location(35.5, 51.25).await;
    sara.expect_text("35.5 51.25").await;
    sara.send_document("a.txt", "bytes").await;
    sara.send("/cat").await;
    let cat = sara.expect_text("a cat").await;
    assert_eq!(cat.photo.map(|sizes| sizes.len()), Some(1));
    let sent = sara.reply(&sara.last_message().expect("a cat"), "one").await;
    sara.expect_text("1").await;
    sara.edit(sent, "two").await;
    sara.expect_text("now two").await;
}

#[bale::test(app = app)]
async fn a_restart_forgets_and_a_crash_repeats(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send("/visit").await;
    sara.expect_text("1").await;
    sara.send("/work 5").await;
    bot.restart().await;
    sara.expect_text("done").await;
    sara.send("/visit").await;
    sara.expect_text("1").await;

    sara.send("/work 5").await;
    bot.advance(Duration::from_secs(3)).await;
    bot.crash().await;
    bot.advance(Duration::from_secs(3)).await;
    sara.expect_nothing().await;
    sara.expect_text("done").await;
}

#[bale::test(app = app)]
async fn a_stopped_bot_finds_later_what_people_wrote(bot: TestBot) {
    bot.emulator().add_chat(99, ChatType::Private).expect("a new chat");
    let sara = bot.user("sara");
    bot.stop().await;
    bot.expect_call("sendMessage").await;
    sara.send("/start").await;
    sara.expect_nothing().await;
    bot.start().await;
    sara.expect_text("سلام").await;
    bot.stop().await;
    assert_eq!(bot.expect_call("sendMessage").await.params["text"], "good night");
}

#[bale::test(app = app)]
async fn a_bot_may_stop_itself(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send("/halt").await;
    sara.expect_text("good bye").await;
    sara.send("/start").await;
    sara.expect_nothing().await;
}

#[bale::test(app = app)]
async fn faults_are_the_tests_own_doing(bot: TestBot) {
    let sara = bot.user("sara");
    bot.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(4) }).on("sendMessage"));
    sara.send("/start").await;
    sara.expect_nothing().await;
    sara.expect_text("سلام").await;

    bot.fault(Fault::new(FaultAction::DropAfterAcceptance).on("sendMessage"));
    sara.send("/start").await;
    bot.expect_error(|error| error.to_string().contains("start")).await;

    bot.fault(Fault::new(FaultAction::error(500, "down")).on("getUpdates").times(3));
    bot.restart().await;
    sara.send("/start").await;
    sara.expect_text("سلام").await;
}

#[bale::test(app = app)]
async fn expected_errors_are_no_failure(bot: TestBot) {
    let sara = bot.user("sara");
    sara.send("/fail").await;
    let error = bot.expect_error(|error| !error.is_panic()).await;
    assert_eq!(error.handler(), "fail");
    sara.send("/panic").await;
    bot.expect_error(bale::HandlerError::is_panic).await;
    assert_eq!(bot.errors().len(), 2);
}

#[bale::test(app = app)]
async fn a_lenient_test_expects_what_it_likes(bot: TestBot) {
    bot.lenient();
    let sara = bot.user("sara");
    sara.send("/start").await;
    sara.send("/shop").await;
    sara.press("tea").await;
    let calls: Vec<_> = bot.calls().into_iter().map(|call| call.method).collect();
    let own = ["sendMessage", "sendMessage", "answerCallbackQuery", "editMessageText"];
    assert_eq!(calls, [&["getMe", "deleteWebhook"][..], &own].concat());
}

/// Without the attribute, against a server with a past.
#[tokio::test(start_paused = true)]
async fn a_test_of_another_harness_ends_with_finish() {
    let emulator = Emulator::new("77:OTHER").first_update_id(500);
    emulator.message(1, 1, "/old");
    let runs = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&runs);
    let bot = TestBot::against(emulator, move || {
        counter.fetch_add(1, Ordering::Relaxed);
        App::new().command("old", async || "late")
    });
    let sara = bot.user("sara");
    sara.expect_text("late").await;
    bot.restart().await;
    bot.finish().await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

/// What the transcript says took an update: with middlewares around as without.
#[bale::test(app = guarded)]
async fn the_transcript_names_who_took_an_update(bot: TestBot) {
    bot.lenient();
    let sara = bot.user("sara");
    for text in ["/add 1", "/add 1 2", "hello", "/closed"] {
        sara.send(text).await;
    }
    expect_test::expect![[r#"
        what was said:
            sara: /add 1
          > bot to sara: مقدار <b> نوشته نشده است.
                طرز استفاده:
                /add <a> <b>
            sara: /add 1 2   (add, tests/it/testing.rs:426)
          > bot to sara: 3
            sara: hello
            sara: /closed   (inner, tests/it/testing.rs:413)
          > bot to sara: closed
    "#]]
    .assert_eq(&format!("what was said:\n{}", bot.transcript()));
}

fn guarded() -> App {
    App::collect_module(concat!(module_path!(), "::guarded"))
}

mod guarded {
    use bale::{Message, Next, Outcome};

    #[bale::middleware]
    async fn inner(message: Message, next: Next<'_>) -> Outcome {
        match message.text.as_deref() {
            Some("/closed") => Outcome::Reply("closed".into()),
            _ => next.run().await,
        }
    }

    #[bale::middleware(priority = 1)]
    async fn outer(next: Next<'_>) -> Outcome {
        next.run().await
    }

    #[bale::command("add {a} {b}")]
    async fn add(a: u32, b: u32) -> String {
        (a + b).to_string()
    }
}

/// The clock of jobs is that of the test, also after a restart.
#[bale::test(app = reminding)]
async fn jobs_follow_the_clock_of_the_test(bot: TestBot) {
    // 08:59:30 in Tehran.
    bot.starts_at(1_774_070_970);
    let sara = bot.user("sara");
    sara.send("/remind").await;
    sara.expect_text("noted").await;
    bot.restart().await;
    sara.expect_nothing().await;
    bot.advance(Duration::from_secs(60)).await;
    sara.expect_text("it is nine").await;
    bot.advance(Duration::from_secs(60)).await;
    sara.expect_text("late").await;
    bot.advance(Duration::from_secs(24 * 60 * 60)).await;
    sara.expect_text("it is nine").await;
}

fn reminding() -> App {
    static STORE: std::sync::LazyLock<Arc<Memory>> = std::sync::LazyLock::new(Arc::default);
    App::collect_module(concat!(module_path!(), "::reminding")).storage(Arc::clone(&STORE))
}

mod reminding {
    use super::*;

    #[bale::command]
    async fn remind(bot: Bot) -> Result<&'static str> {
        late::after(&bot, Duration::from_secs(100)).await?;
        Ok("noted")
    }

    #[bale::job]
    async fn late(bot: Bot) -> Result {
        bot.send_message(1, "late").await?;
        Ok(())
    }

    #[bale::cron("0 9 * * *", tz = "Asia/Tehran")]
    async fn nine(bot: Bot) -> Result {
        bot.send_message(1, "it is nine").await?;
        Ok(())
    }
}

#[bale::test(app = app)]
async fn somebody_is_added_by_another(bot: TestBot) {
    let (sara, ali, mina) = (bot.user("sara"), bot.user("ali"), bot.user("mina"));
    let family = bot.group("family", [&sara]);
    sara.in_chat(&family).add(&ali).await;
    sara.in_chat(&family).expect_text("welcome, ali").await;
    let update = bot.act(|emulator| emulator.add_member(family.id(), mina.id(), ali.id())).await;
    assert!(update.is_some());
    ali.in_chat(&family).expect_text("welcome, mina").await;
    let message = &bot.emulator().messages(family.id())[2];
    assert_eq!(message["from"]["id"], ali.id());
    let refused = bot.emulator().add_member(family.id(), 50, 60).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("by: expected a member of chat {}, found 60", family.id())
    );
}

mod two {
    use super::*;

    #[bale::command(group = "shop")]
    async fn buy(message: Message) -> Result {
        message.answer("bought").await?;
        Ok(())
    }

    #[bale::command(group = "support")]
    async fn ask() -> &'static str {
        "asked"
    }

    #[bale::command(group = "support")]
    async fn fail() -> Result {
        Err("no support".into())
    }

    #[bale::command]
    async fn who(bot: Bot) -> String {
        bot.id().to_string()
    }
}

fn two() -> App {
    let one = |group| App::collect_module(concat!(module_path!(), "::two")).groups([group]);
    one("shop").beside(one("support"))
}

#[bale::test(app = two)]
async fn bots_beside_each_other_are_driven(shop: TestBot) {
    let support = shop.beside(0);
    let (sara, sara_there) = (shop.user("sara"), support.user("sara"));
    assert_eq!(sara.id(), sara_there.id());
    sara.send("/buy").await;
    sara.expect_text("bought").await;
    sara_there.send("/ask").await;
    sara_there.expect_text("asked").await;
    for (person, id) in [(&sara, "123456"), (&sara_there, "123457")] {
        person.send("/who").await;
        person.expect_text(id).await;
    }
    sara_there.send("/fail").await;
    support.expect_error(|error| error.to_string().contains("no support")).await;
    shop.crash().await;
    sara_there.send("/ask").await;
    sara_there.expect_text("asked").await;
}

mod boss {
    #[bale::command(from = 777)]
    async fn secret() -> &'static str {
        "tea at five"
    }
}

fn boss() -> App {
    App::collect_module(concat!(module_path!(), "::boss"))
}

#[bale::test(app = boss)]
async fn a_person_has_the_id_that_the_bot_knows(bot: TestBot) {
    let sara = bot.user("sara");
    let boss = bot.user_with_id(777, "boss");
    sara.send("/secret").await;
    sara.expect_nothing().await;
    boss.send("/secret").await;
    boss.expect_text("tea at five").await;
    assert_eq!([boss.id(), bot.user("boss").id(), sara.id()], [777, 777, 1]);
}

/// The ids that the kit gives leave out those that were asked for.
#[bale::test(app = boss)]
async fn nobody_gets_an_id_that_is_taken(bot: TestBot) {
    let first = bot.user_with_id(1, "first");
    let (second, third) = (bot.user("second"), bot.user("third"));
    assert_eq!([first.id(), second.id(), third.id()], [1, 2, 3]);
}

#[bale::test(app = boss)]
#[should_panic(expected = "there is sara with id 1, so reza cannot have id 1")]
async fn an_id_is_one_person_s(bot: TestBot) {
    bot.user("sara");
    bot.user_with_id(1, "reza");
}
