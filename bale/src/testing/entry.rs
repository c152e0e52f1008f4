//! What `#[bale::test]` runs: a paused runtime, the bot, the test, and the check of its end.

use std::{fmt::Debug, future::Future, panic::Location, pin::Pin};

use tokio::runtime::Builder;

use super::{TOKEN, TestBot};
use crate::{
    BoxError,
    app::{App, IntoApp},
    emulator::Emulator,
};

/// A set-up on its way.
pub(super) type SettingUp = Pin<Box<dyn Future<Output = Result<App, BoxError>>>>;

/// What gives the bot of a test: a function, asynchronous or not, that returns what the body of `#[bale::main]`
/// may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not set up a bot",
    label = "must be a function without parameters that gives `()`, `bale::App`, or a `Result` of one of them",
    note = "it may be an `async fn`; its value must not be borrowed, since a restart calls it again"
)]
pub trait Setup<M>: 'static {
    /// The bot.
    #[doc(hidden)]
    fn set_up(&self) -> SettingUp;
}

#[diagnostic::do_not_recommend]
impl<F, A> Setup<(A,)> for F
where
    F: Fn() -> A + 'static,
    A: IntoApp,
{
    fn set_up(&self) -> SettingUp {
        let app = self().into_app();
        Box::pin(async { app })
    }
}

#[diagnostic::do_not_recommend]
impl<F, Fut, A> Setup<(Fut, A)> for F
where
    F: Fn() -> Fut + 'static,
    Fut: Future<Output = A> + 'static,
    A: IntoApp,
{
    fn set_up(&self) -> SettingUp {
        let app = self();
        Box::pin(async { app.await.into_app() })
    }
}

/// What a test may return: nothing, or a `Result` whose error can be shown.
#[diagnostic::on_unimplemented(
    message = "a `#[bale::test]` cannot return `{Self}`",
    label = "must be `()` or a `Result<(), E>`",
    note = "`E` must implement `Debug`"
)]
pub trait TestOutcome {
    /// The error, if it is one.
    #[doc(hidden)]
    fn into_failure(self) -> Option<String>;
}

#[diagnostic::do_not_recommend]
impl TestOutcome for () {
    fn into_failure(self) -> Option<String> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<E: Debug> TestOutcome for Result<(), E> {
    fn into_failure(self) -> Option<String> {
        self.err().map(|error| format!("expected the test to succeed, found an error: {error:?}"))
    }
}

/// The test behind `#[bale::test]`.
#[doc(hidden)]
#[track_caller]
pub fn run_test<M, F: Future<Output: TestOutcome>>(
    setup: impl Setup<M>,
    test: impl FnOnce(TestBot) -> F,
) {
    let at = Location::caller();
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("the system has room for one more runtime");
    runtime.block_on(async {
        let complete = move || -> SettingUp {
            let app = setup.set_up();
            Box::pin(async { Ok(app.await?.complete()) })
        };
        let bot = TestBot::new(Emulator::new(TOKEN).for_its_author(), Box::new(complete));
        if let Some(failure) = test(bot.clone()).await.into_failure() {
            bot.fail(at, &failure);
        }
        bot.finish_at(at).await;
    });
}
