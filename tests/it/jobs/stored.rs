//! Jobs that are stored until they have run.

use super::*;

#[derive(Debug, Serialize, Deserialize)]
struct Reminder {
    text: String,
}

/// A bot with one stored job, and commands that handle it.
fn bot(store: &Kept, clock: Clock) -> App {
    App::new()
        .clock(clock)
        .storage(store.clone())
        .job("remind", async |bot: Bot, job: Job, Payload(it): Payload<Reminder>| -> Result {
            bot.send_message(1, format!("{} for the {}. time", it.text, job.attempt())).await?;
            match it.text.as_str() {
                "fail" => Err("no tea".into()),
                "panic" => panic!("spilled"),
                _ => Ok(()),
            }
        })
        .command(
            "in {minutes} {text}",
            async |bot: Bot,
                   bale::extract::Args((minutes, text)): bale::extract::Args<(u32, String)>|
                   -> Result<String> {
                let id = bot
                    .schedule("remind", &Reminder { text })
                    .after(MINUTE * minutes)
                    .unique("x")
                    .await?;
                Ok(id.to_string())
            },
        )
        .command(
            "cancel {id}",
            async |bot: Bot,
                   bale::extract::Args((id,)): bale::extract::Args<(String,)>|
                   -> Result<String> {
                Ok(bot.cancel_job(&JobId::from(id)).await?.to_string())
            },
        )
        .command(
            "retry {id}",
            async |bot: Bot,
                   bale::extract::Args((id,)): bale::extract::Args<(String,)>|
                   -> Result<String> {
                Ok(bot.retry_job(&JobId::from(id)).await?.to_string())
            },
        )
        .command("failed", async |bot: Bot| -> Result<String> {
            let failed = bot.failed_jobs(10).await?;
            let lines = failed.iter().map(|job| {
                let error = job.error.split(") ").last().unwrap_or_default();
                format!("{} {} {error}", job.id, job.payload)
            });
            Ok(lines.fold("failed:".to_owned(), |all, line| all + " " + &line))
        })
        .on_error(async |bot: Bot, error: HandlerError| -> Result {
            let text = error.to_string();
            let cause = text.split_once(") ").map_or("", |(_, cause)| cause);
            bot.send_message(2, cause).await?;
            Ok(())
        })
}

#[tokio::test(start_paused = true)]
async fn a_job_survives_its_bot() {
    let (store, clock) = (Kept::default(), Clock::runtime());
    let rig = start(bot(&store, clock));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"remind.x"}
    "#]]
    .assert_eq(&rig.ask("/in 30 tea").await);
    rig.kill();

    let rig = start(bot(&store, clock));
    expect![""].assert_eq(&calls_in(&rig, 29 * MINUTE).await);
    expect![[r#"
        sendMessage {"chat_id":1,"text":"tea for the 1. time"}
    "#]]
    .assert_eq(&calls_in(&rig, 2 * MINUTE).await);
    rig.stop().await.unwrap();

    let rig = start(bot(&store, clock));
    expect![""].assert_eq(&calls_in(&rig, DAY).await);
}

#[tokio::test(start_paused = true)]
async fn a_unique_job_is_stored_once_and_can_be_cancelled() {
    let rig = start(bot(&Kept::default(), Clock::runtime()));
    rig.says("/in 10 tea");
    rig.says("/in 1 coffee");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"remind.x"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"remind.x"}
    "#]]
    .assert_eq(&calls_in(&rig, 9 * MINUTE).await);
    rig.says("/cancel remind.x");
    rig.says("/cancel remind.x");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"true"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"false"}
    "#]]
    .assert_eq(&calls_in(&rig, HOUR).await);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_is_tried_again_and_then_set_aside() {
    let rig = start(bot(&Kept::default(), Clock::runtime()));
    rig.says("/in 0 fail");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"remind.x"}
        sendMessage {"chat_id":1,"text":"fail for the 1. time"}
        sendMessage {"chat_id":2,"text":"failed: no tea"}
        sendMessage {"chat_id":1,"text":"fail for the 2. time"}
        sendMessage {"chat_id":2,"text":"failed: no tea"}
        sendMessage {"chat_id":1,"text":"fail for the 3. time"}
        sendMessage {"chat_id":2,"text":"failed: no tea"}
        sendMessage {"chat_id":1,"text":"fail for the 4. time"}
        sendMessage {"chat_id":2,"text":"failed: no tea"}
    "#]]
    .assert_eq(&calls_in(&rig, Duration::from_secs(10 + 40 + 160 + 600)).await);
    expect![[r#"
        sendMessage {"chat_id":1,"text":"fail for the 5. time"}
        sendMessage {"chat_id":2,"text":"failed: no tea"}
    "#]]
    .assert_eq(&calls_in(&rig, DAY).await);
    rig.says("/failed");
    rig.says("/retry remind.x");
    rig.says("/retry remind.x");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"failed: remind.x {\"text\":\"fail\"} failed: no tea"}
        sendMessage {"chat_id":1,"reply_to_message_id":10,"text":"true"}
        sendMessage {"chat_id":1,"text":"fail for the 1. time"}
        sendMessage {"chat_id":2,"text":"failed: no tea"}
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"false"}
    "#]].assert_eq(&calls_in(&rig, SECOND).await);
    rig.says("/cancel remind.x");
    rig.says("/failed");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":16,"text":"true"}
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"failed:"}
    "#]]
    .assert_eq(&calls_in(&rig, DAY).await);
}

/// The job loses nothing, and neither does the one beside it.
#[tokio::test(start_paused = true)]
async fn a_job_that_panics_is_tried_again_and_holds_no_other() {
    let rig = start(bot(&Kept::default(), Clock::runtime()).on_start(async |bot: Bot| -> Result {
        let tea = Reminder { text: "tea".to_owned() };
        bot.schedule("remind", &tea).after(MINUTE).unique("tea").await?;
        Ok(())
    }));
    rig.says("/in 0 panic");
    expect![[r#"
    "#]]
    .assert_eq(&calls_in(&rig, 2 * MINUTE).await);
    sleep(DAY).await;
    rig.transcript().await;
    expect![[r#"
    "#]]
    .assert_eq(&rig.ask("/failed").await);
}

/// After a crash in the middle of a run it is begun again when the lease is over, and after a stop at once.
#[tokio::test(start_paused = true)]
async fn a_job_that_was_cut_off_runs_again() {
    let (store, clock) = (Kept::default(), Clock::runtime());
    let app = || {
        App::new()
            .clock(clock)
            .storage(store.clone())
            .drain_deadline(SECOND)
            .job("long", async |bot: Bot, job: Job| -> Result {
                bot.send_message(1, format!("begins for the {}. time", job.attempt())).await?;
                sleep(5 * MINUTE).await;
                bot.send_message(1, "ends").await?;
                Ok(())
            })
            .command("go", async |bot: Bot| -> Result {
                bot.schedule("long", &()).await?;
                Ok(())
            })
    };
    let rig = start(app());
    rig.says("/go");
    let first = "sendMessage {\"chat_id\":1,\"text\":\"begins for the 1. time\"}\n";
    assert_eq!(calls_in(&rig, 4 * MINUTE).await, first);
    rig.stop().await.unwrap();

    let rig = start(app());
    assert_eq!(calls_in(&rig, SECOND).await, first, "a stop gives it back");
    rig.kill();

    let rig = start(app());
    assert_eq!(calls_in(&rig, 110 * SECOND).await, "");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"begins for the 2. time"}
        sendMessage {"chat_id":1,"text":"ends"}
    "#]]
    .assert_eq(&calls_in(&rig, HOUR).await);
}

/// Neither lost nor looped on.
#[tokio::test(start_paused = true)]
async fn a_payload_that_no_longer_fits_is_set_aside_at_once() {
    let (store, clock) = (Kept::default(), Clock::runtime());
    let old = || {
        let app = App::new().clock(clock).storage(store.clone());
        app.job("remind", async || {}).job("gone", async || {}).on_start(
            async |bot: Bot| -> Result {
                bot.schedule("remind", &[1, 2]).after(MINUTE).unique("old").await?;
                bot.schedule("gone", "nobody").after(MINUTE).unique("old").await?;
                Ok(())
            },
        )
    };
    let rig = start(old());
    assert_eq!(calls_in(&rig, SECOND).await, "");
    rig.stop().await.unwrap();
    // And one that nobody could have written.
    let broken = Space::new(123456, "job").key("remind.broken");
    let value = Value::new(1, "{").term(Term::Due(clock.now()));
    store.commit(Commit::new().put(broken, value), clock.now()).await.unwrap();

    let rig = start(bot(&store, clock));
    expect![[r#"
        sendMessage {"chat_id":2,"text":"failed: the stored payload is no `it::jobs::stored::Reminder`: invalid type: integer `1`, expected a string at line 1 column 2"}
    "#]].assert_eq(&calls_in(&rig, HOUR).await);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"failed: remind.broken { its record is broken: EOF while parsing an object at line 1 column 1 gone.old \"nobody\" no function has the name `gone` remind.old [1,2] failed: the stored payload is no `it::jobs::stored::Reminder`: invalid type: integer `1`, expected a string at line 1 column 2"}
    "#]].assert_eq(&rig.ask("/failed").await);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_scheduled_is_told() {
    let emulator = Emulator::new("123456:TEST");
    let bot = crate::rig::bot(&emulator);
    expect!["no `App` runs this bot, so there is no storage for jobs: schedule them in a handler or in `on_start`"]
        .assert_eq(&bot.schedule("remind", &()).await.unwrap_err().to_string());

    let rig = start(app().job("a", async || {}).job("b", async || {}).on_start(
        async |bot: Bot| -> Result<(), ScheduleError> {
            bot.schedule("c", &()).await?;
            Ok(())
        },
    ));
    sleep(SECOND).await;
    let Err(RunError::Start(error)) = rig.stop().await else { panic!("it starts") };
    let error: &ScheduleError = error.downcast_ref().expect("the error it returned");
    expect!["there is no job `c`: the bot has `a`, `b`"].assert_eq(&error.to_string());
}
