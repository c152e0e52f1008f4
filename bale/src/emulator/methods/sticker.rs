//! Sticker files and sets.

use serde_json::{Value, json};

use super::{
    file::{self, LARGEST_FILE},
    send::filled,
};
use crate::emulator::{
    core::Core,
    params::{Params, missing},
    refusal::Refusal,
    state::{FileKey, StickerFormat, StickerSet},
    time::Time,
    wire,
};

/// Stickers of a new set. Source: docs.bale.ai#createNewStickerSet, official.
const NEW_SET: std::ops::RangeInclusive<usize> = 1..=50;

/// `uploadStickerFile`, by upload only.
pub(super) fn upload_sticker_file(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    core.world.known_user(params.required_integer("user_id")?)?;
    let key = file::uploaded(core, params, "sticker", LARGEST_FILE)?;
    Ok(wire::file(&core.world, key, None))
}

/// `createNewStickerSet`. `sticker` is the array, unlike Telegram's `stickers`. Source: methods, official.
pub(super) fn create_new_sticker_set(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let owner = core.world.known_user(params.required_integer("user_id")?)?.id;
    let name = set_name(core, params)?;
    let title = filled(params, "title")?.to_owned();
    if core.world.sticker_sets.contains_key(&name) {
        return Err(Refusal::bad_request("sticker set name is already occupied"));
    }
    let items = params.required_nested("sticker")?;
    let items = items.as_array().filter(|items| NEW_SET.contains(&items.len()));
    let items = items.ok_or_else(|| Refusal::bad_request("sticker must be 1-50 stickers"))?;
    let mut stickers = Vec::new();
    for item in items {
        stickers.push(input_sticker(core, params, item)?);
    }
    let format = stickers[0].1;
    if stickers.iter().any(|(_, other)| *other != format) {
        return Err(mixed());
    }
    let stickers = stickers.into_iter().map(|(file, _)| file).collect();
    core.world
        .sticker_sets
        .insert(name.clone(), StickerSet { owner, name, title, format, stickers });
    Ok(true.into())
}

/// `addStickerToSet`.
pub(super) fn add_sticker_to_set(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let owner = params.required_integer("user_id")?;
    let name = filled(params, "name")?;
    let item = params.required_nested("sticker")?;
    let (file, format) = input_sticker(core, params, &item)?;
    let set = core.world.sticker_sets.get_mut(name).filter(|set| set.owner == owner);
    let set = set.ok_or_else(unknown_set)?;
    if set.format != format {
        return Err(mixed());
    }
    if set.stickers.len() >= format.most() {
        return Err(Refusal::bad_request("STICKERS_TOO_MUCH"));
    }
    set.stickers.push(file);
    Ok(true.into())
}

/// `getStickerSet`. Source: Balethon, confidence library.
pub(super) fn get_sticker_set(core: &mut Core, _: Time, params: &Params) -> Result<Value, Refusal> {
    let set = core.world.sticker_sets.get(filled(params, "name")?).ok_or_else(unknown_set)?;
    let stickers: Vec<_> =
        set.stickers.iter().map(|file| wire::sticker(&core.world, *file)).collect();
    Ok(json!({"name": set.name, "title": set.title, "stickers": stickers}))
}

/// `deleteStickerFromSet`. Source: Balethon, confidence library.
pub(super) fn delete_sticker_from_set(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let key = core.world.files.find(filled(params, "sticker")?);
    let set = core
        .world
        .sticker_sets
        .values_mut()
        .find(|set| key.is_some_and(|key| set.stickers.contains(&key)));
    let set = set.ok_or_else(|| Refusal::bad_request("STICKER_INVALID"))?;
    set.stickers.retain(|file| Some(*file) != key);
    Ok(true.into())
}

/// A letter, then letters, digits and underscores, and `_by_<bot>` at the end. Source: methods, official.
fn set_name(core: &Core, params: &Params) -> Result<String, Refusal> {
    let name = filled(params, "name")?;
    let bot = core.bot().username.as_deref().unwrap_or_default();
    let ending = format!("_by_{bot}").to_ascii_lowercase();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let well_formed = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(allowed)
        && name.to_ascii_lowercase().ends_with(&ending);
    if well_formed {
        Ok(name.to_owned())
    } else {
        Err(Refusal::bad_request("invalid sticker set name is specified"))
    }
}

/// A file of an `InputSticker` and its format: what `format` says, else what the file's name ends in.
///
/// Source: types, confidence inferred.
fn input_sticker(
    core: &mut Core,
    params: &Params,
    item: &Value,
) -> Result<(FileKey, StickerFormat), Refusal> {
    let text = item.get("sticker").and_then(Value::as_str).ok_or_else(|| missing("sticker"))?;
    let file = file::named_file(core, params, text, LARGEST_FILE)?;
    let name = core.world.files.get(file).name.as_deref().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let format = match (item.get("format").and_then(Value::as_str), ending.as_deref()) {
        (Some("static"), _) => StickerFormat::Static,
        (Some("animated"), _) | (None, Some("tgs")) => StickerFormat::Animated,
        (Some("video"), _) | (None, Some("webm")) => StickerFormat::Video,
        (Some(_), _) => return Err(Refusal::bad_request("sticker format is invalid")),
        (None, _) => StickerFormat::Static,
    };
    Ok((file, format))
}

fn mixed() -> Refusal {
    Refusal::bad_request("all stickers of a set must have the same format")
}

fn unknown_set() -> Refusal {
    Refusal::bad_request("STICKERSET_INVALID")
}
