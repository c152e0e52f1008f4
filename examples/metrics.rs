//! Numbers for Prometheus, and health for a supervisor, on one port: `cargo run --example metrics`

use axum::{Router, routing::get};
use bale::{App, BoxError, State, health, health::Health};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// Order tea.
#[bale::command("tea {cups}")]
async fn tea(cups: u32) -> String {
    // Numbers of your own lie beside the bot's.
    metrics::counter!("tea_cups_total").increment(u64::from(cups));
    format!("{cups} ☕")
}

/// Say how the bot is.
#[bale::command("health")]
async fn how_are_you(health: State<Health>) -> String {
    health.check().to_string()
}

/// Fail, so that there is something to see.
#[bale::command]
async fn fail() -> bale::Result {
    Err("as you wished".into())
}

/// Buckets for all times, from a millisecond to a minute.
fn prometheus() -> Result<PrometheusBuilder, BoxError> {
    let buckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];
    Ok(PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &buckets)?)
}

/// `/metrics`, `/livez` and `/readyz`.
fn pages(numbers: PrometheusHandle, bot: Health) -> Router {
    let render = async move || {
        numbers.run_upkeep();
        numbers.render()
    };
    Router::new().route("/metrics", get(render)).merge(health::router([bot]))
}

#[bale::main]
async fn main() -> Result<App, BoxError> {
    // Before anything else: what is told before is told to nobody.
    let numbers = prometheus()?.install_recorder()?;
    let app = App::new();
    let address = std::env::var("METRICS_LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("Numbers: http://{}/metrics", listener.local_addr()?);
    let router = pages(numbers, app.health());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(app)
}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    use super::prometheus;

    #[bale::test]
    async fn what_happened_is_counted(bot: TestBot) {
        let recorder = prometheus().unwrap().build_recorder();
        let _here = metrics::set_default_local_recorder(&recorder);
        let sara = bot.user("سارا");
        sara.send("/tea 2").await;
        sara.expect_text("2 ☕").await;
        sara.send("/tea three").await;
        sara.expect_text_containing("/tea <cups>").await;
        sara.send("/fail").await;
        bot.expect_error(|error| error.to_string().contains("as you wished")).await;

        let page = recorder.handle().render();
        let shown = |line: &str| page.lines().any(|found| found.contains(line));
        for line in [
            "tea_cups_total 2",
            "kind=\"message\"} 3",
            "handler=\"tea\",outcome=\"replied\"} 1",
            "handler=\"tea\",outcome=\"misused\"} 1",
            "handler=\"fail\",outcome=\"failed\"} 1",
            "method=\"sendMessage\",code=\"ok\"} 2",
        ] {
            assert!(shown(line), "`{line}` is missing:\n{page}");
        }
    }
}
