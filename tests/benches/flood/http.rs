//! As much of HTTP/1.1 as a Bot API client speaks: keep-alive, bodies with a length.

use std::io::{self, Write as _};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::parameters::{Parameters, invalid};

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
    content_type: &'c str,
    body: &'c [u8],
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
        let Some(Whole { target, content_type, body, length }) = Whole::read(&self.received)?
        else {
            return Ok(None);
        };
        self.consumed = length;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let method = path.rsplit('/').next().unwrap_or(path);
        Ok(Some(Request { method, query, content_type, body }))
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
    content_type: &'c str,
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
        let (mut body_length, mut content_type) = (0, "");
        for (name, value) in lines.filter_map(|header| header.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                body_length = value.trim().parse().map_err(invalid)?;
            } else if name.eq_ignore_ascii_case("content-type") {
                content_type = value.trim();
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(invalid("bodies without a length are not supported"));
            }
        }
        let (body, length) = (head_length + 4, head_length + 4 + body_length);
        Ok(received.get(body..length).map(|body| Self { target, content_type, body, length }))
    }
}

impl<'c> Request<'c> {
    pub fn parameters(&self) -> io::Result<Parameters<'c>> {
        Parameters::read(self.query, self.content_type, self.body)
    }
}
