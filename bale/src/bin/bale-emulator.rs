//! Runs the Bale emulator until it is told to stop.

use std::{
    convert::Infallible,
    fs,
    io::{self, Write},
    net::SocketAddr,
    process::ExitCode,
};

use bale::emulator::{Emulator, NewMessage, Quirks, looks_real};

const USAGE: &str = "\
Usage: bale-emulator [options]

A server of the Bale Bot API for bots in any language: no account, no token, no network.

  --port <port>            the port on 127.0.0.1; default 0, which picks a free one
  --addr <address>         where to listen instead, as 127.0.0.1:8080; only this machine's addresses
  --token <token>          the bot's token; default 123456:TEST
  --force                  take a token that looks real
  --messages <file>        what people wrote before the bot came: one JSON object a line,
                           as {\"chat_id\": 1, \"user_id\": 1, \"first_name\": \"Sara\", \"text\": \"/start\"}
  --first-update-id <id>   the id of the first update; default 1
  --starts-at <seconds>    what the time is at the start, in Unix seconds; default now
  --strict                 refuse what Bale does not know, as parse_mode; otherwise it is told here
  --quirks <json>          where sources about Bale disagree, as {\"rate_limits\": true}: see /control/quirks
  --help                   print this and stop

It prints its address and how to point a bot at it, and runs until Ctrl-C. GET / says how to play the people.
";

/// What to write in a bot, for each library: tried by `tests/clients`.
const POINTERS: &str = "\
Point a bot at it:

  bale             BALE_API_URL={url} BALE_BOT_TOKEN={token}
  python-bale-bot  bale.request.http.BALE_API_BASE_URL = \"{url}/\"
                   bale.request.http.BALE_API_FILE_URL = \"{url}/file\"
  Balethon         Client(\"{token}\", base_url=\"{url}\")
  aiogram          Bot(\"{token}\", session=AiohttpSession(api=TelegramAPIServer.from_base(\"{url}\")))
  grammY           new Bot(\"{token}\", { client: { apiRoot: \"{url}\" } })
";

struct Options {
    addr: String,
    token: String,
    force: bool,
    messages: Option<String>,
    first_update_id: i64,
    starts_at: Option<u64>,
    strict: bool,
    quirks: Quirks,
}

enum Asked {
    Serve(Options),
    Help,
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut options = Options {
        addr: "127.0.0.1:0".to_owned(),
        token: "123456:TEST".to_owned(),
        force: false,
        messages: None,
        // Update 0 is documented, and python-bale-bot 2.5 and Balethon 1.1 take it for none: they handle it for ever.
        first_update_id: 1,
        starts_at: None,
        strict: false,
        quirks: Quirks::default(),
    };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg}: expected a value after it"));
        match arg.as_str() {
            "--port" => {
                let port: u16 = number(&arg, &value()?, "a port from 0 to 65535")?;
                options.addr = format!("127.0.0.1:{port}");
            }
            "--addr" => options.addr = value()?,
            "--token" => options.token = value()?,
            "--force" => options.force = true,
            "--messages" => options.messages = Some(value()?),
            "--first-update-id" => {
                options.first_update_id = number(&arg, &value()?, "a whole number")?;
            }
            "--starts-at" => options.starts_at = Some(number(&arg, &value()?, "Unix seconds")?),
            "--strict" => options.strict = true,
            "--quirks" => {
                options.quirks = serde_json::from_str(&value()?)
                    .map_err(|error| format!("--quirks: {error}"))?;
            }
            "--help" | "-h" => return Ok(Asked::Help),
            // A token given without its flag must not end up in a log either.
            _ if arg.contains(':') => return Err("unexpected argument".to_owned()),
            _ => return Err(format!("unexpected argument {arg:?}")),
        }
    }
    Ok(Asked::Serve(options))
}

fn number<T: std::str::FromStr>(option: &str, found: &str, expected: &str) -> Result<T, String> {
    found.parse().map_err(|_| format!("{option}: expected {expected}, found {found:?}"))
}

/// The emulator these options describe.
fn emulator(options: &Options) -> Result<Emulator, String> {
    if looks_real(&options.token) && !options.force {
        return Err("--token: this looks like a real token, which the emulator does not need; \
                    use one like 123456:TEST, or --force"
            .to_owned());
    }
    let mut emulator = Emulator::try_new(options.token.as_str())
        .map_err(|error| format!("--token: {error}"))?
        .first_update_id(options.first_update_id)
        .strict(options.strict);
    emulator.set_quirks(options.quirks.clone());
    if let Some(seconds) = options.starts_at {
        emulator = emulator.starts_at(seconds);
    }
    Ok(emulator)
}

/// Lets people write what is in a file.
fn seed(emulator: &Emulator, file: &str) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("--messages: {file}: {error}"))?;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let written = serde_json::from_str::<NewMessage>(line)
            .map_err(|error| error.to_string())
            .and_then(|message| emulator.push_message(message).map_err(|error| error.to_string()));
        if let Err(error) = written {
            return Err(format!("--messages: {file}, line {}: {error}", index + 1));
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let asked = parse(std::env::args().skip(1));
    let ready = asked.and_then(|asked| match asked {
        Asked::Help => Ok(None),
        Asked::Serve(options) => emulator(&options).map(|emulator| Some((emulator, options))),
    });
    let result = match ready {
        Ok(None) => io::stdout().write_all(USAGE.as_bytes()).map_err(|error| error.to_string()),
        Ok(Some((emulator, options))) => serve(&emulator, &options),
        Err(problem) => {
            complain(&format!("{problem}\n\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain(&format!("{problem}\n"));
            ExitCode::FAILURE
        }
    }
}

fn complain(text: &str) {
    // With standard error closed there is nowhere left to complain to; the exit code still tells.
    drop(io::stderr().write_all(format!("bale-emulator: {text}").as_bytes()));
}

#[tokio::main(flavor = "current_thread")]
async fn serve(emulator: &Emulator, options: &Options) -> Result<(), String> {
    if let Some(file) = &options.messages {
        seed(emulator, file)?;
    }
    let stop = stop_signal().map_err(|error| format!("cannot hear Ctrl-C: {error}"))?;
    let server = emulator
        .serve(options.addr.as_str())
        .await
        .map_err(|error| cannot_listen(&options.addr, &error))?;
    announce(&server.url(), &options.token).map_err(|error| error.to_string())?;
    tokio::select! {
        () = stop => {}
        never = tell_hints(emulator) => match never {},
    }
    server.shutdown().await.map_err(|error| format!("a client did not let go: {error}"))
}

/// Says what the bot said that Bale does not know, each once.
async fn tell_hints(emulator: &Emulator) -> Infallible {
    let mut told = 0;
    loop {
        let hints = emulator.wait_for_hints(told + 1).await;
        for hint in &hints[told..] {
            complain(&format!("hint: {hint}\n"));
        }
        told = hints.len();
    }
}

fn cannot_listen(addr: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program listens on {addr}, perhaps another emulator: stop it, or leave --port out for a free one"
        ),
        io::ErrorKind::PermissionDenied if addr.parse::<SocketAddr>().is_ok_and(is_privileged) => {
            format!("{addr}: only the administrator may use ports below 1024: take a higher one")
        }
        _ => format!("cannot listen on {addr}: {error}"),
    }
}

fn is_privileged(addr: SocketAddr) -> bool {
    addr.ip().is_loopback() && (1..1024).contains(&addr.port())
}

fn announce(url: &str, token: &str) -> io::Result<()> {
    // A real token is not printed.
    let token = if looks_real(token) { "hidden" } else { token };
    let pointers = POINTERS.replace("{url}", url).replace("{token}", token);
    let mut stdout = io::stdout();
    write!(stdout, "bale emulator: {url} (token {token})\n\n{pointers}")?;
    stdout.flush()
}

/// Resolves at SIGINT or SIGTERM, from now on.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves at Ctrl-C; without a way to hear it, never.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(args: &[&str]) -> Option<String> {
        match parse(args.iter().map(ToString::to_string)) {
            Ok(Asked::Serve(options)) => emulator(&options).err(),
            Ok(Asked::Help) => None,
            Err(problem) => Some(problem),
        }
    }

    #[test]
    fn bad_arguments_are_named_and_tokens_are_not_repeated() {
        let real = format!("123456:{}", "a".repeat(40));
        let expected = |text: &str| Some(text.to_owned());
        assert_eq!(problem(&["--addr", "127.0.0.1:80", "--token", "1:X"]), None);
        assert_eq!(problem(&["--token", &real, "--force"]), None);
        assert_eq!(problem(&["--help", "--nonsense"]), None);
        assert_eq!(
            problem(&["--port", "8080", "--starts-at", "0", "--first-update-id", "0"]),
            None
        );
        assert_eq!(
            problem(&["--port", "65536"]),
            expected("--port: expected a port from 0 to 65535, found \"65536\"")
        );
        assert_eq!(
            problem(&["--starts-at", "now"]),
            expected("--starts-at: expected Unix seconds, found \"now\"")
        );
        assert_eq!(problem(&["--strict", "--quirks", "{\"rate_limits\":true}"]), None);
        let quirk = problem(&["--quirks", "{\"rate_limit\":true}"]).unwrap();
        assert!(
            quirk.starts_with("--quirks: unknown field `rate_limit`, expected one of "),
            "{quirk}"
        );
        assert_eq!(problem(&["--token"]), expected("--token: expected a value after it"));
        assert_eq!(problem(&["--nonsense"]), expected("unexpected argument \"--nonsense\""));
        assert_eq!(problem(&[&real]), expected("unexpected argument"));
        let looks = "--token: this looks like a real token, which the emulator does not need; \
                     use one like 123456:TEST, or --force";
        assert_eq!(problem(&["--token", &real]), expected(looks));
        let form = "--token: expected a token of the form 123456:TEST: digits, a colon, letters, digits, _ or -";
        assert_eq!(problem(&["--token", "x"]), expected(form));
    }
}
