//! From the start to the stop of a bot with a webhook.

use std::{collections::BTreeMap, time::Duration};

use axum::{Router, http::Request, routing::get};
use bale::{
    App, Bot, Text,
    app::RunError,
    emulator::{Emulator, Fault, FaultAction},
    webhook::Webhook,
};
use expect_test::expect;
use tokio::time::sleep;

use super::{Hooked, PATH, SECRET, TOKEN, bare, is_open, message, post, send, webhook};
use crate::{
    logs::Logs,
    rig::{self, Rig},
};

fn slow() -> App {
    App::new().on_message(async |Text(text): Text| {
        sleep(Duration::from_secs(text.parse().unwrap_or(0))).await;
        text
    })
}

fn methods(emulator: &Emulator) -> Vec<String> {
    emulator.calls().into_iter().map(|call| call.method).collect()
}

#[tokio::test(start_paused = true)]
async fn it_is_set_when_the_bot_is_ready_and_stays() {
    let app = slow().on_start(async |bot: Bot| -> bale::Result {
        bot.get_chat(1).await.ok();
        Ok(())
    });
    let hooked = Hooked::start(app);
    hooked.rig.says("0");
    hooked.rig.emulator.idle().await;
    let emulator = hooked.rig.emulator.clone();
    hooked.rig.stop().await.unwrap();
    assert_eq!(methods(&emulator), ["getMe", "getChat", "setWebhook", "sendMessage"]);
    assert_eq!(emulator.calls()[2].params["url"], format!("https://bot.example.com{PATH}"));
    let info = rig::bot(&emulator).get_webhook_info().await.unwrap();
    assert_eq!(info.url, format!("https://bot.example.com{PATH}"));
}

#[tokio::test(start_paused = true)]
async fn it_is_removed_at_the_stop_if_the_author_wants_that() {
    let emulator = Emulator::new(TOKEN);
    let rig = Rig::against(emulator.clone(), slow().webhook(webhook().delete_at_stop()));
    is_open(&emulator).await;
    rig.stop().await.unwrap();
    assert_eq!(methods(&emulator), ["getMe", "setWebhook", "deleteWebhook"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_waited_for() {
    let emulator = Emulator::new(TOKEN);
    emulator.fault(Fault::new(FaultAction::DropBefore).on("getMe").times(5));
    emulator.fault(Fault::new(FaultAction::html(502, "<html>")).on("setWebhook").times(5));
    let hooked = Hooked::against(emulator, slow());
    hooked.rig.says("0");
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"0"}
    "#]]
    .assert_eq(
        &hooked
            .rig
            .transcript()
            .await
            .lines()
            .filter(|line| !line.contains("etWebhook"))
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    );
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_the_server_refuses_ends_the_bot() {
    let text = format!("Bad Request: bad webhook: https://bot.example.com{PATH} is not reachable");
    let emulator = Emulator::new(TOKEN);
    emulator.fault(Fault::new(FaultAction::error(400, text)).on("setWebhook"));
    let app = slow().bot(rig::bot(&emulator)).webhook(webhook());
    let error = app.run_until(std::future::pending()).await.unwrap_err();
    assert!(matches!(error, RunError::Webhook(_)), "{error:?}");
    expect!["the bot cannot start: the server refuses the webhook https://bot.example.com/hook/<secret>: setWebhook: bad request: Bad Request: bad webhook: https://bot.example.com/hook/<secret> is not reachable (400)"]
        .assert_eq(&error.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_running_handler_is_waited_for_and_what_was_cut_off_comes_again() {
    let emulator = Emulator::new(TOKEN);
    let hooked = Hooked::against(emulator.clone(), slow());
    emulator.message(1, 1, "8");
    emulator.message(2, 2, "15");
    is_open(&emulator).await;
    sleep(Duration::from_secs(1)).await;
    hooked.rig.stop().await.unwrap();
    sleep(Duration::from_millis(10)).await;
    let line = |update: i64, end: &str| format!("{update}: {end}");
    let ends = |hooked: &[bale::emulator::WebhookDelivery]| -> Vec<String> {
        hooked.iter().map(|it| line(it.update_id, &it.status.unwrap_or(0).to_string())).collect()
    };
    assert_eq!(ends(&emulator.deliveries())[..2], ["0: 200", "1: 503"]);
    assert_eq!((emulator.messages(1).len(), emulator.messages(2).len()), (2, 1));
    // The next start, with a router of its own, gets what was cut off.
    let next =
        Hooked::against(emulator.clone(), App::new().on_message(async |Text(text): Text| text));
    drop(hooked._carrier);
    next.rig.emulator.idle().await;
    assert_eq!((emulator.messages(1).len(), emulator.messages(2).len()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn before_the_start_and_after_the_stop_the_server_is_asked_to_wait() {
    let webhook = webhook();
    let router = webhook.router();
    let early = send(&router, Request::post(PATH).body(message(1, 1, "0").into()).unwrap()).await;
    assert_eq!(early, (503, "the bot does not run: try again\n".to_owned()));
    let rig = Rig::start(slow().webhook(webhook));
    is_open(&rig.emulator).await;
    assert_eq!(post(&router, message(1, 1, "0")).await, 200);
    rig.stop().await.unwrap();
    assert_eq!(post(&router, message(2, 1, "0")).await, 503);
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_somebody_removed_is_set_again() {
    let logs = Logs::of("bale::webhook");
    let (rig, _router) = bare(slow());
    is_open(&rig.emulator).await;
    logs.take();
    let other = rig::bot(&rig.emulator);
    other.delete_webhook().await.unwrap();
    sleep(Duration::from_secs(301)).await;
    assert_eq!(
        other.get_webhook_info().await.unwrap().url,
        format!("https://bot.example.com{PATH}")
    );
    other.set_webhook("https://other.example.com/x").await.unwrap();
    sleep(Duration::from_secs(901)).await;
    assert_eq!(other.get_webhook_info().await.unwrap().url, "https://other.example.com/x");
    expect![[r#"
        WARN somebody removed the webhook, perhaps a copy of this program that polls: it is set again
        WARN the webhook of this bot is another one: a second copy of the program gets the updates
    "#]].assert_eq(&logs.take());
}

#[tokio::test(start_paused = true)]
async fn the_same_bot_polls_when_it_has_no_webhook_any_more() {
    let emulator = Emulator::new(TOKEN);
    let hooked = Hooked::against(emulator.clone(), slow());
    hooked.rig.says("0");
    emulator.idle().await;
    hooked.rig.stop().await.unwrap();
    emulator.message(1, 1, "0");
    let rig = Rig::against(emulator, slow().webhook(None));
    rig.emulator.idle().await;
    assert_eq!(rig.emulator.messages(1).len(), 4);
    assert!(methods(&rig.emulator).iter().any(|method| method == "getUpdates"));
}

#[tokio::test(start_paused = true)]
async fn two_bots_and_a_site_in_one_application() {
    let hook = |name: &str| {
        let webhook = Webhook::new(format!("https://example.com/{name}")).unwrap();
        webhook.secret(SECRET).unwrap()
    };
    let (shop, support) = (hook("shop"), hook("support"));
    let site = Router::new()
        .route("/", get(async || "a site"))
        .merge(shop.router())
        .merge(support.router());
    let servers = [Emulator::new("1:SHOP"), Emulator::new("2:SUPPORT")];
    let carriers: Vec<_> = servers.iter().map(|server| server.deliver_to(site.clone())).collect();
    let app = |server: &Emulator, token: &str, webhook, says: &'static str| {
        let bot = Bot::builder().token(token).transport(server.transport()).build().unwrap();
        App::new().bot(bot).webhook(webhook).on_message(move || async move { says })
    };
    let both = app(&servers[0], "1:SHOP", shop, "apples").beside(app(
        &servers[1],
        "2:SUPPORT",
        support,
        "help",
    ));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(both.run_until(async {
        let _ = stopped.await;
    }));
    let mut said = Vec::new();
    for server in &servers {
        server.message(1, 1, "hi");
        server.idle().await;
        said.push(server.messages(1)[1]["text"].clone());
    }
    assert_eq!(said, ["apples", "help"]);
    let home = send(&site, Request::get("/").body(Default::default()).unwrap()).await;
    assert_eq!(home, (200, "a site".to_owned()));
    drop(stop);
    running.await.unwrap().unwrap();
    drop(carriers);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_is_taken_is_said_before_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let emulator = Emulator::new(TOKEN);
    let webhook = webhook().listen(address.to_string());
    let app = slow().bot(rig::bot(&emulator)).webhook(webhook);
    let error = app.run_until(std::future::pending()).await.unwrap_err().to_string();
    let expected = format!("the bot cannot start: the webhook cannot listen on `{address}`: ");
    assert!(error.starts_with(&expected), "{error}");
    assert_eq!(emulator.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_the_secret() {
    let shown = format!("{:?} {}", webhook(), webhook());
    assert!(shown.contains("bot.example.com/hook/<secret>") && !shown.contains(SECRET), "{shown}");
    let info =
        rig::bot(&Emulator::new(TOKEN)).call::<bool>("setWebhook", &BTreeMap::from([("url", "")]));
    assert!(info.await.unwrap());
}
