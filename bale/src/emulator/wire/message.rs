//! `Message` and all that can be in it.

use serde_json::{Map, Value, json};

use super::{chat, entities::entities, file_ids, put, user};
use crate::emulator::{
    state::{
        Chat, ChatType, Content, FileKey, Forward, Media, MediaKind, Receipt, StoredMessage, World,
    },
    time::Time,
};

/// `Message` as a bot sees it: only inline keyboards are part of it. Source: docs.bale.ai#message, official.
pub(crate) fn message(world: &World, chat: &Chat, message: &StoredMessage) -> Value {
    let mut object = shallow(world, chat, message);
    if let Some(original) = message.reply_to.and_then(|id| chat.messages.get(&id)) {
        object.insert("reply_to_message".into(), shallow(world, chat, original).into());
    }
    object.into()
}

/// `Message` as the control API shows it: with whatever keyboard came along, and how an invoice is paid.
pub(crate) fn message_with_keyboard(world: &World, chat: &Chat, stored: &StoredMessage) -> Value {
    let mut object = message(world, chat, stored);
    if let Some(markup) = &stored.reply_markup {
        object["reply_markup"] = markup.clone();
    }
    if let Some(payment) = world.payments.of_message(chat.id, stored.message_id) {
        object["payment"] = payment.shown();
    }
    object
}

/// What an edit answers: no id, no text. Source: quirks, seen live, confidence library.
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
    if let Some(forward) = &message.forward {
        put_forward(&mut object, world, forward);
    }
    put(&mut object, "media_group_id", message.album.as_deref());
    put_content(&mut object, world, &message.content);
    let edited = if world.quirks.misspelt_edit_date { "edite_date" } else { "edit_date" };
    put(&mut object, edited, message.edited.map(Time::unix));
    let inline =
        message.reply_markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some());
    put(&mut object, "reply_markup", inline.cloned());
    object
}

fn put_forward(object: &mut Map<String, Value>, world: &World, forward: &Forward) {
    match forward.channel {
        Some(channel) => {
            let channel = world.chat_by_id(channel);
            put(object, "forward_from_chat", channel.map(|channel| chat(world, channel)));
            object.insert("forward_from_message_id".into(), forward.message_id.into());
        }
        None => {
            put(object, "forward_from", world.user(forward.author).map(user));
        }
    }
    object.insert("forward_date".into(), forward.sent.unix().into());
    if world.quirks.forward_origin {
        object.insert("forward_origin".into(), forward_origin(world, forward));
    }
}

/// `ForwardOrigin`. Source: types, confidence library; the names of the kinds are Telegram's.
fn forward_origin(world: &World, forward: &Forward) -> Value {
    let date = forward.sent.unix();
    match forward.channel.and_then(|channel| world.chat_by_id(channel)) {
        Some(channel) => json!({
            "type": "channel", "date": date, "chat": chat(world, channel),
            "message_id": forward.message_id,
        }),
        None => {
            let author = world.user(forward.author).map(user);
            json!({"type": "user", "date": date, "sender_user": author})
        }
    }
}

fn put_content(object: &mut Map<String, Value>, world: &World, content: &Content) {
    let user_of = |user_id: &i64| world.user(*user_id).map_or(Value::Null, user);
    let (name, value) = match content {
        Content::Text(text) => {
            put_entities(object, world, "entities", text);
            ("text", text.as_str().into())
        }
        Content::Media(media) => return put_media(object, world, media),
        Content::Location(place) => {
            ("location", json!({"longitude": place.longitude, "latitude": place.latitude}))
        }
        Content::Contact(card) => {
            let mut contact = Map::new();
            contact.insert("phone_number".into(), card.phone_number.as_str().into());
            contact.insert("first_name".into(), card.first_name.as_str().into());
            put(&mut contact, "last_name", card.last_name.as_deref());
            put(&mut contact, "user_id", card.user_id);
            ("contact", contact.into())
        }
        Content::Invoice(invoice) => {
            let mut shown = json!({
                "title": invoice.title, "description": invoice.description,
                "total_amount": invoice.total,
            });
            if world.quirks.undocumented_fields {
                shown["currency"] = "IRR".into();
                shown["start_parameter"] = "".into();
            }
            ("invoice", shown)
        }
        Content::Joined(users) => ("new_chat_members", users.iter().map(user_of).collect()),
        Content::Left(user_id) => ("left_chat_member", user_of(user_id)),
        Content::Paid(receipt) => ("successful_payment", successful_payment(receipt)),
        Content::WebAppData(data) => ("web_app_data", json!({"data": data})),
    };
    object.insert(name.into(), value);
}

/// `SuccessfulPayment`. Source: docs.bale.ai#successfulPayment, official.
fn successful_payment(receipt: &Receipt) -> Value {
    json!({
        "currency": "IRR", "total_amount": receipt.total, "invoice_payload": receipt.payload,
        "telegram_payment_charge_id": receipt.charge_id,
        "provider_payment_charge_id": receipt.provider_charge_id,
    })
}

fn put_media(object: &mut Map<String, Value>, world: &World, media: &Media) {
    let value = match media.kind {
        MediaKind::Photo => json!([sized(world, media)]),
        MediaKind::Sticker => sticker(world, media.file),
        MediaKind::Document => document(world, media).into(),
        MediaKind::Animation => {
            // An animation is a document as well. Source: docs.bale.ai#message, official.
            object.insert("document".into(), document(world, media).into());
            let mut animation = document(world, media);
            animation.append(&mut sized(world, media));
            animation.insert("duration".into(), media.duration.into());
            animation.into()
        }
        MediaKind::Video => {
            let mut video = named(world, media.file);
            video.append(&mut sized(world, media));
            video.insert("duration".into(), media.duration.into());
            video.into()
        }
        MediaKind::Audio => {
            let mut audio = named(world, media.file);
            audio.insert("duration".into(), media.duration.into());
            put(&mut audio, "title", media.title.as_deref());
            audio.into()
        }
        // Only the two ids are documented; three more are read by libraries (confidence library).
        MediaKind::Voice => {
            let mut voice = file_ids(world, media.file);
            if world.quirks.voice_details {
                voice.insert("duration".into(), media.duration.into());
                put(&mut voice, "mime_type", world.files.get(media.file).mime_type.as_deref());
            } else {
                voice.remove("file_size");
            }
            voice.into()
        }
    };
    let listened = matches!(media.kind, MediaKind::Audio | MediaKind::Video);
    if listened && world.quirks.documents_beside_media {
        object.insert("document".into(), document(world, media).into());
    }
    object.insert(media.kind.name().into(), value);
    if let Some(caption) = &media.caption {
        put_entities(object, world, "caption_entities", caption);
        object.insert("caption".into(), caption.as_str().into());
    }
}

fn put_entities(object: &mut Map<String, Value>, world: &World, name: &str, text: &str) {
    if world.quirks.message_entities {
        put(object, name, entities(text));
    }
}

/// `Document`. Source: docs.bale.ai#document, official.
fn document(world: &World, media: &Media) -> Map<String, Value> {
    let mut object = named(world, media.file);
    let thumbnail = media.thumbnail.map(|file| with_size(world, file, world.files.get(file).size));
    let name = if world.quirks.thumb_for_thumbnail { "thumb" } else { "thumbnail" };
    put(&mut object, name, thumbnail);
    object
}

/// A file with its name and MIME type.
fn named(world: &World, key: FileKey) -> Map<String, Value> {
    let mut object = file_ids(world, key);
    let file = world.files.get(key);
    put(&mut object, "file_name", file.name.as_deref());
    put(&mut object, "mime_type", file.mime_type.as_deref());
    object
}

/// A picture with its width and height: those of the call, else those of the file.
fn sized(world: &World, media: &Media) -> Map<String, Value> {
    let (width, height) = world.files.get(media.file).size;
    let (given_width, given_height) = media.size;
    let size = (given_width.unwrap_or(width.into()), given_height.unwrap_or(height.into()));
    with_size(world, media.file, size)
}

fn with_size<N: Into<Value>>(
    world: &World,
    file: FileKey,
    (width, height): (N, N),
) -> Map<String, Value> {
    let mut object = file_ids(world, file);
    object.insert("width".into(), width.into());
    object.insert("height".into(), height.into());
    object
}

/// `Sticker`, as a square of 512 pixels unless its file says otherwise. Source: docs.bale.ai#sticker,
/// official; the size is Telegram's (inferred).
pub(crate) fn sticker(world: &World, file: FileKey) -> Value {
    let size = match world.files.get(file).size {
        (0, 0) => (512, 512),
        size => size,
    };
    let mut object = with_size(world, file, size);
    object.insert("type".into(), "regular".into());
    object.into()
}
