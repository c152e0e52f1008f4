//! Menus: a tree of buttons.

use crate::{
    bound::CallbackQuery, error::Error, route::callback::CallbackDataError,
    types::InlineKeyboardButton,
};

use super::{IntoButton, View};

/// What the button of an outdated menu answers.
const OUTDATED: &str = "این منو قدیمی بود و به‌روز شد.";
const BACK: &str = "‹ بازگشت";

/// A menu: rows of buttons, some of which open menus below it.
///
/// Each menu has a key, which stands in the data of the buttons that open it. Write a function that makes
/// the tree: labels then say what is so at this moment, and a menu that was sent before a restart, or
/// before the program was changed, is drawn anew at the next press.
///
#[cfg_attr(feature = "macros", doc = "```")]
#[cfg_attr(not(feature = "macros"), doc = "```ignore")]
/// use bale::{CallbackQuery, Message, Result, keyboard::{Menu, check}};
///
/// fn tree(notify: bool) -> Menu {
///     Menu::new("main", "منوی اصلی").menu(
///         Menu::new("settings", "تنظیمات")
///             // The button says what shall be, so that a double press does not undo itself.
///             .row([set_notify::button(check("اعلان‌ها", notify), !notify)]),
///     )
/// }
///
/// /// Open the menu.
/// #[bale::command]
/// async fn start(message: Message) -> Result {
///     message.answer_view(tree(false).view(menu::data)).await?;
///     Ok(())
/// }
///
/// #[bale::on_callback("menu:{key}")]
/// async fn menu(query: CallbackQuery, key: String) -> Result {
///     Ok(tree(false).show(&query, &key, menu::data).await?)
/// }
///
/// #[bale::on_callback("notify:{on}")]
/// async fn set_notify(query: CallbackQuery, on: bool) -> Result {
///     // Remember it, then show it.
///     Ok(tree(on).show(&query, "settings", menu::data).await?)
/// }
///
/// /// Buttons of menus that are no more.
/// #[bale::on_callback]
/// async fn outdated(query: CallbackQuery) -> Result {
///     Ok(tree(false).show_outdated(&query, menu::data).await?)
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a menu is nothing until it is shown"]
pub struct Menu {
    key: String,
    title: String,
    text: Option<String>,
    rows: Vec<Row>,
    back: String,
    outdated: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Row {
    Buttons(Vec<Result<InlineKeyboardButton, CallbackDataError>>),
    Menus(Vec<Menu>),
}

impl Menu {
    /// A menu without buttons. The title is what the button says that opens it, and its text unless
    /// [`text`](Self::text) gives another. No two menus of a tree have the same key.
    pub fn new(key: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            title: title.into(),
            text: None,
            rows: Vec::new(),
            back: BACK.to_owned(),
            outdated: OUTDATED.to_owned(),
        }
    }

    /// The text above the buttons.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Adds a row of buttons below the others: of ordinary handlers, addresses, ..
    pub fn row<R>(mut self, buttons: R) -> Self
    where
        R: IntoIterator<Item: IntoButton>,
    {
        self.rows.push(Row::Buttons(buttons.into_iter().map(IntoButton::into_button).collect()));
        self
    }

    /// Adds a row with a button that opens `menu`, which gets a button back to this one.
    pub fn menu(self, menu: Self) -> Self {
        self.menus([menu])
    }

    /// Adds a row of buttons, each of which opens a menu.
    pub fn menus(mut self, menus: impl IntoIterator<Item = Self>) -> Self {
        self.rows.push(Row::Menus(menus.into_iter().collect()));
        self
    }

    /// What the buttons back say, here and in all menus below: `‹ بازگشت` if not given. Of the menu at the
    /// top only.
    pub fn back(mut self, label: impl Into<String>) -> Self {
        self.back = label.into();
        self
    }

    /// What a button of an outdated menu answers, up to 200 characters. Of the menu at the top only.
    pub fn outdated(mut self, text: impl Into<String>) -> Self {
        self.outdated = text.into();
        self
    }

    /// The menu at the top. `to` gives the data of a button that opens the menu of a key, as `menu::data`
    /// does for the handler `menu` of `"menu:{key}"`.
    pub fn view(&self, to: impl Fn(String) -> Result<String, CallbackDataError>) -> View {
        self.draw(self, None, &to)
    }

    /// The menu with this key, if the tree has one.
    pub fn view_of(
        &self,
        key: &str,
        to: impl Fn(String) -> Result<String, CallbackDataError>,
    ) -> Option<View> {
        let (menu, above) = self.find(key, None)?;
        Some(self.draw(menu, above, &to))
    }

    /// Puts the menu with this key in the place of the message with the pressed button. If there is none,
    /// [`show_outdated`](Self::show_outdated).
    ///
    /// # Errors
    /// As [`CallbackQuery::show`], and if two menus have the same key.
    pub async fn show(
        &self,
        query: &CallbackQuery,
        key: &str,
        to: impl Fn(String) -> Result<String, CallbackDataError>,
    ) -> Result<(), Error> {
        match self.view_of(key, &to) {
            Some(view) => query.show(view).await,
            None => self.show_outdated(query, to).await,
        }
    }

    /// Tells the user that the menu was out of date, and puts the menu at the top in its place: for buttons
    /// that no handler knows any more.
    ///
    /// # Errors
    /// As [`show`](Self::show).
    pub async fn show_outdated(
        &self,
        query: &CallbackQuery,
        to: impl Fn(String) -> Result<String, CallbackDataError>,
    ) -> Result<(), Error> {
        query.show(self.view(to)).await?;
        if query.is_answered() {
            return Ok(());
        }
        query.answer(self.outdated.as_str()).await.map(drop)
    }

    /// The menu with this key, and the one above it.
    fn find<'m>(
        &'m self,
        key: &str,
        above: Option<&'m Self>,
    ) -> Option<(&'m Self, Option<&'m Self>)> {
        if self.key == key {
            return Some((self, above));
        }
        self.below().find_map(|menu| menu.find(key, Some(self)))
    }

    fn below(&self) -> impl Iterator<Item = &Self> {
        self.rows.iter().flat_map(|row| match row {
            Row::Menus(menus) => menus.as_slice(),
            Row::Buttons(_) => &[],
        })
    }

    fn keys<'m>(&'m self, keys: &mut Vec<&'m str>) {
        keys.push(&self.key);
        self.below().for_each(|menu| menu.keys(keys));
    }

    fn draw(
        &self,
        menu: &Self,
        above: Option<&Self>,
        to: &impl Fn(String) -> Result<String, CallbackDataError>,
    ) -> View {
        let button = |label: &str, menu: &Self| {
            Ok(InlineKeyboardButton::callback(label, to(menu.key.clone())?))
        };
        let view = View::new(menu.text.as_ref().unwrap_or(&menu.title));
        let view = menu.rows.iter().fold(view, |view, row| match row {
            Row::Buttons(buttons) => view.row(buttons.iter().cloned()),
            Row::Menus(menus) => view.row(menus.iter().map(|menu| button(&menu.title, menu))),
        });
        let view = view.row(above.map(|above| button(&self.back, above)));
        let mut keys = Vec::new();
        self.keys(&mut keys);
        keys.sort_unstable();
        match keys.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(twice) => view.with_problem((
                "menus with different keys",
                format!("two menus with the key `{}`", twice[0]),
            )),
            None => view,
        }
    }
}
