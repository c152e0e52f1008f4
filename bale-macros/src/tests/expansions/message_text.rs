#[allow(clippy::unused_async)]
async fn help() -> Option<String> {
    None
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
            let __out: Option<String> = help().await;
            <Option<
                String,
            > as ::bale::__private::IntoOutcome<
                ::bale::event::on_message,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "help",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Message(
                ::core::option::Option::Some("راهنما"),
            ),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[],
            total: !<Option<
                String,
            > as ::bale::__private::IntoOutcome<::bale::event::on_message>>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
/// The buttons of [`help`](fn@help).
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
enum help {}
#[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
impl help {
    /// A button of a reply keyboard whose text runs [`help`](fn@help).
    fn button() -> ::bale::__private::KeyboardButton {
        ::bale::__private::KeyboardButton::text("راهنما")
    }
}
