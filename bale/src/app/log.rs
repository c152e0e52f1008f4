//! Log lines on standard error for authors who set up nothing else.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Prints what `RUST_LOG` asks for (`info`, `bale=debug`, `bale::route=debug,warn`); `bale` at info and
/// the rest at warn when it asks for nothing. Does nothing if the author has a subscriber already.
pub(crate) fn init() {
    let asked = std::env::var("RUST_LOG").ok().filter(|asked| !asked.is_empty());
    let (targets, complaint) = match asked.as_deref().map(str::parse::<Targets>) {
        Some(Ok(targets)) => (targets, None),
        Some(Err(error)) => (default_targets(), Some(error)),
        None => (default_targets(), None),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    if tracing_subscriber::registry().with(lines).with(targets).try_init().is_ok() {
        if let Some(error) = complaint {
            tracing::warn!("RUST_LOG cannot be read, so `bale=info` is used: {error}");
        }
    }
}

fn default_targets() -> Targets {
    Targets::new().with_default(LevelFilter::WARN).with_target("bale", LevelFilter::INFO)
}
