#[allow(clippy::unused_async)]
async fn tidy() {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = tidy().await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::job,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "tidy",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Job("tidy-up"),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[],
            total: !<() as ::bale::__private::IntoOutcome<::bale::event::job>>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
/// Runs [`tidy`](fn@tidy) later.
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
enum tidy {}
#[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
impl tidy {
    /// Stores a job that runs after this time.
    fn after(
        bot: &::bale::Bot,
        delay: ::core::time::Duration,
    ) -> ::bale::jobs::ToSchedule {
        bot.schedule("tidy-up", &()).after(delay)
    }
    /// Stores a job that runs at this time, or at once if it is over.
    fn at(
        bot: &::bale::Bot,
        due: impl ::core::convert::Into<::bale::storage::Timestamp>,
    ) -> ::bale::jobs::ToSchedule {
        bot.schedule("tidy-up", &()).at(due)
    }
}
