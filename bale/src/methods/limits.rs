//! Limits that are certain, checked before a call.

use super::Violation;
use crate::types::{InlineKeyboardAction, InlineKeyboardMarkup, ReplyMarkup};

/// A broken limit, of a parameter yet to be named.
pub(super) struct Broken {
    expected: &'static str,
    found: String,
}

impl Broken {
    pub(super) fn by(self, parameter: &'static str) -> Violation {
        Violation { parameter, expected: self.expected, found: self.found }
    }
}

type Checked = Result<(), Broken>;

/// Whether a text has from `least` to `most` characters. A character is a Unicode scalar value here:
/// should the server count otherwise, it counts more, and refuses by itself.
fn characters(text: &str, least: usize, most: usize, expected: &'static str) -> Checked {
    // A character has a byte at least, so most texts need no counting.
    if text.len() >= least.max(1) && text.len() <= most {
        return Ok(());
    }
    let count = text.chars().count();
    if (least..=most).contains(&count) {
        Ok(())
    } else {
        Err(Broken { expected, found: format!("{count} characters") })
    }
}

pub(super) fn text(text: &str) -> Checked {
    characters(text, 1, 4096, "1 to 4096 characters")
}

pub(super) fn callback_answer(text: &str) -> Checked {
    characters(text, 0, 200, "0 to 200 characters")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "checks take references")]
pub(super) fn batch(limit: &i64) -> Checked {
    if (1..=100).contains(limit) {
        Ok(())
    } else {
        Err(Broken { expected: "a value from 1 to 100", found: limit.to_string() })
    }
}

pub(super) fn markup(markup: &ReplyMarkup) -> Checked {
    match markup {
        ReplyMarkup::InlineKeyboard(keyboard) => inline_keyboard(keyboard),
        ReplyMarkup::Keyboard(_) | ReplyMarkup::Remove(_) => Ok(()),
    }
}

pub(super) fn inline_keyboard(keyboard: &InlineKeyboardMarkup) -> Checked {
    for button in keyboard.inline_keyboard.iter().flatten() {
        let name = &button.text;
        match &button.action {
            InlineKeyboardAction::CallbackData(data) if !(1..=64).contains(&data.len()) => {
                return Err(Broken {
                    expected: "1 to 64 bytes of callback_data in each button",
                    found: format!("{} bytes in the button `{name}`", data.len()),
                });
            }
            InlineKeyboardAction::CopyText(copied) => {
                let expected = "1 to 256 characters of copy_text in each button";
                characters(&copied.text, 1, 256, expected).map_err(|broken| Broken {
                    found: format!("{} in the button `{name}`", broken.found),
                    ..broken
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}
