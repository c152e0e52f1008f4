//! Puts the emulator on a socket.

use std::{
    collections::BTreeSet,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{
    net::{TcpListener, ToSocketAddrs, lookup_host},
    sync::watch,
    task::JoinHandle,
};

use super::{Carrier, Emulator, http};

/// How long a shutdown waits for clients that do not read.
const GRACE: Duration = Duration::from_secs(5);

/// An emulator on a socket. It stops when it is shut down or dropped.
#[must_use = "the server stops when it is dropped"]
pub struct Server {
    addr: SocketAddr,
    closing: watch::Sender<bool>,
    task: JoinHandle<io::Result<()>>,
    /// To webhooks of this machine.
    _carriers: Vec<Carrier>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("addr", &self.addr).finish_non_exhaustive()
    }
}

impl Server {
    /// The address it listens on, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What takes the place of `https://tapi.bale.ai`, as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops listening, closes the connections of calls that wait, and returns when all is closed.
    ///
    /// # Errors
    ///
    /// When a client still reads after five seconds; its connection is then left behind.
    pub async fn shutdown(self) -> io::Result<()> {
        self.closing.send_replace(true);
        let stopped = tokio::time::timeout(GRACE, self.task).await;
        stopped.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.map_err(io::Error::other)?
    }
}

impl Emulator {
    /// Serves over HTTP, in a task of the current runtime. Port 0 picks a free one: see [`Server::url`].
    ///
    /// It brings updates to a webhook on this machine, by plain HTTP; as [`Emulator::deliver_to`] does in the same
    /// process.
    ///
    /// Only this machine can reach it, unless [`Emulator::allow_remote`] was called.
    ///
    /// # Errors
    ///
    /// When the address is not a loopback address, or cannot be listened on.
    pub async fn serve(&self, addr: impl ToSocketAddrs) -> io::Result<Server> {
        Server::of([self.clone()], addr).await
    }

    fn remote_allowed(&self) -> bool {
        self.shared.remote.load(Ordering::Relaxed)
    }
}

impl Server {
    /// Serves several bots at one address, each with a world of its own: calls find theirs by the token, the
    /// control API and the page by `?bot=<id>`. Otherwise like [`Emulator::serve`].
    ///
    /// # Errors
    ///
    /// As there, and when there is no bot, or one twice.
    pub async fn of(
        emulators: impl IntoIterator<Item = Emulator>,
        addr: impl ToSocketAddrs,
    ) -> io::Result<Self> {
        let emulators: Vec<Emulator> = emulators.into_iter().collect();
        let ids: BTreeSet<i64> =
            emulators.iter().map(|emulator| emulator.core().bot().id).collect();
        if emulators.is_empty() || ids.len() < emulators.len() {
            let text = format!(
                "expected bots with an id each, found {} and {} ids",
                emulators.len(),
                ids.len()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let remote = emulators.iter().all(Emulator::remote_allowed);
        let addrs: Vec<_> = lookup_host(addr).await?.collect();
        let outside = addrs.iter().find(|addr| !addr.ip().is_loopback());
        if let Some(outside) = outside.filter(|_| !remote) {
            let text =
                format!("{outside} is not a loopback address: the emulator has no passwords");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        let listener = TcpListener::bind(&addrs[..]).await?;
        let addr = listener.local_addr()?;
        let (closing, mut closed) = watch::channel(false);
        let carriers = emulators.iter().map(Emulator::deliver_by_socket).collect();
        let face =
            http::Face { emulators, only_local: addr.ip().is_loopback(), closing: closed.clone() };
        let served = axum::serve(listener, http::router(Arc::new(face)))
            .with_graceful_shutdown(async move { http::closed(&mut closed).await });
        let task = tokio::spawn(served.into_future());
        Ok(Server { addr, closing, task, _carriers: carriers })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpStream;

    use super::*;
    use crate::emulator::{Fault, FaultAction};

    async fn soon<T>(future: impl Future<Output = T>) -> T {
        tokio::time::timeout(GRACE, future).await.expect("it takes far too long")
    }

    async fn connect_and_send(server: &Server, request: &str) -> TcpStream {
        let client = TcpStream::connect(server.addr()).await.unwrap();
        client.writable().await.unwrap();
        let request = format!("GET /bot1:TEST/{request} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(client.try_write(request.as_bytes()).unwrap(), request.len());
        client
    }

    #[tokio::test]
    async fn a_client_that_goes_away_ends_its_call() {
        let emulator = Emulator::new("1:TEST");
        let server = emulator.serve((Ipv4Addr::LOCALHOST, 0)).await.unwrap();

        let client = connect_and_send(&server, "getUpdates?timeout=600").await;
        soon(emulator.wait_for_poll()).await;
        drop(client);
        soon(emulator.until(|core| (!core.is_polling()).then_some(()))).await;

        emulator.fault(Fault::new(FaultAction::Hang));
        let client = connect_and_send(&server, "getMe").await;
        soon(emulator.until(|core| (core.calls().len() == 2).then_some(()))).await;
        drop(client);
        let ended = soon(emulator.wait_for_calls(1)).await;
        let ends: Vec<_> = ended.iter().map(|call| (&*call.method, call.status)).collect();
        assert_eq!(ends, [("getMe", None)]);
        server.shutdown().await.unwrap();
    }
}
