#[allow(clippy::unused_async)]
/// Say hello.
///
/// In Persian.
async fn start() -> &'static str {
    "سلام!"
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: &'static str = start().await;
            <&'static str as ::bale::__private::IntoOutcome<
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
            doc: "Say hello.\n\nIn Persian.",
            trigger: ::bale::__private::Trigger::Command("start"),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[],
            total: !<&'static str as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
