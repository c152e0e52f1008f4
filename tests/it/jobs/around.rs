//! Middlewares around jobs, and jobs that come while the bot runs.

use bale::{Context, Local, Next, Outcome, Pass, User, app::on};

use super::*;
use crate::logs::Logs;

/// What the middlewares below leave for the jobs.
struct Greeting(String);

fn name(cx: &Context) -> String {
    cx.job().map_or_else(|| "an update".to_owned(), |job| job.name().to_owned())
}

mod wrapped {
    use super::*;

    #[bale::middleware(priority = 1)]
    async fn outer(cx: &Context, bot: Bot, next: Next<'_>) -> Result<Outcome> {
        cx.insert(Greeting("hello".to_owned()));
        let outcome = next.run().await;
        let ended = match &outcome {
            Outcome::Failed(error) => error.to_string(),
            other => format!("{other:?}"),
        };
        let cause = ended.split_once(") ").map_or(&*ended, |(_, cause)| cause);
        bot.send_message(1, format!("{}: {cause}", name(cx))).await?;
        Ok(outcome)
    }

    /// Not for jobs: nobody causes them.
    #[bale::middleware]
    async fn of_people(_: User, next: Next<'_>) -> Outcome {
        next.run().await
    }

    #[bale::middleware(group = "night")]
    async fn night(bot: Bot, next: Next<'_>) -> Result<Outcome> {
        bot.send_message(1, "night").await?;
        Ok(next.run().await)
    }

    #[bale::every("1h", group = "night")]
    async fn dark(bot: Bot, greeting: Local<Greeting>) -> Result {
        bot.send_message(1, &greeting.0).await?;
        Ok(())
    }

    #[bale::job]
    async fn fails(Payload(text): Payload<String>) -> Result {
        Err(text.into())
    }

    #[bale::command]
    async fn go(bot: Bot) -> Result {
        fails::after(&bot, SECOND, "no luck".to_owned()).await?;
        bot.schedule("fails", &5).after(10 * MINUTE).unique("unread").await?;
        Ok(())
    }

    #[bale::on_error]
    async fn report(bot: Bot, error: HandlerError) -> Result {
        bot.send_message(2, error.handler()).await?;
        Ok(())
    }
}

/// A failure goes out by the job's own name, and one that is final is so inside middlewares too.
#[tokio::test(start_paused = true)]
async fn middlewares_run_around_jobs() {
    let module = concat!(module_path!(), "::wrapped");
    let rig = start(App::collect_module(module).clock(Clock::runtime()));
    rig.transcript().await;
    expect![[r#"
        sendMessage {"chat_id":1,"text":"night"}
        sendMessage {"chat_id":1,"text":"hello"}
        sendMessage {"chat_id":1,"text":"dark: Done"}
    "#]]
    .assert_eq(&calls_in(&rig, HOUR + MINUTE).await);
    rig.says("/go");
    expect![[r#"
        sendMessage {"chat_id":1,"text":"an update: Done"}
        sendMessage {"chat_id":1,"text":"fails: failed: no luck"}
        sendMessage {"chat_id":2,"text":"fails"}
    "#]]
    .assert_eq(&calls_in(&rig, 5 * SECOND).await);
    expect![[r#"
        sendMessage {"chat_id":1,"text":"fails: failed: no luck"}
        sendMessage {"chat_id":2,"text":"fails"}
        sendMessage {"chat_id":1,"text":"fails: failed: no luck"}
        sendMessage {"chat_id":2,"text":"fails"}
        sendMessage {"chat_id":1,"text":"fails: failed: no luck"}
        sendMessage {"chat_id":2,"text":"fails"}
        sendMessage {"chat_id":1,"text":"fails: failed: the stored payload is no `alloc::string::String`: invalid type: integer `5`, expected a string at line 1 column 1"}
        sendMessage {"chat_id":2,"text":"fails"}
        sendMessage {"chat_id":1,"text":"fails: failed: no luck"}
        sendMessage {"chat_id":2,"text":"fails"}
    "#]]
    .assert_eq(&calls_in(&rig, 40 * MINUTE).await);
}

/// A guard that forgets that jobs have no user keeps them back, and that is told.
#[tokio::test(start_paused = true)]
async fn a_job_that_a_middleware_keeps_back_is_told() {
    let logs = Logs::warnings();
    let guard = async |user: Option<User>, next: Next<'static>| -> Outcome {
        if user.is_some() { next.run().await } else { Pass.into() }
    };
    let app = app()
        .middleware(guard)
        .every(HOUR, async || -> () { unreachable!("it is kept back") })
        .job("once", async || -> () { unreachable!("it is kept back") })
        .command("go", async |bot: Bot| -> Result {
            bot.schedule("once", &()).unique("x").await?;
            Ok(())
        })
        .command("failed", async |bot: Bot| -> Result<String> {
            let failed = bot.failed_jobs(10).await?;
            Ok(failed.into_iter().map(|job| job.error).collect())
        });
    let rig = start(app);
    rig.says("/go");
    sleep(HOUR + MINUTE).await;
    expect![[r#"
        WARN bale::jobs::runner: job once.x failed and is tried again in 10s
        ERROR bale::dispatch::run: handler `closure` (tests/it/jobs/around.rs:96) failed: a middleware keeps it back
        WARN bale::jobs::runner: job once.x failed and is tried again in 40s
        ERROR bale::dispatch::run: handler `closure` (tests/it/jobs/around.rs:96) failed: a middleware keeps it back
        WARN bale::jobs::runner: job once.x failed and is tried again in 160s
        ERROR bale::dispatch::run: handler `closure` (tests/it/jobs/around.rs:96) failed: a middleware keeps it back
        WARN bale::jobs::runner: job once.x failed and is tried again in 640s
        ERROR bale::dispatch::run: handler `closure` (tests/it/jobs/around.rs:96) failed: a middleware keeps it back
        WARN bale::jobs::runner: job once.x failed and is set aside; `Bot::failed_jobs` has it
        ERROR bale::dispatch::run: handler `closure` (tests/it/jobs/around.rs:96) failed: a middleware keeps it back
        WARN bale::jobs::runner: job closure does not run: a middleware keeps it back
    "#]]
    .assert_eq(&logs.take());
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"handler `closure` (tests/it/jobs/around.rs:96) failed: a middleware keeps it back"}
    "#]]
    .assert_eq(&rig.ask("/failed").await);
}

/// A job given while the bot runs can be put off, and is gone when it is taken away.
#[tokio::test(start_paused = true)]
async fn a_job_comes_and_goes_while_the_bot_runs() {
    let app = app().command("go", async |bot: Bot| -> String {
        match bot.schedule("late", &()).after(MINUTE).await {
            Ok(_) => "put off".to_owned(),
            Err(error) => error.to_string(),
        }
    });
    let handlers = app.handlers();
    let rig = start(app);
    rig.transcript().await;
    let mut said = rig.ask("/go").await;
    let id = handlers
        .on(on::job("late"), async |bot: Bot| -> Result {
            bot.send_message(1, "late").await?;
            Ok(())
        })
        .unwrap();
    said += &rig.ask("/go").await;
    said += &calls_in(&rig, 2 * MINUTE).await;
    assert!(handlers.remove(id));
    said += &rig.ask("/go").await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"there is no job `late`: the bot has none"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"put off"}
        sendMessage {"chat_id":1,"text":"late"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"there is no job `late`: the bot has none"}
    "#]]
    .assert_eq(&said);
}
