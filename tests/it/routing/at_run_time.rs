//! The same bot without macros: handlers given as functions and closures.

use bale::{
    App, CallbackQuery, HandlerError, Message, Pass, Text, Update,
    extract::{Args, Reject},
};
use expect_test::expect;

use super::{Logs, met, talk};

async fn add(Args((a, b)): Args<(i64, i64)>) -> String {
    (a + b).to_string()
}

async fn echo(message: Message, Text(text): Text) -> bale::Result {
    message.answer(text).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn functions_and_closures_are_handlers() {
    let greeting = String::from("سلام");
    let app = App::new()
        .command("start", move || {
            let greeting = greeting.clone();
            async move { greeting }
        })
        .command("add {a} {b}", add)
        .command("both {x}", async |message: Message, Args((x,)): Args<(u8,)>| {
            format!("{x} in message {}", message.message_id)
        })
        .on_text("سفارش {n}", async |Args((n,)): Args<(u8,)>| format!("order {n}"))
        .on_text("pass", async || Pass)
        .on_message(echo);
    let transcript = talk(
        app,
        &[
            "/start",
            "/add ۱ 2",
            "/add 1",
            "/add 1 x",
            "/both 1",
            "سفارش ۷",
            "سفارش چای",
            "pass",
            "/help",
        ],
    )
    .await;
    expect![[r#"
        "/start"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"سلام"}
        "/add ۱ 2"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"3"}
        "/add 1"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"مقدار <b> نوشته نشده است.\nطرز استفاده:\n/add <a> <b>"}
        "/add 1 x"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"مقدار <b> نمی‌تواند «x» باشد: باید عدد صحیح باشد.\nطرز استفاده:\n/add <a> <b>"}
        "/both 1"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"1 in message 9"}
        "سفارش ۷"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"order 7"}
        "سفارش چای"
        sendMessage {"chat_id":1,"text":"سفارش چای"}
        "pass"
        sendMessage {"chat_id":1,"text":"pass"}
        "/help"
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"دستورها:\n/start\n/add <a> <b>\n/both <x>"}
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn every_kind_has_its_function() {
    let log = Logs::warnings();
    let app = App::new()
        .on_start(async |bot: bale::Bot| bot.send_message(1, "start").await.map(drop))
        .on_stop(async |bot: bale::Bot| bot.send_message(1, "stop").await.map(drop))
        .on_update(async |update: Update| {
            update.bot().send_message(1, update.kind.name()).await.map(drop)
        })
        .on_callback("n:{n}", async |Args((n,)): Args<(u8,)>| n.to_string())
        .on_any_callback(async |query: CallbackQuery| {
            query.answer("any").show_alert(true).await.map(drop)
        })
        .on_edited_message(async |Text(text): Text| text)
        .on_message(async |_: Message| Err::<(), _>("no luck"))
        .on_error(async |error: HandlerError| error.handler());
    let rig = met(app).await;
    let sent = rig.emulator.message(1, 1, "hi");
    let mut transcript = rig.transcript().await;
    for data in ["n:7", "n:x"] {
        rig.emulator.callback(1, 1, sent.message_id, data).expect("there is such a message");
        transcript.push_str(&rig.transcript().await);
    }
    rig.emulator.edited_message(1, 1, sent.message_id, "bye").expect("there is such a message");
    transcript.push_str(&rig.transcript().await);
    let emulator = rig.emulator.clone();
    rig.stop().await.expect("a clean stop");
    transcript.push_str(&crate::rig::transcript(&emulator));
    expect![[r#"
        sendMessage {"chat_id":1,"text":"start"}
        sendMessage {"chat_id":1,"text":"message"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"closure"}
        sendMessage {"chat_id":1,"text":"callback_query"}
        answerCallbackQuery {"callback_query_id":"2000000000","text":"7"}
        sendMessage {"chat_id":1,"text":"callback_query"}
        answerCallbackQuery {"callback_query_id":"2000000001","show_alert":true,"text":"any"}
        sendMessage {"chat_id":1,"text":"edited_message"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"bye"}
        sendMessage {"chat_id":1,"text":"stop"}
    "#]]
    .assert_eq(&transcript);
    assert_eq!(log.take(), "");
}

mod extractors {
    use std::borrow::Cow;

    use bale::{
        Context,
        extract::{Extract, FromUpdate, Reject},
    };

    /// The person, if they may.
    pub(super) struct Admin(pub(super) i64);

    impl<'u, K> FromUpdate<'u, K> for Admin {
        fn from_update(cx: &'u Context) -> Extract<'u, Self> {
            Extract::Later(Box::pin(async move {
                let text = cx.message().and_then(|message| message.text.as_deref());
                match text.unwrap_or("").split(' ').next_back() {
                    Some("stranger") => Err(Reject::NotMine("they are a stranger".into())),
                    Some("guest") => Err(Reject::Reply(Cow::Borrowed("اجازه ندارید"))),
                    Some("broken") => Err(Reject::Error("the database is away".into())),
                    _ => Ok(Self(cx.user().map_or(0, |user| user.id))),
                }
            }))
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_of_ones_own_decides() {
    use extractors::Admin;
    let app = App::new()
        .command("ban", async |Admin(id): Admin| format!("banned by {id}"))
        .command("may", async |admin: Option<Admin>| format!("{}", admin.is_some()))
        .command("why", async |admin: Result<Admin, Reject>| match admin {
            Ok(Admin(id)) => format!("{id} may"),
            Err(reject) => reject.to_string(),
        })
        .on_message(async |_: Message| "somebody else")
        .on_error(async |error: HandlerError| {
            error.to_string().split_once("failed").expect("it failed").1.to_owned()
        });
    let transcript = talk(
        app,
        &[
            "/ban x",
            "/ban stranger",
            "/ban guest",
            "/ban broken",
            "/may x",
            "/may stranger",
            "/may guest",
            "/may broken",
            "/why x",
            "/why stranger",
            "/why guest",
            "/why broken",
        ],
    )
    .await;
    expect![[r#"
        "/ban x"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"banned by 1"}
        "/ban stranger"
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"somebody else"}
        "/ban guest"
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"اجازه ندارید"}
        "/ban broken"
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":" on update 3: the database is away"}
        "/may x"
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"true"}
        "/may stranger"
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"false"}
        "/may guest"
        sendMessage {"chat_id":1,"reply_to_message_id":13,"text":"اجازه ندارید"}
        "/may broken"
        sendMessage {"chat_id":1,"reply_to_message_id":15,"text":" on update 7: the database is away"}
        "/why x"
        sendMessage {"chat_id":1,"reply_to_message_id":17,"text":"1 may"}
        "/why stranger"
        sendMessage {"chat_id":1,"reply_to_message_id":19,"text":"they are a stranger"}
        "/why guest"
        sendMessage {"chat_id":1,"reply_to_message_id":21,"text":"the user is told: اجازه ندارید"}
        "/why broken"
        sendMessage {"chat_id":1,"reply_to_message_id":23,"text":"the database is away"}
    "#]].assert_eq(&transcript);
}
