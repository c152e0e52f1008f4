//! Filters of the author's own: the bot that wants its users in a channel, and what else a function can say.

use bale::{
    App, User,
    app::on,
    emulator::{ChatType, Emulator, MemberStatus, NewMember},
    filter,
};
use expect_test::expect;

use crate::{logs::Logs, rig::Rig, routing::explain};

mod club {
    use bale::{Bot, Message, State, User, filter::Filter};

    pub(super) struct Channel(pub(super) i64);

    /// Whether the user is in the channel.
    #[bale::filter]
    async fn is_member(user: User, bot: Bot, State(channel): State<Channel>) -> bale::Result<bool> {
        match bot.get_chat_member(channel.0, user.id).await {
            Ok(member) => Ok(member.is_in_chat()),
            Err(error) if error.is_not_found() || error.is_bad_request() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    #[bale::filter]
    pub(super) fn is_stranger() -> Filter {
        is_member::filter().not()
    }

    mod checks {
        #[bale::filter]
        pub(super) fn is_short(bale::Text(text): bale::Text) -> bool {
            text.chars().count() < 6
        }
    }

    #[bale::command("gift", filter = is_member)]
    async fn gift() -> &'static str {
        "a gift"
    }

    #[bale::command("gift", filter = is_stranger)]
    async fn no_gift() -> &'static str {
        "join first"
    }

    #[bale::on_message(filter = checks::is_short, filter = is_member)]
    async fn short(message: Message) -> String {
        format!("short: {}", message.text.as_deref().unwrap_or_default())
    }

    #[bale::fallback]
    async fn lost() -> &'static str {
        "?"
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::club")).state(club::Channel(-7))
}

fn with_channel() -> Emulator {
    let emulator = Emulator::new("123456:TEST");
    emulator.add_chat(-7, ChatType::Channel).unwrap();
    emulator
}

#[tokio::test(start_paused = true)]
async fn members_of_a_channel_are_served() {
    let rig = Rig::against(with_channel(), app());
    let mut all = String::new();
    for text in ["/gift", "hello", "hello, all"] {
        all += &rig.ask(text).await;
    }
    rig.emulator.set_member(&NewMember::new(-7, 1, MemberStatus::Member)).unwrap();
    all += "joined\n";
    for text in ["/gift", "hello", "hello, all"] {
        all += &rig.ask(text).await;
    }
    expect![[r#"
        getChatMember {"chat_id":-7,"user_id":1} -> {"description":"no such group or user","error_code":404,"ok":false}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"join first"}
        getChatMember {"chat_id":-7,"user_id":1} -> {"description":"no such group or user","error_code":404,"ok":false}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"?"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"?"}
        joined
        getChatMember {"chat_id":-7,"user_id":1}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"a gift"}
        getChatMember {"chat_id":-7,"user_id":1}
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"short: hello"}
        sendMessage {"chat_id":1,"reply_to_message_id":11,"text":"?"}
    "#]].assert_eq(&all);
}

/// What it answers is what `explain` is about, so filters are asked there. The channel is unknown here.
#[tokio::test(start_paused = true)]
async fn explain_asks_filters() {
    let app = App::new()
        .on(on::message().filter(filter::of(async |user: User| user.id == 2)), async || "of 2")
        .on(
            on::message()
                .filter(filter::of(async |_: bale::CallbackQuery| true).or(filter::photo())),
            async || "never",
        )
        .on(on::message().filter(club::is_stranger::filter()), async || "of a stranger")
        .on(on::message().filter(filter::of(async || true).not()), async || "never")
        .on_message(async || "all");
    let message =
        r#""message":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"},"text":"x"}"#;
    expect![[r#"
        - `closure` (tests/it/filters/own.rs:102): filter `closure`: parameter `User`: nobody sent it
        - `closure` (tests/it/filters/own.rs:103): filter `closure or photo` refuses it
        + `closure` (tests/it/filters/own.rs:108): it runs
        - `closure` (tests/it/filters/own.rs:109): an earlier handler takes the update
        - `closure` (tests/it/filters/own.rs:110): an earlier handler takes the update
    "#]].assert_eq(&explain(app.state(club::Channel(-7)), message).await);
}

mod trouble {
    use bale::{HandlerError, Outcome, User};

    #[bale::filter]
    async fn fails(_: User) -> Result<bool, String> {
        Err("no luck".to_owned())
    }

    #[bale::filter]
    async fn panics() -> bool {
        panic!("a slip")
    }

    #[bale::filter]
    fn answers() -> Outcome {
        Outcome::Reply("answered by the filter".into())
    }

    #[bale::command(filter = fails)]
    async fn fail() {
        unreachable!("its filter fails")
    }

    #[bale::command("panic", filter = panics)]
    async fn panic() {
        unreachable!("its filter panics")
    }

    #[bale::command(filter = answers)]
    async fn answer() {
        unreachable!("its filter answers")
    }

    #[bale::on_update(filter = panics, priority = 1)]
    async fn watch() {
        unreachable!("its filter panics")
    }

    #[bale::on_error]
    async fn report(error: HandlerError) -> String {
        error.to_string()
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_fails_is_reported_and_one_may_answer() {
    let logs = Logs::warnings();
    let rig = Rig::start(App::collect_module(concat!(module_path!(), "::trouble")));
    let mut all = String::new();
    for text in ["/fail", "/panic", "/answer"] {
        all += &rig.ask(text).await;
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `watch` (tests/it/filters/own.rs:155) panicked on update 0: a slip"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `fail` (tests/it/filters/own.rs:140) failed on update 0: no luck"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"handler `watch` (tests/it/filters/own.rs:155) panicked on update 1: a slip"}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"handler `panic` (tests/it/filters/own.rs:145) panicked on update 1: a slip"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"handler `watch` (tests/it/filters/own.rs:155) panicked on update 2: a slip"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"answered by the filter"}
    "#]].assert_eq(&all);
    assert_eq!(logs.take(), "");
}

/// A filter that is certain to refuse spares the others their calls.
#[tokio::test(start_paused = true)]
async fn what_needs_no_call_is_asked_first() {
    let rig = Rig::against(
        with_channel(),
        App::new()
            .state(club::Channel(-7))
            .on(
                on::message().filter(club::is_stranger::filter().and(filter::photo())),
                async || "photo",
            )
            .on(
                on::message().filter(club::is_stranger::filter().or(filter::text())),
                async || "text",
            ),
    );
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"text"}
    "#]]
    .assert_eq(&rig.ask("x").await);
}
