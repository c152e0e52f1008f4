//! Middlewares in middlewares: their order, and that nothing inside runs twice.

use bale::{
    Photo,
    extract::{Extract, FromUpdate},
};

use super::*;

/// A parameter that notes each time it is asked for.
struct Asked;

impl<'u, K> FromUpdate<'u, K> for Asked {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        if let Some(steps) = cx.state::<Steps>() {
            steps.add("asked");
        }
        Extract::Ready(Ok(Self))
    }
}

mod nest {
    use super::*;

    #[bale::middleware]
    async fn all(steps: State<Steps>, next: Next<'_>) -> Outcome {
        steps.add("all {");
        let outcome = next.run().await;
        steps.add(format!("}} {}", shown(&outcome)));
        outcome
    }

    #[bale::middleware(group = "g", priority = 1)]
    async fn outer(steps: State<Steps>, next: Next<'_>) -> Outcome {
        steps.add("outer {");
        let outcome = next.run().await;
        steps.add(format!("}} {}", shown(&outcome)));
        outcome
    }

    #[bale::middleware(group = "g")]
    async fn inner(steps: State<Steps>, next: Next<'_>) -> Outcome {
        steps.add("inner {");
        let outcome = next.run().await;
        steps.add(format!("}} {}", shown(&outcome)));
        outcome
    }

    /// Of a text it refuses its second parameter.
    #[bale::command("photo", group = "g")]
    async fn of_photo(_: Asked, _: Photo) -> &'static str {
        "a photo"
    }

    #[bale::command("photo", priority = -1)]
    async fn of_text() -> &'static str {
        "a text"
    }

    #[bale::command(group = "g")]
    async fn pass() -> Pass {
        Pass
    }

    #[bale::command("add {a} {b}", group = "g")]
    async fn add(a: u32, b: u32) -> String {
        (a + b).to_string()
    }

    #[bale::command(group = "g")]
    async fn fail() -> Result {
        Err("no".into())
    }

    #[bale::on_error]
    async fn report(error: bale::HandlerError) -> &'static str {
        error.handler()
    }
}

async fn steps_of(text: &str) -> String {
    let steps = Steps::default();
    let app = App::collect_module(concat!(module_path!(), "::nest")).state(steps.clone());
    let said = Rig::start(app).ask(text).await;
    format!("{}\n{said}", steps.taken())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_refuses_inside_is_asked_once() {
    expect![[r#"
    "#]]
    .assert_eq(&steps_of("/photo").await);
}

#[tokio::test(start_paused = true)]
async fn what_comes_out_goes_through_all_of_them() {
    expect![[r#"
    "#]]
    .assert_eq(&steps_of("/pass").await);
    expect![[r#"
    "#]]
    .assert_eq(&steps_of("/add 1 2").await);
    expect![[r#"
    "#]]
    .assert_eq(&steps_of("/add 1 x").await);
    expect![[r#"
    "#]]
    .assert_eq(&steps_of("/fail").await);
}

/// Nobody took it, and the middleware answers all the same.
#[tokio::test(start_paused = true)]
async fn a_middleware_can_answer_what_nobody_takes() {
    async fn polite(next: Next<'static>) -> Outcome {
        match next.run().await {
            Outcome::Pass(_) => Outcome::Reply("pardon?".into()),
            outcome => outcome,
        }
    }
    let rig = Rig::start(App::new().middleware(polite).command("start", async || "hi"));
    expect![[r#"
    "#]]
    .assert_eq(&(rig.ask("hello").await + &rig.ask("/start").await));
}

/// A group and its middleware without attributes.
#[tokio::test(start_paused = true)]
async fn groups_are_given_at_run_time_too() {
    use bale::app::on;
    async fn only_the_first(user: User, next: Next<'static>) -> Outcome {
        if user.id == 1 { next.run().await } else { Outcome::Reply("not you".into()) }
    }
    let app = App::new()
        .on(on::middleware().group("admin"), only_the_first)
        .on(on::command("ban").group("admin").aliases(&["kick"]).hidden(), async || "banned")
        .command("start", async || "hi");
    let rig = Rig::start(app);
    let mut said = String::new();
    for (user, text) in [(1, "/ban"), (2, "/kick"), (2, "/start"), (1, "/help")] {
        rig.emulator.message(user, user, text);
        said += &rig.transcript().await;
    }
    expect![[r#"
    "#]]
    .assert_eq(&said);
}
