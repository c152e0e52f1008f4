//! The webhook's own server: plain HTTP/1.1 for a proxy in front. `axum::serve` cannot limit how long a request's
//! head takes, nor how many connections there are.

use std::{io, pin::pin, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tracing::{debug, warn};

/// How long the head of a request may take, and a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// Connections at a time; more wait until one is closed. Twice the updates that may run, well below the files that
/// a process may have open.
const CONNECTIONS: usize = 512;
/// How long to wait after the system gave no connection, for want of files for example.
const NO_CONNECTION: Duration = Duration::from_millis(500);
/// How long the answers of the end may take.
const GRACE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct Server {
    /// Gone when no more is taken in.
    listener: Option<TcpListener>,
    router: Router,
    closing: watch::Sender<bool>,
    connections: JoinSet<()>,
}

impl Server {
    /// # Errors
    /// If the address cannot be listened on.
    pub(super) async fn bind(address: &str, router: Router) -> io::Result<Self> {
        let listener = Some(TcpListener::bind(address).await?);
        let closing = watch::Sender::new(false);
        Ok(Self { listener, router, closing, connections: JoinSet::new() })
    }

    /// The address with the real port.
    pub(super) fn address(&self) -> io::Result<std::net::SocketAddr> {
        let listener = self.listener.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        listener.local_addr()
    }

    /// Takes in connections for ever. When the future is dropped, it no longer listens; connections go on.
    pub(super) async fn run(&mut self) {
        let Some(listener) = self.listener.take() else { return };
        loop {
            while self.connections.try_join_next().is_some() {}
            if self.connections.len() >= CONNECTIONS {
                warn!("{CONNECTIONS} connections to the webhook are open: more have to wait");
                self.connections.join_next().await;
            }
            match listener.accept().await {
                Ok((stream, _)) => {
                    let connection = serve(stream, self.router.clone(), self.closing.subscribe());
                    self.connections.spawn(connection);
                }
                Err(error) => {
                    debug!("no connection to the webhook: {error}");
                    tokio::time::sleep(NO_CONNECTION).await;
                }
            }
        }
    }

    /// Lets the requests end that were begun, and closes the connections.
    pub(super) async fn finish(mut self) {
        self.closing.send_replace(true);
        let closed = async { while self.connections.join_next().await.is_some() {} };
        if timeout(GRACE, closed).await.is_err() {
            debug!("connections to the webhook were still open and were cut off");
        }
    }
}

async fn serve(stream: TcpStream, router: Router, mut closing: watch::Receiver<bool>) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // It fails when the server is gone, which is an end too.
        _ = async { closing.wait_for(|closing| *closing).await.map(drop) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Clients come and go; the error has no address.
        debug!("a connection to the webhook ended: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use axum::routing::any;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::Notify,
    };

    use super::*;

    async fn soon<T>(future: impl Future<Output = T>) -> T {
        timeout(Duration::from_secs(120), future).await.expect("it takes far too long")
    }

    /// A server that answers when it is let, and how many requests were begun.
    async fn server() -> (Server, Arc<Notify>, Arc<AtomicUsize>) {
        let (go, begun) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let (waits, counts) = (Arc::clone(&go), Arc::clone(&begun));
        let answer = any(move |_: axum::body::Bytes| async move {
            counts.fetch_add(1, Ordering::SeqCst);
            waits.notified().await;
            "done"
        });
        let router = Router::new().fallback(answer);
        (Server::bind("127.0.0.1:0", router).await.unwrap(), go, begun)
    }

    async fn connect(server: &Server, request: &str) -> TcpStream {
        let mut client = TcpStream::connect(server.address().unwrap()).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        client
    }

    async fn rest(mut client: TcpStream) -> String {
        let mut text = String::new();
        // A reset is an end too.
        let _ = soon(client.read_to_string(&mut text)).await;
        text
    }

    const WHOLE: &str = "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";

    #[tokio::test]
    async fn what_was_begun_is_answered_after_the_last_connection_was_taken() {
        let (mut server, go, begun) = server().await;
        let client = connect(&server, WHOLE).await;
        let address = server.address().unwrap();
        soon(async {
            tokio::select! {
                () = server.run() => {}
                () = async {
                    while begun.load(Ordering::SeqCst) == 0 {
                        tokio::task::yield_now().await;
                    }
                } => {}
            }
        })
        .await;
        TcpStream::connect(address).await.expect_err("nobody listens any more");
        let later = async {
            // The connection has seen the end of the server before its answer is there.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            go.notify_one();
        };
        soon(async { tokio::join!(server.finish(), later) }).await;
        let answer = rest(client).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_end_is_cut_off() {
        let (mut server, _go, begun) = server().await;
        let client = connect(&server, "POST /x HTTP/1.1\r\nhost: x\r\n").await;
        let started = tokio::time::Instant::now();
        let answer = tokio::select! {
            () = server.run() => unreachable!("it runs for ever"),
            answer = rest(client) => answer,
        };
        assert_eq!((answer.as_str(), begun.load(Ordering::SeqCst)), ("", 0));
        assert_eq!(started.elapsed().as_secs(), HEAD_TIME.as_secs());
    }

    #[tokio::test]
    async fn half_a_body_begins_nothing() {
        let (mut server, go, begun) = server().await;
        let half = connect(&server, &WHOLE[..WHOLE.len() - 1]).await;
        drop(half);
        go.notify_one();
        let client =
            connect(&server, &WHOLE.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")).await;
        let answer = tokio::select! {
            () = server.run() => unreachable!("it runs for ever"),
            answer = rest(client) => answer,
        };
        assert!(answer.ends_with("done"), "{answer}");
        assert_eq!(begun.load(Ordering::SeqCst), 1);
    }
}
