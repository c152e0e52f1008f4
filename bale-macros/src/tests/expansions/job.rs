#[allow(clippy::unused_async)]
pub async fn remind(bot: Bot, Payload(it): bale::Payload<Reminder>) -> Result {
    body
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::job,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("bot", __reject);
                }
            };
            let __p1 = match <bale::Payload<
                Reminder,
            > as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::job,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("Payload(it)", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result = remind(__p0, __p1).await;
            <Result as ::bale::__private::IntoOutcome<
                ::bale::event::job,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "remind",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Job("remind"),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Bot as ::bale::__private::FromUpdate<'_, ::bale::event::job>>::NEEDS,
                <bale::Payload<
                    Reminder,
                > as ::bale::__private::FromUpdate<'_, ::bale::event::job>>::NEEDS,
            ],
            total: <Bot as ::bale::__private::FromUpdate<'_, ::bale::event::job>>::ALWAYS
                && <bale::Payload<
                    Reminder,
                > as ::bale::__private::FromUpdate<'_, ::bale::event::job>>::ALWAYS
                && !<Result as ::bale::__private::IntoOutcome<
                    ::bale::event::job,
                >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
/// Runs [`remind`](fn@remind) later.
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
pub enum remind {}
#[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
impl remind {
    /// Stores a job that runs after this time.
    pub fn after(
        bot: &::bale::Bot,
        delay: ::core::time::Duration,
        payload: Reminder,
    ) -> ::bale::jobs::ToSchedule {
        bot.schedule("remind", &payload).after(delay)
    }
    /// Stores a job that runs at this time, or at once if it is over.
    pub fn at(
        bot: &::bale::Bot,
        due: impl ::core::convert::Into<::bale::storage::Timestamp>,
        payload: Reminder,
    ) -> ::bale::jobs::ToSchedule {
        bot.schedule("remind", &payload).at(due)
    }
}
