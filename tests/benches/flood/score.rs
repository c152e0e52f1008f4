//! What one contestant did in one round.

use crate::tally::Report;

pub struct Score {
    pub updates: usize,
    /// From its start to its first poll, in seconds.
    pub start_up: f64,
    pub report: Report,
    pub server: Usage,
    pub contestant: Usage,
}

/// Of one process. The times of a score are those since the first update was handed out.
pub struct Usage {
    pub cpu_seconds: f64,
    pub peak_mib: f64,
    pub now_mib: f64,
}

impl Score {
    pub fn updates_per_second(&self) -> f64 {
        self.updates as f64 / self.report.seconds
    }

    pub fn cpu_micros_per_update(&self) -> f64 {
        self.contestant.cpu_seconds * 1e6 / self.updates as f64
    }

    /// Must be the smaller one, or what was measured is the server.
    pub fn server_cpu_micros_per_update(&self) -> f64 {
        self.server.cpu_seconds * 1e6 / self.updates as f64
    }

    pub fn peak_mib(&self) -> f64 {
        self.contestant.peak_mib
    }

    /// The most replies that can be under way at once, on average, against this server. A poll brings 100 updates at
    /// most, and one follows another. A bot that confirms updates before it has answered them is held up by nothing
    /// but its polls, so that it answers 100 in the time of a poll. For one that confirms them afterwards, which is
    /// what keeps them when it crashes, the server holds 100 until they are answered: a poll and a reply in turn.
    pub fn ideal_in_flight(&self) -> f64 {
        let Report { reply_took, poll_took, at_risk, .. } = self.report;
        let cycle = if at_risk > 0 { poll_took } else { poll_took + reply_took };
        100.0 * reply_took / cycle
    }

    pub fn of_ideal(&self) -> f64 {
        self.report.in_flight / self.ideal_in_flight()
    }

    pub fn start_up_millis(&self) -> f64 {
        self.start_up * 1e3
    }

    pub fn is_right(&self) -> bool {
        self.report.is_right()
    }
}
