//! What handlers do, and what the people send.

use std::time::Duration;

use bale::emulator::Emulator;
use tokio::time::{Instant, sleep};

use super::{DISORDER, Figure, LOST, Measure, Mode, Scenario, TWICE, stage::Stage};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "100 messages of 4 chats, handlers of 0 to 0.9 s",
        figures: &[LOST, TWICE, DISORDER],
        measure: Measure::Virtual(|mode| Box::pin(order(mode))),
    },
    Scenario {
        name: "10 chats, a handler of 1 s each",
        figures: &[Figure::within("all done", 1.0)],
        measure: Measure::Virtual(|mode| Box::pin(parallel(mode))),
    },
    Scenario {
        name: "handlers that panic or fail, among others",
        figures: &[LOST, TWICE, DISORDER],
        measure: Measure::Virtual(|mode| Box::pin(failures(mode))),
    },
    Scenario {
        name: "a handler that never ends: another chat",
        figures: &[Figure::within("waits", 0.35), LOST],
        measure: Measure::Virtual(|mode| Box::pin(stuck(mode))),
    },
    Scenario {
        name: "updates that cannot be read, among others",
        figures: &[LOST, TWICE, DISORDER, Figure::count("left at the server", 0)],
        measure: Measure::Virtual(|mode| Box::pin(odd(mode))),
    },
    Scenario {
        name: "1,500 messages waiting at the start",
        figures: &[LOST, TWICE, DISORDER, Figure::within("all done", 2.0)],
        measure: Measure::Virtual(|mode| Box::pin(backlog(mode))),
    },
];

async fn order(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    for number in 0..100 {
        // Neither the chats nor the times are in step.
        stage.says(1 + number % 4, &format!("{} {number}", (number * 37) % 10 * 100));
        sleep(Duration::from_millis(20)).await;
    }
    stage.account(100).await
}

async fn parallel(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    for chat in 0..10 {
        stage.says(1 + chat, &format!("1000 {chat}"));
    }
    let start = Instant::now();
    let done = stage.book.until(10).await;
    vec![done.last().map_or(f64::INFINITY, |last| (last.at - start).as_secs_f64())]
}

async fn failures(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    for number in 0..20 {
        stage.says(1 + number % 3, &format!("100 {number}"));
        stage.says(1 + number % 3, "50 1000 panics");
        stage.says(1 + number % 3, "50 1000 fails");
    }
    stage.account(20).await
}

async fn stuck(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    for number in 0..40 {
        stage.says(1, &format!("1000000000 {}", 1000 + number));
    }
    let mut slowest = Duration::ZERO;
    for number in 0..100 {
        sleep(Duration::from_millis(970)).await;
        let sent = Instant::now();
        stage.says(2, &format!("0 {number}"));
        let count = usize::try_from(number + 1).expect("it is positive");
        let done = stage.book.until(count).await;
        slowest = slowest.max(sent.elapsed());
        if done.len() < count {
            break;
        }
    }
    vec![slowest.as_secs_f64(), stage.account(100).await[0]]
}

async fn odd(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    let oddities = [
        r#"{"update_id":1,"message":{"message_id":}"#,
        "nonsense",
        r#"{"message":{"message_id":9}}"#,
        r#"{"update_id":"x"}"#,
        "null",
        "[]",
        r#"{"telepathy":{"thought":"none"}}"#,
    ];
    for number in 0..28 {
        stage.says(1, &format!("10 {number}"));
        stage.rig.emulator.raw_update(oddities[number % oddities.len()]);
        if number % 5 == 0 {
            sleep(Duration::from_secs(7)).await;
        }
    }
    let mut figures = stage.account(28).await;
    figures.push(super::stage::number(stage.rig.emulator.pending()));
    figures
}

async fn backlog(mode: Mode) -> Vec<f64> {
    let emulator = Emulator::new("123456:TEST");
    for number in 0..1500 {
        emulator.message(1 + number % 50, 1 + number % 50, format!("1 {number}"));
    }
    let start = Instant::now();
    let stage = Stage::against(emulator, mode);
    let done = stage.book.until(1500).await;
    let took = done.last().map_or(f64::INFINITY, |last| (last.at - start).as_secs_f64());
    let mut figures = stage.account(1500).await;
    figures.push(took);
    figures
}
