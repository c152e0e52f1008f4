//! Over TLS, against servers that answer, refuse and break off as no well-behaved one would.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::STREAM_WINDOW;
use crate::{
    client::{
        Bot, RetryPolicy,
        http::Http,
        tls::TRUSTED,
        token::Token,
        transport::{Fetch, Transport},
    },
    error::Error,
    types::InputFile,
};

const CERTIFICATE: &[u8] = include_bytes!("../../../../../tests/fixtures/tls/server.pem");
const KEY: &[u8] = include_bytes!("../../../../../tests/fixtures/tls/server.key");
const TOKEN: &str = "12:secret-secret";
const SENT: &str =
    r#"{"ok":true,"result":{"message_id":5,"date":0,"chat":{"id":7,"type":"private"}}}"#;
const DONE: &str = r#"{"ok":true,"result":true}"#;

// RFC 9113, 6 and 7.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;

/// A server with a certificate, and frames written by hand: h2 would not let one misbehave.
struct Server {
    listener: TcpListener,
    tls: TlsAcceptor,
}

impl Server {
    async fn offering(protocols: &[&str]) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
                PrivateKeyDer::from_pem_slice(KEY).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener, tls: TlsAcceptor::from(Arc::new(config)) }
    }

    fn url(&self) -> String {
        format!("https://{}", self.listener.local_addr().unwrap())
    }

    fn bot(&self) -> Bot {
        self.bot_with(RetryPolicy::new(), true)
    }

    fn bot_with(&self, retry: RetryPolicy, http2: bool) -> Bot {
        trust();
        let builder = Bot::builder().token(TOKEN).api_url(self.url()).retry(retry).unlimited();
        let builder = builder.http2(http2);
        #[cfg(feature = "lean")]
        let builder = builder.lean(false);
        builder.build().unwrap()
    }

    async fn accept(&self) -> TlsStream<TcpStream> {
        let (stream, _) = self.listener.accept().await.unwrap();
        self.tls.accept(stream).await.unwrap()
    }

    /// The next connection, which must be HTTP/2; it may have so many calls at once.
    async fn peer(&self, at_once: u32) -> Peer {
        let mut stream = self.accept().await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.unwrap();
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut peer = Peer { stream, bodies: BTreeMap::new() };
        // SETTINGS_MAX_CONCURRENT_STREAMS
        let settings = [&3_u16.to_be_bytes()[..], &at_once.to_be_bytes()].concat();
        peer.send(SETTINGS, 0, 0, &settings).await;
        peer
    }

    /// Fails if another connection is there.
    async fn is_left_alone(&self) {
        timeout(Duration::from_millis(50), self.listener.accept()).await.unwrap_err();
    }
}

fn trust() {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(CERTIFICATE).unwrap()).unwrap();
    TRUSTED.set(Some(roots));
}

/// A connection.
struct Peer {
    stream: TlsStream<TcpStream>,
    bodies: BTreeMap<u32, Vec<u8>>,
}

impl Peer {
    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.stream.write_all(&[&head, payload].concat()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    async fn frame(&mut self) -> (u8, u8, u32, Vec<u8>) {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        self.stream.read_exact(&mut payload).await.unwrap();
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        (head[3], head[4], stream, payload)
    }

    /// The stream and the body of the next call that is whole. Pings are not answered.
    async fn call(&mut self) -> (u32, String) {
        loop {
            let (kind, flags, stream, payload) = self.frame().await;
            match kind {
                SETTINGS if flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[]).await,
                HEADERS | DATA => {
                    let body = self.bodies.entry(stream).or_default();
                    if kind == DATA {
                        body.extend_from_slice(&payload);
                    }
                    if flags & END_STREAM != 0 {
                        let body = self.bodies.remove(&stream).unwrap();
                        return (stream, String::from_utf8(body).unwrap());
                    }
                }
                _ => {}
            }
        }
    }

    /// The next calls, by what they send; nothing is answered in between.
    async fn calls(&mut self, count: usize) -> BTreeMap<u32, String> {
        let mut calls = BTreeMap::new();
        for _ in 0..count {
            calls.extend([self.call().await]);
        }
        calls
    }

    async fn begin(&mut self, stream: u32) {
        // `:status 200`: RFC 7541, appendix A.
        self.send(HEADERS, END_HEADERS, stream, &[0x88]).await;
    }

    async fn answer(&mut self, stream: u32, json: &str) {
        self.begin(stream).await;
        self.send(DATA, END_STREAM, stream, json.as_bytes()).await;
    }

    async fn reset(&mut self, stream: u32, code: u32) {
        self.send(RST_STREAM, 0, stream, &code.to_be_bytes()).await;
    }

    async fn go_away(&mut self, last: u32, code: u32) {
        self.send(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat()).await;
    }
}

/// Sends the texts at once; what became of each.
fn send<'a>(
    bot: &Bot,
    texts: impl IntoIterator<Item = &'a str>,
) -> JoinSet<(String, Result<(), Error>)> {
    let mut sends = JoinSet::new();
    for text in texts {
        let (bot, text) = (bot.clone(), text.to_owned());
        sends.spawn(async move {
            let sent = bot.send_message(7, &*text).await;
            (text, sent.map(drop))
        });
    }
    sends
}

fn all_arrived(sends: Vec<(String, Result<(), Error>)>) {
    for (text, sent) in sends {
        assert_eq!(sent.map_err(|error| error.to_string()), Ok(()), "{text}");
    }
}

/// Both ends, with an end.
async fn both<A, B>(server: impl Future<Output = A>, client: impl Future<Output = B>) -> (A, B) {
    timeout(Duration::from_secs(20), async { tokio::join!(server, client) }).await.expect("it ends")
}

fn text(body: &str) -> &str {
    body.split(r#""text":""#).nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test]
async fn many_calls_share_one_connection() {
    let server = Server::offering(&["h2", "http/1.1"]).await;
    let bot = server.bot();
    let serving = async {
        let mut peer = server.peer(100).await;
        let (first, _) = peer.call().await;
        peer.answer(first, DONE).await;
        for (stream, _) in peer.calls(50).await {
            peer.answer(stream, SENT).await;
        }
        server.is_left_alone().await;
    };
    let texts: Vec<_> = (0..50).map(|number| number.to_string()).collect();
    let calling = async {
        assert!(bot.delete_message(7, 5).await.unwrap());
        let sends = send(&bot, texts.iter().map(String::as_str)).join_all().await;
        all_arrived(sends);
    };
    both(serving, calling).await;
}

/// Whatever the server allows on one connection.
#[tokio::test]
async fn a_poll_that_is_held_delays_no_call() {
    let server = Server::offering(&["h2"]).await;
    let bot = server.bot();
    let (holds, held) = tokio::sync::oneshot::channel();
    let serving = async {
        let mut polls = server.peer(1).await;
        let (poll, body) = polls.call().await;
        assert!(body.contains("timeout"), "{body}");
        holds.send(()).unwrap();
        let mut calls = server.peer(1).await;
        for _ in 0..3 {
            let (call, _) = calls.call().await;
            calls.answer(call, DONE).await;
        }
        polls.answer(poll, r#"{"ok":true,"result":[]}"#).await;
        let (poll, _) = polls.call().await;
        polls.answer(poll, r#"{"ok":true,"result":[]}"#).await;
    };
    let polling = async {
        for _ in 0..2 {
            assert!(bot.get_updates().poll_timeout(30).await.unwrap().is_empty());
        }
    };
    let calling = async {
        held.await.unwrap();
        for message_id in 0..3 {
            assert!(bot.delete_message(7, message_id).await.unwrap());
        }
    };
    both(serving, async { tokio::join!(polling, calling) }).await;
}

#[tokio::test]
async fn without_http2_all_is_as_before() {
    // What the server offers, and whether we offer HTTP/2.
    for (offers, http2) in [(&["http/1.1"][..], true), (&[], true), (&["h2", "http/1.1"], false)] {
        let server = Server::offering(offers).await;
        let bot = server.bot_with(RetryPolicy::off(), http2);
        let serving = async {
            let mut stream = server.accept().await;
            for _ in 0..2 {
                let mut request = String::new();
                while !request.ends_with('}') {
                    let mut buffer = [0; 1024];
                    let read = stream.read(&mut buffer).await.unwrap();
                    request += std::str::from_utf8(&buffer[..read]).unwrap();
                }
                let first = request.lines().next();
                assert_eq!(first, Some("POST /bot12:secret-secret/deleteMessage HTTP/1.1"));
                let host = format!("host: {}", server.listener.local_addr().unwrap());
                let hosts: Vec<_> =
                    request.lines().filter(|line| line.starts_with("host:")).collect();
                assert_eq!(hosts, [host]);
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", DONE.len());
                stream.write_all((head + DONE).as_bytes()).await.unwrap();
            }
        };
        let calling = async {
            for _ in 0..2 {
                assert!(bot.delete_message(7, 5).await.unwrap());
            }
        };
        both(serving, calling).await;
    }
}

/// The server closes the connection in the middle of calls, and says which it looked at.
#[tokio::test]
async fn what_a_closing_server_did_not_look_at_is_sent_again() {
    for code in [NO_ERROR, ENHANCE_YOUR_CALM] {
        let server = Server::offering(&["h2"]).await;
        let bot = server.bot_with(RetryPolicy::off(), true);
        let serving = async {
            let mut peer = server.peer(100).await;
            let (first, _) = peer.call().await;
            peer.answer(first, SENT).await;
            let calls = peer.calls(6).await;
            let mut texts: Vec<_> = calls.values().map(|body| text(body).to_owned()).collect();
            let looked_at: Vec<_> = calls.keys().copied().take(2).collect();
            peer.go_away(looked_at[1], code).await;
            for stream in looked_at {
                peer.answer(stream, SENT).await;
            }
            let mut next = server.peer(100).await;
            let mut again = Vec::new();
            for (stream, body) in next.calls(4).await {
                again.push(text(&body).to_owned());
                next.answer(stream, SENT).await;
            }
            timeout(Duration::from_millis(50), next.call()).await.unwrap_err();
            again.sort();
            texts.drain(..2);
            texts.sort();
            assert_eq!(again, texts, "those of later streams, once each");
        };
        let calling = async {
            all_arrived(send(&bot, ["first"]).join_all().await);
            all_arrived(send(&bot, ["a", "b", "c", "d", "e", "f"]).join_all().await);
        };
        both(serving, calling).await;
    }
}

#[tokio::test]
async fn a_call_that_is_refused_thrice_was_not_sent() {
    let server = Server::offering(&["h2"]).await;
    let bot = server.bot_with(RetryPolicy::off(), true);
    let serving = async {
        let mut peer = server.peer(100).await;
        for _ in 0..3 {
            let (stream, _) = peer.call().await;
            peer.reset(stream, REFUSED_STREAM).await;
        }
        // What was refused breaks nothing.
        let (stream, body) = peer.call().await;
        assert_eq!(text(&body), "later");
        peer.answer(stream, SENT).await;
    };
    let calling = async {
        let error = bot.send_message(7, "x").await.unwrap_err();
        assert!(error.is_network() && !error.may_have_been_sent(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "sendMessage: network failure: the server did not take the call: it has too many at once"
        );
        bot.send_message(7, "later").await.unwrap();
    };
    both(serving, calling).await;
}

#[tokio::test]
async fn a_call_that_is_broken_off_is_in_doubt() {
    for code in [NO_ERROR, INTERNAL_ERROR, CANCEL] {
        let server = Server::offering(&["h2"]).await;
        // Even with patience for what was surely not sent.
        let bot = server.bot();
        let serving = async {
            let mut peer = server.peer(100).await;
            let (stream, _) = peer.call().await;
            peer.reset(stream, code).await;
            let (_, body) = peer.call().await;
            assert_eq!(text(&body), "later", "and not again what may have been carried out");
        };
        let calling = async {
            let error = bot.send_message(7, "x").await.unwrap_err();
            assert!(error.is_network() && error.may_have_been_sent(), "{code}: {error:?}");
            drop(send(&bot, ["later"]).join_next().await);
        };
        let calling = async { timeout(Duration::from_secs(1), calling).await.ok() };
        both(serving, calling).await;
    }
}

/// hyper tells it to nobody over HTTP/2.
#[tokio::test]
async fn a_file_that_ends_early_is_not_sent() {
    let server = Server::offering(&["h2"]).await;
    let bot = server.bot();
    let serving = async {
        let mut peer = server.peer(100).await;
        loop {
            let (kind, flags, ..) = peer.frame().await;
            assert!(kind != DATA || flags & END_STREAM == 0, "the upload looks whole");
            if kind == RST_STREAM {
                return;
            }
        }
    };
    let calling = async {
        let photo = InputFile::reader("cat.png", &b"12345"[..]).size(9);
        let error = bot.send_photo(7, photo).await.unwrap_err();
        let text =
            "sendPhoto: cannot read a file to upload: `cat.png`: it ended 4 bytes before its size";
        assert_eq!(error.to_string(), text);
        assert!(!error.may_have_been_sent(), "{error:?}");
    };
    both(serving, calling).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_leaves_each_of_its_calls_in_doubt() {
    // With a word before, or without one.
    for says in [None, Some(NO_ERROR), Some(INTERNAL_ERROR)] {
        let server = Server::offering(&["h2"]).await;
        let bot = server.bot();
        let serving = async {
            let mut peer = server.peer(100).await;
            let (first, _) = peer.call().await;
            peer.answer(first, SENT).await;
            let calls = peer.calls(20).await;
            if let Some(code) = says {
                peer.go_away(*calls.keys().last().unwrap(), code).await;
            }
        };
        let calling = async {
            all_arrived(send(&bot, ["first"]).join_all().await);
            let texts: Vec<_> = (0..20).map(|number| number.to_string()).collect();
            for (text, sent) in send(&bot, texts.iter().map(String::as_str)).join_all().await {
                let error = sent.unwrap_err();
                assert!(error.may_have_been_sent(), "{says:?} {text}: {error:?}");
            }
        };
        both(serving, calling).await;
        server.is_left_alone().await;
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_noticed_while_it_holds_a_poll() {
    let server = Server::offering(&["h2"]).await;
    let bot = server.bot();
    let serving = async {
        let mut peer = server.peer(100).await;
        peer.call().await;
        // From here on only the client's clock counts.
        tokio::time::pause();
        loop {
            let (kind, ..) = peer.frame().await;
            if kind == PING {
                return peer;
            }
        }
    };
    let started = Instant::now();
    let (polled, _peer) = tokio::join!(
        async {
            let polled = bot.get_updates().poll_timeout(60).await;
            (polled.unwrap_err(), started.elapsed())
        },
        serving
    );
    let (error, after) = polled;
    assert!(error.is_network(), "{error:?}");
    let text = "getUpdates: network failure: the connection broke: operation timed out";
    assert_eq!(error.to_string(), text);
    assert!((24..=27).contains(&after.as_secs()), "{after:?}");
}

/// Though it was held for longer than a connection of calls may be idle.
#[tokio::test]
async fn the_next_poll_finds_the_connection_of_the_last() {
    let server = Server::offering(&["h2"]).await;
    let bot = server.bot();
    let serving = async {
        let mut peer = server.peer(100).await;
        let (poll, _) = peer.call().await;
        tokio::time::pause();
        for _ in 0..50 {
            tokio::time::advance(Duration::from_secs(1)).await;
            // A clock that goes by itself does not wait for sockets.
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            while let Ok((kind, flags, _, payload)) = timeout(Duration::ZERO, peer.frame()).await {
                if kind == PING && flags & ACK == 0 {
                    peer.send(PING, ACK, 0, &payload).await;
                }
            }
        }
        tokio::time::resume();
        peer.answer(poll, r#"{"ok":true,"result":[]}"#).await;
        let (poll, _) = peer.call().await;
        peer.answer(poll, r#"{"ok":true,"result":[]}"#).await;
    };
    let polling = async {
        for _ in 0..2 {
            assert!(bot.get_updates().poll_timeout(50).await.unwrap().is_empty());
        }
    };
    let ends = timeout(Duration::from_secs(90), async { tokio::join!(serving, polling) });
    ends.await.expect("no other connection is awaited");
}

/// Their answers fill what the server may send of each, and leave room for others.
#[tokio::test]
async fn downloads_that_nobody_reads_hold_no_call() {
    const DOWNLOADS: usize = 8;
    let server = Server::offering(&["h2"]).await;
    trust();
    let http = Http::new(
        &server.url(),
        &Token::parse(TOKEN).unwrap(),
        None,
        #[cfg(feature = "lean")]
        false,
        true,
    );
    let http = Arc::new(http.unwrap());
    let bot = Bot::builder().token(TOKEN).transport(Arc::clone(&http)).build().unwrap();
    let serving = async {
        let mut peer = server.peer(100).await;
        for (stream, _) in peer.calls(1).await {
            peer.answer(stream, DONE).await;
        }
        for stream in peer.calls(DOWNLOADS).await.into_keys() {
            peer.begin(stream).await;
            for _ in 0..STREAM_WINDOW >> 14 {
                peer.send(DATA, 0, stream, &[b'x'; 1 << 14]).await;
            }
        }
        let (call, _) = peer.call().await;
        peer.answer(call, DONE).await;
    };
    let calling = async {
        assert!(bot.delete_message(7, 5).await.unwrap());
        let opening = (0..DOWNLOADS).map(|_| {
            let http = Arc::clone(&http);
            async move { http.open(Fetch::new("photos/1", Duration::from_secs(9))).await.unwrap() }
        });
        let unread = opening.collect::<JoinSet<_>>().join_all().await;
        assert!(bot.delete_message(7, 5).await.unwrap());
        drop(unread);
    };
    both(serving, calling).await;
}
