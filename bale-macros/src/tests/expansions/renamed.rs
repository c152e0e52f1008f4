#[allow(clippy::unused_async)]
async fn echo(message: Message) {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c crate::reexported::b::__private::Context,
    ) -> crate::reexported::b::__private::BoxFuture<
        'c,
        crate::reexported::b::__private::Outcome,
    > {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <Message as crate::reexported::b::__private::FromUpdate<
                '_,
                crate::reexported::b::event::on_message,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return crate::reexported::b::__private::rejected(
                        "message",
                        __reject,
                    );
                }
            };
            if __cx.is_dry_run() {
                return crate::reexported::b::__private::Outcome::Done;
            }
            let __out: () = echo(__p0).await;
            <() as crate::reexported::b::__private::IntoOutcome<
                crate::reexported::b::event::on_message,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: crate::reexported::b::__private::Record = crate::reexported::b::__private::Record {
        meta: crate::reexported::b::__private::Meta {
            name: "echo",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: crate::reexported::b::__private::Trigger::Message(
                ::core::option::Option::None,
            ),
            options: crate::reexported::b::__private::Options::DEFAULT,
            needs: &[
                <Message as crate::reexported::b::__private::FromUpdate<
                    '_,
                    crate::reexported::b::event::on_message,
                >>::NEEDS,
            ],
            total: <Message as crate::reexported::b::__private::FromUpdate<
                '_,
                crate::reexported::b::event::on_message,
            >>::ALWAYS
                && !<() as crate::reexported::b::__private::IntoOutcome<
                    crate::reexported::b::event::on_message,
                >>::MAY_PASS,
        },
        call: __call,
    };
    crate::reexported::b::__private::inventory::submit! {
        __RECORD
    }
};
