#[allow(clippy::unused_async)]
async fn skip() -> Exit {
    Exit
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
            let __out: Exit = skip().await;
            <Exit as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "skip",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Command("skip"),
            options: ::bale::__private::Options {
                aliases: &[],
                chats: &[],
                filters: &[],
                state: ::core::option::Option::Some(|| ::bale::__private::in_state::<
                    Order,
                >(
                    "Order::Name | Order::Phone",
                    |__state| {
                        ::core::matches!(
                            __state, Order::Name { .. } | Order::Phone { .. }
                        )
                    },
                )),
                priority: 0,
                hidden: false,
                laneless: false,
                group: ::core::option::Option::None,
            },
            needs: &[],
            total: !<Exit as ::bale::__private::IntoOutcome<
                ::bale::event::command,
            >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
