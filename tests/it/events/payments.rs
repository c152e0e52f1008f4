//! Payments, from the query to the receipt, and the clock that declines.

use std::time::Duration;

use bale::{
    App, HandlerError, Message, Payment, PreCheckoutQuery, Result,
    app::Language,
    emulator::{ChatType, Emulator},
    types::LabeledPrice,
};
use expect_test::expect;
use tokio::time::{Instant, sleep};

use crate::{
    logs::Logs,
    rig::{Rig, bot, transcript},
};

/// A running bot. Each person from 1 to `people` has an invoice, message 1 of their chat.
async fn shop(people: i64, app: App) -> Rig {
    let emulator = Emulator::new("123456:TEST");
    for chat in 1..=people {
        emulator.add_chat(chat, ChatType::Private).expect("the chat is new");
        let price = LabeledPrice::new("tea", 5000);
        bot(&emulator)
            .send_invoice(chat, "Tea", "A cup", "tea:1", "WALLET-TEST-1111111111111111", [price])
            .await
            .expect("the chat is known");
    }
    let rig = Rig::against(emulator, app);
    rig.emulator.wait_for_poll().await;
    rig.emulator.clear_calls();
    rig
}

mod sale {
    use bale::{Chat, Payment, PreCheckoutQuery, Result, User, types::SuccessfulPayment};

    #[bale::on_pre_checkout]
    async fn check(query: &PreCheckoutQuery, payer: User) -> Result {
        assert_eq!((query.from.id, payer.id, query.user().id), (1, 1, 1));
        assert_eq!((query.total_amount, &*query.invoice_payload), (5000, "tea:1"));
        assert!(!query.is_answered());
        query.accept().await?;
        assert!(query.is_answered());
        Ok(())
    }

    #[bale::on_payment]
    async fn paid(payment: Payment, chat: Chat, receipt: SuccessfulPayment) -> String {
        assert_eq!(*payment, receipt);
        let payer = payment.payer().map(|user| user.id);
        let (message, place) = (payment.message().message_id, payment.chat().id);
        let charge = payment.charge_id().expect("a charge id");
        assert_eq!(Some(charge), receipt.telegram_payment_charge_id.as_deref());
        assert_eq!(place, chat.id);
        format!("{payer:?} paid {} in {place}, message {message}", payment.total_amount)
    }

    #[bale::on_message]
    async fn rest() -> &'static str {
        "some message"
    }
}

#[tokio::test(start_paused = true)]
async fn a_payment_is_accepted_and_its_receipt_arrives() {
    let app = App::collect_module(concat!(module_path!(), "::sale"));
    let rig = shop(1, app).await;
    let asked = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    rig.emulator.wait_for_calls(2).await;
    expect![[r#"
        answerPreCheckoutQuery {"ok":true,"pre_checkout_query_id":"3000000001"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"Some(1) paid 5000 in 1, message 2"}
    "#]]
    .assert_eq(&rig.transcript().await);
    assert!(asked.elapsed() < Duration::from_secs(1));
    sleep(Duration::from_secs(20)).await;
    assert_eq!(rig.transcript().await, "", "an answered query is left alone");
}

#[tokio::test(start_paused = true)]
async fn a_receipt_goes_on_where_nobody_handles_payments() {
    let logs = Logs::warnings();
    let app = App::new()
        .on_pre_checkout(async |query: PreCheckoutQuery| query.accept().await.map(drop))
        .on_text("x", async || "x");
    let rig = shop(1, app).await;
    rig.emulator.pay(1, 1, 1).unwrap();
    rig.emulator.wait_for_calls(1).await;
    rig.transcript().await;
    expect![[r#"
        WARN bale::route: no handler took the receipt of a payment update_id=1
    "#]]
    .assert_eq(&logs.take());
}

/// Waits for one call; gives it, and when it came.
async fn one_call(rig: &Rig, since: Instant) -> String {
    rig.emulator.wait_for_calls(1).await;
    let seconds = since.elapsed().as_secs();
    let calls = transcript(&rig.emulator);
    rig.emulator.clear_calls();
    format!("after {seconds} s: {calls}")
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_does_not_hold_the_decline() {
    let logs = Logs::warnings();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let app = App::new().on_pre_checkout(move |query: PreCheckoutQuery| {
        let told = told.clone();
        async move {
            sleep(Duration::from_secs(9)).await;
            told.send(query.is_answered()).unwrap();
        }
    });
    let rig = shop(1, app).await;
    let since = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    expect![[r#"
        after 8 s: answerPreCheckoutQuery {"error_message":"پرداخت به‌موقع تأیید نشد. لطفاً دوباره تلاش کنید.","ok":false,"pre_checkout_query_id":"3000000001"}
    "#]]
    .assert_eq(&one_call(&rig, since).await);
    expect![[r#"
        WARN bale::dispatch::checkout: no handler answered a payment within 8s: it is declined update_id=0
    "#]]
    .assert_eq(&logs.take());
    assert_eq!(heard.recv().await, Some(true), "the handler can see that it is too late");
}

/// One person pays twice, and their first handler never ends: the second query waits in the lane behind it.
#[tokio::test(start_paused = true)]
async fn a_busy_lane_does_not_hold_the_decline() {
    let app = App::new()
        .language(Language::English)
        .on_pre_checkout(async |_: PreCheckoutQuery| std::future::pending::<()>().await);
    let rig = shop(1, app).await;
    let since = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    sleep(Duration::from_secs(3)).await;
    rig.emulator.pay(1, 1, 1).unwrap();
    expect![[r#"
        after 8 s: answerPreCheckoutQuery {"error_message":"The payment was not approved in time. Please try again.","ok":false,"pre_checkout_query_id":"3000000001"}
    "#]]
    .assert_eq(&one_call(&rig, since).await);
    expect![[r#"
        after 11 s: answerPreCheckoutQuery {"error_message":"The payment was not approved in time. Please try again.","ok":false,"pre_checkout_query_id":"3000000002"}
    "#]]
    .assert_eq(&one_call(&rig, since).await);
}

/// The second query has no room in the bot, so it waits at the server; its clock runs all the same, and its handler,
/// which starts too late, sees the answer.
#[tokio::test(start_paused = true)]
async fn a_full_bot_does_not_hold_the_decline() {
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let app = App::new().in_flight(1, 1).decline_text("دیر شد").on_pre_checkout(
        move |query: PreCheckoutQuery| {
            let told = told.clone();
            async move {
                told.send((query.from.id, query.is_answered())).unwrap();
                sleep(Duration::from_secs(9)).await;
            }
        },
    );
    let rig = shop(2, app).await;
    let since = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    rig.emulator.pay(2, 2, 1).unwrap();
    rig.emulator.wait_for_calls(2).await;
    assert_eq!(since.elapsed().as_secs(), 8);
    expect![[r#"
        answerPreCheckoutQuery {"error_message":"دیر شد","ok":false,"pre_checkout_query_id":"3000000001"}
        answerPreCheckoutQuery {"error_message":"دیر شد","ok":false,"pre_checkout_query_id":"3000000002"}
    "#]]
    .assert_eq(&transcript(&rig.emulator));
    assert_eq!(heard.recv().await, Some((1, false)));
    assert_eq!(heard.recv().await, Some((2, true)));
}

#[tokio::test(start_paused = true)]
async fn without_a_handler_a_payment_is_declined() {
    let logs = Logs::warnings();
    let rig = shop(1, App::new().command("start", async || "hi")).await;
    let since = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    expect![[r#"
        after 8 s: answerPreCheckoutQuery {"error_message":"پرداخت به‌موقع تأیید نشد. لطفاً دوباره تلاش کنید.","ok":false,"pre_checkout_query_id":"3000000001"}
    "#]]
    .assert_eq(&one_call(&rig, since).await);
    expect![[r#"
        WARN bale::route: no handler took a payment that waits for approval update_id=0
        WARN bale::dispatch::checkout: no handler answered a payment within 8s: it is declined update_id=0
    "#]]
    .assert_eq(&logs.take());
}

/// The text of an error handler says no at once.
#[tokio::test(start_paused = true)]
async fn a_failure_declines_with_the_text_of_on_error() {
    let app = App::new()
        .on_pre_checkout(async |_: PreCheckoutQuery| -> Result { Err("out of stock".into()) })
        .on_error(async |error: HandlerError, query: PreCheckoutQuery| {
            format!("{}: {error}", query.user().id)
        });
    let rig = shop(1, app).await;
    let since = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    expect![[r#"
        after 0 s: answerPreCheckoutQuery {"error_message":"1: handler `closure` (tests/it/events/payments.rs:204) failed on update 0: out of stock","ok":false,"pre_checkout_query_id":"3000000001"}
    "#]]
    .assert_eq(&one_call(&rig, since).await);
    sleep(Duration::from_secs(20)).await;
    assert_eq!(rig.transcript().await, "");
}

/// An answer that fails does not count, so the clock still declines.
#[tokio::test(start_paused = true)]
async fn an_answer_that_failed_does_not_count() {
    let app = App::new().on_pre_checkout(async |query: PreCheckoutQuery| {
        query.decline("").await.expect_err("a refusal says why");
        assert!(!query.is_answered());
    });
    let rig = shop(1, app).await;
    let since = Instant::now();
    rig.emulator.pay(1, 1, 1).unwrap();
    expect![[r#"
        after 8 s: answerPreCheckoutQuery {"error_message":"پرداخت به‌موقع تأیید نشد. لطفاً دوباره تلاش کنید.","ok":false,"pre_checkout_query_id":"3000000001"}
    "#]].assert_eq(&one_call(&rig, since).await);
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_is_passed_on_reaches_on_message() {
    let app = App::new()
        .on_pre_checkout(async |query: PreCheckoutQuery| query.accept().await.map(drop))
        .on_payment(async |_: Payment| bale::Pass)
        .on_message(async |message: Message| format!("message {}", message.message_id));
    let rig = shop(1, app).await;
    rig.emulator.pay(1, 1, 1).unwrap();
    rig.emulator.wait_for_calls(2).await;
    expect![[r#"
        answerPreCheckoutQuery {"ok":true,"pre_checkout_query_id":"3000000001"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"message 2"}
    "#]]
    .assert_eq(&rig.transcript().await);
}
