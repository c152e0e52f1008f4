//! Lists with pages.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bale::{
    App, CallbackQuery, Message, Result, State,
    emulator::{Fault, FaultAction},
    extract::Args,
    keyboard::{Page, View},
    route::callback::callback_data,
    types::InputFile,
};
use expect_test::expect;

use crate::rig::Rig;

/// How many goods there are.
#[derive(Clone)]
struct Stock(Arc<AtomicUsize>);

impl Stock {
    fn list(&self, category: u64, page: Page) -> View {
        let pages = page.of(self.0.load(Ordering::Relaxed), 2);
        View::new(format!("goods of {category}"))
            .rows(pages.range().map(|item| [buy::button(format!("item {item}"), item)]))
            .pages(&pages, |page| goods::data(category, page))
    }
}

#[bale::command("goods {category}")]
async fn list(message: Message, category: u64, stock: State<Stock>) -> Result {
    message.answer_view(stock.list(category, Page::FIRST)).await?;
    Ok(())
}

#[bale::command]
async fn photo(message: Message, stock: State<Stock>) -> Result {
    let (text, keyboard) = stock.list(1, Page::FIRST).into_parts()?;
    message
        .answer_photo(InputFile::bytes("p.png", &b"\x89PNG"[..]))
        .caption(text)
        .reply_markup(keyboard)
        .await?;
    Ok(())
}

#[bale::on_callback("goods:{category}:{page}")]
async fn goods(query: CallbackQuery, category: u64, page: Page, stock: State<Stock>) -> Result {
    Ok(query.show(stock.list(category, page)).await?)
}

#[bale::on_callback("buy:{item}")]
async fn buy(item: usize) -> String {
    format!("bought {item}")
}

/// Data that no button can carry.
#[bale::command]
async fn long(message: Message) -> Result {
    let view = View::new("x").row([callback(&"-".repeat(65))]);
    message.answer_view(view).await?;
    Ok(())
}

fn callback(name: &str) -> Result<bale::types::InlineKeyboardButton, bale::CallbackDataError> {
    named::button("x", name.to_owned())
}

#[bale::on_callback("named:{name}")]
async fn named(name: String) -> String {
    name
}

#[bale::on_error]
async fn report(error: bale::HandlerError) -> String {
    error.to_string()
}

fn app(stock: &Stock) -> App {
    App::collect_module(module_path!()).state(stock.clone())
}

fn stock() -> Stock {
    Stock(Arc::new(AtomicUsize::new(7)))
}

#[tokio::test(start_paused = true)]
async fn pages_are_turned_in_place() {
    let rig = Rig::start(app(&stock()));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_markup":{"inline_keyboard":[[{"callback_data":"buy:0","text":"item 0"}],[{"callback_data":"buy:1","text":"item 1"}],[{"callback_data":"goods:5:1","text":"۱/۴"},{"callback_data":"goods:5:2","text":"›"},{"callback_data":"goods:5:4","text":"»"}]]},"text":"goods of 5"}
    "#]]
    .assert_eq(&rig.ask("/goods 5").await);
    expect![[r#"
        editMessageText {"chat_id":1,"message_id":2,"reply_markup":{"inline_keyboard":[[{"callback_data":"buy:4","text":"item 4"}],[{"callback_data":"buy:5","text":"item 5"}],[{"callback_data":"goods:5:1","text":"«"},{"callback_data":"goods:5:2","text":"‹"},{"callback_data":"goods:5:3","text":"۳/۴"},{"callback_data":"goods:5:4","text":"›"}]]},"text":"goods of 5"}
        answerCallbackQuery {"callback_query_id":"2000000000"}
    "#]]
    .assert_eq(&rig.press(2, "goods:5:3").await);
    // The number of the page, or the same button twice.
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000001"}
    "#]]
    .assert_eq(&rig.press(2, "goods:5:3").await);
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000002","text":"bought 4"}
    "#]]
    .assert_eq(&rig.press(2, "buy:4").await);
}

#[tokio::test(start_paused = true)]
async fn a_list_outlives_the_bot_and_may_shrink() {
    let stock = stock();
    let rig = Rig::start(app(&stock));
    rig.ask("/goods 5").await;
    let rig = Rig::against(rig.kill(), app(&stock));
    rig.press(2, "goods:5:4").await;
    expect![[r#"
        goods of 5
        [item 6 = buy:6]
        [« = goods:5:1] [‹ = goods:5:3] [۴/۴ = goods:5:4]"#]]
    .assert_eq(&rig.shows(2));

    stock.0.store(3, Ordering::Relaxed);
    rig.press(2, "goods:5:3").await;
    let last = rig.shows(2);
    expect![[r#"
        goods of 5
        [item 2 = buy:2]
        [‹ = goods:5:1] [۲/۲ = goods:5:2]"#]]
    .assert_eq(&last);

    stock.0.store(0, Ordering::Relaxed);
    rig.press(2, "goods:5:2").await;
    assert_eq!(rig.shows(2), "goods of 5");
}

#[tokio::test(start_paused = true)]
async fn nothing_to_modify_is_no_error() {
    let rig = Rig::start(app(&stock()));
    rig.ask("/goods 5").await;
    let refusal = FaultAction::error(400, "Bad Request: message is not modified");
    rig.emulator.fault(Fault::new(refusal).on("editMessageText"));
    let calls = rig.press(2, "goods:5:2").await;
    assert!(calls.contains("not modified"), "{calls}");
    assert!(
        calls.ends_with("answerCallbackQuery {\"callback_query_id\":\"2000000000\"}\n"),
        "{calls}"
    );

    let refusal = FaultAction::error(400, "Bad Request: message can't be edited");
    rig.emulator.fault(Fault::new(refusal).on("editMessageText"));
    let calls = rig.press(2, "goods:5:2").await;
    assert!(calls.contains("handler `goods`"), "{calls}");
}

#[tokio::test(start_paused = true)]
async fn a_list_may_stand_under_a_photo() {
    let rig = Rig::start(app(&stock()));
    rig.ask("/photo").await;
    let calls = rig.press(2, "goods:1:4").await;
    assert!(calls.starts_with("editMessageCaption"), "{calls}");
    assert!(rig.shows(2).contains("۴/۴"), "{}", rig.shows(2));
}

#[tokio::test(start_paused = true)]
async fn what_no_button_can_carry_is_told_when_the_view_is_sent() {
    let rig = Rig::start(app(&stock()));
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `long` (tests/it/keyboard/pages.rs:61) failed on update 0: `reply_markup` must have buttons with data that fits, found the callback data of `named:{name}` has 71 bytes: at most 64 are allowed"}
    "#]].assert_eq(&rig.ask("/long").await);
}

#[tokio::test(start_paused = true)]
async fn it_works_without_attributes() {
    fn list(page: Page) -> View {
        let pages = page.of(3, 2).latin_digits();
        View::new("list").pages(&pages, |page| callback_data("list:{page}", &[&page]))
    }
    let app = App::new()
        .command("list", async |message: Message| -> Result {
            message.chat().send_view(list(Page::FIRST)).await?;
            Ok(())
        })
        .on_callback("list:{page}", async |query: CallbackQuery, Args((page,)): Args<(Page,)>| {
            query.show(list(page)).await
        });
    let rig = Rig::start(app);
    rig.ask("/list").await;
    assert_eq!(rig.shows(2), "list\n[1/2 = list:1] [› = list:2]");
    rig.press(2, "list:2").await;
    assert_eq!(rig.shows(2), "list\n[‹ = list:1] [2/2 = list:2]");
}
