//! What every message of the bot goes through, and those that are no files.

use serde_json::Value;

use super::markup;
use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{ChatRef, ChatType, ContactCard, Content, Draft, Place, Right},
    time::Time,
    wire,
};

/// Characters of a text. Source: docs.bale.ai#sendMessage, official.
const LONGEST_TEXT: usize = 4096;

/// Characters of a caption. Source: docs.bale.ai#sendPhoto, official.
const LONGEST_CAPTION: usize = 4096;

/// Metres. Source: docs.bale.ai#sendLocation, official.
const ACCURACY: std::ops::RangeInclusive<f64> = 0.0..=1500.0;

/// Where a message goes, what it answers, and what hangs below it.
#[derive(Debug)]
pub(super) struct Frame {
    to: ChatRef,
    reply_to: Option<i64>,
    /// Whether a JSON body names the chat by a number and has a keyboard that is no text.
    nested_in_json: bool,
    pub(super) reply_markup: Option<Value>,
}

impl Frame {
    pub(super) fn read(params: &Params) -> Result<Self, Refusal> {
        let to = params.chat()?;
        let reply_to = params.integer("reply_to_message_id")?;
        let reply_markup = params.nested("reply_markup")?;
        if let Some(markup) = &reply_markup {
            markup::check(markup)?;
        }
        let nested_in_json =
            params.is_json_number("chat_id") && params.is_json_nested("reply_markup");
        Ok(Self { to, reply_to, nested_in_json, reply_markup })
    }

    /// The chat, if the bot may post there what needs this right.
    pub(super) fn admit(&self, core: &Core, right: Right) -> Result<i64, Refusal> {
        let chat = core.world.joined(&self.to)?;
        let needs_text = core.world.quirks.group_markup_needs_text;
        if needs_text && self.nested_in_json && chat.kind == ChatType::Group {
            return Err(Refusal::unknown_chat());
        }
        if !chat.may_post(core.bot().id, right) {
            return Err(Refusal::permission_denied());
        }
        if self.reply_to.is_some_and(|id| !chat.messages.contains_key(&id)) {
            return Err(Refusal::bad_request("message to be replied not found"));
        }
        Ok(chat.id)
    }

    /// Posts what the bot says.
    pub(super) fn post(self, core: &mut Core, now: Time, content: Content) -> Result<i64, Refusal> {
        self.post_in_album(core, now, content, None)
    }

    /// Posts one item of an album.
    pub(super) fn post_in_album(
        self,
        core: &mut Core,
        now: Time,
        content: Content,
        album: Option<String>,
    ) -> Result<i64, Refusal> {
        let chat_id = self.admit(core, content.right())?;
        if album.is_none() {
            turn(core, now, chat_id, 1)?;
        }
        let (reply_to, reply_markup) = (self.reply_to, self.reply_markup);
        let author = core.bot().id;
        let draft = Draft { reply_to, reply_markup, album, ..Draft::new(author, content) };
        Ok(core.world.chat_mut(&self.to)?.post_of_bot(now, draft))
    }
}

/// Whether the bot may send so many messages to this chat now.
pub(super) fn turn(core: &Core, now: Time, chat_id: i64, messages: usize) -> Result<(), Refusal> {
    match core.world.chat_by_id(chat_id) {
        Some(chat) if core.world.quirks.rate_limits => {
            chat.turn(now, messages).map_err(|seconds| Refusal::too_many_requests(Some(seconds)))
        }
        _ => Ok(()),
    }
}

/// Posts and answers the message.
pub(super) fn post(
    core: &mut Core,
    now: Time,
    params: &Params,
    content: Content,
) -> Result<Value, Refusal> {
    let message_id = Frame::read(params)?.post(core, now, content)?;
    shown(core, &params.chat()?, message_id)
}

/// A message as an answer.
pub(super) fn shown(core: &Core, name: &ChatRef, message_id: i64) -> Result<Value, Refusal> {
    let chat = core.world.chat(name)?;
    Ok(wire::message(&core.world, chat, &chat.messages[&message_id]))
}

/// `sendMessage`.
pub(super) fn send_message(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let text = text_of(params)?.to_owned();
    post(core, now, params, Content::Text(text))
}

/// `sendLocation`. `horizontal_accuracy` is checked and forgotten: no field of `Location` bears it.
pub(super) fn send_location(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let degrees = |name: &str, most: f64| {
        let value = params.required_float(name)?;
        if value.abs() > most {
            return Err(Refusal::bad_request(format_args!("{name} is out of range")));
        }
        Ok(value)
    };
    let place =
        Place { latitude: degrees("latitude", 90.0)?, longitude: degrees("longitude", 180.0)? };
    if params.float("horizontal_accuracy")?.is_some_and(|metres| !ACCURACY.contains(&metres)) {
        return Err(Refusal::bad_request("horizontal_accuracy is out of range"));
    }
    post(core, now, params, Content::Location(place))
}

/// `sendContact`.
pub(super) fn send_contact(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let card = ContactCard {
        phone_number: filled(params, "phone_number")?.to_owned(),
        first_name: filled(params, "first_name")?.to_owned(),
        last_name: params.text("last_name")?.map(str::to_owned),
        user_id: None,
    };
    post(core, now, params, Content::Contact(card))
}

/// A text that has to say something.
pub(super) fn filled<'p>(params: &'p Params, name: &str) -> Result<&'p str, Refusal> {
    let text = params.required_text(name)?;
    if text.is_empty() { Err(crate::emulator::params::missing(name)) } else { Ok(text) }
}

/// The text of a message.
pub(super) fn text_of(params: &Params) -> Result<&str, Refusal> {
    let text = params.text("text")?.unwrap_or_default();
    match text.chars().count() {
        0 => Err(Refusal::bad_request("message text is empty")),
        1..=LONGEST_TEXT => Ok(text),
        _ => Err(Refusal::bad_request("message is too long")),
    }
}

/// A caption; an empty one is none.
pub(super) fn caption(text: Option<&str>) -> Result<Option<String>, Refusal> {
    match text {
        Some(text) if text.chars().count() > LONGEST_CAPTION => {
            Err(Refusal::bad_request("message caption is too long"))
        }
        text => Ok(text.filter(|text| !text.is_empty()).map(str::to_owned)),
    }
}
