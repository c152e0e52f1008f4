//! A shop by buttons: menus, a list with pages, questions: `cargo run --example menu`

use std::sync::{Mutex, PoisonError};

use bale::{
    App, CallbackQuery, Message, Result, State,
    keyboard::{Menu, Page, View, check},
    types::ReplyKeyboardMarkup,
};

const FRUITS: [&str; 12] =
    ["سیب", "انار", "به", "هلو", "موز", "آلو", "توت", "انجیر", "گیلاس", "خرما", "نارنگی", "لیمو"];

/// What is remembered. In a real shop this is a database.
#[derive(Default)]
struct Shop(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    /// Indices of fruits.
    cart: Vec<usize>,
    news: bool,
}

impl Shop {
    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The tree of menus, as it is at this moment.
    fn menu(&self) -> Menu {
        let (in_cart, news) = self.with(|memory| (memory.cart.len(), memory.news));
        Menu::new("main", "فروشگاه میوه")
            .row([fruits::button("میوه‌ها", Page::FIRST)])
            .menu(
                Menu::new("settings", "تنظیمات")
                    // What the button will do stands in it, so a double press does not undo itself.
                    .row([set_news::button(check("خبرنامه", news), !news)]),
            )
            .menu(Menu::new("about", "درباره").text(format!("در سبد شما {in_cart} میوه است.")))
    }
}

/// Open the shop.
#[bale::command]
async fn start(message: Message, shop: State<Shop>) -> Result {
    // These write their text, by which `cart` and `empty` below are found.
    let keyboard = ReplyKeyboardMarkup::grid(2, [cart::button(), empty::button()]);
    message.answer("خوش آمدید!").reply_markup(keyboard).await?;
    message.answer_view(shop.menu().view(menu::data)).await?;
    Ok(())
}

#[bale::on_callback("menu:{key}")]
async fn menu(query: CallbackQuery, key: String, shop: State<Shop>) -> Result {
    Ok(shop.menu().show(&query, &key, menu::data).await?)
}

#[bale::on_callback("news:{on}")]
async fn set_news(query: CallbackQuery, on: bool, shop: State<Shop>) -> Result {
    shop.with(|memory| memory.news = on);
    Ok(shop.menu().show(&query, "settings", menu::data).await?)
}

#[bale::on_callback("fruits:{page}")]
async fn fruits(query: CallbackQuery, page: Page) -> Result {
    let pages = page.of(FRUITS.len(), 5);
    let view = View::new("کدام میوه؟")
        .rows(pages.range().map(|fruit| [choose::button(FRUITS[fruit], fruit)]))
        .pages(&pages, fruits::data)
        .row([menu::button("‹ بازگشت", "main".to_owned())]);
    Ok(query.show(view).await?)
}

#[bale::on_callback("choose:{fruit}")]
async fn choose(query: CallbackQuery, fruit: usize, shop: State<Shop>) -> Result<String> {
    // The list may have been another when the button was sent.
    let Some(name) = FRUITS.get(fruit) else {
        return Ok("این میوه تمام شد.".to_owned());
    };
    if !query.confirm(format!("{name} به سبد برود؟")).await? {
        return Ok("باشد.".to_owned());
    }
    shop.with(|memory| memory.cart.push(fruit));
    Ok(format!("{name} در سبد است."))
}

#[bale::on_message("🛒 سبد خرید")]
async fn cart(shop: State<Shop>) -> String {
    let names: Vec<_> = shop.with(|memory| memory.cart.iter().map(|&it| FRUITS[it]).collect());
    if names.is_empty() { "سبد خالی است.".to_owned() } else { names.join("، ") }
}

#[bale::on_message("خالی کردن سبد")]
async fn empty(message: Message, shop: State<Shop>) -> Result<&'static str> {
    if !message.confirm("سبد خالی شود؟").yes("خالی شود").no("بماند").await? {
        return Ok("سبد ماند.");
    }
    shop.with(|memory| memory.cart.clear());
    Ok("سبد خالی شد.")
}

/// Buttons of an earlier release, which no handler knows any more.
#[bale::on_callback]
async fn outdated(query: CallbackQuery, shop: State<Shop>) -> Result {
    Ok(shop.menu().show_outdated(&query, menu::data).await?)
}

#[bale::main]
async fn main() -> App {
    App::collect().state(Shop::default())
}

#[cfg(test)]
mod tests {
    use bale::{Bot, emulator::Emulator};
    use serde_json::Value;
    use tokio::task::JoinHandle;

    use super::*;

    /// Runs the bot against this server.
    fn run(emulator: &Emulator, shop: Shop) -> JoinHandle<()> {
        let bot = Bot::builder().token("123456:TEST").transport(emulator.transport()).build();
        let app = App::collect().state(shop).bot(bot.unwrap());
        tokio::spawn(async move { app.run_until(std::future::pending()).await.unwrap() })
    }

    /// Person 1 presses the button with this label, on the last message that has it; when the bot has
    /// nothing more to do, gives the texts of the chat.
    async fn press(emulator: &Emulator, label: &str) -> Vec<String> {
        let (message, data) = button(emulator, label).unwrap_or_else(|| panic!("no {label}"));
        emulator.callback(1, 1, message, &data).unwrap();
        texts(emulator).await
    }

    fn button(emulator: &Emulator, label: &str) -> Option<(i64, String)> {
        emulator.messages(1).iter().rev().find_map(|message| {
            let rows = message["reply_markup"]["inline_keyboard"].as_array()?;
            let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
            let button = buttons.find(|button| button["text"] == label)?;
            let data = button["callback_data"].as_str()?.to_owned();
            Some((message["message_id"].as_i64()?, data))
        })
    }

    async fn texts(emulator: &Emulator) -> Vec<String> {
        emulator.idle().await;
        let messages = emulator.messages(1);
        messages.iter().filter_map(|it| Some(it["text"].as_str()?.to_owned())).collect()
    }

    /// Waits until the button is there: its handler is then waiting for the press.
    async fn wait_for(emulator: &Emulator, label: &str) {
        let mut calls = 0;
        while button(emulator, label).is_none() {
            calls = emulator.wait_for_calls(calls + 1).await.len();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_fruit_is_bought_and_the_cart_emptied() {
        let emulator = Emulator::new("123456:TEST");
        let bot = run(&emulator, Shop::default());
        emulator.message(1, 1, "/start");
        emulator.idle().await;
        press(&emulator, "میوه‌ها").await;
        press(&emulator, "›").await;
        let (message, data) = button(&emulator, "آلو").unwrap();
        emulator.callback(1, 1, message, &data).unwrap();
        wait_for(&emulator, "بله").await;
        let said = press(&emulator, "بله").await;
        assert_eq!(said[3..], ["آلو به سبد برود؟\n\nبله", "آلو در سبد است."]);

        // The bot is killed; its buttons are still there, and its memory is not.
        bot.abort();
        run(&emulator, Shop::default());
        // As an Arabic keyboard writes it.
        emulator.message(1, 1, "🛒 سبد خريد");
        assert_eq!(texts(&emulator).await.last().unwrap(), "سبد خالی است.");
        press(&emulator, "‹ بازگشت").await;
        press(&emulator, "تنظیمات").await;
        press(&emulator, "⬜ خبرنامه").await;
        assert!(button(&emulator, "✅ خبرنامه").is_some());

        emulator.message(1, 1, empty::button().text);
        wait_for(&emulator, "بماند").await;
        assert_eq!(press(&emulator, "بماند").await.last().unwrap(), "سبد ماند.");
    }

    #[tokio::test(start_paused = true)]
    async fn an_outdated_button_leads_to_the_menu() {
        let emulator = Emulator::new("123456:TEST");
        run(&emulator, Shop::default());
        emulator.message(1, 1, "/start");
        emulator.idle().await;
        press(&emulator, "درباره").await;
        emulator.callback(1, 1, 3, "sold:out").unwrap();
        assert_eq!(texts(&emulator).await[2], "فروشگاه میوه");
    }
}
