//! The command line.

use std::time::Duration;

/// What this process does, and how much of it.
pub struct Options {
    pub role: Role,
    pub port: u16,
    pub updates: usize,
    pub rounds: usize,
    /// That the updates are spread over.
    pub chats: usize,
    /// How long a run may take.
    pub limit: Duration,
    /// How long the server holds an empty poll at most.
    pub hold: Duration,
    /// What every call takes.
    pub latency: Duration,
    /// Whether the updates are texts, to be sent back as they are. Otherwise they are commands.
    pub texts: bool,
    /// Programs that take part, instead of ours.
    pub programs: Vec<Program>,
    pub scenarios: Vec<Scenario>,
    /// What a flood of such a program should last, about.
    pub seconds: f64,
}

/// A bot that somebody else built.
pub struct Program {
    pub name: String,
    /// For a shell. Address and token are in the environment.
    pub command: String,
    pub side: Side,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// No framework: the others are compared with the first of these.
    Bare,
    /// Must be right, and has targets.
    Ours,
    Peer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    Flood,
    Hot,
    Latency,
    Idle,
}

impl Scenario {
    const ALL: [Self; 4] = [Self::Flood, Self::Hot, Self::Latency, Self::Idle];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flood => "flood",
            Self::Hot => "hot",
            Self::Latency => "latency",
            Self::Idle => "idle",
        }
    }
}

/// Which part of the contest this process is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Contest,
    Against,
    Growth,
    Server,
    /// reqwest and a loop.
    Bare,
    /// The framework over reqwest.
    Bale,
    /// The framework over hyper.
    Lean,
    Journal,
}

impl Role {
    /// As on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contest => "contest",
            Self::Against => "against",
            Self::Growth => "growth",
            Self::Server => "server",
            Self::Bare => "bare",
            Self::Bale => "bale",
            Self::Lean => "lean",
            Self::Journal => "journal",
        }
    }
}

impl Options {
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let given = |flag| arguments.iter().any(|argument| argument == flag);
        // `cargo bench` says `--bench`; `cargo test --all-targets` does not, and only wants to see it work.
        let whole = given("--bench") && !given("--quick");
        let (updates, rounds) = if whole { (20_000, 5) } else { (2_000, 1) };
        let mut options = Self {
            role: Role::Contest,
            port: 0,
            updates,
            rounds,
            chats: 1_000,
            limit: Duration::from_secs(60),
            hold: Duration::from_secs(1),
            latency: Duration::ZERO,
            texts: false,
            programs: Vec::new(),
            scenarios: Vec::new(),
            seconds: if whole { 2.0 } else { 0.2 },
        };
        if given("--growth") {
            options.role = Role::Growth;
            (options.updates, options.chats) = (1_000_000, 100_000);
        }
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                "--bench" | "--quick" | "--growth" => {}
                "--rounds" => options.rounds = number(value()?)?,
                "--updates" => options.updates = number(value()?)?,
                "--chats" => options.chats = number(value()?)?,
                "--limit" => options.limit = Duration::from_secs(number(value()?)?),
                "--hold" => options.hold = Duration::from_secs(number(value()?)?),
                "--latency" => options.latency = Duration::from_millis(number(value()?)?),
                "--seconds" => options.seconds = number(value()?)?,
                "--texts" => options.texts = true,
                "--bare" => options.programs.push(program(value()?, Side::Bare)?),
                "--ours" => options.programs.push(program(value()?, Side::Ours)?),
                "--against" => options.programs.push(program(value()?, Side::Peer)?),
                "--scenario" => options.scenarios.push(scenario(value()?)?),
                "--port" => options.port = number(value()?)?,
                "--role" => options.role = role(value()?)?,
                _ => return Err(format!("unknown argument {argument}")),
            }
        }
        if !options.programs.is_empty() {
            options.role = Role::Against;
        }
        if options.scenarios.is_empty() {
            options.scenarios = Scenario::ALL.to_vec();
        }
        if options.rounds == 0 || options.updates == 0 || options.chats == 0 {
            return Err("there must be at least one round, one update and one chat".to_owned());
        }
        Ok(options)
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text} is not a fitting number"))
}

fn role(name: &str) -> Result<Role, String> {
    [Role::Server, Role::Bare, Role::Bale, Role::Lean, Role::Journal]
        .into_iter()
        .find(|role| role.name() == name)
        .ok_or(format!("there is no role {name}"))
}

fn program(text: &str, side: Side) -> Result<Program, String> {
    let (name, command) = text.split_once('=').ok_or(format!("{text} is not NAME=COMMAND"))?;
    Ok(Program { name: name.to_owned(), command: command.to_owned(), side })
}

fn scenario(name: &str) -> Result<Scenario, String> {
    Scenario::ALL
        .into_iter()
        .find(|scenario| scenario.name() == name)
        .ok_or(format!("there is no scenario {name}: flood, hot, latency, idle"))
}
