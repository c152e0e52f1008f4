//! Payments: the query before one, and the receipt after it.

use std::{
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Bot, Chat, Message, Request, User};
use crate::{methods::AnswerPreCheckoutQuery, types};

/// A payment that waits for approval, with its bot.
///
/// Bale cancels it 10 seconds after it was made. The framework declines what nobody answered through this value
/// (or a clone of it) within 8.
#[derive(Clone)]
pub struct PreCheckoutQuery {
    pub(super) data: Arc<types::PreCheckoutQuery>,
    pub(super) bot: Bot,
    pub(super) answered: Arc<AtomicBool>,
}

impl PreCheckoutQuery {
    /// Binds a query to its bot, as not answered yet.
    pub fn new(data: impl Into<Arc<types::PreCheckoutQuery>>, bot: Bot) -> Self {
        Self { data: data.into(), bot, answered: Arc::default() }
    }

    /// Lets the payment happen.
    pub fn accept(&self) -> Request<AnswerPreCheckoutQuery> {
        self.answer(true)
    }

    /// Refuses the payment; the user is told why.
    pub fn decline(&self, text: impl Into<String>) -> Request<AnswerPreCheckoutQuery> {
        self.answer(false).error_message(text)
    }

    fn answer(&self, ok: bool) -> Request<AnswerPreCheckoutQuery> {
        self.bot
            .answer_pre_checkout_query(self.id.as_str(), ok)
            .answering(Arc::clone(&self.answered))
    }

    /// Whether an answer is under way or has arrived; false again if that call fails or is dropped.
    pub fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Acquire)
    }

    /// Who pays.
    pub fn user(&self) -> User {
        User::new(self.data.from.clone(), self.bot.clone())
    }
}

impl Deref for PreCheckoutQuery {
    type Target = types::PreCheckoutQuery;

    fn deref(&self) -> &types::PreCheckoutQuery {
        &self.data
    }
}

/// A payment that was made: the receipt, and the message it came in.
#[derive(Clone)]
pub struct Payment(Message);

impl Payment {
    /// The payment that a message tells of, if it does.
    pub fn of(message: &Message) -> Option<Self> {
        message.successful_payment.is_some().then(|| Self(message.clone()))
    }

    /// Who paid.
    pub fn payer(&self) -> Option<User> {
        self.0.author()
    }

    /// The id to ask [`inquire_transaction`](Bot::inquire_transaction) with: `telegram_payment_charge_id`.
    pub fn charge_id(&self) -> Option<&str> {
        self.telegram_payment_charge_id.as_deref()
    }

    /// The message with the receipt.
    pub fn message(&self) -> &Message {
        &self.0
    }

    /// The chat with the receipt.
    pub fn chat(&self) -> Chat {
        self.0.chat()
    }
}

/// The receipt.
impl Deref for Payment {
    type Target = types::SuccessfulPayment;

    fn deref(&self) -> &types::SuccessfulPayment {
        self.0.successful_payment.as_deref().expect("`Payment::of` has seen the receipt")
    }
}

/// Shows the receipt only.
impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Payment").field(&**self).finish()
    }
}
