#[allow(clippy::unused_async)]
async fn phone(name: String, old: &str, Text(text): Text) -> Goto<Order> {
    body
}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            #[allow(irrefutable_let_patterns)]
            let shop::Order::Phone { name: __state_name, number: __state_old, .. } = (match ::bale::__private::state::<
                shop::Order,
            >(__cx)
                .await
            {
                ::core::result::Result::Ok(__state) => __state,
                ::core::result::Result::Err(__reject) => {
                    return ::bale::__private::rejected("state", __reject);
                }
            }) else {
                return ::core::convert::From::from(::bale::Pass);
            };
            let __p0: String = __state_name;
            let __p1: &str = &__state_old;
            let __p2 = match <Text as ::bale::__private::FromUpdate<
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
            let __out: Goto<Order> = phone(__p0, __p1, __p2).await;
            <Goto<
                Order,
            > as ::bale::__private::IntoOutcome<
                ::bale::event::on_message,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "phone",
            krate: ::core::env!("CARGO_CRATE_NAME"),
            in_library: ::core::option_env!("CARGO_BIN_NAME").is_none(),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
            doc: "",
            trigger: ::bale::__private::Trigger::Message(::core::option::Option::None),
            options: ::bale::__private::Options {
                aliases: &[],
                chats: &[],
                filters: &[],
                state: ::core::option::Option::Some(|| ::bale::__private::in_state::<
                    shop::Order,
                >(
                    "Order::Phone",
                    |__state| ::core::matches!(__state, shop::Order::Phone { .. }),
                )),
                priority: 1,
                hidden: false,
                laneless: false,
                group: ::core::option::Option::None,
            },
            needs: &[
                <Text as ::bale::__private::FromUpdate<
                    '_,
                    ::bale::event::on_message,
                >>::NEEDS,
            ],
            total: <Text as ::bale::__private::FromUpdate<
                '_,
                ::bale::event::on_message,
            >>::ALWAYS
                && !<Goto<
                    Order,
                > as ::bale::__private::IntoOutcome<::bale::event::on_message>>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
