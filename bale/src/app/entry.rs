//! What `#[bale::main]` runs: logs, runtime, set-up, signals, exit code.

use std::{
    error::Error as StdError, future::Future, io::Write as _, pin::Pin, process::ExitCode,
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};

use crate::{
    BoxError,
    app::{App, RunError, StopHandle},
    registry::Record,
    route::Table,
};

/// Exit code when the program is not set up right: no token, a refused token, wrong handlers.
const MISCONFIGURED: u8 = 2;
/// Exit code when the set-up or an `on_start` handler failed.
const FAILED: u8 = 1;

/// What the attribute knows of the program.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct Main {
    /// `CARGO_CRATE_NAME`.
    pub krate: &'static str,
    /// `CARGO_PKG_NAME`.
    pub package: &'static str,
    /// Whether a src/lib.rs stands beside the program.
    pub lib_beside: bool,
}

/// What the body of `#[bale::main]` may give: nothing, an [`App`] with options and state, or a `Result`
/// of either.
#[diagnostic::on_unimplemented(
    message = "`#[bale::main]` cannot start a bot from `{Self}`",
    label = "must be `()`, `bale::App`, or a `Result` of one of them",
    note = "the error of a `Result` must convert into `bale::BoxError`: it implements `std::error::Error` \
            and is `Send + Sync + 'static`, or it is a text"
)]
pub trait IntoApp: Sized {
    /// The bot, to which the annotated handlers are added, unless it collected some itself.
    ///
    /// # Errors
    /// If the set-up failed.
    fn into_app(self) -> Result<App, BoxError>;

    /// The `fn main` behind `#[bale::main]`.
    #[doc(hidden)]
    fn run<F: Future<Output = Self>>(main: Main, set_up: fn() -> F) -> ExitCode {
        run(main, set_up)
    }
}

#[diagnostic::do_not_recommend]
impl IntoApp for () {
    fn into_app(self) -> Result<App, BoxError> {
        Ok(App::new())
    }
}

#[diagnostic::do_not_recommend]
impl IntoApp for App {
    fn into_app(self) -> Result<App, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoApp, E: Into<BoxError>> IntoApp for Result<T, E> {
    fn into_app(self) -> Result<App, BoxError> {
        self.map_err(Into::into)?.into_app()
    }
}

/// What the body of `main` gives, each time it is asked.
type SetUp<'a> = dyn Fn() -> Pin<Box<dyn Future<Output = Result<App, BoxError>> + 'a>> + 'a;

fn run<R: IntoApp, F: Future<Output = R>>(main: Main, set_up: fn() -> F) -> ExitCode {
    start(main, &move || Box::pin(async move { set_up().await.into_app() }))
}

/// Knows no type of the author's, so that it is compiled once and not by each program.
fn start(main: Main, set_up: &SetUp<'_>) -> ExitCode {
    #[cfg(feature = "log")]
    super::log::init();
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return complain(FAILED, &error),
    };
    runtime.block_on(async {
        let app = match set_up().await {
            Ok(app) => app.complete(),
            Err(error) => return complain(FAILED, &*error),
        };
        warn_of_unlinked_lib(main);
        match serve(app, set_up).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error @ RunError::Start(_)) => complain(FAILED, &error),
            Err(error) => complain(MISCONFIGURED, &error),
        }
    })
}

/// As many threads as the process may use; on one core, none beside the main one.
fn runtime() -> std::io::Result<Runtime> {
    let is_alone = std::thread::available_parallelism().is_ok_and(|cores| cores.get() == 1);
    let mut builder =
        if is_alone { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.enable_all().build()
}

/// Runs the bot; with no token and an emulator on board, against the emulator.
#[cfg(feature = "emulator")]
async fn serve(app: App, set_up: &SetUp<'_>) -> Result<(), RunError> {
    let mut app = with_webhook(app)?;
    let Some(playground) = super::embedded::Playground::open_for(&app).await? else {
        return app.run().await;
    };
    loop {
        tokio::select! {
            ended = playground.attach(app)?.run() => return ended,
            // As `kill -9` would: handlers end where they are, and nothing is confirmed.
            () = playground.crashed() => {}
        }
        tracing::warn!("the bot was crashed by the playground; it starts again");
        app = match set_up().await {
            Ok(app) => with_webhook(app.complete())?,
            Err(error) => return Err(RunError::Emulator(format!("the set-up failed: {error}"))),
        };
    }
}

#[cfg(not(feature = "emulator"))]
async fn serve(app: App, _: &SetUp<'_>) -> Result<(), RunError> {
    with_webhook(app)?.run().await
}

/// With the webhook that the environment names.
#[cfg(feature = "webhook")]
fn with_webhook(app: App) -> Result<App, RunError> {
    app.webhook_from_env()
}

#[cfg(not(feature = "webhook"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature the environment may be wrong")]
fn with_webhook(app: App) -> Result<App, RunError> {
    if std::env::var_os("BALE_WEBHOOK_URL").is_some() {
        tracing::warn!(
            "BALE_WEBHOOK_URL is set, and `bale-bot` was built without the feature `webhook`: the bot polls"
        );
    }
    Ok(app)
}

/// Handlers in src/lib.rs are only registered if the program names that library.
fn warn_of_unlinked_lib(Main { package, lib_beside, .. }: Main) {
    let library = package.replace('-', "_");
    let is_linked = inventory::iter::<Record>()
        .any(|record| record.meta.in_library && record.meta.krate == library);
    if lib_beside && !is_linked {
        tracing::warn!(
            "src/lib.rs stands beside this program and none of its functions is registered; if it has \
             handlers, write `#[bale::main(link({library}))]`"
        );
    }
}

/// The test behind `#[bale::main]`: fails with everything that is wrong with the program's handlers,
/// but for application state, which only the set-up knows.
#[track_caller]
pub fn assert_registry_is_valid() {
    let App { handlers, .. } = App::collect();
    if let Err(problems) = Table::build(handlers) {
        panic!("{problems}");
    }
}

/// The program's last words.
fn complain(code: u8, error: &(dyn StdError + 'static)) -> ExitCode {
    // If standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "error: {error}");
    ExitCode::from(code)
}

/// Signals that come together are one: `timeout` and some supervisors signal a program and its group.
const TOGETHER: Duration = Duration::from_millis(300);

/// Ready at the first SIGINT or SIGTERM, or when the bot is stopped otherwise; the next signal ends the
/// process.
pub(crate) async fn signal(stop: StopHandle) {
    tokio::select! {
        () = wait() => {}
        () = stop.stopped() => {}
    }
    tracing::info!("stopping: running handlers are waited for; a second signal stops at once");
    tokio::spawn(async {
        tokio::time::sleep(TOGETHER).await;
        wait().await;
        tracing::warn!("stopped at once; unfinished updates will come again");
        std::process::exit(130);
    });
}

#[cfg(unix)]
async fn wait() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without signals the bot runs until it is killed, which is safe.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
