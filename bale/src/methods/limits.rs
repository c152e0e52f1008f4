//! Limits that are certain, checked before a call.

use super::Violation;
use crate::types::{
    InlineKeyboardAction, InlineKeyboardMarkup, InputFile, InputMedia, InputMediaType, ReplyMarkup,
    input_file::{Source, is_web_address},
};

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

pub(super) fn caption(text: &str) -> Checked {
    characters(text, 0, 4096, "0 to 4096 characters")
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

/// How large an upload may be. The documentation does not say which MB it means; what is more than the
/// larger kind is certainly too much.
struct Ceiling {
    bytes: u64,
    expected: &'static str,
}

const PHOTO: Ceiling =
    Ceiling { bytes: 10 << 20, expected: "a file of at most 10 MB (10485760 bytes)" };
const OTHER: Ceiling =
    Ceiling { bytes: 50 << 20, expected: "a file of at most 50 MB (52428800 bytes)" };

pub(super) fn photo(file: &InputFile) -> Checked {
    within(file, &PHOTO)
}

pub(super) fn file(file: &InputFile) -> Checked {
    within(file, &OTHER)
}

fn within(file: &InputFile, ceiling: &Ceiling) -> Checked {
    let broken = |expected, found: &str| Err(Broken { expected, found: found.to_owned() });
    let size = match file.source() {
        Source::FileId(id) if id.is_empty() => return broken("a file", "an empty file id"),
        Source::Url(url) if !is_web_address(url) => {
            return broken("an address that starts with http:// or https://", "another one");
        }
        Source::Reader(reader) if reader.is_taken() => {
            let found = format!("the reader of `{}` again", file.shown_name());
            return broken("a reader that was not sent yet", &found);
        }
        Source::Path(path) => match InputFile::look(path) {
            Ok(size) => Some(size),
            Err(found) => return broken("a file that can be read", &found),
        },
        Source::FileId(_) | Source::Url(_) | Source::Bytes(_) | Source::Reader(_) => {
            file.known_size()
        }
    };
    match size {
        Some(size) if size > ceiling.bytes => {
            broken(ceiling.expected, &format!("{size} bytes in `{}`", file.shown_name()))
        }
        _ => Ok(()),
    }
}

/// The items of an album. How many it may have is not documented.
pub(super) fn album(items: &[InputMedia]) -> Checked {
    if items.is_empty() {
        return Err(Broken { expected: "1 item or more", found: "an empty album".to_owned() });
    }
    for (index, item) in items.iter().enumerate() {
        let of_item =
            |broken: Broken| Broken { found: format!("{} (item {index})", broken.found), ..broken };
        let is_photo = item.kind() == InputMediaType::Photo;
        within(item.media(), if is_photo { &PHOTO } else { &OTHER }).map_err(of_item)?;
        item.thumbnail().map_or(Ok(()), file).map_err(of_item)?;
        item.caption().map_or(Ok(()), caption).map_err(of_item)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        methods::{AnswerCallbackQuery, EditMessageText, GetUpdates, Method, SendMessage},
        types::{InlineKeyboardButton, ReplyKeyboardRemove},
    };

    fn check<M: Method>(method: &M) -> Result<(), String> {
        method.check().map_err(|broken| {
            format!("{}: {}, found {}", broken.parameter, broken.expected, broken.found)
        })
    }

    fn broken(text: &str) -> Result<(), String> {
        Err(text.to_owned())
    }

    #[test]
    fn texts_are_counted_in_characters() {
        let of = |character: &str, count| check(&SendMessage::new(7, character.repeat(count)));
        assert_eq!(of("x", 0), broken("text: 1 to 4096 characters, found 0 characters"));
        for character in ["x", "س", "😀"] {
            assert_eq!(of(character, 1), Ok(()));
            assert_eq!(of(character, 4096), Ok(()));
            assert_eq!(
                of(character, 4097),
                broken("text: 1 to 4096 characters, found 4097 characters")
            );
        }
        let answer = |count| check(&AnswerCallbackQuery::new("1").text("س".repeat(count)));
        assert_eq!((answer(0), answer(200)), (Ok(()), Ok(())));
        assert_eq!(answer(201), broken("text: 0 to 200 characters, found 201 characters"));
    }

    #[test]
    fn data_of_buttons_is_counted_in_bytes() {
        let keyboard = |data: String| {
            InlineKeyboardMarkup::new()
                .row([InlineKeyboardButton::url("a", "https://x")])
                .row([InlineKeyboardButton::callback("b", data)])
        };
        let send = |data: String| check(&SendMessage::new(7, "x").reply_markup(keyboard(data)));
        assert_eq!(send("س".repeat(32)), Ok(()));
        let text = "reply_markup: 1 to 64 bytes of callback_data in each button, found 66 bytes in the button `b`";
        assert_eq!(send("س".repeat(33)), broken(text));
        let edit = EditMessageText::new(7, 1, "x").reply_markup(keyboard("س".repeat(33)));
        assert_eq!(check(&edit), broken(text));
        let text = "reply_markup: 1 to 64 bytes of callback_data in each button, found 0 bytes in the button `b`";
        assert_eq!(send(String::new()), broken(text));
        assert_eq!(
            check(&SendMessage::new(7, "x").reply_markup(ReplyKeyboardRemove::new())),
            Ok(())
        );
        let copied = InlineKeyboardMarkup::new().row([InlineKeyboardButton::copy_text("c", "")]);
        let text = "reply_markup: 1 to 256 characters of copy_text in each button, found 0 characters in the button `c`";
        assert_eq!(check(&SendMessage::new(7, "x").reply_markup(copied)), broken(text));
    }

    #[test]
    fn batches_have_a_size() {
        let of = |limit| check(&GetUpdates::new().limit(limit));
        assert_eq!((of(1), of(100)), (Ok(()), Ok(())));
        assert_eq!(of(0), broken("limit: a value from 1 to 100, found 0"));
        assert_eq!(of(101), broken("limit: a value from 1 to 100, found 101"));
    }
}
