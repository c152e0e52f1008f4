//! A bot in a process of its own, which is killed at random moments and started anew until its work is done.
//!
//! The parent holds the server and does the work of the people; the child runs the bot. Both are one program: the
//! test binary, or the example `crash`, which includes this file.

use std::{
    fs::File,
    future::Future,
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bale::{
    Bot,
    emulator::{Emulator, Server},
};
use tokio::time::{sleep, timeout};

const TOKEN: &str = "123456:CRASH";
/// Tells the child where the server is, and which folder is its own.
const URL: &str = "BALE_TEST_CRASH_URL";
const FOLDER: &str = "BALE_TEST_CRASH_FOLDER";
/// Overrules the seed of every run.
const SEED: &str = "BALE_TEST_CRASH_SEED";
/// How many lines of the bots' logs are shown when the parent fails.
const LINES: usize = 40;

/// The bot that this process is to run, and its folder; nothing in a process that no [`Crash`] has started.
pub(crate) fn child() -> Option<(Bot, PathBuf)> {
    let (url, folder) = (std::env::var(URL).ok()?, std::env::var_os(FOLDER)?);
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let bot = Bot::builder().token(TOKEN).api_url(url).build().expect("the parent's address");
    Some((bot, folder.into()))
}

/// The parent's side.
pub(crate) struct Crash {
    pub(crate) emulator: Emulator,
    server: Server,
    folder: PathBuf,
    command: Box<dyn Fn() -> Command + Send + Sync>,
    seed: u64,
    random: fastrand::Rng,
    life: Range<Duration>,
    patience: Duration,
    bot: Option<(Child, Instant)>,
    kills: Arc<AtomicUsize>,
    /// The longest that a bot needed to begin.
    begin: Duration,
}

impl Crash {
    /// `command` starts the child, whose files belong into `folder`. A run with the same `seed` draws the same
    /// numbers; when they strike is the machine's business all the same.
    pub(crate) async fn new(
        command: impl Fn() -> Command + Send + Sync + 'static,
        folder: &Path,
        seed: u64,
    ) -> Self {
        let seed =
            std::env::var(SEED).ok().map_or(seed, |seed| seed.parse().expect("a seed is a number"));
        let emulator = Emulator::new(TOKEN);
        let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
        Self {
            emulator,
            server,
            folder: folder.to_owned(),
            command: Box::new(command),
            seed,
            random: fastrand::Rng::with_seed(seed),
            life: Duration::ZERO..Duration::from_millis(60),
            patience: Duration::from_secs(120),
            bot: None,
            kills: Arc::default(),
            begin: Duration::from_millis(200),
        }
    }

    /// How long a bot lives after it has said hello to the server. One of ten dies before.
    pub(crate) fn life(mut self, life: Range<Duration>) -> Self {
        self.life = life;
        self
    }

    /// How long [`during`](Self::during) may take before it fails.
    pub(crate) fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The number of kills so far, for the work to look at.
    pub(crate) fn kills(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.kills)
    }

    /// Does the people's work while the bot is killed `kills` times. Then the last bot lives, until the work is
    /// done. The server forgets its calls at each start: look at its messages.
    pub(crate) async fn during<T>(&mut self, kills: usize, work: impl Future<Output = T>) -> T {
        let patience = self.patience;
        let killing = async {
            for _ in 0..kills {
                self.start();
                self.live().await;
                self.kill();
            }
            self.start();
            loop {
                sleep(Duration::from_millis(50)).await;
                self.check();
            }
        };
        let both = async {
            tokio::select! {
                done = work => done,
                never = killing => never,
            }
        };
        timeout(patience, both).await.expect("the work is done in time")
    }

    /// Starts a bot, unless one runs.
    pub(crate) fn start(&mut self) {
        if self.bot.is_some() {
            return;
        }
        self.emulator.clear_calls();
        let log = File::options().create(true).append(true).open(self.log()).expect("a file");
        let mut command = (self.command)();
        for name in ["BALE_BOT_TOKEN", "BALE_TOKEN", "BALE_API_URL", "BALE_PROXY", "BALE_JOURNAL"] {
            if !command.get_envs().any(|(set, _)| set == name) {
                command.env_remove(name);
            }
        }
        let child = command
            .env(URL, self.server.url())
            .env(FOLDER, &self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("this program runs");
        self.bot = Some((child, Instant::now()));
    }

    /// Lets the bot live for a while.
    async fn live(&mut self) {
        let Some((_, started)) = self.bot else { return };
        if self.random.u8(..10) == 0 {
            // It may be in the middle of reading its files.
            return sleep(self.begin.mul_f64(self.random.f64())).await;
        }
        // getMe and deleteWebhook.
        while timeout(Duration::from_secs(1), self.emulator.wait_for_calls(2)).await.is_err() {
            self.check();
        }
        self.begin = started.elapsed();
        let micros = |time: Duration| u64::try_from(time.as_micros()).expect("it is short");
        let life = self.random.u64(micros(self.life.start)..=micros(self.life.end));
        sleep(Duration::from_micros(life)).await;
    }

    /// Ends the bot by SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.check();
        let Some((mut child, _)) = self.bot.take() else { return };
        child.kill().expect("our own child");
        child.wait().expect("our own child");
        self.kills.fetch_add(1, Ordering::Relaxed);
    }

    /// A bot ends by nothing but a kill.
    fn check(&mut self) {
        if let Some((child, _)) = &mut self.bot {
            let ended = child.try_wait().expect("our own child");
            assert!(ended.is_none(), "the bot has ended by itself: {ended:?}");
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("bots.log")
    }
}

impl Drop for Crash {
    fn drop(&mut self) {
        if let Some((mut child, _)) = self.bot.take() {
            // Already ended is what we want.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let log = std::fs::read(self.log()).unwrap_or_default();
            let log = String::from_utf8_lossy(&log).into_owned();
            let lines: Vec<_> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(LINES)..].join("\n");
            let kills = self.kills.load(Ordering::Relaxed);
            eprintln!("{SEED}={} after {kills} kills; the bots' last lines:\n{tail}", self.seed);
        }
    }
}
