#[allow(clippy::unused_async)]
async fn refresh(bot: Bot, job: &Job) -> Result {
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
                ::bale::event::every,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("bot", __reject);
                }
            };
            let __p1 = match <&Job as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::every,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("job", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result = refresh(__p0, __p1).await;
            <Result as ::bale::__private::IntoOutcome<
                ::bale::event::every,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "refresh",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Schedule(::bale::__private::Schedule {
                when: ::bale::__private::When::Every(
                    ::core::time::Duration::from_millis(5400000),
                ),
                overlap: true,
                catch_up: true,
            }),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Bot as ::bale::__private::FromUpdate<'_, ::bale::event::every>>::NEEDS,
                <&Job as ::bale::__private::FromUpdate<'_, ::bale::event::every>>::NEEDS,
            ],
            total: <Bot as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::every,
            >>::ALWAYS
                && <&Job as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::every,
                >>::ALWAYS
                && !<Result as ::bale::__private::IntoOutcome<
                    ::bale::event::every,
                >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
