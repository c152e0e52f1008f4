//! People pay, or think better of it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ControlError;
use crate::emulator::{
    core::Core,
    state::{ChatType, Content, Draft, Invoice, Payment, PaymentState, Receipt},
    time::Time,
    wire,
};

/// Somebody pays an invoice: of a message, or of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object with user_id, and chat_id and message_id, or link"
)]
pub(crate) struct Paying {
    pub(crate) user_id: i64,
    pub(crate) chat_id: Option<i64>,
    pub(crate) message_id: Option<i64>,
    /// What `createInvoiceLink` answered.
    pub(crate) link: Option<String>,
    /// Whether the question is ten seconds old when the bot gets it, so that every answer is too late.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) slow: bool,
}

/// Somebody does not pay after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with pre_checkout_query_id")]
pub(crate) struct Refusing {
    pub(crate) pre_checkout_query_id: String,
}

/// The update that asks the bot whether a payment is fine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SentPayment {
    /// Id of the update.
    pub update_id: i64,
    /// What the bot has to name in `answerPreCheckoutQuery`, within ten seconds. It also works in
    /// `inquireTransaction`.
    pub pre_checkout_query_id: String,
}

impl Core {
    /// Somebody pays: the bot is asked first.
    pub(crate) fn pay(&mut self, now: Time, paying: &Paying) -> Result<SentPayment, ControlError> {
        let user_id = paying.user_id;
        let (chat_id, invoice) = match (paying.chat_id, paying.message_id, &paying.link) {
            (Some(chat_id), Some(message_id), None) => {
                (chat_id, self.invoice_of(chat_id, message_id)?)
            }
            (None, None, Some(link)) => (user_id, self.linked_invoice(link)?),
            _ => return Err(ControlError::new("expected either chat_id and message_id, or link")),
        };
        let from = wire::user(self.world.meet(user_id));
        let payment = self.world.payments.begin(now, chat_id, user_id, invoice);
        payment.message_id = paying.message_id;
        if paying.slow {
            payment.end(PaymentState::Failed);
        }
        let payment = payment.clone();
        self.world.show(&payment);
        let pre_checkout_query_id = payment.query_id.clone();
        let query = json!({
            "id": payment.query_id, "from": from, "currency": "IRR",
            "total_amount": payment.invoice.total, "invoice_payload": payment.invoice.payload,
        });
        let update_id = self
            .queue
            .push(now, |update_id| json!({"update_id": update_id, "pre_checkout_query": query}));
        Ok(SentPayment { update_id, pre_checkout_query_id })
    }

    /// Somebody thinks better of a payment that the bot has not decided about.
    pub(crate) fn refuse_payment(
        &mut self,
        now: Time,
        refusing: &Refusing,
    ) -> Result<(), ControlError> {
        let id = &refusing.pre_checkout_query_id;
        let payment = self.world.payments.by_query(id);
        let payment = payment.filter(|payment| payment.state(now) == PaymentState::Pending);
        let payment = payment.ok_or_else(|| {
            ControlError::new(format_args!(
                "pre_checkout_query_id: expected a payment that is pending, found {id:?}"
            ))
        })?;
        payment.end(PaymentState::Rejected);
        let payment = payment.clone();
        self.world.show(&payment);
        Ok(())
    }

    /// Leaves a receipt in the chat, which for a link is the user's own, and tells the bot.
    pub(crate) fn receipt(&mut self, now: Time, payment: &Payment) {
        let content = Content::Paid(Receipt {
            payload: payment.invoice.payload.clone(),
            total: payment.invoice.total,
            charge_id: payment.charge_id.clone(),
            provider_charge_id: format!("{}-WALLET", payment.charge_id),
        });
        // A chat with an invoice in it is known; only the one of a link may be new.
        let known = self.world.chat_by_id(payment.chat_id);
        let kind = known.map_or(ChatType::Private, |chat| chat.kind);
        let chat = self.world.open(payment.chat_id, kind);
        let message_id = chat.post(now, Draft::new(payment.user_id, content));
        self.push_message(now, "message", payment.chat_id, message_id);
    }

    fn invoice_of(&self, chat_id: i64, message_id: i64) -> Result<Invoice, ControlError> {
        match &self.message_of(chat_id, message_id)?.content {
            Content::Invoice(invoice) => Ok(invoice.clone()),
            _ => Err(ControlError::new(format_args!(
                "message_id: expected an invoice, found message {message_id}"
            ))),
        }
    }

    fn linked_invoice(&self, link: &str) -> Result<Invoice, ControlError> {
        self.world.payments.linked(link).cloned().ok_or_else(|| {
            ControlError::new(format_args!(
                "link: expected what createInvoiceLink answered, found {link:?}"
            ))
        })
    }
}
