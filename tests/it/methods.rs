//! Every method of the client against the emulator: what is asked and what is answered, whole.
//!
//! The client's types and the emulator's JSON are written apart from each other, so that they meet here
//! says something about both. The wire itself is held by `wire.rs`.

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use bale::{
    Bot, Error,
    emulator::{ChatType, Emulator, MemberStatus, NewMember, OutsideUrls},
    methods,
    types::{
        ChatAction, ChatPermissions, InlineKeyboardButton, InlineKeyboardMarkup, InputFile,
        InputMedia, InputSticker, LabeledPrice, UpdateKind,
    },
};
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::rig::bot;

const WALLET: &str = "WALLET-TEST-1111111111111111";

fn server() -> (Emulator, Bot) {
    let emulator = Emulator::new("123456:TEST").starts_at(1000).strict(true);
    let mut quirks = emulator.quirks();
    quirks.outside_urls = OutsideUrls::Unfetched;
    emulator.set_quirks(quirks);
    let bot = bot(&emulator);
    (emulator, bot)
}

/// The calls and their answers, one each a line; `date` is the emulator's clock, which stands still here.
fn check(emulator: &Emulator, expected: &Expect) -> BTreeSet<String> {
    let mut lines = String::new();
    let mut called = BTreeSet::new();
    for call in emulator.calls() {
        let answer = match call.reply {
            Some(Value::Object(mut reply)) if reply["ok"] == true => reply.remove("result"),
            other => other,
        };
        let answer = answer.map_or_else(|| "nothing".to_owned(), |answer| answer.to_string());
        let _ = writeln!(lines, "{} {}\n    {answer}", call.method, call.params);
        called.insert(call.method);
    }
    expected.assert_eq(&lines);
    called
}

fn picture() -> InputFile {
    InputFile::bytes("a.png", &b"\x89PNG\r\n\x1a\n"[..])
}

async fn about_the_bot() -> Result<BTreeSet<String>, Error> {
    let (emulator, bot) = server();
    emulator.message(1, 1, "/start");
    bot.get_me().await?;
    bot.set_webhook("https://example.org/secret").await?;
    bot.get_webhook_info().await?;
    bot.delete_webhook().await?;
    bot.get_updates().limit(1).await?;
    bot.ask_review(1, 5).await?;
    bot.close_instance().await?;
    bot.log_out().await?;
    let called = check(
        &emulator,
        &expect![[r#"
        getMe {}
            {"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"}
        setWebhook {"url":"https://example.org/secret"}
            true
        getWebhookInfo {}
            {"pending_update_count":1,"url":"https://example.org/secret"}
        deleteWebhook {}
            true
        getUpdates {"limit":1}
            [{"message":{"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"entities":[{"length":6,"offset":0,"type":"bot_command"}],"from":{"first_name":"User 1","id":1,"is_bot":false},"message_id":1,"text":"/start"},"update_id":0}]
        askReview {"delay_seconds":5,"user_id":1}
            true
        close {}
            true
        logOut {}
            true
    "#]],
    );
    Ok(called)
}

async fn about_messages() -> Result<BTreeSet<String>, Error> {
    let (emulator, bot) = server();
    emulator.message(1, 1, "hello");
    emulator.add_chat(9, ChatType::Channel).expect("it is new");
    let keyboard = InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("a", "b")]);
    let sent = bot.send_message(1, "text").reply_to_message_id(1).reply_markup(keyboard).await?;
    let press = emulator.callback(1, 1, sent.message_id, "b").expect("the button is there");
    bot.answer_callback_query(press.callback_query_id).text("toast").await?;
    sent.edit("new").await?;
    bot.edit_message_reply_markup(1, sent.message_id).await?;
    let photo = bot.send_photo(1, picture()).caption("old").await?;
    bot.edit_message_caption(1, photo.message_id).caption("new").await?;
    bot.forward_message(9, 1, 1).await?;
    bot.copy_message(9, 1, 1).await?;
    bot.send_location(1, 35.7, 51.4).horizontal_accuracy(10.0).await?;
    bot.send_contact(1, "+989120000000", "Sara").last_name("Ahmadi").await?;
    bot.send_chat_action(1, ChatAction::Typing).await?;
    bot.delete_message(1, sent.message_id).await?;
    let called = check(
        &emulator,
        &expect![[r#"
        sendMessage {"chat_id":1,"reply_markup":{"inline_keyboard":[[{"callback_data":"b","text":"a"}]]},"reply_to_message_id":1,"text":"text"}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":2,"reply_markup":{"inline_keyboard":[[{"callback_data":"b","text":"a"}]]},"reply_to_message":{"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"User 1","id":1,"is_bot":false},"message_id":1,"text":"hello"},"text":"text"}
        answerCallbackQuery {"callback_query_id":"2000000000","text":"toast"}
            true
        editMessageText {"chat_id":1,"message_id":2,"text":"new"}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":0,"message_id":0}
        editMessageReplyMarkup {"chat_id":1,"message_id":2}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":0,"message_id":0}
        sendPhoto {"caption":"old","chat_id":"1","photo":{"file_name":"a.png","size":8}}
            {"caption":"old","chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":3,"photo":[{"file_id":"123456:1:EMU0000001:1","file_size":8,"file_unique_id":"EMU0000001","height":0,"width":0}]}
        editMessageCaption {"caption":"new","chat_id":1,"message_id":3}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":0,"message_id":0}
        forwardMessage {"chat_id":9,"from_chat_id":1,"message_id":1}
            {"chat":{"id":9,"title":"Chat 9","type":"channel"},"date":1000,"forward_date":1000,"forward_from":{"first_name":"User 1","id":1,"is_bot":false},"message_id":1,"sender_chat":{"id":9,"title":"Chat 9","type":"channel"},"text":"hello"}
        copyMessage {"chat_id":9,"from_chat_id":1,"message_id":1}
            {"message_id":2}
        sendLocation {"chat_id":1,"horizontal_accuracy":10.0,"latitude":35.7,"longitude":51.4}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"location":{"latitude":35.7,"longitude":51.4},"message_id":4}
        sendContact {"chat_id":1,"first_name":"Sara","last_name":"Ahmadi","phone_number":"+989120000000"}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"contact":{"first_name":"Sara","last_name":"Ahmadi","phone_number":"+989120000000"},"date":1000,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":5}
        sendChatAction {"action":"typing","chat_id":"1"}
            true
        deleteMessage {"chat_id":1,"message_id":2}
            true
    "#]],
    );
    Ok(called)
}

async fn about_media() -> Result<BTreeSet<String>, Error> {
    let (emulator, bot) = server();
    emulator.message(1, 1, "hello");
    let file = |name: &str| InputFile::bytes(name, "0123456789");
    let document = bot.send_document(1, file("a.txt")).caption("a text").await?;
    let document = document.document.as_deref().expect("it was sent");
    let found = bot.get_file(&*document.file_id).await?;
    let path = found.file_path.expect("it is there");
    assert_eq!(emulator.file(&path).as_deref(), Some(&b"0123456789"[..]));
    emulator.advance(Duration::from_secs(3601));
    assert_eq!(emulator.file(&path), None, "a link lives for an hour");
    bot.send_document(1, InputFile::file_id(&*document.file_id)).await?;
    bot.send_audio(1, file("a.mp3")).title("song").duration(3).await?;
    bot.send_video(1, file("a.mp4")).await?;
    bot.send_animation(1, file("a.gif")).width(2).height(3).await?;
    bot.send_voice(1, file("a.ogg")).await?;
    bot.send_photo(1, InputFile::url("https://example.com/a.png")).await?;
    bot.send_sticker(1, file("a.webp")).await?;
    let again = InputFile::file_id(&*document.file_id);
    let album = vec![InputMedia::document(again), InputMedia::document(file("b.txt"))];
    bot.send_media_group(1, album).await?;
    let called = check(
        &emulator,
        &expect![[r#"
        sendDocument {"caption":"a text","chat_id":"1","document":{"file_name":"a.txt","size":10}}
            {"caption":"a text","chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"document":{"file_id":"123456:1:EMU0000001:1","file_name":"a.txt","file_size":10,"file_unique_id":"EMU0000001","mime_type":"text/plain"},"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":2}
        getFile {"file_id":"123456:1:EMU0000001:1"}
            {"file_id":"123456:1:EMU0000001:1","file_path":"files/EMU0000001-1","file_size":10,"file_unique_id":"EMU0000001"}
        sendDocument {"chat_id":"1","document":"123456:1:EMU0000001:1"}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"document":{"file_id":"123456:1:EMU0000001:1","file_name":"a.txt","file_size":10,"file_unique_id":"EMU0000001","mime_type":"text/plain"},"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":3}
        sendAudio {"audio":{"file_name":"a.mp3","size":10},"chat_id":"1","duration":"3","title":"song"}
            {"audio":{"duration":3,"file_id":"123456:2:EMU0000002:1","file_name":"a.mp3","file_size":10,"file_unique_id":"EMU0000002","mime_type":"audio/mpeg","title":"song"},"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":4}
        sendVideo {"chat_id":"1","video":{"file_name":"a.mp4","size":10}}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":5,"video":{"duration":0,"file_id":"123456:3:EMU0000003:1","file_name":"a.mp4","file_size":10,"file_unique_id":"EMU0000003","height":0,"mime_type":"video/mp4","width":0}}
        sendAnimation {"animation":{"file_name":"a.gif","size":10},"chat_id":"1","height":"3","width":"2"}
            {"animation":{"duration":0,"file_id":"123456:4:EMU0000004:1","file_name":"a.gif","file_size":10,"file_unique_id":"EMU0000004","height":3,"mime_type":"image/gif","width":2},"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"document":{"file_id":"123456:4:EMU0000004:1","file_name":"a.gif","file_size":10,"file_unique_id":"EMU0000004","mime_type":"image/gif"},"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":6}
        sendVoice {"chat_id":"1","voice":{"file_name":"a.ogg","size":10}}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":7,"voice":{"duration":0,"file_id":"123456:5:EMU0000005:1","file_size":10,"file_unique_id":"EMU0000005","mime_type":"audio/ogg"}}
        sendPhoto {"chat_id":"1","photo":"https://example.com/a.png"}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":8,"photo":[{"file_id":"123456:6:EMU0000006:1","file_unique_id":"EMU0000006","height":0,"width":0}]}
        sendSticker {"chat_id":"1","sticker":{"file_name":"a.webp","size":10}}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"message_id":9,"sticker":{"file_id":"123456:7:EMU0000007:1","file_size":10,"file_unique_id":"EMU0000007","height":512,"type":"regular","width":512}}
        sendMediaGroup {"chat_id":"1","media":"[{\"type\":\"document\",\"media\":\"123456:1:EMU0000001:1\"},{\"type\":\"document\",\"media\":\"attach://media0\"}]","media0":{"file_name":"b.txt","size":10}}
            [{"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"document":{"file_id":"123456:1:EMU0000001:1","file_name":"a.txt","file_size":10,"file_unique_id":"EMU0000001","mime_type":"text/plain"},"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"media_group_id":"1001","message_id":10},{"chat":{"first_name":"User 1","id":1,"type":"private"},"date":4601,"document":{"file_id":"123456:8:EMU0000008:1","file_name":"b.txt","file_size":10,"file_unique_id":"EMU0000008","mime_type":"text/plain"},"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"media_group_id":"1001","message_id":11}]
    "#]],
    );
    Ok(called)
}

async fn about_stickers() -> Result<BTreeSet<String>, Error> {
    let (emulator, bot) = server();
    emulator.message(1, 1, "hello");
    let uploaded = bot.upload_sticker_file(1, picture()).await?;
    let sticker = || InputSticker::new(InputFile::file_id(&*uploaded.file_id)).emoji_list(["🙂"]);
    bot.create_new_sticker_set(1, "smiles_by_emulated_bot", "Smiles", vec![sticker()]).await?;
    bot.add_sticker_to_set(1, "smiles_by_emulated_bot", sticker()).await?;
    let set = bot.get_sticker_set("smiles_by_emulated_bot").await?;
    bot.delete_sticker_from_set(&*set.stickers[0].file_id).await?;
    let called = check(
        &emulator,
        &expect![[r#"
        uploadStickerFile {"sticker":{"file_name":"a.png","size":8},"user_id":"1"}
            {"file_id":"123456:1:EMU0000001:1","file_size":8,"file_unique_id":"EMU0000001"}
        createNewStickerSet {"name":"smiles_by_emulated_bot","sticker":"[{\"sticker\":\"123456:1:EMU0000001:1\",\"emoji_list\":[\"🙂\"]}]","title":"Smiles","user_id":"1"}
            true
        addStickerToSet {"name":"smiles_by_emulated_bot","sticker":"{\"sticker\":\"123456:1:EMU0000001:1\",\"emoji_list\":[\"🙂\"]}","user_id":"1"}
            true
        getStickerSet {"name":"smiles_by_emulated_bot"}
            {"name":"smiles_by_emulated_bot","stickers":[{"file_id":"123456:1:EMU0000001:1","file_size":8,"file_unique_id":"EMU0000001","height":512,"type":"regular","width":512},{"file_id":"123456:1:EMU0000001:1","file_size":8,"file_unique_id":"EMU0000001","height":512,"type":"regular","width":512}],"title":"Smiles"}
        deleteStickerFromSet {"sticker":"123456:1:EMU0000001:1"}
            true
    "#]],
    );
    Ok(called)
}

async fn about_chats() -> Result<BTreeSet<String>, Error> {
    let (emulator, bot) = server();
    emulator.message(9, 1, "hello");
    emulator.message(2, 2, "hi");
    emulator.set_member(&NewMember::new(9, 1, MemberStatus::Creator)).expect("the group is there");
    bot.get_chat(9).await?;
    bot.set_chat_title(9, "Friends").await?;
    bot.set_chat_description(9, "of the bot").await?;
    bot.set_chat_photo(9, picture()).await?;
    bot.delete_chat_photo(9).await?;
    bot.pin_chat_message(9, 1).await?;
    bot.unpin_chat_message(9, 1).await?;
    bot.unpin_all_chat_messages(9).await?;
    bot.export_chat_invite_link(9).await?;
    let link = bot.create_chat_invite_link(9).await?;
    bot.revoke_chat_invite_link(9, link.invite_link).await?;
    bot.invite_user(9, 2).await?;
    bot.get_chat_members_count(9).await?;
    bot.get_chat_member(9, 2).await?;
    bot.promote_chat_member(9, 2).can_invite_users(true).await?;
    bot.get_chat_administrators(9).await?;
    let silent = ChatPermissions { can_send_messages: Some(false), ..Default::default() };
    bot.promote_chat_member(9, 2).can_invite_users(false).await?;
    bot.restrict_chat_member(9, 2, silent).await?;
    bot.ban_chat_member(9, 2).await?;
    bot.unban_chat_member(9, 2).only_if_banned(true).await?;
    let gone = bot.get_chat_member(9, 2).await.expect_err("they were removed");
    assert_eq!(gone.to_string(), "getChatMember: not found: no such group or user (404)");
    bot.leave_chat(9).await?;
    let called = check(
        &emulator,
        &expect![[r#"
        getChat {"chat_id":9}
            {"id":9,"title":"Chat 9","type":"group"}
        setChatTitle {"chat_id":9,"title":"Friends"}
            true
        setChatDescription {"chat_id":9,"description":"of the bot"}
            true
        setChatPhoto {"chat_id":"9","photo":{"file_name":"a.png","size":8}}
            true
        deleteChatPhoto {"chat_id":9}
            true
        pinChatMessage {"chat_id":9,"message_id":1}
            true
        unpinChatMessage {"chat_id":9,"message_id":1}
            true
        unpinAllChatMessages {"chat_id":9}
            true
        exportChatInviteLink {"chat_id":9}
            "ble.ir/join/EMU0000001"
        createChatInviteLink {"chat_id":9}
            {"creates_join_request":false,"creator":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"invite_link":"ble.ir/join/EMU0000002","is_primary":false,"is_revoked":false}
        revokeChatInviteLink {"chat_id":9,"invite_link":"ble.ir/join/EMU0000002"}
            {"creates_join_request":false,"creator":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"invite_link":"ble.ir/join/EMU0000003","is_primary":false,"is_revoked":false}
        inviteUser {"chat_id":9,"user_id":2}
            true
        getChatMembersCount {"chat_id":9}
            3
        getChatMember {"chat_id":9,"user_id":2}
            {"status":"member","user":{"first_name":"User 2","id":2,"is_bot":false}}
        promoteChatMember {"can_invite_users":true,"chat_id":9,"user_id":2}
            true
        getChatAdministrators {"chat_id":9}
            [{"status":"creator","user":{"first_name":"User 1","id":1,"is_bot":false}},{"can_change_info":false,"can_delete_messages":false,"can_edit_messages":false,"can_invite_users":true,"can_manage_video_chats":false,"can_pin_messages":false,"can_post_messages":false,"can_post_stories":false,"can_promote_members":false,"can_restrict_members":false,"status":"administrator","user":{"first_name":"User 2","id":2,"is_bot":false}},{"can_change_info":true,"can_delete_messages":true,"can_edit_messages":true,"can_invite_users":true,"can_manage_video_chats":true,"can_pin_messages":true,"can_post_messages":true,"can_post_stories":true,"can_promote_members":true,"can_restrict_members":true,"status":"administrator","user":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"}}]
        promoteChatMember {"can_invite_users":false,"chat_id":9,"user_id":2}
            true
        restrictChatMember {"chat_id":9,"permissions":{"can_send_messages":false},"user_id":2}
            true
        banChatMember {"chat_id":9,"user_id":2}
            true
        unbanChatMember {"chat_id":9,"only_if_banned":true,"user_id":2}
            true
        getChatMember {"chat_id":9,"user_id":2}
            {"description":"no such group or user","error_code":404,"ok":false}
        leaveChat {"chat_id":9}
            true
    "#]],
    );
    Ok(called)
}

async fn about_payments() -> Result<BTreeSet<String>, Error> {
    let (emulator, bot) = server();
    emulator.message(1, 1, "hello");
    emulator.clear_calls();
    let prices = || vec![LabeledPrice::new("tea", 50_000)];
    let invoice = bot.send_invoice(1, "Tea", "A cup", "order-7", WALLET, prices()).await?;
    let payment = emulator.pay(1, 1, invoice.message_id).expect("it is an invoice");
    bot.answer_pre_checkout_query(&*payment.pre_checkout_query_id, true).await?;
    let receipt = bot.get_updates().await?.into_iter().find_map(|update| match update.ok()?.kind {
        UpdateKind::Message(message) => message.successful_payment.clone(),
        _ => None,
    });
    let charge = receipt.and_then(|receipt| receipt.telegram_payment_charge_id);
    bot.inquire_transaction(charge.expect("it was paid")).await?;
    bot.create_invoice_link("Tea", "A cup", "order-8", WALLET, prices()).await?;

    let payment = emulator.pay(1, 1, invoice.message_id).expect("it is an invoice");
    emulator.advance(Duration::from_secs(11));
    let late = bot.answer_pre_checkout_query(payment.pre_checkout_query_id, true).await;
    assert_eq!(late.expect_err("ten seconds are over").code(), Some(400));
    let called = check(
        &emulator,
        &expect![[r#"
        sendInvoice {"chat_id":1,"description":"A cup","payload":"order-7","prices":[{"amount":50000,"label":"tea"}],"provider_token":"WALLET-TEST-1111111111111111","title":"Tea"}
            {"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"Emulated bot","id":123456,"is_bot":true,"username":"emulated_bot"},"invoice":{"currency":"IRR","description":"A cup","start_parameter":"","title":"Tea","total_amount":50000},"message_id":2}
        answerPreCheckoutQuery {"ok":true,"pre_checkout_query_id":"3000000001"}
            true
        getUpdates {}
            [{"message":{"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"User 1","id":1,"is_bot":false},"message_id":1,"text":"hello"},"update_id":0},{"pre_checkout_query":{"currency":"IRR","from":{"first_name":"User 1","id":1,"is_bot":false},"id":"3000000001","invoice_payload":"order-7","total_amount":50000},"update_id":1},{"message":{"chat":{"first_name":"User 1","id":1,"type":"private"},"date":1000,"from":{"first_name":"User 1","id":1,"is_bot":false},"message_id":3,"successful_payment":{"currency":"IRR","invoice_payload":"order-7","provider_payment_charge_id":"EMU-CHARGE-0000001-WALLET","telegram_payment_charge_id":"EMU-CHARGE-0000001","total_amount":50000}},"update_id":2}]
        inquireTransaction {"transaction_id":"EMU-CHARGE-0000001"}
            {"amount":50000,"createdAt":1000,"id":"EMU-CHARGE-0000001","status":"paid","userID":1}
        createInvoiceLink {"description":"A cup","payload":"order-8","prices":[{"amount":50000,"label":"tea"}],"provider_token":"WALLET-TEST-1111111111111111","title":"Tea"}
            "EMU-INVOICE-0000001"
        answerPreCheckoutQuery {"ok":true,"pre_checkout_query_id":"3000000002"}
            {"description":"Bad Request: query is too old and response timeout expired or query ID is invalid","error_code":400,"ok":false}
    "#]],
    );
    Ok(called)
}

#[tokio::test(start_paused = true)]
async fn every_method_is_answered() {
    let mut called = BTreeSet::new();
    called.append(&mut about_the_bot().await.unwrap());
    called.append(&mut about_messages().await.unwrap());
    called.append(&mut about_media().await.unwrap());
    called.append(&mut about_stickers().await.unwrap());
    called.append(&mut about_chats().await.unwrap());
    called.append(&mut about_payments().await.unwrap());
    let all: BTreeSet<String> = methods::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(called, all);
}
