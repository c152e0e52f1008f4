//! Downloads through transports of a test's own.

use std::{
    collections::VecDeque,
    future::pending,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use bale::{
    Bot, BoxFuture, Error,
    client::transport::{
        Call, Chunks, Fetch, Opened, Reply, Transport, TransportError, TransportErrorKind,
    },
    types::File,
};
use bytes::Bytes;
use tokio::io::AsyncWrite;

use super::Folder;

#[derive(Debug)]
struct CallsOnly;

impl Transport for CallsOnly {
    fn send(&self, _: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        let reply = r#"{"ok":true,"result":{"file_id":"1:a","file_path":"a"}}"#;
        Box::pin(async move { Ok(Reply::new(200, reply)) })
    }
}

/// What one piece of a body is.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Bytes(&'static str),
    /// A piece that comes after so many seconds.
    Late(u64, &'static str),
    Nothing,
    Break,
}

/// Answers every download with these pieces.
#[derive(Debug)]
struct Pieces {
    length: Option<u64>,
    pieces: &'static [Piece],
}

struct Sending(VecDeque<Piece>);

impl Chunks for Sending {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, TransportError>> {
        let piece = self.0.pop_front();
        Box::pin(async move {
            match piece {
                Some(Piece::Bytes(bytes)) => Ok(Some(bytes.into())),
                Some(Piece::Late(seconds, bytes)) => {
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                    Ok(Some(bytes.into()))
                }
                Some(Piece::Nothing) => pending().await,
                Some(Piece::Break) => {
                    Err(TransportError::new(TransportErrorKind::Interrupted, "a rat in the line"))
                }
                None => Ok(None),
            }
        })
    }
}

impl Transport for Pieces {
    fn send(&self, call: Call) -> BoxFuture<'_, Result<Reply, TransportError>> {
        panic!("{} is not needed: the address is known", call.method)
    }

    fn open(&self, fetch: Fetch) -> BoxFuture<'_, Result<Opened, TransportError>> {
        assert_eq!((&*fetch.file_path, fetch.timeout), ("a/b", Duration::from_secs(30)));
        let sending = Sending(self.pieces.iter().copied().collect());
        Box::pin(async { Ok(Opened::streamed(200, self.length, sending)) })
    }
}

fn bot(transport: impl Transport) -> Bot {
    Bot::builder().token("12:secret-secret").transport(transport).build().unwrap()
}

fn download(length: Option<u64>, pieces: &'static [Piece]) -> bale::client::Download {
    let file = File { file_path: Some("a/b".to_owned()), ..File::default() };
    bot(Pieces { length, pieces }).download_file(file).no_retry()
}

async fn fails(length: Option<u64>, pieces: &'static [Piece]) -> Error {
    download(length, pieces).limit(10).read().await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_transport_need_not_download() {
    let error = bot(CallsOnly).download("1:a").read().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "download: not possible: this transport does not download: its `Transport::open` is not written"
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_without_a_length_has_its_limit() {
    use Piece::Bytes;
    let whole = download(None, &[Bytes("01234"), Bytes("56789")]).limit(10);
    assert_eq!(whole.read().await.unwrap(), "0123456789");
    let error = fails(None, &[Bytes("01234"), Bytes("567890"), Piece::Nothing]).await;
    assert_eq!(
        error.to_string(),
        "download: the file is larger than the limit of 10 bytes: more came"
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_as_it_should_is_an_error() {
    use Piece::{Break, Bytes, Nothing};
    let all = fails(Some(5), &[Bytes("012"), Nothing]).await;
    assert_eq!(all.to_string(), "download: the download stood still for 30s, after 3 of 5 bytes");
    assert!(all.is_timeout() && !all.may_have_been_sent());
    let unknown = fails(None, &[Bytes("012"), Nothing]).await.to_string();
    assert_eq!(unknown, "download: the download stood still for 30s, after 3 bytes");
    let short = fails(Some(5), &[Bytes("012")]).await;
    assert_eq!(
        short.to_string(),
        "download: network failure: the connection broke: the body ended too early (after 3 of 5 bytes)"
    );
    assert!(short.is_network());
    let broken = fails(Some(5), &[Bytes("012"), Break]).await.to_string();
    assert_eq!(
        broken,
        "download: network failure: the connection broke: a rat in the line (after 3 of 5 bytes)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_may_take_longer_than_the_timeout() {
    use Piece::Late;
    let slow = download(Some(6), &[Late(29, "slo"), Late(29, "w"), Late(29, "ly")]);
    assert_eq!(slow.read().await.unwrap(), "slowly");
    let slower = fails(Some(6), &[Late(29, "slo"), Late(31, "w")]).await.to_string();
    assert_eq!(slower, "download: the download stood still for 30s, after 3 of 6 bytes");
}

#[tokio::test(start_paused = true)]
async fn a_save_that_is_dropped_leaves_nothing() {
    use Piece::{Bytes, Nothing};
    let folder = Arc::new(Folder::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (looking, found) = (Arc::clone(&folder), Arc::clone(&seen));
    let save = download(None, &[Bytes("012"), Nothing])
        .on_progress(move |_, _| *found.lock().unwrap() = looking.files())
        .save(folder.path("a.txt"));
    tokio::time::timeout(Duration::from_secs(1), save).await.unwrap_err();
    let seen: Vec<_> = seen.lock().unwrap().drain(..).map(|(name, _)| name).collect();
    assert!(matches!(&*seen, [part] if part.ends_with(".part")), "{seen:?}");
    assert_eq!(folder.files(), []);
}

/// A disk that is full after some bytes, or with the last ones.
struct Full(usize);

impl AsyncWrite for Full {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let room = bytes.len().min(self.0);
        self.0 -= room;
        Poll::Ready(if room == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(room) })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(if self.0 == 1 { Err(io::Error::other("not flushed")) } else { Ok(()) })
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_writer_may_fail() {
    use Piece::Bytes;
    let written = async |room| {
        let download = download(None, &[Bytes("01234"), Bytes("56789")]);
        download.write_to(&mut Full(room)).await.map_err(|error| error.to_string())
    };
    let prefix = "download: cannot write the downloaded file: ";
    assert_eq!(written(7).await, Err(format!("{prefix}no storage space")));
    assert_eq!(written(11).await, Err(format!("{prefix}not flushed")));
    assert_eq!(written(12).await, Ok(10));
}
