//! Runs the Bale emulator until it is told to stop.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use bale::emulator::{Emulator, looks_real};

const USAGE: &str = "\
Usage: bale-emulator [--addr <address>] [--token <token>] [--force]

  --addr <address>   where to listen; default 127.0.0.1:0, which picks a free port
  --token <token>    the bot's token; default 123456:TEST
  --force            take a token that looks real
  --help             print this and stop
";

struct Options {
    addr: String,
    token: String,
    force: bool,
}

enum Asked {
    Serve(Options),
    Help,
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut options =
        Options { addr: "127.0.0.1:0".to_owned(), token: "123456:TEST".to_owned(), force: false };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg}: expected a value after it"));
        match arg.as_str() {
            "--addr" => options.addr = value()?,
            "--token" => options.token = value()?,
            "--force" => options.force = true,
            "--help" | "-h" => return Ok(Asked::Help),
            // A token given without its flag must not end up in a log either.
            _ if arg.contains(':') => return Err("unexpected argument".to_owned()),
            _ => return Err(format!("unexpected argument {arg:?}")),
        }
    }
    Ok(Asked::Serve(options))
}

/// The emulator these options describe.
fn emulator(options: &Options) -> Result<Emulator, String> {
    if looks_real(&options.token) && !options.force {
        return Err("--token: this looks like a real token, which the emulator does not need; \
                    use one like 123456:TEST, or --force"
            .to_owned());
    }
    Emulator::try_new(options.token.as_str()).map_err(|error| format!("--token: {error}"))
}

fn main() -> ExitCode {
    let asked = parse(std::env::args().skip(1));
    let ready = asked.and_then(|asked| match asked {
        Asked::Help => Ok(None),
        Asked::Serve(options) => emulator(&options).map(|emulator| Some((emulator, options))),
    });
    let result = match ready {
        Ok(None) => io::stdout().write_all(USAGE.as_bytes()),
        Ok(Some((emulator, options))) => serve(&emulator, &options),
        Err(problem) => {
            complain(&format!("{problem}\n\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn complain(text: &str) {
    // With standard error closed there is nowhere left to complain to; the exit code still tells.
    drop(io::stderr().write_all(format!("bale-emulator: {text}").as_bytes()));
}

#[tokio::main(flavor = "current_thread")]
async fn serve(emulator: &Emulator, options: &Options) -> io::Result<()> {
    let stop = stop_signal()?;
    let server = emulator.serve(options.addr.as_str()).await?;
    // A real token is not printed.
    let token = if looks_real(&options.token) { "hidden" } else { &options.token };
    let mut stdout = io::stdout();
    writeln!(stdout, "bale emulator: {} (token {token})", server.url())?;
    stdout.flush()?;
    stop.await;
    server.shutdown().await
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
