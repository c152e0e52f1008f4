#[allow(clippy::unused_async)]
async fn start<'a>(
    message: &'a Message,
    name: &'static str,
    f: Borrowed<'_, for<'b> fn(&'b u8), (&'a u8,)>,
) -> Result<(), Error<'a>> {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <&'_ Message as ::bale::__private::FromUpdate<
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
            let __p1 = match <&'static str as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::command,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("name", __reject);
                }
            };
            let __p2 = match <Borrowed<
                '_,
                for<'b> fn(&'b u8),
                (&'_ u8,),
            > as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::command,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("f", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result<(), Error<'_>> = start(__p0, __p1, __p2).await;
            <Result<
                (),
                Error<'_>,
            > as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "start",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Command("start"),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <&'_ Message as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::command,
                >>::NEEDS,
                <&'static str as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::command,
                >>::NEEDS,
                <Borrowed<
                    '_,
                    for<'b> fn(&'b u8),
                    (&'_ u8,),
                > as ::bale::__private::FromUpdate<'_, ::bale::event::command>>::NEEDS,
            ],
            total: <&'_ Message as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::command,
            >>::ALWAYS
                && <&'static str as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::command,
                >>::ALWAYS
                && <Borrowed<
                    '_,
                    for<'b> fn(&'b u8),
                    (&'_ u8,),
                > as ::bale::__private::FromUpdate<'_, ::bale::event::command>>::ALWAYS
                && !<Result<
                    (),
                    Error<'_>,
                > as ::bale::__private::IntoOutcome<::bale::event::command>>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
