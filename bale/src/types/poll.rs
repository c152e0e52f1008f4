//! Polls, which bots may receive but not send.

use serde::{Deserialize, Serialize};

use super::{wire, wire::string_enum};

/// A poll. Undocumented.
///
/// Source: docs.bale.ai does not describe it; client libraries read it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Poll {
    /// The id; read from a string or an integer. Undocumented.
    #[serde(
        default,
        deserialize_with = "wire::string_or_integer",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<String>,
    /// The question. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The answers to choose from. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<PollOption>>,
    /// How many people voted. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_voter_count: Option<i64>,
    /// Whether voting has ended. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_closed: Option<bool>,
    /// Whether votes are secret. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_anonymous: Option<bool>,
    /// The kind of poll (`type` on the wire). Undocumented.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<PollType>,
    /// Whether one may choose several answers. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allows_multiple_answers: Option<bool>,
    /// Whether one may change a vote. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allows_revoting: Option<bool>,
    /// Whether only members may vote. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_only: Option<bool>,
}

/// An answer of a poll. Undocumented.
///
/// Source: docs.bale.ai does not describe it; client libraries read it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PollOption {
    /// The id. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_id: Option<String>,
    /// The text. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How many people chose it. Undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voter_count: Option<i64>,
}

string_enum! {
    /// The kind of a poll. Undocumented.
    ///
    /// Source: docs.bale.ai does not describe it; client libraries read it.
    pub enum PollType {
        /// An opinion.
        Regular = "regular",
        /// A question with a right answer.
        Quiz = "quiz",
    }
}

#[cfg(test)]
mod tests {
    use super::{super::wire::check::*, *};

    #[test]
    fn every_field_is_kept() {
        keeps::<Poll>(
            r#"{"id":"9","question":"q","options":[{"persistent_id":"a","text":"t","voter_count":1}],
                "total_voter_count":1,"is_closed":false,"is_anonymous":true,"type":"quiz","allows_multiple_answers":false,
                "allows_revoting":true,"members_only":true}"#,
        );
    }

    #[test]
    fn an_id_may_be_a_number() {
        reads(r#"{"id":9}"#, &Poll { id: Some("9".to_owned()), ..Poll::default() });
        reads(r#"{"id":null,"type":null}"#, &Poll::default());
    }
}
