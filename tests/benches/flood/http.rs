//! As much of HTTP/1.1 as a Bot API client speaks: keep-alive, bodies with a length.

use std::{
    borrow::Cow,
    io::{self, Write as _},
};

use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const LONGEST_REQUEST: usize = 1 << 20;

/// One client's connection.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    /// Where the next request begins in `received`.
    consumed: usize,
    sending: Vec<u8>,
}

/// One call, as it came.
pub struct Request<'c> {
    /// The last part of the path.
    pub method: &'c str,
    query: &'c str,
    body: &'c [u8],
}

/// The parameters of all methods that the server knows.
#[derive(Default, Deserialize)]
pub struct Parameters<'c> {
    pub offset: Option<i64>,
    pub limit: Option<usize>,
    pub timeout: Option<u64>,
    pub chat_id: Option<u64>,
    #[serde(borrow)]
    pub text: Option<Cow<'c, str>>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let (received, sending) = (Vec::with_capacity(4 << 10), Vec::with_capacity(4 << 10));
        Ok(Self { stream, received, consumed: 0, sending })
    }

    /// The next request; none when the client has closed the connection.
    pub async fn request(&mut self) -> io::Result<Option<Request<'_>>> {
        self.received.drain(..self.consumed);
        self.consumed = 0;
        while Whole::read(&self.received)?.is_none() {
            if self.received.len() > LONGEST_REQUEST {
                return Err(invalid("the request is too long"));
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Ok(None);
            }
        }
        // Read again: a borrow that leaves a loop early does not pass the borrow checker.
        let Some(Whole { target, body, length }) = Whole::read(&self.received)? else {
            return Ok(None);
        };
        self.consumed = length;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let method = path.rsplit('/').next().unwrap_or(path);
        Ok(Some(Request { method, query, body }))
    }

    /// Sends an answer whose body is these pieces, one after the other.
    pub async fn answer<'p>(
        &mut self,
        pieces: impl Iterator<Item = &'p [u8]> + Clone,
    ) -> io::Result<()> {
        let length: usize = pieces.clone().map(<[u8]>::len).sum();
        self.sending.clear();
        write!(
            self.sending,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        )?;
        for piece in pieces {
            self.sending.extend_from_slice(piece);
        }
        self.stream.write_all(&self.sending).await
    }
}

/// A request that has come in whole.
struct Whole<'c> {
    target: &'c str,
    body: &'c [u8],
    length: usize,
}

impl<'c> Whole<'c> {
    /// None while a part is still on its way.
    fn read(received: &'c [u8]) -> io::Result<Option<Self>> {
        let Some(head_length) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&received[..head_length]).map_err(invalid)?;
        let mut lines = head.split("\r\n");
        let target = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .ok_or_else(|| invalid("the request line has no target"))?;
        let body_length = body_length(lines)?;
        let (body, length) = (head_length + 4, head_length + 4 + body_length);
        Ok(received.get(body..length).map(|body| Self { target, body, length }))
    }
}

fn body_length<'c>(headers: impl Iterator<Item = &'c str>) -> io::Result<usize> {
    let mut length = 0;
    for (name, value) in headers.filter_map(|header| header.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(invalid)?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(invalid("bodies without a length are not supported"));
        }
    }
    Ok(length)
}

impl<'c> Request<'c> {
    /// The parameters, from a JSON body or else from the query.
    pub fn parameters(&self) -> io::Result<Parameters<'c>> {
        if self.body.is_empty() {
            Parameters::from_query(self.query)
        } else {
            serde_json::from_slice(self.body).map_err(invalid)
        }
    }
}

impl<'c> Parameters<'c> {
    fn from_query(query: &'c str) -> io::Result<Self> {
        let mut parameters = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "offset" => parameters.offset = Some(value.parse().map_err(invalid)?),
                "limit" => parameters.limit = Some(value.parse().map_err(invalid)?),
                "timeout" => parameters.timeout = Some(value.parse().map_err(invalid)?),
                "chat_id" => parameters.chat_id = Some(value.parse().map_err(invalid)?),
                "text" => parameters.text = Some(value),
                _ => {}
            }
        }
        Ok(parameters)
    }
}

fn invalid(problem: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}
