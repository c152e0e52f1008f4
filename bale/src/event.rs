//! The kinds of handlers, as types: an extractor says by them where it may be used, and the compiler
//! repeats it to the author. They are named like their attributes because rustc prints these names.

#![expect(non_camel_case_types, reason = "printed in error messages next to the attribute's name")]

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
    )* };
}

kinds! {
    /// Handlers of `#[bale::command]`.
    command;
    /// Handlers of `#[bale::on_message]`.
    on_message;
    /// Handlers of `#[bale::on_edited_message]`.
    on_edited_message;
    /// Handlers of `#[bale::on_callback]`.
    on_callback;
    /// Handlers of `#[bale::on_pre_checkout]`.
    on_pre_checkout;
    /// Handlers of `#[bale::on_payment]`.
    on_payment;
    /// Handlers of `#[bale::on_member_join]`.
    on_member_join;
    /// Handlers of `#[bale::on_member_leave]`.
    on_member_leave;
    /// Handlers of `#[bale::on_channel_post]`.
    on_channel_post;
    /// Handlers of `#[bale::fallback]`.
    fallback;
    /// Functions of `#[bale::filter]`. The compiler would print the whole path of a name that a module has too.
    filter_;
    /// Observers of `#[bale::on_update]`.
    on_update;
    /// Hooks of `#[bale::on_start]`.
    on_start;
    /// Hooks of `#[bale::on_stop]`.
    on_stop;
    /// Handlers of `#[bale::on_error]`.
    on_error;
    /// Jobs of `#[bale::every]`.
    every;
    /// Jobs of `#[bale::cron]`.
    #[cfg(feature = "cron")]
    cron;
    /// Jobs of `#[bale::job]`.
    job;
    /// Functions of `#[bale::middleware]`, around the handlers.
    middleware;
}

/// The kinds whose attribute takes a pattern, so that there may be captures.
pub trait WithPattern: sealed::Sealed {}

/// The kinds that an update is offered to, so that a filter has something to ask about.
#[diagnostic::on_unimplemented(
    message = "a handler of `{Self}` has no filter",
    label = "no update is offered to it",
    note = "filters are for handlers of updates; an `on_error` returns `bale::Pass` to leave an error to the next one"
)]
pub trait WithFilter: sealed::Sealed {}

/// The kinds whose handlers have a lane, which they may leave.
#[diagnostic::on_unimplemented(
    message = "a handler of `{Self}` has no lane",
    label = "it does not wait for the updates of a chat"
)]
pub trait WithLane: WithFilter {}

/// The kinds whose handlers may come and go while a bot runs.
#[diagnostic::on_unimplemented(
    message = "a handler of `{Self}` is there from the start",
    label = "cannot be added while the bot runs",
    note = "give it to the `App`: `App::on`"
)]
pub trait ComesAndGoes: sealed::Sealed {}

macro_rules! mark {
    ($($mark:path: $($kind:ident)*;)*) => { $($(
        impl $mark for $kind {}
    )*)* };
}

mark! {
    sealed::Sealed: command on_message on_edited_message on_callback on_pre_checkout on_payment on_member_join
        on_member_leave on_channel_post fallback on_update on_error middleware job;
    WithPattern: command on_message on_callback;
    WithLane: command on_message on_edited_message on_callback on_pre_checkout on_payment on_member_join on_member_leave
        on_channel_post fallback;
    WithFilter: command on_message on_edited_message on_callback on_pre_checkout on_payment on_member_join
        on_member_leave on_channel_post fallback on_update;
    ComesAndGoes: command on_message on_edited_message on_callback on_pre_checkout on_payment on_member_join
        on_member_leave on_channel_post fallback on_update on_error middleware job;
}

mod sealed {
    pub trait Sealed {}
}
