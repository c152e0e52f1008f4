//! The middlewares on the way to the handlers of an update.

use std::sync::{
    Arc, OnceLock,
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
        let path = Arc::new(Around {
            shared: Arc::clone(self),
            around,
            inside,
            reached: AtomicUsize::new(0),
            ended: OnceLock::new(),
        });
        let outcome = Arc::clone(&path).go(0, cx.clone()).await;
        let end = path.ended.get().filter(|_| outcome.is_handled()).copied();
        (end.unwrap_or(End::Nobody), outcome)
    }

    /// Runs a job through the middlewares around all handlers, and then those of its group.
    pub(crate) async fn run_job(self: &Arc<Self>, index: usize, cx: &Context) -> Outcome {
        let route = &self.table.routes[index];
        let around: Arc<[usize]> =
            self.table.middlewares.iter().chain(&*route.around).copied().collect();
        if around.is_empty() {
            return self.call(route, cx).await;
        }
        self.through(around, Inside::Handler(index), cx).await.1
    }
}

/// The middlewares around the table, or around one handler of it; at least one.
struct Around {
    shared: Arc<Shared>,
    around: Arc<[usize]>,
    inside: Inside,
    /// The deepest that was gone to.
    reached: AtomicUsize,
    /// Who took the update: of the handler and the middlewares around it the first whose outcome says so.
    ended: OnceLock<End>,
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
            let outcome = self.shared.call(&self.shared.table.routes[index], &cx).await;
            let is_not_for_it = matches!(outcome, Outcome::Pass(Why::Parameter(..)));
            if is_not_for_it && self.reached.load(Ordering::Relaxed) == depth {
                return path.go(depth + 1, cx).await;
            }
            self.came_out(End::TakenBy(index), index, &cx, outcome)
        })
    }
}

impl Around {
    async fn inside(&self, mut cx: Context) -> Outcome {
        match self.inside {
            Inside::Table => {
                let (end, outcome) = self.shared.route(&mut cx, None).await;
                if let End::TakenBy(index) | End::Misused(index) = end {
                    return self.came_out(end, index, &cx, outcome);
                }
                outcome
            }
            Inside::Handler(index) => {
                let outcome = self.shared.call(&self.shared.table.routes[index], &cx).await;
                self.came_out(End::TakenBy(index), index, &cx, outcome)
            }
        }
    }

    /// Notes who took the update, and gives a failure the name of the route it came out of, unless it has one.
    fn came_out(&self, end: End, index: usize, cx: &Context, outcome: Outcome) -> Outcome {
        if outcome.is_handled() {
            self.ended.get_or_init(|| end);
        }
        match outcome {
            Outcome::Failed(error) => {
                Outcome::Failed(failed(&self.shared.table.routes[index], cx, error).into())
            }
            outcome => outcome,
        }
    }
}
