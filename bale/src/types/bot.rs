//! What the server says about the bot itself and about a refused call.

use serde::{Deserialize, Serialize};

use super::wire;

/// Where updates are delivered to.
///
/// Source: docs.bale.ai, `WebhookInfo`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WebhookInfo {
    /// The address; empty while updates are polled.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub url: String,
    /// Whether the certificate is the bot's own. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_custom_certificate: Option<bool>,
    /// How many updates wait for delivery. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_update_count: Option<i64>,
    /// When a delivery last failed, in Unix seconds. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error_date: Option<i64>,
    /// Why a delivery last failed. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error_message: Option<String>,
}

/// What helps after a refused call.
///
/// Source: docs.bale.ai, `ResponseParameters`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ResponseParameters {
    /// After too many calls: how long to wait, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// Undocumented, a leftover of Telegram: groups of Bale do not migrate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migrate_to_chat_id: Option<i64>,
}

/// An entry of the menu of commands. Undocumented: it is doubtful that Bale takes one.
///
/// Source: docs.bale.ai does not describe it; one client library sends it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BotCommand {
    /// The command, without the slash. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub command: String,
    /// What it does. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub description: String,
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn every_field_is_kept() {
        keeps::<WebhookInfo>(
            r#"{"url":"https://example.com","has_custom_certificate":false,"pending_update_count":2,
                "last_error_date":1700000000,"last_error_message":"timeout"}"#,
        );
        keeps::<ResponseParameters>(r#"{"retry_after":3,"migrate_to_chat_id":4}"#);
        keeps::<BotCommand>(r#"{"command":"start","description":"Say hello."}"#);
    }

    #[test]
    fn a_webhook_may_be_unset() {
        reads("{}", &WebhookInfo::default());
        reads(r#"{"url":null}"#, &WebhookInfo::default());
        travels(r#"{"url":""}"#, &WebhookInfo::default());
    }
}
