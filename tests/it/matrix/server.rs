//! What the server does to those who poll it.

use std::time::Duration;

use bale::emulator::{Emulator, Fault, FaultAction};
use tokio::time::{Instant, sleep};

use super::{
    Figure, LOST, Limit, Measure, Mode, Scenario, TWICE,
    stage::{FOR_EVER, Stage, number},
};

/// The start of the poll that meets trouble, to the update that waits behind it.
const RECOVERS: Figure = Figure::within("recovers", 1.0);

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "the server cannot be reached at the start, for a minute",
        figures: &[RECOVERS, LOST],
        measure: Measure::Virtual(|mode| {
            Box::pin(outage(mode, FaultAction::DropBefore, Start::Down))
        }),
    },
    Scenario {
        name: "the server cannot be reached for a minute",
        figures: &[RECOVERS, LOST],
        measure: Measure::Virtual(|mode| {
            Box::pin(outage(mode, FaultAction::DropBefore, Start::Up))
        }),
    },
    Scenario {
        name: "502 with a page, once",
        figures: &[RECOVERS, LOST],
        measure: Measure::Virtual(|mode| Box::pin(failures(mode, bad_gateway(), 1))),
    },
    Scenario {
        name: "502 with a page, three times",
        figures: &[RECOVERS, LOST],
        measure: Measure::Virtual(|mode| Box::pin(failures(mode, bad_gateway(), 3))),
    },
    Scenario {
        name: "502 with a page, for ever",
        figures: &[Figure::at_most("requests in any 5 s", 3)],
        measure: Measure::Virtual(|mode| Box::pin(requests(mode, bad_gateway()))),
    },
    Scenario {
        name: "502 with a page, for a minute",
        // With 3 requests in 5 s, some gap is at least 5/3 s.
        figures: &[Figure::within("recovers", 2.2), LOST],
        measure: Measure::Virtual(|mode| Box::pin(outage(mode, bad_gateway(), Start::Up))),
    },
    Scenario {
        name: "429 with `retry_after` 7",
        figures: &[Figure::new("pauses", Limit::Seconds(7.0, 7.7)), LOST],
        measure: Measure::Virtual(|mode| Box::pin(failures(mode, limited(Some(7)), 1))),
    },
    Scenario {
        name: "429 without `retry_after`",
        figures: &[Figure::new("pauses", Limit::Seconds(2.0, 5.0)), LOST],
        measure: Measure::Virtual(|mode| Box::pin(failures(mode, limited(None), 1))),
    },
    Scenario {
        name: "polls whose connection drops, with their updates",
        figures: &[RECOVERS, LOST, TWICE],
        measure: Measure::Virtual(|mode| Box::pin(dropped(mode))),
    },
    Scenario {
        name: "a poll of 30 s that is never answered",
        figures: &[Figure::within("recovers", 40.0), LOST],
        measure: Measure::Virtual(|mode| Box::pin(black_hole(mode))),
    },
];

fn bad_gateway() -> FaultAction {
    FaultAction::html(502, "<html>Bad Gateway</html>")
}

fn limited(retry_after: Option<u64>) -> FaultAction {
    FaultAction::RateLimit { retry_after }
}

/// Whether the trouble is there before the bot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Up,
    Down,
}

/// The slowest recovery from an outage that ends at any moment between two tries.
async fn outage(mode: Mode, action: FaultAction, start: Start) -> Vec<f64> {
    let (mut slowest, mut lost) = (Duration::ZERO, 0.0);
    for phase in 0..40 {
        let emulator = Emulator::new("123456:TEST");
        let fault = Fault::new(action.clone()).times(FOR_EVER);
        if start == Start::Down {
            emulator.fault(fault.clone());
        }
        let stage = Stage::against(emulator, mode);
        sleep(Duration::from_secs(1)).await;
        if start == Start::Up {
            stage.rig.emulator.fault(fault);
        }
        // The poll that is held when the trouble begins is answered yet.
        sleep(Duration::from_secs(45)).await;
        stage.says(1, "0 0");
        sleep(Duration::from_secs(15) + Duration::from_millis(phase * 57)).await;
        assert_eq!(stage.rig.emulator.pending(), 1, "the outage reached nobody");
        stage.rig.emulator.clear_faults();
        let back = Instant::now();
        stage.says(1, "0 1");
        let done = stage.book.until(2).await;
        lost += number(2 - done.len());
        slowest = slowest.max(back.elapsed());
        stage.rig.kill();
    }
    vec![slowest.as_secs_f64(), lost]
}

/// From the last of `times` failed polls to the update behind them.
async fn failures(mode: Mode, action: FaultAction, times: usize) -> Vec<f64> {
    let emulator = Emulator::new("123456:TEST");
    emulator.fault(Fault::new(action).on("getUpdates").times(times));
    let stage = Stage::against(emulator, mode);
    stage.says(1, "0 0");
    let faulted = || stage.rig.emulator.calls().iter().filter(|call| call.faulted).count();
    while faulted() < times {
        sleep(Duration::from_millis(1)).await;
    }
    let over = Instant::now();
    let done = stage.book.until(1).await;
    vec![over.elapsed().as_secs_f64(), number(1 - done.len())]
}

/// The most requests in any five seconds of ten minutes, at the start and in the middle.
async fn requests(mode: Mode, action: FaultAction) -> Vec<f64> {
    let mut most = 0;
    for method in ["getMe", "getUpdates"] {
        let emulator = Emulator::new("123456:TEST");
        emulator.fault(Fault::new(action.clone()).on(method).times(FOR_EVER));
        let stage = Stage::against(emulator, mode);
        stage.says(1, "0 0");
        let mut times = Vec::new();
        for tick in 0..60_000_usize {
            sleep(Duration::from_millis(10)).await;
            let faulted = stage.rig.emulator.calls().iter().filter(|call| call.faulted).count();
            stage.rig.emulator.clear_calls();
            times.extend(std::iter::repeat_n(tick, faulted));
        }
        let within = |first: usize| {
            times[first..].iter().take_while(|tick| **tick < times[first] + 500).count()
        };
        most = (0..times.len()).map(within).fold(most, usize::max);
        assert!(times.len() > 100, "it gave up");
        stage.rig.kill();
    }
    vec![number(most)]
}

/// Polls are lost on their way there and back, and each time a message waits behind.
async fn dropped(mode: Mode) -> Vec<f64> {
    let stage = Stage::start(mode);
    let mut slowest = Duration::ZERO;
    for round in 0..12 {
        sleep(Duration::from_secs(5)).await;
        let action = match round % 3 {
            0 => FaultAction::DropBefore,
            1 => FaultAction::DropAfterAcceptance,
            _ => FaultAction::Truncate,
        };
        stage.fault(action, "getUpdates", 1);
        // The first message ends the poll that is held, so that the next one meets the trouble; it may carry the second.
        stage.says(1, &format!("0 {}", 2 * round));
        sleep(Duration::from_millis(100)).await;
        let sent = Instant::now();
        stage.says(1, &format!("0 {}", 2 * round + 1));
        stage.book.until(2 * round + 2).await;
        slowest = slowest.max(sent.elapsed());
    }
    let account = stage.account(24).await;
    vec![slowest.as_secs_f64(), account[0], account[1]]
}

async fn black_hole(mode: Mode) -> Vec<f64> {
    let emulator = Emulator::new("123456:TEST");
    emulator.fault(Fault::new(FaultAction::Hang).on("getUpdates"));
    let stage = Stage::against(emulator, mode);
    stage.says(1, "0 0");
    let start = Instant::now();
    let done = stage.book.until(1).await;
    vec![start.elapsed().as_secs_f64(), number(1 - done.len())]
}
