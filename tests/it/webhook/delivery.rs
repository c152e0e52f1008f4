//! What reaches the handlers, in which order, and what the server hears of it.

use std::time::Duration;

use bale::{
    App, Message, Text,
    dispatch::Delivery,
    emulator::{Emulator, Fault, FaultAction},
    types::InlineKeyboardMarkup,
};
use expect_test::expect;
use tokio::time::{Instant, sleep};

use super::{Hooked, TOKEN, bare, is_open, message, post};
use crate::{logs::Logs, rig};

fn echo() -> App {
    App::new().on_message(async |Text(text): Text| text)
}

/// Answers after as many seconds as the text says.
fn slow() -> App {
    App::new().on_message(async |Text(text): Text| {
        sleep(Duration::from_secs(text.parse().unwrap_or(0))).await;
        text
    })
}

#[tokio::test(start_paused = true)]
async fn the_same_handlers_run_and_nothing_is_polled() {
    let app = App::new()
        .command("start", async |message: Message| -> bale::Result {
            let keyboard = InlineKeyboardMarkup::new()
                .row([bale::types::InlineKeyboardButton::callback("yes", "yes")]);
            message.reply("sure?").reply_markup(keyboard).await?;
            Ok(())
        })
        .on_callback("yes", async || "done");
    let hooked = Hooked::start(app);
    let emulator = &hooked.rig.emulator;
    hooked.rig.says("/start");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_markup":{"inline_keyboard":[[{"callback_data":"yes","text":"yes"}]]},"reply_to_message_id":1,"text":"sure?"}
    "#]]
    .assert_eq(&hooked.rig.transcript().await);
    emulator.callback(1, 1, 2, "yes").unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"done"}
    "#]]
    .assert_eq(&hooked.rig.transcript().await);
    assert_eq!(hooked.deliveries(), ["0: 200", "1: 200"]);
    hooked.rig.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_slow_chat_keeps_its_order_and_holds_no_other() {
    let hooked = Hooked::start(slow());
    for (chat, text) in [(1, "3"), (1, "0"), (2, "1")] {
        hooked.rig.emulator.message(chat, chat, text);
    }
    expect![[r#"
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"1"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"3"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"0"}
    "#]]
    .assert_eq(&hooked.rig.transcript().await);
}

/// A server that brings one chat's updates all at once, as Bale may.
#[tokio::test(start_paused = true)]
async fn what_comes_together_is_handled_in_the_order_of_its_coming() {
    let (rig, router) = bare(slow());
    is_open(&rig.emulator).await;
    rig.emulator.message(1, 1, "so that the bot may write");
    let posts = ["3", "0", "1"].into_iter().zip(1..).map(|(text, id)| {
        let router = router.clone();
        async move { post(&router, message(id, 1, text)).await }
    });
    let posts: Vec<_> = posts.map(tokio::spawn).collect();
    for task in posts {
        assert_eq!(task.await.unwrap(), 200);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"3"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"0"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"1"}
    "#]]
    .assert_eq(&rig::transcript(&rig.emulator));
}

#[tokio::test(start_paused = true)]
async fn what_there_is_no_room_for_comes_again() {
    let hooked = Hooked::start(slow().in_flight(2, 1));
    for chat in 1..=6 {
        hooked.rig.emulator.message(chat, chat, "1");
    }
    hooked.rig.transcript().await;
    let texts: Vec<_> = (1..=6).map(|chat| hooked.rig.emulator.messages(chat).len()).collect();
    assert_eq!(texts, [2; 6], "each was answered once");
    let deliveries = hooked.deliveries();
    let busy = deliveries.iter().filter(|line| line.ends_with("503")).count();
    let done = deliveries.iter().filter(|line| line.ends_with("200")).count();
    assert!(busy >= 4 && done == 6, "{deliveries:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_not_overtaken_by_its_chat() {
    let (rig, router) = bare(slow().in_flight(1, 1));
    is_open(&rig.emulator).await;
    let busy = tokio::spawn({
        let router = router.clone();
        async move { post(&router, message(1, 1, "5")).await }
    });
    sleep(Duration::from_secs(1)).await;
    assert_eq!(post(&router, message(2, 2, "0")).await, 503);
    assert_eq!(busy.await.unwrap(), 200);
    assert_eq!(post(&router, message(3, 2, "0")).await, 503, "2 has not come yet");
    assert_eq!(post(&router, message(4, 3, "0")).await, 200, "another chat need not wait");
    assert_eq!(post(&router, message(2, 2, "0")).await, 200);
    assert_eq!(post(&router, message(3, 2, "0")).await, 200);
    // A server that does not try again cannot stop its chat for ever.
    let busy = tokio::spawn({
        let router = router.clone();
        async move { post(&router, message(5, 1, "5")).await }
    });
    sleep(Duration::from_secs(1)).await;
    assert_eq!(post(&router, message(6, 2, "0")).await, 503);
    assert_eq!(busy.await.unwrap(), 200);
    sleep(Duration::from_secs(119)).await;
    assert_eq!(post(&router, message(7, 2, "0")).await, 200);
}

/// What no lane has room for is no reason to refuse: the server would bring it in another order.
#[tokio::test(start_paused = true)]
async fn a_full_chat_is_not_refused() {
    let (rig, router) = bare(slow().in_flight(10, 2));
    is_open(&rig.emulator).await;
    let posts = (1..=8).map(|id| {
        let router = router.clone();
        tokio::spawn(async move { post(&router, message(id, 1, "1")).await })
    });
    let posts: Vec<_> = posts.collect();
    for task in posts {
        assert_eq!(task.await.unwrap(), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_is_handled_once() {
    let emulator = Emulator::new(TOKEN);
    emulator.fault(Fault::new(FaultAction::DropAfterAcceptance).on("webhook").times(2));
    emulator.fault(Fault::new(FaultAction::Truncate).on("webhook"));
    emulator.fault(Fault::new(FaultAction::html(502, "<html>")).on("webhook"));
    let hooked = Hooked::against(emulator, echo());
    hooked.rig.says("a");
    hooked.rig.says("b");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"a"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"b"}
    "#]]
    .assert_eq(&hooked.rig.transcript().await);
    expect![[r#"
        [
            "0: Connection closed without an answer",
            "0: Connection closed without an answer",
            "0: 400",
            "0: 502",
            "0: 200",
            "1: 200",
        ]
    "#]]
    .assert_debug_eq(&hooked.deliveries());
}

#[tokio::test(start_paused = true)]
async fn one_that_comes_again_while_it_is_handled_waits_for_the_same_end() {
    let (rig, router) = bare(slow());
    is_open(&rig.emulator).await;
    rig.emulator.message(1, 1, "so that the bot may write");
    let first = tokio::spawn({
        let router = router.clone();
        async move { post(&router, message(1, 1, "10")).await }
    });
    sleep(Duration::from_secs(4)).await;
    // The server lost its patience.
    first.abort();
    let begun = Instant::now();
    assert_eq!(post(&router, message(1, 1, "10")).await, 200);
    assert_eq!(begun.elapsed(), Duration::from_secs(6));
    assert_eq!(post(&router, message(1, 1, "10")).await, 200);
    assert_eq!(begun.elapsed(), Duration::from_secs(6), "it is done");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"10"}
    "#]]
    .assert_eq(&rig::transcript(&rig.emulator));
}

#[tokio::test(start_paused = true)]
async fn a_stuck_handler_is_answered_at_the_deadline() {
    let logs = Logs::of("bale::dispatch");
    let (rig, router) = bare(slow().confirm_deadline(Duration::from_secs(20)));
    is_open(&rig.emulator).await;
    rig.emulator.message(1, 1, "so that the bot may write");
    let begun = Instant::now();
    assert_eq!(post(&router, message(1, 1, "100")).await, 200);
    assert_eq!(begun.elapsed(), Duration::from_secs(20));
    expect![[r#"
        WARN the handler is not done: the update is confirmed all the same, and lost if the bot is killed now update_id=1 after=20s
    "#]].assert_eq(&logs.take());
    assert_eq!(post(&router, message(1, 1, "100")).await, 200, "it goes on and is not begun again");
    assert_eq!(begun.elapsed(), Duration::from_secs(20));
    sleep(Duration::from_secs(80)).await;
    rig.emulator.wait_for_calls(3).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"100"}
    "#]]
    .assert_eq(&rig::transcript(&rig.emulator));
}

/// The server brings a chat's updates one by one: the answer to a question can only come when the update that made
/// the handler ask is out of the way.
#[tokio::test(start_paused = true)]
async fn a_question_gets_its_answer_at_once() {
    let app = App::new().command("age", async |message: Message| -> bale::Result {
        let age: u32 = message.ask("How old are you?").await?;
        message.reply(format!("{} next year", age + 1)).await?;
        Ok(())
    });
    let hooked = Hooked::start(app);
    let begun = Instant::now();
    hooked.rig.says("/age");
    hooked.rig.says("41");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"How old are you?"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"42 next year"}
    "#]]
    .assert_eq(&hooked.rig.transcript().await);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn at_most_once_is_answered_before_the_handler_ends() {
    let (rig, router) = bare(slow().delivery(Delivery::AtMostOnce));
    is_open(&rig.emulator).await;
    let begun = Instant::now();
    assert_eq!(post(&router, message(1, 1, "5")).await, 200);
    assert_eq!(post(&router, message(1, 1, "5")).await, 200);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    rig.emulator.wait_for_calls(3).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

mod overtaking {
    use super::*;

    #[bale::command("ping", lane = "none")]
    async fn ping() -> &'static str {
        "pong"
    }

    #[bale::on_message]
    async fn slow() {
        sleep(Duration::from_secs(5)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_runs_without_a_lane_overtakes_what_comes_beside_it() {
    let app = App::collect_module(concat!(module_path!(), "::overtaking"));
    let (rig, router) = bare(app);
    is_open(&rig.emulator).await;
    rig.emulator.message(1, 1, "so that the bot may write");
    let slow = tokio::spawn({
        let router = router.clone();
        async move { post(&router, message(1, 1, "5")).await }
    });
    sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    assert_eq!(post(&router, message(2, 1, "/ping")).await, 200);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(slow.await.unwrap(), 200);
}

/// A payment that was refused for want of room has one clock, which began when it came first.
#[tokio::test(start_paused = true)]
async fn a_refused_payment_is_declined_in_time() {
    let (rig, router) = bare(slow().in_flight(1, 1));
    is_open(&rig.emulator).await;
    let busy = tokio::spawn({
        let router = router.clone();
        async move { post(&router, message(1, 1, "20")).await }
    });
    sleep(Duration::from_secs(1)).await;
    let query = r#"{"update_id":2,"pre_checkout_query":{"id":"7","from":{"id":2,"is_bot":false,"first_name":"a"},
        "currency":"IRR","total_amount":1000,"invoice_payload":"x"}}"#;
    let begun = Instant::now();
    assert_eq!(post(&router, query).await, 503);
    sleep(Duration::from_secs(3)).await;
    assert_eq!(post(&router, query).await, 503);
    rig.emulator.wait_for_calls(3).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(8));
    assert_eq!(busy.await.unwrap(), 200);
    let declined = rig.emulator.calls();
    let declined: Vec<_> =
        declined.iter().filter(|call| call.method == "answerPreCheckoutQuery").collect();
    assert_eq!(declined.len(), 1, "{declined:?}");
}
