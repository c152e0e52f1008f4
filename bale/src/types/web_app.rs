//! Mini apps: their address, what they send, and who opened them.

use serde::{Deserialize, Serialize};

use super::wire;

/// The address of a mini app.
///
/// Source: docs.bale.ai, `WebAppInfo`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WebAppInfo {
    /// The address, HTTPS.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub url: String,
}

impl WebAppInfo {
    /// The mini app at an HTTPS address.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}

/// Data that a mini app sent to the bot. It may be forged.
///
/// Source: docs.bale.ai, `WebAppData`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WebAppData {
    /// The data.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub data: String,
}

/// What a mini app knows at its start, decoded from URL-encoded pairs.
///
/// Source: docs.bale.ai/miniapp.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WebAppInitData {
    /// The id of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
    /// Who opened the mini app. Also read from JSON text, which it is inside its pair.
    #[serde(
        default,
        deserialize_with = "wire::json_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub user: Option<WebAppUser>,
    /// When it was opened, in Unix seconds. Old values should be refused.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub auth_date: i64,
    /// The parameter of the `startapp` link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_param: Option<String>,
    /// The signature: an HMAC-SHA-256, in hexadecimal.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub hash: String,
}

/// Who opened a mini app. The fields come from one client library.
///
/// Source: docs.bale.ai/miniapp.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WebAppUser {
    /// The id: 64 bits. Undocumented.
    pub id: i64,
    /// The first name; empty where the server does not say. Undocumented.
    #[serde(default, deserialize_with = "wire::null_as_default")]
    pub first_name: String,
    /// The last name. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The username, without `@`. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Whether the bot may write to the user. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allows_write_to_pm: Option<bool>,
    /// The address of the user's picture. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn every_field_is_kept() {
        travels(r#"{"url":"https://example.com"}"#, &WebAppInfo::new("https://example.com"));
        keeps::<WebAppData>(r#"{"data":"d"}"#);
        keeps::<WebAppInitData>(
            r#"{"query_id":"q","auth_date":1700000000,"start_param":"s","hash":"ab","user":{"id":5,"first_name":"S",
                "last_name":"K","username":"u","allows_write_to_pm":true,"photo_url":"https://example.com/p"}}"#,
        );
    }

    #[test]
    fn a_user_is_an_id_at_least() {
        reads(r#"{"id":5,"first_name":null}"#, &WebAppUser { id: 5, ..WebAppUser::default() });
        refuses::<WebAppUser>(r#"{"first_name":"S"}"#, "missing field `id` at line 1 column 18");
    }
}
