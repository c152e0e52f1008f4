//! Bots that get their updates by a webhook: the same handlers, other doors.

mod bodies;
mod delivery;
mod laws;
mod life;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use bale::{
    App,
    emulator::{Carrier, Emulator},
    webhook::Webhook,
};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::json;

use crate::rig::Rig;

const SECRET: &str = "0123456789abcdef";
const PATH: &str = "/hook/0123456789abcdef";
const TOKEN: &str = "123456:TEST";

fn webhook() -> Webhook {
    Webhook::new("https://bot.example.com/hook").unwrap().secret(SECRET).unwrap()
}

/// A bot with a webhook, and the emulator that brings updates to it without a socket.
struct Hooked {
    rig: Rig,
    _carrier: Carrier,
}

impl Hooked {
    fn start(app: App) -> Self {
        Self::against(Emulator::new(TOKEN), app)
    }

    fn against(emulator: Emulator, app: App) -> Self {
        let webhook = webhook();
        let carrier = emulator.deliver_to(webhook.router());
        Self { rig: Rig::against(emulator, app.webhook(webhook)), _carrier: carrier }
    }

    /// The tries of updates so far, as `0: 200`.
    fn deliveries(&self) -> Vec<String> {
        let deliveries = self.rig.emulator.deliveries();
        let line = |delivery: &bale::emulator::WebhookDelivery| {
            let end = match (&delivery.status, &delivery.error) {
                (Some(status), _) => status.to_string(),
                (None, error) => error.clone().unwrap_or_default(),
            };
            format!("{}: {end}", delivery.update_id)
        };
        deliveries.iter().map(line).collect()
    }
}

/// A bot whose updates only come from the test itself.
fn bare(app: App) -> (Rig, Router) {
    let webhook = webhook();
    let router = webhook.router();
    (Rig::start(app.webhook(webhook)), router)
}

/// Until the bot takes updates.
async fn is_open(emulator: &Emulator) {
    while !emulator.calls().iter().any(|call| call.method == "setWebhook" && call.status.is_some())
    {
        emulator.wait_for_calls(emulator.calls().len() + 1).await;
    }
}

fn message(update_id: i64, chat: i64, text: &str) -> String {
    let person = json!({"id": chat, "is_bot": false, "first_name": "Sara"});
    let message = json!({
        "message_id": update_id, "date": 1000, "from": person, "text": text,
        "chat": {"id": chat, "type": "private", "first_name": "Sara"},
    });
    json!({"update_id": update_id, "message": message}).to_string()
}

async fn send(router: &Router, request: Request<Body>) -> (u16, String) {
    let answer = TowerToHyperService::new(router.clone()).call(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Posts a body as Bale does.
async fn post(router: &Router, body: impl Into<Body>) -> u16 {
    let request = Request::post(PATH).header(header::CONTENT_TYPE, "application/json");
    send(router, request.body(body.into()).unwrap()).await.0
}
