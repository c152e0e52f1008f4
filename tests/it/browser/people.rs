//! What people do on the page, beside talking.

use std::time::Duration;

use bale::{
    emulator::{Emulator, NewMessage},
    types::{ChatAction, KeyboardButton, ReplyKeyboardMarkup},
};
use serde_json::{Value, json};

use super::{Folder, PICTURE, driver::browser_or_skip, is_clean};
use crate::rig::bot;

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const UP: &str = "\u{e013}";
const DOWN: &str = "\u{e015}";

/// A microphone that beeps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_message_is_recorded() {
    let browser = browser_or_skip!(
        "--use-fake-device-for-media-stream" "--use-fake-ui-for-media-stream"
    );
    let emulator = Emulator::new("1:TEST");
    emulator.name_person(7, "سارا");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    browser.look(1024, 768, false).await;
    browser.go(&server.url()).await;
    browser.click(".chat", "سارا").await;
    // One that was thrown away is not sent.
    browser.click(".composer-row [title='ضبط صدا']:not([hidden])", "").await;
    browser.reads(".recorder", "در حال ضبط").await;
    is_clean(&browser, "recording").await;
    browser.keys(ESCAPE).await;
    browser.wait("!document.querySelector('.recorder')").await;
    browser.click(".composer-row [title='ضبط صدا']:not([hidden])", "").await;
    browser.reads(".recorder-time", "۰:۰۱").await;
    browser.click(".recorder .send", "").await;
    browser.wait("document.querySelector('.bubble .player')").await;
    let messages = emulator.messages(7);
    assert_eq!(messages.len(), 1, "{messages:?}");
    let voice = &messages[0]["voice"];
    assert!(voice["duration"].as_i64().is_some_and(|seconds| seconds >= 1), "{voice}");
    assert!(voice["file_size"].as_i64().is_some_and(|bytes| bytes > 500), "{voice}");
    // It can be heard as well.
    browser.click(".player .round-button", "").await;
    browser.wait("document.querySelector('.player .icon-pause')").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyboard_reaches_everything() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    for (id, name) in [(7, "سارا"), (8, "Ali")] {
        emulator.push_message(NewMessage::new(id, id, "*سلام*").first_name(name)).expect("a text");
    }
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    browser.look(1024, 768, true).await;
    browser.go(&server.url()).await;
    // Without a microphone there is no button for it, and a preview has no markers.
    browser.reads(".chat-last", "سلام").await;
    let found = browser
        .run("return [...document.querySelectorAll('.chat-last')].map((one) => one.textContent)")
        .await;
    assert_eq!(found, json!(["سلام", "سلام"]));
    browser.run("document.querySelector('.chat').focus()").await;
    browser.keys(DOWN).await;
    browser.keys(ENTER).await;
    browser.wait("document.activeElement.matches('.input')").await;
    browser.reads(".pane-name", "Ali").await;
    browser.wait("document.querySelector('[title=\"ضبط صدا\"]').hidden").await;
    browser.keys(&format!("hi{ENTER}")).await;
    browser.reads(".bubble", "hi").await;

    browser.run("document.querySelector('.scroller').focus()").await;
    browser.keys(UP).await;
    browser.wait("document.activeElement.matches('.bubble') && document.activeElement.textContent.includes('hi')").await;
    browser.keys(UP).await;
    browser.wait("document.activeElement.textContent.includes('سلام')").await;
    browser.keys(ENTER).await;
    browser.reads(".inspector .about", "سلام").await;
    is_clean(&browser, "dark").await;
    browser.keys(ESCAPE).await;
    browser.wait("document.querySelector('.inspector').hidden").await;

    // A tool's window takes the keyboard, and gives it back.
    browser.run("document.querySelector('[data-hold=tools]').focus()").await;
    browser.keys(ENTER).await;
    browser.wait("document.querySelector('dialog').contains(document.activeElement)").await;
    browser.keys(ESCAPE).await;
    browser
        .wait(
            "!document.querySelector('dialog') && document.activeElement.dataset.hold === 'tools'",
        )
        .await;
    browser.run("document.querySelector('.language').focus()").await;
    browser.keys(ENTER).await;
    browser
        .wait(
            "document.documentElement.dir === 'ltr' && document.activeElement.matches('.language')",
        )
        .await;
    is_clean(&browser, "dark, English").await;

    // What the bot says is read out; what was there before is not.
    let bot = bot(&emulator);
    bot.send_message(8, "a *new* one").await.expect("it arrives");
    browser.reads("#says", "Emulated bot: a new one").await;
    bot.send_chat_action(8, ChatAction::Typing).await.expect("it arrives");
    browser.reads(".action.is-shown", "the bot is typing").await;
    // A chat that is not open counts.
    bot.send_message(7, "two").await.expect("it arrives");
    browser.reads(".chat .unread", "1").await;
    // After a reload the chat is open still, and nothing old is news.
    browser.reload().await;
    browser.reads(".bubble", "a new one").await;
    let news = browser
        .run("return document.querySelectorAll('#says p, .action.is-shown, .unread').length")
        .await;
    assert_eq!(news, 0);
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_come_into_a_group_and_go() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    emulator.name_person(7, "سارا");
    emulator.name_person(8, "Ali");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    browser.look(1600, 1000, false).await;
    browser.go(&server.url()).await;
    browser.click(".maker", "گروه تازه").await;
    browser.reads(".dialog .tick", "Ali").await;
    browser.click(".dialog .tick", "Ali").await;
    let title = browser.find(".dialog .field", "").await;
    browser.write(&title, &format!("چای{ENTER}")).await;
    browser.reads(".pane-name", "چای").await;
    browser.click(".pane-head [title='اعضا']", "").await;
    is_clean(&browser, "members").await;
    browser.click("[data-hold=join8]", "").await;
    browser.reads(".service", "Ali\u{2069} آمد").await;
    browser.click("[data-hold=leave8]", "").await;
    browser.reads(".service", "Ali\u{2069} رفت").await;
    browser.keys(ESCAPE).await;
    browser.write(&browser.find("textarea", "").await, &format!("کسی هست؟{ENTER}")).await;
    browser.reads(".chat-last", "سارا: کسی هست؟").await;
    // Beside it, another chat.
    browser.click("[title='گفتگوی دیگری در کنار این']", "").await;
    browser.wait("document.querySelectorAll('.pane').length === 2").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// Several files at once are one album, with one caption.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_pictures_are_an_album() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    emulator.name_person(7, "سارا");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    let folder = Folder::new("album");
    let paths = ["a.png", "b.png", "c.png", "d.pdf"].map(|name| folder.file(name, PICTURE));
    browser.look(390, 844, false).await;
    browser.go(&server.url()).await;
    browser.click(".chat", "سارا").await;
    browser.write(&browser.find("textarea", "").await, "سه عکس").await;
    let chosen = browser.find("input[type=file]", "").await;
    browser.write(&chosen, &paths.join("\n")).await;
    browser.wait("document.querySelectorAll('.is-own .album.of-3 img').length === 3").await;
    browser.reads(".is-own .text", "سه عکس").await;
    browser.reads(".card-title", "d.pdf").await;
    is_clean(&browser, "an album").await;
    let messages = emulator.messages(7);
    let groups: Vec<_> = messages.iter().map(|message| &message["media_group_id"]).collect();
    assert_eq!(groups.len(), 4);
    assert!(
        groups[0].is_string() && groups[0] == groups[1] && groups[1] == groups[2],
        "{groups:?}"
    );
    assert!(groups[3].is_null(), "{groups:?}");
    assert_eq!(messages[0]["caption"], "سه عکس");
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// A page of another origin, with signed data, that sends something back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mini_app_sends_data() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    emulator.name_person(7, "سارا");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    let page = format!(
        "<!doctype html><title>app</title><script src='{}/miniapp.js'></script>\
         <button onclick='Bale.WebApp.sendData(Bale.WebApp.initDataUnsafe.user.first_name)'>go</button>",
        server.url()
    );
    let app = axum::Router::new().fallback(async move || axum::response::Html(page));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it has one");
    let app = tokio::spawn(axum::serve(listener, app).into_future());
    let button = KeyboardButton::web_app("برنامک", format!("http://{address}/"));
    let keyboard = ReplyKeyboardMarkup::new().row([button]);
    emulator.message(7, 7, "/start");
    bot(&emulator).send_message(7, "بفرما").reply_markup(keyboard).await.expect("it arrives");

    browser.look(1600, 1000, false).await;
    browser.go(&server.url()).await;
    browser.click(".chat", "سارا").await;
    browser.click(".reply-keyboard .key", "برنامک").await;
    browser.enter(Some(".mini-app")).await;
    browser.click("button", "go").await;
    browser.enter(None).await;
    browser.reads(".service", "سارا").await;
    let data = emulator.messages(7).pop().expect("a message");
    assert_eq!(data["web_app_data"]["data"], "سارا");
    app.abort();
    let complaints = browser.complaints().await;
    let ours: Vec<_> = complaints.iter().filter(|line| !line.contains("favicon")).collect();
    assert!(ours.is_empty(), "{ours:?}");
}

/// The page notices, says so, loses nothing that was typed, and goes on when the server is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_server_comes_back() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    emulator.message(7, 7, "پیش از آن");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    let (url, address) = (server.url(), server.addr());
    browser.look(1024, 768, false).await;
    browser.go(&url).await;
    browser.click(".chat", "User 7").await;
    let [here, other] = browser.open_tab().await;
    server.shutdown().await.expect("it closes");
    browser.reads("#lost:not([hidden])", "قطع است").await;
    is_clean(&browser, "lost").await;
    browser.write(&browser.find("textarea", "").await, &format!("می‌ماند{ENTER}")).await;
    browser.reads(".toast", "فرستاده نشد").await;
    browser.wait("document.querySelector('textarea').value === 'می‌ماند'").await;

    emulator.message(7, 7, "در این میان");
    let _server = emulator.serve(address).await.expect("the same port");
    browser.reads(".bubble", "در این میان").await;
    browser.wait("document.getElementById('lost').hidden").await;
    browser.write(&browser.find("textarea", "").await, ENTER).await;
    browser.reads(".is-own .text", "می‌ماند").await;
    let count = browser.run("return document.querySelectorAll('.bubble').length").await;
    assert_eq!(count, 3, "nothing is doubled");

    // Another tab is as right as this one.
    browser.switch_to(&other).await;
    browser.go(&url).await;
    browser.click(".chat", "User 7").await;
    browser.write(&browser.find("textarea", "").await, &format!("از دو جا{ENTER}")).await;
    browser.reads(".is-own .text", "از دو جا").await;
    browser.switch_to(&here).await;
    browser.reads(".is-own .text", "از دو جا").await;
}

/// Each line that the inspector copies makes the call again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_copied_as_curl_works_when_pasted() {
    let browser = browser_or_skip!();
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        eprintln!("SKIPPED: no curl on this machine");
        return;
    }
    let emulator = Emulator::new("1:TEST");
    emulator.message(7, 7, "/start");
    let bot = bot(&emulator);
    let picture = || bale::types::InputFile::bytes("it's.png", PICTURE);
    bot.send_message(7, "it's \"quoted\"\n$HOME `x` @7").await.expect("sent");
    bot.send_photo(7, picture()).caption("@یک").await.expect("sent");
    let photos = [picture(), picture()].map(bale::types::InputMediaPhoto::new);
    bot.send_media_group(7, photos).await.expect("sent");
    bot.get_me().await.expect("told");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    browser.go(&server.url()).await;
    browser.wait("playground.store.calls.size === 4").await;
    let lines = browser
        .run_until_done(
            "import('/playground/curl.js').then(({ curl }) => done([...playground.store.calls.values()].map(curl)))",
        )
        .await;
    let before = emulator.messages(7);
    for line in lines.as_array().expect("lines") {
        let line = line.as_str().expect("a line");
        let run = tokio::process::Command::new("sh").args(["-c", line]).output();
        let run = tokio::time::timeout(Duration::from_secs(20), run).await.expect("in time");
        let answer = String::from_utf8(run.expect("a shell").stdout).expect("UTF-8");
        let answer: Value = serde_json::from_str(&answer).unwrap_or(Value::Null);
        assert_eq!(answer["ok"], true, "{line}\n{answer}");
    }
    let what = |messages: &[Value]| -> Vec<[Value; 3]> {
        let fields = |one: &Value| {
            [one["text"].clone(), one["caption"].clone(), one["photo"][0]["file_unique_id"].clone()]
        };
        messages.iter().map(fields).collect()
    };
    let after = emulator.messages(7).split_off(before.len());
    assert_eq!(what(&after), what(&before[1..]), "the same again");
}
