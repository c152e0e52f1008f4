//! Writes stored things as the Bot API's JSON. By hand, and apart from `bale::types`: an emulator that
//! shared the framework's types would agree with its mistakes.

use serde_json::{Map, Value, json};

use super::{
    state::{Chat, ChatType, StoredMessage, User, World},
    time::Time,
};

/// `User`. Source: docs.bale.ai#user, official.
pub(crate) fn user(user: &User) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), user.id.into());
    object.insert("is_bot".into(), user.is_bot.into());
    object.insert("first_name".into(), user.first_name.as_str().into());
    put(&mut object, "username", user.username.as_deref());
    object.into()
}

/// `Chat`; and all we know of `ChatFullInfo`. Source: docs.bale.ai#chat, official.
pub(crate) fn chat(world: &World, chat: &Chat) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), chat.id.into());
    object.insert("type".into(), chat.kind.name().into());
    put(&mut object, "title", chat.title.as_deref());
    put(&mut object, "username", world.username_of(chat));
    if chat.kind == ChatType::Private {
        put(&mut object, "first_name", world.user(chat.id).map(|user| user.first_name.as_str()));
    }
    object.into()
}

/// `Message` as a bot sees it: only inline keyboards are part of it. Source: docs.bale.ai#message, official.
pub(crate) fn message(world: &World, chat: &Chat, message: &StoredMessage) -> Value {
    let mut object = shallow(world, chat, message);
    if let Some(original) = message.reply_to.and_then(|id| chat.messages.get(&id)) {
        object.insert("reply_to_message".into(), shallow(world, chat, original).into());
    }
    object.into()
}

/// `Message` as the control API shows it: with whatever keyboard came along.
pub(crate) fn message_with_keyboard(world: &World, chat: &Chat, stored: &StoredMessage) -> Value {
    let mut object = message(world, chat, stored);
    if let Some(markup) = &stored.reply_markup {
        object["reply_markup"] = markup.clone();
    }
    object
}

/// What `editMessageText` answers: no id, no text. Source: quirks, seen live, confidence library.
pub(crate) fn edit_stub(world: &World, in_chat: &Chat) -> Value {
    json!({"message_id": 0, "date": 0, "chat": chat(world, in_chat)})
}

/// A message without the one it replies to, which is how replies are nested.
fn shallow(world: &World, in_chat: &Chat, message: &StoredMessage) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("message_id".into(), message.message_id.into());
    object.insert("date".into(), message.sent.unix().into());
    object.insert("chat".into(), chat(world, in_chat));
    match in_chat.kind {
        // Channel posts come without `from`. Source: quirks, confidence inferred.
        ChatType::Channel => object.insert("sender_chat".into(), chat(world, in_chat)),
        ChatType::Private | ChatType::Group => {
            put(&mut object, "from", world.user(message.author).map(user))
        }
    };
    object.insert("text".into(), message.text.as_str().into());
    put(&mut object, "edit_date", message.edited.map(Time::unix));
    let inline =
        message.reply_markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some());
    put(&mut object, "reply_markup", inline.cloned());
    object
}

fn put(
    object: &mut Map<String, Value>,
    name: &str,
    value: Option<impl Into<Value>>,
) -> Option<Value> {
    value.and_then(|value| object.insert(name.to_owned(), value.into()))
}
