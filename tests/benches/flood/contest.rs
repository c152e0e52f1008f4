//! The parent: starts server and contestant, and measures the contestant from outside.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    options::{Options, Role},
    score::{Score, Usage},
    table,
};

/// The first is what the others are compared with.
const CONTESTANTS: [Role; 4] = [Role::Bare, Role::Bale, Role::Lean, Role::Journal];

/// Runs all rounds and prints the table. Whether every reply was right.
pub fn run(options: &Options) -> Result<bool, String> {
    let pinning = Pinning::find();
    println!("{} updates, {} rounds; {}", options.updates, options.rounds, pinning.describe());
    println!("load of the machine at the start: {}\n", load());
    let mut scores = CONTESTANTS.map(|role| (role, Vec::new()));
    for round in 0..options.rounds {
        // Whoever goes second finds a warmer machine, so they swap.
        for place in 0..scores.len() {
            let (role, scores) = &mut scores[(place + round) % CONTESTANTS.len()];
            scores.push(measure(*role, options.updates, &pinning)?);
        }
    }
    table::print(&scores);
    Ok(scores.iter().flat_map(|(_, scores)| scores).all(Score::is_right))
}

/// One flood.
fn measure(role: Role, updates: usize, pinning: &Pinning) -> Result<Score, String> {
    let mut server =
        Process::start(Role::Server, &["--updates", &updates.to_string()], pinning.server)?;
    let port = server.line()?;
    let mut contestant = Process::start(role, &["--port", &port], pinning.contestant)?;
    let report = server.line()?;
    if let Ok(Some(status)) = contestant.child.try_wait() {
        return Err(format!("{} ended by itself: {status}", role.name()));
    }
    let (server, contestant) = (usage(server.child.id())?, usage(contestant.child.id())?);
    let report = serde_json::from_str(&report)
        .map_err(|error| format!("the server's report {report:?} cannot be read: {error}"))?;
    Ok(Score { updates, report, server, contestant })
}

/// A child, ended when dropped.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(role: Role, arguments: &[&str], core: Option<usize>) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| format!("who am I? {error}"))?;
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(core.to_string()).arg(program);
                command
            }
            None => Command::new(program),
        };
        let mut child = command
            .args(["--role", role.name()])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", role.name()))?;
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        Ok(Self { child, lines })
    }

    fn line(&mut self) -> Result<String, String> {
        match self.lines.next() {
            Some(Ok(line)) => Ok(line),
            Some(Err(error)) => Err(format!("the server cannot be heard: {error}")),
            None => Err("the server ended early".to_owned()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What else the numbers have to be read with: whoever works beside us takes from both.
fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|loads| loads.split(' ').next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// What a running process has used, as Linux tells it.
fn usage(pid: u32) -> Result<Usage, String> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}; is this Linux?"))
    };
    let cpu_seconds = cpu_seconds(&read("stat")?).ok_or("/proc/…/stat has no times")?;
    let peak_mib = peak_mib(&read("status")?).ok_or("/proc/…/status has no VmHWM")?;
    Ok(Usage { cpu_seconds, peak_mib })
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    /// `USER_HZ`, 100 on every Linux.
    const TICKS_A_SECOND: f64 = 100.0;
    // The name, second of the fields, stands in brackets and may hold spaces; utime is field 14.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(|ticks| ticks.parse::<f64>().ok());
    Some((times.next()?? + times.next()??) / TICKS_A_SECOND)
}

fn peak_mib(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Which cores the children get.
struct Pinning {
    server: Option<usize>,
    contestant: Option<usize>,
}

impl Pinning {
    /// The first two cores that this process may use, if there are two and `taskset` is installed.
    fn find() -> Self {
        let cores = fs::read_to_string("/proc/self/status").map(|status| allowed_cores(&status));
        let installed = Command::new("taskset")
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        match cores.as_deref() {
            Ok(&[server, contestant, ..]) if installed => {
                Self { server: Some(server), contestant: Some(contestant) }
            }
            _ => Self { server: None, contestant: None },
        }
    }

    fn describe(&self) -> String {
        match (self.server, self.contestant) {
            (Some(server), Some(contestant)) => {
                format!("server on core {server}, contestant on core {contestant}")
            }
            _ => "NOT pinned, for want of taskset or of two cores".to_owned(),
        }
    }
}

/// `Cpus_allowed_list:  0-3,8` as numbers.
fn allowed_cores(status: &str) -> Vec<usize> {
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let ranges = list.into_iter().flat_map(|list| list.trim().split(','));
    ranges
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.parse::<usize>().ok()?..=last.parse().ok()?)
        })
        .flatten()
        .collect()
}
