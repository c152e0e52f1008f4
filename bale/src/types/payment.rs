//! Invoices, payments and transactions. Amounts are in Rials.

use serde::{Deserialize, Serialize};

use super::{User, wire, wire::string_enum};

/// One line of an invoice.
///
/// Source: docs.bale.ai, `LabeledPrice`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LabeledPrice {
    /// What it is for.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub label: String,
    /// How much, in Rials.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub amount: i64,
}

impl LabeledPrice {
    /// A line of an invoice; the amount is in Rials.
    pub fn new(label: impl Into<String>, amount: i64) -> Self {
        Self { label: label.into(), amount }
    }
}

/// A request to pay, inside a message.
///
/// Source: docs.bale.ai, `Invoice`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Invoice {
    /// The title, 1 to 32 characters.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub title: String,
    /// The description, 1 to 255 characters.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub description: String,
    /// The sum, in Rials.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub total_amount: i64,
    /// Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_parameter: Option<String>,
    /// The currency. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

string_enum! {
    /// The currency of a payment.
    ///
    /// Source: docs.bale.ai, `SuccessfulPayment.currency`.
    pub enum Currency {
        /// Iranian Rials, the only one there is.
        Irr = "IRR",
    }
}

/// A payment that waits for approval: 10 seconds, then it is cancelled.
///
/// Source: docs.bale.ai, `PreCheckoutQuery`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PreCheckoutQuery {
    /// The id to answer with.
    pub id: String,
    /// Who pays.
    pub from: User,
    /// The currency.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub currency: Currency,
    /// The sum, in Rials.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub total_amount: i64,
    /// The payload of the invoice.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub invoice_payload: String,
    /// Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_option_id: Option<String>,
    /// Details of the buyer. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_info: Option<OrderInfo>,
}

/// The receipt of a payment.
///
/// Source: docs.bale.ai, `SuccessfulPayment`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SuccessfulPayment {
    /// The currency.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub currency: Currency,
    /// The sum, in Rials.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub total_amount: i64,
    /// The payload of the invoice.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub invoice_payload: String,
    /// The id to ask `inquireTransaction` with. Bale kept Telegram's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram_payment_charge_id: Option<String>,
    /// The id at the payment provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_payment_charge_id: Option<String>,
    /// Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_option_id: Option<String>,
    /// Details of the buyer. Undocumented, legacy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_info: Option<OrderInfo>,
}

/// Details of a buyer. Undocumented, legacy.
///
/// Source: docs.bale.ai had it once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct OrderInfo {
    /// The name. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone number. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The e-mail address. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to ship to. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<ShippingAddress>,
    /// The user. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// Where to ship to. Undocumented, legacy; the field names are misspelt as the old page had them.
///
/// Source: docs.bale.ai had it once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ShippingAddress {
    /// The country. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The state, spelt `stat` on the wire. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stat: Option<String>,
    /// The city. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The first line of the street. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_line1: Option<String>,
    /// The second line of the street. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_line2: Option<String>,
    /// The post code. Undocumented. Also read as `post_cod`.
    #[serde(alias = "post_cod", skip_serializing_if = "Option::is_none")]
    pub post_code: Option<String>,
}

/// A question about shipping. Undocumented, legacy: no method answers it.
///
/// Source: docs.bale.ai had it once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ShippingQuery {
    /// The id. Undocumented.
    pub id: String,
    /// Who buys. Undocumented.
    pub from: User,
    /// The payload of the invoice. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub invoice_payload: String,
    /// Where to ship to. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub shipping_address: ShippingAddress,
}

/// A transaction of the wallet, as `inquireTransaction` answers.
///
/// Source: docs.bale.ai, `Transaction`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Transaction {
    /// The id.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub id: String,
    /// How far it is.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub status: TransactionStatus,
    /// Who pays (`userID` on the wire).
    #[serde(rename = "userID", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// The sum, in Rials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// When it was made (`createdAt` on the wire). The unit is undocumented: a value above 10^11 can
    /// only be milliseconds, others are Unix seconds.
    #[serde(rename = "createdAt", skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// The id at the payment provider. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_payment_charge_id: Option<String>,
}

string_enum! {
    /// How far a transaction is.
    ///
    /// Source: docs.bale.ai, `Transaction.status`.
    pub enum TransactionStatus {
        /// Not decided yet.
        Pending = "pending",
        /// Paid.
        Paid = "paid",
        /// Failed.
        Failed = "failed",
        /// Refused.
        Rejected = "rejected",
    }
}

string_enum! {
    /// What a mini app is told when its invoice closes. Not to be trusted without
    /// `inquireTransaction`.
    ///
    /// Source: docs.bale.ai/miniapp, `invoiceClosed`.
    pub enum InvoiceClosedStatus {
        /// Paid.
        Paid = "paid",
        /// Closed by the user.
        Cancelled = "cancelled",
        /// Failed.
        Failed = "failed",
        /// Not decided yet.
        Pending = "pending",
    }
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    const ORDER_INFO: &str = r#"{"name":"n","phone_number":"98","email":"e","user_id":4,"shipping_address":
        {"country_code":"IR","stat":"s","city":"c","street_line1":"1","street_line2":"2","post_code":"p"}}"#;

    #[test]
    fn every_field_is_kept() {
        travels(r#"{"label":"tea","amount":5000}"#, &LabeledPrice::new("tea", 5000));
        keeps::<Invoice>(
            r#"{"title":"t","description":"d","total_amount":5,"start_parameter":"s","currency":"IRR"}"#,
        );
        keeps::<PreCheckoutQuery>(&format!(
            r#"{{"id":"1","from":{{"id":5,"is_bot":false,"first_name":"S"}},"currency":"IRR","total_amount":5,
                "invoice_payload":"p","shipping_option_id":"o","order_info":{ORDER_INFO}}}"#
        ));
        keeps::<SuccessfulPayment>(&format!(
            r#"{{"currency":"IRR","total_amount":5,"invoice_payload":"p","telegram_payment_charge_id":"t",
                "provider_payment_charge_id":"q","shipping_option_id":"o","order_info":{ORDER_INFO}}}"#
        ));
        keeps::<ShippingQuery>(
            r#"{"id":"1","from":{"id":5,"is_bot":false,"first_name":"S"},"invoice_payload":"p","shipping_address":{}}"#,
        );
    }

    #[test]
    fn a_transaction_writes_two_words_as_one() {
        travels(
            r#"{"id":"t","status":"paid","userID":5,"amount":10,"createdAt":1700000000,"provider_payment_charge_id":"q"}"#,
            &Transaction {
                id: "t".to_owned(),
                status: TransactionStatus::Paid,
                user_id: Some(5),
                amount: Some(10),
                created_at: Some(1_700_000_000),
                provider_payment_charge_id: Some("q".to_owned()),
            },
        );
        let status = TransactionStatus::Other("refunded".to_owned());
        reads(
            r#"{"id":"t","status":"refunded","userID":null}"#,
            &Transaction { id: "t".to_owned(), status, ..Transaction::default() },
        );
    }

    #[test]
    fn a_query_is_someones() {
        let query = PreCheckoutQuery {
            id: "1".to_owned(),
            from: User { id: 5, ..User::default() },
            ..PreCheckoutQuery::default()
        };
        reads(r#"{"id":"1","from":{"id":5}}"#, &query);
        reads(r#"{"id":"1","from":{"id":5},"currency":null,"order_info":null}"#, &query);
        refuses::<PreCheckoutQuery>(
            r#"{"from":{"id":5}}"#,
            "missing field `id` at line 1 column 17",
        );
        refuses::<PreCheckoutQuery>(r#"{"id":"1"}"#, "missing field `from` at line 1 column 10");
    }

    #[test]
    fn a_post_code_has_two_spellings() {
        reads(
            r#"{"post_cod":"12345"}"#,
            &ShippingAddress { post_code: Some("12345".to_owned()), ..ShippingAddress::default() },
        );
    }

    #[test]
    fn a_closed_invoice_has_a_status() {
        travels(r#""cancelled""#, &InvoiceClosedStatus::Cancelled);
    }
}
