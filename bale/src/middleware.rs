//! What runs around the handlers: [`Next`] goes on to them, [`Local`] is what they are handed on the way.

use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc};

use crate::{
    BoxFuture,
    context::Context,
    event,
    extract::{Extract, FromUpdate, Reject},
    handler::Outcome,
};

/// What a middleware is around of: the next middleware, or at last the handlers.
///
/// ```
/// # use std::time::Instant;
/// use bale::{Context, Next, Outcome};
///
/// #[bale::middleware]
/// async fn time(cx: &Context, next: Next<'_>) -> Outcome {
///     let start = Instant::now();
///     let outcome = next.run().await;
///     println!("{:?}: {:?}", cx.user().map(|user| user.id), start.elapsed());
///     outcome
/// }
/// ```
///
/// A middleware that does not run it keeps the update from them. It then says by its own [`Outcome`] what
/// becomes of the update: a text is the answer, [`Pass`](crate::Pass) means that nobody wants it.
///
/// # Jobs
///
/// It runs around [jobs](crate::jobs) too, those of the clock and those that were put off, unless it asks for something
/// that only an update has, as `User`. There `cx.update()` is `None`, and [`cx.job()`](crate::Context::job) says which
/// job it is. One that keeps a job back is told in the log. The futures of [`Bot::after`](crate::Bot::after) are no
/// handlers, so nothing is around them.
///
/// For a middleware given at run time ([`App::middleware`](crate::App::middleware)) it is written
/// `Next<'static>`.
pub struct Next<'c> {
    cx: Context,
    path: Arc<dyn Path>,
    depth: usize,
    cx_of: PhantomData<&'c Context>,
}

impl Next<'_> {
    /// Goes on, and says what became of the update. Return it, or what you make of it.
    ///
    /// Nothing is sent before the outermost middleware has returned: a text that a handler returns is in the
    /// outcome, and so is the error of one that failed.
    pub async fn run(self) -> Outcome {
        self.path.go(self.depth, self.cx).await
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("depth", &self.depth).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<'u> FromUpdate<'u, event::middleware> for Next<'_> {
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        let next = cx.place().map(|(path, depth)| Self {
            cx: cx.clone(),
            path: Arc::clone(path),
            depth: depth + 1,
            cx_of: PhantomData,
        });
        Extract::Ready(next.ok_or(Reject::NotMine("there is nothing to be around of".into())))
    }
}

/// The middlewares on the way to something, and that something at its end.
pub(crate) trait Path: Send + Sync {
    /// Runs the middleware at this depth, or what lies behind the last one.
    fn go(self: Arc<Self>, depth: usize, cx: Context) -> BoxFuture<'static, Outcome>;
}

/// A value that a middleware left for the handlers of the same update with
/// [`Context::insert`](crate::Context::insert).
///
/// ```
/// use bale::{Context, Local, Next, Outcome};
///
/// struct Customer(String);
///
/// #[bale::middleware]
/// async fn know_the_customer(cx: &Context, next: Next<'_>) -> Outcome {
///     if let Some(user) = cx.user() {
///         cx.insert(Customer(user.full_name()));
///     }
///     next.run().await
/// }
///
/// #[bale::command]
/// async fn who(customer: Local<Customer>) -> String {
///     customer.0.clone()
/// }
/// ```
///
/// A handler that asks for one that nobody left does not get the update.
pub struct Local<T>(Arc<T>);

impl<T> Clone for Local<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Local<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Local<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Local").field(&self.0).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K, T: Send + Sync + 'static> FromUpdate<'u, K> for Local<T> {
    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(cx.local().map(Self).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Reject::NotMine(format!("no middleware left a `{name}`").into())
        }))
    }
}
