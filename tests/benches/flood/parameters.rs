//! The parameters of a call, in any of the forms that clients send: query, JSON, form, multipart.

use std::{borrow::Cow, fmt, io};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// The parameters of all methods that the server knows.
#[derive(Default, Deserialize)]
pub struct Parameters<'c> {
    #[serde(default, deserialize_with = "number")]
    pub offset: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    pub limit: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    pub timeout: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    pub chat_id: Option<i64>,
    #[serde(borrow)]
    pub text: Option<Cow<'c, str>>,
}

impl<'c> Parameters<'c> {
    /// Reads the body as its type says, or else the query.
    pub fn read(query: &'c str, content_type: &str, body: &'c [u8]) -> io::Result<Self> {
        if body.is_empty() {
            Self::from_form(query.as_bytes())
        } else if let Some((_, boundary)) = content_type.split_once("boundary=") {
            Self::from_multipart(body, boundary.trim_matches('"'))
        } else if content_type.contains("x-www-form-urlencoded") {
            Self::from_form(body)
        } else {
            serde_json::from_slice(body).map_err(invalid)
        }
    }

    fn from_form(form: &'c [u8]) -> io::Result<Self> {
        let mut parameters = Self::default();
        for (name, value) in form_urlencoded::parse(form) {
            parameters.set(&name, value)?;
        }
        Ok(parameters)
    }

    /// Parts that are texts, as this server's calls have no files.
    fn from_multipart(body: &'c [u8], boundary: &str) -> io::Result<Self> {
        let body = std::str::from_utf8(body).map_err(invalid)?;
        let mut parameters = Self::default();
        // Behind the last boundary stands `--`, which has no head.
        for (head, value) in
            body.split(&format!("--{boundary}")).filter_map(|part| part.split_once("\r\n\r\n"))
        {
            let name = head.split("name=").nth(1).and_then(|rest| rest.split(['\r', ';']).next());
            let name = name.ok_or_else(|| invalid("a part has no name"))?;
            let value = value.strip_suffix("\r\n").unwrap_or(value);
            parameters.set(name.trim_matches('"'), Cow::Borrowed(value))?;
        }
        Ok(parameters)
    }

    fn set(&mut self, name: &str, value: Cow<'c, str>) -> io::Result<()> {
        let number = match name {
            "offset" => &mut self.offset,
            "limit" => &mut self.limit,
            "timeout" => &mut self.timeout,
            "chat_id" => &mut self.chat_id,
            "text" => {
                self.text = Some(value);
                return Ok(());
            }
            _ => return Ok(()),
        };
        *number = Some(value.parse().map_err(invalid)?);
        Ok(())
    }
}

/// A number, also one that is written as a text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = Option<i64>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a whole number, a text of one, or null")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            number.try_into().map(Some).map_err(E::custom)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            text.parse().map(Some).map_err(E::custom)
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Number)
}

pub fn invalid(problem: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}
