//! Lists that are too long for one message.

use std::{borrow::Cow, fmt, num::ParseIntError, ops::Range, str::FromStr};

use crate::{
    route::callback::CallbackDataError, text::persian_digits, types::InlineKeyboardButton,
};

/// The number of a page, from 1: a capture of `on_callback` for a list with pages.
///
/// The page may have gone since the button was sent: [`of`](Self::of) finds the nearest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page(usize);

impl Page {
    /// Where every list begins.
    pub const FIRST: Self = Self(1);

    /// The page of this number. There is none before the first.
    pub fn new(number: usize) -> Self {
        Self(number.max(1))
    }

    /// The number, from 1.
    pub fn number(self) -> usize {
        self.0
    }

    /// This page of a list of `items`, with at most `size` on a page (at least 1); the last page if the
    /// list has shrunk since.
    pub fn of(self, items: usize, size: usize) -> Pages {
        let size = size.max(1);
        let count = items.div_ceil(size).max(1);
        let page = self.min(Self(count));
        let arrows = ["«", "‹", "›", "»"].map(Cow::Borrowed);
        Pages { page, count, items, size, latin: false, arrows }
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::FIRST
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Page {
    type Err = ParseIntError;

    fn from_str(number: &str) -> Result<Self, ParseIntError> {
        number.parse().map(Self::new)
    }
}

/// One page of a list, and how many there are: made by [`Page::of`].
///
/// ```
/// use bale::keyboard::Page;
///
/// let goods = ["a", "b", "c", "d", "e", "f", "g"];
/// let pages = Page::new(9).of(goods.len(), 3);
/// assert_eq!((pages.page().number(), pages.count()), (3, 3), "there is no page 9");
/// assert_eq!(goods[pages.range()], ["g"]);
/// // For a database: `LIMIT 1 OFFSET 6`.
/// assert_eq!((pages.range().len(), pages.range().start), (1, 6));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    page: Page,
    count: usize,
    items: usize,
    size: usize,
    latin: bool,
    arrows: [Cow<'static, str>; 4],
}

impl Pages {
    /// The page that is shown.
    pub fn page(&self) -> Page {
        self.page
    }

    /// How many pages there are; at least 1.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The items of the page: their indices in the list.
    pub fn range(&self) -> Range<usize> {
        let start = (self.page.0 - 1) * self.size;
        start..self.items.min(start.saturating_add(self.size))
    }

    /// Writes numbers as `3/7`, not as `۳/۷`.
    #[must_use]
    pub fn latin_digits(mut self) -> Self {
        self.latin = true;
        self
    }

    /// Other labels for the way to the first, the previous, the next and the last page.
    #[must_use]
    pub fn arrows<T: Into<Cow<'static, str>>>(mut self, arrows: [T; 4]) -> Self {
        self.arrows = arrows.map(Into::into);
        self
    }

    /// The number of the page, as `۳/۷`.
    pub fn label(&self) -> String {
        let label = format!("{}/{}", self.page, self.count);
        if self.latin { label } else { persian_digits(&label) }
    }

    /// The row by which the user turns pages: `« ‹ ۳/۷ › »`, without those that lead nowhere; none if there
    /// is one page. The number in the middle leads to the page itself.
    pub(super) fn buttons(
        &self,
        to: impl Fn(Page) -> Result<String, CallbackDataError>,
    ) -> Vec<Result<InlineKeyboardButton, CallbackDataError>> {
        let Self { page: Page(page), count, .. } = *self;
        let label = self.label();
        let [first, previous, next, last] = &self.arrows;
        [
            (page > 2, &**first, 1),
            (page > 1, previous, page.saturating_sub(1)),
            (count > 1, &label, page),
            (page < count, next, page.saturating_add(1)),
            (count.saturating_sub(page) > 1, last, count),
        ]
        .into_iter()
        .filter(|(leads, ..)| *leads)
        .map(|(_, label, page)| Ok(InlineKeyboardButton::callback(label, to(Page(page))?)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{route::callback::callback_data, types::InlineKeyboardAction};

    fn buttons(pages: &Pages) -> Vec<(String, String)> {
        let buttons = pages.buttons(|page| callback_data("p:{page}", &[&page]));
        buttons
            .into_iter()
            .map(|button| {
                let button = button.unwrap();
                let InlineKeyboardAction::CallbackData(data) = button.action else { panic!() };
                (button.text, data)
            })
            .collect()
    }

    #[test]
    fn the_row_has_what_leads_somewhere() {
        for (page, count, expected) in [
            (1, 1, ""),
            (1, 2, "1/2=1 ›=2"),
            (2, 2, "‹=1 2/2=2"),
            (1, 3, "1/3=1 ›=2 »=3"),
            (2, 3, "‹=1 2/3=2 ›=3"),
            (4, 7, "«=1 ‹=3 4/7=4 ›=5 »=7"),
            (7, 7, "«=1 ‹=6 7/7=7"),
        ] {
            let row = buttons(&Page(page).of(count * 5, 5).latin_digits());
            let row: Vec<_> =
                row.iter().map(|(text, data)| format!("{text}={}", &data[2..])).collect();
            assert_eq!(row.join(" "), expected);
        }
    }

    #[test]
    fn numbers_are_persian_and_arrows_are_yours() {
        let pages = Page(3).of(35, 5).arrows(["a", "b", "c", "d"]);
        let labels: Vec<_> = buttons(&pages).into_iter().map(|(text, _)| text).collect();
        assert_eq!(labels, ["a", "b", "۳/۷", "c", "d"]);
    }

    #[test]
    fn a_page_is_read_leniently() {
        assert_eq!("0".parse(), Ok(Page::FIRST));
        assert_eq!(Page::new(0), Page::default());
        let error = "-1".parse::<Page>().unwrap_err();
        assert_eq!(error.to_string(), "invalid digit found in string");
    }

    proptest! {
        #[test]
        fn pages_cut_the_list_into_pieces(items in 0..200_usize, size in 0..30_usize) {
            let count = Page::FIRST.of(items, size).count();
            let mut next = 0;
            for page in 1..=count {
                let range = Page(page).of(items, size).range();
                prop_assert_eq!(range.start, next);
                prop_assert!(range.len() <= size.max(1));
                prop_assert!(!range.is_empty() || items == 0);
                next = range.end;
            }
            prop_assert_eq!(next, items);
        }

        #[test]
        fn any_page_of_any_list_is_there(page: usize, items: usize, size: usize) {
            let pages = Page::new(page).of(items, size);
            prop_assert!((1..=pages.count()).contains(&pages.page().number()));
            prop_assert!(pages.range().end <= items);
            for (label, data) in buttons(&pages) {
                prop_assert!(data.len() <= 64);
                let target: Page = data[2..].parse().unwrap();
                prop_assert!((1..=pages.count()).contains(&target.number()));
                prop_assert_eq!(target == pages.page(), label == pages.label());
            }
        }

        #[test]
        fn a_page_is_read_back(page: usize) {
            prop_assert_eq!(Page::new(page).to_string().parse(), Ok(Page::new(page)));
        }
    }
}
