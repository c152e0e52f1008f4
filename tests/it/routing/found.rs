//! Handlers are found by an index. Asking all of them, one after the other, ends with the same one.

use std::sync::Arc;

use bale::{
    App, Dialogue, Goto, Update,
    dialogue::Step,
    storage::{Clock, Memory},
    types,
};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde::{Deserialize, Serialize};

use super::message;
use crate::rig::{Rig, bot};

#[derive(Dialogue, Serialize, Deserialize)]
enum Walk {
    One,
    Two { steps: u32 },
    Three,
}

#[derive(Dialogue, Serialize, Deserialize)]
enum Talk {
    Loud,
    Low,
}

#[bale::command]
async fn one() -> Goto<Walk> {
    Goto(Walk::One)
}

#[bale::command]
async fn two() -> Goto<Walk> {
    Goto(Walk::Two { steps: 2 })
}

#[bale::command]
async fn three() -> Goto<Walk> {
    Goto(Walk::Three)
}

#[bale::command]
async fn loud() -> Goto<Talk> {
    Goto(Talk::Loud)
}

#[bale::command]
async fn low() -> Goto<Talk> {
    Goto(Talk::Low)
}

#[bale::command]
async fn quiet() -> Step {
    bale::Exit::of::<Talk>()
}

const GROUPS: &[&str] = &[
    "exact",
    "anything",
    "number",
    "after_a",
    "before_b",
    "maybe",
    "all_after_b",
    "all",
    "overtaking",
    "with_seven",
    "in_one",
    "in_one_or_two",
    "two_of_them",
    "walking",
    "loud_b",
    "talking",
    "text",
];

mod some {
    use bale::Text;

    use super::{Talk, Walk};

    // Each is in a group of its own, so that any of them can be left out, and answers with its name.
    #[bale::on_message("a", group = "exact")]
    async fn exact() -> &'static str {
        "exact"
    }

    #[bale::on_message("{x}", group = "anything")]
    async fn anything(x: String) -> String {
        format!("anything {x}")
    }

    #[bale::on_message("{n}", priority = 1, group = "number")]
    async fn number(n: u32) -> String {
        format!("number {n}")
    }

    #[bale::on_message("a {x}", group = "after_a")]
    async fn after_a(x: String) -> String {
        format!("after_a {x}")
    }

    #[bale::on_message("{x} b", group = "before_b")]
    async fn before_b(x: String) -> String {
        format!("before_b {x}")
    }

    #[bale::on_message("b {x?}", group = "maybe")]
    async fn maybe(x: Option<String>) -> String {
        format!("maybe {x:?}")
    }

    #[bale::on_message("b {all...}", group = "all_after_b")]
    async fn all_after_b(all: String) -> String {
        format!("all_after_b {all}")
    }

    #[bale::on_message("{x} {all...}", priority = -1, group = "all")]
    async fn all(x: String, all: String) -> String {
        format!("all {x} {all}")
    }

    #[bale::on_message("{x} c", lane = "none", group = "overtaking")]
    async fn overtaking(x: String) -> String {
        format!("overtaking {x}")
    }

    #[bale::on_message("{x} {y?}", regex = "7", group = "with_seven")]
    async fn with_seven(x: String, y: Option<String>) -> String {
        format!("with_seven {x} {y:?}")
    }

    #[bale::on_message("{x}", state = Walk::One, group = "in_one")]
    async fn in_one(x: String) -> String {
        format!("in_one {x}")
    }

    #[bale::on_message("a {x?}", state = Walk::One | Walk::Two, group = "in_one_or_two")]
    async fn in_one_or_two(x: Option<String>) -> String {
        format!("in_one_or_two {x:?}")
    }

    #[bale::on_message(state = Walk::Two { steps }, group = "two_of_them")]
    async fn two_of_them(Text(text): Text, steps: u32) -> String {
        format!("two_of_them {text} {steps}")
    }

    #[bale::on_message("hello", state = Walk::_, group = "walking")]
    async fn walking() -> &'static str {
        "walking"
    }

    #[bale::on_message("{x} b", state = Talk::Loud, priority = 1, group = "loud_b")]
    async fn loud_b(x: String) -> String {
        format!("loud_b {x}")
    }

    #[bale::on_message(state = Talk::_, regex = "c", group = "talking")]
    async fn talking(Text(text): Text) -> String {
        format!("talking {text}")
    }

    #[bale::on_message(group = "text")]
    async fn text(Text(text): Text) -> String {
        format!("text {text}")
    }
}

/// A message with one of the words is what most of them want.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let command = select(vec!["/one", "/two", "/three", "/loud", "/low", "/quiet"]);
    let word = select(vec!["a", "b", "A", "7", "c", "\"a b\"", "hello"]);
    let text = prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "));
    prop::collection::vec(prop_oneof![1 => command.prop_map(str::to_owned), 3 => text], 1..12)
}

fn app(store: &Arc<Memory>, groups: &[&str]) -> App {
    let app = App::collect_module(module_path!());
    app.groups(groups.iter().copied()).storage(Arc::clone(store)).clock(Clock::runtime())
}

/// Who would take the text, when all are asked.
async fn tried(rig: &Rig, app: App, update_id: usize, text: &str) -> Option<&'static str> {
    let content = message(&format!(r#""text":{}"#, serde_json::json!(text)));
    let json = format!(r#"{{"update_id":{update_id},{content}}}"#);
    let update: types::Update = serde_json::from_str(&json).expect("an update");
    app.explain(&Update::new(update, bot(&rig.emulator))).await.expect("a valid bot").handler()
}

/// Who took the text: the one who answered.
async fn took(rig: &Rig, text: &str) -> Option<String> {
    let said = rig.ask(text).await;
    let text = said.split_once(r#""text":""#)?.1;
    Some(text.split([' ', '"']).next()?.to_owned())
}

#[test]
fn the_one_that_is_found_is_the_one_that_trying_all_finds() {
    let tables = (prop::sample::subsequence(GROUPS.to_vec(), 1..=GROUPS.len()), texts());
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().expect("it starts")
    };
    TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(200)
    })
    .run(&tables, |(groups, texts)| {
        runtime().block_on(async {
            let store = Arc::default();
            let rig = Rig::start(app(&store, &groups));
            for (index, text) in texts.iter().enumerate() {
                let expected = tried(&rig, app(&store, &groups), 1_000 + index, text).await;
                let found = took(&rig, text).await;
                // A command says nothing.
                let expected = expected.filter(|_| !text.starts_with('/'));
                prop_assert_eq!(found.as_deref(), expected, "{:?} of {:?}", text, texts);
            }
            Ok(())
        })
    })
    .unwrap_or_else(|failure| panic!("{failure}"));
}
