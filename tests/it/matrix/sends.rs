//! What becomes of a message that the bot sends.

use std::time::Duration;

use bale::emulator::FaultAction;
use tokio::time::sleep;

use super::{
    Figure, Limit, Measure, Mode, Scenario,
    stage::{FOR_EVER, Stage, number},
};

const ONE: &[Figure] = &[Figure::count("copies", 1)];

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a send is accepted, then its connection drops",
        figures: ONE,
        measure: Measure::Virtual(|mode| {
            Box::pin(copies(mode, FaultAction::DropAfterAcceptance, 1))
        }),
    },
    Scenario {
        name: "a send is accepted, then answered by 502",
        figures: ONE,
        measure: Measure::Virtual(|mode| {
            Box::pin(copies(mode, FaultAction::html_after_acceptance(502, "<html>"), 1))
        }),
    },
    Scenario {
        name: "a send is accepted, its answer comes after a minute",
        figures: ONE,
        measure: Measure::Virtual(|mode| {
            Box::pin(copies(mode, FaultAction::Delay(Duration::from_secs(60)), FOR_EVER))
        }),
    },
    Scenario {
        name: "a send is refused three times: no connection",
        figures: ONE,
        measure: Measure::Virtual(|mode| Box::pin(copies(mode, FaultAction::DropBefore, 3))),
    },
    Scenario {
        name: "a send is refused: 429 with `retry_after` 7",
        figures: &[Figure::count("copies", 1), Figure::new("pauses", Limit::Seconds(7.0, 7.7))],
        measure: Measure::Virtual(|mode| Box::pin(limited(mode))),
    },
];

/// How often the chat sees the first message whose sending met this.
async fn copies(mode: Mode, action: FaultAction, times: usize) -> Vec<f64> {
    let stage = Stage::start(mode);
    stage.fault(action, "sendMessage", times);
    stage.says(1, "0 0");
    sleep(Duration::from_secs(300)).await;
    vec![copies_of(&stage, "began 0")]
}

fn copies_of(stage: &Stage, text: &str) -> f64 {
    let messages = stage.rig.emulator.messages(1);
    number(messages.iter().filter(|message| message["text"] == text).count())
}

async fn limited(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    stage.fault(FaultAction::RateLimit { retry_after: Some(7) }, "sendMessage", 1);
    stage.says(1, "0 0");
    let start = tokio::time::Instant::now();
    stage.book.until(1).await;
    vec![copies_of(&stage, "began 0"), start.elapsed().as_secs_f64()]
}
