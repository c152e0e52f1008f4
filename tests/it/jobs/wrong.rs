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
    expect![[""]].assert_eq(&app.check().unwrap_err().to_string());
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
