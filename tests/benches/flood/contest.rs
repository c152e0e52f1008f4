//! The parent: starts server and contestant, and measures the contestant from outside.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{self, BufRead as _, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    options::{Options, Role},
    score::{Score, Usage},
    server::{BEGUN, unix_seconds},
    table,
    tally::Report,
};

pub const TOKEN: &str = "123456:BENCH";

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
            let score = play(*role, options.updates, &pinning);
            scores.push(score.map_err(|problem| format!("{}: {problem}", role.name()))?);
        }
    }
    table::print(&scores);
    Ok(scores.iter().flat_map(|(_, scores)| scores).all(Score::is_right))
}

/// One flood against a contestant of our own.
fn play(role: Role, updates: usize, pinning: &Pinning) -> Result<Score, String> {
    measure(&["--updates", &updates.to_string()], updates, pinning, |port| {
        Process::start(role, &["--port", port], pinning.contestant)
    })
}

/// One flood of so many updates, from a server with these arguments, against what is started on its port.
pub fn measure(
    arguments: &[&str],
    updates: usize,
    pinning: &Pinning,
    start: impl FnOnce(&str) -> Result<Process, String>,
) -> Result<Score, String> {
    let mut server = Process::start(Role::Server, arguments, pinning.server)?;
    let port = server.line()?;
    let started = unix_seconds();
    let mut contestant = start(&port)?;
    let mut before = None;
    let report = loop {
        let line = server.line()?;
        if line == BEGUN {
            before = Some(usage(contestant.child.id())?);
        } else if line.starts_with('{') {
            break line;
        }
    };
    if let Ok(Some(status)) = contestant.child.try_wait() {
        return Err(format!("it ended by itself: {status}"));
    }
    let before = before.ok_or("it never asked for an update")?;
    let (server, contestant) = (usage(server.child.id())?, usage(contestant.child.id())?);
    let report: Report = serde_json::from_str(&report)
        .map_err(|error| format!("the server's report {report:?} cannot be read: {error}"))?;
    let cpu_seconds = contestant.cpu_seconds - before.cpu_seconds;
    Ok(Score {
        updates,
        start_up: report.first_poll - started,
        report,
        server,
        contestant: Usage { cpu_seconds, ..contestant },
    })
}

/// A child, ended when dropped.
pub struct Process {
    pub child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub fn start(role: Role, arguments: &[&str], core: Option<usize>) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| format!("who am I? {error}"))?;
        let mut command = pinned(program, core);
        command.args(["--role", role.name()]).args(arguments);
        Self::spawn(&mut command)
            .map_err(|error| format!("{} does not start: {error}", role.name()))
    }

    /// A program of somebody else's on a server's port; what it says goes into a file.
    pub fn start_program(
        command: &str,
        port: &str,
        log: &Path,
        core: Option<usize>,
    ) -> Result<Self, String> {
        let log = fs::File::create(log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut shell = pinned("sh", core);
        // The shell makes room for the program, whose numbers are then those of the child.
        shell.args(["-c", &format!("exec {command} >&2")]).stderr(log);
        shell.env("BALE_API_URL", format!("http://127.0.0.1:{port}")).env("BALE_TOKEN", TOKEN);
        // Those of the person at the keyboard are none of the bot's business.
        shell.env_remove("BALE_BOT_TOKEN").env_remove("BALE_PROXY").env_remove("RUST_LOG");
        Self::spawn(&mut shell).map_err(|error| format!("it does not start: {error}"))
    }

    fn spawn(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        Ok(Self { child, lines })
    }

    pub fn line(&mut self) -> Result<String, String> {
        match self.lines.next() {
            Some(Ok(line)) => Ok(line),
            Some(Err(error)) => Err(format!("the server cannot be heard: {error}")),
            None => Err("the server ended early".to_owned()),
        }
    }
}

/// A command on one core.
fn pinned(program: impl AsRef<OsStr>, core: Option<usize>) -> Command {
    let Some(core) = core else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program);
    command
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What else the numbers have to be read with: whoever works beside us takes from both.
pub fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|loads| loads.split(' ').next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

/// What a running process has used, as Linux tells it.
pub fn usage(pid: u32) -> Result<Usage, String> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        fs::read_to_string(&path).map_err(|error| format!("{path}: {error}; is this Linux?"))
    };
    let cpu_seconds = cpu_seconds(&read("stat")?).ok_or("/proc/…/stat has no times")?;
    let status = read("status")?;
    let peak_mib = mib(&status, "VmHWM:").ok_or("/proc/…/status has no VmHWM")?;
    let now_mib = mib(&status, "VmRSS:").ok_or("/proc/…/status has no VmRSS")?;
    Ok(Usage { cpu_seconds, peak_mib, now_mib })
}

/// What the running threads of a process have worked: finer than `usage`, which counts in hundredths of a second.
pub fn thread_seconds(pid: u32) -> Result<f64, String> {
    let path = format!("/proc/{pid}/task");
    let tasks = fs::read_dir(&path).map_err(|error| format!("{path}: {error}"))?;
    let nanos = tasks.filter_map(|task| {
        let stat = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<f64>().ok()
    });
    Ok(nanos.sum::<f64>() / 1e9)
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    /// `USER_HZ`, 100 on every Linux.
    const TICKS_A_SECOND: f64 = 100.0;
    // The name, second of the fields, stands in brackets and may hold spaces; utime is field 14.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(|ticks| ticks.parse::<f64>().ok());
    Some((times.next()?? + times.next()??) / TICKS_A_SECOND)
}

fn mib(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Which cores the children get.
pub struct Pinning {
    pub server: Option<usize>,
    pub contestant: Option<usize>,
}

impl Pinning {
    /// The first two cores that this process may use, if there are two and `taskset` is installed.
    pub fn find() -> Self {
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

    pub fn describe(&self) -> String {
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
