#[allow(clippy::unused_async)]
async fn see() {}
#[allow(deprecated)]
const _: () = {
    fn __call<'c>(
        __cx: &'c ::bale::__private::Context,
    ) -> ::bale::__private::BoxFuture<'c, ::bale::__private::Outcome> {
        ::std::boxed::Box::pin(async move {
            if __cx.is_dry_run() {
                return ::bale::__private::Outcome::Done;
            }
            let __out: () = see().await;
            <() as ::bale::__private::IntoOutcome<
                ::bale::event::on_message,
            >>::into_outcome(__out)
        })
    }
    const __RECORD: ::bale::__private::Record = ::bale::__private::Record {
        meta: ::bale::__private::Meta {
            name: "see",
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
                filters: &[
                    ::bale::filter::photo,
                    ::bale::filter::reply,
                    || {
                        ::bale::filter::from(5i64)
                            .or(::bale::filter::from("sara"))
                            .or(::bale::filter::from(team::ADMINS))
                    },
                    || ::bale::filter::regex("\\d"),
                    {
                        fn __filter() -> ::bale::filter::Filter {
                            #[allow(unused_imports)]
                            use team::is_member as __Filter;
                            #[allow(unused_imports)]
                            use ::bale::__private::no_filter::*;
                            <__Filter as ::bale::__private::IsFilter>::filter()
                        }
                        __filter
                    },
                ],
                state: ::core::option::Option::None,
                priority: 0,
                hidden: false,
                laneless: false,
                group: ::core::option::Option::None,
            },
            needs: &[],
            total: !<() as ::bale::__private::IntoOutcome<
                ::bale::event::on_message,
            >>::MAY_PASS,
        },
        call: __call,
    };
    ::bale::__private::inventory::submit! {
        __RECORD
    }
};
