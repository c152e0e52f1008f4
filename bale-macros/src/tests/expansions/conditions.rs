#[allow(clippy::unused_async)]
#[cfg(feature = "go")]
#[inline]
#[cfg_attr(all(a, b), cfg(c), tracing::instrument, cfg_attr(d, cfg(e), inline))]
#[cfg_attr(f, tracing::instrument)]
async fn go() {}
#[cfg(feature = "go")]
#[cfg_attr(all(a, b), cfg(c), cfg_attr(d, cfg(e)))]
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = go().await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::on_callback,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "go",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Callback(
                ::core::option::Option::Some("go"),
            ),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[],
            total: !<() as ::bale::__private::IntoOutcome<
                ::bale::event::on_callback,
            >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
#[cfg(feature = "go")]
#[cfg_attr(all(a, b), cfg(c), cfg_attr(d, cfg(e)))]
/// The buttons of [`go`](fn@go).
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
enum go {}
#[cfg(feature = "go")]
#[cfg_attr(all(a, b), cfg(c), cfg_attr(d, cfg(e)))]
#[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
impl go {
    /// The data of a button that runs [`go`](fn@go): `go`.
    ///
    /// # Errors
    /// If the data is longer than a button can carry, or would be read back differently.
    fn data() -> ::core::result::Result<
        ::std::string::String,
        ::bale::__private::CallbackDataError,
    > {
        ::bale::__private::callback_data("go", &[])
    }
    /// A button that runs [`go`](fn@go).
    ///
    /// # Errors
    /// As `data`.
    fn button(
        label: impl ::core::convert::Into<::std::string::String>,
    ) -> ::core::result::Result<
        ::bale::__private::InlineKeyboardButton,
        ::bale::__private::CallbackDataError,
    > {
        ::core::result::Result::Ok(
            ::bale::__private::InlineKeyboardButton::callback(label, Self::data()?),
        )
    }
}
