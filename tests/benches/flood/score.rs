//! What one contestant did in one round.

use crate::tally::Report;

pub struct Score {
    pub updates: usize,
    pub report: Report,
    pub server: Usage,
    pub contestant: Usage,
}

/// Of one process, since its start.
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

    pub fn is_right(&self) -> bool {
        self.report.is_right()
    }
}
