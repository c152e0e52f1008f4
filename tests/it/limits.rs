//! What the bot sends stays within Bale's limits. All times are tokio's paused clock.

use std::{future::IntoFuture, time::Duration};

use bale::{
    Bot,
    client::{BotBuilder, RetryPolicy, SendQueue},
    emulator::{ChatType, Emulator, Fault, FaultAction},
    methods::ChatId,
};
use tokio::{task::JoinSet, time::Instant};

const GROUP: i64 = 5_000_000_001;
const OTHER_GROUP: i64 = 5_000_000_002;
const SARA: i64 = 1;
const OMID: i64 = 2;

fn server() -> Emulator {
    let emulator = Emulator::new("123456:TEST");
    for (chat, kind) in [
        (GROUP, ChatType::Group),
        (OTHER_GROUP, ChatType::Channel),
        (SARA, ChatType::Private),
        (OMID, ChatType::Private),
    ] {
        emulator.add_chat(chat, kind).unwrap();
    }
    emulator
}

fn bot_with(emulator: &Emulator, settings: BotBuilder) -> Bot {
    settings.token("123456:TEST").transport(emulator.transport()).build().unwrap()
}

fn bot(emulator: &Emulator) -> Bot {
    bot_with(emulator, Bot::builder())
}

/// Messages sent in the background; each says its text, and when it was there or why not.
struct Burst {
    started: Instant,
    tasks: JoinSet<(String, Instant, Result<(), String>)>,
}

impl Burst {
    fn new() -> Self {
        Self { started: Instant::now(), tasks: JoinSet::new() }
    }

    fn spawn(&mut self, bot: &Bot, chat: impl Into<ChatId>, text: &str, low: bool) {
        let request = bot.send_message(chat, text);
        let request = if low { request.low_priority() } else { request };
        let text = text.to_owned();
        self.tasks.spawn(async move {
            let result = request.await.map(drop).map_err(|error| error.to_string());
            (text, Instant::now(), result)
        });
    }

    /// Sends, and waits until everything that can be done now is done.
    async fn send(&mut self, bot: &Bot, chat: impl Into<ChatId>, text: &str) {
        self.spawn(bot, chat, text, false);
        settle().await;
    }

    async fn send_low(&mut self, bot: &Bot, chat: impl Into<ChatId>, text: &str) {
        self.spawn(bot, chat, text, true);
        settle().await;
    }

    /// Texts with the whole seconds at which they were there, in that order.
    async fn arrivals(&mut self) -> Vec<(String, u64)> {
        let mut arrivals = Vec::new();
        while let Some(done) = self.tasks.join_next().await {
            let (text, at, result) = done.unwrap();
            result.unwrap();
            arrivals.push((text, (at - self.started).as_secs()));
        }
        arrivals
    }
}

/// Lets every task run that can, without letting time pass.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

fn texts(emulator: &Emulator, chat: i64) -> Vec<String> {
    emulator.messages(chat).iter().map(|message| message["text"].as_str().unwrap().into()).collect()
}

fn numbered(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number}")).collect()
}

fn seconds(arrivals: &[(String, u64)]) -> Vec<u64> {
    arrivals.iter().map(|(_, at)| *at).collect()
}

#[tokio::test(start_paused = true)]
async fn a_burst_to_a_group_spreads_over_minutes_and_others_go_on() {
    let emulator = server();
    let bot = bot(&emulator);
    let mut burst = Burst::new();
    for text in numbered("", 50) {
        burst.spawn(&bot, GROUP, &text, false);
    }
    settle().await;
    let mut others = Burst::new();
    for text in numbered("", 10) {
        others.spawn(&bot, SARA, &text, false);
        others.spawn(&bot, OTHER_GROUP, &text, false);
    }
    assert_eq!(seconds(&others.arrivals().await), [0; 20]);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(bot.send_queue().waiting, 30);
    assert_eq!(bot.send_queue().longest_wait.as_secs(), 5);

    let arrivals = burst.arrivals().await;
    assert_eq!(seconds(&arrivals), [vec![0; 20], vec![60; 20], vec![120; 10]].concat());
    assert_eq!(texts(&emulator, GROUP), numbered("", 50), "first come, first served");
    assert_eq!(bot.send_queue().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_private_chat_waits_for_no_rate() {
    let emulator = server();
    let bot = bot(&emulator);
    let mut burst = Burst::new();
    for text in numbered("", 100) {
        burst.spawn(&bot, SARA, &text, false);
    }
    assert_eq!(seconds(&burst.arrivals().await), [0; 100]);
    assert_eq!(texts(&emulator, SARA), numbered("", 100));
    assert_eq!(bot.send_queue(), SendQueue::default());
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_the_authors_choice() {
    let emulator = server();
    let per = Duration::from_secs(10);
    let slow = bot_with(&emulator, Bot::builder().group_rate(2, per));
    let mut burst = Burst::new();
    for text in numbered("", 5) {
        burst.spawn(&slow, GROUP, &text, false);
    }
    assert_eq!(seconds(&burst.arrivals().await), [0, 0, 10, 10, 20]);

    let free = bot_with(&emulator, Bot::builder().unlimited());
    let mut burst = Burst::new();
    for text in numbered("", 50) {
        burst.spawn(&free, GROUP, &text, false);
    }
    assert_eq!(seconds(&burst.arrivals().await), [0; 50]);
}

#[tokio::test(start_paused = true)]
async fn calls_by_name_count_and_edits_do_not() {
    let emulator = server();
    let bot = bot_with(&emulator, Bot::builder().group_rate(1, Duration::from_secs(60)));
    let started = Instant::now();
    let sent = bot.send_message(GROUP, "a").await.unwrap();
    for text in ["b", "c"] {
        sent.edit(text).await.unwrap();
    }
    bot.send_chat_action(GROUP, bale::types::ChatAction::Typing).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 0);
    let parameters = serde_json::json!({"text": "d", "chat_id": GROUP.to_string()});
    bot.call::<serde_json::Value>("sendMessage", &parameters).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 60);
    sent.delete().await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_one_chat_is_no_pause_of_another() {
    let emulator = server();
    let bot = bot(&emulator);
    bot.send_message(SARA, "0").await.unwrap();
    bot.send_message(OMID, "0").await.unwrap();
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(7) }).on("sendMessage"));

    let mut sara = Burst::new();
    for text in ["1", "2", "3"] {
        sara.send(&bot, SARA, text).await;
    }
    let queue = bot.send_queue();
    assert_eq!((queue.waiting, queue.paused_chats, queue.paused_for), (3, 1, None));
    let mut others = Burst::new();
    others.send(&bot, OMID, "1").await;
    others.send(&bot, GROUP, "1").await;
    assert_eq!(seconds(&others.arrivals().await), [0, 0]);

    let arrivals = sara.arrivals().await;
    assert_eq!(seconds(&arrivals), [7, 7, 7]);
    assert_eq!(texts(&emulator, SARA), ["0", "1", "2", "3"], "the one refused goes first");
    let copies = emulator.calls().iter().filter(|call| call.method == "sendMessage").count();
    assert_eq!(copies, 2 + 3 + 1 + 2, "the two that came during the pause were sent once");
    assert_eq!(bot.send_queue().paused_chats, 0);
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_one_message_tries_alone() {
    let emulator = server();
    let bot = bot(&emulator);
    bot.send_message(SARA, "0").await.unwrap();
    let limit = FaultAction::RateLimit { retry_after: Some(5) };
    emulator.fault(Fault::new(limit).on("sendMessage").times(3));
    let mut burst = Burst::new();
    for text in ["1", "2", "3", "4"] {
        burst.send(&bot, SARA, text).await;
    }
    assert_eq!(seconds(&burst.arrivals().await), [15; 4]);
    assert_eq!(emulator.calls().len(), 1 + 3 + 4, "a pause costs one call, not one a message");
}

#[tokio::test(start_paused = true)]
async fn a_429_without_a_chat_pauses_all_messages() {
    let emulator = server();
    let bot = bot(&emulator);
    bot.send_message(SARA, "0").await.unwrap();
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(5) }).on("getMe"));
    bot.get_me().no_retry().await.unwrap_err();

    let mut burst = Burst::new();
    burst.send_low(&bot, SARA, "broadcast").await;
    burst.send(&bot, OMID, "reply").await;
    burst.send(&bot, GROUP, "reply").await;
    let queue = bot.send_queue();
    assert_eq!((queue.waiting, queue.paused_for), (3, Some(Duration::from_secs(5))));
    let arrivals = burst.arrivals().await;
    assert_eq!(seconds(&arrivals), [5, 5, 6], "replies have a head start");
    assert_eq!(arrivals[2].0, "broadcast");
    assert_eq!(bot.send_queue().paused_for, None);
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_patience_fails_at_once() {
    let emulator = server();
    let bot = bot(&emulator);
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(61) }));
    let started = Instant::now();
    let refused = bot.send_message(SARA, "1").await.unwrap_err();
    let unsent = bot.send_message(SARA, "2").await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(61)));
    assert_eq!(
        unsent.to_string(),
        "sendMessage: rate limited: not sent, because the server asked for a longer pause, retry after 61s"
    );
    assert!(!unsent.may_have_been_sent());
    assert_eq!(emulator.calls().len(), 1);

    // What already waited for the rate fails with it: nobody waits for an hour unawares.
    let slow = bot_with(&emulator, Bot::builder().group_rate(1, Duration::from_secs(60)));
    slow.send_message(GROUP, "1").await.unwrap();
    let mut burst = Burst::new();
    burst.send(&slow, GROUP, "2").await;
    burst.send(&slow, GROUP, "3").await;
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: Some(3600) }));
    slow.get_chat(GROUP).await.unwrap_err();
    for _ in 0..2 {
        let (_, at, result) = burst.tasks.join_next().await.unwrap().unwrap();
        assert_eq!(at - burst.started, Duration::ZERO);
        assert!(result.unwrap_err().ends_with("retry after 3600s"));
    }
}

#[tokio::test(start_paused = true)]
async fn replies_overtake_broadcasts() {
    let emulator = server();
    let bot = bot_with(&emulator, Bot::builder().group_rate(4, Duration::from_secs(60)));
    let mut burst = Burst::new();
    for text in ["b1", "b2", "b3", "b4", "b5"] {
        burst.send_low(&bot, GROUP, text).await;
    }
    for text in ["r1", "r2"] {
        burst.send(&bot, GROUP, text).await;
    }
    let expected = [("b1", 0), ("b2", 0), ("b3", 0), ("r1", 0), ("r2", 60), ("b4", 60), ("b5", 60)];
    assert_eq!(burst.arrivals().await, expected.map(|(text, at)| (text.to_owned(), at)));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_place_up() {
    let emulator = server();
    let bot = bot_with(&emulator, Bot::builder().group_rate(1, Duration::from_secs(60)));
    let mut burst = Burst::new();
    burst.send(&bot, GROUP, "1").await;
    let first = tokio::spawn(bot.send_message(GROUP, "dropped first").into_future());
    settle().await;
    burst.send(&bot, GROUP, "2").await;
    let middle = tokio::spawn(bot.send_message(GROUP, "dropped later").into_future());
    settle().await;
    burst.send(&bot, GROUP, "3").await;
    assert_eq!(bot.send_queue().waiting, 4);
    first.abort();
    middle.abort();
    settle().await;
    assert_eq!(bot.send_queue().waiting, 2);
    assert_eq!(seconds(&burst.arrivals().await), [0, 60, 120]);
    assert_eq!(texts(&emulator, GROUP), ["1", "2", "3"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_on_its_way_counts_as_sent() {
    let emulator = server();
    let bot = bot_with(&emulator, Bot::builder().group_rate(1, Duration::from_secs(60)));
    emulator.fault(Fault::new(FaultAction::Hang));
    let started = Instant::now();
    let hanging = bot.send_message(GROUP, "1").into_future();
    tokio::time::timeout(Duration::from_secs(3), hanging).await.unwrap_err();
    bot.send_message(GROUP, "2").await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 63);
    // One that surely was not sent does not count.
    emulator.fault(Fault::new(FaultAction::error(403, "permission_denied")));
    tokio::time::sleep(Duration::from_secs(60)).await;
    bot.send_message(GROUP, "3").await.unwrap_err();
    bot.send_message(GROUP, "4").await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 123);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_chats_leave_nothing_behind() {
    let emulator = server();
    let bot = bot(&emulator);
    for chat in 0..5_000 {
        emulator.add_chat(10_000 + chat, ChatType::Private).unwrap();
        emulator.add_chat(6_000_000_000 + chat, ChatType::Group).unwrap();
        bot.send_message(10_000 + chat, "x").await.unwrap();
        bot.send_message(6_000_000_000 + chat, "x").await.unwrap();
    }
    assert_eq!(bot.send_queue().chats, 5_000, "private chats are not counted");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(bot.send_queue(), SendQueue::default());
}

#[tokio::test(start_paused = true)]
async fn updates_show_which_chats_are_private() {
    let emulator = server();
    // A bot whose rate lets one message pass: a chat not known as private would wait for the second.
    let bot = bot_with(&emulator, Bot::builder().group_rate(1, Duration::from_secs(60)));
    emulator.message(SARA, SARA, "hello");
    bot.get_updates().await.unwrap();
    emulator.fault(Fault::new(FaultAction::Hang).on("sendMessage"));
    let started = Instant::now();
    let hanging = tokio::spawn(bot.send_message(SARA, "1").into_future());
    settle().await;
    bot.send_message(SARA, "2").await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(bot.send_queue(), SendQueue::default());
    hanging.abort();

    // The first answer shows it too, and lets those go that wait.
    let mut burst = Burst::new();
    for text in ["1", "2", "3"] {
        burst.spawn(&bot, OMID, text, false);
    }
    assert_eq!(seconds(&burst.arrivals().await), [0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_without_a_time_is_a_few_seconds_and_grows() {
    let emulator = server();
    let bot = bot_with(&emulator, Bot::builder().retry(RetryPolicy::new()));
    emulator.fault(Fault::new(FaultAction::RateLimit { retry_after: None }).times(3));
    let started = Instant::now();
    bot.send_message(SARA, "1").await.unwrap();
    // 3, 6 and 12 s, each a quarter more or less.
    let waited = started.elapsed().as_secs_f64();
    assert!((15.75..=26.25).contains(&waited), "{waited}");
}
