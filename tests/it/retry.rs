//! Which failed calls are made again: kinds of methods against kinds of failures, counted at the server.

use std::time::Duration;

use bale::{
    Bot, Error,
    client::{BotBuilder, RetryPolicy},
    emulator::{Emulator, Fault, FaultAction},
    types::{ChatAction, InputFile},
};
use tokio::time::Instant;

const SARA: i64 = 1;

/// A way to call, and how often the server may receive it when the first answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `getChat`.
    Reads,
    /// `editMessageText`, `sendChatAction`, `deleteWebhook`: twice is as good as once.
    Edits,
    Acts,
    Deletes,
    /// `sendMessage`.
    Sends,
    /// `sendMessage` by an author who would rather have it twice.
    SendsAnyway,
    /// `sendMessage` once, whatever happens.
    SendsOnce,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Reads,
        Self::Edits,
        Self::Acts,
        Self::Deletes,
        Self::Sends,
        Self::SendsAnyway,
        Self::SendsOnce,
    ];

    fn method(self) -> &'static str {
        match self {
            Self::Reads => "getChat",
            Self::Edits => "editMessageText",
            Self::Acts => "sendChatAction",
            Self::Deletes => "deleteWebhook",
            Self::Sends | Self::SendsAnyway | Self::SendsOnce => "sendMessage",
        }
    }

    async fn call(self, bot: &Bot, message: i64) -> Result<(), Error> {
        match self {
            Self::Reads => bot.get_chat(SARA).await.map(drop),
            Self::Edits => bot.edit_message_text(SARA, message, "x").await.map(drop),
            Self::Acts => bot.send_chat_action(SARA, ChatAction::Typing).await.map(drop),
            Self::Deletes => bot.delete_webhook().await.map(drop),
            Self::Sends => bot.send_message(SARA, "x").await.map(drop),
            Self::SendsAnyway => bot.send_message(SARA, "x").retry_ambiguous().await.map(drop),
            Self::SendsOnce => bot.send_message(SARA, "x").no_retry().await.map(drop),
        }
    }

    /// Whether it is made again when it surely was not carried out.
    fn repeats(self) -> bool {
        self != Self::SendsOnce
    }

    /// Whether it is made again when it may have been carried out.
    fn repeats_in_doubt(self) -> bool {
        !matches!(self, Self::Sends | Self::SendsOnce)
    }
}

/// How a call of one kind ended that met one failure.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// How often the server received it, refused ones included.
    calls: usize,
    /// What the caller got; for a failure, whether it may have been sent.
    result: Result<(), bool>,
}

async fn outcome(kind: Kind, action: &FaultAction) -> (Outcome, Duration) {
    let emulator = Emulator::new("123456:TEST");
    emulator.message(SARA, SARA, "hello");
    let bot = bot(&emulator, Bot::builder());
    let message = bot.send_message(SARA, "first").await.unwrap().message_id;
    emulator.clear_calls();
    emulator.fault(Fault::new(action.clone()));
    let started = Instant::now();
    let result = kind.call(&bot, message).await.map_err(|error| error.may_have_been_sent());
    let calls = emulator.calls().iter().filter(|call| call.method == kind.method()).count();
    if kind == Kind::Sends {
        // The promise: what was not opted in is there once at most.
        assert!(emulator.messages(SARA).len() <= 2 + 1, "{action:?}");
    }
    (Outcome { calls, result }, started.elapsed())
}

fn bot(emulator: &Emulator, settings: BotBuilder) -> Bot {
    settings.token("123456:TEST").transport(emulator.transport()).build().unwrap()
}

/// What is expected of a kind of call: whether it is made again, else whether its fate is open.
fn expected(repeats: bool, in_doubt: bool) -> Outcome {
    if repeats {
        Outcome { calls: 2, result: Ok(()) }
    } else {
        Outcome { calls: 1, result: Err(in_doubt) }
    }
}

fn assert_between(low: f64, waited: Duration, high: f64, what: impl std::fmt::Debug) {
    assert!((low..=high).contains(&waited.as_secs_f64()), "{what:?} waited {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_not_carried_out_is_made_again() {
    for kind in Kind::ALL {
        let (outcome_, waited) = outcome(kind, &FaultAction::DropBefore).await;
        assert_eq!(outcome_, expected(kind.repeats(), false), "{kind:?}");
        let (low, high) = if kind.repeats() { (0.75, 1.26) } else { (0.0, 0.0) };
        assert_between(low, waited, high, kind);

        let asked = FaultAction::RateLimit { retry_after: Some(5) };
        let (outcome_, waited) = outcome(kind, &asked).await;
        assert_eq!(outcome_, expected(kind.repeats(), false), "{kind:?}");
        assert_eq!(waited.as_secs(), if kind.repeats() { 5 } else { 0 }, "{kind:?}");

        let (outcome_, waited) = outcome(kind, &FaultAction::RateLimit { retry_after: None }).await;
        assert_eq!(outcome_, expected(kind.repeats(), false), "{kind:?}");
        let (low, high) = if kind.repeats() { (2.25, 3.76) } else { (0.0, 0.0) };
        assert_between(low, waited, high, kind);
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_carried_out_is_made_again_only_where_that_is_harmless() {
    let timeout = Duration::from_secs(30);
    for (action, takes) in [
        (FaultAction::DropAfterAcceptance, Duration::ZERO),
        (FaultAction::Truncate, Duration::ZERO),
        (FaultAction::Hang, timeout),
        (FaultAction::html(502, "<html>Bad Gateway</html>"), Duration::ZERO),
        (FaultAction::error(500, "internal server error"), Duration::ZERO),
        (FaultAction::error(503, "unavailable"), Duration::ZERO),
    ] {
        for kind in Kind::ALL {
            let (outcome, waited) = outcome(kind, &action).await;
            assert_eq!(outcome, expected(kind.repeats_in_doubt(), true), "{kind:?} {action:?}");
            let takes = takes.as_secs_f64();
            let wait = if kind.repeats_in_doubt() { 0.75 } else { 0.0 };
            assert_between(takes + wait, waited, takes + wait * 1.7 + 0.01, (kind, &action));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_and_strange_answers_are_not_made_again() {
    for (action, in_doubt) in [
        (FaultAction::error(400, "Bad Request: no"), false),
        (FaultAction::error(403, "permission_denied"), false),
        (FaultAction::error(404, "not found"), false),
        (FaultAction::html(404, "<html>no such page</html>"), true),
        (FaultAction::html(200, "<html>log in first</html>"), true),
    ] {
        for kind in Kind::ALL {
            let (outcome, waited) = outcome(kind, &action).await;
            assert_eq!(outcome, expected(false, in_doubt), "{kind:?} {action:?}");
            assert_eq!(waited, Duration::ZERO);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_answer_was_lost_is_there_once() {
    let emulator = Emulator::new("123456:TEST");
    emulator.message(SARA, SARA, "hello");
    let bot = bot(&emulator, Bot::builder());
    emulator.fault(Fault::new(FaultAction::DropAfterAcceptance));
    let error = bot.send_message(SARA, "x").await.unwrap_err();
    assert!(error.may_have_been_sent());
    assert_eq!(emulator.messages(SARA).len(), 2);

    emulator.fault(Fault::new(FaultAction::DropAfterAcceptance));
    bot.send_message(SARA, "y").retry_ambiguous().await.unwrap();
    assert_eq!(emulator.messages(SARA).len(), 4, "the author asked for it");
}

#[tokio::test(start_paused = true)]
async fn patience_has_an_end() {
    let emulator = Emulator::new("123456:TEST");
    let bot = bot(&emulator, Bot::builder());
    emulator.fault(Fault::new(FaultAction::DropBefore).times(usize::MAX));
    let started = Instant::now();
    let error = bot.get_me().await.unwrap_err();
    assert!(error.is_network() && !error.may_have_been_sent());
    assert_between(45.0, started.elapsed(), 60.0, "unreachable");
    // 1, 2, 4, 8, 10, 10, … seconds.
    let calls = emulator.calls().len();
    assert!((7..=11).contains(&calls), "{calls} calls");

    let hasty = RetryPolicy::new().patience(Duration::from_secs(3));
    let hasty = self::bot(&emulator, Bot::builder().retry(hasty));
    let started = Instant::now();
    hasty.get_me().await.unwrap_err();
    assert_between(0.75, started.elapsed(), 3.0, "hasty");

    let off = self::bot(&emulator, Bot::builder().retry(RetryPolicy::off()));
    let started = Instant::now();
    off.get_me().await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_be_made_again_still_pauses_its_chat() {
    let emulator = Emulator::new("123456:TEST");
    emulator.message(SARA, SARA, "hi");
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(5) }).on("sendDocument"));
    let bot = bot(&emulator, Bot::builder());
    let start = Instant::now();
    let once = InputFile::reader("a.txt", &b"hi"[..]);
    let error = bot.send_document(SARA, once).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO);
    bot.send_message(SARA, "x").await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_not_made_again_beneath_the_poller() {
    let emulator = Emulator::new("123456:TEST");
    let bot = bot(&emulator, Bot::builder());
    for action in [FaultAction::DropBefore, FaultAction::html(502, "x")] {
        emulator.clear_calls();
        emulator.fault(Fault::new(action));
        bot.get_updates().await.unwrap_err();
        assert_eq!(emulator.calls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_in_doubt_stays_in_doubt() {
    let emulator = Emulator::new("123456:TEST");
    let message = emulator.message(SARA, SARA, "hello").message_id;
    let bot = bot(&emulator, Bot::builder());
    emulator.fault(Fault::new(FaultAction::DropAfterAcceptance));
    // The second call finds nothing to delete, which does not mean that the first did nothing.
    let error = bot.delete_message(SARA, message).await.unwrap_err();
    assert!(error.is_network() && error.may_have_been_sent(), "{error}");
    assert_eq!((emulator.calls().len(), emulator.messages(SARA).len()), (2, 0));
}
