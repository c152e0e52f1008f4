//! What stands behind the playground: the control API, pushed changes, transcripts, and tests made of them.

use std::time::Duration;

use bale::{
    App, CallbackQuery, Message, PreCheckoutQuery, Result,
    emulator::{Emulator, Fault, FaultAction, MediaKind, NewMedia, NewMessage, Server},
    types::{ChatAction, InlineKeyboardMarkup, LabeledPrice, ReplyKeyboardMarkup},
};
use expect_test::{expect, expect_file};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    rig::{Rig, bot},
    web,
};

#[rustfmt::skip]
mod saved;

fn app() -> App {
    App::collect_module("it::playground")
}

#[bale::command]
async fn start(message: Message) -> Result {
    let keyboard = InlineKeyboardMarkup::new()
        .row([say::button("سلام", "hi".to_owned())?, say::button("خدا\"حافظ", "bye".to_owned())?])
        .row([warn::button("هشدار")?]);
    message.answer("چه بگویم؟").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_callback("say:{word}")]
async fn say(query: CallbackQuery, word: String) -> Result {
    query.answer(format!("می‌گویم {word}")).await?;
    if let Some(message) = query.message() {
        message.edit(format!("گفتم\n{word}")).await?;
    }
    Ok(())
}

#[bale::on_callback("warn")]
async fn warn(query: CallbackQuery) -> Result {
    query.answer("هشدار!").show_alert(true).await?;
    Ok(())
}

#[bale::command]
async fn keyboard(message: Message) -> Result {
    let keyboard = ReplyKeyboardMarkup::grid(1, [tea::button()]);
    message.answer("بفرما").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_message("چای")]
async fn tea() -> &'static str {
    "نوش جان"
}

#[bale::on_message(photo)]
async fn photo(message: Message) -> Result {
    message.chat().send_action(ChatAction::Typing).await?;
    message.reply("عکس!").await?;
    Ok(())
}

#[bale::command]
async fn buy(message: Message) -> Result {
    let prices = [LabeledPrice::new("چای", 50_000)];
    let token = "WALLET-TEST-1111111111111111";
    message.answer_invoice("چای", "تازه‌دم", "tea", token, prices).await?;
    Ok(())
}

#[bale::on_pre_checkout]
async fn agree(query: PreCheckoutQuery) -> Result {
    query.accept().await?;
    Ok(())
}

#[bale::on_payment]
async fn paid(message: Message) -> Result {
    message.answer("رسید").await?;
    Ok(())
}

#[bale::on_edited_message]
async fn edited(message: Message) -> Result {
    message.reply("دیدم").await?;
    Ok(())
}

#[bale::on_member_join]
async fn welcome(message: Message) -> Result {
    message.answer("خوش آمدی").await?;
    Ok(())
}

/// Lets the bot come to rest after each of these.
macro_rules! one_by_one {
    ($rig:ident: $($act:expr;)*) => {
        $($act; $rig.emulator.idle().await;)*
    };
}

/// Everything that a conversation can have.
async fn converse(rig: &Rig) {
    let emulator = &rig.emulator;
    emulator.name_person(1, "سارا");
    emulator.name_person(2, "Ali");
    let picture = NewMedia::new(1, 1, MediaKind::Photo, &b"\x89PNG\0\""[..]).caption("گربه");
    one_by_one! { rig:
        emulator.message(1, 1, "/start");
        emulator.callback(1, 1, 2, "say:bye").unwrap();
        emulator.message(1, 1, "/start");
        emulator.message(1, 1, "/start");
        emulator.callback(1, 1, 6, "warn").unwrap();
        emulator.callback(1, 1, 4, "say:old").unwrap();
        emulator.message(1, 1, "/keyboard");
        emulator.reply_button(1, 1, "چای").unwrap();
        emulator.push_media(picture).unwrap();
        emulator.contact(1, 1, "98912").unwrap();
        emulator.location(1, 1, 35.5, 51.0).unwrap();
        emulator.web_app_data(1, 1, "{}").unwrap();
        emulator.push_message(NewMessage::new(1, 1, "بله").reply_to(2)).unwrap();
        emulator.message(1, 1, "غلط");
        emulator.edited_message(1, 1, 17, "درست").unwrap();
        emulator.message(1, 1, "/buy");
        emulator.pay(1, 1, 20).unwrap();
        emulator.add_group(5_000_000_001, "خانواده").unwrap();
        emulator.message(5_000_000_001, 1, "سلام");
        emulator.join(5_000_000_001, 2).unwrap();
    }
}

/// The test is a file of this program: it compiles, and it passes.
#[tokio::test(start_paused = true)]
async fn a_conversation_becomes_a_test_that_passes() {
    let rig = Rig::start(app());
    converse(&rig).await;
    let test = rig.emulator.transcript_as_test();
    let here = test.replace("#[bale::test]", "#[bale::test(app = super::app)]");
    expect_file!["./playground/saved.rs"].assert_eq(&here);
}

#[tokio::test(start_paused = true)]
async fn a_transcript_can_be_read_and_played_again() {
    let rig = Rig::start(app());
    rig.emulator.name_person(1, "سارا");
    rig.emulator.message(1, 1, "/start");
    rig.emulator.idle().await;
    rig.emulator.callback(1, 1, 2, "say:hi").unwrap();
    rig.emulator.idle().await;
    rig.emulator.clear_calls();
    let before = rig.emulator.transcript();
    expect![[r##"
        # A conversation with bot 123456. Lines with > are what people did, those with < what the bot called.
        > user {"first_name":"سارا","user_id":1}
        > message {"chat_id":1,"text":"/start","user_id":1}
        > callback {"chat_id":1,"data":"say:hi","message_id":2,"old_client":false,"user_id":1}
    "##]]
    .assert_eq(&before);

    // Over a bot that is in the middle of something else.
    rig.emulator.message(9, 9, "چای");
    assert_eq!(rig.emulator.replay(&before).await, Ok(3));
    expect![[r##"
        # A conversation with bot 123456. Lines with > are what people did, those with < what the bot called.
        > user {"first_name":"سارا","user_id":1}
        > message {"chat_id":1,"text":"/start","user_id":1}
        < sendMessage {"chat_id":1,"reply_markup":{"inline_keyboard":[[{"callback_data":"say:hi","text":"سلام"},{"callback_data":"say:bye","text":"خدا\"حافظ"}],[{"callback_data":"warn","text":"هشدار"}]]},"text":"چه بگویم؟"}
        > callback {"chat_id":1,"data":"say:hi","message_id":2,"old_client":false,"user_id":1}
        < answerCallbackQuery {"callback_query_id":"2000000000","text":"می‌گویم hi"}
        < editMessageText {"chat_id":1,"message_id":2,"text":"گفتم\nhi"}
    "##]]
    .assert_eq(&rig.emulator.transcript());
}

#[tokio::test(start_paused = true)]
async fn a_transcript_that_cannot_be_read_changes_nothing() {
    let emulator = Emulator::new("1:TEST");
    emulator.message(1, 1, "hi");
    let says = |text: &'static str| {
        let emulator = emulator.clone();
        async move { emulator.replay(text).await.unwrap_err().to_string() }
    };
    expect![["line 2: expected it to begin with `> `, `<` or `#`, found \"hello\""]]
        .assert_eq(&says("# yes\nhello").await);
    expect![["line 1: nobody can do \"dance\""]].assert_eq(&says("> dance {}").await);
    expect![["line 1: body: missing field `user_id` at line 1 column 13"]]
        .assert_eq(&says("> message {\"chat_id\":1}").await);
    assert_eq!(emulator.messages(1).len(), 1);
    // Nobody polls.
    expect![["line 1: no bot took the update within 5s"]]
        .assert_eq(&says("> message {\"chat_id\":2,\"user_id\":2,\"text\":\"x\"}").await);
}

/// Changes of some kinds, a line each.
fn show(changes: &[Value]) -> String {
    let line = |change: &Value| {
        let what = match change["kind"].as_str()? {
            "message" => {
                format!("{} {}", change["message"]["message_id"], change["message"]["text"])
            }
            "gone" => change["message_id"].to_string(),
            "user" => change["user"]["first_name"].to_string(),
            "chat" => change["chat"]["id"].to_string(),
            "update" => change["update_id"].to_string(),
            "call" => format!(
                "{} ended: {} update: {}",
                change["method"], change["ended"], change["update_id"]
            ),
            "info" => change["faults"].to_string(),
            _ => String::new(),
        };
        Some(format!("{} {what}", change["kind"].as_str()?).trim_end().to_owned() + "\n")
    };
    changes.iter().filter_map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn what_changes_is_told_once() {
    let rig = Rig::start(App::new().command("start", async || "hello"));
    rig.emulator.wait_for_poll().await;
    rig.says("/start");
    rig.emulator.idle().await;
    let mut changes = rig.emulator.changes();
    expect![[r#"
        reset
        info []
        user "User 1"
        user "Emulated bot"
        chat 1
        update 0
        message 1 "/start"
        message 2 "hello"
        call "getMe" ended: true update: null
        call "deleteWebhook" ended: true update: null
        call "sendMessage" ended: true update: null
    "#]]
    .assert_eq(&show(&changes.next().await));

    rig.emulator.edited_message(1, 1, 1, "/started").unwrap();
    expect!["update 1\nmessage 1 \"/started\"\n"].assert_eq(&show(&changes.next().await));
    rig.emulator.fault(Fault::new(FaultAction::Hang).on("sendMessage").times(2));
    expect![[r#"info [{"action":"hang","method":"sendMessage","times":2}]
"#]]
    .assert_eq(&show(&changes.next().await));
    rig.emulator.clear_faults();
    changes.next().await;
    let bot = bot(&rig.emulator);
    bot.delete_message(1, 2).await.unwrap();
    expect![[r#"
        gone 2
        call "deleteMessage" ended: true update: null
    "#]]
    .assert_eq(&show(&changes.next().await));
    rig.emulator.reset();
    expect!["reset\ninfo []\nuser \"Emulated bot\"\n"].assert_eq(&show(&changes.next().await));
    // Nothing changes, so nothing is told.
    assert!(timeout(Duration::from_secs(5), changes.next()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_stands_still() {
    let emulator = Emulator::new("1:TEST").starts_at(1000);
    let date = |emulator: &Emulator| {
        emulator.message(1, 1, "x");
        emulator.messages(1).last().unwrap()["date"].as_u64().unwrap()
    };
    emulator.pause(true);
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert_eq!(date(&emulator), 1000);
    emulator.advance(Duration::from_secs(7));
    assert_eq!(date(&emulator), 1007);
    emulator.pause(false);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(date(&emulator), 1010);
}

/// An emulator on a socket, and a client for its control API.
struct Face {
    emulator: Emulator,
    server: Server,
    client: reqwest::Client,
}

impl Face {
    async fn open() -> Self {
        let emulator = Emulator::new("1:TEST").starts_at(1000);
        let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
        Self { emulator, server, client: web::client() }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/control/{path}", self.server.url());
        let answer = self.client.post(url).body(body.to_string()).send().await.expect("an answer");
        serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON")
    }

    async fn get(&self, path: &str, accept: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.server.url());
        self.client.get(url).header("accept", accept).send().await.expect("an answer")
    }
}

#[tokio::test]
async fn everything_people_do_has_a_path() {
    let face = Face::open().await;
    let bot = bot(&face.emulator);
    bot.delete_webhook().await.unwrap();
    let mut shown = String::new();
    for (path, body) in [
        ("user", json!({"user_id": 1, "first_name": "Sara"})),
        ("message", json!({"chat_id": 1, "user_id": 1, "text": "hi"})),
        ("edited_message", json!({"chat_id": 1, "user_id": 1, "message_id": 1, "text": "ho"})),
        ("media", json!({"chat_id": 1, "user_id": 1, "kind": "photo", "base64": "QUI="})),
        ("media", json!({"chat_id": 1, "user_id": 1, "kind": "photo", "base64": "?"})),
        ("contact", json!({"chat_id": 1, "user_id": 1, "phone_number": "98"})),
        ("location", json!({"chat_id": 1, "user_id": 1, "latitude": 1.5, "longitude": 2.0})),
        ("web_app_data", json!({"chat_id": 1, "user_id": 1, "data": "x"})),
        ("callback", json!({"chat_id": 1, "user_id": 1, "message_id": 1, "data": "x"})),
        ("reply_button", json!({"chat_id": 1, "user_id": 1, "text": "none"})),
        ("chat", json!({"chat_id": 5, "chat_type": "group", "title": "G"})),
        ("member", json!({"chat_id": 5, "user_id": 1, "status": "member"})),
        ("join", json!({"chat_id": 5, "user_id": 2})),
        ("leave", json!({"chat_id": 5, "user_id": 2})),
        ("pay", json!({"chat_id": 1, "user_id": 1, "message_id": 1})),
        ("refuse_payment", json!({"pre_checkout_query_id": "3"})),
        ("fault", json!({"action": "rate_limit", "retry_after": 3, "times": 0})),
        ("fault", json!({"action": "explode"})),
        ("fault", json!({"action": "error", "code": 99})),
        ("clock", json!({"advance": 60, "paused": true})),
        ("clock", json!({"forward": 60})),
        ("crash", json!({})),
        ("faults/clear", json!({})),
        ("dance", json!({})),
    ] {
        let answer = face.post(path, body).await;
        let said = answer.get("result").unwrap_or(&answer["description"]);
        shown.push_str(&format!("{path}: {said}\n"));
    }
    expect![[r#"
        user: {}
        message: {"message_id":1,"update_id":0}
        edited_message: {"message_id":1,"update_id":1}
        media: {"message_id":2,"update_id":2}
        media: "body: base64: Invalid symbol 63, offset 0. at line 1 column 13"
        contact: {"message_id":3,"update_id":3}
        location: {"message_id":4,"update_id":4}
        web_app_data: {"message_id":5,"update_id":5}
        callback: {"callback_query_id":"2000000000","update_id":6}
        reply_button: "text: expected a button of the open keyboard of chat 1, found \"none\""
        chat: {}
        member: {}
        join: {"message_id":1,"update_id":7}
        leave: {"message_id":2,"update_id":8}
        pay: "message_id: expected an invoice, found message 1"
        refuse_payment: "pre_checkout_query_id: expected a payment that is pending, found \"3\""
        fault: {}
        fault: "action: expected rate_limit, error, html, html_after, drop_before, drop_after, hang, truncate or delay, found \"explode\""
        fault: "code: expected 200 to 599, found 99"
        clock: {}
        clock: "body: unknown field `forward`, expected `advance` or `paused` at line 1 column 10"
        crash: "the bot is another program: stop that one, and start it again"
        faults/clear: {}
        dance: "expected a path that GET / lists, found POST /control/dance"
    "#]]
    .assert_eq(&shown);
}

#[tokio::test]
async fn a_payment_that_is_too_slow_is_refused_by_the_server() {
    let face = Face::open().await;
    let bot = bot(&face.emulator);
    face.emulator.message(1, 1, "hi");
    let prices = [LabeledPrice::new("tea", 1)];
    let invoice = bot.send_invoice(1, "tea", "tea", "p", "WALLET-TEST", prices).await.unwrap();
    let pay = json!({"chat_id": 1, "user_id": 1, "message_id": invoice.message_id, "slow": true});
    let paid = face.post("pay", pay).await;
    let id = paid["result"]["pre_checkout_query_id"].as_str().expect("a query");
    let late = bot.answer_pre_checkout_query(id, true).await.unwrap_err();
    assert!(late.to_string().contains("query is too old"), "{late}");
}

/// Whoever looks later sees it too, and whoever looks now is told.
#[tokio::test(start_paused = true)]
async fn an_invoice_says_how_it_is_paid() {
    let emulator = Emulator::new("1:TEST").starts_at(1000);
    let bot = bot(&emulator);
    emulator.message(7, 7, "hi");
    let prices = [LabeledPrice::new("tea", 1)];
    bot.send_invoice(7, "tea", "tea", "p", "WALLET-TEST", prices).await.unwrap();
    let mut changes = emulator.changes();
    changes.next().await;
    let mut shown = String::new();
    let mut look = async |what: &str| {
        let told = timeout(Duration::from_secs(5), changes.next()).await.expect("it is told");
        let told = told.iter().find(|change| change["message"]["message_id"] == 2);
        let told = told.map_or(&Value::Null, |change| &change["message"]["payment"]);
        assert_eq!(*told, emulator.messages(7)[1]["payment"]);
        shown.push_str(&format!("{what}: {told}\n"));
    };
    for paying in ["refused by the user", "refused by the bot", "paid"] {
        let id = emulator.pay(7, 7, 2).unwrap().pre_checkout_query_id;
        look("asked").await;
        match paying {
            "paid" => drop(bot.answer_pre_checkout_query(id, true).await.unwrap()),
            "refused by the user" => emulator.refuse_payment(&id).unwrap(),
            _ => drop(
                bot.answer_pre_checkout_query(id, false).error_message("no tea").await.unwrap(),
            ),
        }
        look(paying).await;
    }
    expect![[r#"
        asked: {"pre_checkout_query_id":"3000000001","status":"pending","until":1010000,"user_id":7}
        refused by the user: {"pre_checkout_query_id":"3000000001","status":"rejected","until":1010000,"user_id":7}
        asked: {"pre_checkout_query_id":"3000000002","status":"pending","until":1010000,"user_id":7}
        refused by the bot: {"error_message":"no tea","pre_checkout_query_id":"3000000002","status":"rejected","until":1010000,"user_id":7}
        asked: {"pre_checkout_query_id":"3000000003","status":"pending","until":1010000,"user_id":7}
        paid: {"pre_checkout_query_id":"3000000003","status":"paid","until":1010000,"user_id":7}
    "#]].assert_eq(&shown);
}

#[tokio::test]
async fn what_was_sent_does_not_run_in_the_pages_name() {
    let face = Face::open().await;
    let evil = NewMedia::new(1, 1, MediaKind::Document, "<script>alert(1)</script>")
        .mime_type("text/html")
        .file_name("a.html");
    face.emulator.push_media(evil).unwrap();
    let id = face.emulator.messages(1)[0]["document"]["file_id"].as_str().unwrap().to_owned();
    for path in [format!("/control/file/{id}"), format!("/file/bot1:TEST/{id}")] {
        let answer = face.get(&path, "*/*").await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    }
    let page = face.get("/", "text/html,*/*").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert!(page.text().await.unwrap().starts_with("<!doctype html>"));
    let help = face.get("/", "*/*").await.text().await.unwrap();
    assert!(help.starts_with("Bale emulator"), "a terminal gets the help: {help}");
}

/// The stream ends with the server, which does not wait for its readers.
#[tokio::test]
async fn changes_are_pushed() {
    let face = Face::open().await;
    let mut stream = face.get("/control/events", "text/event-stream").await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut next = async || {
        let chunk = timeout(Duration::from_secs(10), stream.chunk()).await.expect("in time");
        let text = String::from_utf8(chunk.ok()??.to_vec()).expect("UTF-8");
        let data = text.strip_prefix("data: ").expect("an event").trim_end().to_owned();
        Some(serde_json::from_str::<Vec<Value>>(&data).expect("a list"))
    };
    assert_eq!(show(&next().await.unwrap()), "reset\ninfo []\nuser \"Emulated bot\"\n");
    face.emulator.message(7, 7, "hi");
    assert_eq!(
        show(&next().await.unwrap()),
        "user \"User 7\"\nchat 7\nupdate 0\nmessage 1 \"hi\"\n"
    );
    let closed = timeout(Duration::from_secs(4), face.server.shutdown());
    closed.await.expect("it does not wait").expect("it closes");
    assert_eq!(next().await, None);
}

#[tokio::test]
async fn several_bots_share_a_server() {
    let (one, two) = (Emulator::new("1:ONE"), Emulator::new("2:TWO"));
    let server = Server::of([one.clone(), two.clone()], "127.0.0.1:0").await.expect("a free port");
    let face = Face { emulator: one.clone(), server, client: web::client() };
    face.post("message?bot=2", json!({"chat_id": 7, "user_id": 7, "text": "hi"})).await;
    assert_eq!((one.messages(7).len(), two.messages(7).len()), (0, 1));
    for (token, id) in [("1:ONE", 1), ("2:TWO", 2)] {
        let me = face.get(&format!("/bot{token}/getMe"), "*/*").await.text().await.unwrap();
        assert!(me.contains(&format!("\"id\":{id},")), "{me}");
    }
    let unknown = face.post("reset?bot=3", json!({})).await;
    assert_eq!(unknown["description"], "bot: expected 1 or 2, found \"3\"");
    let twice = Server::of([one.clone(), one], "127.0.0.1:0").await.unwrap_err();
    assert_eq!(twice.to_string(), "expected bots with an id each, found 2 and 1 ids");
}
