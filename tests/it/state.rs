//! Application state, whole and in parts.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use bale::{App, State, app::Handlers, extract::Reject};
use expect_test::expect;

use crate::rig::Rig;

#[derive(Clone, bale::State)]
struct Names {
    shop: &'static str,
    owner: String,
}

#[derive(bale::State)]
struct Shop {
    names: Names,
    visits: Arc<AtomicU32>,
    greeting: Arc<str>,
    #[state(skip)]
    secret: u64,
}

#[derive(bale::State)]
struct Pair(u8, Arc<[u8]>);

fn shop() -> Shop {
    let names = Names { shop: "tea", owner: "Sara".to_owned() };
    Shop { names, visits: Arc::default(), greeting: "hi".into(), secret: 7 }
}

mod handlers {
    use super::*;

    #[bale::command]
    async fn visit(State(visits): State<AtomicU32>, shop: State<Shop>) -> String {
        visits.fetch_add(1, Ordering::Relaxed);
        format!(
            "visit {} to {}, {}",
            shop.visits.load(Ordering::Relaxed),
            shop.names.shop,
            shop.secret
        )
    }

    #[bale::command]
    async fn who(owner: State<String>, names: State<Names>, shop: State<&'static str>) -> String {
        format!("{} owns {}, {}", *owner, *shop, names.owner)
    }

    #[bale::command]
    async fn greet(
        greeting: State<Arc<str>>,
        State(byte): State<u8>,
        bytes: State<Arc<[u8]>>,
    ) -> String {
        format!("{} {byte} {bytes:?}", *greeting)
    }

    #[bale::command]
    async fn perhaps(
        secret: Option<State<u64>>,
        other: Option<State<i8>>,
        why: Result<State<i16>, Reject>,
        handlers: Option<State<Handlers>>,
    ) -> String {
        let why = why.err().map(|why| why.to_string());
        format!("{secret:?} {other:?} {why:?} {}", handlers.is_some())
    }
}

fn app() -> App {
    App::collect_module(concat!(module_path!(), "::handlers"))
}

#[tokio::test(start_paused = true)]
async fn fields_are_parts() {
    let rig = Rig::start(app().state(shop()).state(Pair(3, [1, 2].into())).state(5_i8));
    let mut transcript = String::new();
    for text in ["/visit", "/visit", "/who", "/greet", "/perhaps"] {
        transcript += &rig.ask(text).await;
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"visit 1 to tea, 7"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"visit 2 to tea, 7"}
        sendMessage {"chat_id":1,"reply_to_message_id":5,"text":"Sara owns tea, Sara"}
        sendMessage {"chat_id":1,"reply_to_message_id":7,"text":"hi 3 State([1, 2])"}
        sendMessage {"chat_id":1,"reply_to_message_id":9,"text":"None Some(State(5)) Some(\"no application state of type `i16` was given\") true"}
    "#]].assert_eq(&transcript);
}

/// Nobody asks for what an `Option` can do without.
#[test]
fn missing_parts_are_reported() {
    let app = app().state(shop().names);
    expect![[r#"
        `visit` (tests/it/state.rs:39) asks for `State<core::sync::atomic::AtomicU32>`, which nobody gave: add `.state(..)` to the `App`
        `visit` (tests/it/state.rs:39) asks for `State<it::state::Shop>`, which nobody gave: add `.state(..)` to the `App`
        `greet` (tests/it/state.rs:55) asks for `State<alloc::sync::Arc<[u8]>>`, which nobody gave: add `.state(..)` to the `App`
        `greet` (tests/it/state.rs:55) asks for `State<alloc::sync::Arc<str>>`, which nobody gave: add `.state(..)` to the `App`
        `greet` (tests/it/state.rs:55) asks for `State<u8>`, which nobody gave: add `.state(..)` to the `App`"#]].assert_eq(&app.check().expect_err("something is missing").to_string());
}

/// What is given later replaces a part that was given before, and the other way round.
#[tokio::test(start_paused = true)]
async fn the_last_one_given_counts() {
    let say = async |State(text): State<String>| text.to_string();
    let later = App::new().state(shop()).state("later".to_owned());
    let earlier = App::new().state("earlier".to_owned()).state(shop());
    let mut transcript = String::new();
    for app in [later, earlier] {
        transcript += &Rig::start(app.command("say", say)).ask("/say").await;
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"later"}
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"Sara"}
    "#]]
    .assert_eq(&transcript);
}
