//! Writes stored things as the Bot API's JSON. By hand, and apart from `bale::types`: an emulator that
//! shared the framework's types would agree with its mistakes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

pub(crate) use self::message::{edit_stub, message, message_with_keyboard, sticker};
use super::state::{Chat, ChatType, FileKey, InviteLink, Right, Standing, User, World};

mod entities;
mod message;

/// `User`. Source: docs.bale.ai#user, official.
pub(crate) fn user(user: &User) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), user.id.into());
    object.insert("is_bot".into(), user.is_bot.into());
    object.insert("first_name".into(), user.first_name.as_str().into());
    put(&mut object, "username", user.username.as_deref());
    object.into()
}

/// `Chat`. Source: docs.bale.ai#chat, official.
pub(crate) fn chat(world: &World, in_chat: &Chat) -> Value {
    chat_fields(world, in_chat).into()
}

/// `ChatFullInfo`. Source: docs.bale.ai#chatFullInfo, official.
pub(crate) fn chat_full(world: &World, in_chat: &Chat) -> Value {
    let mut object = chat_fields(world, in_chat);
    put(&mut object, "photo", in_chat.photo.map(|photo| chat_photo(world, photo)));
    put(&mut object, "description", in_chat.description.as_deref());
    let primary = in_chat.invite_links.iter().find(|link| link.is_primary);
    put(&mut object, "invite_link", primary.map(|link| link.link.as_str()));
    object.into()
}

fn chat_fields(world: &World, chat: &Chat) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".into(), chat.id.into());
    object.insert("type".into(), chat.kind.name().into());
    put(&mut object, "title", chat.title.as_deref());
    put(&mut object, "username", world.username_of(chat));
    if chat.kind == ChatType::Private {
        put(&mut object, "first_name", world.user(chat.id).map(|user| user.first_name.as_str()));
    }
    object
}

/// `ChatPhoto`, whose two sizes are one file here. Source: docs.bale.ai#chatPhoto, official.
fn chat_photo(world: &World, photo: FileKey) -> Value {
    let file = world.files.get(photo);
    json!({
        "small_file_id": file.id, "small_file_unique_id": file.unique_id,
        "big_file_id": file.id, "big_file_unique_id": file.unique_id,
    })
}

/// `ChatMember`. Source: docs.bale.ai#chatMember, official; `left` and `kicked` are Telegram's.
pub(crate) fn member(user: &User, standing: Option<&Standing>) -> Value {
    let (status, rights) = match standing {
        Some(Standing::Creator) => ("creator", None),
        Some(Standing::Administrator(rights)) => {
            ("administrator", Some(flags(rights, Right::of_administrators())))
        }
        Some(Standing::Member) => ("member", None),
        Some(Standing::Restricted(rights)) => {
            let mut flags = flags(rights, Right::of_restricted());
            flags.insert("is_member".into(), true.into());
            ("restricted", Some(flags))
        }
        Some(Standing::Banned) => ("kicked", None),
        None => ("left", None),
    };
    let mut object = rights.unwrap_or_default();
    object.insert("status".into(), status.into());
    object.insert("user".into(), self::user(user));
    object.into()
}

fn flags(held: &BTreeSet<Right>, of: impl Iterator<Item = Right>) -> Map<String, Value> {
    of.map(|right| (right.name().to_owned(), held.contains(&right).into())).collect()
}

/// `ChatInviteLink`. Source: types, confidence library.
pub(crate) fn invite_link(creator: &User, link: &InviteLink) -> Value {
    json!({
        "invite_link": link.link, "creator": user(creator), "creates_join_request": false,
        "is_primary": link.is_primary, "is_revoked": false,
    })
}

/// `File`, with a path when there is one. Source: docs.bale.ai#file, official.
pub(crate) fn file(world: &World, key: FileKey, path: Option<String>) -> Value {
    let mut object = file_ids(world, key);
    put(&mut object, "file_path", path);
    object.into()
}

/// What every object that is a file has.
fn file_ids(world: &World, key: FileKey) -> Map<String, Value> {
    let file = world.files.get(key);
    let mut object = Map::new();
    object.insert("file_id".into(), file.id.as_str().into());
    object.insert("file_unique_id".into(), file.unique_id.as_str().into());
    put(&mut object, "file_size", file.bytes.as_ref().map(bytes::Bytes::len));
    object
}

fn put(
    object: &mut Map<String, Value>,
    name: &str,
    value: Option<impl Into<Value>>,
) -> Option<Value> {
    value.and_then(|value| object.insert(name.to_owned(), value.into()))
}
