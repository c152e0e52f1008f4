//! Payments: from the moment a user pays until the bot and the clock have decided.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::{Invoice, World};
use crate::emulator::time::Time;

/// How long the bot has to answer a pre-checkout query. Source: docs.bale.ai#preCheckoutQuery, official.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentState {
    /// The bot was asked.
    Pending,
    /// The bot agreed in time.
    Paid,
    /// The bot was too late.
    Failed,
    /// The bot or the user said no.
    Rejected,
}

impl PaymentState {
    /// As `Transaction.status` writes it. Source: docs.bale.ai#transaction, official; which is which is
    /// inferred.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
        }
    }
}

/// One attempt to pay an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payment {
    /// What the bot names in `answerPreCheckoutQuery`.
    pub(crate) query_id: String,
    /// `telegram_payment_charge_id` of the receipt.
    pub(crate) charge_id: String,
    pub(crate) chat_id: i64,
    /// The message with the invoice, unless it is a link.
    pub(crate) message_id: Option<i64>,
    pub(crate) user_id: i64,
    pub(crate) invoice: Invoice,
    pub(crate) begun: Time,
    state: PaymentState,
    /// What the bot told the user when it refused.
    pub(crate) error_message: Option<String>,
}

impl Payment {
    /// How it stands at this moment.
    pub(crate) fn state(&self, now: Time) -> PaymentState {
        match self.state {
            PaymentState::Pending if now.since(self.begun) >= ANSWER_WITHIN => PaymentState::Failed,
            state => state,
        }
    }

    /// For the control API: how it stands, the bot's answer, and when it comes too late.
    pub(crate) fn shown(&self) -> Value {
        let until = (self.begun + ANSWER_WITHIN).millis();
        let mut shown = json!({
            "pre_checkout_query_id": self.query_id, "user_id": self.user_id,
            "status": self.state.name(), "until": until,
        });
        if let Some(text) = &self.error_message {
            shown["error_message"] = text.as_str().into();
        }
        shown
    }

    /// Ends it.
    pub(crate) fn end(&mut self, state: PaymentState) {
        self.state = state;
    }
}

/// All payments, and the invoices that are links.
#[derive(Debug, Default)]
pub(crate) struct Payments {
    payments: Vec<Payment>,
    links: BTreeMap<String, Invoice>,
}

impl Payments {
    /// Begins a payment.
    pub(crate) fn begin(
        &mut self,
        begun: Time,
        chat_id: i64,
        user_id: i64,
        invoice: Invoice,
    ) -> &mut Payment {
        let number = self.payments.len() + 1;
        self.payments.push(Payment {
            query_id: format!("3{number:09}"),
            charge_id: format!("EMU-CHARGE-{number:07}"),
            chat_id,
            message_id: None,
            user_id,
            invoice,
            begun,
            state: PaymentState::Pending,
            error_message: None,
        });
        &mut self.payments[number - 1]
    }

    /// The payment of a pre-checkout query.
    pub(crate) fn by_query(&mut self, query_id: &str) -> Option<&mut Payment> {
        self.payments.iter_mut().find(|payment| payment.query_id == query_id)
    }

    /// The payment of an invoice in a chat; of several attempts, the last.
    pub(crate) fn of_message(&self, chat_id: i64, message_id: i64) -> Option<&Payment> {
        let mut last_first = self.payments.iter().rev();
        last_first
            .find(|payment| payment.chat_id == chat_id && payment.message_id == Some(message_id))
    }

    /// The payment with this query id or charge id. Source: methods, inquireTransaction, confidence library.
    pub(crate) fn by_any_id(&self, id: &str) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.query_id == id || payment.charge_id == id)
    }

    /// Keeps an invoice under a link.
    pub(crate) fn link(&mut self, invoice: Invoice) -> String {
        let link = format!("EMU-INVOICE-{:07}", self.links.len() + 1);
        self.links.insert(link.clone(), invoice);
        link
    }

    /// The invoice of a link.
    pub(crate) fn linked(&self, link: &str) -> Option<&Invoice> {
        self.links.get(link)
    }
}

impl World {
    /// Tells those who watch the chat that its invoice stands differently.
    pub(crate) fn show(&mut self, payment: &Payment) {
        if let (Some(id), Some(chat)) = (payment.message_id, self.chat_by_id_mut(payment.chat_id)) {
            chat.messages.get_mut(&id);
        }
    }
}
