//! Something to press, to pay and to look at in the playground: `cargo run --example playground`
//!
//! Without a token it prints an address. Open it in a browser.

use std::time::Duration;

use bale::{
    CallbackQuery, Dialogue, Exit, Goto, Message, PreCheckoutQuery, Result, Text, User,
    dialogue::Step,
    types::{
        ChatAction, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaPhoto,
        KeyboardButton, LabeledPrice, ReplyKeyboardMarkup,
    },
};
use serde::{Deserialize, Serialize};

/// Bale's token for payments that are none. Source: docs.bale.ai, payments.
const TEST_WALLET: &str = "WALLET-TEST-1111111111111111";

/// Begin.
#[bale::command]
async fn start(message: Message) -> Result {
    let keyboard = ReplyKeyboardMarkup::grid(2, [order::button(), about::button()])
        .row([KeyboardButton::contact("شمارهٔ من"), KeyboardButton::location("جای من")]);
    message.answer("سلام! یک عکس بفرستید، یا سفارش بدهید.").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_message("سفارش")]
async fn order(message: Message) -> Result {
    let keyboard = InlineKeyboardMarkup::new()
        .row([choose::button("یک چای", 1)?, choose::button("دو چای", 2)?]);
    message.answer("چند *چای* بریزم؟").reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_message("درباره")]
async fn about() -> &'static str {
    "این ربات _چای_ می‌فروشد. روی هر پیام بزنید تا ببینید چه شد."
}

#[bale::on_callback("tea:{glasses}")]
async fn choose(query: CallbackQuery, glasses: u32) -> Result {
    query.answer(format!("{glasses} چای در راه است.")).await?;
    if let Some(message) = query.message() {
        let prices = [LabeledPrice::new("چای", i64::from(glasses) * 50_000)];
        let payload = glasses.to_string();
        message.answer_invoice("چای", "لب‌سوز و تازه‌دم", payload, TEST_WALLET, prices).await?;
    }
    Ok(())
}

#[bale::on_pre_checkout]
async fn agree(query: PreCheckoutQuery) -> Result {
    query.accept().await?;
    Ok(())
}

#[bale::on_payment]
async fn paid(message: Message) -> Result {
    message.answer("پرداخت شد. نوش جان!").await?;
    Ok(())
}

#[bale::on_message(photo)]
async fn photo(message: Message) -> Result {
    message.reply("چه عکس قشنگی!").await?;
    Ok(())
}

#[bale::on_message(voice)]
async fn voice(message: Message) -> Result {
    message.reply("شنیدم.").await?;
    Ok(())
}

/// Three pictures as one album.
#[bale::command]
async fn album(message: Message) -> Result {
    let pictures: [(&str, &'static [u8]); 3] = [
        ("dawn.png", include_bytes!("pictures/dawn.png")),
        ("noon.png", include_bytes!("pictures/noon.png")),
        ("night.png", include_bytes!("pictures/night.png")),
    ];
    let [dawn, noon, night] =
        pictures.map(|(name, bytes)| InputMediaPhoto::new(InputFile::bytes(name, bytes)));
    message.answer_media_group([dawn.caption("بامداد، نیمروز و *شب*"), noon, night]).await?;
    Ok(())
}

/// A little thought, and a sound.
#[bale::command]
async fn sound(message: Message) -> Result {
    message.chat().send_action(ChatAction::Typing).await?;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    message.answer_voice(InputFile::bytes("bell.wav", bell()).mime_type("audio/wav")).await?;
    Ok(())
}

/// Where the shop is, who keeps it, and what it wrote down.
#[bale::command]
async fn shop(message: Message) -> Result {
    message.answer_location(32.65745, 51.67778).await?;
    message.answer_contact("+989121234567", "چای‌فروش").last_name("اصفهانی").await?;
    let menu = "چای;50000\nقهوه;120000\n";
    message.answer_document(InputFile::bytes("menu-1404.csv", menu)).caption("فهرست بها").await?;
    Ok(())
}

/// Bale's Markdown, and lines that mix both directions.
#[bale::command]
async fn text(message: Message) -> Result {
    let site = InlineKeyboardButton::url("docs.bale.ai", "https://docs.bale.ai");
    let copy = InlineKeyboardButton::copy_text("رونوشت کد", "TEA-1404");
    let keyboard = InlineKeyboardMarkup::new().row([site, copy]).row([warn::button("هشدار")?]);
    let text = "*درشت* و _کج_ و [پیوند](https://docs.bale.ai) و @tea_shop کنار هم.\n\
        دستور /start را بفرستید، یا به https://docs.bale.ai/bots?lang=fa#intro سر بزنید.\n\
        تلفن: +98 21 1234 5678، بها: 50,000 ریال (۱۰٪ کمتر).\n\
        The order TEA-1404 is on its way، تا ساعت 14:30.\n\
        ```[شرایط]هر سفارش تا یک ساعت پس گرفته می‌شود.```";
    message.answer(text).reply_markup(keyboard).await?;
    Ok(())
}

#[bale::on_callback("warn")]
async fn warn(query: CallbackQuery) -> Result {
    query.answer("این پنجره را خود ربات باز کرد.").show_alert(true).await?;
    Ok(())
}

/// A conversation with a state, for the inspector.
#[derive(Dialogue, Serialize, Deserialize)]
enum Guest {
    Name,
    Sugar { name: String },
}

/// Become a regular.
#[bale::command]
async fn regular() -> Step {
    Goto(Guest::Name).reply("نام شما؟")
}

#[bale::on_message(state = Guest::Name)]
async fn name(Text(name): Text) -> Step {
    Goto(Guest::Sugar { name }).reply("چند قند؟")
}

#[bale::on_message("{lumps}", state = Guest::Sugar { name })]
async fn sugar(name: String, lumps: u8) -> Step {
    Exit.reply(format!("{name}، همیشه با {lumps} قند."))
}

/// What a handler's error looks like.
#[bale::command]
async fn spill(user: User) -> Result {
    Err(format!("{} spilled the tea", user.first_name).into())
}

/// Two seconds of a bell, eight bits a sample.
fn bell() -> Vec<u8> {
    const RATE: u32 = 8000;
    let samples = (0..2 * RATE).map(|at| {
        let seconds = f64::from(at) / f64::from(RATE);
        let tone = (seconds * 660.0 * std::f64::consts::TAU).sin() * (-2.5 * seconds).exp();
        (128.0 + 100.0 * tone) as u8
    });
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    file.extend([RATE.to_le_bytes(), RATE.to_le_bytes()].concat());
    file.extend(b"\x01\0\x08\0data");
    file.extend((2 * RATE).to_le_bytes());
    file.extend(samples);
    let length = (file.len() as u32 - 8).to_le_bytes();
    file[4..8].copy_from_slice(&length);
    file
}

#[bale::main]
async fn main() {}

#[cfg(test)]
mod tests {
    use bale::testing::TestBot;

    #[bale::test]
    async fn tea_is_ordered_and_paid(bot: TestBot) {
        let sara = bot.user("سارا");
        sara.send("/start").await;
        sara.expect_text_containing("سفارش بدهید").await;
        sara.tap("سفارش").await;
        sara.expect_text("چند *چای* بریزم؟").await;
        sara.press("دو چای").await;
        sara.expect_toast("2 چای در راه است.").await;
        sara.expect_matching(|message| message.invoice.is_some()).await;
        sara.pay().await;
        bot.expect_call("answerPreCheckoutQuery").await;
        sara.expect_text("پرداخت شد. نوش جان!").await;
        sara.send_photo("a photo").await;
        sara.expect_text("چه عکس قشنگی!").await;
    }
}
