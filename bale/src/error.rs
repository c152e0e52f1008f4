//! Why a call failed.
//!
//! [`Error`] is one opaque pointer; what went wrong is its [`kind`](Error::kind), and the questions worth
//! asking have predicates. No text in here, nor in any source, contains the bot's token.

use std::{error::Error as StdError, fmt, time::Duration};

use crate::{
    client::transport::{TransportError, TransportErrorKind},
    handler::BoxError,
    methods::Violation,
};

/// A call that failed, or a [`Bot`](crate::client::Bot) that could not be built.
///
/// ```
/// # fn wait(_: std::time::Duration) {}
/// fn after_a_failure(error: &bale::error::Error) {
///     if let Some(pause) = error.retry_after() {
///         wait(pause);
///     } else if error.may_have_been_sent() {
///         println!("look before sending again: {error}");
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    method: Option<&'static str>,
    kind: ErrorKind,
    source: Option<BoxError>,
}

/// What went wrong.
///
/// `code` is the server's `error_code`, or the HTTP status where the answer names none but has a failing
/// status. `description` is the server's own text, meant for people: its wording may change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No token was given.
    #[error(
        "no token: set BALE_BOT_TOKEN to the token that @botfather gave you, or give one to the builder"
    )]
    MissingToken,
    /// The token is malformed (then there is no `code`), or the server does not know it.
    #[error("invalid token: {description}{}", in_brackets(*code))]
    InvalidToken {
        /// The server's code; none if the token never left this process.
        code: Option<i64>,
        /// What is wrong with it.
        description: String,
    },
    /// The bot cannot be built as asked.
    #[error("cannot set up the client: {problem}")]
    Setup {
        /// What is wrong, and what to do about it.
        problem: String,
    },
    /// A parameter breaks a limit of the API; nothing was sent.
    #[error("`{parameter}` must have {expected}, found {found}")]
    InvalidArgument {
        /// Wire name of the parameter.
        parameter: &'static str,
        /// The limit.
        expected: &'static str,
        /// What the parameter has instead.
        found: String,
    },
    /// A parameter could not be encoded; nothing was sent.
    #[error("cannot encode the parameters")]
    Encode,
    /// A file to upload could not be read to its end. The server never saw the whole call.
    #[error("cannot read a file to upload")]
    UnreadableFile,
    /// What was downloaded could not be written: the file, the folder or the writer is not as it should be.
    #[error("cannot write the downloaded file")]
    UnwritableFile,
    /// The file has more bytes than [`Download::limit`](crate::client::Download::limit) lets through.
    #[error("the file is larger than the limit of {limit} bytes: {}", found_bytes(*size))]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
        /// How many bytes the server announced; none if it announced nothing and too many came.
        size: Option<u64>,
    },
    /// The transport cannot or will not do this.
    #[error("not possible")]
    Unsupported,
    /// The server refused the parameters.
    #[error("bad request: {description}{}", in_brackets(*code))]
    BadRequest {
        /// The server's code.
        code: Option<i64>,
        /// The server's text.
        description: String,
    },
    /// There is no such chat, user, message or method; or the bot never met the chat or user.
    #[error("not found: {description}{}", in_brackets(*code))]
    NotFound {
        /// The server's code.
        code: Option<i64>,
        /// The server's text.
        description: String,
    },
    /// The bot may not do this here.
    #[error("forbidden: {description}{}", in_brackets(*code))]
    Forbidden {
        /// The server's code.
        code: Option<i64>,
        /// The server's text.
        description: String,
    },
    /// Something else already does this: another poller, or a webhook.
    #[error("conflict: {description}{}", in_brackets(*code))]
    Conflict {
        /// The server's code.
        code: Option<i64>,
        /// The server's text.
        description: String,
    },
    /// Too many calls.
    #[error("rate limited: {description}{}{}", in_brackets(*code), retry_hint(*retry_after))]
    RateLimited {
        /// The server's code.
        code: Option<i64>,
        /// The server's text.
        description: String,
        /// How long the server wants us to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// The server failed or refused for a reason that has no kind of its own.
    #[error("the server answered: {description}{}", in_brackets(*code))]
    Api {
        /// The server's code.
        code: Option<i64>,
        /// The server's text.
        description: String,
    },
    /// No answer came: the connection failed or broke.
    #[error("network failure")]
    Network {
        /// Whether a connection had been made, so that the call may have arrived. It is `false` too if the server
        /// said over HTTP/2 that it did not take the call.
        connected: bool,
    },
    /// No answer came in time, or an upload stood still for as long. The call may have arrived.
    #[error("no answer within {after:?}")]
    TimedOut {
        /// The call's timeout.
        after: Duration,
    },
    /// A download had begun, and nothing more came.
    #[error("the download stood still for {after:?}, {progress}")]
    Stalled {
        /// For how long.
        after: Duration,
        /// How far it had come, as "after 512 of 1024 bytes".
        progress: String,
    },
    /// The HTTP status is a failure and the body is not an answer of the Bot API: a proxy, a gateway or a
    /// wrong address. The call may have arrived.
    #[error("HTTP {status} and no Bot API answer, but {}", quoted(body))]
    Http {
        /// HTTP status code.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
    /// The call was answered, but not in the expected form. It may have taken effect.
    #[error("cannot read the answer (HTTP {status}), {}", quoted(body))]
    Decode {
        /// HTTP status code.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
}

impl ErrorKind {
    /// The kind of a refusal. Bale's texts and codes do not always agree, so the order matters: it is the
    /// one that the notes on the live server recommend.
    pub(crate) fn refusal(
        method: &str,
        code: Option<i64>,
        description: String,
        retry_after: Option<Duration>,
    ) -> Self {
        let text = description.to_lowercase();
        let says = |needle| text.contains(needle);
        // A wrong token is answered with 403 or 404; getMe has nothing else that could be missing.
        let only_the_token = method == "getMe" && matches!(code, Some(401 | 403 | 404));
        let limited = matches!(code, Some(420 | 429));
        if says("token not found") || only_the_token || code == Some(401) {
            Self::InvalidToken { code, description }
        } else if limited || says("bot limit exceed") || says("local_rate_limited") {
            Self::RateLimited { code, description, retry_after }
        } else if says("no such group or user") {
            Self::NotFound { code, description }
        } else if code == Some(403) || says("permission_denied") {
            Self::Forbidden { code, description }
        } else {
            match code {
                Some(400) => Self::BadRequest { code, description },
                Some(404) => Self::NotFound { code, description },
                Some(409) => Self::Conflict { code, description },
                _ => Self::Api { code, description },
            }
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { method: None, kind, source: None }))
    }

    pub(crate) fn setup(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Setup { problem: problem.into() })
    }

    pub(crate) fn of(mut self, method: &'static str) -> Self {
        self.0.method = Some(method);
        self
    }

    pub(crate) fn because(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn violation(violation: Violation) -> Self {
        let Violation { parameter, expected, found } = violation;
        Self::new(ErrorKind::InvalidArgument { parameter, expected, found })
    }

    pub(crate) fn transport(source: TransportError, timeout: Duration) -> Self {
        Self::new(match source.kind() {
            TransportErrorKind::Connect | TransportErrorKind::Refused => {
                ErrorKind::Network { connected: false }
            }
            TransportErrorKind::Interrupted => ErrorKind::Network { connected: true },
            TransportErrorKind::TimedOut => ErrorKind::TimedOut { after: timeout },
            TransportErrorKind::Unreadable => ErrorKind::UnreadableFile,
            TransportErrorKind::Unsupported => ErrorKind::Unsupported,
        })
        .because(source)
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Wire name of the method that failed, as `sendMessage`, or `download` if the bytes of a file did not
    /// come. None if the bot could not be built.
    pub fn method(&self) -> Option<&'static str> {
        self.0.method
    }

    /// The code of the server's refusal.
    pub fn code(&self) -> Option<i64> {
        self.refusal().and_then(|(code, _)| code)
    }

    /// The text of the server's refusal, or what is wrong with a malformed token.
    pub fn description(&self) -> Option<&str> {
        self.refusal().map(|(_, description)| description)
    }

    fn refusal(&self) -> Option<(Option<i64>, &str)> {
        match &self.0.kind {
            ErrorKind::InvalidToken { code, description }
            | ErrorKind::BadRequest { code, description }
            | ErrorKind::NotFound { code, description }
            | ErrorKind::Forbidden { code, description }
            | ErrorKind::Conflict { code, description }
            | ErrorKind::RateLimited { code, description, .. }
            | ErrorKind::Api { code, description } => Some((*code, description)),
            _ => None,
        }
    }

    /// How long to wait before calling again, if the server said so. A rate limit often comes without:
    /// then wait a few seconds, and longer each time.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            ErrorKind::RateLimited { retry_after, .. } => retry_after,
            _ => None,
        }
    }

    /// Whether no answer came in time, or a download stood still.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TimedOut { .. } | ErrorKind::Stalled { .. })
    }

    /// Whether a file is larger than [`Download::limit`](crate::client::Download::limit).
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TooLarge { .. })
    }

    /// Whether the server wants fewer calls.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, ErrorKind::RateLimited { .. })
    }

    /// Whether the server refused the parameters, or we did before sending them.
    pub fn is_bad_request(&self) -> bool {
        matches!(self.0.kind, ErrorKind::BadRequest { .. } | ErrorKind::InvalidArgument { .. })
    }

    /// Whether an edit was refused because it would change nothing.
    ///
    /// Source: Telegram's wording, which community code expects of Bale too; not documented.
    pub fn is_not_modified(&self) -> bool {
        self.description().is_some_and(|text| text.contains("message is not modified"))
    }

    /// Whether the bot may not do this here.
    pub fn is_forbidden(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Forbidden { .. })
    }

    /// Whether the chat, user, message or method does not exist, as far as the bot can see.
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound { .. })
    }

    /// Whether there is no usable token: none given, malformed, or unknown to the server.
    pub fn is_invalid_token(&self) -> bool {
        matches!(self.0.kind, ErrorKind::InvalidToken { .. } | ErrorKind::MissingToken)
    }

    /// Whether another poller or a webhook is in the way.
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Conflict { .. })
    }

    /// Whether the answer came in an unexpected form.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Decode { .. })
    }

    /// Whether the connection failed or broke. A timeout is not one: ask [`is_timeout`](Self::is_timeout).
    pub fn is_network(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Network { .. })
    }

    /// Whether the call may have taken effect although it failed: sending it again could double it.
    ///
    /// False where that is certain: nothing was sent, or the server refused.
    pub fn may_have_been_sent(&self) -> bool {
        match self.0.kind {
            ErrorKind::Network { connected } => connected,
            ErrorKind::TimedOut { .. } | ErrorKind::Http { .. } | ErrorKind::Decode { .. } => true,
            ErrorKind::Api { code, .. } => code.is_none_or(|code| code >= 500),
            ErrorKind::MissingToken
            | ErrorKind::InvalidToken { .. }
            | ErrorKind::Setup { .. }
            | ErrorKind::InvalidArgument { .. }
            | ErrorKind::Encode
            | ErrorKind::UnreadableFile
            | ErrorKind::UnwritableFile
            | ErrorKind::TooLarge { .. }
            | ErrorKind::Unsupported
            | ErrorKind::Stalled { .. }
            | ErrorKind::BadRequest { .. }
            | ErrorKind::NotFound { .. }
            | ErrorKind::Forbidden { .. }
            | ErrorKind::Conflict { .. }
            | ErrorKind::RateLimited { .. } => false,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("method", &self.0.method)
            .field("kind", &self.0.kind)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = self.0.method {
            write!(f, "{method}: ")?;
        }
        write!(f, "{}", self.0.kind)?;
        // These kinds only name the stage; a log line that prints nothing but the error needs the cause.
        match (&self.0.kind, &self.0.source) {
            (
                ErrorKind::Network { .. }
                | ErrorKind::Decode { .. }
                | ErrorKind::Encode
                | ErrorKind::UnreadableFile
                | ErrorKind::UnwritableFile
                | ErrorKind::Unsupported
                | ErrorKind::Setup { .. },
                Some(source),
            ) => write!(f, ": {source}"),
            _ => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

fn in_brackets(code: Option<i64>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

fn retry_hint(retry_after: Option<Duration>) -> String {
    retry_after.map(|pause| format!(", retry after {pause:?}")).unwrap_or_default()
}

fn found_bytes(size: Option<u64>) -> String {
    size.map_or_else(|| "more came".to_owned(), |size| format!("it has {size}"))
}

fn quoted(body: &str) -> String {
    if body.is_empty() { "an empty body".to_owned() } else { format!("a body like `{body}`") }
}
