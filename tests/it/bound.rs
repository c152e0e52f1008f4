//! The verbs of what was received, against the emulator: exactly these calls.

use bale::{
    Bot, Error, Message,
    bound::{Chat, User},
    emulator::{Emulator, MemberStatus, NewMember},
    types::{
        self, ChatAction, ChatPermissions, ChatType, InlineKeyboardButton, InlineKeyboardMarkup,
        InputFile, InputMediaPhoto, LabeledPrice,
    },
};
use expect_test::expect;

use crate::rig::{bot, transcript};

const WALLET: &str = "WALLET-TEST-1111111111111111";

fn picture() -> InputFile {
    InputFile::bytes("a.png", "png")
}

fn album() -> [InputMediaPhoto; 2] {
    [InputMediaPhoto::new(picture()), InputMediaPhoto::new(picture())]
}

fn prices() -> [LabeledPrice; 1] {
    [LabeledPrice::new("tea", 50_000)]
}

fn keyboard() -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new().row([InlineKeyboardButton::callback("a", "b")])
}

/// A message of person 1 in chat `chat_id`, as the bot received it.
async fn received(chat_id: i64) -> (Emulator, Bot, Message) {
    let emulator = Emulator::new("123456:TEST");
    let bot = bot(&emulator);
    emulator.message(2, 2, "hello");
    emulator.message(chat_id, 1, "hello");
    let updates = bot.get_updates().await.expect("two messages");
    let last = updates.into_iter().last().and_then(Result::ok).expect("the second message");
    let message = Message::new(last.message().expect("it is one").clone(), bot.clone());
    emulator.clear_calls();
    (emulator, bot, message)
}

#[tokio::test(start_paused = true)]
async fn a_reply_quotes_and_an_answer_does_not() -> Result<(), Error> {
    let (emulator, _, message) = received(1).await;
    message.reply("text").await?;
    message.reply_photo(picture()).caption("a caption").await?;
    message.reply_audio(picture()).title("a title").await?;
    message.reply_document(picture()).reply_markup(keyboard()).await?;
    message.reply_video(picture()).await?;
    message.reply_animation(picture()).await?;
    message.reply_voice(picture()).await?;
    message.reply_sticker(picture()).await?;
    message.reply_media_group(album()).await?;
    message.reply_location(35.7, 51.4).await?;
    message.reply_contact("98900", "Sara").await?;
    message.reply_invoice("Tea", "A cup", "order-7", WALLET, prices()).await?;
    message.answer("text").await?;
    message.answer_photo(picture()).await?;
    message.answer_audio(picture()).await?;
    message.answer_document(picture()).await?;
    message.answer_video(picture()).await?;
    message.answer_animation(picture()).await?;
    message.answer_voice(picture()).await?;
    message.answer_sticker(picture()).await?;
    message.answer_media_group(album()).await?;
    message.answer_location(35.7, 51.4).await?;
    message.answer_contact("98900", "Sara").await?;
    message.answer_invoice("Tea", "A cup", "order-7", WALLET, prices()).await?;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_to_message_id":1,"text":"text"}
        sendPhoto {"caption":"a caption","chat_id":"1","photo":{"file_name":"a.png","size":3},"reply_to_message_id":"1"}
        sendAudio {"audio":{"file_name":"a.png","size":3},"chat_id":"1","reply_to_message_id":"1","title":"a title"}
        sendDocument {"chat_id":"1","document":{"file_name":"a.png","size":3},"reply_markup":"{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"b\"}]]}","reply_to_message_id":"1"}
        sendVideo {"chat_id":"1","reply_to_message_id":"1","video":{"file_name":"a.png","size":3}}
        sendAnimation {"animation":{"file_name":"a.png","size":3},"chat_id":"1","reply_to_message_id":"1"}
        sendVoice {"chat_id":"1","reply_to_message_id":"1","voice":{"file_name":"a.png","size":3}}
        sendSticker {"chat_id":"1","reply_to_message_id":"1","sticker":{"file_name":"a.png","size":3}}
        sendMediaGroup {"chat_id":"1","media":"[{\"type\":\"photo\",\"media\":\"attach://media0\"},{\"type\":\"photo\",\"media\":\"attach://media1\"}]","media0":{"file_name":"a.png","size":3},"media1":{"file_name":"a.png","size":3},"reply_to_message_id":"1"}
        sendLocation {"chat_id":1,"latitude":35.7,"longitude":51.4,"reply_to_message_id":1}
        sendContact {"chat_id":1,"first_name":"Sara","phone_number":"98900","reply_to_message_id":1}
        sendInvoice {"chat_id":1,"description":"A cup","payload":"order-7","prices":[{"amount":50000,"label":"tea"}],"provider_token":"WALLET-TEST-1111111111111111","reply_to_message_id":1,"title":"Tea"}
        sendMessage {"chat_id":1,"text":"text"}
        sendPhoto {"chat_id":"1","photo":{"file_name":"a.png","size":3}}
        sendAudio {"audio":{"file_name":"a.png","size":3},"chat_id":"1"}
        sendDocument {"chat_id":"1","document":{"file_name":"a.png","size":3}}
        sendVideo {"chat_id":"1","video":{"file_name":"a.png","size":3}}
        sendAnimation {"animation":{"file_name":"a.png","size":3},"chat_id":"1"}
        sendVoice {"chat_id":"1","voice":{"file_name":"a.png","size":3}}
        sendSticker {"chat_id":"1","sticker":{"file_name":"a.png","size":3}}
        sendMediaGroup {"chat_id":"1","media":"[{\"type\":\"photo\",\"media\":\"attach://media0\"},{\"type\":\"photo\",\"media\":\"attach://media1\"}]","media0":{"file_name":"a.png","size":3},"media1":{"file_name":"a.png","size":3}}
        sendLocation {"chat_id":1,"latitude":35.7,"longitude":51.4}
        sendContact {"chat_id":1,"first_name":"Sara","phone_number":"98900"}
        sendInvoice {"chat_id":1,"description":"A cup","payload":"order-7","prices":[{"amount":50000,"label":"tea"}],"provider_token":"WALLET-TEST-1111111111111111","title":"Tea"}
    "#]].assert_eq(&transcript(&emulator));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_message_is_changed_and_passed_on() -> Result<(), Error> {
    let (emulator, _, message) = received(1).await;
    let text = message.reply("text").reply_markup(keyboard()).await?;
    text.edit("new").reply_markup(keyboard()).await?;
    text.edit_reply_markup(InlineKeyboardMarkup::new()).await?;
    let photo = message.reply_photo(picture()).await?;
    photo.edit_caption("new").await?;
    photo.forward(2).await?.forward_from().expect("it has an author").get_info().await?;
    photo.copy(&message.chat()).await?;
    photo.delete().await?;
    expect![[r#"
        sendMessage {"chat_id":1,"reply_markup":{"inline_keyboard":[[{"callback_data":"b","text":"a"}]]},"reply_to_message_id":1,"text":"text"}
        editMessageText {"chat_id":1,"message_id":2,"reply_markup":{"inline_keyboard":[[{"callback_data":"b","text":"a"}]]},"text":"new"}
        editMessageReplyMarkup {"chat_id":1,"message_id":2,"reply_markup":{"inline_keyboard":[]}}
        sendPhoto {"chat_id":"1","photo":{"file_name":"a.png","size":3},"reply_to_message_id":"1"}
        editMessageCaption {"caption":"new","chat_id":1,"message_id":3}
        forwardMessage {"chat_id":2,"from_chat_id":1,"message_id":3}
        getChat {"chat_id":123456}
        copyMessage {"chat_id":1,"from_chat_id":1,"message_id":3}
        deleteMessage {"chat_id":1,"message_id":3}
    "#]].assert_eq(&transcript(&emulator));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_chat_is_managed() -> Result<(), Error> {
    let (emulator, _, message) = received(9).await;
    emulator.set_member(&NewMember::new(9, 1, MemberStatus::Creator)).expect("the group is there");
    let chat = message.chat();
    message.pin().await?;
    message.unpin().await?;
    chat.pin_message(1).await?;
    chat.unpin_message(1).await?;
    chat.unpin_all_messages().await?;
    chat.set_title("Friends").await?;
    chat.set_description("of the bot").await?;
    chat.set_photo(picture()).await?;
    chat.delete_photo().await?;
    chat.export_invite_link().await?;
    let link = chat.create_invite_link().await?;
    chat.revoke_invite_link(link.invite_link).await?;
    chat.invite_user(2).await?;
    assert_eq!(chat.get_members_count().await?, 3);
    chat.get_member(2).await?.user().send_action(ChatAction::Typing).await?;
    chat.promote_member(2).can_pin_messages(true).await?;
    let roles = chat.get_administrators().await?;
    let roles: Vec<_> = roles.iter().map(|member| (member.user().id, member.is_owner())).collect();
    assert_eq!(roles, [(1, true), (2, false), (123_456, false)]);
    let silent = ChatPermissions { can_send_messages: Some(false), ..Default::default() };
    chat.promote_member(2).can_pin_messages(false).await?;
    chat.restrict_member(2, silent).await?;
    chat.ban_member(2).await?;
    chat.unban_member(2).only_if_banned(true).await?;
    chat.get_info().await?.chat().send("bye").await?;
    chat.leave().await?;
    expect![[r#"
        pinChatMessage {"chat_id":9,"message_id":1}
        unpinChatMessage {"chat_id":9,"message_id":1}
        pinChatMessage {"chat_id":9,"message_id":1}
        unpinChatMessage {"chat_id":9,"message_id":1}
        unpinAllChatMessages {"chat_id":9}
        setChatTitle {"chat_id":9,"title":"Friends"}
        setChatDescription {"chat_id":9,"description":"of the bot"}
        setChatPhoto {"chat_id":"9","photo":{"file_name":"a.png","size":3}}
        deleteChatPhoto {"chat_id":9}
        exportChatInviteLink {"chat_id":9}
        createChatInviteLink {"chat_id":9}
        revokeChatInviteLink {"chat_id":9,"invite_link":"ble.ir/join/EMU0000002"}
        inviteUser {"chat_id":9,"user_id":2}
        getChatMembersCount {"chat_id":9}
        getChatMember {"chat_id":9,"user_id":2}
        sendChatAction {"action":"typing","chat_id":"2"}
        promoteChatMember {"can_pin_messages":true,"chat_id":9,"user_id":2}
        getChatAdministrators {"chat_id":9}
        promoteChatMember {"can_pin_messages":false,"chat_id":9,"user_id":2}
        restrictChatMember {"chat_id":9,"permissions":{"can_send_messages":false},"user_id":2}
        banChatMember {"chat_id":9,"user_id":2}
        unbanChatMember {"chat_id":9,"only_if_banned":true,"user_id":2}
        getChat {"chat_id":9}
        sendMessage {"chat_id":9,"text":"bye"}
        leaveChat {"chat_id":9}
    "#]]
    .assert_eq(&transcript(&emulator));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn chats_and_users_are_sent_the_same() -> Result<(), Error> {
    let (emulator, bot, message) = received(1).await;
    let chat = message.chat();
    chat.send_action(ChatAction::UploadPhoto).await?;
    chat.send("text").await?;
    chat.send_photo(picture()).await?;
    chat.send_audio(picture()).await?;
    chat.send_document(picture()).await?;
    chat.send_video(picture()).await?;
    chat.send_animation(picture()).await?;
    chat.send_voice(picture()).await?;
    chat.send_sticker(picture()).await?;
    chat.send_media_group(album()).await?;
    chat.send_location(35.7, 51.4).await?;
    chat.send_contact("98900", "Sara").await?;
    chat.send_invoice("Tea", "A cup", "order-7", WALLET, prices()).await?;
    let to_the_chat = transcript(&emulator);
    emulator.clear_calls();

    let user = bot.get_chat(1).await?.user().expect("a private chat");
    emulator.clear_calls();
    user.send_action(ChatAction::UploadPhoto).await?;
    user.send("text").await?;
    user.send_photo(picture()).await?;
    user.send_audio(picture()).await?;
    user.send_document(picture()).await?;
    user.send_video(picture()).await?;
    user.send_animation(picture()).await?;
    user.send_voice(picture()).await?;
    user.send_sticker(picture()).await?;
    user.send_media_group(album()).await?;
    user.send_location(35.7, 51.4).await?;
    user.send_contact("98900", "Sara").await?;
    user.send_invoice("Tea", "A cup", "order-7", WALLET, prices()).await?;
    assert_eq!(transcript(&emulator), to_the_chat);
    expect![[r#"
        sendChatAction {"action":"upload_photo","chat_id":"1"}
        sendMessage {"chat_id":1,"text":"text"}
        sendPhoto {"chat_id":"1","photo":{"file_name":"a.png","size":3}}
        sendAudio {"audio":{"file_name":"a.png","size":3},"chat_id":"1"}
        sendDocument {"chat_id":"1","document":{"file_name":"a.png","size":3}}
        sendVideo {"chat_id":"1","video":{"file_name":"a.png","size":3}}
        sendAnimation {"animation":{"file_name":"a.png","size":3},"chat_id":"1"}
        sendVoice {"chat_id":"1","voice":{"file_name":"a.png","size":3}}
        sendSticker {"chat_id":"1","sticker":{"file_name":"a.png","size":3}}
        sendMediaGroup {"chat_id":"1","media":"[{\"type\":\"photo\",\"media\":\"attach://media0\"},{\"type\":\"photo\",\"media\":\"attach://media1\"}]","media0":{"file_name":"a.png","size":3},"media1":{"file_name":"a.png","size":3}}
        sendLocation {"chat_id":1,"latitude":35.7,"longitude":51.4}
        sendContact {"chat_id":1,"first_name":"Sara","phone_number":"98900"}
        sendInvoice {"chat_id":1,"description":"A cup","payload":"order-7","prices":[{"amount":50000,"label":"tea"}],"provider_token":"WALLET-TEST-1111111111111111","title":"Tea"}
    "#]].assert_eq(&to_the_chat);
    Ok(())
}

#[test]
fn what_a_message_mentions_is_bound_too() {
    let user = |id| types::User { id, first_name: "Sara".to_owned(), ..Default::default() };
    let chat = |id| types::Chat { id, kind: ChatType::Channel, ..Default::default() };
    let pinned = types::Message { message_id: 6, ..Default::default() };
    let data = types::Message {
        chat: types::Chat { pinned_message: Some(pinned.into()), ..chat(1) },
        sender_chat: Some(chat(2).into()),
        forward_from: Some(user(3).into()),
        forward_from_chat: Some(chat(4).into()),
        new_chat_members: Some(vec![user(5), user(6)]),
        left_chat_member: Some(user(7).into()),
        ..Default::default()
    };
    let bot = bot(&Emulator::new("123456:TEST"));
    let message = Message::new(data, bot.clone());
    let id_of_chat = |chat: Option<Chat>| chat.map(|chat| chat.id);
    let id_of_user = |user: Option<User>| user.map(|user| user.id);
    assert_eq!(id_of_chat(message.sender_chat()), Some(2));
    assert_eq!(id_of_user(message.forward_from()), Some(3));
    assert_eq!(id_of_chat(message.forward_from_chat()), Some(4));
    let joined: Vec<_> = message.new_chat_members().iter().map(|user| user.id).collect();
    assert_eq!(joined, [5, 6]);
    assert_eq!(id_of_user(message.left_chat_member()), Some(7));
    assert_eq!(message.chat().pinned_message().map(|message| message.message_id), Some(6));

    let plain = Message::new(types::Message::default(), bot.clone());
    assert!(plain.sender_chat().is_none() && plain.forward_from_chat().is_none());
    assert!(plain.forward_from().is_none() && plain.left_chat_member().is_none());
    assert!(plain.new_chat_members().is_empty() && plain.chat().pinned_message().is_none());

    let private = User::new(user(8), bot).chat();
    let expected = types::Chat {
        id: 8,
        kind: ChatType::Private,
        first_name: Some("Sara".to_owned()),
        ..Default::default()
    };
    assert_eq!(*private, expected);
}
