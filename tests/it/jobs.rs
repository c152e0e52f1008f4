//! Jobs: again and again, at a time of the day, and once, later.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use bale::{
    App, Bot, HandlerError, Job, Payload, Result, State,
    app::RunError,
    emulator::Emulator,
    jobs::{JobId, ScheduleError},
    storage::{
        Clock, Commit, Committed, Mark, Memory, Record, Space, Storage, StorageError,
        StorageErrorKind, StorageKey, Term, Timestamp, Value,
    },
};
use expect_test::expect;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::rig::{Rig, transcript};

mod around;
mod stored;
mod wrong;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A store that outlives its bot.
#[derive(Debug, Clone, Default)]
struct Kept {
    memory: Arc<Memory>,
    fails: Arc<AtomicBool>,
}

impl Storage for Kept {
    fn get<'a>(
        &'a self,
        key: &'a StorageKey,
        now: Timestamp,
    ) -> bale::BoxFuture<'a, Result<Option<Record>, StorageError>> {
        self.memory.get(key, now)
    }

    fn commit(
        &self,
        commit: Commit,
        now: Timestamp,
    ) -> bale::BoxFuture<'_, Result<Committed, StorageError>> {
        if self.fails.load(Ordering::Relaxed) {
            let kind = StorageErrorKind::Unavailable {
                problem: "it is unplugged".to_owned(),
                may_have_been_written: false,
            };
            return Box::pin(std::future::ready(Err(StorageError::new(kind, "the store"))));
        }
        self.memory.commit(commit, now)
    }

    fn is_done(
        &self,
        mark: Mark,
        now: Timestamp,
    ) -> bale::BoxFuture<'_, Result<bool, StorageError>> {
        self.memory.is_done(mark, now)
    }

    fn due(
        &self,
        space: Space,
        until: Timestamp,
        limit: usize,
    ) -> bale::BoxFuture<'_, Result<Vec<(StorageKey, Record)>, StorageError>> {
        self.memory.due(space, until, limit)
    }
}

/// The bot's clock is the paused one.
fn app() -> App {
    App::new().clock(Clock::runtime())
}

/// A server on which four people have written to the bot, so that it may write to them.
fn server() -> Emulator {
    let emulator = Emulator::new("123456:TEST");
    for person in 1..=4 {
        emulator.message(person, person, "hi");
    }
    emulator
}

fn start(app: App) -> Rig {
    Rig::against(server(), app)
}

/// What the bot called in this time.
async fn calls_in(rig: &Rig, time: Duration) -> String {
    sleep(time).await;
    rig.transcript().await
}

mod attributes {
    use super::*;

    pub(super) fn app() -> App {
        App::collect_module(module_path!()).clock(Clock::runtime())
    }

    #[bale::every("20m")]
    async fn water(bot: Bot, job: &Job) -> Result {
        bot.send_message(1, format!("{} {}", job.name(), job.attempt())).await?;
        Ok(())
    }

    #[bale::cron("30 9 * * *", tz = "Asia/Tehran")]
    async fn morning(bot: Bot, job: Job) -> Result {
        let minutes = job.due().as_millis() / 60_000 % (24 * 60);
        bot.send_message(2, format!("{:02}:{:02} UTC", minutes / 60, minutes % 60)).await?;
        Ok(())
    }

    #[derive(Serialize, Deserialize)]
    struct Reminder {
        text: String,
    }

    #[bale::job]
    async fn remind(bot: Bot, job: Job, Payload(it): Payload<Reminder>) -> Result {
        bot.send_message(3, format!("{}, {}", it.text, job.name())).await?;
        Ok(())
    }

    #[bale::job("tidy-up")]
    async fn tidy(bot: Bot) -> Result {
        bot.send_message(4, "tidy").await?;
        Ok(())
    }

    #[bale::command]
    async fn later(bot: Bot) -> Result<&'static str> {
        let reminder = Reminder { text: "tea".to_owned() };
        let id = remind::after(&bot, 4 * MINUTE, reminder).await?;
        assert!(id.to_string().starts_with("remind."), "{id}");
        tidy::at(&bot, std::time::SystemTime::UNIX_EPOCH).await?;
        Ok("noted")
    }
}

#[tokio::test(start_paused = true)]
async fn attributes_say_when_a_function_runs() {
    let rig = start(attributes::app());
    expect![""].assert_eq(&rig.transcript().await);
    let calls = calls_in(&rig, 41 * MINUTE).await;
    let water: Vec<&str> = calls.lines().filter(|line| line.contains("\"chat_id\":1,")).collect();
    assert_eq!(water, [r#"sendMessage {"chat_id":1,"text":"water 1"}"#; 2]);
    let calls = calls_in(&rig, 2 * DAY - 41 * MINUTE).await;
    let morning: Vec<&str> = calls.lines().filter(|line| line.contains("\"chat_id\":2,")).collect();
    assert_eq!(morning, [r#"sendMessage {"chat_id":2,"text":"06:00 UTC"}"#; 2]);
    rig.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_function_puts_a_job_off() {
    let rig = start(attributes::app());
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"noted"}
        sendMessage {"chat_id":4,"text":"tidy"}
    "#]]
    .assert_eq(&{
        rig.says("/later");
        calls_in(&rig, 3 * MINUTE).await
    });
    expect![[r#"
        sendMessage {"chat_id":3,"text":"tea, remind"}
    "#]]
    .assert_eq(&calls_in(&rig, 2 * MINUTE).await);
    expect![""].assert_eq(&calls_in(&rig, 10 * MINUTE).await);
}

/// A job that takes 25 minutes of each 10.
fn slow(app: App) -> App {
    app.every(10 * MINUTE, async |bot: Bot, job: Job| -> Result {
        let late = job.late().as_secs() / 60;
        bot.send_message(1, format!("begins {late} minutes late")).await?;
        sleep(25 * MINUTE).await;
        bot.send_message(1, "ends").await?;
        Ok(())
    })
}

#[tokio::test(start_paused = true)]
async fn a_run_waits_for_the_one_before_and_makes_up_for_what_was_missed() {
    let rig = start(slow(app()));
    // 10: begins. 20, 30: missed. 35: ends, begins for 20. 40, 50, 60: missed. 60: ends, begins for 40.
    expect![[r#"
        sendMessage {"chat_id":1,"text":"begins 0 minutes late"}
        sendMessage {"chat_id":1,"text":"ends"}
        sendMessage {"chat_id":1,"text":"begins 15 minutes late"}
        sendMessage {"chat_id":1,"text":"ends"}
        sendMessage {"chat_id":1,"text":"begins 20 minutes late"}
    "#]]
    .assert_eq(&calls_in(&rig, 65 * MINUTE).await);
}

mod left_out {
    use super::*;

    pub(super) fn app() -> App {
        App::collect_module(module_path!()).clock(Clock::runtime())
    }

    #[bale::every("10m", catch_up = false)]
    async fn slow(bot: Bot, job: Job) -> Result {
        bot.send_message(1, format!("{} s late", job.late().as_secs())).await?;
        sleep(10 * MINUTE + 30 * SECOND).await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn without_catch_up_what_is_missed_is_left_out() {
    let rig = start(left_out::app());
    // 10, 30, 50, 70.
    expect![[r#"
        sendMessage {"chat_id":1,"text":"0 s late"}
        sendMessage {"chat_id":1,"text":"0 s late"}
        sendMessage {"chat_id":1,"text":"0 s late"}
        sendMessage {"chat_id":1,"text":"0 s late"}
    "#]]
    .assert_eq(&calls_in(&rig, 75 * MINUTE).await);
}

mod overlapping {
    use super::*;

    pub(super) fn app() -> App {
        App::collect_module(module_path!()).clock(Clock::runtime()).state(AtomicU32::new(0))
    }

    #[bale::every("10m", overlap)]
    async fn slow(bot: Bot, running: State<AtomicU32>) -> Result {
        let now = running.fetch_add(1, Ordering::Relaxed) + 1;
        bot.send_message(1, format!("{now} running")).await?;
        sleep(25 * MINUTE).await;
        running.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn with_overlap_runs_go_beside_each_other() {
    let rig = start(overlapping::app());
    expect![[r#"
        sendMessage {"chat_id":1,"text":"1 running"}
        sendMessage {"chat_id":1,"text":"2 running"}
        sendMessage {"chat_id":1,"text":"3 running"}
        sendMessage {"chat_id":1,"text":"3 running"}
    "#]]
    .assert_eq(&calls_in(&rig, 45 * MINUTE).await);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_or_panics_is_reported_and_goes_on() {
    let rig = start(
        app()
            .every(HOUR, async || -> Result { Err("the tank is empty".into()) })
            .every(HOUR, async || -> () { panic!("the tap is gone") })
            .on_error(async |bot: Bot, error: HandlerError, job: Job| -> Result {
                let text = error.to_string();
                let cause = text.split_once(") ").map_or("", |(_, cause)| cause);
                bot.send_message(1, format!("{}: {cause}", job.name())).await?;
                Ok(())
            }),
    );
    let once = r#"
        sendMessage {"chat_id":1,"text":"closure: failed: the tank is empty"}
        sendMessage {"chat_id":1,"text":"closure: panicked: the tap is gone"}
    "#;
    assert_eq!(calls_in(&rig, MINUTE).await, "");
    for _ in 0..3 {
        let mut calls: Vec<String> =
            calls_in(&rig, HOUR).await.lines().map(str::to_owned).collect();
        calls.sort();
        assert_eq!(calls, once.trim().lines().map(str::trim).collect::<Vec<_>>());
    }
}

/// A rhythm goes on where it was: what was missed while the bot was down runs once, and the next run is on time.
#[tokio::test(start_paused = true)]
async fn a_restart_neither_repeats_nor_forgets_a_run() {
    let store = Kept::default();
    let clock = Clock::runtime();
    let app = || {
        App::new().clock(clock).storage(store.clone()).every(
            DAY,
            async |bot: Bot, job: Job| -> Result {
                bot.send_message(1, format!("{} h late", job.late().as_secs() / 3600)).await?;
                Ok(())
            },
        )
    };
    let on_time = r#"sendMessage {"chat_id":1,"text":"0 h late"}"#.to_owned() + "\n";
    let rig = start(app());
    assert_eq!(calls_in(&rig, 20 * HOUR).await, "");
    rig.stop().await.unwrap();

    // 20 h to 25 h: down over the first run.
    sleep(5 * HOUR).await;
    let rig = start(app());
    assert_eq!(calls_in(&rig, HOUR).await, on_time.replace('0', "1"));
    rig.stop().await.unwrap();

    // 26 h to 27 h: down over nothing.
    sleep(HOUR).await;
    let rig = start(app());
    assert_eq!(calls_in(&rig, 20 * HOUR).await, "");
    assert_eq!(calls_in(&rig, 2 * HOUR).await, on_time);
    rig.kill();

    // 49 h to 123 h: down over three runs.
    sleep(74 * HOUR).await;
    let rig = start(app());
    assert_eq!(calls_in(&rig, 20 * HOUR).await, on_time.replace('0', "51"));
    assert_eq!(calls_in(&rig, 2 * HOUR).await, on_time);
}

/// A last run that lies ahead was written by a clock that was set back since.
#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_back_stops_no_job() {
    for ahead in [HOUR, 3 * DAY] {
        let store = Kept::default();
        let now = Clock::runtime().now();
        let last = format!(r#"{{"last":{}}}"#, (now + ahead).as_millis());
        let key =
            Space::new(123456, "schedule").key(format!("{}::attributes::water", module_path!()));
        store.commit(Commit::new().put(key, Value::new(1, last)), now).await.unwrap();
        let rig = start(attributes::app().storage(store));
        expect![[r#"
            sendMessage {"chat_id":1,"text":"water 1"}
        "#]]
        .assert_eq(&calls_in(&rig, 21 * MINUTE).await.replace(MORNING, ""));
    }
}

/// Comes in between if the test runs at six o'clock.
const MORNING: &str = "sendMessage {\"chat_id\":2,\"text\":\"06:00 UTC\"}\n";

#[tokio::test(start_paused = true)]
async fn jobs_wait_for_a_storage_that_fails() {
    let store = Kept::default();
    let rig = start(app().storage(store.clone()).every(
        10 * MINUTE,
        async |bot: Bot, job: Job| -> Result {
            bot.send_message(1, format!("{} s late", job.late().as_secs())).await?;
            Ok(())
        },
    ));
    assert_eq!(calls_in(&rig, 9 * MINUTE).await, "");
    store.fails.store(true, Ordering::Relaxed);
    assert_eq!(calls_in(&rig, 26 * MINUTE).await, "");
    store.fails.store(false, Ordering::Relaxed);
    let late = calls_in(&rig, MINUTE).await;
    assert!((1500..1510).any(|late_by| late.contains(&format!("\"{late_by} s late\""))), "{late}");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"0 s late"}
    "#]]
    .assert_eq(&calls_in(&rig, 5 * MINUTE).await);
}

/// Two processes on one store.
#[tokio::test(start_paused = true)]
async fn of_two_bots_one_runs_a_job() {
    let store = Kept::default();
    let clock = Clock::runtime();
    let emulator = server();
    let app = || {
        App::new().clock(clock).storage(store.clone()).every(HOUR, async |bot: Bot| -> Result {
            bot.send_message(1, "tick").await?;
            Ok(())
        })
    };
    let _first = Rig::against(emulator.clone(), app());
    let second = Rig::against(emulator, app());
    assert_eq!(calls_in(&second, 5 * HOUR + MINUTE).await.lines().count(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_jobs_as_long_as_for_handlers() {
    let rig = start(app().drain_deadline(5 * SECOND).every(MINUTE, async |bot: Bot| -> Result {
        sleep(4 * SECOND).await;
        bot.send_message(1, "done").await?;
        sleep(4 * SECOND).await;
        bot.send_message(1, "never").await?;
        Ok(())
    }));
    assert_eq!(calls_in(&rig, 61 * SECOND).await, "");
    let emulator = rig.emulator.clone();
    rig.stop().await.unwrap();
    expect![[r#"
        sendMessage {"chat_id":1,"text":"done"}
    "#]]
    .assert_eq(&transcript(&emulator));
    sleep(HOUR).await;
    assert_eq!(transcript(&emulator).lines().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_future_runs_later_unless_it_is_cancelled() {
    let rig = start(
        app()
            .on_error(async |bot: Bot, error: HandlerError| -> Result {
                bot.send_message(1, format!("{} panicked", error.handler())).await?;
                Ok(())
            })
            .command("later", async |bot: Bot| -> Result {
                let say = bot.clone();
                bot.after(2 * MINUTE, async move || -> Result {
                    say.send_message(1, "second").await?;
                    Ok(())
                });
                let say = bot.clone();
                bot.after(MINUTE, async move || -> Result {
                    say.send_message(1, "first").await?;
                    Ok(())
                });
                bot.after(3 * MINUTE, async || -> () { panic!("third") });
                let never = bot.after(Duration::MAX, async || {});
                let cancelled = bot.after(MINUTE, async || -> () { panic!("never") });
                // As a text it is the same.
                let cancelled = JobId::from(cancelled.to_string());
                assert!(bot.cancel_job(&cancelled).await?);
                assert!(!bot.cancel_job(&cancelled).await?);
                assert!(bot.cancel_job(&never).await?);
                Ok(())
            }),
    );
    rig.says("/later");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"first"}
    "#]]
    .assert_eq(&calls_in(&rig, 90 * SECOND).await);
    expect![[r#"
        sendMessage {"chat_id":1,"text":"second"}
        sendMessage {"chat_id":1,"text":"after panicked"}
    "#]]
    .assert_eq(&calls_in(&rig, HOUR).await);
}
