//! The bot of README.md replies what README.md says.

use bale::App;
use expect_test::expect;

use crate::rig::Rig;

/// Add two numbers.
#[bale::command("add {a} {b}")]
async fn add(a: f64, b: f64) -> String {
    (a + b).to_string()
}

#[tokio::test(start_paused = true)]
async fn the_readme_bot_replies_what_it_says() {
    let rig = Rig::start(App::collect_module(module_path!()));
    for text in ["/add 2 3", "/add ۲ ۳", "/add 2", "/help"] {
        rig.says(text);
    }
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"5"}
        sendMessage {"chat_id":1,"reply_to_message_id":2,"text":"5"}
        sendMessage {"chat_id":1,"reply_to_message_id":3,"text":"مقدار <b> نوشته نشده است.\nطرز استفاده:\n/add <a> <b>\nAdd two numbers."}
        sendMessage {"chat_id":1,"reply_to_message_id":4,"text":"دستورها:\n/add <a> <b> - Add two numbers."}
    "#]].assert_eq(&rig.transcript().await);
}

#[test]
fn the_readme_bot_is_this_one() {
    let readme = include_str!("../../README.md");
    let (_, program) = readme.split_once("```rust,no_run\n").expect("a program");
    let (bot, _) = program.split_once("\n\n#[bale::main]").expect("its main");
    assert!(include_str!("readme.rs").contains(bot), "README.md has another bot:\n{bot}");
}
