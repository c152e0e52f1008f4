//! The playground, in a real browser. Without Chromium on this machine these tests say so and pass; `.ci/run`
//! installs it, and makes a missing one a failure.

use std::{
    io::{BufRead, BufReader},
    time::Instant,
};

use bale::{
    emulator::{Emulator, NewMessage},
    types::{InlineKeyboardButton, InlineKeyboardMarkup},
};

use self::driver::{Browser, browser_or_skip};
use crate::process::{Running, example};

mod driver;
mod people;

/// A picture of one pixel.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 4, 0, 0, 0, 0xb5, 0x1c, 0x0c, 0x02, 0, 0, 0, 0x0b, b'I', b'D', b'A', b'T',
    0x78, 0xda, 0x63, 0x64, 0xf8, 0x0f, 0, 0x01, 0x05, 0x01, 0x01, 0x27, 0x18, 0xe3, 0x66, 0, 0, 0,
    0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// Runs the example, and gives the address that it prints, and how long that took.
fn playground(package: &str, name: &str) -> (Running, String) {
    let mut command = std::process::Command::new(example(package, name));
    let began = Instant::now();
    let mut bot = Running::start(&mut command);
    let mut lines = BufReader::new(bot.stdout()).lines();
    let url =
        lines.find_map(|line| Some(line.ok()?.split_once("talk to it:")?.1.trim().to_owned()));
    eprintln!("the address stood there after {:?}", began.elapsed());
    (bot, url.expect("it prints an address"))
}

/// A folder for files that are chosen on the page.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("bale-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for files");
        Self(folder)
    }

    /// Writes a file, and gives its path.
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("room for a few bytes");
        path.to_str().expect("UTF-8").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Another test's failure says more than a folder that stays.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn is_clean(browser: &Browser, what: &str) {
    let found = browser.inaccessible().await;
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_talks_to_a_bot_and_sees_what_happened() {
    let browser = browser_or_skip!();
    let (_bot, url) = playground("bale-examples", "playground");
    browser.look(1600, 1000, false).await;
    browser.go(&url).await;
    is_clean(&browser, "nothing yet").await;

    browser.click(".hero .button", "شروع").await;
    browser.reads(".bubble", "یک عکس بفرستید").await;
    let input = browser.find("textarea", "").await;
    browser.write(&input, "درباره\u{e007}").await;
    browser.reads(".bubble .text em", "چای").await;

    browser.click(".reply-keyboard .key", "سفارش").await;
    browser.click(".inline-keyboard .key", "دو چای").await;
    browser.reads(".toast", "2 چای در راه است.").await;
    browser.reads(".invoice-total", "۱۰۰٬۰۰۰").await;
    browser.click(".invoice-acts .is-main", "پرداخت").await;
    browser.reads(".bubble", "پرداخت شد. نوش جان!").await;
    browser.reads(".invoice-state.is-paid", "پرداخت شد").await;
    browser.reads(".service", "۱۰۰٬۰۰۰").await;
    // What is paid is paid, whoever looks and when.
    browser.reload().await;
    browser.reads(".invoice-state.is-paid", "پرداخت شد").await;
    assert_eq!(browser.run("return document.querySelectorAll('.invoice-acts').length").await, 0);

    let folder = Folder::new("picture");
    let file = browser.find("input[type=file]", "").await;
    browser.write(&file, &folder.file("picture.png", PICTURE)).await;
    browser.reads(".bubble", "چه عکس قشنگی!").await;
    browser.wait("document.querySelector('.is-own img.photo').naturalWidth === 1").await;

    inspects(&browser).await;
    saves(&browser).await;
    for (width, height) in [(1600, 1000), (1024, 768), (390, 844)] {
        for dark in [false, true] {
            browser.look(width, height, dark).await;
            is_clean(&browser, &format!("{width} pixels, dark: {dark}")).await;
        }
    }
    browser.look(1600, 1000, false).await;

    // The crash ends handlers and loses nothing; the bot starts again by itself.
    browser.click(".people .icon-button", "").await;
    is_clean(&browser, "tools").await;
    browser.click(".dialog .button.is-danger", "سقوط").await;
    browser.reads(".toast", "سقوط کرد").await;
    browser.write(&browser.find("textarea", "").await, "درباره\u{e007}").await;
    browser.wait("document.querySelectorAll('.bubble .text em').length === 2").await;

    keeps(&browser).await;

    // In English it reads from left to right.
    browser.click(".language", "EN").await;
    browser.wait("document.documentElement.dir === 'ltr'").await;
    browser.reads(".pane-name p", "Private chat").await;
    is_clean(&browser, "English").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

async fn inspects(browser: &Browser) {
    browser.click(".bubble .text", "بریزم").await;
    browser.reads(".handler-name", "order").await;
    browser.reads(".handler .source", "examples/playground.rs:").await;
    browser.click(".inspector summary", "چرا دیگران نه؟").await;
    browser.reads(".verdicts li", "start").await;
    browser.reads(".verdicts li", "it runs on command /start").await;
    // The press on this very message is there as well, with what its pattern took.
    browser.reads(".captures", "glasses2").await;
    browser.reads(".inspector .call-name", "sendInvoice").await;
    browser.click(".inspector .call summary", "sendMessage").await;
    browser.reads(".inspector .json", "reply_markup").await;
    browser.click(".inspector .button", "curl").await;
    browser.reads(".toast", "کپی شد").await;
    browser.click(".tab", "همهٔ فراخوانی‌ها").await;
    browser.reads(".inspector .call-name", "answerPreCheckoutQuery").await;
    is_clean(browser, "inspector").await;
}

/// A conversation's state, before and after; a window that the bot opened; an album.
async fn keeps(browser: &Browser) {
    let input = browser.find("textarea", "").await;
    browser.write(&input, "/regular\u{e007}").await;
    browser.reads(".bubble", "نام شما؟").await;
    browser.write(&input, "Sara\u{e007}").await;
    browser.reads(".bubble", "چند قند؟").await;
    browser.click(".is-own .text", "Sara").await;
    browser.reads(".states .json", "Name").await;
    browser.reads(".states .json", "\"Sugar\"").await;
    browser.write(&input, "/text\u{e007}").await;
    browser.click(".key", "هشدار").await;
    browser.click(".dialog .button", "باشد").await;
    // In a line from right to left, a number's groups and a command's stroke stay where they are.
    let order = browser
        .run(
            "const left = (text) => { const one = [...document.querySelectorAll('.text bdi, .text .command')] \
             .find((it) => it.textContent.includes(text)); const range = document.createRange(); \
             const node = one.firstChild; const at = (index) => { range.setStart(node, index); range.setEnd(node, index + 1); \
             return range.getBoundingClientRect().left; }; return at(0) < at(node.length - 1); }; \
             return [left('+98 21'), left('/start'), left('@tea_shop')];",
        )
        .await;
    assert_eq!(order, serde_json::json!([true, true, true]));
    browser.write(&input, "/album\u{e007}").await;
    browser.wait("document.querySelectorAll('.album.of-3 img').length === 3").await;
}

async fn saves(browser: &Browser) {
    browser.click(".people .icon-button", "").await;
    browser.click("[data-act=save-as-test]", "").await;
    for line in [
        "let sara = bot.user(\"سارا\");",
        "sara.tap(\"سفارش\").await;",
        "sara.press(\"دو چای\").await;",
        "sara.expect_toast(\"2 چای در راه است.\").await;",
        "sara.pay().await;",
        "sara.expect_text(\"چه عکس قشنگی!\").await;",
    ] {
        browser.reads(".dialog pre", line).await;
    }
    is_clean(browser, "save as test").await;
    browser.click(".dialog .icon-button", "").await;
    browser.wait("!document.querySelector('dialog')").await;
}

/// What a mini app checks, for a known key. Computed with Python's `hmac`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn init_data_is_signed() {
    let browser = browser_or_skip!();
    let server = Emulator::new("1:TEST").serve("127.0.0.1:0").await.expect("a free port");
    browser.go(&server.url()).await;
    let signed = browser
        .run_until_done(
            "import('/playground/miniapp.js').then((app) => \
             app.initData('123456:TEST', { id: 1, first_name: 'سارا' }, 1700000000)).then(done);",
        )
        .await;
    let signed = signed.as_str().expect("a query");
    let hash = "1a2ad1395e6e019e77db593f01a2a2da872e0caf462e11f78137cbcd1ed73c41";
    assert!(signed.ends_with(&format!("&hash={hash}")), "{signed}");
}

/// Ten thousand messages cost the page no more than the few that are seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_chat_scrolls() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    for number in 0..10_000 {
        let text = format!("پیام {number} {}", "و چند واژهٔ دیگر ".repeat(number % 7));
        emulator.push_message(NewMessage::new(7, 7, text)).expect("a message");
    }
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    browser.look(1024, 768, false).await;
    browser.go(&server.url()).await;
    browser.wait("playground.store.in(7).length === 10000").await;
    browser.click(".chat", "User 7").await;
    browser.reads(".bubble", "پیام 9999").await;
    let seen = browser
        .run_until_done(
            "const scroller = document.querySelector('.scroller'); \
             const times = []; let last = performance.now(); let rows = 0; \
             const step = (now) => { times.push(now - last); last = now; \
               rows = Math.max(rows, document.querySelectorAll('.row').length); \
               scroller.scrollTop -= 220; \
               if (times.length < 150) requestAnimationFrame(step); \
               else { times.sort((one, other) => one - other); \
                 done({ median: times[75], p95: times[142], longest: times[149], rows, top: scroller.scrollTop }); } }; \
             requestAnimationFrame(step);",
        )
        .await;
    // Times are told and not judged: a busy machine is no mistake of the page. How many rows are drawn at once is.
    eprintln!("150 frames of a chat with 10,000 messages, in ms: {seen}");
    assert!(seen["rows"].as_u64().is_some_and(|rows| (5..150).contains(&rows)), "{seen}");
    // And it arrives where a reader wants to go.
    browser.run("document.querySelector('.scroller').scrollTop = 0").await;
    browser.reads(".bubble", "پیام 0").await;
    browser.click(".to-end", "").await;
    browser.reads(".bubble", "پیام 9999").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// What bots and people write is text, whatever it looks like.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_written_runs() {
    let browser = browser_or_skip!();
    let emulator = Emulator::new("1:TEST");
    let evil = "<img src=x onerror=\"document.title='bad'\"> [press](javascript:alert(1)) *<b>bold</b>* end";
    let named = NewMessage::new(7, 7, evil).first_name("<script>document.title='bad'</script>");
    emulator.push_message(named).expect("a message");
    let bot = crate::rig::bot(&emulator);
    let button = InlineKeyboardButton::url("<i>go</i>", "javascript:alert(1)");
    let keyboard = InlineKeyboardMarkup::new().row([button]);
    bot.send_message(7, evil).reply_markup(keyboard).await.expect("the server takes it");
    let server = emulator.serve("127.0.0.1:0").await.expect("a free port");
    browser.look(1600, 1000, false).await;
    browser.go(&server.url()).await;
    browser.click(".chat", "<script>").await;
    browser.reads(".bubble .text", "<img src=x onerror=").await;
    browser.reads(".bubble strong", "<b>bold</b>").await;
    browser.reads(".key", "<i>go</i>").await;
    let found = browser
        .run(
            "return [document.title, document.querySelectorAll('.bubble img, .bubble b, .bubble i').length, \
             [...document.querySelectorAll('a[href]')].filter((a) => !/^(http|blob)/.test(a.href)).length];",
        )
        .await;
    assert_eq!(found, serde_json::json!(["زمین بازی بله", 0, 0]));
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// The bots of one program are all there; each has people, handlers and a page of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_bots_of_one_program_are_two_in_the_playground() {
    let browser = browser_or_skip!();
    let (_bots, url) = playground("bale-tests", "two_bots");
    browser.look(1600, 1000, false).await;
    browser.go(&url).await;
    browser.click(".hero .button", "شروع").await;
    browser.reads(".people select option", "support").await;
    browser.write(&browser.find("textarea", "").await, "/price\u{e007}").await;
    browser.reads(".bubble", "50,000").await;
    browser
        .run(
            "const chosen = document.querySelector('.people select'); chosen.selectedIndex = 1; \
        chosen.dispatchEvent(new Event('change'))",
        )
        .await;
    browser.wait("location.search === '?bot=123457' && globalThis.playground?.store.info.bot.id === 123457").await;
    browser.click(".hero .button", "شروع").await;
    browser.write(&browser.find("textarea", "").await, "/ticket\u{e007}").await;
    browser.reads(".bubble", "noted").await;
    browser.click(".bubble .text", "noted").await;
    browser.reads(".handler .source", "examples/two_bots.rs:").await;
    is_clean(&browser, "two bots").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}
