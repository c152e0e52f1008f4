#[allow(clippy::unused_async)]
async fn good_morning(bot: Bot) {}
#[allow(deprecated)]
const _: () = {
    const _: () = ::bale::__private::check_cron("0 9 * * *");
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::cron,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("bot", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = good_morning(__p0).await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::cron,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "good_morning",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Schedule(::bale::__private::Schedule {
                when: ::bale::__private::When::Cron(
                    "0 9 * * *",
                    ::core::option::Option::Some("Asia/Tehran"),
                    ::bale::__private::ZONES,
                ),
                overlap: false,
                catch_up: false,
            }),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Bot as ::bale::__private::FromUpdate<'_, ::bale::event::cron>>::NEEDS,
            ],
            total: <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::cron,
            >>::ALWAYS
                && !<() as ::bale::__private::IntoOutcome<::bale::event::cron>>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
