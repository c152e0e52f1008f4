#[allow(clippy::unused_async)]
async fn report(error: HandlerError) {
    eprintln!("{error}")
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <HandlerError as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_error,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("error", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = report(__p0).await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::on_error,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "report",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Error,
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <HandlerError as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_error,
                >>::NEEDS,
            ],
            total: <HandlerError as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_error,
            >>::ALWAYS
                && !<() as ::bale::__private::IntoOutcome<
                    ::bale::event::on_error,
                >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
