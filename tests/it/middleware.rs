//! What runs around the handlers, groups of them, and several bots in one program.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use bale::{
    App, Bot, CallbackQuery, Context, Local, Message, Next, Outcome, Pass, Result, State, User,
    app::RunError,
    emulator::{Emulator, Fault, FaultAction},
    extract::Caused,
};
use expect_test::expect;
use tokio::time::timeout;

use crate::rig::{self, Rig};

mod nested;

/// What ran, in order.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<String>>>);

impl Steps {
    fn add(&self, step: impl Into<String>) {
        self.0.lock().unwrap().push(step.into());
    }

    fn taken(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(", ")
    }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Reply(text) => format!("reply {text}"),
        Outcome::Failed(error) => format!("failed: {error}"),
        Outcome::Pass(why) => format!("pass: {why}"),
        Outcome::Step(step) => format!("{step:?}"),
        Outcome::Usage(_) => "usage".to_owned(),
    }
}

/// Two middlewares around a few handlers.
mod around {
    use super::*;

    #[derive(Debug)]
    pub(super) struct Broke;

    impl fmt::Display for Broke {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("broke")
        }
    }

    impl std::error::Error for Broke {}

    struct Visitor(String);

    #[bale::middleware]
    async fn inner(cx: &Context, steps: State<Steps>, next: Next<'_>) -> Outcome {
        if let Some(user) = cx.user() {
            cx.insert(Visitor(format!("visitor {}", user.id)));
        }
        steps.add("inner");
        let outcome = next.run().await;
        steps.add(format!("inner saw {}", shown(&outcome)));
        outcome
    }

    #[bale::middleware(priority = 1)]
    async fn outer(steps: State<Steps>, next: Next<'_>) -> Result<Outcome> {
        steps.add("outer");
        let outcome = next.run().await;
        steps.add("outer again");
        Ok(outcome)
    }

    /// Left out for everything but button presses.
    #[bale::middleware(priority = 2)]
    async fn presses(query: CallbackQuery, steps: State<Steps>, next: Next<'_>) -> Outcome {
        steps.add(format!("press {}", query.data.as_deref().unwrap_or("")));
        next.run().await
    }

    #[bale::on_update]
    async fn observer(steps: State<Steps>) {
        steps.add("observer");
    }

    #[bale::command]
    async fn who(visitor: Local<Visitor>, steps: State<Steps>) -> String {
        steps.add("who");
        visitor.0.clone()
    }

    #[bale::command("add {a} {b}")]
    async fn add(a: u32, b: u32) -> String {
        (a + b).to_string()
    }

    #[bale::command]
    async fn fail() -> Result<(), Broke> {
        Err(Broke)
    }

    #[bale::command]
    async fn panics() {
        panic!("no");
    }

    #[bale::on_callback("go")]
    async fn go() -> &'static str {
        "gone"
    }

    #[bale::on_error]
    async fn any(error: bale::HandlerError) -> String {
        format!("any: {error}")
    }

    #[bale::on_error]
    async fn broke(error: Caused<Broke>) -> String {
        format!("{} of {}", *error, error.handler_error().handler())
    }
}

fn around() -> (Rig, Steps) {
    let steps = Steps::default();
    let module = concat!(module_path!(), "::around");
    (Rig::start(App::collect_module(module).state(steps.clone())), steps)
}

#[tokio::test(start_paused = true)]
async fn middlewares_run_around_the_handler_once_an_update() {
    let (rig, steps) = around();
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"visitor 1"}
    "#]]
    .assert_eq(&rig.ask("/who").await);
    expect!["observer, outer, inner, who, inner saw reply visitor 1, outer again"]
        .assert_eq(&steps.taken());
}

#[tokio::test(start_paused = true)]
async fn a_middleware_sees_updates_that_nobody_takes() {
    let (rig, steps) = around();
    assert_eq!(rig.ask("hello").await, "");
    expect!["observer, outer, inner, inner saw pass: no handler takes the update, outer again"]
        .assert_eq(&steps.taken());
}

#[tokio::test(start_paused = true)]
async fn a_middleware_sees_usage_and_failures_before_they_are_told() {
    let (rig, steps) = around();
    let mut transcript = String::new();
    for text in ["/add 1", "/add 1 2", "/fail", "/panics"] {
        transcript += &rig.ask(text).await;
        transcript += &steps.taken();
        transcript.push('\n');
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"مقدار <b> نوشته نشده است.\nطرز استفاده:\n/add <a> <b>"}
        observer, outer, inner, inner saw reply مقدار <b> نوشته نشده است.
        طرز استفاده:
        /add <a> <b>, outer again
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"3"}
        observer, outer, inner, inner saw reply 3, outer again
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"broke of fail"}
        observer, outer, inner, inner saw failed: handler `fail` (tests/it/middleware.rs:106) failed on update 2: broke, outer again
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"any: handler `panics` (tests/it/middleware.rs:111) panicked on update 3: no"}
        observer, outer, inner, inner saw failed: handler `panics` (tests/it/middleware.rs:111) panicked on update 3: no, outer again
    "#]].assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_middleware_whose_parameters_an_update_lacks_is_left_out() {
    let (rig, steps) = around();
    rig.ask("/who").await;
    steps.taken();
    rig.emulator.callback(1, 1, 2, "go").unwrap();
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000000","text":"gone"}
    "#]]
    .assert_eq(&rig.transcript().await);
    expect!["observer, press go, outer, inner, inner saw reply gone, outer again"]
        .assert_eq(&steps.taken());
}

/// A group that only person 1 may use.
mod admin {
    use super::*;

    #[bale::middleware(group = "admin")]
    async fn only_the_first(user: User, next: Next<'_>) -> Outcome {
        match user.id {
            1 => next.run().await,
            2 => Outcome::Reply("not you".into()),
            _ => Pass.into(),
        }
    }

    #[bale::command(group = "admin")]
    async fn ban() -> &'static str {
        "banned"
    }

    /// For those who are no admins; without the middleware both would be the same command.
    #[bale::command("ban", priority = -1)]
    async fn beg() -> &'static str {
        "ask an admin"
    }

    #[bale::command]
    async fn start() -> &'static str {
        "hi"
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_has_its_own_middleware() {
    let rig = Rig::start(admins());
    let mut transcript = String::new();
    for user in 1..=3 {
        rig.emulator.message(user, user, "/ban");
        transcript += &rig.transcript().await;
    }
    rig.emulator.message(2, 2, "/start");
    transcript += &rig.transcript().await;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"banned"}
        sendMessage {"chat_id":2,"reply_to_message_id":1,"text":"not you"}
        sendMessage {"chat_id":3,"reply_to_message_id":1,"text":"ask an admin"}
        sendMessage {"chat_id":2,"reply_to_message_id":3,"text":"hi"}
    "#]]
    .assert_eq(&transcript);
}

#[tokio::test(start_paused = true)]
async fn a_middleware_can_keep_updates_to_itself() {
    async fn closed(message: Message, _next: Next<'static>) -> Result<Outcome> {
        message.answer("closed").await?;
        Ok(Outcome::Done)
    }
    let rig = Rig::start(App::new().middleware(closed).on_message(async || "open"));
    expect![[r#"
        sendMessage {"chat_id":1,"text":"closed"}
    "#]]
    .assert_eq(&rig.ask("hello").await);
}

#[tokio::test(start_paused = true)]
async fn a_middleware_can_make_an_answer_of_a_failure() {
    async fn calm(next: Next<'static>) -> Outcome {
        match next.run().await {
            Outcome::Failed(error) => Outcome::Reply(format!("sorry: {error}").into()),
            outcome => outcome,
        }
    }
    let failing = async || Err::<(), _>("it broke");
    let rig = Rig::start(App::new().middleware(calm).on_message(failing));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"sorry: handler `closure` (tests/it/middleware.rs:265) failed on update 0: it broke"}
    "#]].assert_eq(&rig.ask("hello").await);
}

#[tokio::test(start_paused = true)]
async fn a_middleware_that_fails_is_told_by_its_own_name() {
    async fn fragile(next: Next<'static>) -> Outcome {
        drop(next);
        panic!("out of order");
    }
    async fn report(error: bale::HandlerError) -> String {
        error.to_string()
    }
    let app = App::new().middleware(fragile).on_message(async || "open").on_error(report);
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `fragile` (tests/it/middleware.rs:280) panicked on update 0: out of order"}
    "#]].assert_eq(&Rig::start(app).ask("hello").await);
}

/// A middleware that means another group.
mod alone {
    #[bale::middleware(group = "admins")]
    async fn guard(next: bale::Next<'_>) -> bale::Outcome {
        next.run().await
    }

    #[bale::command(group = "admin")]
    async fn ban() {}
}

#[test]
fn a_group_that_has_no_handlers_is_reported() {
    let check = |app: App| app.check().unwrap_err().to_string();
    expect![[r#"middleware `guard` (tests/it/middleware.rs:288) is around the group "admins", and no handler says `group = "admins"`"#]].assert_eq(&check(App::collect_module(concat!(module_path!(), "::alone"))));
    expect![[r#"the bot is to run the group "shop", and no handler is in it; there are "admin""#]]
        .assert_eq(&check(admins().groups(["admin", "shop"])));
    expect![[r#"the bot is to run the group "shop", and no handler is in a group: write `group = "shop"`"#]].assert_eq(&check(App::new().on_message(async || ()).groups(["shop"])));
}

fn admins() -> App {
    App::collect_module(concat!(module_path!(), "::admin"))
}

/// Handlers of two bots, and one that both have.
mod two {
    #[bale::command(group = "shop")]
    async fn buy() -> &'static str {
        "bought"
    }

    #[bale::command(group = "support")]
    async fn ask() -> &'static str {
        "asked"
    }

    #[bale::command]
    async fn start(bot: bale::Bot) -> String {
        format!("bot {}", bot.id())
    }
}

fn one_of_two(emulator: &Emulator, token: &str, group: &str) -> App {
    let bot = Bot::builder().token(token).transport(emulator.transport()).build().unwrap();
    App::collect_module(concat!(module_path!(), "::two")).bot(bot).groups([group]).help(false)
}

#[tokio::test(start_paused = true)]
async fn two_bots_run_beside_each_other() {
    let (shop, support) = (Emulator::new("1:A"), Emulator::new("2:B"));
    let app = one_of_two(&shop, "1:A", "shop").beside(one_of_two(&support, "2:B", "support"));
    for emulator in [&shop, &support] {
        for text in ["/start", "/buy", "/ask"] {
            emulator.message(1, 1, text);
        }
    }
    app.run_until(async {
        shop.idle().await;
        support.idle().await;
    })
    .await
    .unwrap();
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"bot 1"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"bought"}
        ---
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"bot 2"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"asked"}
    "#]]
    .assert_eq(&format!("{}---\n{}", rig::transcript(&shop), rig::transcript(&support)));
}

#[tokio::test(start_paused = true)]
async fn bots_beside_each_other_end_together() {
    let (shop, support) = (Emulator::new("1:A"), Emulator::new("2:B"));
    support.fault(Fault::new(FaultAction::error(401, "Unauthorized")).on("getMe"));
    let app = one_of_two(&shop, "1:A", "shop").beside(one_of_two(&support, "2:B", "support"));
    let ended =
        timeout(Duration::from_secs(60), app.run_until(std::future::pending())).await.unwrap();
    assert!(matches!(ended, Err(RunError::Refused(_))), "{ended:?}");

    let twice = one_of_two(&shop, "1:A", "shop").beside(one_of_two(&shop, "1:A", "support"));
    let error = twice.run_until(std::future::pending()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "two bots of this program are bot 1: give each a token of its own"
    );
}
