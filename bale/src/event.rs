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
    /// Functions of `#[bale::middleware]`, around the handlers.
    middleware;
}

/// The kinds whose attribute takes a pattern, so that there may be captures.
pub trait WithPattern: sealed::Sealed {}

macro_rules! with_pattern {
    ($($kind:ident)*) => { $(
        impl WithPattern for $kind {}
        impl sealed::Sealed for $kind {}
    )* };
}

with_pattern!(command on_message on_callback);

mod sealed {
    pub trait Sealed {}
}
