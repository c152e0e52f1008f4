//! Reads the parameters of a call from the four encodings Bale takes.
//!
//! Source: docs.bale.ai, opening (query string, urlencoded, JSON, multipart; GET and POST), official.

use bytes::Bytes;
use serde_json::Value;

use super::{
    params::{Params, Upload},
    refusal::Refusal,
};

/// Parameters of the query string and of the body; the body's count where both name one.
pub(crate) async fn decode(
    query: Option<&str>,
    content_type: Option<&str>,
    body: Bytes,
) -> Result<Params, Refusal> {
    let mut params = Params::default();
    read_form(query.unwrap_or_default().as_bytes(), &mut params);
    match Encoding::of(content_type, &body) {
        Encoding::Nothing => {}
        Encoding::Form => read_form(&body, &mut params),
        Encoding::Json => read_json(&body, &mut params)?,
        Encoding::Multipart(boundary) => read_multipart(body, boundary, &mut params).await?,
        Encoding::Unreadable => return Err(Refusal::malformed()),
    }
    Ok(params)
}

enum Encoding {
    Nothing,
    Form,
    Json,
    Multipart(String),
    Unreadable,
}

impl Encoding {
    /// By the content type; without a usable one, by the first character.
    fn of(content_type: Option<&str>, body: &Bytes) -> Self {
        if body.is_empty() {
            return Self::Nothing;
        }
        let content_type = content_type.unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => {
                multer::parse_boundary(content_type).map_or(Self::Unreadable, Self::Multipart)
            }
            _ if body.trim_ascii_start().starts_with(b"{") => Self::Json,
            _ => Self::Form,
        }
    }
}

fn read_form(text: &[u8], params: &mut Params) {
    for (name, value) in form_urlencoded::parse(text) {
        params.set(name, Value::String(value.into_owned()));
    }
}

fn read_json(text: &[u8], params: &mut Params) -> Result<(), Refusal> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(text) else {
        return Err(Refusal::malformed());
    };
    for (name, value) in fields {
        params.set(name, value);
    }
    params.mark_json();
    Ok(())
}

async fn read_multipart(body: Bytes, boundary: String, params: &mut Params) -> Result<(), Refusal> {
    let stream = axum::body::Body::from(body).into_data_stream();
    let mut parts = multer::Multipart::new(stream, boundary);
    while let Some(part) = parts.next_field().await.map_err(|_| Refusal::malformed())? {
        let Some(name) = part.name().map(str::to_owned) else { continue };
        let file_name = part.file_name().map(str::to_owned);
        let mime_type = part.content_type().map(ToString::to_string);
        let bytes = part.bytes().await.map_err(|_| Refusal::malformed())?;
        match file_name {
            Some(file_name) => params.set_file(name, Upload { file_name, mime_type, bytes }),
            None => {
                let text = String::from_utf8(bytes.into()).map_err(|_| Refusal::malformed())?;
                params.set(name, Value::String(text));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    async fn read(
        query: Option<&str>,
        content_type: Option<&str>,
        body: &'static str,
    ) -> Result<Value, Refusal> {
        decode(query, content_type, Bytes::from(body)).await.map(|params| params.to_json())
    }

    #[tokio::test]
    async fn every_encoding_is_read() {
        assert_eq!(read(Some("a=1&b=%D8%B3+x"), None, "").await, Ok(json!({"a": "1", "b": "س x"})));
        let form = Some("application/x-www-form-urlencoded; charset=utf-8");
        assert_eq!(read(Some("a=1&b=2"), form, "b=3").await, Ok(json!({"a": "1", "b": "3"})));
        let json_type = Some("Application/JSON; charset=utf-8");
        assert_eq!(read(None, json_type, r#"{"a":{"b":[1]}}"#).await, Ok(json!({"a": {"b": [1]}})));
        let multipart = Some("multipart/form-data; boundary=X");
        let body = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nس\r\n\
                    --X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\r\n\r\n1234\r\n--X--\r\n";
        let expected = json!({"a": "س", "f": {"file_name": "n.txt", "size": 4}});
        assert_eq!(read(None, multipart, body).await, Ok(expected));
    }

    #[tokio::test]
    async fn without_a_content_type_the_first_character_decides() {
        assert_eq!(read(None, None, " {\"a\":1}").await, Ok(json!({"a": 1})));
        assert_eq!(read(None, Some("text/plain"), "a=1").await, Ok(json!({"a": "1"})));
    }

    #[tokio::test]
    async fn an_unreadable_body_is_refused() {
        for (content_type, body) in [
            ("application/json", "{"),
            ("application/json", "[1]"),
            ("multipart/form-data", "a"),
            ("multipart/form-data; boundary=X", "--X\r\n"),
        ] {
            assert_eq!(
                read(None, Some(content_type), body).await,
                Err(Refusal::malformed()),
                "{body}"
            );
        }
    }
}
