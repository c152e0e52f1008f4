//! The command line.

/// What this process does, and how much of it.
pub struct Options {
    pub role: Role,
    pub port: u16,
    pub updates: usize,
    pub rounds: usize,
}

/// Which part of the contest this process is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Contest,
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
        let (updates, rounds) =
            if given("--bench") && !given("--quick") { (20_000, 5) } else { (2_000, 1) };
        let mut options = Self { role: Role::Contest, port: 0, updates, rounds };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                "--bench" | "--quick" => {}
                "--rounds" => options.rounds = number(value()?)?,
                "--updates" => options.updates = number(value()?)?,
                "--port" => options.port = number(value()?)?,
                "--role" => options.role = role(value()?)?,
                _ => return Err(format!("unknown argument {argument}")),
            }
        }
        if options.rounds == 0 || options.updates == 0 {
            return Err("there must be at least one round and one update".to_owned());
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
