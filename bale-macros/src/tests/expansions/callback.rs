#[allow(clippy::unused_async)]
/// Buy.
pub(crate) async fn buy(query: CallbackQuery, qty: u32, item: u64) -> Result {
    Ok(())
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            let __p0 = match <CallbackQuery as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_callback,
            >>::from_update(__cx)
                .resolve()
                .await
            {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("query", __reject);
                }
            };
            let __p1 = match <u32 as ::bale::__private::FromArg>::capture(
                __cx,
                1,
                "qty",
            ) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("qty", __reject);
                }
            };
            let __p2 = match <u64 as ::bale::__private::FromArg>::capture(
                __cx,
                0,
                "item",
            ) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("item", __reject);
                }
            };
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: Result = buy(__p0, __p1, __p2).await;
            <Result as ::bale::__private::IntoOutcome<
                ::bale::event::on_callback,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "buy",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "Buy.",
            trigger: ::bale::__private::Trigger::Callback(
                ::core::option::Option::Some("buy:{item}:{qty}"),
            ),
            options: ::bale::__private::Options::DEFAULT,
            needs: &[
                <CallbackQuery as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_callback,
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
/// The buttons of [`buy`](fn@buy).
#[allow(dead_code, missing_debug_implementations, non_camel_case_types, unreachable_pub)]
pub(crate) enum buy {}
#[allow(dead_code, private_interfaces, unreachable_pub, clippy::needless_pass_by_value)]
impl buy {
    /// The data of a button that runs [`buy`](fn@buy): `buy:{item}:{qty}`.
    ///
    /// # Errors
    /// If the data is longer than a button can carry, or would be read back differently.
    pub(crate) fn data(
        item: u64,
        qty: u32,
    ) -> ::core::result::Result<
        ::std::string::String,
        ::bale::__private::CallbackDataError,
    > {
        ::bale::__private::callback_data(
            "buy:{item}:{qty}",
            &[
                <u64 as ::bale::__private::ToArg>::to_arg(&item),
                <u32 as ::bale::__private::ToArg>::to_arg(&qty),
            ],
        )
    }
    /// A button that runs [`buy`](fn@buy).
    ///
    /// # Errors
    /// As `data`.
    pub(crate) fn button(
        label: impl ::core::convert::Into<::std::string::String>,
        item: u64,
        qty: u32,
    ) -> ::core::result::Result<
        ::bale::__private::InlineKeyboardButton,
        ::bale::__private::CallbackDataError,
    > {
        ::core::result::Result::Ok(
            ::bale::__private::InlineKeyboardButton::callback(
                label,
                Self::data(item, qty)?,
            ),
        )
    }
}
