// Saved from the playground. It needs the feature `testing` of bale. If your `main` gives an `App`, name
// the function that makes it: `#[bale::test(app = app)]`.
#[bale::test(app = super::app)]
async fn a_saved_conversation(bot: bale::testing::TestBot) {
    let sara = bot.user("سارا");
    sara.send("/start").await;
    sara.expect_text("چه بگویم؟").await;
    sara.expect_buttons(&[&["سلام", "خدا\"حافظ"], &["هشدار"]]).await;
    sara.press("خدا\"حافظ").await;
    sara.expect_toast("می‌گویم bye").await;
    sara.expect_edit("گفتم\nbye").await;
    sara.send("/start").await;
    sara.expect_text("چه بگویم؟").await;
    sara.expect_buttons(&[&["سلام", "خدا\"حافظ"], &["هشدار"]]).await;
    sara.send("/start").await;
    sara.expect_text("چه بگویم؟").await;
    sara.expect_buttons(&[&["سلام", "خدا\"حافظ"], &["هشدار"]]).await;
    sara.press("هشدار").await;
    sara.expect_alert("هشدار!").await;
    sara.press_on(4, "say:old").await;
    sara.expect_toast("می‌گویم old").await;
    sara.expect_edit("گفتم\nold").await;
    sara.send("/keyboard").await;
    sara.expect_text("بفرما").await;
    sara.expect_buttons(&[&["چای"]]).await;
    sara.tap("چای").await;
    sara.expect_text("نوش جان").await;
    let file = b"\x89PNG\x00\"";
    sara.send_media(bale::emulator::MediaKind::Photo, &file[..], |it| it.caption("گربه")).await;
    bot.expect_call("sendChatAction").await;
    sara.expect_text("عکس!").await;
    sara.send_contact("98912").await;
    sara.send_location(35.5, 51.0).await;
    sara.send_web_app_data("{}").await;
    sara.reply_to(2, "بله").await;
    let message17 = sara.send("غلط").await;
    sara.edit(message17, "درست").await;
    sara.expect_text("دیدم").await;
    sara.send("/buy").await;
    sara.expect_matching(|message| message.invoice.is_some()).await;
    sara.pay().await;
    bot.expect_call("answerPreCheckoutQuery").await;
    sara.expect_text("رسید").await;
    let khanoadh = bot.group("خانواده", [&sara]);
    let sara_in_khanoadh = sara.in_chat(&khanoadh);
    sara_in_khanoadh.send("سلام").await;
    let ali = bot.user("Ali");
    let ali_in_khanoadh = ali.in_chat(&khanoadh);
    ali_in_khanoadh.join().await;
    sara_in_khanoadh.expect_text("خوش آمدی").await;
}
