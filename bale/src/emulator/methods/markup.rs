//! What a server checks of a keyboard before it stores it.

use serde_json::Value;

use crate::emulator::refusal::Refusal;

/// Bytes of `callback_data`. Source: docs.bale.ai#inlineKeyboardButton, official.
const CALLBACK_DATA: std::ops::RangeInclusive<usize> = 1..=64;

/// Characters of `copy_text`. Source: docs.bale.ai#copyTextButton, official.
const COPY_TEXT: std::ops::RangeInclusive<usize> = 1..=256;

/// Any `reply_markup`.
pub(super) fn check(markup: &Value) -> Result<(), Refusal> {
    if markup.get("remove_keyboard").and_then(Value::as_bool) == Some(true) {
        return Ok(());
    }
    if let Some(keyboard) = markup.get("keyboard") {
        return each_button(keyboard, |_| Ok(()));
    }
    check_inline(markup)
}

/// The `reply_markup` of an edit, which can only be inline.
pub(super) fn check_inline(markup: &Value) -> Result<(), Refusal> {
    let keyboard = markup
        .get("inline_keyboard")
        .ok_or_else(|| Refusal::bad_request("object expected as reply markup"))?;
    each_button(keyboard, inline_button)
}

fn inline_button(button: &Value) -> Result<(), Refusal> {
    if let Some(data) = button.get("callback_data") {
        let length = data.as_str().map_or(0, str::len);
        if !CALLBACK_DATA.contains(&length) {
            return Err(Refusal::bad_request("BUTTON_DATA_INVALID"));
        }
    }
    if let Some(copied) = button.get("copy_text") {
        let text = copied.get("text").and_then(Value::as_str);
        if !COPY_TEXT.contains(&text.map_or(0, |text| text.chars().count())) {
            return Err(Refusal::bad_request("BUTTON_COPY_TEXT_INVALID"));
        }
    }
    Ok(())
}

fn each_button(
    keyboard: &Value,
    check: impl Fn(&Value) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let array = |value: &Value| {
        value
            .as_array()
            .cloned()
            .ok_or_else(|| Refusal::bad_request("keyboard must be an array of arrays"))
    };
    for row in array(keyboard)? {
        for button in array(&row)? {
            if button.get("text").and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(Refusal::bad_request("keyboard button text must be non-empty"));
            }
            check(&button)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keyboards_are_taken_or_refused_with_a_reason() {
        let inline = |button: Value| json!({"inline_keyboard": [[button]]});
        let refused = |detail: &str| Err(Refusal::bad_request(detail));
        let data = |data: &str| inline(json!({"text": "x", "callback_data": data}));
        for (markup, expected) in [
            (json!({"remove_keyboard": true}), Ok(())),
            (json!({"keyboard": [[{"text": "x"}], []]}), Ok(())),
            (inline(json!({"text": "x", "url": "https://ble.ir"})), Ok(())),
            (data(&"x".repeat(64)), Ok(())),
            (data(&"x".repeat(65)), refused("BUTTON_DATA_INVALID")),
            (data(&"س".repeat(33)), refused("BUTTON_DATA_INVALID")),
            (data(""), refused("BUTTON_DATA_INVALID")),
            (
                inline(json!({"text": "x", "copy_text": {"text": ""}})),
                refused("BUTTON_COPY_TEXT_INVALID"),
            ),
            (inline(json!({"text": ""})), refused("keyboard button text must be non-empty")),
            (json!({"keyboard": [{"text": "x"}]}), refused("keyboard must be an array of arrays")),
            (json!({"force_reply": true}), refused("object expected as reply markup")),
            (json!([]), refused("object expected as reply markup")),
        ] {
            assert_eq!(check(&markup), expected, "{markup}");
        }
        assert_eq!(
            check_inline(&json!({"remove_keyboard": true})),
            refused("object expected as reply markup")
        );
    }
}
