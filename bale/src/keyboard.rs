//! Whole conversations by buttons: lists with pages, menus, and questions with yes and no.
//!
//! A [`View`] is a text with buttons under it. `message.answer_view(view)` sends it, and
//! `query.show(view)` puts it in the place of the message whose button was pressed. [`Page`] and [`Menu`]
//! fill views. They register nothing and store nothing: a press runs an ordinary `on_callback` handler,
//! and where the user is stands in the data of the buttons. So a press after a restart, or on a message of
//! last year, finds its way.
//!
#![cfg_attr(feature = "macros", doc = "```")]
#![cfg_attr(not(feature = "macros"), doc = "```ignore")]
//! use bale::{CallbackQuery, Message, Result, keyboard::{Page, View}};
//!
//! const FRUITS: [&str; 7] = ["سیب", "انار", "به", "هلو", "موز", "آلو", "توت"];
//!
//! fn list(page: Page) -> View {
//!     let pages = page.of(FRUITS.len(), 3);
//!     View::new("کدام میوه؟")
//!         .rows(pages.range().map(|index| [choose::button(FRUITS[index], index)]))
//!         .pages(&pages, fruits::data)
//! }
//!
//! /// List the fruits.
//! #[bale::command]
//! async fn start(message: Message) -> Result {
//!     message.answer_view(list(Page::FIRST)).await?;
//!     Ok(())
//! }
//!
//! #[bale::on_callback("fruits:{page}")]
//! async fn fruits(query: CallbackQuery, page: Page) -> Result {
//!     Ok(query.show(list(page)).await?)
//! }
//!
//! #[bale::on_callback("choose:{index}")]
//! async fn choose(query: CallbackQuery, index: usize) -> Result<&'static str> {
//!     let fruit = FRUITS.get(index).copied().unwrap_or("؟");
//!     let buys = query.confirm(format!("یک {fruit} می‌خرید؟")).await?;
//!     Ok(if buys { "خریدید." } else { "نخریدید." })
//! }
//! ```

pub use self::{
    confirm::Confirm,
    menu::Menu,
    pages::{Page, Pages},
    view::{IntoButton, View, check},
};

mod confirm;
mod menu;
mod pages;
mod view;
