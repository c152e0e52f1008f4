#[allow(clippy::unused_async)]
async fn guard(cx: &Context, next: Next<'_>) -> Outcome {
    body
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <&Context as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::middleware,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("cx", __reject);
                }
            };
            let __p1 = match <Next<
                '_,
            > as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::middleware,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("next", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Outcome = guard(__p0, __p1).await;
            <Outcome as ::bale::__private::IntoOutcome<
                ::bale::event::middleware,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "guard",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Middleware,
            options: ::bale::__private::Options {
                aliases: &[],
                chats: &[],
                filters: &[],
                state: ::core::option::Option::None,
                priority: 1,
                hidden: false,
                laneless: false,
                group: ::core::option::Option::Some("admin"),
            },
            needs: &[
                <&Context as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::middleware,
                >>::NEEDS,
                <Next<
                    '_,
                > as ::bale::__private::FromUpdate<'_, ::bale::event::middleware>>::NEEDS,
            ],
            total: <&Context as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::middleware,
            >>::ALWAYS
                && <Next<
                    '_,
                > as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::middleware,
                >>::ALWAYS
                && !<Outcome as ::bale::__private::IntoOutcome<
                    ::bale::event::middleware,
                >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
