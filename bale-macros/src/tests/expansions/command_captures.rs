#[allow(clippy::unused_async)]
async fn add(message: Message, mut b: i64, a: i64) -> Result {
    body
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Message as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::command,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("message", __reject);
                }
            };
            let __p1 = match <i64 as ::bale::__private::FromArg>::capture(__cx, 1, "b") {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("b", __reject);
                }
            };
            let __p2 = match <i64 as ::bale::__private::FromArg>::capture(__cx, 0, "a") {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("a", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result = add(__p0, __p1, __p2).await;
            <Result as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "add",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Command("add {a} {b}"),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Message as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::command,
                >>::NEEDS,
            ],
            total: false,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
