//! The parameters that come with the framework.

use std::{any::TypeId, borrow::Cow, fmt, ops::Deref, sync::Arc};

use super::{Extract, FromUpdate, Reject};
use crate::{
    bound::{
        Animation, Audio, CallbackQuery, Chat, Document, MemberJoin, MemberLeave, Message, Payment,
        Photo, PreCheckoutQuery, Sticker, Update, User, Video, Voice,
    },
    client::Bot,
    context::Context,
    event,
    handler::HandlerError,
    registry::Need,
    types,
};

/// The text of a message. A handler with this parameter skips messages without one.
///
/// ```
/// # use bale::{Message, Text};
/// #[bale::on_message]
/// async fn echo(Text(text): Text) -> String {
///     text
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(
    /// The text, as written.
    pub String,
);

/// Application state given to [`App::state`](crate::app::App::state).
///
/// A handler that asks for a type that nobody gave is reported before the bot starts; one that asks for
/// `Option<State<T>>` gets `None`.
///
/// ```
/// # use std::sync::atomic::{AtomicU32, Ordering};
/// # use bale::{App, State};
/// # let _ =
/// App::new().state(AtomicU32::new(0)).command("count", async |State(count): State<AtomicU32>| {
///     count.fetch_add(1, Ordering::Relaxed).to_string()
/// });
/// ```
pub struct State<T>(
    /// The value, shared by all handlers.
    pub Arc<T>,
);

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("State").field(&self.0).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K, T: Send + Sync + 'static> FromUpdate<'u, K> for State<T> {
    const NEEDS: &'static [Need] = &[Need { name: std::any::type_name::<T>, id: TypeId::of::<T> }];
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(cx.state().map(Self).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Reject::NotMine(format!("no application state of type `{name}` was given").into())
        }))
    }
}

/// The way from a context to a parameter, owned or borrowed, for the kinds that have it: `always`, or
/// not for the reason given.
macro_rules! extract {
    ([] $($rest:tt)*) => {};
    // A repetition cannot repeat another one, so the kinds are taken one by one.
    ([$kind:ident $($kinds:ident)*] $always:literal $reason:literal $($rest:tt)*) => {
        extract!(@ $kind $always $reason $($rest)*);
        extract!([$($kinds)*] $always $reason $($rest)*);
    };
    (@ $kind:ident $always:literal $reason:literal &$type:ty = $way:expr) => {
        #[diagnostic::do_not_recommend]
        impl<'u> FromUpdate<'u, event::$kind> for &'u $type {
            const ALWAYS: bool = $always;

            fn from_update(cx: &'u Context) -> Extract<'u, Self> {
                let way: fn(&'u Context) -> Option<&'u $type> = $way;
                Extract::Ready(way(cx).ok_or(Reject::NotMine(Cow::Borrowed($reason))))
            }
        }
    };
    (@ $kind:ident $always:literal $reason:literal $type:ty = $way:expr) => {
        #[diagnostic::do_not_recommend]
        impl<'u> FromUpdate<'u, event::$kind> for $type {
            const ALWAYS: bool = $always;

            fn from_update(cx: &'u Context) -> Extract<'u, Self> {
                let way: fn(&Context) -> Option<$type> = $way;
                Extract::Ready(way(cx).ok_or(Reject::NotMine(Cow::Borrowed($reason))))
            }
        }
    };
    ($($kind:ident)* => always $($rest:tt)*) => {
        extract!([$($kind)*] true "it is missing" $($rest)*);
    };
    ($($kind:ident)* => or $reason:literal $($rest:tt)*) => {
        extract!([$($kind)*] false $reason $($rest)*);
    };
}

#[diagnostic::do_not_recommend]
impl<'u, K> FromUpdate<'u, K> for Bot {
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(Ok(cx.bot().clone()))
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K> FromUpdate<'u, K> for &'u Bot {
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(Ok(cx.bot()))
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K> FromUpdate<'u, K> for &'u Context {
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        Extract::Ready(Ok(cx))
    }
}

macro_rules! of_updates {
    ($($rest:tt)*) => {
        extract!(command on_message on_edited_message on_callback on_pre_checkout on_payment on_member_join
            on_member_leave on_channel_post fallback filter_ on_update middleware => $($rest)*);
    };
}

macro_rules! of_messages {
    ($($rest:tt)*) => {
        extract!(command on_message on_edited_message on_payment on_member_join on_member_leave on_channel_post
            => $($rest)*);
    };
}

of_updates!(always Update = |cx| cx.update().cloned());
of_updates!(always & Update = |cx| cx.update());
extract!(on_error => or "the error has no update" Update = |cx| cx.update().cloned());
extract!(on_error => or "the error has no update" &Update = |cx| cx.update());

of_messages!(always Message = |cx| cx.message().cloned());
of_messages!(always & Message = |cx| cx.message());
extract!(fallback filter_ on_update on_error middleware => or "the update has no message" Message = |cx| cx.message().cloned());
extract!(fallback filter_ on_update on_error middleware => or "the update has no message" &Message = |cx| cx.message());

extract!(on_callback => always CallbackQuery = |cx| cx.callback_query().cloned());
extract!(on_callback => always &CallbackQuery = |cx| cx.callback_query());
extract!(fallback filter_ on_update on_error middleware => or "the update is no button press" CallbackQuery = |cx| cx.callback_query().cloned());
extract!(fallback filter_ on_update on_error middleware => or "the update is no button press" &CallbackQuery = |cx| cx.callback_query());

extract!(on_pre_checkout => always PreCheckoutQuery = |cx| cx.pre_checkout_query().cloned());
extract!(on_pre_checkout => always &PreCheckoutQuery = |cx| cx.pre_checkout_query());
extract!(filter_ on_update on_error middleware => or "the update is no payment that waits" PreCheckoutQuery = |cx| cx.pre_checkout_query().cloned());
extract!(filter_ on_update on_error middleware => or "the update is no payment that waits" &PreCheckoutQuery = |cx| cx.pre_checkout_query());

extract!(on_payment => always Payment = |cx| cx.message().and_then(Payment::of));
extract!(on_payment => always types::SuccessfulPayment = |cx| cx.message()?.successful_payment.as_deref().cloned());
extract!(on_member_join => always MemberJoin = |cx| cx.message().and_then(MemberJoin::of));
extract!(on_member_leave => always MemberLeave = |cx| cx.message().and_then(MemberLeave::of));

of_messages!(always Chat = Context::chat);
extract!(on_callback fallback filter_ on_update on_error middleware => or "the update has no chat" Chat = Context::chat);
extract!(on_pre_checkout => always User = Context::user);
extract!(command on_message on_edited_message on_callback on_payment on_member_join on_member_leave fallback
    filter_ on_update on_error middleware => or "nobody sent it" User = Context::user);

extract!(on_error => always HandlerError = |cx| cx.error().cloned());
extract!(on_error => always &HandlerError = |cx| cx.error());

macro_rules! content {
    ($($type:ty, $reason:literal = $way:expr;)*) => { $(
        extract!(command on_message on_edited_message on_channel_post fallback filter_ => or $reason $type = $way);
    )* };
}

content! {
    Text, "the message has no text" = |cx| cx.message()?.text.clone().map(Text);
    Photo, "the message has no photo" = |cx| cx.message()?.photo();
    Document, "the message has no document" = |cx| cx.message()?.document();
    Audio, "the message has no audio" = |cx| cx.message()?.audio();
    Video, "the message has no video" = |cx| cx.message()?.video();
    Voice, "the message has no voice" = |cx| cx.message()?.voice();
    Animation, "the message has no animation" = |cx| cx.message()?.animation();
    Sticker, "the message has no sticker" = |cx| cx.message()?.sticker();
    types::Contact, "the message has no contact" = |cx| cx.message()?.contact.as_deref().cloned();
    types::Location, "the message has no location" = |cx| cx.message()?.location;
    types::Invoice, "the message has no invoice" = |cx| cx.message()?.invoice.as_deref().cloned();
    types::SuccessfulPayment, "the message is no receipt" = |cx| cx.message()?.successful_payment.as_deref().cloned();
    types::WebAppData, "the message has no mini-app data" = |cx| cx.message()?.web_app_data.as_deref().cloned();
}

#[diagnostic::do_not_recommend]
impl<'u, K, T> FromUpdate<'u, K> for Option<T>
where
    T: FromUpdate<'u, K> + Send + 'u,
{
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        fn optional<T>(result: Result<T, Reject>) -> Result<Option<T>, Reject> {
            match result {
                Ok(value) => Ok(Some(value)),
                Err(Reject::NotMine(_)) => Ok(None),
                Err(reject) => Err(reject),
            }
        }
        match T::from_update(cx) {
            Extract::Ready(result) => Extract::Ready(optional(result)),
            Extract::Later(future) => {
                Extract::Later(Box::pin(async move { optional(future.await) }))
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<'u, K, T> FromUpdate<'u, K> for Result<T, Reject>
where
    T: FromUpdate<'u, K> + Send + 'u,
{
    const ALWAYS: bool = true;

    fn from_update(cx: &'u Context) -> Extract<'u, Self> {
        match T::from_update(cx) {
            Extract::Ready(result) => Extract::Ready(Ok(result)),
            Extract::Later(future) => Extract::Later(Box::pin(async move { Ok(future.await) })),
        }
    }
}
