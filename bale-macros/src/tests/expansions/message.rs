#[allow(clippy::unused_async)]
pub async fn echo(message: Message, Text(text): Text) -> Result<(), Error> {
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
                ::bale::event::on_message,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("message", __reject);
                }
            };
            let __p1 = match <Text as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_message,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("Text(text)", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result<(), Error> = echo(__p0, __p1).await;
            <Result<
                (),
                Error,
            > as ::bale::__private::IntoOutcome<
                ::bale::event::on_message,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "echo",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Message(::core::option::Option::None),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <Message as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_message,
                >>::NEEDS,
                <Text as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_message,
                >>::NEEDS,
            ],
            total: <Message as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_message,
            >>::ALWAYS
                && <Text as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_message,
                >>::ALWAYS
                && !<Result<
                    (),
                    Error,
                > as ::bale::__private::IntoOutcome<::bale::event::on_message>>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
