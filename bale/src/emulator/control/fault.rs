//! Faults as the control API reads and shows them.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::ControlError;
use crate::emulator::{Fault, FaultAction};

/// The actions, as a body names them.
const ACTIONS: &str =
    "rate_limit, error, html, html_after, drop_before, drop_after, hang, truncate or delay";

/// A fault in JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with action")]
pub(crate) struct NewFault {
    action: String,
    method: Option<String>,
    /// How many calls it hits; 0 is all.
    times: Option<usize>,
    /// HTTP status.
    code: Option<u16>,
    description: Option<String>,
    retry_after: Option<u64>,
    /// A page instead of JSON.
    html: Option<String>,
    /// How much later the answer comes.
    seconds: Option<f64>,
}

impl NewFault {
    /// The fault that this describes.
    pub(crate) fn into_fault(self) -> Result<Fault, ControlError> {
        let code = self.code.unwrap_or(502);
        if !(200..=599).contains(&code) {
            return Err(ControlError::new(format_args!("code: expected 200 to 599, found {code}")));
        }
        let action = match self.action.as_str() {
            "rate_limit" => FaultAction::RateLimit { retry_after: self.retry_after },
            "error" => {
                let description =
                    self.description.unwrap_or_else(|| "Internal Server Error".into());
                FaultAction::error(code, description)
            }
            "html" | "html_after" => {
                let page = format!("<html><body><h1>{code} Bad Gateway</h1></body></html>");
                let page = self.html.unwrap_or(page);
                match self.action.as_str() {
                    "html" => FaultAction::html(code, page),
                    _ => FaultAction::html_after_acceptance(code, page),
                }
            }
            "drop_before" => FaultAction::DropBefore,
            "drop_after" => FaultAction::DropAfterAcceptance,
            "hang" => FaultAction::Hang,
            "truncate" => FaultAction::Truncate,
            "delay" => {
                let seconds = self.seconds.unwrap_or(1.0);
                let delay = Duration::try_from_secs_f64(seconds).map_err(|_| {
                    ControlError::new(format_args!("seconds: expected 0 or more, found {seconds}"))
                })?;
                FaultAction::Delay(delay)
            }
            other => {
                return Err(ControlError::new(format_args!(
                    "action: expected {ACTIONS}, found {other:?}"
                )));
            }
        };
        let times = match self.times {
            None => 1,
            Some(0) => usize::MAX,
            Some(times) => times,
        };
        Ok(Fault { method: self.method, times, action })
    }
}

impl Fault {
    /// What hits which calls, as the control API shows it; `times` is 0 for all calls.
    pub(crate) fn describe(&self) -> Value {
        let mut shown = match &self.action {
            FaultAction::Status { status, content_type, .. } if content_type == "text/html" => {
                json!({"action": "html", "code": status})
            }
            FaultAction::Status { status, body, .. } => {
                let body: Value = serde_json::from_slice(body).unwrap_or_default();
                json!({"action": "error", "code": status, "description": body["description"]})
            }
            FaultAction::RateLimit { retry_after } => {
                json!({"action": "rate_limit", "retry_after": retry_after})
            }
            FaultAction::DropBefore => json!({"action": "drop_before"}),
            FaultAction::DropAfterAcceptance => json!({"action": "drop_after"}),
            FaultAction::Hang => json!({"action": "hang"}),
            FaultAction::Truncate => json!({"action": "truncate"}),
            FaultAction::StatusAfterAcceptance { status, .. } => {
                json!({"action": "html_after", "code": status})
            }
            FaultAction::Delay(delay) => {
                json!({"action": "delay", "seconds": delay.as_secs_f64()})
            }
        };
        shown["method"] = self.method.clone().into();
        shown["times"] = if self.times == usize::MAX { 0 } else { self.times }.into();
        shown
    }
}
