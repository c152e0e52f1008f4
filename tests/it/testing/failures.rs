//! What the kit prints when a test fails.

use std::time::Duration;

use bale::{
    App, CallbackQuery, Message, Result,
    testing::TestBot,
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};
use expect_test::{Expect, expect};
use tokio::task::{LocalSet, spawn_local};

#[bale::command]
async fn start(message: Message) -> Result {
    message.answer("درود").await?;
    message.answer("two\nlines").await?;
    Ok(())
}

#[bale::command]
async fn shop(message: Message) -> Result {
    let keyboard = InlineKeyboardMarkup::new().row([
        InlineKeyboardButton::callback("tea", "buy"),
        InlineKeyboardButton::url("site", "https://bale.ai"),
    ]);
    message.answer("what?").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_callback("buy")]
async fn buy(query: CallbackQuery) -> Result {
    query.answer("sold out").show_alert(true).await?;
    if let Some(message) = query.message() {
        message.edit("closed").await?;
    }
    Ok(())
}

#[bale::command]
async fn fail() -> Result {
    Err("out of tea".into())
}

#[bale::command]
async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_secs(7)).await;
    "late"
}

#[bale::command]
async fn pin(message: Message) -> Result {
    message.bot().pin_chat_message(message.chat.id, 1234).await?;
    Ok(())
}

/// Runs a test that fails, and compares what it says.
async fn check(test: impl AsyncFnOnce(TestBot) + 'static, expected: Expect) {
    check_of(TestBot::with(|| App::collect_module(module_path!())), test, expected).await;
}

async fn check_of(bot: TestBot, test: impl AsyncFnOnce(TestBot) + 'static, expected: Expect) {
    let run = LocalSet::new();
    let task = run.run_until(async {
        spawn_local(async move {
            test(bot.clone()).await;
            bot.finish().await;
        })
        .await
    });
    let panic = task.await.expect_err("the test fails").into_panic();
    expected.assert_eq(panic.downcast_ref::<String>().expect("a text"));
}

#[tokio::test(start_paused = true)]
async fn another_text() {
    let test = async |bot: TestBot| {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text("سلام").await;
    };
    check(
        test,
        expect![[r#"
        expected سارا to read "سلام", found "درود"

        what happened (`>`: nothing expected it):
            سارا: /start   (start, tests/it/testing/failures.rs:13)
          > bot to سارا: درود
          > bot to سارا: two
                lines
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn no_text() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("hello").await;
        sara.expect_text("hi").await;
    };
    check(
        test,
        expect![[r#"
        expected sara to read "hi", found nothing within 30s

        what happened (`>`: nothing expected it):
            sara: hello
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn more_than_expected() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        let family = bot.group("family", [&sara]);
        sara.in_chat(&family).send("/shop").await;
        sara.in_chat(&family).expect_text("what?").await;
        sara.in_chat(&family).press("tea").await;
        bot.advance(Duration::from_secs(90)).await;
        bot.restart().await;
    };
    check(
        test,
        expect![[r#"
            expected nothing more of the bot, found
              bot shows sara an alert: sold out
              bot edits, to family: closed

            what happened (`>`: nothing expected it):
                sara in family: /shop   (shop, tests/it/testing/failures.rs:20)
                bot to family: what?  [tea] [site]
                sara in family presses [tea]   (buy, tests/it/testing/failures.rs:30)
              > bot shows sara an alert: sold out
              > bot edits, to family: closed
                (90s pass)
                (the bot is restarted)
                (the test ends)
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_the_test() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/slow").await;
        sara.expect_nothing().await;
    };
    check(
        test,
        expect![[r#"
            expected nothing more of the bot, found
              bot to sara: late

            what happened (`>`: nothing expected it):
                sara: /slow   (slow, tests/it/testing/failures.rs:44)
                (the test ends)
              > bot to sara: late
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn something_where_nothing_was_expected() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/shop").await;
        sara.expect_text("what?").await;
        sara.press("tea").await;
        sara.expect_nothing().await;
    };
    check(
        test,
        expect![[r#"
        expected nothing new for sara, found bot shows sara an alert: sold out

        what happened (`>`: nothing expected it):
            sara: /shop   (shop, tests/it/testing/failures.rs:20)
            bot to sara: what?  [tea] [site]
            sara presses [tea]   (buy, tests/it/testing/failures.rs:30)
          > bot shows sara an alert: sold out
          > bot edits, to sara: closed
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_handler() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/fail").await;
    };
    check(
        test,
        expect![[r#"
            expected no handler to fail, found
              handler `fail` (tests/it/testing/failures.rs:39) failed on update 0: out of tea

            what happened (`>`: nothing expected it):
                sara: /fail   (fail, tests/it/testing/failures.rs:39)
              > handler `fail` (tests/it/testing/failures.rs:39) failed on update 0: out of tea
                (the test ends)
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_call() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/pin").await;
        bot.expect_error(|error| error.to_string().contains("pin")).await;
    };
    check(test, expect![[r#"
        expected nothing more of the bot, found
          bot calls pinChatMessage {"chat_id":1,"message_id":1234} -> Bad Request: message to pin not found

        what happened (`>`: nothing expected it):
            sara: /pin   (pin, tests/it/testing/failures.rs:50)
          > bot calls pinChatMessage {"chat_id":1,"message_id":1234} -> Bad Request: message to pin not found
            handler `pin` (tests/it/testing/failures.rs:50) failed on update 0: pinChatMessage: bad request: Bad Request: message to pin not found (400)
            (the test ends)
    "#]]).await;
}

#[tokio::test(start_paused = true)]
async fn a_toast_that_is_an_alert() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/shop").await;
        sara.press("tea").await;
        sara.expect_toast("sold out").await;
    };
    check(
        test,
        expect![[r#"
        expected sara to see a toast, "sold out", found an alert, "sold out"

        what happened (`>`: nothing expected it):
            sara: /shop   (shop, tests/it/testing/failures.rs:20)
          > bot to sara: what?  [tea] [site]
            sara presses [tea]   (buy, tests/it/testing/failures.rs:30)
          > bot shows sara an alert: sold out
          > bot edits, to sara: closed
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_button_that_is_not_there() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/shop").await;
        sara.press("cake").await;
    };
    check(
        test,
        expect![[r#"
            sara expected to press [cake], found [tea] [site]

            what happened (`>`: nothing expected it):
                sara: /shop   (shop, tests/it/testing/failures.rs:20)
              > bot to sara: what?  [tea] [site]
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_button_that_the_bot_hears_nothing_of() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/shop").await;
        sara.press("site").await;
    };
    check(test, expect![[r#"
        sara expected [site] to be a button that the bot hears of, found {"text":"site","url":"https://bale.ai"}

        what happened (`>`: nothing expected it):
            sara: /shop   (shop, tests/it/testing/failures.rs:20)
          > bot to sara: what?  [tea] [site]
    "#]]).await;
}

#[tokio::test(start_paused = true)]
async fn other_buttons() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.send("/shop").await;
        sara.expect_buttons(&[&["tea"], &["cake"]]).await;
    };
    check(
        test,
        expect![[r#"
            expected sara to see [tea] / [cake], found [tea] [site]

            what happened (`>`: nothing expected it):
                sara: /shop   (shop, tests/it/testing/failures.rs:20)
              > bot to sara: what?  [tea] [site]
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_tap_without_a_keyboard() {
    let test = async |bot: TestBot| {
        let sara = bot.user("sara");
        sara.tap("one").await;
    };
    check(test, expect![[r#"
        sara taps [one]: that cannot happen: text: expected a button of the open keyboard of chat 1, found "one"

        what happened (`>`: nothing expected it):
            sara taps [one]
    "#]]).await;
}

#[tokio::test(start_paused = true)]
async fn a_set_up_that_fails() {
    let bot = TestBot::with(|| Result::<App>::Err("no database".into()));
    let test = LocalSet::new();
    let task = test.run_until(async { spawn_local(async move { bot.start().await }).await });
    let panic = task.await.expect_err("the test fails").into_panic();
    let text = panic.downcast_ref::<String>().expect("a text");
    assert_eq!(text.lines().next(), Some("the set-up of the bot failed: no database"));
}

#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "expected `finish().await` at the end of a test with a `TestBot`, found none"
)]
async fn a_test_without_its_end() {
    let bot = TestBot::with(|| App::collect_module(module_path!()));
    bot.user("sara").send("hello").await;
}

/// The other bot's doings are checked too, and printed.
#[tokio::test(start_paused = true)]
async fn what_another_bot_did_unexpectedly() {
    let two = || App::collect_module(module_path!()).beside(App::collect_module(module_path!()));
    let test = async |bot: TestBot| {
        bot.user("sara").send("/nothing").await;
        bot.beside(0).user("sara").send("/fail").await;
    };
    check_of(
        TestBot::with(two),
        test,
        expect![[r#"
            expected no handler to fail, found
              handler `fail` (tests/it/testing/failures.rs:39) failed on update 0: out of tea

            what happened (`>`: nothing expected it):
                sara: /nothing
                (the test ends)
            and to bot 0 beside:
                sara: /fail   (fail, tests/it/testing/failures.rs:39)
              > handler `fail` (tests/it/testing/failures.rs:39) failed on update 0: out of tea
                (the test ends)
        "#]],
    )
    .await;
    let test = async |bot: TestBot| {
        bot.beside(1).user("sara").send("/start").await;
    };
    check_of(
        TestBot::with(two),
        test,
        expect![[r#"
            expected the set-up to give 3 bots, found 2: see `App::beside`

            what happened (`>`: nothing expected it):
            and to bot 0 beside:
            and to bot 1 beside:
        "#]],
    )
    .await;
}
