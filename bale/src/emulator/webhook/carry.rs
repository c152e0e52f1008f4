//! Carries updates to a webhook, on tokio's clock.

use std::{fmt, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use super::{ANSWER_TIME, Post, WebhookDelivery, post};
use crate::{
    BoxFuture,
    emulator::{
        Emulator,
        fault::{Course, Ending},
    },
};

/// Brings an update somewhere, and says what was answered, or why nothing was.
type Way = Arc<dyn Fn(&Post) -> BoxFuture<'static, Result<u16, String>> + Send + Sync>;

/// Brings updates to a webhook for as long as it lives.
#[must_use = "updates are brought until this is dropped"]
pub struct Carrier(JoinHandle<()>);

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carrier").finish_non_exhaustive()
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Emulator {
    /// Brings updates to a webhook in the same process while one is set: each is one request to the path of the
    /// webhook's address, and whose name that address has does not matter. No socket; time is tokio's, so it works on
    /// a paused clock.
    ///
    /// Updates of a chat come one after the other, and one that is not answered with 2xx within a minute comes again,
    /// after 1 s, 2 s and so on up to a minute (as Telegram's server does it, inferred; Bale documents nothing). A
    /// [`Fault`](crate::emulator::Fault) on `webhook` hits these requests. [`Emulator::serve`] brings updates too, over sockets: not both
    /// at a time.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn deliver_to(&self, router: Router) -> Carrier {
        self.carry(Arc::new(move |update| Box::pin(post::in_process(router.clone(), update))))
    }

    /// Brings updates to a webhook over sockets of this machine.
    pub(crate) fn deliver_by_socket(&self) -> Carrier {
        self.carry(Arc::new(|update| Box::pin(post::by_socket(update))))
    }

    /// Every try to bring an update to the webhook, in the order of their ends; the last 10,000 are remembered.
    pub fn deliveries(&self) -> Vec<WebhookDelivery> {
        self.core().webhook.log()
    }

    fn carry(&self, way: Way) -> Carrier {
        Carrier(tokio::spawn(carry(self.clone(), way)))
    }
}

async fn carry(emulator: Emulator, way: Way) {
    let mut under_way = JoinSet::new();
    loop {
        let mut changed = pin!(emulator.shared.changed.notified());
        changed.as_mut().enable();
        let now = emulator.now();
        while let Some(post) = emulator.core().next_post(now) {
            let way = Arc::clone(&way);
            let on_the_road = OnTheRoad { emulator: emulator.clone(), post };
            under_way.spawn(async move {
                let answer = bring(&on_the_road.post, &way).await;
                on_the_road.ends(answer);
            });
        }
        let next = emulator.core().next_post_at().map(|at| at.since(now));
        tokio::select! {
            () = changed => {}
            () = sleep(next) => {}
            Some(_) = under_way.join_next() => {}
        }
    }
}

/// An update under way, which fails if nobody hears of its end.
struct OnTheRoad {
    emulator: Emulator,
    post: Post,
}

impl OnTheRoad {
    fn ends(&self, answer: Result<u16, String>) {
        self.emulator.change(|core, now| core.posted(now, &self.post, answer));
    }
}

impl Drop for OnTheRoad {
    fn drop(&mut self) {
        // After `ends` this is not heard any more.
        self.ends(Err("the delivery was given up".to_owned()));
    }
}

async fn bring(post: &Post, way: &Way) -> Result<u16, String> {
    let closed = || Err("Connection closed without an answer".to_owned());
    let going: BoxFuture<'_, _> = match &post.course {
        Course::Drop => return Err("Connection refused".to_owned()),
        Course::Answer(reply) => return Ok(reply.status),
        Course::Hang => Box::pin(std::future::pending()),
        Course::Serve(_) => way(post),
    };
    let answer = timeout(ANSWER_TIME, going).await;
    match answer {
        Err(_) => Err("Read timeout expired".to_owned()),
        Ok(_) if post.course == Course::Serve(Ending::Lost) => closed(),
        Ok(answer) => answer,
    }
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
