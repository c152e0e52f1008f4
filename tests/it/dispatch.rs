//! Order, independence, bounds, and what becomes of updates whose handlers do not simply end.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{App, HandlerError, Message, Result, State, Text, dispatch::Delivery};
use expect_test::expect;
use proptest::prelude::*;
use tokio::time::{Instant, sleep};

use crate::{
    logs::Logs,
    rig::{Rig, transcript},
};

/// What the handlers of one test did.
#[derive(Debug)]
struct Book {
    opened: Instant,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default, Clone)]
struct Entries {
    begun: Vec<(i64, String)>,
    /// Chat, text, and when.
    ended: Vec<(i64, String, Duration)>,
    running: BTreeMap<i64, usize>,
    most_in_a_chat: usize,
    most: usize,
}

type Books = Arc<Book>;

impl Book {
    fn open() -> Books {
        Arc::new(Self { opened: Instant::now(), entries: Mutex::default() })
    }

    fn begin(&self, chat: i64, text: &str) {
        let mut entries = self.entries.lock().unwrap();
        entries.begun.push((chat, text.to_owned()));
        let running = entries.running.entry(chat).or_default();
        *running += 1;
        let running = *running;
        entries.most_in_a_chat = entries.most_in_a_chat.max(running);
        let all = entries.running.values().sum();
        entries.most = entries.most.max(all);
    }

    fn end(&self, chat: i64, text: &str) {
        let mut entries = self.entries.lock().unwrap();
        entries.ended.push((chat, text.to_owned(), self.opened.elapsed()));
        *entries.running.get_mut(&chat).unwrap() -= 1;
    }

    fn entries(&self) -> Entries {
        self.entries.lock().unwrap().clone()
    }

    /// The texts of the handlers that ended, in that order.
    fn ended(&self) -> Vec<String> {
        self.entries().ended.into_iter().map(|(_, text, _)| text).collect()
    }

    fn ended_in(&self, chat: i64) -> Vec<String> {
        let ended = self.entries().ended.into_iter();
        ended.filter(|entry| entry.0 == chat).map(|(_, text, _)| text).collect()
    }
}

/// Works for as many milliseconds as the first word says.
async fn work(message: Message, Text(text): Text, book: State<Books>) -> Result {
    let chat = message.chat().id;
    book.begin(chat, &text);
    let time = text.split(' ').next().unwrap_or_default().parse()?;
    sleep(Duration::from_millis(time)).await;
    book.end(chat, &text);
    Ok(())
}

fn app(book: &Books) -> App {
    App::new().on_message(work).state(Arc::clone(book))
}

/// Long enough for aborted tasks to be gone; no handler works for so short a time.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

async fn in_virtual_seconds(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

fn texts_by_chat(works: &[(i64, u64)]) -> BTreeMap<i64, Vec<String>> {
    let mut texts: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (number, (chat, time)) in works.iter().enumerate() {
        texts.entry(*chat).or_default().push(format!("{time} {number}"));
    }
    texts
}

/// Gives other tasks a turn, as a call that is answered at once does.
async fn take_turns(message: Message, Text(text): Text, book: State<Books>) -> Result {
    book.begin(message.chat().id, &text);
    tokio::task::yield_now().await;
    book.end(message.chat().id, &text);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn quick_handlers_of_a_batch_make_room_for_each_other() {
    let book = Book::open();
    let rig = Rig::start(App::new().on_message(take_turns).state(Arc::clone(&book)));
    for chat in 1..=100 {
        rig.emulator.message(chat, chat, "quick");
    }
    rig.emulator.idle().await;
    let Entries { ended, most, .. } = book.entries();
    assert_eq!(ended.len(), 100);
    assert!(most <= 20, "{most} at once");
}

#[tokio::test(start_paused = true)]
async fn slow_handlers_of_a_batch_all_run_at_once() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    for chat in 1..=100 {
        rig.emulator.message(chat, chat, "1000 slow");
    }
    rig.emulator.idle().await;
    let Entries { ended, most, .. } = book.entries();
    assert_eq!((ended.len(), most), (100, 100));
}

/// How long the busiest chat works.
fn longest(works: &[(i64, u64)]) -> Duration {
    let mut times: BTreeMap<i64, u64> = BTreeMap::new();
    for (chat, time) in works {
        *times.entry(*chat).or_default() += time;
    }
    Duration::from_millis(times.into_values().max().unwrap_or(0))
}

async fn run_works(rig: &Rig, works: &[(i64, u64)]) {
    for (number, (chat, time)) in works.iter().enumerate() {
        rig.emulator.message(*chat, *chat, format!("{time} {number}"));
    }
    rig.emulator.idle().await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// 200 updates of 10 chats whose handlers take random times: every chat in order, one at a time, all
    /// chats side by side. The server shows 100 updates at a time, so each hundred takes as long as its
    /// slowest chat.
    #[test]
    fn every_chat_is_in_order_and_no_chat_waits_for_another(
        works in prop::collection::vec((1..11_i64, 0..2000_u64), 200),
    ) {
        block_on(async {
            let book = Book::open();
            let rig = Rig::start(app(&book).confirm_deadline(Duration::MAX));
            run_works(&rig, &works).await;
            let Entries { ended, most_in_a_chat, .. } = book.entries();
            let mut by_chat: BTreeMap<i64, Vec<String>> = BTreeMap::new();
            for (chat, text, _) in &ended {
                by_chat.entry(*chat).or_default().push(text.clone());
            }
            prop_assert_eq!(by_chat, texts_by_chat(&works));
            prop_assert_eq!(most_in_a_chat, 1);
            let (first, second) = works.split_at(100);
            let bound = longest(first) + longest(second) + Duration::from_millis(320);
            let took = ended.last().map(|entry| entry.2).unwrap_or_default();
            prop_assert!(took >= longest(&works) && took <= bound, "{took:?}, at most {bound:?}");
            Ok(())
        })?;
    }

    /// As long as everything fits in the server's window, the whole takes exactly as long as the busiest
    /// chat, or as one with a single late start.
    #[test]
    fn what_fits_in_one_window_takes_as_long_as_the_busiest_chat(
        works in prop::collection::vec((1..11_i64, 0..2000_u64), 100),
    ) {
        block_on(async {
            let book = Book::open();
            let rig = Rig::start(app(&book));
            run_works(&rig, &works).await;
            let took = book.entries().ended.last().map(|entry| entry.2);
            prop_assert_eq!(took, Some(longest(&works)));
            Ok(())
        })?;
    }

    /// More updates than there is room for, in lanes and in all.
    #[test]
    fn nothing_is_lost_or_doubled_where_room_is_short(
        works in prop::collection::vec((1..8_i64, 0..300_u64), 130),
        in_all in 1..12_usize,
        in_one_chat in 1..4_usize,
    ) {
        block_on(async {
            let book = Book::open();
            let rig = Rig::start(app(&book).in_flight(in_all, in_one_chat));
            run_works(&rig, &works).await;
            let Entries { ended, most, most_in_a_chat, .. } = book.entries();
            let mut by_chat: BTreeMap<i64, Vec<String>> = BTreeMap::new();
            for (chat, text, _) in ended {
                by_chat.entry(chat).or_default().push(text);
            }
            prop_assert_eq!(by_chat, texts_by_chat(&works));
            prop_assert!(most <= in_all, "{most} of {in_all}");
            prop_assert_eq!(most_in_a_chat, 1);
            Ok(())
        })?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_chat_with_a_queue_does_not_delay_another() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    rig.emulator.message(1, 1, "20000 slow");
    for number in 0..80 {
        rig.emulator.message(1, 1, format!("20000 {number}"));
    }
    let mut slowest = Duration::ZERO;
    for second in 1..=15 {
        in_virtual_seconds(0.97).await;
        let sent = Instant::now();
        let text = format!("0 {second}");
        rig.emulator.message(2, 2, &text);
        while book.ended().last() != Some(&text) {
            settle().await;
        }
        slowest = slowest.max(sent.elapsed());
    }
    assert_eq!(book.ended_in(1), [""; 0]);
    assert!(slowest <= Duration::from_millis(321), "{slowest:?}");
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_fills_the_servers_window_holds_the_others_until_the_confirm_deadline() {
    let logs = Logs::of("bale::dispatch");
    let book = Book::open();
    let rig = Rig::start(app(&book));
    for number in 0..150 {
        rig.emulator.message(1, 1, format!("20000 {number}"));
    }
    rig.emulator.message(2, 2, "0 other");
    in_virtual_seconds(29.9).await;
    assert_eq!(book.ended_in(2), [""; 0]);
    in_virtual_seconds(1.1).await;
    assert_eq!(book.ended_in(2), ["0 other"]);
    in_virtual_seconds(150.0 * 20.0).await;
    let expected: Vec<String> = (0..150).map(|number| format!("20000 {number}")).collect();
    assert_eq!(book.ended_in(1), expected);
    // The first one ended in time, and so did the second one, ten seconds into its time.
    assert_eq!(logs.take().lines().count(), 149);
}

#[tokio::test(start_paused = true)]
async fn a_finished_part_of_a_full_window_makes_room_for_another_chat() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    rig.emulator.message(1, 1, "1000 first");
    for chat in 2..30 {
        rig.emulator.message(chat, chat, "0 quick");
    }
    for _ in 0..71 {
        rig.emulator.message(50, 50, "5000 slow");
    }
    rig.emulator.message(99, 99, "0 other");
    in_virtual_seconds(0.999).await;
    assert_eq!(book.ended_in(99), [""; 0], "it is the server's 101st update");
    in_virtual_seconds(0.322).await;
    assert_eq!(book.ended_in(99), ["0 other"]);
}

mod overtaking {
    use super::*;

    #[bale::command(lane = "none")]
    async fn cancel(message: Message, book: State<Books>) -> Result {
        book.begin(message.chat().id, "cancel");
        book.end(message.chat().id, "cancel");
        Ok(())
    }

    /// It is tried before `any`, but the texts that do not fit it are not for it.
    #[bale::on_message("{what} now", lane = "none")]
    async fn now(what: String, message: Message, book: State<Books>) -> Result {
        book.begin(message.chat().id, &what);
        book.end(message.chat().id, &what);
        Ok(())
    }

    #[bale::on_message]
    async fn any(message: Message, text: Text, book: State<Books>) -> Result {
        work(message, text, book).await
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_lane_a_command_or_a_text_overtakes_its_chat() {
        let book = Book::open();
        let rig = Rig::start(App::collect_module(module_path!()).state(Arc::clone(&book)));
        for text in ["1000 a", "1000 b", "/cancel", "stop now", "1000 c"] {
            rig.says(text);
        }
        rig.emulator.idle().await;
        assert_eq!(book.ended(), ["cancel", "stop", "1000 a", "1000 b", "1000 c"]);
        assert_eq!(book.entries().ended[4].2, Duration::from_secs(3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_or_a_failure_costs_only_its_own_update() {
    async fn fragile(message: Message, text: Text, book: State<Books>) -> Result {
        assert_ne!(text.0, "panic", "as asked");
        if text.0 == "late panic" {
            sleep(Duration::from_secs(1)).await;
            panic!("late, as asked");
        }
        work(message, text, book).await
    }
    async fn note(error: HandlerError, book: State<Books>) {
        let text = format!("update {:?}, panic: {}", error.update_id(), error.is_panic());
        book.begin(0, &text);
        book.end(0, &text);
    }
    let book = Book::open();
    let app = App::new().on_message(fragile).on_error(note).state(Arc::clone(&book));
    let rig = Rig::start(app);
    for text in ["500 a", "panic", "late panic", "no number", "500 b"] {
        rig.says(text);
    }
    rig.emulator.message(2, 2, "200 c");
    rig.emulator.idle().await;
    assert_eq!(
        book.ended(),
        [
            "200 c",
            "500 a",
            "update Some(1), panic: true",
            "update Some(2), panic: true",
            "update Some(3), panic: false",
            "500 b"
        ]
    );
    assert_eq!(book.entries().ended[5].2, Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_stuck_handler_is_let_go_of_and_runs_to_its_end() {
    let logs = Logs::of("bale::dispatch");
    let book = Book::open();
    let rig = Rig::start(app(&book));
    rig.says("70000 stuck");
    in_virtual_seconds(10.0).await;
    rig.says("0 behind it");
    in_virtual_seconds(19.9).await;
    assert_eq!((rig.emulator.confirmed(), logs.take()), (None, String::new()));
    in_virtual_seconds(0.2).await;
    assert_eq!(rig.emulator.confirmed(), Some(0));
    in_virtual_seconds(10.3).await;
    assert_eq!((rig.emulator.confirmed(), rig.emulator.pending()), (Some(1), 0));
    assert_eq!(book.ended(), [""; 0]);
    in_virtual_seconds(30.0).await;
    assert_eq!(book.ended(), ["70000 stuck", "0 behind it"]);
    expect![[r#"
        WARN the handler is not done: the update is confirmed all the same, and lost if the bot is killed now update_id=0 after=30s
        WARN the handler is not done: the update is confirmed all the same, and lost if the bot is killed now update_id=1 after=30s
    "#]]
    .assert_eq(&logs.take());
}

#[tokio::test(start_paused = true)]
async fn a_stuck_chat_that_goes_on_receiving_takes_no_room_from_others() {
    let book = Book::open();
    let rig = Rig::start(app(&book).in_flight(10, 4));
    rig.emulator.message(1, 1, "10000000 stuck");
    for number in 0..500 {
        rig.emulator.message(1, 1, format!("0 {number}"));
    }
    // The window shows only the stuck chat, a hundred updates every time the deadline has passed.
    in_virtual_seconds(200.0).await;
    assert_eq!(rig.emulator.pending(), 0);
    let sent = Instant::now();
    rig.emulator.message(2, 2, "0 other");
    rig.emulator.idle().await;
    assert_eq!((book.ended(), sent.elapsed()), (vec!["0 other".to_owned()], Duration::ZERO));
    in_virtual_seconds(10_000.0).await;
    let expected: Vec<String> = (0..500).map(|number| format!("0 {number}")).collect();
    assert_eq!(book.ended_in(1)[1..], expected);
}

#[tokio::test(start_paused = true)]
async fn all_room_taken_by_stuck_handlers_is_no_hot_loop() {
    let book = Book::open();
    let rig = Rig::start(app(&book).in_flight(2, 2));
    for chat in 1..=3 {
        rig.emulator.message(chat, chat, "100000 stuck");
    }
    in_virtual_seconds(40.0).await;
    assert_eq!(rig.emulator.confirmed(), Some(1));
    rig.emulator.clear_calls();
    in_virtual_seconds(32.0).await;
    let polls = rig.emulator.calls().len();
    assert!((95..=105).contains(&polls), "one every 320 ms, found {polls}");
    in_virtual_seconds(28.0).await;
    rig.emulator.idle().await;
    in_virtual_seconds(100.0).await;
    assert_eq!(book.ended().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn after_a_kill_the_unfinished_updates_come_again() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    for (chat, text) in [(1, "0 a"), (2, "5000 b"), (2, "5000 c"), (3, "1000 d")] {
        rig.emulator.message(chat, chat, text);
    }
    in_virtual_seconds(2.0).await;
    let emulator = rig.kill();
    settle().await;
    assert_eq!(book.ended(), ["0 a", "1000 d"]);
    in_virtual_seconds(20.0).await;
    assert_eq!(book.ended(), ["0 a", "1000 d"], "no handler outlives its bot");
    assert_eq!(emulator.confirmed(), Some(0));
    let second = Book::open();
    let rig = Rig::against(emulator, app(&second));
    rig.emulator.idle().await;
    // `d` was done, but behind an unfinished update: confirming it would have confirmed that one too.
    assert_eq!(second.ended(), ["1000 d", "5000 b", "5000 c"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_all_end_and_confirms_them() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    let emulator = rig.emulator.clone();
    for (chat, text) in [(1, "3000 a"), (1, "3000 b"), (2, "5000 c"), (3, "0 d")] {
        emulator.message(chat, chat, text);
    }
    in_virtual_seconds(1.0).await;
    let asked = Instant::now();
    rig.stop().await.unwrap();
    assert_eq!(asked.elapsed(), Duration::from_secs(5));
    assert_eq!(book.ended(), ["0 d", "3000 a", "5000 c", "3000 b"]);
    assert_eq!((emulator.pending(), emulator.confirmed()), (0, Some(3)));
}

#[tokio::test(start_paused = true)]
async fn at_the_drain_deadline_the_unfinished_are_cut_off_and_left_to_the_server() {
    let logs = Logs::of("bale::app");
    let book = Book::open();
    let rig = Rig::start(app(&book));
    let emulator = rig.emulator.clone();
    for (chat, text) in [(1, "1000 a"), (2, "30000 b"), (2, "0 c"), (3, "2000 d")] {
        emulator.message(chat, chat, text);
    }
    in_virtual_seconds(0.5).await;
    let asked = Instant::now();
    rig.stop().await.unwrap();
    assert_eq!(asked.elapsed(), Duration::from_secs(10));
    assert_eq!((emulator.pending(), emulator.confirmed()), (3, Some(0)));
    in_virtual_seconds(60.0).await;
    assert_eq!(book.ended(), ["1000 a", "2000 d"]);
    let lines = logs.take();
    let lines: Vec<&str> = lines.lines().filter(|line| line.starts_with("WARN")).collect();
    expect![
        "WARN handlers were not done at the deadline and were cut off; their updates will come again updates=2"
    ]
    .assert_eq(&lines.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_ends_at_the_deadline_is_done_or_comes_again() {
    for time in [9_999, 10_000, 10_001] {
        let book = Book::open();
        let rig = Rig::start(app(&book));
        let emulator = rig.emulator.clone();
        rig.says(&format!("{time} a"));
        settle().await;
        rig.stop().await.unwrap();
        let (done, pending) = (book.ended().len(), emulator.pending());
        assert_eq!(done + pending, 1, "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_confirmed_undone_while_the_bot_stops() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    let emulator = rig.emulator.clone();
    rig.says("60000 a");
    in_virtual_seconds(25.0).await;
    // The confirm deadline falls into the ten seconds of the drain.
    rig.stop().await.unwrap();
    assert_eq!((emulator.pending(), emulator.confirmed()), (1, None));
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_fails_is_tried_again() {
    use bale::emulator::{Fault, FaultAction};

    let book = Book::open();
    let rig = Rig::start(app(&book));
    let emulator = rig.emulator.clone();
    rig.says("1000 a");
    in_virtual_seconds(0.5).await;
    emulator.fault(Fault::new(FaultAction::html(502, "<html>")).on("getUpdates").times(3));
    rig.stop().await.unwrap();
    assert_eq!(emulator.pending(), 0);
}

#[tokio::test(start_paused = true)]
async fn at_most_once_confirms_before_the_handler_starts() {
    let book = Book::open();
    let rig = Rig::start(app(&book).delivery(Delivery::AtMostOnce));
    for chat in 1..=3 {
        rig.emulator.message(chat, chat, "1000 a");
    }
    while book.entries().begun.is_empty() {
        assert_eq!(rig.emulator.confirmed(), rig.emulator.confirmed().filter(|id| *id == 2));
        tokio::task::yield_now().await;
    }
    assert_eq!((rig.emulator.pending(), rig.emulator.confirmed()), (0, Some(2)));
    let emulator = rig.kill();
    settle().await;
    let second = Book::open();
    let rig = Rig::against(emulator, app(&second).delivery(Delivery::AtMostOnce));
    rig.says("0 new");
    in_virtual_seconds(10.0).await;
    assert_eq!((book.ended(), second.ended()), (vec![], vec!["0 new".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn at_most_once_fetches_no_more_than_there_is_room_for() {
    let book = Book::open();
    let rig = Rig::start(app(&book).delivery(Delivery::AtMostOnce).in_flight(4, 1));
    for number in 0..30 {
        rig.emulator.message(1 + number % 3, 1, format!("1000 {number}"));
    }
    in_virtual_seconds(0.5).await;
    assert_eq!(rig.emulator.confirmed(), Some(3));
    in_virtual_seconds(60.0).await;
    let Entries { ended, most, most_in_a_chat, .. } = book.entries();
    assert_eq!((ended.len(), most_in_a_chat), (30, 1));
    assert!(most <= 4, "{most}");
    for chat in 1..=3 {
        let numbers: Vec<String> =
            (0..30).filter(|n| 1 + n % 3 == chat).map(|n| format!("1000 {n}")).collect();
        assert_eq!(book.ended_in(chat), numbers);
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_bot_has_no_tasks() {
    let book = Book::open();
    let rig = Rig::start(app(&book));
    in_virtual_seconds(1.0).await;
    let idle = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for chat in 1..=500 {
        rig.emulator.message(chat, chat, "100 a");
    }
    rig.emulator.idle().await;
    settle().await;
    assert_eq!(book.ended().len(), 500);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), idle);
    drop(rig.kill());
    settle().await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_on_start_ends_the_bot_in_time() {
    async fn slow_start() {
        sleep(Duration::from_secs(3600)).await;
    }
    async fn say_bye(bot: bale::Bot) -> Result {
        bot.send_message(1, "bye").await?;
        Ok(())
    }
    let book = Book::open();
    let rig = Rig::start(app(&book).on_start(slow_start).on_stop(say_bye));
    let emulator = rig.emulator.clone();
    emulator.message(1, 1, "0 a");
    in_virtual_seconds(1.0).await;
    let asked = Instant::now();
    rig.stop().await.unwrap();
    assert_eq!(asked.elapsed(), Duration::from_secs(10));
    assert_eq!((emulator.pending(), book.ended()), (1, vec![]));
    expect![[r#"
        sendMessage {"chat_id":1,"text":"bye"}
    "#]]
    .assert_eq(&transcript(&emulator));
}

#[tokio::test(start_paused = true)]
async fn every_on_stop_runs_whatever_the_others_do() {
    let logs = Logs::of("bale::dispatch");
    async fn fails() -> Result {
        Err("no disk".into())
    }
    async fn panics() {
        panic!("no disk either");
    }
    async fn note(book: State<Books>) {
        book.begin(0, "stopped");
        book.end(0, "stopped");
    }
    let book = Book::open();
    let rig = Rig::start(app(&book).on_stop(fails).on_stop(panics).on_stop(note));
    in_virtual_seconds(1.0).await;
    rig.stop().await.unwrap();
    assert_eq!(book.ended(), ["stopped"]);
    let lines = logs.take();
    let failures: Vec<&str> =
        lines.lines().filter_map(|line| line.strip_prefix("ERROR ")?.rsplit(") ").next()).collect();
    assert_eq!(failures, ["failed: no disk", "panicked: no disk either"]);
}
