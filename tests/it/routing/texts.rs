//! Messages that are no command: by their text, their content, their chat.

use bale::{
    App, Message, Pass, Photo, Text, User,
    extract::Reject,
    types::{Contact, Location},
};
use expect_test::expect;

use super::{message, met, receive, talk};

mod exact {
    #[bale::on_message("کتاب‌های یک کودک")]
    fn books() -> &'static str {
        "books"
    }

    #[bale::on_message("Menu 12")]
    fn menu() -> &'static str {
        "menu"
    }
}

#[tokio::test(start_paused = true)]
async fn an_exact_text_is_compared_as_a_reader_does() {
    let app = App::collect_module(concat!(module_path!(), "::exact"));
    let transcript = talk(
        app,
        &[
            "کتاب‌های یک کودک",
            "كتاب‌هاي يك كودك",
            "کتابهای  یک\nکودک ",
            "کتـاب‌های یک کودک\u{200f}",
            "menu ۱۲",
            "MENU\t١٢",
            "menu 123",
            "کتاب",
            "",
            "\u{200c}",
        ],
    )
    .await;
    expect![[r#"
        "کتاب\u{200c}های یک کودک"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"books"}
        "كتاب\u{200c}هاي يك كودك"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"books"}
        "کتابهای  یک\nکودک "
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"books"}
        "کتـاب\u{200c}های یک کودک\u{200f}"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"books"}
        "menu ۱۲"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"menu"}
        "MENU\t١٢"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"menu"}
        "menu 123"
        "کتاب"
        ""
        "\u{200c}"
    "#]]
    .assert_eq(&transcript);
}

mod order {
    use bale::Text;

    #[bale::on_message]
    fn last(Text(text): Text) -> String {
        format!("catch-all: {text}")
    }

    #[bale::on_message("قیمت {what...}")]
    fn price(what: String) -> String {
        format!("pattern: {what}")
    }

    #[bale::on_message("قیمت {n}")]
    fn price_of(n: u32) -> String {
        format!("pattern with a number: {n}")
    }

    #[bale::on_message("قیمت دلار")]
    fn dollar() -> &'static str {
        "text"
    }

    #[bale::on_message("/dollar")]
    fn slash() -> &'static str {
        "text with a slash"
    }

    #[bale::on_message("/euro")]
    fn slash_again() -> &'static str {
        "text with a slash"
    }

    #[bale::command]
    fn dollar_command() -> &'static str {
        "command"
    }

    #[bale::command("dollar")]
    fn dollar_too() -> &'static str {
        "command"
    }
}

#[tokio::test(start_paused = true)]
async fn command_before_text_before_pattern_before_catch_all() {
    let app = App::collect_module(concat!(module_path!(), "::order"));
    let transcript =
        talk(app, &["/dollar", "/euro", "قيمت دلار", "قیمت ۱۲", "قیمت یک دلار", "قیمت", "دلار"]).await;
    expect![[r#"
        "/dollar"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"command"}
        "/euro"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"text with a slash"}
        "قيمت دلار"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"text"}
        "قیمت ۱۲"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"pattern with a number: 12"}
        "قیمت یک دلار"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"pattern: یک دلار"}
        "قیمت"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"catch-all: قیمت"}
        "دلار"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"catch-all: دلار"}
    "#]]
    .assert_eq(&transcript);
}

mod priorities {
    #[bale::on_message("{a} {b}", priority = 1)]
    fn first(a: String, b: u8) -> String {
        format!("{b} of {a}")
    }

    #[bale::on_message("x {b}")]
    fn second(b: String) -> String {
        format!("x and {b}")
    }

    #[bale::on_message("x y", priority = -1)]
    fn exact() -> &'static str {
        "texts come before patterns"
    }
}

#[tokio::test(start_paused = true)]
async fn a_priority_counts_among_its_like() {
    let app = App::collect_module(concat!(module_path!(), "::priorities"));
    expect![[r#"
        "x 1"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"1 of x"}
        "x z"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"x and z"}
        "x y"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"texts come before patterns"}
        "y y"
    "#]]
    .assert_eq(&talk(app, &["x 1", "x z", "x y", "y y"]).await);
}

mod captures {
    #[bale::on_message("سفارش {n} {what?}")]
    fn order(n: u32, what: Option<String>) -> String {
        format!("{n} of {what:?}")
    }

    #[bale::on_message("بفرست {words...}")]
    fn send(words: Vec<String>) -> String {
        format!("{words:?}")
    }
}

#[tokio::test(start_paused = true)]
async fn texts_have_captures_and_no_usage() {
    let app = App::collect_module(concat!(module_path!(), "::captures"));
    let transcript = talk(
        app,
        &[
            "سفارش ۲ «چای سبز»",
            "سفارش ۲",
            "سفارش چای",
            "سفارش",
            "سفارش ۱ ۲ ۳",
            "بفرست",
            "بفرست a «b c»",
        ],
    )
    .await;
    expect![[r#"
        "سفارش ۲ «چای سبز»"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"2 of Some(\"چای سبز\")"}
        "سفارش ۲"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"2 of None"}
        "سفارش چای"
        "سفارش"
        "سفارش ۱ ۲ ۳"
        "بفرست"
        sendMessage {"chat_id":1,"reply_to_message_id":8,"text":"[]"}
        "بفرست a «b c»"
        sendMessage {"chat_id":1,"reply_to_message_id":10,"text":"[\"a\", \"b c\"]"}
    "#]]
    .assert_eq(&transcript);
}

mod passing_on {
    use bale::{Outcome, Pass, Text};

    #[bale::on_message(priority = 2)]
    async fn watch(Text(text): Text) -> Pass {
        assert_ne!(text, "panic");
        Pass
    }

    #[bale::on_message(priority = 1)]
    async fn picky(Text(text): Text) -> Result<Outcome, std::num::ParseIntError> {
        if text == "pass" {
            return Ok(Outcome::Pass(bale::handler::Why::Returned));
        }
        let n: i64 = text.parse()?;
        Ok(Outcome::Reply(format!("number {n}").into()))
    }

    #[bale::on_message]
    async fn rest(Text(text): Text) -> Option<String> {
        (text != "quiet").then_some(text)
    }

    #[bale::on_message("quiet", priority = -1)]
    async fn quiet() -> Option<&'static str> {
        None
    }

    #[bale::on_error]
    async fn report(error: bale::HandlerError) -> String {
        error.to_string()
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_answer_pass_and_fail() {
    let app = App::collect_module(concat!(module_path!(), "::passing_on"));
    let transcript = talk(app, &["12", "pass", "quiet", "x", "panic"]).await;
    expect![[r#"
        "12"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"number 12"}
        "pass"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"pass"}
        "quiet"
        "x"
        sendMessage {"chat_id":1,"reply_to_message_id":6,"text":"handler `picky` (tests/it/routing/texts.rs:217) failed on update 3: invalid digit found in string"}
        "panic"
        sendMessage {"chat_id":1,"reply_to_message_id":8,"text":"handler `watch` (tests/it/routing/texts.rs:211) panicked on update 4: assertion `left != right` failed\n  left: \"panic\"\n right: \"panic\""}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn parameters_are_filters() {
    let app = App::new()
        .on_message(async |Text(text): Text, photo: Option<Photo>| {
            format!("text {text}, photo {}", photo.is_some())
        })
        .on_message(async |photo: Photo| format!("photo in {} sizes", photo.sizes().len()))
        .on_message(async |contact: Contact| format!("contact {}", contact.phone_number))
        .on_message(async |location: Location, user: User| {
            format!("{} is at {}", user.first_name, location.latitude)
        })
        .on_message(async |text: Result<Text, Reject>, message: Message| {
            format!("{} {}", message.message_id, text.expect_err("texts went elsewhere"))
        });
    let rig = met(app).await;
    let mut transcript = String::new();
    for (id, content) in [
        r#""text":"hello""#,
        r#""photo":[{"file_id":"a","file_unique_id":"a","width":1,"height":1},{"file_id":"b","file_unique_id":"b","width":2,"height":2}],"caption":"/start""#,
        r#""contact":{"phone_number":"0912","first_name":"B"}"#,
        r#""location":{"latitude":35.5,"longitude":51.5}"#,
        r#""sticker":{"file_id":"a","file_unique_id":"a","width":1,"height":1}"#,
        "",
    ]
    .into_iter()
    .enumerate()
    {
        let id = i64::try_from(id).expect("a small number");
        transcript.push_str(&receive(&rig, 100 + id, &message(content)).await);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"text hello, photo false"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"photo in 2 sizes"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"contact 0912"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"A is at 35.5"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"1 the message has no text"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"1 the message has no text"}
    "#]]
    .assert_eq(&transcript);
}

mod borrowed {
    use bale::{Bot, Chat, Context, Message, Update, User};

    #[bale::on_message]
    async fn all(
        message: &Message,
        update: &Update,
        bot: &Bot,
        chat: Chat,
        user: Option<User>,
        cx: &Context,
    ) -> String {
        let _: &Bot = bot;
        format!(
            "update {}, message {}, chat {}, user {:?}, {:?}",
            update.update_id,
            message.message_id,
            chat.id,
            user.map(|user| user.id),
            cx.message().map(|message| message.text.as_deref()),
        )
    }
}

#[tokio::test(start_paused = true)]
async fn parameters_may_be_borrowed() {
    let app = App::collect_module(concat!(module_path!(), "::borrowed"));
    let rig = met(app).await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"update 5, message 1, chat 1, user Some(1), Some(Some(\"x\"))"}
    "#]].assert_eq(&receive(&rig, 5, &message(r#""text":"x""#)).await);
}

mod kinds_of_chats {
    use bale::Update;

    #[bale::command("where", chat = private)]
    fn private() -> &'static str {
        "private"
    }

    #[bale::command("where", chat = group | channel)]
    fn elsewhere() -> &'static str {
        "a group or a channel"
    }

    #[bale::on_message(chat = group)]
    fn group() -> &'static str {
        "any text of a group"
    }

    #[bale::on_message("سلام", chat = private)]
    fn hello() -> &'static str {
        "علیک"
    }

    #[bale::on_edited_message(chat = group)]
    fn edited() -> &'static str {
        "I saw that"
    }

    #[bale::on_update(chat = channel)]
    async fn channels(update: Update) -> bale::Result {
        update.bot().send_message(1, "seen in a channel").await?;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_are_for_kinds_of_chats() {
    let rig = met(App::collect_module(concat!(module_path!(), "::kinds_of_chats"))).await;
    let mut transcript = String::new();
    for (chat, text) in [(1, "/where"), (10, "/where"), (1, "سلام"), (10, "سلام"), (1, "x")]
    {
        let sent = rig.emulator.message(chat, 1, text);
        transcript.push_str(&format!("{text} in {chat}\n{}", rig.transcript().await));
        rig.emulator.edited_message(chat, 1, sent.message_id, "edited").expect("it was written");
        transcript.push_str(&format!("edited in {chat}\n{}", rig.transcript().await));
    }
    let post = r#""channel_post":{"message_id":1,"date":0,"chat":{"id":9,"type":"channel","title":"C"},"text":"/where"}"#;
    transcript.push_str(&format!("a post\n{}", receive(&rig, 100, post).await));
    expect![[r#"
        /where in 1
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"private"}
        edited in 1
        /where in 10
        sendMessage {"chat_id":10,"reply_to_message_id":1,"text":"a group or a channel"}
        edited in 10
        sendMessage {"chat_id":10,"reply_to_message_id":1,"text":"I saw that"}
        سلام in 1
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"علیک"}
        edited in 1
        سلام in 10
        sendMessage {"chat_id":10,"reply_to_message_id":4,"text":"any text of a group"}
        edited in 10
        sendMessage {"chat_id":10,"reply_to_message_id":4,"text":"I saw that"}
        x in 1
        edited in 1
        a post
        sendMessage {"chat_id":1,"text":"seen in a channel"}
        sendMessage {"chat_id":9,"reply_to_message_id":1,"text":"a group or a channel"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn edited_messages_have_their_own_handlers() {
    let app = App::new()
        .command("start", async || "start")
        .on_message(async |Text(text): Text| format!("new: {text}"))
        .on_edited_message(async |message: Message, Text(text): Text| {
            if text == "pass" {
                return Err(format!("edited {}", message.message_id));
            }
            Ok(format!("edited: {text}"))
        })
        .on_error(async |error: bale::HandlerError| {
            assert!(error.downcast_ref::<bale::Error>().is_none());
            error.to_string().split_once("failed").expect("it failed").1.to_owned()
        });
    let rig = met(app).await;
    let sent = rig.emulator.message(1, 1, "first");
    let mut transcript = rig.transcript().await;
    for text in ["/start", "pass"] {
        rig.emulator.edited_message(1, 1, sent.message_id, text).expect("it was written");
        transcript.push_str(&rig.transcript().await);
    }
    let post = r#""edited_channel_post":{"message_id":1,"date":0,"chat":{"id":9,"type":"channel"},"text":"post"}"#;
    transcript.push_str(&receive(&rig, 100, post).await);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"new: first"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"edited: /start"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":" on update 2: edited 2"}
        sendMessage {"chat_id":9,"reply_to_message_id":1,"text":"edited: post"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn channel_posts_are_messages_without_a_sender() {
    let app = App::new()
        .command("start", async || "start")
        .on_message(async |user: User| format!("from {}", user.id))
        .on_message(async |user: Option<User>| format!("nobody: {}", user.is_none()));
    let rig = met(app).await;
    let mut transcript = String::new();
    for (id, text) in [(100, "/start"), (101, "post")] {
        let post = format!(
            r#""channel_post":{{"message_id":1,"date":0,"chat":{{"id":9,"type":"channel"}},"text":"{text}"}}"#
        );
        transcript.push_str(&receive(&rig, id, &post).await);
    }
    expect![[r#"
        sendMessage {"chat_id":9,"reply_to_message_id":1,"text":"start"}
        sendMessage {"chat_id":9,"reply_to_message_id":1,"text":"nobody: true"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_wants_is_left_alone() {
    let app = App::new().on_text("x", async || "x").on_message(async |_: Message| Pass);
    let rig = met(app).await;
    let mut transcript = rig.ask("y").await;
    transcript.push_str(&rig.ask("").await);
    transcript.push_str(&rig.ask("x").await);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"x"}
    "#]]
    .assert_eq(&transcript);
}
