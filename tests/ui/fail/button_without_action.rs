use bale::types::{InlineKeyboardAction, InlineKeyboardButton, UnknownAction};

fn main() {
    let action = InlineKeyboardAction::Unknown(UnknownAction(()));
    let _ = InlineKeyboardButton { text: "Yes".to_owned(), action };
}
