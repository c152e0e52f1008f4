//! The core alone: what goes out when, time handed in.

use serde_json::json;

use super::*;
use crate::emulator::{control::NewMessage, params::Params, state::User};

struct Server {
    core: Core,
    now: Time,
}

impl Server {
    /// A server with a webhook.
    fn new() -> Self {
        let bot = User { id: 7, is_bot: true, first_name: "Bot".into(), username: None };
        let core = Core::new("7:TEST".into(), bot);
        let mut server = Self { core, now: Time::since_epoch(Duration::from_secs(1_000)) };
        server.call("setWebhook", json!({"url": "https://a.example/x"}));
        server
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        use crate::emulator::core::{Answer, Delivery, Request};
        let params = Ok(Params::from(params));
        match self.core.call(self.now, Request { token: "7:TEST", method, params }) {
            Answer::Send(Delivery::Whole(reply)) => serde_json::from_slice(&reply.body).unwrap(),
            other => panic!("no answer at once: {other:?}"),
        }
    }

    fn info(&mut self) -> Value {
        self.call("getWebhookInfo", json!({}))["result"].take()
    }

    fn says(&mut self, chat: i64) {
        self.core.write(self.now, NewMessage::new(chat, chat, "x")).unwrap();
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    /// What goes out now.
    fn posts(&mut self) -> Vec<Post> {
        std::iter::from_fn(|| self.core.next_post(self.now)).collect()
    }

    fn ids(&mut self) -> Vec<i64> {
        self.posts().iter().map(|post| post.update_id).collect()
    }
}

fn ids(posts: &[Post]) -> Vec<i64> {
    posts.iter().map(|post| post.update_id).collect()
}

#[test]
fn a_chat_goes_one_by_one_and_chats_beside_each_other() {
    let mut server = Server::new();
    for chat in [1, 1, 2, 1] {
        server.says(chat);
    }
    let first = server.posts();
    assert_eq!(ids(&first), [0, 2]);
    server.core.posted(server.now, &first[0], Ok(204));
    assert_eq!(server.ids(), [1]);
    assert_eq!((server.core.queue.len(), server.core.queue.confirmed()), (3, Some(0)));
}

#[test]
fn a_failure_goes_out_again_after_a_growing_wait_and_holds_its_chat() {
    let mut server = Server::new();
    server.says(1);
    server.says(1);
    let mut waits = Vec::new();
    for _ in 0..9 {
        let posts = server.posts();
        assert_eq!(ids(&posts), [0]);
        server.core.posted(server.now, &posts[0], Ok(503));
        let due = server.core.next_post_at().unwrap();
        waits.push(due.since(server.now).as_secs());
        assert_eq!(server.ids(), [0; 0]);
        server.now = due;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    let posts = server.posts();
    server.core.posted(server.now, &posts[0], Ok(200));
    let posts = server.posts();
    assert_eq!(ids(&posts), [1]);
    server.core.posted(server.now, &posts[0], Err("Connection refused".to_owned()));
    assert_eq!(server.core.next_post_at().unwrap().since(server.now).as_secs(), 1);
}

#[test]
fn what_waits_and_what_went_wrong_is_told() {
    let mut server = Server::new();
    assert_eq!(server.info(), json!({"url": "https://a.example/x", "pending_update_count": 0}));
    server.says(1);
    let posts = server.posts();
    server.core.posted(server.now, &posts[0], Ok(404));
    let told = json!({
        "url": "https://a.example/x", "pending_update_count": 1,
        "last_error_date": 1000, "last_error_message": "Wrong response from the webhook: 404",
    });
    assert_eq!(server.info(), told);
    server.call("setWebhook", json!({"url": "https://a.example/y"}));
    assert_eq!(server.info(), json!({"url": "https://a.example/y", "pending_update_count": 1}));
    let posts = server.posts();
    assert_eq!((ids(&posts), &*posts[0].url), (vec![0], "https://a.example/y"), "it goes at once");
    let log: Vec<_> =
        server.core.webhook.log().iter().map(|it| (it.update_id, it.status)).collect();
    assert_eq!(log, [(0, Some(404))]);
}

#[test]
fn without_a_webhook_updates_are_polled_again() {
    let mut server = Server::new();
    server.says(1);
    server.says(2);
    let posts = server.posts();
    server.call("deleteWebhook", json!({}));
    assert_eq!(server.info(), json!({"url": ""}));
    server.says(3);
    assert_eq!(server.ids(), [0; 0]);
    // What was under way arrived all the same.
    server.core.posted(server.now, &posts[0], Ok(200));
    server.core.posted(server.now, &posts[1], Ok(500));
    assert_eq!(server.core.next_post_at(), None);
    let polled = server.call("getUpdates", json!({}));
    let polled: Vec<_> = polled["result"].as_array().unwrap().iter().collect();
    assert_eq!(polled.iter().map(|update| &update["update_id"]).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn at_most_40_are_under_way_and_a_day_old_ones_are_gone() {
    let mut server = Server::new();
    for chat in 1..=45 {
        server.says(chat);
    }
    let posts = server.posts();
    assert_eq!(posts.len(), CONNECTIONS);
    server.core.posted(server.now, &posts[3], Ok(200));
    assert_eq!(server.ids(), [40]);
    for post in posts {
        server.core.posted(server.now, &post, Ok(500));
    }
    server.wait(24 * 60 * 60);
    assert_eq!(server.ids(), [0; 0]);
    assert_eq!(server.core.queue.len(), 0);
}

#[test]
fn a_reset_forgets_what_is_under_way() {
    let mut server = Server::new();
    server.says(1);
    let posts = server.posts();
    server.core.reset();
    server.core.posted(server.now, &posts[0], Ok(200));
    assert_eq!((server.info(), server.core.webhook.log()), (json!({"url": ""}), vec![]));
}

#[test]
fn a_strict_server_takes_no_address_of_this_machine() {
    let mut server = Server::new();
    server.core.world.quirks.local_webhooks = false;
    for (url, refusal) in [
        ("http://127.0.0.1/x", "an HTTPS URL must be provided for webhook"),
        ("https://localhost:8443/x", "webhook can be set up only on ports 443 or 88"),
    ] {
        let answer = server.call("setWebhook", json!({"url": url}));
        assert_eq!(answer["description"], format!("Bad Request: bad webhook: {refusal}"));
    }
}

#[test]
fn updates_are_kept_in_order_with_their_chat() {
    let chat = json!({"chat": {"id": 5}});
    for (update, lane) in [
        (json!({"message": chat}), Lane::Chat(5)),
        (json!({"edited_message": chat}), Lane::Chat(5)),
        (json!({"callback_query": {"message": chat}}), Lane::Chat(5)),
        (json!({"pre_checkout_query": {"from": {"id": 5}}}), Lane::Chat(5)),
        (json!({"callback_query": {}}), Lane::Update(9)),
        (json!(null), Lane::Update(9)),
    ] {
        assert_eq!(Lane::of(9, &update), lane, "{update}");
    }
}
