//! Drives the core: waits on its behalf, on tokio's clock.

use std::pin::pin;

use super::{
    Emulator,
    core::{Answer, Delivery, Request, Ticket},
    fetch,
};

impl Emulator {
    /// Takes a download and waits for its delivery.
    pub(crate) async fn fetch(&self, token: &str, path: &str) -> Delivery {
        match self.change(|core, now| core.fetch(now, token, path)) {
            Some(delivery) => delivery,
            None => std::future::pending().await,
        }
    }

    /// Takes a call and waits for its delivery. Dropping the future is the client going away.
    pub(crate) async fn deliver(&self, request: Request<'_>) -> Delivery {
        self.deliver_for(None, request).await
    }

    /// [`deliver`](Self::deliver) what a handler of this update calls.
    pub(crate) async fn deliver_for(
        &self,
        cause: Option<i64>,
        mut request: Request<'_>,
    ) -> Delivery {
        // Nobody makes this server fetch anything who has not its token.
        let is_known = self.core().token() == request.token;
        if let (Ok(params), true) = (&mut request.params, is_known) {
            fetch::fill(request.method, params).await;
        }
        let answer = self.change(|core, now| {
            core.cause = cause;
            core.call(now, request)
        });
        let mut waiting = match answer {
            Answer::Send(delivery) => return delivery,
            Answer::Wait(ticket) => Waiting { emulator: self, ticket: Some(ticket) },
        };
        loop {
            let mut changed = pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            let deadline = match waiting.look() {
                Ok(delivery) => return delivery,
                Err(deadline) => deadline,
            };
            match deadline {
                // Which of the two happened is seen by looking again.
                Some(left) => drop(tokio::time::timeout(left, changed).await),
                None => changed.await,
            }
        }
    }
}

/// A call that waits, and ends when it is dropped.
struct Waiting<'e> {
    emulator: &'e Emulator,
    ticket: Option<Ticket>,
}

impl Waiting<'_> {
    /// The delivery, or how long to wait at most.
    fn look(&mut self) -> Result<Delivery, Option<std::time::Duration>> {
        let ticket = self.ticket.take().expect("a call that was delivered is not looked at again");
        let now = self.emulator.now();
        let answer = self.emulator.core().resume(now, ticket);
        match answer {
            Answer::Send(delivery) => {
                self.emulator.shared.changed.notify_waiters();
                Ok(delivery)
            }
            Answer::Wait(ticket) => {
                let left = ticket.deadline().map(|deadline| deadline.since(now));
                self.ticket = Some(ticket);
                Err(left)
            }
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.emulator.change(|core, now| core.abandon(now, &ticket));
        }
    }
}
