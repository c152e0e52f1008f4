//! The middlewares on the way to the handlers of an update.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::run::{End, Shared, failed};
use crate::{
    BoxFuture,
    context::Context,
    handler::{Outcome, Why},
    middleware::Path,
};

impl Shared {
    /// Runs what is inside through the middlewares around it.
    pub(super) async fn through(
        self: &Arc<Self>,
        around: Arc<[usize]>,
        inside: Inside,
        cx: &Context,
    ) -> (End, Outcome) {
        let outermost = around[0];
        let path = Arc::new(Around {
            shared: Arc::clone(self),
            around,
            inside,
            reached: AtomicUsize::new(0),
            ended: AtomicUsize::new(usize::MAX),
        });
        let outcome = Arc::clone(&path).go(0, cx.clone()).await;
        let end = match path.ended.load(Ordering::Relaxed) {
            _ if !outcome.is_handled() => End::Nobody,
            usize::MAX => End::TakenBy(outermost),
            index => End::TakenBy(index),
        };
        (end, outcome)
    }
}

/// The middlewares around the table, or around one handler of it.
struct Around {
    shared: Arc<Shared>,
    around: Arc<[usize]>,
    inside: Inside,
    /// The deepest that was gone to.
    reached: AtomicUsize,
    /// The route whose outcome came out.
    ended: AtomicUsize,
}

#[derive(Clone, Copy)]
pub(super) enum Inside {
    Table,
    Handler(usize),
}

impl Path for Around {
    fn go(self: Arc<Self>, depth: usize, cx: Context) -> BoxFuture<'static, Outcome> {
        Box::pin(async move {
            self.reached.fetch_max(depth, Ordering::Relaxed);
            let Some(&index) = self.around.get(depth) else { return self.inside(cx).await };
            let path: Arc<dyn Path> = Arc::clone(&self) as _;
            let cx = cx.at(&path, depth);
            match self.shared.call(&self.shared.table.routes[index], &cx).await {
                // The middleware is not for this update.
                Outcome::Pass(Why::Parameter(..))
                    if self.reached.load(Ordering::Relaxed) == depth =>
                {
                    path.go(depth + 1, cx).await
                }
                Outcome::Failed(error) => {
                    self.ended
                        .compare_exchange(usize::MAX, index, Ordering::Relaxed, Ordering::Relaxed)
                        .ok();
                    let route = &self.shared.table.routes[index];
                    Outcome::Failed(failed(route, &cx, error).into())
                }
                outcome => outcome,
            }
        })
    }
}

impl Around {
    async fn inside(&self, mut cx: Context) -> Outcome {
        let index = match self.inside {
            Inside::Table => {
                let (end, outcome) = self.shared.route(&mut cx, None).await;
                if let End::TakenBy(index) | End::Misused(index) = end {
                    self.ended.store(index, Ordering::Relaxed);
                }
                return outcome;
            }
            Inside::Handler(index) => index,
        };
        self.ended.store(index, Ordering::Relaxed);
        let route = &self.shared.table.routes[index];
        match self.shared.call(route, &cx).await {
            Outcome::Failed(error) => Outcome::Failed(failed(route, &cx, error).into()),
            outcome => outcome,
        }
    }
}
