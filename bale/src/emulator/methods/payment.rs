//! Invoices and what becomes of them.

use serde_json::{Value, json};

use super::{
    markup,
    send::{filled, post},
};
use crate::emulator::{
    core::Core,
    params::Params,
    refusal::Refusal,
    state::{Content, Invoice, PaymentState},
    time::Time,
};

/// Characters. Source: docs.bale.ai#sendInvoice, official.
const LONGEST_TITLE: usize = 32;

/// Characters. Source: docs.bale.ai#sendInvoice, official.
const LONGEST_DESCRIPTION: usize = 255;

/// Bytes. Source: docs.bale.ai#sendInvoice, official.
const LONGEST_PAYLOAD: usize = 128;

/// `sendInvoice`.
pub(super) fn send_invoice(core: &mut Core, now: Time, params: &Params) -> Result<Value, Refusal> {
    let invoice = invoice(core, params)?;
    if let Some(markup) = params.nested("reply_markup")? {
        markup::check_inline(&markup)?;
    }
    post(core, now, params, Content::Invoice(invoice))
}

/// `createInvoiceLink`, which answers an id for a mini app. Source: methods, official.
pub(super) fn create_invoice_link(
    core: &mut Core,
    _: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let invoice = invoice(core, params)?;
    Ok(core.world.payments.link(invoice).into())
}

/// `answerPreCheckoutQuery`, in time or not at all.
pub(super) fn answer_pre_checkout_query(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let id = params.required_text("pre_checkout_query_id")?;
    let agreed = params.boolean("ok")?.ok_or_else(|| Refusal::bad_request("ok is empty"))?;
    let error_message =
        if agreed { None } else { Some(filled(params, "error_message")?.to_owned()) };
    let payment = core.world.payments.by_query(id);
    let payment = payment.filter(|payment| payment.state(now) == PaymentState::Pending);
    let payment = payment.ok_or_else(|| {
        Refusal::bad_request("query is too old and response timeout expired or query ID is invalid")
    })?;
    payment.error_message = error_message;
    payment.end(if agreed { PaymentState::Paid } else { PaymentState::Rejected });
    let payment = payment.clone();
    core.world.show(&payment);
    if agreed {
        core.receipt(now, &payment);
    }
    Ok(true.into())
}

/// `inquireTransaction`, by the charge id or the query's id. Source: methods, official; that both work is
/// Balethon's (library).
pub(super) fn inquire_transaction(
    core: &mut Core,
    now: Time,
    params: &Params,
) -> Result<Value, Refusal> {
    let id = match params.text("payment_charge_id")? {
        Some(id) if core.world.quirks.inquire_by_payment_charge_id => id,
        _ => filled(params, "transaction_id")?,
    };
    let payment = core.world.payments.by_any_id(id);
    let payment = payment.ok_or_else(|| Refusal::bad_request("transaction not found"))?;
    let per_second = if core.world.quirks.transactions_in_milliseconds { 1000 } else { 1 };
    Ok(json!({
        "id": payment.charge_id, "status": payment.state(now).name(), "userID": payment.user_id,
        "amount": payment.invoice.total, "createdAt": payment.begun.unix() * per_second,
    }))
}

/// What both ways of asking for money have in common. Any provider token is taken that is no number of a card or
/// terminal; `WALLET-TEST-1111111111111111` is the documented one for tests, and no payment is real here.
///
/// Source: quirks, payments (official); the wording is Telegram's.
fn invoice(core: &Core, params: &Params) -> Result<Invoice, Refusal> {
    let bounded = |name: &str, length: fn(&str) -> usize, most: usize| {
        let text = filled(params, name)?;
        if length(text) > most {
            return Err(Refusal::bad_request(format_args!("{name} is too long")));
        }
        Ok(text.to_owned())
    };
    let characters = |text: &str| text.chars().count();
    let provider = filled(params, "provider_token")?;
    let is_number = provider.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !core.world.quirks.card_numbers_are_paid_to {
        return Err(Refusal::bad_request("PAYMENT_PROVIDER_INVALID"));
    }
    Ok(Invoice {
        title: bounded("title", characters, LONGEST_TITLE)?,
        description: bounded("description", characters, LONGEST_DESCRIPTION)?,
        payload: bounded("payload", str::len, LONGEST_PAYLOAD)?,
        total: total(&params.required_nested("prices")?)?,
    })
}

/// The sum of the prices, in Rials.
fn total(prices: &Value) -> Result<i64, Refusal> {
    let prices = prices.as_array().filter(|prices| !prices.is_empty());
    let prices = prices.ok_or_else(|| Refusal::bad_request("prices must be a non-empty array"))?;
    let mut total = 0_i64;
    for price in prices {
        let label = price.get("label").and_then(Value::as_str).filter(|label| !label.is_empty());
        let amount = price.get("amount").and_then(Value::as_i64);
        let (Some(_), Some(amount)) = (label, amount) else {
            return Err(Refusal::bad_request("prices must be label and amount each"));
        };
        total = total.checked_add(amount).ok_or_else(wrong_total)?;
    }
    if total > 0 { Ok(total) } else { Err(wrong_total()) }
}

fn wrong_total() -> Refusal {
    Refusal::bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
}
