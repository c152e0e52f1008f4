//! Keyboards in rows of one length.

use super::{InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup};

macro_rules! grid {
    ($markup:ident of $button:ident) => {
        impl $markup {
            /// A keyboard with `columns` buttons in a row (at least 1); the last row may have fewer.
            pub fn grid(columns: usize, buttons: impl IntoIterator<Item: Into<$button>>) -> Self {
                let buttons: Vec<$button> = buttons.into_iter().map(Into::into).collect();
                let rows = buttons.chunks(columns.max(1));
                Self::from_rows(rows.map(|row| row.iter().cloned()))
            }
        }
    };
}

grid!(ReplyKeyboardMarkup of KeyboardButton);
grid!(InlineKeyboardMarkup of InlineKeyboardButton);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_one_length() {
        let rows = |columns| {
            let markup = ReplyKeyboardMarkup::grid(columns, ["a", "b", "c", "d", "e"]);
            markup.keyboard.iter().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(rows(2), [2, 2, 1]);
        assert_eq!(rows(5), [5]);
        assert_eq!(rows(0), [1; 5]);
        let none = InlineKeyboardMarkup::grid(2, [] as [InlineKeyboardButton; 0]);
        assert_eq!(none, InlineKeyboardMarkup::new());
    }
}
