//! The core alone: calls in, whole answers out, time handed in.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    control::{Edit, NewMessage, Press},
    core::{Answer, Core, Delivery, Reply, Request, Ticket},
    fault::{Fault, FaultAction},
    params::Params,
    refusal::Refusal,
    state::{ChatType, User},
    time::Time,
};

const TOKEN: &str = "7:TEST";

struct Server {
    core: Core,
    now: Time,
}

impl Server {
    fn new() -> Self {
        let bot = User {
            id: 7,
            is_bot: true,
            first_name: "Bot".into(),
            username: Some("emulated_bot".into()),
        };
        let core = Core::new(TOKEN.into(), bot);
        Self { core, now: Time::since_epoch(Duration::from_secs(1_000)) }
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    fn start(&mut self, method: &str, params: Value) -> Answer {
        let params = Ok(Params::from(params));
        self.core.call(self.now, Request { token: TOKEN, method, params })
    }

    /// Status and body of a call that answers at once.
    fn call(&mut self, method: &str, params: Value) -> (u16, Value) {
        match self.start(method, params) {
            Answer::Send(Delivery::Whole(reply)) => show(&reply),
            other => panic!("no answer at once: {other:?}"),
        }
    }

    fn poll(&mut self, params: Value) -> Ticket {
        match self.start("getUpdates", params) {
            Answer::Wait(ticket) => ticket,
            other @ Answer::Send(_) => panic!("does not wait: {other:?}"),
        }
    }

    fn look(&mut self, ticket: Ticket) -> Result<(u16, Value), Ticket> {
        match self.core.resume(self.now, ticket) {
            Answer::Send(Delivery::Whole(reply)) => Ok(show(&reply)),
            Answer::Send(other) => panic!("not a whole answer: {other:?}"),
            Answer::Wait(ticket) => Err(ticket),
        }
    }

    fn says(&mut self, chat_id: i64, user_id: i64, text: &str) -> i64 {
        let sent = self.core.write(self.now, NewMessage::new(chat_id, user_id, text));
        sent.expect("nothing to refuse").message_id
    }
}

fn show(reply: &Reply) -> (u16, Value) {
    (reply.status, serde_json::from_slice(&reply.body).expect("an answer is JSON"))
}

#[expect(clippy::needless_pass_by_value, reason = "reads better at the call")]
fn ok(result: Value) -> (u16, Value) {
    (200, json!({"ok": true, "result": result}))
}

fn refused(status: u16, description: &str) -> (u16, Value) {
    (status, json!({"ok": false, "error_code": status, "description": description}))
}

fn private(id: i64) -> Value {
    json!({"id": id, "type": "private", "first_name": format!("User {id}")})
}

fn user(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": format!("User {id}")})
}

fn bot() -> Value {
    json!({"id": 7, "is_bot": true, "first_name": "Bot", "username": "emulated_bot"})
}

#[test]
fn a_message_becomes_an_update_and_the_answer_is_stored() {
    let mut server = Server::new();
    server.says(1, 1, "/start");
    let command = json!({"type": "bot_command", "offset": 0, "length": 6});
    let question = json!({"message_id": 1, "date": 1000, "chat": private(1), "from": user(1),
        "text": "/start", "entities": [command]});
    assert_eq!(
        server.call("getUpdates", json!({})),
        ok(json!([{"update_id": 0, "message": question}]))
    );
    server.wait(5);
    let keyboard = json!({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]});
    let answer = json!({
        "message_id": 2, "date": 1005, "chat": private(1), "from": bot(), "text": "سلام",
        "reply_to_message": question, "reply_markup": keyboard,
    });
    let params = json!({"chat_id": "1", "text": "سلام", "reply_to_message_id": 1, "reply_markup": keyboard.to_string()});
    assert_eq!(server.call("SENDMESSAGE", params), ok(answer.clone()));
    assert_eq!(server.core.messages(1), [question, answer.clone()]);
    assert_eq!(server.core.replies_after(1, 1), [answer]);
}

#[test]
fn groups_and_channels_have_their_own_shape_and_their_own_message_ids() {
    let mut server = Server::new();
    assert_eq!(server.says(1, 1, "a"), 1);
    assert_eq!(server.says(5_000_000_000, 1, "b"), 1);
    assert_eq!(server.says(5_000_000_000, 2, "c"), 2);
    let channel = NewMessage::new(9, 1, "d").chat_type(ChatType::Channel).title("News");
    assert_eq!(server.core.write(server.now, channel).map(|sent| sent.update_id), Ok(3));
    let group = json!({"id": 5_000_000_000_i64, "type": "group", "title": "Chat 5000000000"});
    assert_eq!(
        server.core.messages(5_000_000_000)[1],
        json!({"message_id": 2, "date": 1000, "chat": group, "from": user(2), "text": "c"})
    );
    let channel = json!({"id": 9, "type": "channel", "title": "News"});
    assert_eq!(
        server.core.messages(9),
        [
            json!({"message_id": 1, "date": 1000, "chat": channel, "sender_chat": channel, "text": "d"})
        ]
    );
    assert_eq!(server.call("getChat", json!({"chat_id": 9})), ok(channel));
    assert_eq!(server.call("getChat", json!({"chat_id": 2})), ok(private(2)));
}

#[test]
fn a_long_poll_ends_by_an_update_or_by_its_time() {
    let mut server = Server::new();
    let ticket = server.poll(json!({"timeout": 10}));
    assert_eq!(ticket.deadline(), Some(server.now + Duration::from_secs(10)));
    server.wait(9);
    let ticket = server.look(ticket).expect_err("nothing happened yet");
    server.wait(1);
    assert_eq!(server.look(ticket), Ok(ok(json!([]))));
    let ticket = server.poll(json!({"timeout": "10"}));
    let ticket = server.look(ticket).expect_err("nothing happened yet");
    server.core.queue.push(server.now, |id| json!({"update_id": id}));
    assert_eq!(server.look(ticket), Ok(ok(json!([{"update_id": 0}]))));
}

#[test]
fn the_older_of_two_polls_hears_conflict() {
    let conflict = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    let mut server = Server::new();
    let older = server.poll(json!({"timeout": 10}));
    let newer = server.poll(json!({"timeout": 10}));
    assert_eq!(server.look(older), Ok(refused(409, conflict)));
    let newer = server.look(newer).expect_err("nothing happened yet");
    assert_eq!(server.call("getUpdates", json!({})), ok(json!([])));
    assert_eq!(server.look(newer), Ok(refused(409, conflict)));
}

#[test]
fn a_webhook_ends_polling() {
    let conflict = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    let mut server = Server::new();
    let poll = server.poll(json!({"timeout": 10}));
    let url = "https://bot.example/hook";
    assert_eq!(server.call("setWebhook", json!({"url": url})), ok(json!(true)));
    assert_eq!(server.look(poll).map(|(status, _)| status), Ok(409));
    assert_eq!(
        server.call("getWebhookInfo", json!({})),
        ok(json!({"url": url, "pending_update_count": 0}))
    );
    assert_eq!(server.call("getUpdates", json!({"timeout": 10})), refused(409, conflict));
    assert_eq!(server.call("deleteWebhook", json!({})), ok(json!(true)));
    assert_eq!(server.call("getUpdates", json!({})), ok(json!([])));
}

#[test]
fn a_webhook_is_https_on_port_443_or_88_unless_it_is_here() {
    let mut server = Server::new();
    let ports = "Bad Request: bad webhook: webhook can be set up only on ports 443 or 88";
    let https = "Bad Request: bad webhook: an HTTPS URL must be provided for webhook";
    for (url, expected) in [
        ("", ok(json!(true))),
        ("https://a.example:88/x", ok(json!(true))),
        ("http://127.0.0.1:8080/x", ok(json!(true))),
        ("http://[::1]:8080/x", ok(json!(true))),
        ("https://a.example:8443/x", refused(400, ports)),
        ("http://a.example/x", refused(400, https)),
        ("a", refused(400, "Bad Request: bad webhook: invalid webhook URL specified")),
    ] {
        assert_eq!(server.call("setWebhook", json!({"url": url})), expected, "{url}");
    }
    assert_eq!(server.call("setWebhook", json!({})), refused(400, "Bad Request: url is empty"));
}

#[test]
fn a_limit_is_moved_into_1_to_100() {
    let mut server = Server::new();
    for _ in 0..120 {
        server.core.queue.push(server.now, |id| json!(id));
    }
    for (limit, expected) in
        [(json!(null), 100), (json!(0), 1), (json!("3"), 3), (json!(1000), 100)]
    {
        let (_, body) = server.call("getUpdates", json!({"limit": limit}));
        assert_eq!(body["result"].as_array().map(Vec::len), Some(expected), "{limit}");
    }
    let refusal = refused(400, "Bad Request: limit must be an integer");
    assert_eq!(server.call("getUpdates", json!({"limit": "many"})), refusal);
}

#[test]
fn texts_have_between_1_and_4096_characters() {
    let mut server = Server::new();
    server.says(1, 1, "x");
    let mut send = |text: Value| server.call("sendMessage", json!({"chat_id": 1, "text": text})).1;
    assert_eq!(send(json!("س".repeat(4096)))["ok"], json!(true));
    for (text, description) in [
        (json!("س".repeat(4097)), "Bad Request: message is too long"),
        (json!(""), "Bad Request: message text is empty"),
        (json!(null), "Bad Request: message text is empty"),
        (json!(5), "Bad Request: text must be a string"),
    ] {
        assert_eq!(send(text), refused(400, description).1);
    }
}

#[test]
fn a_call_to_a_chat_nobody_met_is_refused() {
    let mut server = Server::new();
    let unknown = refused(404, "no such group or user");
    assert_eq!(server.call("getChat", json!({"chat_id": 1})), unknown);
    assert_eq!(server.call("getChat", json!({"chat_id": "@nobody"})), unknown);
    assert_eq!(server.call("sendMessage", json!({"chat_id": 1, "text": "x"})), unknown);
    assert_eq!(server.call("sendChatAction", json!({"chat_id": 1, "action": "typing"})), unknown);
    server.core.write(server.now, NewMessage::new(1, 1, "x").username("Sara")).expect("a new chat");
    let sara = json!({"id": 1, "type": "private", "first_name": "User 1", "username": "Sara"});
    assert_eq!(server.call("getChat", json!({"chat_id": "@sara"})), ok(sara));
    let action = |action: &str| json!({"chat_id": 1, "action": action});
    assert_eq!(server.call("sendChatAction", action("typing")), ok(json!(true)));
    let wrong = refused(400, "Bad Request: wrong parameter action in request");
    assert_eq!(server.call("sendChatAction", action("dancing")), wrong);
}

#[test]
fn an_edit_answers_a_stub_and_changes_the_message() {
    let mut server = Server::new();
    server.says(1, 1, "x");
    let keyboard = json!({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]});
    server.call("sendMessage", json!({"chat_id": 1, "text": "old", "reply_markup": keyboard}));
    server.wait(3);
    let edit = |id: i64| json!({"chat_id": 1, "message_id": id, "text": "new"});
    let stub = json!({"message_id": 0, "date": 0, "chat": private(1)});
    assert_eq!(server.call("editMessageText", edit(2)), ok(stub));
    let stored = json!({
        "message_id": 2, "date": 1000, "edit_date": 1003, "chat": private(1), "from": bot(), "text": "new",
    });
    assert_eq!(server.core.messages(1)[1], stored);
    let foreign = refused(400, "Bad Request: message can't be edited");
    assert_eq!(server.call("editMessageText", edit(1)), foreign);
    let missing = refused(400, "Bad Request: message to edit not found");
    assert_eq!(server.call("editMessageText", edit(3)), missing);
}

#[test]
fn a_message_can_be_deleted_for_48_hours() {
    let mut server = Server::new();
    server.says(1, 1, "private");
    server.says(9, 1, "group");
    let delete = |chat: i64, id: i64| json!({"chat_id": chat, "message_id": id});
    assert_eq!(server.call("deleteMessage", delete(1, 1)), ok(json!(true)));
    assert_eq!(server.core.messages(1), [] as [Value; 0]);
    // The bot is an administrator of a group that it was not told to be less in.
    assert_eq!(server.call("deleteMessage", delete(9, 1)), ok(json!(true)));
    server.call("sendMessage", json!({"chat_id": 9, "text": "mine"}));
    server.call("sendMessage", json!({"chat_id": 9, "text": "mine too"}));
    server.wait(48 * 3600 - 1);
    assert_eq!(server.call("deleteMessage", delete(9, 2)), ok(json!(true)));
    server.wait(1);
    let late = refused(400, "Bad Request: message can't be deleted");
    assert_eq!(server.call("deleteMessage", delete(9, 3)), late);
    let gone = refused(400, "Bad Request: message to delete not found");
    assert_eq!(server.call("deleteMessage", delete(9, 2)), gone);
}

#[test]
fn a_pressed_button_is_answered_by_its_id() {
    let mut server = Server::new();
    server.says(1, 1, "x");
    let press =
        |old_client| Press { chat_id: 1, user_id: 2, message_id: 1, data: "d".into(), old_client };
    let pressed = server.core.press(server.now, press(false)).expect("the message exists");
    assert_eq!((pressed.update_id, pressed.callback_query_id.as_str()), (1, "2000000000"));
    let message =
        json!({"message_id": 1, "date": 1000, "chat": private(1), "from": user(1), "text": "x"});
    let query = json!({"id": "2000000000", "from": user(2), "message": message, "data": "d",
        "chat_instance": "1"});
    let update = json!([{"update_id": 1, "callback_query": query}]);
    assert_eq!(server.call("getUpdates", json!({"offset": 1})), ok(update));
    let answer =
        |id: &str, text: &str| json!({"callback_query_id": id, "text": text, "show_alert": "True"});
    let too_long = refused(400, "Bad Request: text is too long");
    let unknown = refused(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    assert_eq!(
        server.call("answerCallbackQuery", answer("2000000000", &"س".repeat(200))),
        ok(json!(true))
    );
    assert_eq!(
        server.call("answerCallbackQuery", answer("2000000000", &"س".repeat(201))),
        too_long
    );
    assert_eq!(server.call("answerCallbackQuery", answer("1000000000", "")), unknown);
    assert_eq!(server.call("answerCallbackQuery", answer("س", "")), unknown);
    let old = server.core.press(server.now, press(true)).expect("the message exists");
    assert_eq!(old.callback_query_id, "1000000001");
    assert_eq!(server.call("answerCallbackQuery", answer("1000000001", "")), ok(json!(true)));
}

#[test]
fn a_user_edits_only_their_own_message() {
    let mut server = Server::new();
    server.says(9, 1, "x");
    let edit = |user_id, message_id| Edit { chat_id: 9, user_id, message_id, text: "y".into() };
    server.wait(2);
    let edited = server.core.edit(server.now, edit(1, 1)).expect("it is their own");
    assert_eq!((edited.update_id, edited.message_id), (1, 1));
    let group = json!({"id": 9, "type": "group", "title": "Chat 9"});
    let message = json!({
        "message_id": 1, "date": 1000, "edit_date": 1002, "chat": group, "from": user(1), "text": "y",
    });
    let update = json!([{"update_id": 1, "edited_message": message}]);
    assert_eq!(server.call("getUpdates", json!({"offset": -1})), ok(update));
    let error = |result: Result<_, super::ControlError>| {
        result.map(|_: super::SentUpdate| ()).map_err(|e| e.to_string())
    };
    assert_eq!(
        error(server.core.edit(server.now, edit(2, 1))),
        Err("user_id: message 1 was written by 1, found 2".to_owned())
    );
    assert_eq!(
        error(server.core.edit(server.now, edit(1, 4))),
        Err("message_id: expected a message of chat 9, found 4".to_owned())
    );
}

#[test]
fn the_token_comes_before_the_method_and_the_method_before_the_parameters() {
    let mut server = Server::new();
    let now = server.now;
    let mut answer =
        |token, method, params| match server.core.call(now, Request { token, method, params }) {
            Answer::Send(Delivery::Whole(reply)) => show(&reply),
            other => panic!("no answer at once: {other:?}"),
        };
    let malformed = || Err(Refusal::malformed());
    assert_eq!(answer("7:OTHER", "getMe", malformed()), refused(403, "Token not found"));
    assert_eq!(answer(TOKEN, "getYou", malformed()), refused(404, "not found"));
    assert_eq!(answer(TOKEN, "getMe", malformed()), refused(400, "malformed request"));
    assert_eq!(answer(TOKEN, "getme", Ok(Params::default())), ok(bot()));
    let calls: Vec<_> =
        server.core.calls().into_iter().map(|call| (call.method, call.status)).collect();
    let expected = [("getMe", 403), ("getYou", 404), ("getMe", 400), ("getMe", 200)];
    assert_eq!(calls, expected.map(|(method, status)| (method.to_owned(), Some(status))));
}

#[test]
fn faults_change_the_answer_or_only_its_way() {
    let mut server = Server::new();
    server.says(1, 1, "x");
    let send = json!({"chat_id": 1, "text": "y"});
    for action in [
        FaultAction::RateLimit { retry_after: Some(3) },
        FaultAction::error(500, "internal server error"),
        FaultAction::DropBefore,
        FaultAction::Truncate,
        FaultAction::DropAfterAcceptance,
        FaultAction::Hang,
    ] {
        server.core.add_fault(Fault::new(action));
    }
    let limited = json!({
        "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 3},
    });
    assert_eq!(server.call("sendMessage", send.clone()), (429, limited));
    assert_eq!(server.call("sendMessage", send.clone()), refused(500, "internal server error"));
    assert_eq!(server.start("sendMessage", send.clone()), Answer::Send(Delivery::Refused));
    assert_eq!(server.core.messages(1).len(), 1);
    let Answer::Send(Delivery::Truncated(reply)) = server.start("sendMessage", send.clone()) else {
        panic!("the answer is not cut");
    };
    assert_eq!(show(&reply), ok(server.core.messages(1)[1].clone()));
    assert_eq!(server.start("sendMessage", send.clone()), Answer::Send(Delivery::Lost));
    assert_eq!(server.core.messages(1).len(), 3);
    let Answer::Wait(hanging) = server.start("sendMessage", send.clone()) else {
        panic!("the call does not hang");
    };
    assert_eq!(hanging.deadline(), None);
    server.core.abandon(server.now, &hanging);
    assert_eq!(server.core.log().actions(), 6);
    assert_eq!(server.call("sendMessage", send).0, 200);
    assert_eq!(server.core.messages(1).len(), 4);
}

#[test]
fn a_served_call_may_be_answered_late_or_with_something_else() {
    let mut server = Server::new();
    server.says(1, 1, "x");
    let send = json!({"chat_id": 1, "text": "y"});
    server.core.add_fault(Fault::new(FaultAction::html_after_acceptance(502, "0")));
    server.core.add_fault(Fault::new(FaultAction::Delay(Duration::from_secs(7))).times(2));
    assert_eq!(server.call("sendMessage", send.clone()), (502, json!(0)));
    assert_eq!(server.core.messages(1).len(), 2);

    let Answer::Wait(late) = server.start("sendMessage", send.clone()) else {
        panic!("the answer is not late");
    };
    assert_eq!(server.core.messages(1).len(), 3);
    let late = server.look(late).expect_err("it is too early");
    server.now = late.deadline().expect("it comes");
    assert_eq!(server.look(late), Ok(ok(server.core.messages(1)[2].clone())));

    let poll = server.poll(json!({"timeout": 10, "offset": 1}));
    server.says(1, 1, "z");
    let poll = server.look(poll).expect_err("its answer is on its way");
    server.now = poll.deadline().expect("it comes");
    assert_eq!(server.look(poll).map(|answer| answer.0), Ok(200));

    server.core.add_fault(Fault::new(FaultAction::Hang).times(usize::MAX));
    server.core.clear_faults();
    assert_eq!(server.call("sendMessage", send).0, 200);
}

#[test]
fn a_reset_keeps_the_update_id_and_the_running_poll() {
    let mut server = Server::new();
    server.says(1, 1, "x");
    server.call("setWebhook", json!({"url": "https://a.example"}));
    server.core.reset();
    assert_eq!((server.core.calls(), server.core.messages(1)), (vec![], vec![]));
    let poll = server.poll(json!({"timeout": 10}));
    server.core.reset();
    let poll = server.look(poll).expect_err("nothing happened yet");
    assert_eq!(server.says(1, 1, "y"), 1);
    let message =
        json!({"message_id": 1, "date": 1000, "chat": private(1), "from": user(1), "text": "y"});
    assert_eq!(server.look(poll), Ok(ok(json!([{"update_id": 1, "message": message}]))));
}
