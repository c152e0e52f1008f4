//! Menus.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bale::{
    App, CallbackQuery, Message, Result, State,
    keyboard::{Menu, check},
    types::InlineKeyboardButton,
};
use expect_test::expect;

use crate::rig::Rig;

#[derive(Clone, Default)]
struct Settings {
    notify: Arc<AtomicBool>,
    /// Whether this is a later release, whose menu is another.
    is_later: bool,
    twice: bool,
}

fn tree(settings: &Settings) -> Menu {
    let notify = settings.notify.load(Ordering::Relaxed);
    let language = Menu::new("lang", "زبان").text("زبان را برگزینید");
    let menu = Menu::new(if settings.twice { "lang" } else { "settings" }, "تنظیمات")
        .row([set_notify::button(check("اعلان‌ها", notify), !notify)]);
    let menu = if settings.is_later { menu } else { menu.menu(language) };
    Menu::new("main", "منو")
        .menus([menu, Menu::new("about", "درباره")])
        .row([InlineKeyboardButton::url("تارنما", "https://example.com")])
}

#[bale::command]
async fn start(message: Message, settings: State<Settings>) -> Result {
    message.answer_view(tree(&settings).view(menu::data)).await?;
    Ok(())
}

#[bale::on_callback("menu:{key}")]
async fn menu(query: CallbackQuery, key: String, settings: State<Settings>) -> Result {
    Ok(tree(&settings).show(&query, &key, menu::data).await?)
}

#[bale::on_callback("notify:{on}")]
async fn set_notify(query: CallbackQuery, on: bool, settings: State<Settings>) -> Result {
    settings.notify.store(on, Ordering::Relaxed);
    Ok(tree(&settings).show(&query, "settings", menu::data).await?)
}

#[bale::on_callback]
async fn outdated(query: CallbackQuery, settings: State<Settings>) -> Result {
    Ok(tree(&settings).outdated("old").show_outdated(&query, menu::data).await?)
}

#[bale::on_error]
async fn report(error: bale::HandlerError) -> String {
    error.to_string()
}

fn rig(settings: &Settings) -> Rig {
    Rig::start(App::collect_module(module_path!()).state(settings.clone()))
}

#[tokio::test(start_paused = true)]
async fn a_menu_opens_goes_back_and_shows_what_is_so() {
    let rig = rig(&Settings::default());
    rig.ask("/start").await;
    let main = rig.shows(2);
    expect![[r#"
        منو
        [تنظیمات = menu:settings] [درباره = menu:about]
        [تارنما = ]"#]]
    .assert_eq(&main);

    expect![[r#"
        editMessageText {"chat_id":1,"message_id":2,"reply_markup":{"inline_keyboard":[[{"callback_data":"notify:true","text":"⬜ اعلان‌ها"}],[{"callback_data":"menu:lang","text":"زبان"}],[{"callback_data":"menu:main","text":"‹ بازگشت"}]]},"text":"تنظیمات"}
        answerCallbackQuery {"callback_query_id":"2000000000"}
    "#]]
    .assert_eq(&rig.press(2, "menu:settings").await);

    rig.press(2, "notify:true").await;
    expect![[r#"
        تنظیمات
        [✅ اعلان‌ها = notify:false]
        [زبان = menu:lang]
        [‹ بازگشت = menu:main]"#]]
    .assert_eq(&rig.shows(2));
    // A double press does not undo itself.
    expect![[r#"
        answerCallbackQuery {"callback_query_id":"2000000002"}
    "#]]
    .assert_eq(&rig.press(2, "notify:true").await);

    rig.press(2, "menu:lang").await;
    expect![[r#"
        زبان را برگزینید
        [‹ بازگشت = menu:settings]"#]]
    .assert_eq(&rig.shows(2));
    rig.press(2, "menu:settings").await;
    rig.press(2, "menu:main").await;
    assert_eq!(rig.shows(2), main);
}

#[tokio::test(start_paused = true)]
async fn a_menu_of_an_earlier_release_is_drawn_anew() {
    let rig = rig(&Settings::default());
    rig.ask("/start").await;
    rig.press(2, "menu:settings").await;

    let later = Settings { is_later: true, ..Settings::default() };
    let app = App::collect_module(module_path!()).state(later);
    let rig = Rig::against(rig.kill(), app);
    expect![[r#"
        editMessageText {"chat_id":1,"message_id":2,"reply_markup":{"inline_keyboard":[[{"callback_data":"menu:settings","text":"تنظیمات"},{"callback_data":"menu:about","text":"درباره"}],[{"text":"تارنما","url":"https://example.com"}]]},"text":"منو"}
        answerCallbackQuery {"callback_query_id":"2000000001","text":"این منو قدیمی بود و به‌روز شد."}
    "#]]
    .assert_eq(&rig.press(2, "menu:lang").await);
    // Of a handler that is gone, or with data that it no longer reads.
    for (id, data) in [(2, "gone"), (3, "notify:maybe")] {
        assert_eq!(
            rig.press(2, data).await,
            format!(
                "answerCallbackQuery {{\"callback_query_id\":\"200000000{id}\",\"text\":\"old\"}}\n"
            )
        );
    }
    rig.press(2, "menu:settings").await;
    assert!(!rig.shows(2).contains("menu:lang"), "{}", rig.shows(2));
}

#[tokio::test(start_paused = true)]
async fn two_menus_with_one_key_are_a_mistake() {
    let rig = rig(&Settings { twice: true, ..Settings::default() });
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"handler `start` (tests/it/keyboard/menu.rs:36) failed on update 0: `reply_markup` must have menus with different keys, found two menus with the key `lang`"}
    "#]].assert_eq(&rig.ask("/start").await);
}

#[test]
fn a_tree_is_searched_in_depth() {
    let tree = tree(&Settings::default()).back("back");
    assert!(tree.view_of("lang", menu::data).is_some());
    assert!(tree.view_of("nowhere", menu::data).is_none());
    let (text, keyboard) = tree.view_of("about", menu::data).unwrap().into_parts().unwrap();
    assert_eq!(text, "درباره");
    assert_eq!(keyboard.inline_keyboard, [[menu::button("back", "main".to_owned()).unwrap()]]);
}
