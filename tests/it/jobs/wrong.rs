//! Jobs that cannot run: told before the bot starts.

use super::*;

#[test]
fn what_is_wrong_is_told_at_start() {
    let app = App::new()
        .every(Duration::from_millis(999), async || {})
        .cron("0 25 * * *", "Asia/Tehran", async || {})
        .cron("0 9 * * *", "Asia/Teheran", async || {})
        .job("a job", async || {})
        .job("remind", async || {})
        .job("remind", async || {});
    expect![[r#"
        `closure` (tests/it/jobs/wrong.rs:8): the job cannot run: a period is at least 1s long, and this is 999ms
        `closure` (tests/it/jobs/wrong.rs:9): the job cannot run: `0 25 * * *` is no cron expression: the 2nd field, the hour, takes `*` and numbers from 0 to 23: `*`, `*/2`, `9`, `9,18`, `9-17`
        `closure` (tests/it/jobs/wrong.rs:10): the job cannot run: there is no time zone `Asia/Teheran`: write a name of the IANA database, as `Asia/Tehran`
        `closure` (tests/it/jobs/wrong.rs:11): the job cannot run: its name has letters, digits, `-` and `_`, and at most 64 bytes; this is `a job`
        `closure` (tests/it/jobs/wrong.rs:12) and `closure` (tests/it/jobs/wrong.rs:13) are both the job `remind`: give one another name, as in `#[bale::job("remind-2")]`"#]].assert_eq(&app.check().unwrap_err().to_string());
}

#[test]
fn a_job_says_when_it_runs() {
    let app = App::new()
        .every(DAY + 90 * SECOND, async || {})
        .cron("0 9 * * *", "Asia/Tehran", async || {})
        .job("remind", async || {});
    let emulator = Emulator::new("123456:TEST");
    let update = serde_json::json!({"update_id": 1});
    let update: bale::types::Update = serde_json::from_value(update).unwrap();
    let update = bale::Update::new(update, crate::rig::bot(&emulator));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let explanation = runtime.block_on(app.explain(&update)).unwrap();
    let reasons: Vec<_> = explanation.verdicts().iter().map(|verdict| &*verdict.reason).collect();
    assert_eq!(
        reasons,
        [
            "it runs on every 1d 1m 30s",
            "it runs on cron \"0 9 * * *\" Asia/Tehran",
            "it runs on job remind",
        ]
    );
}
