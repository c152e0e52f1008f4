//! Payments. Amounts are in Rials.

use super::{ChatId, SentMessage, Violation, first_of, limits};
use crate::types::{self, Currency, InlineKeyboardMarkup, LabeledPrice};

methods! {
    first first_of(6);

    /// Sends a request to pay: a title of 1 to 32 characters, a description of 1 to 255 characters and a
    /// payload of 1 to 128 bytes.
    ///
    /// The payment then arrives as a pre-checkout query, to be answered within 10 seconds, and, once made, as
    /// a message with a receipt.
    ///
    /// # Errors
    ///
    /// As [`send_message`](crate::client::Bot::send_message);
    /// [`is_bad_request`](crate::error::Error::is_bad_request) also if the provider token is wrong.
    ///
    /// Source: docs.bale.ai#sendinvoice
    sendInvoice SendInvoice send_invoice(
        /// Where to.
        chat_id: ChatId,
        /// The title, 1 to 32 characters.
        title: String where limits::invoice_title,
        /// The description, 1 to 255 characters.
        description: String where limits::invoice_description,
        /// 1 to 128 bytes of your own, which nobody sees; the payment brings them back.
        payload: String where limits::invoice_payload,
        /// The wallet's token from @botfather; `WALLET-TEST-1111111111111111` only simulates.
        provider_token: String,
        /// What is charged: the sum of these, in Rials.
        prices: (Vec<LabeledPrice>) where limits::prices,
    ) {
        /// The address of a picture.
        photo_url: String,
        /// The message of the same chat that this one replies to.
        reply_to_message_id: i64,
        /// The inline keyboard. Undocumented.
        reply_markup: InlineKeyboardMarkup where limits::inline_keyboard,
        /// The currency. Undocumented.
        currency: Currency,
        /// Data for the provider. Undocumented, legacy.
        provider_data: String,
        /// Size of the picture in bytes. Undocumented, legacy.
        photo_size: i64,
        /// Width of the picture in pixels. Undocumented, legacy.
        photo_width: i64,
        /// Height of the picture in pixels. Undocumented, legacy.
        photo_height: i64,
        /// Whether to ask for the name. Undocumented, legacy.
        need_name: bool,
        /// Whether to ask for the phone number. Undocumented, legacy.
        need_phone_number: bool,
        /// Whether to ask for the e-mail address. Undocumented, legacy.
        need_email: bool,
        /// Whether to ask for the postal address. Undocumented, legacy.
        need_shipping_address: bool,
        /// Whether the price depends on the postal address. Undocumented, legacy.
        is_flexible: bool,
        /// Whether to send without a sound. Undocumented, legacy.
        disable_notification: bool,
        /// Ids of bank payments, for an empty provider token. Undocumented, legacy.
        additional_parameters: (serde_json::Value),
    } -> SentMessage => {
        /// let prices = [LabeledPrice::new("Tea", 50_000), LabeledPrice::new("Sugar", 1_000)];
        /// bot.send_invoice(sara, "Tea", "A cup", "order-7", "WALLET-TEST-1111111111111111", prices).await?;
        /// assert_eq!(emulator.messages(sara)[1]["invoice"]["total_amount"], 51_000);
    };

    /// Makes an invoice for a mini app, which passes the answer to `openInvoice` as it is.
    ///
    /// # Errors
    ///
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if the provider token is wrong or a limit is
    /// broken.
    ///
    /// Source: docs.bale.ai#createinvoicelink
    createInvoiceLink CreateInvoiceLink create_invoice_link(
        /// The title, 1 to 32 characters.
        title: String where limits::invoice_title,
        /// The description, 1 to 255 characters.
        description: String where limits::invoice_description,
        /// 1 to 128 bytes of your own, which nobody sees; the payment brings them back.
        payload: String where limits::invoice_payload,
        /// The wallet's token from @botfather; `WALLET-TEST-1111111111111111` only simulates.
        provider_token: String,
        /// What is charged: the sum of these, in Rials.
        prices: (Vec<LabeledPrice>) where limits::prices,
    ) {} -> String => {
        /// let prices = [LabeledPrice::new("Tea", 50_000)];
        /// let wallet = "WALLET-TEST-1111111111111111";
        /// let link = bot.create_invoice_link("Tea", "A cup", "order-7", wallet, prices).await?;
        /// assert!(emulator.pay_link(link, sara).is_ok());
    };

    /// Lets a payment happen or refuses it, within 10 seconds after the query; else it is cancelled.
    ///
    /// # Errors
    ///
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if the query is unknown or too old; before the
    /// call, if a refusal has no `error_message`.
    ///
    /// Source: docs.bale.ai#answerprecheckoutquery
    answerPreCheckoutQuery AnswerPreCheckoutQuery answer_pre_checkout_query(
        /// The query's id.
        pre_checkout_query_id: String,
        /// Whether the payment may happen.
        ok: bool,
    ) {
        /// Why not; the user sees it. A refusal must have it.
        error_message: String,
    } -> bool, rule = refusals_say_why => {
        /// let prices = [LabeledPrice::new("Tea", 50_000)];
        /// let wallet = "WALLET-TEST-1111111111111111";
        /// let invoice = bot.send_invoice(sara, "Tea", "A cup", "order-7", wallet, prices).await?;
        /// let payment = emulator.pay(sara, sara, invoice.message_id)?;
        /// bot.answer_pre_checkout_query(payment.pre_checkout_query_id, true).await?;
        /// let receipt = &emulator.messages(sara)[2]["successful_payment"];
        /// assert_eq!(receipt["invoice_payload"], "order-7");
    };

    /// Asks what became of a transaction. Bale only.
    ///
    /// # Errors
    ///
    /// [`is_not_found`](crate::error::Error::is_not_found) or
    /// [`is_bad_request`](crate::error::Error::is_bad_request) if there is no such transaction.
    ///
    /// Source: docs.bale.ai#inquiretransaction
    inquireTransaction InquireTransaction inquire_transaction(
        /// The transaction: after the payment `telegram_payment_charge_id`, before it the id of the
        /// pre-checkout query.
        transaction_id: String,
    ) {} -> types::Transaction => {
        /// let prices = [LabeledPrice::new("Tea", 50_000)];
        /// let wallet = "WALLET-TEST-1111111111111111";
        /// let invoice = bot.send_invoice(sara, "Tea", "A cup", "order-7", wallet, prices).await?;
        /// let payment = emulator.pay(sara, sara, invoice.message_id)?;
        /// let transaction = bot.inquire_transaction(payment.pre_checkout_query_id).await?;
        /// assert_eq!(transaction.status, TransactionStatus::Pending);
    };
}

fn refusals_say_why(answer: &AnswerPreCheckoutQuery) -> Result<(), Violation> {
    if answer.ok || answer.error_message.as_deref().is_some_and(|message| !message.is_empty()) {
        return Ok(());
    }
    Err(Violation {
        parameter: "error_message",
        expected: "a text when `ok` is false",
        found: "none".to_owned(),
    })
}
