//! Limits that are certain, checked before a call.

use super::Violation;
use crate::types::{
    InlineKeyboardAction, InlineKeyboardMarkup, InputFile, InputMedia, InputMediaType,
    InputSticker, LabeledPrice, ReplyMarkup,
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

    /// The same, of one part of a list.
    fn within(self, part: &str, index: usize) -> Self {
        Self { found: format!("{} ({part} {})", self.found, index + 1), ..self }
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

pub(super) fn invoice_title(title: &str) -> Checked {
    characters(title, 1, 32, "1 to 32 characters")
}

pub(super) fn invoice_description(description: &str) -> Checked {
    characters(description, 1, 255, "1 to 255 characters")
}

pub(super) fn invoice_payload(payload: &str) -> Checked {
    match payload.len() {
        1..=128 => Ok(()),
        bytes => Err(Broken { expected: "1 to 128 bytes", found: format!("{bytes} bytes") }),
    }
}

pub(super) fn prices(prices: &[LabeledPrice]) -> Checked {
    at_least_one(prices.len(), "1 price or more")
}

fn at_least_one(count: usize, expected: &'static str) -> Checked {
    if count > 0 { Ok(()) } else { Err(Broken { expected, found: "none".to_owned() }) }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "checks take references")]
pub(super) fn accuracy(metres: &f64) -> Checked {
    if (0.0..=1500.0).contains(metres) {
        Ok(())
    } else {
        Err(Broken { expected: "0 to 1500 metres", found: metres.to_string() })
    }
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
        ReplyMarkup::Keyboard(keyboard) => {
            at_least_one(keyboard.keyboard.len(), A_BUTTON)?;
            rows(&keyboard.keyboard)
        }
        ReplyMarkup::Remove(_) => Ok(()),
    }
}

const A_BUTTON: &str = "a keyboard with 1 button or more";

/// A keyboard with buttons in every row.
fn rows<B>(rows: &[Vec<B>]) -> Checked {
    match rows.iter().position(Vec::is_empty) {
        None => Ok(()),
        Some(index) => Err(Broken {
            expected: "1 button or more in each row",
            found: format!("none in row {}", index + 1),
        }),
    }
}

pub(super) fn inline_keyboard(keyboard: &InlineKeyboardMarkup) -> Checked {
    at_least_one(keyboard.inline_keyboard.len(), A_BUTTON)?;
    new_inline_keyboard(keyboard)
}

/// A keyboard for a message that is there already: one without rows takes the old one away.
pub(super) fn new_inline_keyboard(keyboard: &InlineKeyboardMarkup) -> Checked {
    rows(&keyboard.inline_keyboard)?;
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
            InlineKeyboardAction::Unknown(_) => {
                return Err(Broken {
                    expected: "a known action in each button",
                    found: format!("none in the button `{name}`, which was received so"),
                });
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

pub(super) fn uploaded_photo(file: &InputFile) -> Checked {
    upload(file)?;
    photo(file)
}

pub(super) fn uploaded_file(file: &InputFile) -> Checked {
    upload(file)?;
    within(file, &OTHER)
}

fn upload(file: &InputFile) -> Checked {
    let found = match file.source() {
        Source::FileId(_) => "a file id",
        Source::Url(_) => "an address",
        Source::Path(_) | Source::Bytes(_) | Source::Reader(_) => return Ok(()),
    };
    Err(Broken { expected: "a file to upload", found: found.to_owned() })
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
    at_least_one(items.len(), "1 item or more")?;
    for (index, item) in items.iter().enumerate() {
        let of_item = |broken: Broken| broken.within("item", index);
        let is_photo = item.kind() == InputMediaType::Photo;
        within(item.media(), if is_photo { &PHOTO } else { &OTHER }).map_err(of_item)?;
        item.thumbnail().map_or(Ok(()), file).map_err(of_item)?;
        item.caption().map_or(Ok(()), caption).map_err(of_item)?;
    }
    Ok(())
}

pub(super) fn stickers(stickers: &[InputSticker]) -> Checked {
    if !(1..=50).contains(&stickers.len()) {
        return Err(Broken { expected: "1 to 50 stickers", found: stickers.len().to_string() });
    }
    for (index, item) in stickers.iter().enumerate() {
        sticker(item).map_err(|broken| broken.within("sticker", index))?;
    }
    Ok(())
}

pub(super) fn sticker(sticker: &InputSticker) -> Checked {
    file(&sticker.sticker)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        methods::{
            AddStickerToSet, AnswerCallbackQuery, AnswerPreCheckoutQuery, CreateInvoiceLink,
            CreateNewStickerSet, EditMessageCaption, EditMessageReplyMarkup, EditMessageText,
            GetUpdates, Method, SendDocument, SendInvoice, SendLocation, SendMediaGroup,
            SendMessage, SendPhoto, SendVideo, SetChatPhoto, UploadStickerFile,
        },
        types::{
            InlineKeyboardButton, InputMediaPhoto, InputMediaVideo, ReplyKeyboardMarkup,
            ReplyKeyboardRemove,
        },
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
        let received: InlineKeyboardMarkup =
            serde_json::from_str(r#"{"inline_keyboard":[[{"text":"d","login_url":{}}]]}"#).unwrap();
        let text = "reply_markup: a known action in each button, found none in the button `d`, which was received so";
        assert_eq!(check(&SendMessage::new(7, "x").reply_markup(received)), broken(text));
    }

    #[test]
    fn keyboards_have_buttons_in_every_row() {
        let send = |markup: ReplyMarkup| check(&SendMessage::new(7, "x").reply_markup(markup));
        let inline = |rows: &[usize]| {
            InlineKeyboardMarkup::from_rows(
                rows.iter().map(|&count| vec![InlineKeyboardButton::callback("a", "b"); count]),
            )
        };
        let empty = broken("reply_markup: a keyboard with 1 button or more, found none");
        let gap = broken("reply_markup: 1 button or more in each row, found none in row 2");
        assert_eq!(send(inline(&[]).into()), empty);
        assert_eq!(send(inline(&[2, 0]).into()), gap);
        assert_eq!(send(inline(&[2, 1]).into()), Ok(()));
        let keyboard = |rows: &[usize]| {
            ReplyKeyboardMarkup::from_rows(rows.iter().map(|&count| vec!["a"; count]))
        };
        assert_eq!(send(keyboard(&[]).into()), empty);
        assert_eq!(send(keyboard(&[1, 0, 1]).into()), gap);
        assert_eq!(send(keyboard(&[1, 1]).into()), Ok(()));
        // An empty keyboard takes the old one away.
        let edit =
            |rows: &[usize]| check(&EditMessageReplyMarkup::new(7, 1).reply_markup(inline(rows)));
        assert_eq!((edit(&[]), edit(&[1, 0])), (Ok(()), gap));
    }

    #[test]
    fn captions_and_places_have_their_limits() {
        let caption = |count| {
            let caption = "س".repeat(count);
            check(&EditMessageCaption::new(7, 1).caption(caption))
        };
        assert_eq!((caption(0), caption(4096)), (Ok(()), Ok(())));
        assert_eq!(caption(4097), broken("caption: 0 to 4096 characters, found 4097 characters"));
        let accuracy =
            |metres| check(&SendLocation::new(7, 35.7, 51.4).horizontal_accuracy(metres));
        assert_eq!((accuracy(0.0), accuracy(1500.0)), (Ok(()), Ok(())));
        assert_eq!(accuracy(1500.5), broken("horizontal_accuracy: 0 to 1500 metres, found 1500.5"));
        assert_eq!(accuracy(f64::NAN), broken("horizontal_accuracy: 0 to 1500 metres, found NaN"));
    }

    #[test]
    fn invoices_have_their_limits() {
        let invoice = |title: usize, description: usize, payload: usize, prices: usize| {
            let [title, description, payload] =
                [title, description, payload].map(|count| "x".repeat(count));
            let prices = vec![LabeledPrice::new("a", 1); prices];
            let link = check(&CreateInvoiceLink::new(
                title.clone(),
                description.clone(),
                payload.clone(),
                "WALLET-TEST-1111111111111111",
                prices.clone(),
            ));
            let sent = SendInvoice::new(7, title, description, payload, "", prices);
            assert_eq!(check(&sent), link);
            link
        };
        assert_eq!(invoice(32, 255, 128, 1), Ok(()));
        let says = |text| broken(text);
        assert_eq!(invoice(33, 1, 1, 1), says("title: 1 to 32 characters, found 33 characters"));
        assert_eq!(
            invoice(1, 256, 1, 1),
            says("description: 1 to 255 characters, found 256 characters")
        );
        assert_eq!(invoice(1, 1, 129, 1), says("payload: 1 to 128 bytes, found 129 bytes"));
        assert_eq!(invoice(1, 1, 0, 1), says("payload: 1 to 128 bytes, found 0 bytes"));
        assert_eq!(invoice(1, 1, 1, 0), says("prices: 1 price or more, found none"));
    }

    #[test]
    fn a_refused_payment_has_a_reason() {
        let answer = |ok| AnswerPreCheckoutQuery::new("1", ok);
        assert_eq!(check(&answer(true)), Ok(()));
        assert_eq!(check(&answer(false).error_message("sold out")), Ok(()));
        let none = broken("error_message: a text when `ok` is false, found none");
        assert_eq!(check(&answer(false)), none);
        assert_eq!(check(&answer(false).error_message("")), none);
    }

    const MB: usize = 1 << 20;

    fn of_size(bytes: usize) -> InputFile {
        InputFile::bytes("a.bin", vec![0; bytes])
    }

    #[test]
    fn uploads_have_a_size() {
        let photo = |file| check(&SendPhoto::new(7, file));
        let video = |file| check(&SendVideo::new(7, file));
        assert_eq!((photo(of_size(10 * MB)), video(of_size(50 * MB))), (Ok(()), Ok(())));
        assert_eq!(
            photo(of_size(10 * MB + 1)),
            broken(
                "photo: a file of at most 10 MB (10485760 bytes), found 10485761 bytes in `a.bin`"
            )
        );
        let too_large = broken(
            "video: a file of at most 50 MB (52428800 bytes), found 52428801 bytes in `a.bin`",
        );
        assert_eq!(video(of_size(50 * MB + 1)), too_large);
        let reader = InputFile::reader("a.bin", tokio::io::empty());
        assert_eq!(video(reader.clone().size(50 * MB as u64 + 1)), too_large);
        assert_eq!(video(reader), Ok(()));
    }

    #[test]
    fn uploads_are_there() {
        let document = |file: InputFile| check(&SendDocument::new(7, file));
        let here = env!("CARGO_MANIFEST_DIR");
        assert_eq!(document(InputFile::path(format!("{here}/Cargo.toml"))), Ok(()));
        assert_eq!(
            document(InputFile::path("/nowhere/x")),
            broken(
                "document: a file that can be read, found `/nowhere/x`: No such file or directory (os error 2)"
            )
        );
        assert_eq!(
            document(InputFile::path(here)),
            broken(&format!("document: a file that can be read, found the directory `{here}`"))
        );
        assert_eq!(
            document(InputFile::path("/dev/null")),
            broken(
                "document: a file that can be read, found `/dev/null`, which is no regular file"
            )
        );
        assert_eq!(
            document(InputFile::default()),
            broken("document: a file, found an empty file id")
        );
        assert_eq!(
            document(InputFile::url("ftp://example.com/a")),
            broken("document: an address that starts with http:// or https://, found another one")
        );
    }

    #[test]
    fn some_files_must_be_uploads() {
        let photo = |file| check(&SetChatPhoto::new(7, file));
        assert_eq!(photo(of_size(1)), Ok(()));
        let id = broken("photo: a file to upload, found a file id");
        assert_eq!(photo(InputFile::file_id("1:a")), id);
        let sticker = check(&UploadStickerFile::new(7, InputFile::url("https://example.com/a")));
        assert_eq!(sticker, broken("sticker: a file to upload, found an address"));
    }

    #[test]
    fn each_item_of_a_list_is_checked() {
        let none: [InputMedia; 0] = [];
        let album = |items: &[InputMedia]| check(&SendMediaGroup::new(7, items.to_vec()));
        assert_eq!(album(&none), broken("media: 1 item or more, found none"));
        let large = of_size(10 * MB + 1);
        let (photo, video) = (InputMediaPhoto::new(&large), InputMediaVideo::new(&large));
        assert_eq!(album(&[video.clone().into()]), Ok(()));
        assert_eq!(
            album(&[video.clone().into(), photo.into()]),
            broken(
                "media: a file of at most 10 MB (10485760 bytes), found 10485761 bytes in `a.bin` (item 2)"
            )
        );
        assert_eq!(
            album(&[video.clone().thumbnail(InputFile::default()).into()]),
            broken("media: a file, found an empty file id (item 1)")
        );
        assert_eq!(
            album(&[video.caption("x".repeat(4097)).into()]),
            broken("media: 0 to 4096 characters, found 4097 characters (item 1)")
        );
        let set = |count| {
            let stickers = vec![InputSticker::new(InputFile::file_id("1:a")); count];
            check(&CreateNewStickerSet::new(7, "a_by_b", "A", stickers))
        };
        assert_eq!((set(1), set(50)), (Ok(()), Ok(())));
        assert_eq!(set(0), broken("sticker: 1 to 50 stickers, found 0"));
        assert_eq!(set(51), broken("sticker: 1 to 50 stickers, found 51"));
        assert_eq!(
            check(&AddStickerToSet::new(7, "a_by_b", InputFile::default())),
            broken("sticker: a file, found an empty file id")
        );
    }

    #[test]
    fn batches_have_a_size() {
        let of = |limit| check(&GetUpdates::new().limit(limit));
        assert_eq!((of(1), of(100)), (Ok(()), Ok(())));
        assert_eq!(of(0), broken("limit: a value from 1 to 100, found 0"));
        assert_eq!(of(101), broken("limit: a value from 1 to 100, found 101"));
    }
}
